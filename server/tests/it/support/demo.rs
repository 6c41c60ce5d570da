//! The demonstration Odoo by itself on a port of its own, and its four people, who ask over both protocols.

use reqwest::{Client, RequestBuilder, header, redirect};
use serde_json::{Value, json};
use server::{
    demo::{DATABASE, DemoOdoo, DemoRights, DemoUser},
    tls,
};
use shared::time::Timestamp;
use tokio::{net::TcpListener, task::JoinHandle};

/// The moment that the records end shortly before: the 24th of November 2026, 13:33:20 UTC.
const NOW: Timestamp = Timestamp::from_micros(1_795_527_200_000_000);

/// Somebody who uses the demonstration Odoo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Everything.
    Admin,
    /// The business apps.
    Manager,
    /// Purchases and the warehouse.
    Purchasing,
    /// Sales and contacts.
    Sales,
}

impl Person {
    const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Purchasing, Self::Sales];

    /// Their user's id.
    pub fn uid(self) -> i64 {
        Self::ALL.iter().zip(2..).find(|(person, _)| **person == self).unwrap().1
    }

    /// What they sign in with.
    pub fn login(self) -> &'static str {
        match self {
            Self::Admin => "ada",
            Self::Manager => "max",
            Self::Purchasing => "pia",
            Self::Sales => "sam",
        }
    }

    /// Their password.
    pub fn password(self) -> String {
        format!("{}-password", self.login())
    }

    /// Their API key.
    pub fn key(self) -> String {
        format!("{}-key", self.login())
    }

    fn rights(self) -> DemoRights {
        match self {
            Self::Admin => DemoRights::Admin,
            Self::Manager => DemoRights::Manager,
            Self::Purchasing => DemoRights::Purchasing,
            Self::Sales => DemoRights::Sales,
        }
    }
}

/// A running demonstration Odoo. It stops when dropped.
pub struct DemoServer {
    /// The demonstration Odoo.
    pub odoo: DemoOdoo,
    /// Its address, without a slash at the end.
    pub url: String,
    client: Client,
    task: JoinHandle<()>,
}

/// An answer with its status.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The content type.
    pub kind: String,
    /// The body, a text where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// The error's class on JSON-2, or in a JSON-RPC envelope; empty where there is none.
    pub fn class(&self) -> &str {
        let data = match self.body.get("error") {
            Some(error) => &error["data"],
            None => &self.body,
        };
        data["name"].as_str().unwrap_or_default()
    }

    /// The error's sentence.
    pub fn message(&self) -> &str {
        let data = match self.body.get("error") {
            Some(error) => &error["data"],
            None => &self.body,
        };
        data["message"].as_str().unwrap_or_default()
    }
}

impl DemoServer {
    /// Starts one whose records are always the same.
    pub async fn start() -> Self {
        let users = Person::ALL.map(|person| DemoUser {
            login: person.login().to_owned(),
            name: person.login().to_uppercase(),
            password: person.password().into(),
            api_key: person.key().into(),
            rights: person.rights(),
        });
        let odoo = DemoOdoo::new(users.into(), NOW);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = odoo.clone();
        let task = tokio::spawn(async move {
            serving.serve(listener, std::future::pending()).await.unwrap();
        });
        tls::use_ring();
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { odoo, url, client, task }
    }

    /// A request to a path, without a credential.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A request to a path, without a credential.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// Calls a method over JSON-2.
    pub async fn json2(&self, who: Person, model: &str, method: &str, body: Value) -> Answer {
        let request = self.post(&format!("/json/2/{model}/{method}")).bearer_auth(who.key());
        answer(request.json(&body)).await
    }

    /// What a method gives that has to succeed.
    pub async fn ok(&self, who: Person, model: &str, method: &str, body: Value) -> Value {
        let Answer { status, kind: _, body } = self.json2(who, model, method, body).await;
        assert_eq!(status, 200, "{model}.{method}: {body}");
        body
    }

    /// One field of one record, as the administrator reads it.
    pub async fn field(&self, model: &str, id: i64, field: &str) -> Value {
        let asked = json!({ "ids": [id], "fields": [field], "context": { "active_test": false } });
        self.ok(Person::Admin, model, "read", asked).await[0][field].take()
    }

    /// The ids of the records that meet a domain, as the administrator sees them.
    pub async fn search(&self, model: &str, domain: Value) -> Vec<i64> {
        let found = self.ok(Person::Admin, model, "search", json!({ "domain": domain })).await;
        found.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect()
    }

    /// Calls a method by `execute_kw` over JSON-RPC; the answer is the whole envelope.
    pub async fn rpc(
        &self,
        who: Person,
        model: &str,
        method: &str,
        args: Value,
        kwargs: Value,
    ) -> Answer {
        let args = json!([DATABASE, who.uid(), who.password(), model, method, args, kwargs]);
        self.service("object", "execute_kw", args).await
    }

    /// Calls a service over JSON-RPC.
    pub async fn service(&self, service: &str, method: &str, args: Value) -> Answer {
        let params = json!({ "service": service, "method": method, "args": args });
        let body = json!({ "jsonrpc": "2.0", "method": "call", "id": 1, "params": params });
        answer(self.post("/jsonrpc").json(&body)).await
    }

    /// The cookie of a session that a secret opens, or the answer that refuses it.
    pub async fn session(&self, who: Person, secret: &str) -> Result<String, Answer> {
        let params = json!({ "db": DATABASE, "login": who.login(), "password": secret });
        let body = json!({ "jsonrpc": "2.0", "method": "call", "params": params });
        let request = self.post("/web/session/authenticate").json(&body);
        let response = request.send().await.unwrap();
        let cookie = response.headers().get(header::SET_COOKIE).cloned();
        match cookie {
            Some(cookie) => Ok(cookie.to_str().unwrap().split(';').next().unwrap().to_owned()),
            None => Err(read(response).await),
        }
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a request is answered with.
pub async fn answer(request: RequestBuilder) -> Answer {
    read(request.send().await.unwrap()).await
}

async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, kind, body }
}
