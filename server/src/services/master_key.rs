//! The master key: where it comes from, and its change.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use sea_orm::DbErr;
use secrecy::{ExposeSecret, SecretString};
use shared::id::{ConnectionId, MemberId};
use zeroize::Zeroizing;

use super::{odoo_secrets::SecretBinding, peppers};
use crate::{
    clock::Entropy,
    config::Storage,
    domain::vault::{MASTER_KEY_LENGTH, Vault, VaultError},
    private_files,
    store::{Db, sealed},
};

/// The key's file in the data folder.
const FILE: &str = "master.key";
/// Where a new key waits until every secret is sealed under it.
const NEXT_FILE: &str = "master.key.new";

/// The master key; wiped when dropped.
pub type MasterKey = Zeroizing<[u8; MASTER_KEY_LENGTH]>;

/// There is no master key to work with, or it could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The text is no key.
    #[error("{0} must be {MASTER_KEY_LENGTH} bytes in base64 or hexadecimal")]
    Malformed(String),
    /// There is none, where one must be there already.
    #[error(
        "the master key of this database is missing: set AIDOO_MASTER_KEY, or put it back into {0}"
    )]
    Missing(String),
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A sealed value does not open. Nothing was changed.
    #[error("{what} does not open with the master key ({error}): nothing was changed")]
    Sealed {
        /// Which value.
        what: String,
        /// Why.
        error: VaultError,
    },
    /// The database does not answer. Nothing was changed.
    #[error("database: {0}")]
    Database(#[from] DbErr),
}

/// The master key of this database. One that is made here serves a new database only: what another has
/// sealed would not open with it.
///
/// # Errors
/// [`MasterKeyError`]. Nothing is written then.
pub async fn of_database(
    db: &Db,
    storage: &Storage,
    entropy: &Entropy,
) -> Result<MasterKey, MasterKeyError> {
    let given = storage.master_key.as_ref();
    if sealed::is_any(db.reader()).await? {
        load(given, &storage.data_dir)
    } else {
        load_or_create(given, &storage.data_dir, entropy)
    }
}

/// The master key: `given`, or what the file in `data_dir` holds, which is made with mode 0600 where
/// there is none.
///
/// # Errors
/// [`MasterKeyError`].
pub fn load_or_create(
    given: Option<&SecretString>,
    data_dir: &Path,
    entropy: &Entropy,
) -> Result<MasterKey, MasterKeyError> {
    match load(given, data_dir) {
        Err(MasterKeyError::Missing(_)) => {}
        loaded => return loaded,
    }
    private_files::create_folder(data_dir).map_err(|error| file_error(data_dir, error))?;
    let path = data_dir.join(FILE);
    let mut key = MasterKey::default();
    entropy.fill(key.as_mut());
    // Written under another name first: a file that is there is whole, whatever happens meanwhile.
    let draft = data_dir.join(format!("{FILE}.{:08x}", u32::from_le_bytes(entropy.bytes())));
    write_private(&draft, &key)?;
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft).map_err(|error| file_error(&draft, error))?;
    match linked {
        Ok(()) => Ok(key),
        // Another process was first.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load(None, data_dir),
        Err(error) => Err(file_error(&path, error)),
    }
}

/// Seals every secret in the database under another master key, in one transaction: `new`, or one that
/// is made here and put into the data folder. API keys go on working.
///
/// No server may run meanwhile: it would go on sealing under the old key.
///
/// # Errors
/// [`MasterKeyError`]. Nothing is changed then.
pub async fn rotate(
    db: &Db,
    storage: &Storage,
    new: Option<&SecretString>,
    entropy: &Entropy,
) -> Result<(), MasterKeyError> {
    let old = load(storage.master_key.as_ref(), &storage.data_dir)?;
    let next_path = storage.data_dir.join(NEXT_FILE);
    let key = match new {
        Some(text) => parse(text.expose_secret(), "the new master key")?,
        None => {
            let mut key = MasterKey::default();
            entropy.fill(key.as_mut());
            private_files::create_folder(&storage.data_dir)
                .map_err(|error| file_error(&storage.data_dir, error))?;
            write_private(&next_path, &key)?;
            key
        }
    };
    let resealed = reseal(db, entropy, &Vault::new(&old), &Vault::new(&key)).await;
    if new.is_none() {
        let path = storage.data_dir.join(FILE);
        let moved = match &resealed {
            Ok(()) => fs::rename(&next_path, &path),
            Err(_) => fs::remove_file(&next_path),
        };
        moved.map_err(|error| file_error(&next_path, error))?;
    }
    resealed
}

async fn reseal(
    db: &Db,
    entropy: &Entropy,
    old: &Vault,
    new: &Vault,
) -> Result<(), MasterKeyError> {
    let transaction = db.begin().await?;
    for row in sealed::list_peppers(&transaction).await? {
        let number = row.id.to_be_bytes();
        let binding = peppers::binding(&number);
        let pepper = old.open(&binding, &row.sealed).map_err(|error| MasterKeyError::Sealed {
            what: format!("pepper {}", row.id),
            error,
        })?;
        let resealed = new.seal(entropy, &binding, &pepper);
        sealed::update_pepper(&transaction, row.id, resealed).await?;
    }
    for row in sealed::list_accounts(&transaction).await? {
        let binding = SecretBinding {
            member: MemberId::from_uuid(row.member_id),
            connection: ConnectionId::from_uuid(row.connection_id),
            origin: &row.origin,
            database: &row.database,
        };
        let secret = binding.open(old, &row.sealed).map_err(|error| MasterKeyError::Sealed {
            what: format!("the odoo secret in row {}", row.id),
            error,
        })?;
        let resealed = binding.seal(new, entropy, &secret);
        sealed::update_account(&transaction, row.id, resealed).await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn load(given: Option<&SecretString>, data_dir: &Path) -> Result<MasterKey, MasterKeyError> {
    if let Some(text) = given {
        return parse(text.expose_secret(), "AIDOO_MASTER_KEY");
    }
    if data_dir.join(NEXT_FILE).exists() {
        tracing::warn!(
            "the last change of the master key was cut off: if the start fails, {NEXT_FILE} in the data folder is the right one"
        );
    }
    let path = data_dir.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => parse(&Zeroizing::new(text), &path.display().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(MasterKeyError::Missing(path.display().to_string()))
        }
        Err(error) => Err(file_error(&path, error)),
    }
}

/// 64 hexadecimal digits, or base64 in either alphabet with or without its padding.
fn parse(text: &str, source: &str) -> Result<MasterKey, MasterKeyError> {
    let text = text.trim();
    let bytes = if text.len() == 2 * MASTER_KEY_LENGTH {
        from_hex(text)
    } else {
        [STANDARD, URL_SAFE].iter().find_map(|alphabet| {
            let config = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent);
            GeneralPurpose::new(alphabet, config).decode(text).ok().map(Zeroizing::new)
        })
    };
    bytes
        .and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new))
        .ok_or_else(|| MasterKeyError::Malformed(source.to_owned()))
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let (high, low) = (digit(pair[0])?, digit(*pair.get(1)?)?);
            u8::try_from(high << 4 | low).ok()
        })
        .collect::<Option<Vec<u8>>>()
        .map(Zeroizing::new)
}

/// Writes a new file that only its owner can read, and waits until it is on the disk.
fn write_private(path: &Path, key: &MasterKey) -> Result<(), MasterKeyError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(key.as_slice()));
    options
        .open(path)
        .and_then(|mut file| {
            writeln!(file, "{}", text.as_str())?;
            file.sync_all()
        })
        .map_err(|error| file_error(path, error))
}

fn file_error(path: impl Into<PathBuf>, error: io::Error) -> MasterKeyError {
    MasterKeyError::File { path: path.into().display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_base64_and_hexadecimal() {
        let bytes: [u8; 32] = std::array::from_fn(|n| 255 - n as u8);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let standard = base64::engine::general_purpose::STANDARD.encode(bytes);
        let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        assert!(standard.contains(['+', '/']) && standard.ends_with('='));
        for text in [hex.to_uppercase(), hex, standard.clone(), url_safe, format!(" {standard}\n")]
        {
            assert_eq!(parse(&text, "x").expect("a key").as_slice(), bytes);
        }
    }

    #[test]
    fn other_texts_are_refused_and_not_repeated() {
        for text in
            ["", "secret", &"é".repeat(32), &"0".repeat(63), &"A".repeat(42), &"g".repeat(64)]
        {
            let error = parse(text, "AIDOO_MASTER_KEY").expect_err("is refused").to_string();
            assert_eq!(error, "AIDOO_MASTER_KEY must be 32 bytes in base64 or hexadecimal");
        }
    }

    #[test]
    fn the_file_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("new");
        let made: Vec<MasterKey> = std::thread::scope(|scope| {
            let start = || load_or_create(None, &data, &Entropy).expect("a key");
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends")).collect()
        });
        assert!(made.iter().all(|key| key == &made[0]) && *made[0] != [0; 32]);
        let names: Vec<_> = fs::read_dir(&data).expect("is there").flatten().collect();
        assert_eq!(names.len(), 1, "drafts are gone");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = names[0].metadata().expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let given = SecretString::from("ab".repeat(32));
        let key = load_or_create(Some(&given), &data, &Entropy).expect("a key");
        assert_eq!(*key, [0xab; 32]);
    }

    #[test]
    fn a_damaged_file_stops_the_start_and_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), "half a k").expect("writes");
        assert!(load_or_create(None, folder.path(), &Entropy).is_err());
        let text = fs::read_to_string(folder.path().join(FILE)).expect("is there");
        assert_eq!(text, "half a k");
    }
}
