//! A door before the demonstration Odoo: a test holds what comes through it, or breaks the connection.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use server::demo::DemoOdoo;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, yield_now},
};
use tower::ServiceExt as _;

/// A running door. It is shut for good when dropped.
pub struct Door {
    /// Where it is.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What becomes of the calls of a method.
#[derive(Clone)]
enum Fate {
    /// They wait until the test lets them go.
    Held(watch::Receiver<bool>),
    /// Odoo carries them out, and the connection breaks in the answer.
    BrokenAfter,
    /// The connection breaks before Odoo hears of them.
    BrokenBefore,
    /// They are answered with this.
    Answered(StatusCode, Value),
    /// Those that have this text in them are answered with this.
    AnsweredWith(String, StatusCode, Value),
}

#[derive(Default)]
struct Shared {
    odoo: OnceLock<Router>,
    fates: Mutex<HashMap<String, Fate>>,
    came: Mutex<HashMap<String, usize>>,
    left: AtomicUsize,
}

/// Lets held calls go when dropped.
pub struct Held(watch::Sender<bool>);

impl Held {
    /// Lets them go.
    pub fn release(self) {
        let _ = self.0.send(true);
    }
}

impl Door {
    /// A door that leads nowhere yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, task }
    }

    /// Opens it to this Odoo.
    pub fn leads_to(&self, odoo: &DemoOdoo) {
        self.shared.odoo.set(odoo.router()).expect("leads nowhere yet");
    }

    /// Its address as a person types it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Holds calls of this method from now on.
    pub fn hold(&self, method: &str) -> Held {
        let (sender, receiver) = watch::channel(false);
        self.set(method, Fate::Held(receiver));
        Held(sender)
    }

    /// Breaks the connection in the answer to calls of this method, which Odoo carries out.
    pub fn break_after(&self, method: &str) {
        self.set(method, Fate::BrokenAfter);
    }

    /// Breaks the connection at calls of this method, of which Odoo never hears.
    pub fn break_before(&self, method: &str) {
        self.set(method, Fate::BrokenBefore);
    }

    /// Answers calls of `model/method` with this from now on.
    pub fn answer(&self, method: &str, answer: Value) {
        self.set(method, Fate::Answered(StatusCode::OK, answer));
    }

    /// Refuses calls of `model/method` with this from now on, as JSON-2 does.
    pub fn refuse(&self, method: &str, status: StatusCode, data: Value) {
        self.set(method, Fate::Answered(status, data));
    }

    /// Refuses calls of `model/method` that name `field` from now on, as JSON-2 does where the user may not read it.
    pub fn forbid(&self, method: &str, field: &str) {
        let message = format!("You do not have enough rights to access the fields \"{field}\".");
        let text = format!("\"{field}\"");
        self.set(method, Fate::AnsweredWith(text, StatusCode::FORBIDDEN, no_access(&message)));
    }

    /// Refuses calls of `model/method` from now on, as JSON-2 does where the user may not make them.
    pub fn deny(&self, method: &str) {
        self.refuse(
            method,
            StatusCode::FORBIDDEN,
            no_access("You are not allowed to access this."),
        );
    }

    /// Lets calls of this method through again.
    pub fn open(&self, method: &str) {
        self.shared.fates.lock().unwrap().remove(method);
    }

    /// How many calls of this method came.
    pub fn came(&self, method: &str) -> usize {
        self.shared.came.lock().unwrap().get(method).copied().unwrap_or_default()
    }

    /// Waits until this many calls of the method have come.
    pub async fn wait_for(&self, method: &str, count: usize) {
        let waiting = async {
            while self.came(method) < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
                yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("they come");
    }

    /// How many callers went away before they were answered.
    pub fn left(&self) -> usize {
        self.shared.left.load(Ordering::SeqCst)
    }

    /// Waits until this many callers have gone away.
    pub async fn wait_for_left(&self, count: usize) {
        let waiting = async {
            while self.left() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("they go away");
    }

    fn set(&self, method: &str, fate: Fate) {
        self.shared.fates.lock().unwrap().insert(method.to_owned(), fate);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Counts a caller who goes away.
struct Waiting<'a>(Option<&'a AtomicUsize>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(left) = self.0 {
            left.fetch_add(1, Ordering::SeqCst);
        }
    }
}

async fn pass(State(shared): State<Arc<Shared>>, mut request: Request) -> Response {
    let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    let mut waiting = Waiting(Some(&shared.left));
    *shared.came.lock().unwrap().entry(method.clone()).or_default() += 1;
    let fate = {
        let fates = shared.fates.lock().unwrap();
        let full = request.uri().path().trim_start_matches("/json/2/");
        fates.get(full).or_else(|| fates.get(&method)).or_else(|| fates.get("*")).cloned()
    };
    let is_broken = matches!(fate, Some(Fate::BrokenAfter));
    match fate {
        Some(Fate::Held(mut held)) => drop(held.wait_for(|released| *released).await),
        Some(Fate::BrokenBefore) => {
            waiting.0 = None;
            return broken();
        }
        Some(Fate::Answered(status, value)) => {
            waiting.0 = None;
            return (status, Json(value)).into_response();
        }
        Some(Fate::AnsweredWith(text, status, value)) => {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            if std::str::from_utf8(&body).is_ok_and(|body| body.contains(&text)) {
                waiting.0 = None;
                return (status, Json(value)).into_response();
            }
            request = Request::from_parts(parts, Body::from(body));
        }
        Some(Fate::BrokenAfter) | None => {}
    }
    let odoo = shared.odoo.get().expect("leads somewhere").clone();
    let answer = odoo.oneshot(request).await.expect("cannot fail");
    waiting.0 = None;
    if is_broken { broken() } else { answer }
}

/// What Odoo says of what the user may not do, in JSON-2.
fn no_access(message: &str) -> Value {
    json!({ "name": "odoo.exceptions.AccessError", "message": message, "arguments": [message], "context": {}, "debug": "" })
}

/// An answer whose body breaks off.
fn broken() -> Response {
    let parts = [Ok("["), Err(std::io::Error::other("broken"))];
    let mut response = Response::new(Body::from_stream(futures::stream::iter(parts)));
    response.headers_mut().insert("content-type", "application/json".parse().unwrap());
    response
}
