//! JSON-2: `POST /json/2/<model>/<method>`, Odoo 19 and later.

use serde_json::{Value, json};

use super::{
    Call, Identity, Target,
    errors::{OdooError, Reached, exception, failed, foreign},
    wire::{Answer, Asked, Prepared, Wire, check},
};

/// Arguments in the body by name, the key as a bearer, the bare value as the answer.
#[derive(Debug)]
pub(super) struct Json2;

impl Wire for Json2 {
    fn prepare(
        &self,
        target: &Target,
        identity: &Identity,
        call: &Call,
    ) -> Result<Prepared, OdooError> {
        check(call)?;
        let Call { model, method, ids, positional, arguments, context } = call;
        if !positional.is_empty() {
            return Err(OdooError::BadArgument);
        }
        let mut body = arguments.clone();
        if let Some(ids) = ids {
            body.insert("ids".to_owned(), json!(ids));
        }
        if !context.is_empty() {
            body.insert("context".to_owned(), json!(context));
        }
        Ok(Prepared {
            path: format!("/json/2/{model}/{method}"),
            body: Value::Object(body),
            bearer: Some(identity.secret.clone()),
            database: target.database.clone(),
        })
    }

    fn interpret(&self, asked: &Asked<'_>, mut answer: Answer) -> Result<Value, OdooError> {
        if answer.status.is_success()
            && let Some(value) = answer.json.take()
        {
            return Ok(value);
        }
        match (&answer.json, answer.status.as_u16()) {
            (Some(data), _) if data["name"].is_string() => Err(exception(asked, data)),
            (Some(_), 400..=499) => Err(failed(asked, "")),
            // The page that Odoo shows when it cannot tell which database is meant.
            (None, 404) if answer.text.contains("X-Odoo-Database") => {
                Err(OdooError::NoSuchDatabase)
            }
            _ => Err(foreign(&answer)),
        }
    }
}

/// Whether an answer to a request without a key comes from a database that exists: `401`, where a
/// missing one is not found.
pub(super) fn is_database_there(asked: &Asked<'_>, answer: Answer) -> Result<bool, OdooError> {
    match Json2.interpret(asked, answer) {
        Ok(_) | Err(OdooError::AccessDenied) => Ok(true),
        Err(OdooError::NoSuchDatabase) => Ok(false),
        Err(OdooError::Failed { reached: Reached::Refused, .. }) => Err(OdooError::NotOdoo),
        Err(error) => Err(error),
    }
}
