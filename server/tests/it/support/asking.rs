//! Clients that can ask their person: on the older transport, and by a call that ends with the question.

use async_trait::async_trait;
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use server::services::tools::{self, Answered, Conversation, Returned};

use super::{
    gate::{Gate, outcome},
    streams::{EventStream, request, say},
};

/// A person who is asked during the call, and agrees at once.
pub struct Agreeing;

#[async_trait]
impl Conversation for Agreeing {
    fn asking(&self) -> tools::Asking {
        tools::Asking::Now
    }

    async fn ask(&self, _question: &str) -> Answered {
        Answered::Agreed
    }

    fn returned(&self) -> Option<Returned> {
        None
    }

    async fn progress(&self, _done: u64, _total: Option<u64>, _message: &str) {}
}

/// A stream whose client can ask its person.
pub struct Asking {
    stream: EventStream,
    path: String,
}

impl Asking {
    pub async fn open(gate: &Gate) -> Self {
        let mut stream = EventStream::open(&gate.app.url, &gate.key.key).await;
        let path = stream.endpoint().await;
        let hello = request(
            "initialize",
            json!({ "protocolVersion": "2025-06-18", "capabilities": { "elicitation": {} },
                "clientInfo": { "name": "Asking", "version": "1" } }),
        );
        say(&gate.app.url, &path, &gate.key.key, &hello).await;
        stream.message().await;
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        say(&gate.app.url, &path, &gate.key.key, &initialized).await;
        Self { stream, path }
    }

    /// Calls, and gives the question that comes back.
    pub async fn call(&mut self, gate: &Gate, tool: &str, arguments: &Value) -> Value {
        let body = request("tools/call", json!({ "name": tool, "arguments": arguments }));
        say(&gate.app.url, &self.path, &gate.key.key, &body).await;
        let question = self.stream.message().await;
        assert_eq!(question["method"], "elicitation/create", "{question}");
        question
    }

    /// Answers the question, and gives the call's outcome.
    pub async fn answer(
        &mut self,
        gate: &Gate,
        question: &Value,
        action: &str,
    ) -> Result<Value, String> {
        let mut result = json!({ "action": action });
        if action == "accept" {
            result["content"] = json!({});
        }
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        say(&gate.app.url, &self.path, &gate.key.key, &answer).await;
        outcome(&self.stream.message().await)
    }
}

/// A call of 2026-07-28 by a client that can ask its person.
pub async fn modern(gate: &Gate, key: &str, tool: &str, mut params: Value) -> Value {
    params["name"] = json!(tool);
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "Modern", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
    });
    let answer = Client::new()
        .post(format!("{}/mcp", gate.app.url))
        .bearer_auth(key)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", tool)
        .json(&request("tools/call", params))
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("json")
}
