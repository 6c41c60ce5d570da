//! What is to be done now and then, whoever is there: telling of keys that end soon, removing companies
//! whose time is over, forgetting what is of no use any more.
//!
//! Every replica does it; each thing is done once by itself, whoever comes first.

use std::{collections::BTreeSet, time::Duration};

use sea_orm::DbErr;
use shared::{
    id::{ApiKeyId, CompanyId, UserId},
    notice::Notice,
    time::{DAY, Timestamp},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Core, companies, notices, time_view};
use crate::store::{
    confirmations, downloads, expiring_keys, notices as notice_rows, password_resets, wizards,
};

/// How often it is looked. A company goes, and a key's end is told, at most this late.
const EVERY: Duration = Duration::from_secs(3_600);
/// How long before its end a key's person is told.
const EXPIRING: i64 = 7 * DAY;
/// How long notices are kept.
const NOTICES_KEPT: i64 = 90 * DAY;
/// How long previews that expired are kept, so that whoever comes too late is told that. They hold the values that
/// would have changed.
const PREVIEWS_KEPT: i64 = DAY;
/// How long links that expired are kept, for whoever looks into what happened.
const RESETS_KEPT: i64 = 7 * DAY;
/// How long wizards that can no longer be answered are kept: they tell which models are wizards where Odoo does
/// not. Odoo itself removes the record of one within a day or so (`_transient_vacuum`).
const WIZARDS_KEPT: i64 = 7 * DAY;

/// Looks at once and then every hour, until `stop` is cancelled.
#[must_use]
pub fn start(core: Core, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(error) = run(&core).await {
                tracing::warn!(error = %error, "the housekeeping was not finished");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}

/// Does once what is due now.
///
/// # Errors
/// When the database refuses; what was not done is done the next time.
pub async fn run(core: &Core) -> Result<(), DbErr> {
    companies::remove_due(core).await?;
    tell_of_expiring_keys(core).await?;
    let now = core.clock.now();
    let tx = core.db.begin().await?;
    notice_rows::delete_old(&tx, now.plus(-NOTICES_KEPT)).await?;
    password_resets::delete_expired(&tx, now.plus(-RESETS_KEPT)).await?;
    wizards::delete_expired(&tx, now.plus(-WIZARDS_KEPT)).await?;
    confirmations::delete_expired(&tx, now.plus(-PREVIEWS_KEPT)).await?;
    downloads::empty_expired(&tx, now).await?;
    tx.commit().await
}

async fn tell_of_expiring_keys(core: &Core) -> Result<(), DbErr> {
    let now = core.clock.now();
    let keys = expiring_keys::list(core.db.reader(), now, now.plus(EXPIRING)).await?;
    if keys.is_empty() {
        return Ok(());
    }
    let tx = core.db.begin().await?;
    let mut told = BTreeSet::new();
    for key in keys {
        let company = CompanyId::from_uuid(key.company_id);
        let day = time_view::day(Timestamp::from_micros(key.expires_at));
        let notice = Notice::KeyExpiring { key: key.name, day };
        let once = format!("key_expiring:{}", ApiKeyId::from_uuid(key.id));
        let user = UserId::from_uuid(key.user_id);
        if notices::tell_once(core, &tx, user, company, &notice, once).await? {
            told.insert(company);
        }
    }
    tx.commit().await?;
    for company in told {
        core.news.announce(company);
    }
    Ok(())
}
