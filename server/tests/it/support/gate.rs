//! A key at the gateway: tools called over HTTP, the company's rules, and what is on record afterwards.

use std::{net::Ipv4Addr, sync::Arc};

use app::backend::Actor;
use reqwest::StatusCode;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    demo::RecordedCall,
    entities::{api_key, call},
    services::{
        principal::Rules,
        tools::{Answer, Caller, Patience, Silent, ToolName},
    },
    store::policies::{self, GatewayRules},
};
use shared::{
    api_key::GeneratedKey,
    connection::SaveConnection,
    id::{CompanyId, MemberId},
    permission::PermissionSet,
};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::{
    app::{TestApp, Who},
    door::Door,
    linking::link_as_shown,
    streams::request,
};

/// What Odoo is asked before a call is judged, of models and of who asks: nothing that a key does not know anyway.
pub const LOOKING: [&str; 3] = ["context_get", "fields_get", "get_available_models"];

/// A server, and a key of its owner that allows everything.
pub struct Gate {
    pub app: TestApp,
    pub company: CompanyId,
    pub actor: Actor,
    pub member: MemberId,
    pub key: GeneratedKey,
}

impl Gate {
    /// On SQLite, at the time of the machine.
    pub async fn start() -> Self {
        Self::of(TestApp::start().await).await
    }

    /// On this database, at the time of `clock`.
    pub async fn on(database: &str, clock: Clock) -> Self {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        Self::of(TestApp::start_on(database, folder, clock, &[]).await).await
    }

    /// On SQLite, with a door before the demonstration Odoo.
    pub async fn behind(door: &Door) -> Self {
        let allow = door.address.to_string();
        let app = TestApp::start_with(&["--odoo-allow", &allow]).await;
        Self::through(door, app).await
    }

    /// On this database with a door before the demonstration Odoo, and another server beside it.
    pub async fn beside_another(database: &str, door: &Door) -> (Self, TestApp) {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let allow = door.address.to_string();
        let options = ["--odoo-allow", allow.as_str()];
        let start = || TestApp::start_on(database, folder.clone(), Clock::system(), &options);
        let other = start().await;
        (Self::through(door, start().await).await, other)
    }

    /// With a door before the demonstration Odoo of `app`, which may call it.
    pub async fn through(door: &Door, app: TestApp) -> Self {
        let gate = Self::of(app).await;
        door.leads_to(&gate.app.odoo);
        gate.link_through(door).await;
        gate
    }

    /// Connects the company to the Odoo behind this door, and links its owner there.
    pub async fn link_through(&self, door: &Door) {
        self.connect(door, "", "").await;
        let connections = &*self.app.state.backend.connections;
        let account =
            (self.app.var("AIDOO_OWNER_ODOO_LOGIN"), self.app.var("AIDOO_OWNER_ODOO_KEY"));
        link_as_shown(connections, self.actor, self.company, account).await.expect("is linked");
    }

    /// Connects the company to the Odoo behind this door, as an owner does who sets how much it is asked.
    pub async fn connect(&self, door: &Door, calls_per_second: &str, calls_at_once: &str) {
        let save = SaveConnection {
            company: self.company,
            url: door.url(),
            database: "demo".to_owned(),
            calls_per_second: calls_per_second.to_owned(),
            calls_at_once: calls_at_once.to_owned(),
        };
        let connections = &self.app.state.backend.connections;
        connections.save(self.actor, save).await.expect("is saved");
    }

    /// At this server.
    pub async fn of(app: TestApp) -> Self {
        let (company, (actor, member)) = app.membership(Who::Owner).await;
        let key = app.make_key(actor, company, member, PermissionSet::ALL).await;
        Self { app, company, actor, member, key }
    }

    /// Another key of the same person. One that allows nothing is made by taking away what it allowed: a
    /// person makes none.
    pub async fn another_key(&self, permissions: PermissionSet) -> String {
        let (actor, company, member) = (self.actor, self.company, self.member);
        if permissions != PermissionSet::EMPTY {
            return self.app.make_key(actor, company, member, permissions).await.key;
        }
        let key = self.app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
        let transaction = self.app.state.core.db.begin().await.expect("begins");
        api_key::Entity::update_many()
            .col_expr(api_key::Column::Permissions, Expr::value(0_i16))
            .filter(api_key::Column::Id.eq(key.id.as_uuid()))
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        key.key
    }

    /// A tool's structured answer to the gate's key, or its sentence about what is wrong.
    pub async fn call(&self, tool: &str, arguments: Value) -> Result<Value, String> {
        self.call_as(&self.key.key, tool, arguments).await
    }

    /// The same for another key.
    pub async fn call_as(&self, key: &str, tool: &str, arguments: Value) -> Result<Value, String> {
        let body = request("tools/call", json!({ "name": tool, "arguments": arguments }));
        let (status, answer) = self.app.mcp(key, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        outcome(&answer)
    }

    /// What is answered to a call of the gate's key that has taken too long as soon as `until` is done.
    pub async fn overdue(
        &self,
        tool: ToolName,
        arguments: Value,
        until: impl Future<Output = ()>,
    ) -> Answer {
        let over = Arc::new(Notify::new());
        let ends = Arc::clone(&over);
        let mut toolbox = self.app.state.toolbox.clone();
        toolbox.patience = Patience::until(move || Arc::clone(&ends).notified_owned());
        let principal = self.app.state.verifier.standing(self.key.id, None).await.expect("stands");
        let address = Ipv4Addr::LOCALHOST.into();
        let caller = Caller { principal: &principal, client: None, address, conversation: &Silent };
        let call = toolbox.call(&caller, tool, arguments.as_object().cloned());
        let (answer, ()) = tokio::join!(call, async {
            until.await;
            over.notify_one();
        });
        answer
    }

    /// A change's preview and its confirmation, put into the arguments.
    pub async fn previewed(&self, tool: &str, mut arguments: Value) -> Value {
        let preview = self.call(tool, arguments.clone()).await.expect("a preview");
        assert_eq!(preview["status"], "preview", "{preview}");
        arguments["confirm"] = preview["confirm"].clone();
        arguments
    }

    /// Sets the company's rules, from the defaults.
    pub async fn set_rules(&self, change: impl FnOnce(&mut Rules)) {
        let mut rules = Rules::default();
        change(&mut rules);
        let new = GatewayRules {
            confirm: rules.confirm,
            guards: rules.guards.to_json(),
            calls_per_minute: i32::try_from(rules.calls_per_minute).expect("fits"),
            writes_per_minute: i32::try_from(rules.writes_per_minute).expect("fits"),
            record_arguments: rules.record_arguments,
        };
        let core = &self.app.state.core;
        let transaction = core.db.begin().await.expect("begins");
        policies::set_gateway_rules(&transaction, self.company, new, core.clock.now())
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
    }

    /// What is on record of the gate's key, oldest first.
    pub async fn record(&self) -> Vec<call::Model> {
        let state = &self.app.state;
        state.toolbox.activity.flush().await.expect("writes");
        call::Entity::find()
            .filter(call::Column::KeyId.eq(self.key.id.as_uuid()))
            .order_by_asc(call::Column::At)
            .order_by_asc(call::Column::Id)
            .all(state.core.db.reader())
            .await
            .expect("answers")
    }

    /// What Odoo was asked since the `count`th call, without looking at models and at who asks.
    pub fn asked_since(&self, count: usize) -> Vec<String> {
        named(self.app.odoo.calls().into_iter().skip(count))
    }

    /// How many calls reached Odoo so far.
    pub fn calls(&self) -> usize {
        self.app.odoo.calls().len()
    }

    /// How often this method reached Odoo.
    pub fn count(&self, model: &str, method: &str) -> usize {
        let calls = self.app.odoo.calls();
        calls.iter().filter(|call| call.model == model && call.method == method).count()
    }
}

/// A tool's structured answer, or its sentence about what is wrong.
pub fn outcome(answer: &Value) -> Result<Value, String> {
    let result = &answer["result"];
    if result["isError"] == json!(true) {
        return Err(result["content"][0]["text"].as_str().expect("a text").to_owned());
    }
    assert!(result["structuredContent"].is_object(), "{answer}");
    Ok(result["structuredContent"].clone())
}

fn named(calls: impl Iterator<Item = RecordedCall>) -> Vec<String> {
    calls
        .filter(|call| !LOOKING.contains(&call.method.as_str()))
        .map(|call| format!("{}.{}", call.model, call.method))
        .collect()
}
