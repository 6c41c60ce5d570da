//! What the documents' forms have below and beside them: messages, and the portal's address.

use serde_json::json;

use super::{
    super::{
        access::Operation,
        env::Env,
        errors::{OdooError, value_error},
        model::Model,
        portal,
        store::Row,
        value::{datetime_text, is_falsy},
    },
    Args, Effect, Method,
    Param::Optional,
    Target, buttons,
};

/// The models whose records have messages.
const DISCUSSED: &[&str] = &[
    "account.move",
    "product.template",
    "purchase.order",
    "res.partner",
    "sale.order",
    "stock.picking",
];

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "message_post",
        models: DISCUSSED,
        target: Target::Records,
        effect: Effect::Writes,
        params: &[
            Optional("body"),
            Optional("subject"),
            Optional("message_type"),
            Optional("subtype_xmlid"),
            Optional("partner_ids"),
            Optional("attachment_ids"),
            Optional("body_is_html"),
        ],
        run: |env, model, ids, args| post(env, model, ids, args).map(|id| json!([id])),
    },
    Method {
        name: "get_portal_url",
        models: &["sale.order", "purchase.order", "account.move"],
        target: Target::Records,
        effect: Effect::Writes,
        params: &[
            Optional("suffix"),
            Optional("report_type"),
            Optional("download"),
            Optional("query_string"),
            Optional("anchor"),
        ],
        run: |env, model, ids, args| portal_url(env, model, ids, args).map(|url| json!(url)),
    },
];

fn post(env: &mut Env, model: &Model, ids: &[i64], args: &Args) -> Result<i64, OdooError> {
    let id = only(model, ids)?;
    buttons::ready(env, model, ids)?;
    let body = args.text("body").unwrap_or_default();
    let is_html = args.get("body_is_html").is_some_and(|flag| !is_falsy(flag));
    let body = if is_html { body.to_owned() } else { escape(body) };
    let now = json!(datetime_text(env.now));
    let author = env.store.get("res.users", env.login.uid, "partner_id");
    let row = Row::from([
        ("model", json!(model.name)),
        ("res_id", json!(id)),
        ("body", json!(body)),
        ("subject", args.value("subject").clone()),
        ("message_type", json!(args.text("message_type").unwrap_or("notification"))),
        ("author_id", author),
        ("date", now.clone()),
        ("create_date", now.clone()),
        ("write_date", now),
        ("create_uid", json!(env.login.uid)),
        ("write_uid", json!(env.login.uid)),
    ]);
    Ok(env.store.insert("mail.message", row))
}

/// The portal's path of a record with its access token, which is made at the first time.
fn portal_url(env: &mut Env, model: &Model, ids: &[i64], args: &Args) -> Result<String, OdooError> {
    let id = only(model, ids)?;
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Read)?;
    if is_falsy(&env.store.get(model.name, id, "access_token")) {
        let token = token(&env.login.derive(&format!("portal {} {id}", model.name)));
        env.store.set(model.name, id, "access_token", json!(token));
    }
    let token = env.store.get(model.name, id, "access_token");
    let mut url = portal::address(model.name, id).unwrap_or_default();
    url.push_str(args.text("suffix").unwrap_or_default());
    url.push_str(&format!("?access_token={}", token.as_str().unwrap_or_default()));
    if let Some(kind) = args.text("report_type") {
        url.push_str(&format!("&report_type={kind}"));
    }
    if args.get("download").is_some_and(|flag| !is_falsy(flag)) {
        url.push_str("&download=true");
    }
    url.push_str(args.text("query_string").unwrap_or_default());
    if let Some(anchor) = args.text("anchor") {
        url.push_str(&format!("#{anchor}"));
    }
    Ok(url)
}

/// The one record that the method is for.
fn only(model: &Model, ids: &[i64]) -> Result<i64, OdooError> {
    match ids {
        [id] => Ok(*id),
        _ => {
            let ids: Vec<_> = ids.iter().map(i64::to_string).collect();
            let text = format!("Expected singleton: {}({})", model.name, ids.join(", "));
            Err(value_error(text))
        }
    }
}

/// A token in the form that Odoo's have, a UUID of version 4, out of hexadecimal digits.
fn token(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
