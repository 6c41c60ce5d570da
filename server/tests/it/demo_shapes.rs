//! The demonstration Odoo beside recordings of a real Odoo 19: the same status, the same keys, the same types
//! and the same classes of errors, case by case. The folder is named by `AIDOO_ODOO_RECORDINGS`; without it
//! there is nothing to compare with, and the test says so.

use std::{collections::BTreeSet, path::PathBuf};

use reqwest::header;
use serde_json::{Value, json};

use crate::support::demo::{Answer, DemoServer, Person, answer};

/// Recorded cases that the demonstration cannot be asked for, and why.
const NOT_ASKED: [(&str, &str); 7] = [
    ("access_field.jsonrpc", "it keeps no list of API keys"),
    ("action_result.jsonrpc", "the recorded method fails by a fault of its own"),
    ("apikey_gen.json2", "it has no model of API keys"),
    ("apikey_gen.jsonrpc", "it has no model of API keys"),
    ("binary_size.jsonrpc", "its contacts have no pictures"),
    ("make_key_rpc.jsonrpc", "it has no model of API keys"),
    ("model_access.jsonrpc", "it has no model of access rights"),
];

#[tokio::test]
async fn every_answer_has_the_shape_of_the_recorded_one() {
    let Some(folder) = std::env::var_os("AIDOO_ODOO_RECORDINGS").map(PathBuf::from) else {
        println!("skipped: AIDOO_ODOO_RECORDINGS names no folder of recordings");
        return;
    };
    let read = |name: &str| -> Value {
        let file = folder.join(name);
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
        serde_json::from_str(&text).expect("recordings are JSON")
    };
    let shapes = read("shapes.json");
    let cases = shapes["v19"].as_object().expect("cases of 19");
    let demo = Demo::start().await;
    let mut not_asked: BTreeSet<&str> = NOT_ASKED.iter().map(|(case, _)| *case).collect();
    let (mut told, mut compared) = (Vec::new(), 0);
    for (case, recorded) in cases {
        let (_, protocol) = case.rsplit_once('.').expect("a case has a protocol");
        if protocol.starts_with("xmlrpc") || not_asked.remove(case.as_str()) {
            continue;
        }
        let ours = demo.ask(case).await.unwrap_or_else(|| panic!("{case} has no request here"));
        told.extend(differences_of(case, recorded, &ours));
        compared += 1;
    }
    let actions = read("actions-v19.json");
    for (case, recorded) in actions.as_object().expect("actions") {
        let Some(ours) = demo.act(case).await else { continue };
        let mut found = Vec::new();
        differences(case, recorded, &ours, &mut found);
        told.extend(found);
        compared += 1;
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(not_asked.is_empty(), "these are not recorded: {not_asked:?}");
    println!("{compared} recorded answers compared");
}

fn differences_of(case: &str, recorded: &Value, ours: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if recorded["status"] != ours.status {
        found.push(format!("{case}: status {} and not {}", ours.status, recorded["status"]));
    }
    if recorded["ct"] != ours.kind {
        found.push(format!("{case}: {} and not {}", ours.kind, recorded["ct"]));
    }
    let body = &recorded["body"];
    let class = |body: &Value| match body.get("error") {
        Some(error) => error["data"]["name"].clone(),
        None => {
            body.get("name").filter(|_| body.get("debug").is_some()).cloned().unwrap_or_default()
        }
    };
    if class(body) != class(&ours.body) {
        found.push(format!("{case}: {} and not {}", class(&ours.body), class(body)));
    }
    differences(case, body, &ours.body, &mut found);
    found
}

/// What differs in keys and types. Of lists the first items stand for all.
fn differences(at: &str, recorded: &Value, ours: &Value, found: &mut Vec<String>) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            let keys = |of: &serde_json::Map<String, Value>| -> BTreeSet<String> {
                of.keys().cloned().collect()
            };
            // A browser's session is told a lot that no client of ours reads; what is told has its types.
            let is_part = at.ends_with("session_auth.web.result");
            let (wanted, given) = (keys(recorded), keys(ours));
            let missing: Vec<_> = wanted.difference(&given).collect();
            let further: Vec<_> = given.difference(&wanted).collect();
            if !further.is_empty() || (!missing.is_empty() && !is_part) {
                found.push(format!("{at}: lacks {missing:?}, has {further:?} beside"));
            }
            for (key, recorded) in recorded {
                // What is in them depends on the records, and is nobody's interface.
                let is_open = matches!(key.as_str(), "context" | "user_companies" | "debug");
                if let Some(ours) = ours.get(key).filter(|_| !is_open) {
                    differences(&format!("{at}.{key}"), recorded, ours, found);
                }
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            if let (Some(recorded), Some(ours)) = (recorded.first(), ours.first()) {
                differences(&format!("{at}[0]"), recorded, ours, found);
            }
            if recorded.is_empty() != ours.is_empty() {
                found.push(format!("{at}: {} items and not {}", ours.len(), recorded.len()));
            }
        }
        _ if kind(recorded) != kind(ours) => {
            found.push(format!("{at}: {} ({ours}) and not {}", kind(ours), kind(recorded)));
        }
        _ => {}
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// The demonstration Odoo, and the records that the cases speak of.
struct Demo {
    odoo: DemoServer,
    /// An order of somebody else, which the buyer does not see.
    foreign: i64,
}

/// The model of most cases.
const CONTACTS: &str = "res.partner";
const ORDERS: &str = "purchase.order";
/// The id of a contact that is a company.
const CONTACT: i64 = 7;

impl Demo {
    async fn start() -> Self {
        let odoo = DemoServer::start().await;
        let foreign = odoo.search(ORDERS, json!([["user_id", "=", Person::Admin.uid()]])).await[0];
        Self { odoo, foreign }
    }

    async fn json2(&self, who: Person, model: &str, method: &str, body: Value) -> Option<Answer> {
        Some(self.odoo.json2(who, model, method, body).await)
    }

    async fn rpc(
        &self,
        who: Person,
        model: &str,
        method: &str,
        args: Value,
        kwargs: Value,
    ) -> Option<Answer> {
        Some(self.odoo.rpc(who, model, method, args, kwargs).await)
    }

    async fn service(&self, service: &str, method: &str, args: Value) -> Option<Answer> {
        Some(self.odoo.service(service, method, args).await)
    }

    /// What is asked in a recorded case.
    async fn ask(&self, case: &str) -> Option<Answer> {
        let (name, protocol) = case.rsplit_once('.')?;
        match protocol {
            "json2" => self.ask_json2(name).await,
            "jsonrpc" => match self.ask_services(name).await {
                Some(answer) => Some(answer),
                None => match self.ask_refused(name).await {
                    Some(answer) => Some(answer),
                    None => self.ask_values(name).await,
                },
            },
            "web" => self.ask_session().await,
            _ => None,
        }
    }

    async fn ask_json2(&self, name: &str) -> Option<Answer> {
        let (admin, buyer) = (Person::Admin, Person::Purchasing);
        let post = |path: &str| self.odoo.post(path);
        let counted = || post("/json/2/res.partner/search_count").json(&json!({ "domain": [] }));
        let found = json!([["nofield", "=", 1]]);
        match name {
            "access_model" => self.json2(Person::Sales, ORDERS, "search_read", json!({})).await,
            "bad_db" => {
                let request = counted().bearer_auth(admin.key());
                Some(answer(request.header("x-odoo-database", "nodb")).await)
            }
            "bad_key" => Some(answer(counted().bearer_auth("nokey")).await),
            "no_key" => Some(answer(counted()).await),
            "no_db" | "ok_count" => Some(answer(counted().bearer_auth(admin.key())).await),
            "bad_kwarg" => self.json2(admin, CONTACTS, "search_read", json!({ "limitt": 1 })).await,
            "context_get" => self.json2(admin, "res.users", "context_get", json!({})).await,
            "create" => {
                self.json2(admin, CONTACTS, "create", json!({ "vals_list": [{ "name": "J2" }] }))
                    .await
            }
            "create_single" => {
                self.json2(admin, CONTACTS, "create", json!({ "vals_list": { "name": "J2" } }))
                    .await
            }
            "create_po" => {
                let order = json!({ "vals_list": [{ "partner_id": CONTACT }] });
                self.json2(admin, ORDERS, "create", order).await
            }
            "ctx" => {
                let asked = json!({ "context": { "lang": "xx_XX" } });
                self.json2(admin, CONTACTS, "search_read", asked).await
            }
            "fields_get" => {
                let asked = json!({ "allfields": ["name"], "attributes": ["string", "type"] });
                self.json2(admin, CONTACTS, "fields_get", asked).await
            }
            "get_method" => Some(
                answer(self.odoo.get("/json/2/res.partner/read").bearer_auth(admin.key())).await,
            ),
            "ids_on_model_method" => {
                self.json2(admin, CONTACTS, "search_read", json!({ "ids": [1] })).await
            }
            "malformed" => {
                let request = post("/json/2/res.partner/read").bearer_auth(admin.key());
                let request = request.header(header::CONTENT_TYPE, "application/json");
                Some(answer(request.body("{x")).await)
            }
            "wrong_ctype" => {
                let request = post("/json/2/res.partner/read").bearer_auth(admin.key());
                Some(answer(request.header(header::CONTENT_TYPE, "text/plain").body("x")).await)
            }
            "missing_method" => self.json2(admin, CONTACTS, "no_such", json!({})).await,
            "missing_model" => self.json2(admin, "no.such.model", "read", json!({})).await,
            "missing_record" => {
                let asked = json!({ "ids": [999_999], "vals": { "phone": "1" } });
                self.json2(admin, CONTACTS, "write", asked).await
            }
            "missing_record_read" => {
                self.json2(admin, CONTACTS, "read", json!({ "ids": [999_999] })).await
            }
            "none" => {
                let id = self.odoo.search(ORDERS, json!([["state", "=", "cancel"]])).await[0];
                self.json2(admin, ORDERS, "button_draft", json!({ "ids": [id] })).await
            }
            "ok_search_read" => {
                let asked = json!({ "fields": ["name", "parent_id"], "limit": 2 });
                self.json2(admin, CONTACTS, "search_read", asked).await
            }
            "private_method" => {
                self.json2(admin, CONTACTS, "_compute_display_name", json!({})).await
            }
            "read" => {
                let asked = json!({ "ids": [CONTACT], "fields": ["name", "phone"] });
                self.json2(admin, CONTACTS, "read", asked).await
            }
            "rule_read" => {
                self.json2(buyer, ORDERS, "read", json!({ "ids": [self.foreign] })).await
            }
            "unknown_field" => {
                self.json2(admin, CONTACTS, "search_read", json!({ "fields": ["nofield"] })).await
            }
            "unknown_field_domain" => {
                self.json2(admin, CONTACTS, "search_read", json!({ "domain": found })).await
            }
            "unlink" => {
                let id = self.contact().await;
                self.json2(admin, CONTACTS, "unlink", json!({ "ids": [id] })).await
            }
            "usererror" => {
                let id = self.odoo.search(ORDERS, json!([["state", "=", "purchase"]])).await[0];
                self.json2(admin, ORDERS, "unlink", json!({ "ids": [id] })).await
            }
            "validation" => {
                self.json2(admin, CONTACTS, "create", json!({ "vals_list": [{}] })).await
            }
            "void" | "write" => {
                let asked = json!({ "ids": [CONTACT], "vals": { "phone": "1" } });
                self.json2(admin, CONTACTS, "write", asked).await
            }
            // The recorded call gave a list of groups, as `formatted_read_group` does.
            "web_read_group" => {
                let asked =
                    json!({ "domain": [], "groupby": ["partner_id"], "aggregates": ["__count"] });
                self.json2(admin, ORDERS, "formatted_read_group", asked).await
            }
            "web_search_read" => {
                let asked = json!({
                    "domain": [], "specification": { "name": {}, "parent_id": {} }, "limit": 1,
                });
                self.json2(admin, CONTACTS, "web_search_read", asked).await
            }
            _ => None,
        }
    }

    /// The services, and calls that are no calls.
    async fn ask_services(&self, name: &str) -> Option<Answer> {
        let admin = Person::Admin;
        let (login, password) = (admin.login(), admin.password());
        let execute = |uid: Value, secret: Value| {
            let args = json!(["demo", uid, secret, CONTACTS, "search_count", [[]], {}]);
            self.service("object", "execute_kw", args)
        };
        match name {
            "auth_ok" => {
                let args = json!(["demo", login, password, {}]);
                self.service("common", "authenticate", args).await
            }
            "auth_bad" => {
                let args = json!(["demo", login, "wrong", {}]);
                self.service("common", "authenticate", args).await
            }
            "auth_nodb" => {
                let args = json!(["nodb", login, password, {}]);
                self.service("common", "authenticate", args).await
            }
            "login_ok" => self.service("common", "login", json!(["demo", login, password])).await,
            "bad_common" => self.service("common", "nope", json!([])).await,
            "bad_service" => self.service("nope", "nope", json!([])).await,
            "db_list" => self.service("db", "list", json!([])).await,
            "version" => self.service("common", "version", json!([])).await,
            "exec_bad_password" => execute(json!(2), json!("wrong")).await,
            "execute_bad_args" => self.service("object", "execute_kw", json!(["demo", 2])).await,
            "nodb_exec" => {
                let args = json!(["nodb", 2, password, CONTACTS, "search_count", [[]]]);
                self.service("object", "execute_kw", args).await
            }
            "partners_apikey" => {
                let read = json!({ "fields": ["name"], "limit": 2 });
                let args = json!(["demo", 2, admin.key(), CONTACTS, "search_read", [[]], read]);
                self.service("object", "execute_kw", args).await
            }
            "uid_false" => execute(json!(false), json!(password)).await,
            "uid_str" => execute(json!("2"), json!(password)).await,
            "uid_wrong" => execute(json!(9_999), json!(password)).await,
            "malformed" => {
                let request = self.odoo.post("/jsonrpc");
                let request = request.header(header::CONTENT_TYPE, "application/json");
                Some(answer(request.body("{x")).await)
            }
            _ => None,
        }
    }

    /// Calls that are refused.
    async fn ask_refused(&self, name: &str) -> Option<Answer> {
        let (admin, buyer) = (Person::Admin, Person::Purchasing);
        let none = json!({});
        let contacts = |method: &'static str, args: Value, kwargs: Value| {
            self.rpc(admin, CONTACTS, method, args, kwargs)
        };
        let write = |values: Value| contacts("write", json!([[CONTACT], values]), json!({}));
        match name {
            "access_create" => {
                self.rpc(buyer, CONTACTS, "create", json!([{ "name": "x" }]), none).await
            }
            "access_model" | "access_model_debugcheck" => {
                self.rpc(Person::Sales, ORDERS, "search_read", json!([[]]), none).await
            }
            "access_write" => {
                let args = json!([[CONTACT], { "phone": "1" }]);
                self.rpc(buyer, CONTACTS, "write", args, none).await
            }
            "bad_kwarg" => contacts("search_read", json!([[]]), json!({ "limitt": 1 })).await,
            "bad_operator" => contacts("search", json!([[["name", "~~", "x"]]]), none).await,
            "bad_order" => contacts("search", json!([[]]), json!({ "order": "nofield" })).await,
            "bad_order_inj" => {
                contacts("search", json!([[]]), json!({ "order": "name; drop table x" })).await
            }
            "bad_selection" => write(json!({ "type": "zzz" })).await,
            "bad_type" => contacts("search", json!(["notadomain"]), none).await,
            "context_company_denied" => {
                let context = json!({ "context": { "allowed_company_ids": [99] } });
                contacts("search", json!([[]]), context).await
            }
            "fk_violation" => self.rpc(admin, "res.country", "unlink", json!([[1]]), none).await,
            "lang_ctx" => {
                contacts("search_read", json!([[]]), json!({ "context": { "lang": "xx_XX" } }))
                    .await
            }
            "missing_method" => contacts("no_such_method", json!([[]]), none).await,
            "missing_model" => self.rpc(admin, "no.such.model", "read", json!([[1]]), none).await,
            "missing_record_write" => {
                contacts("write", json!([[999_999], { "phone": "1" }]), none).await
            }
            "models" => self.rpc(buyer, "ir.model", "search_read", json!([[]]), none).await,
            "neg_limit" => contacts("search", json!([[]]), json!({ "limit": -1 })).await,
            "private_method" => contacts("_compute_display_name", json!([[1]]), none).await,
            "report_rpc" => {
                self.rpc(admin, "ir.actions.report", "render_qweb_pdf", json!([[1]]), none).await
            }
            "rule_read" => self.rpc(buyer, ORDERS, "read", json!([[self.foreign]]), none).await,
            "rule_write" => {
                let args = json!([[self.foreign], { "partner_ref": "x" }]);
                self.rpc(buyer, ORDERS, "write", args, none).await
            }
            "unique_violation" => {
                let args = json!([{ "name": "Twin", "login": admin.login() }]);
                self.rpc(admin, "res.users", "create", args, none).await
            }
            "unknown_field_domain" => {
                contacts("search", json!([[["nofield", "=", 1]]]), none).await
            }
            "unknown_field_read" => contacts("read", json!([[CONTACT], ["nofield"]]), none).await,
            "unknown_field_write" => write(json!({ "nofield": 1 })).await,
            "unlink" => contacts("unlink", json!([[999_999]]), none).await,
            "usererror" => {
                let id = self.odoo.search(ORDERS, json!([["state", "=", "purchase"]])).await[0];
                self.rpc(admin, ORDERS, "unlink", json!([[id]]), none).await
            }
            "usererror_accounting" => {
                self.rpc(admin, "res.company", "unlink", json!([[1]]), none).await
            }
            "validation_recursion" => write(json!({ "parent_id": CONTACT })).await,
            "validation_required" => contacts("create", json!([{}]), none).await,
            "validation_required2" => self.rpc(admin, ORDERS, "create", json!([{}]), none).await,
            _ => None,
        }
    }

    /// Calls that succeed.
    async fn ask_values(&self, name: &str) -> Option<Answer> {
        let (admin, buyer) = (Person::Admin, Person::Purchasing);
        let none = json!({});
        let contacts = |method: &'static str, args: Value, kwargs: Value| {
            self.rpc(admin, CONTACTS, method, args, kwargs)
        };
        let may = json!(["create", false]);
        let by_state =
            json!({ "groupby": ["state"], "aggregates": ["__count", "amount_total:sum"] });
        match name {
            "big_int" => contacts("read", json!([[2_147_483_648_i64], ["name"]]), none).await,
            "check_access_rights" => {
                self.rpc(buyer, CONTACTS, "check_access_rights", may, none).await
            }
            "has_access" => {
                self.rpc(buyer, CONTACTS, "has_access", json!([[], "create"]), none).await
            }
            "has_group" => {
                let args = json!([[2], "base.group_user"]);
                self.rpc(admin, "res.users", "has_group", args, none).await
            }
            "create" => contacts("create", json!([{ "name": "Probe" }]), none).await,
            "create_multi" => {
                contacts("create", json!([[{ "name": "One" }, { "name": "Two" }]]), none).await
            }
            "mkp2" => contacts("create", json!([{ "name": "Second" }]), none).await,
            "mkcompany" => {
                let args = json!([[["name", "=", "Nobody"]]]);
                self.rpc(admin, "res.company", "search", args, none).await
            }
            "mkcompany2" => {
                self.rpc(admin, "res.company", "create", json!([{ "name": "Second" }]), none).await
            }
            "export_data" => {
                contacts("export_data", json!([[CONTACT], [".id", "name"]]), none).await
            }
            "field_group" => {
                self.rpc(admin, "res.users", "read", json!([[2], ["password"]]), none).await
            }
            "field_group2" => {
                let args = json!([[1], ["standard_price"]]);
                self.rpc(admin, "product.product", "read", args, none).await
            }
            "fields_get" => {
                let fields = json!(["name", "parent_id", "category_id", "active", "company_type"]);
                let attributes =
                    json!(["string", "type", "required", "readonly", "relation", "selection"]);
                contacts("fields_get", json!([fields]), json!({ "attributes": attributes })).await
            }
            "fields_get_group" => {
                let attributes = json!({ "attributes": ["type", "groups"] });
                let args = json!([["standard_price"]]);
                self.rpc(admin, "product.product", "fields_get", args, attributes).await
            }
            "formatted_read_group" => {
                self.rpc(admin, ORDERS, "formatted_read_group", json!([[]]), by_state).await
            }
            "read_group" => {
                let args = json!([[], ["amount_total"], ["state"]]);
                self.rpc(admin, ORDERS, "read_group", args, none).await
            }
            "html_field" => {
                contacts("write", json!([[CONTACT], { "comment": "<p>hi</p>" }]), none).await
            }
            "html_read" => contacts("read", json!([[CONTACT], ["comment"]]), none).await,
            "missing_record_read" => contacts("read", json!([[999_999]]), none).await,
            "models_admin" => {
                let args = json!([[["model", "in", [CONTACTS, ORDERS]]]]);
                let fields = json!({ "fields": ["model", "name", "transient"] });
                self.rpc(admin, "ir.model", "search_read", args, fields).await
            }
            "name_search" => contacts("name_search", json!(["bakery"]), none).await,
            "none_result" | "void_return" | "write" => {
                contacts("write", json!([[CONTACT], { "phone": "1" }]), none).await
            }
            "none_result2" => {
                let id = self.contact().await;
                contacts("action_archive", json!([[id]]), none).await
            }
            "none_result3" => {
                let id =
                    self.odoo.search(ORDERS, json!([["state", "in", ["cancel", "draft"]]])).await;
                self.rpc(admin, ORDERS, "button_draft", json!([[id[0]]]), none).await
            }
            "o2m_cmd" => {
                let line = json!([0, 0, { "product_id": 1, "product_qty": 2 }]);
                let args = json!([{ "partner_id": CONTACT, "order_line": [line] }]);
                self.rpc(admin, ORDERS, "create", args, none).await
            }
            "partners" => {
                let fields = ["name", "email", "parent_id", "category_id", "create_date"];
                let page = json!({ "fields": fields, "limit": 3, "order": "id" });
                contacts("search_read", json!([[]]), page).await
            }
            "purchases" => {
                let fields =
                    ["name", "partner_id", "state", "amount_total", "date_order", "order_line"];
                let page = json!({ "fields": fields, "limit": 2, "order": "id" });
                self.rpc(admin, ORDERS, "search_read", json!([[]]), page).await
            }
            "read_back" => {
                contacts("read", json!([[CONTACT], ["name", "phone", "active"]]), none).await
            }
            "reports" => {
                let args = json!([[["model", "in", ["sale.order", ORDERS, "account.move"]]]]);
                let fields = json!({ "fields": ["report_name", "model", "name"] });
                self.rpc(buyer, "ir.actions.report", "search_read", args, fields).await
            }
            "rule_search" => {
                let args = json!([[["id", "=", self.foreign]]]);
                self.rpc(buyer, ORDERS, "search_count", args, none).await
            }
            "search_count" => contacts("search_count", json!([[]]), none).await,
            // The recorded method opens a question; this one opens another.
            "wizard" => Some(self.question().await),
            _ => None,
        }
    }

    async fn ask_session(&self) -> Option<Answer> {
        let (login, password) = (Person::Admin.login(), Person::Admin.password());
        let params = json!({ "db": "demo", "login": login, "password": password });
        let body = json!({ "jsonrpc": "2.0", "method": "call", "params": params });
        Some(answer(self.odoo.post("/web/session/authenticate").json(&body)).await)
    }

    /// A new contact, to be deleted or archived.
    async fn contact(&self) -> i64 {
        let new = json!({ "vals_list": [{ "name": "Passing" }] });
        self.odoo.ok(Person::Admin, CONTACTS, "create", new).await[0].as_i64().unwrap()
    }

    /// What validating a transfer gives of which some is there and some is not.
    async fn question(&self) -> Answer {
        let moves = json!({
            "domain": [["state", "=", "assigned"], ["quantity", ">", 0]],
            "fields": ["picking_id", "quantity", "product_uom_qty"],
        });
        let moves = self.odoo.ok(Person::Admin, "stock.move", "search_read", moves).await;
        let short = moves.as_array().unwrap().iter().find(|line| {
            line["quantity"].as_f64().unwrap() < line["product_uom_qty"].as_f64().unwrap()
        });
        let id = short.expect("one is short")["picking_id"][0].clone();
        let args = json!([[id]]);
        self.odoo.rpc(Person::Admin, "stock.picking", "button_validate", args, json!({})).await
    }

    /// What a recorded business method gives: the result, the error, or that there is neither.
    async fn act(&self, case: &str) -> Option<Value> {
        let admin = Person::Admin;
        let in_state = |model: &'static str, state: &'static str| async move {
            self.odoo.search(model, json!([["state", "=", state]])).await[0]
        };
        let envelope = match case {
            "sale.order/action_confirm draft" => {
                let id = in_state("sale.order", "draft").await;
                self.rpc(admin, "sale.order", "action_confirm", json!([[id]]), json!({})).await?
            }
            "sale.order/action_confirm again" => {
                let id = in_state("sale.order", "sale").await;
                self.rpc(admin, "sale.order", "action_confirm", json!([[id]]), json!({})).await?
            }
            "sale.order state after" => {
                let args = json!([[["state", "=", "sale"]]]);
                let fields = json!({ "fields": ["state"], "limit": 1 });
                self.rpc(admin, "sale.order", "search_read", args, fields).await?
            }
            "purchase.order/button_confirm draft" => {
                let id = in_state(ORDERS, "draft").await;
                self.rpc(admin, ORDERS, "button_confirm", json!([[id]]), json!({})).await?
            }
            "purchase.order/button_confirm again" => {
                let id = in_state(ORDERS, "purchase").await;
                self.rpc(admin, ORDERS, "button_confirm", json!([[id]]), json!({})).await?
            }
            "purchase.order/button_cancel confirmed" => {
                let new = json!({ "vals_list": [{ "partner_id": CONTACT }] });
                let id = self.odoo.ok(admin, ORDERS, "create", new).await[0].clone();
                self.rpc(admin, ORDERS, "button_confirm", json!([[id]]), json!({})).await?;
                self.rpc(admin, ORDERS, "button_cancel", json!([[id]]), json!({})).await?
            }
            "stock.picking/button_validate" => self.question().await,
            "sale.order/get_portal_url pdf" | "stock.picking/get_portal_url pdf" => {
                let (model, _) = case.split_once('/')?;
                let kwargs = json!({ "report_type": "pdf", "download": true });
                self.rpc(admin, model, "get_portal_url", json!([[3]]), kwargs).await?
            }
            "sale.order/message_post" => {
                let kwargs = json!({ "body": "x" });
                self.rpc(admin, "sale.order", "message_post", json!([[3]]), kwargs).await?
            }
            "res.partner/copy" => {
                self.rpc(admin, CONTACTS, "copy", json!([[CONTACT]]), json!({})).await?
            }
            "res.partner/action_archive" => {
                let id = self.contact().await;
                self.rpc(admin, CONTACTS, "action_archive", json!([[id]]), json!({})).await?
            }
            "res.partner/load" => {
                let args = json!([["name", "city"], [["One", "Celle"], ["", "Celle"]]]);
                self.rpc(admin, CONTACTS, "load", args, json!({})).await?
            }
            "res.partner/export_data" => {
                let args = json!([[CONTACT], ["name", "country_id/name", "category_id/name"]]);
                self.rpc(admin, CONTACTS, "export_data", args, json!({})).await?
            }
            // The ids that the recording was made with.
            "account.move draft ids" | "stock.picking assigned ids" => return None,
            other => panic!("{other} is not asked here"),
        };
        Some(outcome(&envelope.body))
    }
}

/// An envelope as the actions are recorded: without what goes round it, and without traceback.
fn outcome(envelope: &Value) -> Value {
    match (envelope.get("result"), envelope.get("error")) {
        (Some(result), _) => result.clone(),
        (None, Some(error)) => json!({ "error": {
            "code": error["code"],
            "message": error["message"],
            "data": { "name": error["data"]["name"], "message": error["data"]["message"] },
        } }),
        (None, None) => json!("<absent>"),
    }
}
