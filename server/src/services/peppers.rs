//! The peppers that API keys are hashed with: sealed in the database, open in memory.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use sea_orm::{ConnectionTrait, DbErr};

use super::Core;
use crate::{
    domain::{
        pepper::Pepper,
        vault::{Vault, VaultError},
    },
    store,
};

/// The number of a database's first pepper.
const FIRST: i32 = 1;

/// All peppers of the database. New keys use the newest; an old one lives while a key names it.
pub struct Peppers {
    core: Core,
    open: RwLock<BTreeMap<i32, Pepper>>,
}

/// The peppers cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    /// The master key is not the one that sealed them.
    #[error(
        "the master key is not the one that this database was sealed under: check AIDOO_MASTER_KEY or the file in the data folder"
    )]
    OtherMasterKey,
    /// The row was changed.
    #[error("pepper {0} in the database is damaged")]
    Damaged(i32),
    /// The database does not answer.
    #[error("database: {0}")]
    Database(#[from] DbErr),
}

impl Peppers {
    /// Opens the peppers of the database, and makes the first where there is none. The server calls it
    /// at its start, so that a wrong master key stops it there.
    ///
    /// # Errors
    /// [`PepperError`].
    pub async fn load(core: Core) -> Result<Self, PepperError> {
        let mut open = read(core.db.reader(), &core.vault).await?;
        if open.is_empty() {
            let pepper = Pepper::generate(&core.entropy);
            let number = FIRST.to_be_bytes();
            let sealed = core.vault.seal(&core.entropy, &binding(&number), pepper.expose());
            let transaction = core.db.begin().await?;
            store::peppers::create_if_absent(&transaction, FIRST, sealed, core.clock.now()).await?;
            transaction.commit().await?;
            // Another process may have been first: what the database has is what counts.
            open = read(core.db.reader(), &core.vault).await?;
        }
        Ok(Self { core, open: RwLock::new(open) })
    }

    /// The pepper for new keys, and its number.
    ///
    /// # Panics
    /// Never: there is one from the start, and none is ever taken away.
    #[must_use]
    pub fn newest(&self) -> (i32, Pepper) {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let (number, pepper) = open.last_key_value().expect("there is a pepper from the start");
        (*number, pepper.clone())
    }

    /// The pepper with this number. One that is not known yet was added by another replica, and is
    /// looked for in the database.
    ///
    /// # Errors
    /// [`PepperError`].
    pub async fn find(&self, number: i32) -> Result<Option<Pepper>, PepperError> {
        if let Some(pepper) = self.known(number) {
            return Ok(Some(pepper));
        }
        let read = read(self.core.db.reader(), &self.core.vault).await?;
        self.open.write().unwrap_or_else(PoisonError::into_inner).extend(read);
        Ok(self.known(number))
    }

    fn known(&self, number: i32) -> Option<Pepper> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }
}

impl std::fmt::Debug for Peppers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Peppers(…)")
    }
}

/// What a sealed pepper is bound to: its number, big-endian, after a word of its own.
#[must_use]
pub(super) fn binding(number: &[u8; 4]) -> [&[u8]; 2] {
    [b"pepper", number]
}

async fn read(
    db: &impl ConnectionTrait,
    vault: &Vault,
) -> Result<BTreeMap<i32, Pepper>, PepperError> {
    let rows = store::peppers::list(db).await?;
    rows.into_iter()
        .map(|row| {
            let opened =
                vault.open(&binding(&row.id.to_be_bytes()), &row.sealed).map_err(|error| {
                    match error {
                        VaultError::OtherKey => PepperError::OtherMasterKey,
                        VaultError::Corrupt => PepperError::Damaged(row.id),
                    }
                })?;
            let pepper = Pepper::from_slice(&opened).map_err(|_| PepperError::Damaged(row.id))?;
            Ok((row.id, pepper))
        })
        .collect()
}
