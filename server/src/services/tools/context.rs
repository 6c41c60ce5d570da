//! `aidoo_context`: who am I, in which company, on which Odoo, and what day is it there.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use shared::time::Timestamp;

use super::{Answer, Definition, Effect, Output, arguments::Arguments, named, run::Call};
use crate::services::{
    gateway::GatewayError,
    principal::{LinkedAccount, Standing},
};

pub(super) fn definition() -> Definition {
    Definition {
        title: "Who am I",
        description: "Who the person is, their company and role, what this API key allows, and their Odoo: version, \
         user, language, time zone and today's date there. Call it first when any of these matters.",
        input: json!({ "type": "object", "properties": {}, "additionalProperties": false }),
        output: json!({
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
        effect: Effect::Reads,
    }
}

pub(super) async fn run(call: &Call<'_>, arguments: Arguments<'_>) -> Answer {
    arguments.finish(&[])?;
    let principal = call.principal();
    let permissions: Vec<&str> =
        principal.permissions.iter().map(|permission| permission.as_str()).collect();
    let (odoo, zone) = odoo(call).await;
    Ok(Output::Answer(json!({
        "person": principal.person,
        "company": principal.company_name,
        "role": principal.role.as_str(),
        "key": principal.key_name,
        "permissions": permissions,
        "today": today(call.now, zone.as_deref()),
        "odoo": odoo,
    })))
}

/// What is known of the person's Odoo, and their time zone. That something is missing is an answer
/// here, not an error: this is the call that tells what to do.
async fn odoo(call: &Call<'_>) -> (Value, Option<String>) {
    let missing = |status: &str, help: &str| {
        (json!({ "status": status, "help": format!("{help}: {}", call.toolbox.pages.odoo) }), None)
    };
    let account = match &call.principal().odoo {
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
        Ok(told) => told,
        // Odoo refused the secret at this very call.
        Err(GatewayError::SecretRefused) => {
            missing("refused", "Odoo no longer takes your linked secret; replace it at")
        }
        Err(error) => {
            let LinkedAccount { version, login, uid, .. } = account.as_ref();
            let odoo = json!({
                "status": "linked", "help": call.explain(&error).sentence,
                "version": version, "login": login, "user_id": uid,
            });
            (odoo, None)
        }
    }
}

async fn user(
    call: &Call<'_>,
    account: &LinkedAccount,
) -> Result<(Value, Option<String>), GatewayError> {
    let LinkedAccount { version, login, uid, .. } = account;
    let arguments = named(json!({ "fields": ["name", "lang", "tz"] }));
    // Read from Odoo itself, so that the first call of a client says whether the account still works.
    let rows =
        call.odoo("res.users", "read", Some(vec![*uid]), arguments, &BTreeMap::new()).await?;
    let text = |name: &str| rows[0][name].as_str().map(str::to_owned);
    let zone = text("tz");
    let odoo = json!({
        "status": "linked",
        "version": version,
        "login": login,
        "user": text("name").as_ref().unwrap_or(login),
        "user_id": uid,
        "language": text("lang"),
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
