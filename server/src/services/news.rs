//! Says which company has something new, to whoever listens in this process. It says nothing of what it
//! was.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use shared::id::CompanyId;
use tokio::{sync::broadcast, time::Instant};

/// Listeners that are slow miss signals rather than hold anybody back.
const SIGNALS: usize = 64;
/// How long news stays fresh for a listener that comes late: a page is drawn, loads the wasm on a slow
/// line, and only then listens.
const FRESH: Duration = Duration::from_secs(60);

/// Where news is told and heard. Clones are the same place.
#[derive(Clone, Debug)]
pub struct News {
    signals: broadcast::Sender<CompanyId>,
    /// When each company last had news, of those that had some lately.
    fresh: Arc<Mutex<HashMap<CompanyId, Instant>>>,
}

impl News {
    /// Tells listeners that something of the company has changed. To be called after the commit.
    pub fn announce(&self, company: CompanyId) {
        let now = Instant::now();
        let mut fresh = self.fresh();
        fresh.retain(|_, at| now.duration_since(*at) < FRESH);
        fresh.insert(company, now);
        drop(fresh);
        // Nobody listens most of the time.
        let _ = self.signals.send(company);
    }

    /// Hears of changes: the company that has them.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<CompanyId> {
        self.signals.subscribe()
    }

    /// Whether the company had news just now: whoever starts to listen may have missed it.
    #[must_use]
    pub fn is_fresh(&self, company: CompanyId) -> bool {
        self.fresh().get(&company).is_some_and(|at| at.elapsed() < FRESH)
    }

    /// What is kept here is whole after every step, so a panic elsewhere spoils nothing.
    fn fresh(&self) -> MutexGuard<'_, HashMap<CompanyId, Instant>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for News {
    fn default() -> Self {
        let (signals, _) = broadcast::channel(SIGNALS);
        Self { signals, fresh: Arc::default() }
    }
}
