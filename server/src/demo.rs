//! The demonstration: an Odoo of our own over HTTP, and a company that uses it.
//!
//! [`DemoOdoo`] speaks the external API of Odoo 19.0 (`GET /web/version`, JSON-2, JSON-RPC, and the web
//! session and portal that PDF reports come from), keeps its records in memory, and knows nothing of the
//! rest of this server: whoever talks to it does so over HTTP.

mod access;
mod context;
mod data;
mod document;
mod domain;
pub mod dotenv;
mod env;
mod errors;
mod fields;
mod french;
mod http;
mod json2;
#[cfg(test)]
mod laws;
mod matching;
mod methods;
mod model;
mod models;
mod order;
mod pdf;
mod portal;
mod rpc;
pub mod seed;
mod session;
mod store;
mod users;
mod value;

use std::{
    collections::VecDeque,
    future::Future,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use shared::time::Timestamp;
use tokio::net::TcpListener;

pub use users::{DemoRights, DemoUser};

use self::{
    env::Env,
    errors::OdooError,
    methods::{Args, Effect, Method},
    model::Model,
    session::Sessions,
    store::Store,
    users::Login,
};
use crate::sync::locked;

/// The name of the one database that the demonstration Odoo has.
pub const DATABASE: &str = "demo";

/// How many of the latest calls are kept for [`DemoOdoo::calls`].
const KEPT_CALLS: usize = 10_000;

/// The demonstration Odoo. Clones share their records.
#[derive(Clone)]
pub struct DemoOdoo {
    shared: Arc<Shared>,
}

/// A call that reached the demonstration Odoo, whatever it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// The model, or the service (`common`, `db`, `web`, `portal`, `report`) of a call that has none.
    pub model: String,
    /// The method.
    pub method: String,
    /// Who called, as far as a credential or a login told.
    pub login: Option<String>,
}

/// What all requests share.
struct Shared {
    logins: Vec<Login>,
    store: RwLock<Store>,
    calls: Mutex<VecDeque<RecordedCall>>,
    sessions: Mutex<Sessions>,
    latency_micros: AtomicU64,
    began: Timestamp,
    clock: Instant,
}

impl DemoOdoo {
    /// A demonstration Odoo for these people, whose records end shortly before `now`. The first person gets
    /// the user id 2, the next 3 and so on.
    #[must_use]
    pub fn new(users: Vec<DemoUser>, now: Timestamp) -> Self {
        let logins = users::logins(&users);
        let store = data::build(&logins, now).expect("a test builds the records");
        Self {
            shared: Arc::new(Shared {
                logins,
                store: RwLock::new(store),
                calls: Mutex::default(),
                sessions: Mutex::default(),
                latency_micros: AtomicU64::new(0),
                began: now,
                clock: Instant::now(),
            }),
        }
    }

    /// The routes of the demonstration Odoo.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.shared))
    }

    /// Answers on `listener` until `shutdown` is done.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(shutdown).await
    }

    /// The latest calls, oldest first: what a test asks to prove that a refused call came here in no form.
    #[must_use]
    pub fn calls(&self) -> Vec<RecordedCall> {
        let calls = locked(&self.shared.calls);
        calls.iter().cloned().collect()
    }

    /// Makes every answer wait this long from now on.
    pub fn set_latency(&self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.shared.latency_micros.store(micros, Ordering::Relaxed);
    }
}

impl Shared {
    fn latency(&self) -> Duration {
        Duration::from_micros(self.latency_micros.load(Ordering::Relaxed))
    }

    fn record(&self, model: &str, method: &str, login: Option<&str>) {
        let mut calls = locked(&self.calls);
        if calls.len() == KEPT_CALLS {
            calls.pop_front();
        }
        calls.push_back(RecordedCall {
            model: model.to_owned(),
            method: method.to_owned(),
            login: login.map(str::to_owned),
        });
    }

    /// The moment that records are stamped with.
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.clock.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.began.plus(micros)
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        locked(&self.sessions)
    }

    /// The records as this person reads them.
    ///
    /// # Errors
    /// As [`Env::new`].
    fn reading(&self, login: Login) -> Result<Env, OdooError> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner).clone();
        Env::new(store, login, &Value::Null, self.now())
    }

    /// Runs a method. What it changes shows to others when it has succeeded as a whole, and not before.
    fn run(&self, login: &Login, call: &Call) -> Result<Value, OdooError> {
        let Call { model, method, ids, args, context } = call;
        let env = |store: Store| Env::new(store, login.clone(), context, self.now());
        match method.effect {
            Effect::Reads => {
                let store = self.store.read().unwrap_or_else(PoisonError::into_inner).clone();
                (method.run)(&mut env(store)?, model, ids, args)
            }
            Effect::Writes => {
                let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
                let mut env = env(store.clone())?;
                let answer = (method.run)(&mut env, model, ids, args)?;
                *store = env.store;
                Ok(answer)
            }
        }
    }
}

/// A call whose model, method and arguments are known to exist and to fit.
struct Call {
    model: &'static Model,
    method: &'static Method,
    ids: Vec<i64>,
    args: Args,
    context: Value,
}
