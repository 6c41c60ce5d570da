//! The recorded calls over JSON-RPC that are refused.

use serde_json::{Value, json};

use super::{CONTACT, CONTACTS, Demo, ORDERS};
use crate::support::demo::{Answer, Person};

impl Demo {
    /// Calls that are refused.
    pub(super) async fn ask_refused(&self, name: &str) -> Option<Answer> {
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
}
