//! What the keys of open streams stand for, read again while the streams live: all of them in a few
//! statements, by one task, so that an idle stream needs none of its own.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use shared::{id::ApiKeyId, permission::PermissionSet};
use tokio::{sync::watch, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::{
    services::{principal::Principal, verifier::Verifier},
    sync::locked,
};

/// A key, and from where its stream was opened.
type Presented = (ApiKeyId, Option<IpAddr>);

/// How often a stream says that it is alive, and its key's standing is read again.
pub(super) const PULSE: Duration = Duration::from_secs(15);

/// The keys of all open streams. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Standings {
    by_key: Arc<Mutex<HashMap<Presented, watch::Sender<Standing>>>>,
}

/// What a key was worth when it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Live(PermissionSet),
    Over,
}

/// Watches the key of one stream.
#[derive(Debug)]
pub(super) struct Watch {
    news: watch::Receiver<Standing>,
    permissions: PermissionSet,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It allows something else than before: the lists of tools and prompts are others now.
    Permissions,
    /// Its standing is gone, and with it the stream.
    Over,
}

impl Standings {
    /// Reads them again at every pulse until `stop`.
    pub(super) fn start(verifier: Verifier, stop: CancellationToken) -> Self {
        let standings = Self::default();
        let read = standings.clone();
        tokio::spawn(async move {
            let mut pulse = tokio::time::interval(PULSE);
            pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    _ = pulse.tick() => read.read(&verifier).await,
                }
            }
        });
        standings
    }

    /// Watches the key that `principal` was verified by just now.
    pub(super) fn watch(&self, principal: &Principal) -> Watch {
        let (key, permissions) = ((principal.key, principal.address), principal.permissions);
        let now = Standing::Live(permissions);
        let news = match self.by_key().entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => {
                // Newer than what was read at the last pulse.
                known.get().send_if_modified(|standing| std::mem::replace(standing, now) != now);
                known.get().subscribe()
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                let (standing, news) = watch::channel(now);
                free.insert(standing);
                news
            }
        };
        Watch { news, permissions }
    }

    /// While the database does not answer, nothing changes: the streams stay, as no message of them is
    /// accepted then anyway.
    async fn read(&self, verifier: &Verifier) {
        let keys: Vec<Presented> = {
            let mut by_key = self.by_key();
            by_key.retain(|_, standing| standing.receiver_count() > 0);
            by_key.keys().copied().collect()
        };
        for some in keys.chunks(Verifier::AT_ONCE) {
            let Ok(read) = verifier.standings(some).await else { continue };
            for (key, permissions) in read {
                self.tell(key, permissions.map_or(Standing::Over, Standing::Live));
            }
        }
    }

    fn tell(&self, key: Presented, standing: Standing) {
        let mut by_key = self.by_key();
        let Some(known) = by_key.get(&key) else { return };
        known.send_if_modified(|known| std::mem::replace(known, standing) != standing);
        if standing == Standing::Over {
            tracing::info!(key.id = %key.0, "streams were ended: their key is over");
            by_key.remove(&key);
        }
    }

    fn by_key(&self) -> MutexGuard<'_, HashMap<Presented, watch::Sender<Standing>>> {
        // Each change leaves the map whole, so a panic elsewhere does not spoil it.
        locked(&self.by_key)
    }
}

impl Watch {
    /// The next change.
    pub(super) async fn next(&mut self) -> Change {
        loop {
            match *self.news.borrow_and_update() {
                Standing::Over => return Change::Over,
                Standing::Live(permissions) if permissions != self.permissions => {
                    self.permissions = permissions;
                    return Change::Permissions;
                }
                Standing::Live(_) => {}
            }
            if self.news.changed().await.is_err() {
                // Told to be over, or the server stops: both end the stream.
                return Change::Over;
            }
        }
    }
}
