//! Streams of server-sent events, read event by event, and the requests around them.

use std::{pin::Pin, time::Duration};

use axum::body::Bytes;
use futures::StreamExt as _;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// An open stream.
pub struct EventStream {
    bytes: Pin<Box<dyn futures::Stream<Item = reqwest::Result<Bytes>> + Send>>,
    read: String,
}

impl EventStream {
    /// Opens the `/sse` of the server at `url` with this key.
    pub async fn open(url: &str, key: &str) -> Self {
        let answer = sse(url, key).send().await.expect("answers");
        assert_eq!(answer.status(), StatusCode::OK);
        Self::of(answer)
    }

    /// The events of an answer.
    pub fn of(answer: Response) -> Self {
        Self { bytes: Box::pin(answer.bytes_stream()), read: String::new() }
    }

    /// The name and the data of the next event that has data, or nothing when the stream has ended.
    pub async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                let found = field("data:")
                    .filter(|data| !data.is_empty())
                    .map(|data| (field("event:").unwrap_or_default(), data));
                self.read = rest.to_owned();
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let waiting = tokio::time::timeout(Duration::from_secs(30), self.bytes.next());
            let bytes = waiting.await.expect("an event within half a minute")?.ok()?;
            self.read.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }

    /// The next event's data as a JSON-RPC message.
    pub async fn message(&mut self) -> Value {
        let (_, data) = self.next().await.expect("a message");
        serde_json::from_str(&data).expect("JSON")
    }

    /// The first event of `/sse`: where messages go.
    pub async fn endpoint(&mut self) -> String {
        let (event, path) = self.next().await.expect("an event");
        assert_eq!(event, "endpoint");
        assert!(path.starts_with("/messages?sessionId="), "relative: {path}");
        path
    }
}

/// `GET /sse` of the server at `url`.
pub fn sse(url: &str, key: &str) -> RequestBuilder {
    Client::new().get(format!("{url}/sse")).bearer_auth(key)
}

/// Says something on a stream: `path` is what its endpoint event said.
pub async fn say(url: &str, path: &str, key: &str, body: &Value) -> StatusCode {
    let request = Client::new().post(format!("{url}{path}")).bearer_auth(key).json(body);
    request.send().await.expect("answers").status()
}

/// A request of JSON-RPC with the id 1.
pub fn request(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// The first request of the initialize era.
pub fn initialize(revision: &str) -> Value {
    request(
        "initialize",
        json!({ "protocolVersion": revision, "capabilities": {}, "clientInfo": { "name": "Raw", "version": "1" } }),
    )
}
