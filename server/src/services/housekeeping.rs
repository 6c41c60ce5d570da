//! What is to be done now and then, whoever is there: telling of keys that want looking after, removing companies
//! whose time is over, forgetting what is of no use any more.
//!
//! Every replica does it; each thing is done once by itself, whoever comes first.

use std::time::Duration;

use sea_orm::DbErr;
use shared::{call_figures::DAYS, time::DAY};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Core, companies, key_notices};
use crate::{
    domain::lifetimes::WORKFLOW_TRY,
    store::{
        call_days, confirmations, downloads, key_handovers, notices as notice_rows,
        password_resets, sessions, wizards, workflow_tries,
    },
};

/// How often it is looked. A company goes, and a key is told of, at most this late.
const EVERY: Duration = Duration::from_secs(3_600);
/// How long notices are kept.
const NOTICES_KEPT: i64 = 90 * DAY;
/// How long previews that expired are kept, so that whoever comes too late is told that. They hold the values that
/// would have changed.
const PREVIEWS_KEPT: i64 = DAY;
/// How long links that expired are kept, for whoever looks into what happened.
const RESETS_KEPT: i64 = 7 * DAY;
/// How long handovers of keys whose time is over are kept, and shown as such if nobody picked the key up.
const HANDOVERS_KEPT: i64 = 30 * DAY;
/// How long wizards that can no longer be answered are kept: they tell which models are wizards where Odoo does
/// not. Odoo itself removes the record of one within a day or so (`_transient_vacuum`).
const WIZARDS_KEPT: i64 = 7 * DAY;
/// How long it is kept what the calls of a day came to: longer than any figure looks back.
const CALL_DAYS_KEPT: i64 = (DAYS + 10) * DAY;

/// Looks at once and then every hour, until `stop` is cancelled.
#[must_use]
pub fn start(core: Core, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            // What fails has been logged, and is done the next time.
            let _ = run(&core).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}

/// Does once what is due now. What fails keeps nothing else from being done.
///
/// # Errors
/// The first one, when the database refuses; what was not done is done the next time.
pub async fn run(core: &Core) -> Result<(), DbErr> {
    let logged = |what: &str, done: Result<(), DbErr>| {
        done.inspect_err(|error| tracing::warn!(error = %error, "not done: {what}"))
    };
    let removed = logged("removing companies", companies::remove_due(core).await);
    let told = logged("telling of keys", key_notices::tell(core).await);
    let forgotten = logged("forgetting what is over", forget(core).await);
    removed.and(told).and(forgotten)
}

async fn forget(core: &Core) -> Result<(), DbErr> {
    let now = core.clock.now();
    let tx = core.db.begin().await?;
    sessions::delete_over(&tx, now).await?;
    notice_rows::delete_old(&tx, now.plus(-NOTICES_KEPT)).await?;
    password_resets::delete_expired(&tx, now.plus(-RESETS_KEPT)).await?;
    key_handovers::delete_expired(&tx, now.plus(-HANDOVERS_KEPT)).await?;
    wizards::delete_expired(&tx, now.plus(-WIZARDS_KEPT)).await?;
    workflow_tries::delete_old(&tx, now.plus(-WORKFLOW_TRY)).await?;
    call_days::delete_old(&tx, now.plus(-CALL_DAYS_KEPT)).await?;
    confirmations::delete_expired(&tx, now.plus(-PREVIEWS_KEPT)).await?;
    downloads::empty_expired(&tx, now).await?;
    tx.commit().await
}
