//! Revokes keys that were not used for longer than their company allows.
//!
//! The key check refuses such a key by itself, at once: this makes it final, and puts it on record. It leaves the keys of a
//! company alone that is to be deleted, as nobody can use them, and an owner may undo it.

use std::{collections::BTreeSet, time::Duration};

use sea_orm::DbErr;
use serde_json::json;
use shared::{
    id::{ApiKeyId, CompanyId, UserId},
    notice::Notice,
    time::MINUTE,
};
use tokio_util::sync::CancellationToken;

use super::{Core, notices};
use crate::store::{audit_entries::REVOKED_AS_UNUSED, key_ends};

/// How often they are looked for.
const EVERY: Duration = Duration::from_secs(3_600);
/// Keys of one transaction.
const BATCH: u64 = 100;
/// How much later than by the key check a key is over here, in microseconds: a call that was let through at the last moment
/// may stand in a server's memory alone, and comes to the database within seconds, or once that takes it.
const LATER: i64 = 10 * MINUTE;

/// Looks for unused keys every hour, and once at the start, until `stop` is cancelled.
pub fn start(core: Core, stop: CancellationToken) {
    tokio::spawn(stop.run_until_cancelled_owned(async move {
        loop {
            if let Err(error) = revoke_unused(&core).await {
                tracing::warn!(error = %error, "unused keys could not be revoked");
            }
            tokio::time::sleep(EVERY).await;
        }
    }));
}

/// Revokes all of them and gives how many there were.
///
/// # Errors
/// When the database refuses; those that were revoked before stay so.
pub async fn revoke_unused(core: &Core) -> Result<usize, DbErr> {
    let mut count = 0;
    loop {
        let now = core.clock.now();
        let judged_at = now.plus(-LATER);
        let transaction = core.db.begin().await?;
        let mut told = BTreeSet::new();
        let mut revoked = 0;
        for key in key_ends::list_unused(&transaction, now, judged_at, BATCH).await? {
            let id = ApiKeyId::from_uuid(key.id);
            let company = CompanyId::from_uuid(key.company_id);
            if !key_ends::revoke_unused(&transaction, company, id, now, judged_at).await? {
                continue;
            }
            let detail = json!({ "why": REVOKED_AS_UNUSED });
            core.audit_own(&transaction, now, Some(company), "api_key.revoked", id, detail).await?;
            let notice = Notice::KeyEndedUnused { key: key.name };
            let user = UserId::from_uuid(key.user_id);
            notices::tell(core, &transaction, user, Some(company), &notice).await?;
            told.insert(company);
            revoked += 1;
            tracing::info!(key.id = %id, "revoked an API key that was not used");
        }
        transaction.commit().await?;
        for company in told {
            core.news.announce(company);
        }
        count += revoked;
        if revoked == 0 {
            return Ok(count);
        }
    }
}
