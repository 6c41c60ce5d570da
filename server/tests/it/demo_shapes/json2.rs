//! The recorded cases over JSON-2.

use reqwest::header;
use serde_json::json;

use super::{CONTACT, CONTACTS, Demo, ORDERS};
use crate::support::demo::{Answer, Person, answer};

impl Demo {
    pub(super) async fn ask_json2(&self, name: &str) -> Option<Answer> {
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
}
