//! Ends keys sooner where their company lets keys live less long: each is on record in its own history, and whoever has one
//! that ended by it is told.

use std::collections::BTreeMap;

use app::backend::Actor;
use sea_orm::{DatabaseTransaction, DbErr};
use serde_json::{Value, json};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId, UserId},
    notice::Notice,
    time::{DAY, Timestamp},
};

use super::{Core, notices};
use crate::store::key_ends::{self, ShortenedKey};

/// Keys whose entries are in memory at once: a company can have a hundred thousand that end sooner.
const BATCH: usize = 1_024;

/// Ends the company's live keys `days` days after they were made, where they would live longer, in the transaction that sets
/// this limit. Gives how many end sooner now.
///
/// # Errors
/// When the database refuses.
pub(super) async fn shorten(
    core: &Core,
    transaction: &DatabaseTransaction,
    actor: Actor,
    company: CompanyId,
    days: u32,
    now: Timestamp,
) -> Result<usize, DbErr> {
    let longest = i64::from(days) * DAY;
    let shortened = key_ends::shorten_lives(transaction, company, longest, now).await?;
    let mut ended: BTreeMap<UserId, u32> = BTreeMap::new();
    for batch in shortened.chunks(BATCH) {
        let mut deeds = Vec::with_capacity(batch.len());
        for key in batch {
            let end = Timestamp::from_micros(key.created_at).plus(longest);
            let is_over = end <= now;
            if is_over {
                *ended.entry(UserId::from_uuid(key.user_id)).or_default() += 1;
            }
            let action = if is_over { "api_key.ended" } else { "api_key.shortened" };
            let target = ApiKeyId::from_uuid(key.id).to_string();
            deeds.push((action, target, detail(key, end)));
        }
        core.audit_many(transaction, actor, company, now, deeds).await?;
    }
    // Their clients are refused with this, and nobody else would tell them.
    if !ended.is_empty() {
        let by = notices::name_of(transaction, actor.user).await?;
        for (user, count) in ended {
            let notice = Notice::KeysEnded { by: by.clone(), count };
            notices::tell(core, transaction, user, Some(company), &notice).await?;
        }
    }
    Ok(shortened.len())
}

/// What there is to tell of a key that ends at `end` now.
fn detail(key: &ShortenedKey, end: Timestamp) -> Value {
    json!({
        "member": MemberId::from_uuid(key.member_id),
        "ends_at": end,
        "ended_before_at": key.expires_at.map(Timestamp::from_micros),
    })
}
