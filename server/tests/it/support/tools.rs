//! Calling tools of a running server as a client does.

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::store::policies::{GatewayRules, set_gateway_rules};
use shared::{
    activity::CallView,
    confirmation::{ConfirmMode, ConfirmModes},
    id::CompanyId,
    permission::PermissionSet,
    timeline::{Entry, TimelinePage},
};

use super::{
    app::{TestApp, Who},
    gate::LOOKING,
    streams::request,
};

/// Somebody's key on a server.
pub struct Client<'a> {
    pub app: &'a TestApp,
    pub key: String,
}

/// What a tool said.
#[derive(Debug)]
pub enum Said {
    /// A structured answer.
    Answer(Value),
    /// A sentence about why not.
    Error(String),
    /// HTTP said no before any tool did.
    Status(StatusCode),
}

impl<'a> Client<'a> {
    /// With a new key of this person that has these permissions.
    pub async fn new(app: &'a TestApp, who: Who, permissions: PermissionSet) -> Self {
        let (company, (actor, member)) = app.membership(who).await;
        let key = app.make_key(actor, company, member, permissions).await.key;
        Self { app, key }
    }

    /// Calls a tool.
    pub async fn call(&self, tool: &str, arguments: Value) -> Said {
        let body = request("tools/call", json!({ "name": tool, "arguments": arguments }));
        let (status, answer) = self.app.mcp(&self.key, body).await;
        let result = &answer["result"];
        if status != StatusCode::OK || result.is_null() {
            return Said::Status(status);
        }
        if result["isError"] == json!(true) {
            return Said::Error(result["content"][0]["text"].as_str().expect("a text").to_owned());
        }
        let structured = result["structuredContent"].clone();
        let text = result["content"][0]["text"].as_str().expect("a text");
        assert_eq!(serde_json::from_str::<Value>(text).ok().as_ref(), Some(&structured));
        Said::Answer(structured)
    }

    /// Calls a tool that answers.
    pub async fn answer(&self, tool: &str, arguments: Value) -> Value {
        match self.call(tool, arguments.clone()).await {
            Said::Answer(answer) => answer,
            other => panic!("{tool} {arguments}: {other:?}"),
        }
    }

    /// Calls a tool that refuses, and gives its sentence.
    pub async fn error(&self, tool: &str, arguments: Value) -> String {
        match self.call(tool, arguments.clone()).await {
            Said::Error(sentence) => sentence,
            other => panic!("{tool} {arguments}: {other:?}"),
        }
    }

    /// Calls a tool that changes something and gives the confirmation that it asks for.
    pub async fn confirmation(&self, tool: &str, arguments: &Value) -> String {
        let answer = self.answer(tool, arguments.clone()).await;
        answer["confirm"].as_str().unwrap_or_else(|| panic!("no confirm in {answer}")).to_owned()
    }
}

/// `arguments` with a confirmation.
pub fn with(arguments: &Value, confirm: &str) -> Value {
    let mut arguments = arguments.clone();
    arguments["confirm"] = json!(confirm);
    arguments
}

/// What has reached the Odoo since `before` calls, other than looking at models and at the person.
pub fn reached(app: &TestApp, before: usize) -> Vec<String> {
    app.odoo.calls()[before..]
        .iter()
        .filter(|call| !LOOKING.contains(&call.method.as_str()))
        .map(|call| format!("{}.{}", call.model, call.method))
        .collect()
}

/// The calls of a page, without what people did.
pub fn calls_of(page: TimelinePage) -> Vec<CallView> {
    page.entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Call(call) => Some(*call),
            Entry::Deed(_) => None,
        })
        .collect()
}

/// Rules of a company with these ways to confirm and these guards, and otherwise the defaults.
pub async fn set_rules(app: &TestApp, company: CompanyId, mode: ConfirmMode, guards: &str) {
    let core = &app.state.core;
    let rules = GatewayRules {
        confirm: ConfirmModes { create: mode, write: mode, execute: mode, workflow: mode },
        guards: guards.to_owned(),
        calls_per_minute: 1_000,
        writes_per_minute: 100,
        record_arguments: false,
    };
    let transaction = core.db.begin().await.expect("begins");
    set_gateway_rules(&transaction, company, rules, core.clock.now()).await.expect("is set");
    transaction.commit().await.expect("commits");
}
