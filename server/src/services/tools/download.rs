//! Files behind links that work once, for an hour, for the person whose key made them.

use std::io::{self, Read};

use serde_json::{Map, Value, json};
use shared::{id::DownloadId, time::SECOND};

use super::{ToolError, Toolbox, consent::unavailable, named};
use crate::{
    domain::{file_access::made_under, lifetimes::FILE, token::Token},
    services::principal::{NO_KEY, Principal},
    store::downloads::{self, NewDownload},
};

/// The most files of one key that wait to be fetched: each may have 20 MB.
const MAX_WAITING: u64 = 20;

/// A file that is to be kept.
pub(super) struct Kept {
    /// Its name: letters, digits, dots and hyphens.
    pub(super) name: String,
    /// `application/pdf`.
    pub(super) media_type: &'static str,
    /// How many bytes it has.
    pub(super) bytes: usize,
    /// Its bytes, from the first to the last.
    pub(super) content: Box<dyn Read + Send>,
}

/// Keeps a file for the principal's key, and gives what an answer says of its link: `url`,
/// `expires_in_seconds` and a `note`. What is tried without a key is not kept.
///
/// # Errors
/// When too many of the key's files wait already, or the database refuses.
pub(super) async fn keep(
    toolbox: &Toolbox,
    principal: &Principal,
    file: Kept,
) -> Result<Map<String, Value>, ToolError> {
    let Kept { name, media_type, bytes, mut content } = file;
    if principal.key == NO_KEY {
        return Ok(named(json!({
            "note": "tried without an API key: the file is not kept, as nobody would own its link",
        })));
    }
    let core = &toolbox.core;
    let (company, key, now) = (principal.company, principal.key, core.clock.now());
    let waiting = downloads::count_waiting(core.db.reader(), company, key, now).await;
    if waiting.map_err(unavailable)? >= MAX_WAITING {
        return Err(ToolError::new(format!(
            "{MAX_WAITING} files of this API key wait to be fetched: fetch some by their links, or try again when the \
             oldest are an hour old"
        )));
    }
    let token = Token::from_bytes(core.entropy.bytes());
    let id = DownloadId::from_uuid(core.clock.uuid(&core.entropy));
    let new = NewDownload {
        id,
        company,
        key,
        permission: made_under(principal.permissions),
        token: token.hash(),
        name,
        media_type,
        bytes: i64::try_from(bytes).map_err(unavailable)?,
        now,
    };
    let transaction = core.db.begin().await.map_err(unavailable)?;
    downloads::create(&transaction, new).await.map_err(unavailable)?;
    for number in 0.. {
        let part;
        (content, part) = next_part(content).await.map_err(unavailable)?;
        if part.is_empty() {
            break;
        }
        downloads::add_part(&transaction, company, id, number, part).await.map_err(unavailable)?;
    }
    transaction.commit().await.map_err(unavailable)?;
    Ok(named(json!({
        "url": format!("{}{}", toolbox.pages.downloads, token.to_text().as_str()),
        "expires_in_seconds": FILE / SECOND,
        "note": "the link works once, for the person whose key made it, signed in to Aidoo, or with that key as bearer: \
                 give it to the person",
    })))
}

/// The next bytes of a file, which may lie on the disk; none behind its end.
async fn next_part(
    mut content: Box<dyn Read + Send>,
) -> io::Result<(Box<dyn Read + Send>, Vec<u8>)> {
    let read = move || {
        let mut part = Vec::new();
        content.by_ref().take(downloads::PART as u64).read_to_end(&mut part)?;
        Ok((content, part))
    };
    tokio::task::spawn_blocking(read).await?
}
