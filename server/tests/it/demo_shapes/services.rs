//! The recorded calls of services over JSON-RPC, and calls that are none.

use reqwest::header;
use serde_json::{Value, json};

use super::{CONTACTS, Demo};
use crate::support::demo::{Answer, Person, answer};

impl Demo {
    /// The services, and calls that are no calls.
    pub(super) async fn ask_services(&self, name: &str) -> Option<Answer> {
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
}
