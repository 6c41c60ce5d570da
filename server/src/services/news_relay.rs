//! Carries news between replicas: what is told on one is heard by the pages of all. It travels as notices
//! of PostgreSQL, which hold ids and nothing else; on SQLite there is one process, and nothing to carry.

use std::{collections::HashSet, time::Duration};

use sea_orm::{DbBackend, DbErr};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Core, news::Signal};
use crate::store::replica_news::{self, Heard};

/// News that comes close together travels together.
const GATHER: Duration = Duration::from_millis(100);
/// Before another look for the database that went away.
const PAUSE: Duration = Duration::from_secs(1);

/// Carries news until `stop` is cancelled.
pub fn start(core: Core, stop: CancellationToken) {
    if core.db.backend() != DbBackend::Postgres {
        return;
    }
    let replica = core.clock.uuid(&core.entropy);
    // Before the task begins, so that nothing of what is told from now on is missed.
    let own = core.news.listen_to_own();
    tokio::spawn(stop.clone().run_until_cancelled_owned(send(core.clone(), replica, own)));
    tokio::spawn(stop.run_until_cancelled_owned(receive(core, replica)));
}

/// Tells other replicas what is told here. What the database did not take is told when it is back.
async fn send(core: Core, replica: Uuid, mut own: Receiver<Signal>) {
    let mut waiting = HashSet::new();
    loop {
        match own.recv().await {
            Ok(signal) => waiting.insert(signal),
            Err(RecvError::Lagged(_)) => waiting.insert(Signal::Gap),
            Err(RecvError::Closed) => return,
        };
        tokio::time::sleep(GATHER).await;
        while let Ok(signal) = own.try_recv() {
            waiting.insert(signal);
        }
        while let Err(error) = replica_news::tell(&core.db, replica, &waiting).await {
            tracing::warn!(error = %error, "news could not be told to other replicas");
            tokio::time::sleep(PAUSE).await;
        }
        waiting.clear();
    }
}

/// Passes on what other replicas tell.
async fn receive(core: Core, replica: Uuid) {
    loop {
        if let Err(error) = hear(&core, replica).await {
            tracing::warn!(error = %error, "news of other replicas cannot be heard");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(core: &Core, replica: Uuid) -> Result<(), DbErr> {
    let mut listener = replica_news::listen(&core.db).await?;
    // Nobody listened until now.
    core.news.pass_on(Signal::Gap);
    loop {
        let Heard { from, signal } = replica_news::next(&mut listener).await?;
        if from != Some(replica) {
            core.news.pass_on(signal);
        }
    }
}
