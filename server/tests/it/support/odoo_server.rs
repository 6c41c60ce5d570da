//! A server on a port of its own that answers as a test says and remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};
use serde_json::Value;
use server::odoo::{AddressGuard, Client, Limits, Origin};
use tokio::{net::TcpListener, task::JoinHandle};

/// A running server; it stops when dropped.
pub struct OdooServer {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, if that is JSON.
    pub body: Value,
    /// The other end: the same port means the same connection.
    pub peer: SocketAddr,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its content type.
    pub content_type: String,
    /// Its body.
    pub body: String,
    /// Where it redirects to.
    pub location: Option<String>,
}

impl Answer {
    /// An answer of JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json; charset=utf-8".to_owned(),
            body: body.to_string(),
            location: None,
        }
    }

    /// A page.
    pub fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            content_type: "text/html; charset=utf-8".to_owned(),
            body: body.to_owned(),
            location: None,
        }
    }
}

impl OdooServer {
    /// Starts a server that answers like this.
    pub async fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        let handler = move |ConnectInfo(peer): ConnectInfo<SocketAddr>,
                            method: Method,
                            uri: Uri,
                            headers: HeaderMap,
                            body: Bytes| {
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let request = Seen { method, path: uri.path().to_owned(), headers, body, peer };
            let Answer { status, content_type, body, location } = answer(&request);
            log.lock().unwrap().push(request);
            let mut response = Response::builder()
                .status(StatusCode::from_u16(status).unwrap())
                .header(header::CONTENT_TYPE, content_type);
            if let Some(location) = location {
                response = response.header(header::LOCATION, location);
            }
            let response = response.body(Body::from(body)).unwrap();
            async move { response }
        };
        let router =
            Router::new().fallback(handler).into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, seen, task }
    }

    /// What it was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Hangs up on everybody and listens no more.
    pub async fn stop(&self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// Its address for the client.
    pub fn origin(&self) -> Origin {
        Origin::parse(&self.url()).unwrap()
    }

    /// Its address as a person types it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for OdooServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A client that may call these addresses.
pub fn client(allow: &[SocketAddr], limits: Limits) -> Client {
    let allow: Vec<String> = allow.iter().map(ToString::to_string).collect();
    Client::new(AddressGuard::new(&allow, Vec::new()).unwrap(), limits).unwrap()
}
