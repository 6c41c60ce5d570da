//! The recorded business methods.

use serde_json::{Value, json};

use super::{CONTACT, CONTACTS, Demo, ORDERS};
use crate::support::demo::Person;

impl Demo {
    /// What a recorded business method gives: the result, the error, or that there is neither.
    pub(super) async fn act(&self, case: &str) -> Option<Value> {
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
