//! `aidoo_context`: who am I, in which company, on which Odoo, and what day is it there.

use jiff::tz::TimeZone;
use rmcp::model::Tool;
use serde_json::{Map, Value, json};
use shared::time::Timestamp;

use super::{Answer, Call, named, reading_tool};
use crate::{
    mcp::{answer::ToolError, arguments::Arguments},
    services::principal::{LinkedAccount, Standing},
};

pub(super) fn definition() -> Tool {
    reading_tool(
        "aidoo_context",
        "Who am I",
        "Who the person is, their company and role, what this API key allows, and their Odoo: version, \
         user, language, time zone and today's date there. Call it first when any of these matters.",
        json!({ "type": "object", "properties": {}, "additionalProperties": false }),
        json!({
            "type": "object",
            "properties": {
                "person": { "type": "string" },
                "company": { "type": "string" },
                "role": { "type": "string" },
                "key": { "type": "string", "description": "the API key's name" },
                "permissions": { "type": "array", "items": { "type": "string" } },
                "today": { "type": "string", "description": "in the person's time zone" },
                "odoo": {
                    "type": "object",
                    "properties": {
                        "status": { "type": "string", "description": "linked, or what is missing" },
                        "help": { "type": "string", "description": "what to do, and where" },
                        "version": { "type": "string" },
                        "login": { "type": "string" },
                        "user": { "type": "string" },
                        "user_id": { "type": "integer" },
                        "language": { "type": ["string", "null"] },
                        "time_zone": { "type": ["string", "null"] }
                    },
                    "required": ["status"]
                }
            },
            "required": ["person", "company", "role", "key", "permissions", "today", "odoo"]
        }),
    )
}

pub(super) async fn run(call: &Call<'_>, arguments: Arguments) -> Answer {
    arguments.finish(&[])?;
    let principal = call.principal;
    let permissions: Vec<&str> =
        principal.permissions.iter().map(|permission| permission.as_str()).collect();
    let (odoo, zone) = odoo(call).await;
    Ok(json!({
        "person": principal.person,
        "company": principal.company_name,
        "role": principal.role.as_str(),
        "key": principal.key_name,
        "permissions": permissions,
        "today": today(call.now, zone.as_deref()),
        "odoo": odoo,
    }))
}

/// What is known of the person's Odoo, and their time zone. That something is missing is an answer
/// here, not an error: this is the call that tells what to do.
async fn odoo(call: &Call<'_>) -> (Value, Option<String>) {
    let missing = |status: &str, help: &str| {
        (json!({ "status": status, "help": format!("{help}: {}", call.odoo_page) }), None)
    };
    let account = match &call.principal.odoo {
        Standing::NotConnected => {
            return missing("not connected", "an owner or an admin connects the company's Odoo at");
        }
        Standing::NotLinked => {
            return missing("not linked", "link your own Odoo login and API key at");
        }
        Standing::Refused => {
            return missing("refused", "Odoo no longer takes your linked secret; replace it at");
        }
        Standing::Linked(account) => account,
    };
    match user(call, account).await {
        Ok((user, zone)) => (user, zone),
        Err(error) => {
            let LinkedAccount { version, login, uid, .. } = account.as_ref();
            let odoo = json!({
                "status": "linked", "help": error.to_string(),
                "version": version, "login": login, "user_id": uid,
            });
            (odoo, None)
        }
    }
}

async fn user(
    call: &Call<'_>,
    account: &LinkedAccount,
) -> Result<(Value, Option<String>), ToolError> {
    let LinkedAccount { version, login, uid, .. } = account;
    let context = call.ask("res.users", "context_get", None, Map::new()).await?;
    let text = |name: &str| context.get(name).and_then(Value::as_str).map(str::to_owned);
    let (language, zone) = (text("lang"), text("tz"));
    let arguments = named(json!({ "fields": ["name"] }));
    let rows = call.ask("res.users", "read", Some(vec![*uid]), arguments).await?;
    let odoo = json!({
        "status": "linked",
        "version": version,
        "login": login,
        "user": rows[0]["name"].as_str().unwrap_or(login),
        "user_id": uid,
        "language": language,
        "time_zone": zone,
    });
    Ok((odoo, zone))
}

/// The date at `now` in `zone`, or in UTC where the zone is unknown.
fn today(now: Timestamp, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_microsecond(now.as_micros())
        .map(|at| zone.to_datetime(at).date().to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_the_date_where_the_person_is() {
        // 2026-11-24T23:30:00Z
        let late = Timestamp::from_micros(1_795_563_000_000_000);
        assert_eq!(today(late, None), "2026-11-24");
        assert_eq!(today(late, Some("Europe/Brussels")), "2026-11-25");
        assert_eq!(today(late, Some("America/Lima")), "2026-11-24");
        assert_eq!(today(late, Some("Nowhere/Land")), "2026-11-24");
    }
}
