//! JSON-RPC: `POST /jsonrpc`, Odoo 8 to 21.

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    Call, Identity, Target,
    errors::{OdooError, exception, failed, foreign},
    wire::{Answer, Asked, Prepared, Wire, check},
};

/// The argument of methods that is given by its place. `create` is not taken by name: the server looks at its first argument. The
/// others models extend under names of their own until 18 (`write` has `values` on `sale.order.line`), and a name that a
/// model does not know is a `TypeError`.
const PLACED: [(&str, &str); 7] = [
    ("create", "vals_list"),
    ("write", "vals"),
    ("update", "values"),
    ("copy", "default"),
    ("name_create", "name"),
    ("default_get", "fields"),
    ("default_get", "fields_list"),
];

/// Services, the secret in the body, and always HTTP 200: what went wrong is in the answer's `error`.
#[derive(Debug)]
pub(super) struct JsonRpc;

impl Wire for JsonRpc {
    fn prepare(
        &self,
        target: &Target,
        identity: &Identity,
        call: &Call,
    ) -> Result<Prepared, OdooError> {
        check(call)?;
        // This protocol has no way to leave the choice to the server.
        let database = target.database.as_deref().ok_or(OdooError::NoSuchDatabase)?;
        let Call { model, method, ids, positional: values, arguments, context } = call;
        let mut named = arguments.clone();
        let mut positional = Vec::new();
        if let Some(ids) = ids {
            positional.push(json!(ids));
        }
        positional.extend(values.iter().cloned());
        let placed = PLACED.iter().filter(|(name, _)| name == method);
        positional.extend(placed.filter_map(|(_, argument)| named.remove(*argument)));
        if !context.is_empty() {
            named.insert("context".to_owned(), json!(context));
        }
        let secret = identity.secret.expose_secret();
        let parameters = json!([database, identity.uid, secret, model, method, positional, named]);
        Ok(request("object", "execute_kw", parameters))
    }

    /// A method that returned nothing is answered with neither `result` nor `error`, and has run.
    fn interpret(&self, asked: &Asked<'_>, mut answer: Answer) -> Result<Value, OdooError> {
        let is_success = answer.status.is_success();
        let envelope = match &mut answer.json {
            Some(Value::Object(envelope)) if is_success && envelope.contains_key("jsonrpc") => {
                envelope
            }
            _ => return Err(foreign(&answer)),
        };
        match envelope.get("error") {
            None | Some(Value::Null) => Ok(envelope.remove("result").unwrap_or(Value::Null)),
            Some(error) if error["data"]["name"].is_string() => {
                Err(exception(asked, &error["data"]))
            }
            Some(_) => Err(failed(asked, "")),
        }
    }
}

/// A request to one of the services.
pub(super) fn request(service: &str, method: &str, arguments: Value) -> Prepared {
    Prepared {
        path: "/jsonrpc".to_owned(),
        body: json!({
            "jsonrpc": "2.0",
            "method": "call",
            "id": 1,
            "params": {"service": service, "method": method, "args": arguments},
        }),
        bearer: None,
        database: None,
    }
}
