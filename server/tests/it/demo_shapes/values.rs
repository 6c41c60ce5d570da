//! The recorded calls over JSON-RPC that succeed.

use serde_json::{Value, json};

use super::{CONTACT, CONTACTS, Demo, ORDERS};
use crate::support::demo::{Answer, Person};

impl Demo {
    /// Calls that succeed.
    pub(super) async fn ask_values(&self, name: &str) -> Option<Answer> {
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
}
