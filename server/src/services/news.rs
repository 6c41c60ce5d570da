//! Says which company has something new, or whose sessions have ended, to whoever listens in this process.
//! It says nothing of what it was. `news_relay` carries it to other replicas.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use shared::id::{CompanyId, UserId};
use tokio::{sync::broadcast, time::Instant};

pub use crate::domain::news::Signal;
use crate::sync::locked;

/// Listeners that are slow miss signals rather than hold anybody back.
const SIGNALS: usize = 64;
/// How long news stays fresh for a listener that comes late: a page is drawn, loads the wasm on a slow
/// line, and only then listens.
const FRESH: Duration = Duration::from_secs(60);

/// Where news is told and heard. Clones are the same place.
#[derive(Clone, Debug)]
pub struct News {
    /// All that is told, here or on another replica.
    signals: broadcast::Sender<Signal>,
    /// What is told here, for other replicas.
    own: broadcast::Sender<Signal>,
    /// When each company last had news, of those that had some lately.
    fresh: Arc<Mutex<HashMap<CompanyId, Instant>>>,
}

impl News {
    /// Tells listeners that something of the company has changed. To be called after the commit.
    pub fn announce(&self, company: CompanyId) {
        self.tell(Signal::Company(company));
    }

    /// Tells listeners that sessions of the person have ended. To be called after the commit.
    pub fn announce_ended_session(&self, user: UserId) {
        self.tell(Signal::Person(user));
    }

    /// Hears what is told, here or on another replica.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Hears what is told here, to carry it elsewhere.
    pub(super) fn listen_to_own(&self) -> broadcast::Receiver<Signal> {
        self.own.subscribe()
    }

    /// Passes on what was told on another replica.
    pub(super) fn pass_on(&self, signal: Signal) {
        if let Signal::Company(company) = signal {
            let now = Instant::now();
            let mut fresh = self.fresh();
            fresh.retain(|_, at| now.duration_since(*at) < FRESH);
            fresh.insert(company, now);
        }
        // Nobody listens most of the time.
        let _ = self.signals.send(signal);
    }

    /// Whether the company had news just now: whoever starts to listen may have missed it.
    #[must_use]
    pub fn is_fresh(&self, company: CompanyId) -> bool {
        self.fresh().get(&company).is_some_and(|at| at.elapsed() < FRESH)
    }

    fn tell(&self, signal: Signal) {
        self.pass_on(signal);
        // Nobody listens on SQLite.
        let _ = self.own.send(signal);
    }

    /// What is kept here is whole after every step, so a panic elsewhere spoils nothing.
    fn fresh(&self) -> MutexGuard<'_, HashMap<CompanyId, Instant>> {
        locked(&self.fresh)
    }
}

impl Default for News {
    fn default() -> Self {
        let (signals, _) = broadcast::channel(SIGNALS);
        let (own, _) = broadcast::channel(SIGNALS);
        Self { signals, own, fresh: Arc::default() }
    }
}
