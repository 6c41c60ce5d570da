//! JSON-RPC: `POST /jsonrpc` with the services `common`, `object` and `db`. Whatever happens, a request that is
//! JSON is answered with status 200.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    Call, DATABASE, Shared,
    env::parse_ids,
    errors::{Class, OdooError, missing, type_error, user_error, value_error},
    http::{VERSION, is_json, json_body, version_info, wrong_content_type},
    json2::private,
    methods::{self, Target},
    model,
    users::Login,
    value::{is_falsy, repr},
};

/// Answers a request.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_json(&headers) {
        return wrong_content_type("/jsonrpc");
    }
    let Ok(Value::Object(request)) = serde_json::from_slice(&body) else {
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        return (StatusCode::BAD_REQUEST, kind, "Invalid JSON data").into_response();
    };
    let id = request.get("id").cloned().unwrap_or_default();
    let mut envelope = json!({ "jsonrpc": "2.0", "id": id });
    match dispatch(&shared, request.get("params").unwrap_or(&Value::Null)) {
        // A method that returns nothing leaves an envelope with neither a result nor an error.
        Ok(Value::Null) => {}
        Ok(result) => envelope["result"] = result,
        Err(error) => {
            envelope["error"] =
                json!({ "code": 0, "message": "Odoo Server Error", "data": error.data() });
        }
    }
    json_body(StatusCode::OK, &envelope)
}

fn dispatch(shared: &Shared, params: &Value) -> Result<Value, OdooError> {
    let text = |name: &'static str| {
        params.get(name).and_then(Value::as_str).ok_or_else(|| {
            type_error(format!(
                "JSONRPC.jsonrpc() missing 1 required positional argument: '{name}'"
            ))
        })
    };
    let (service, method) = (text("service")?, text("method")?);
    let args = match params.get("args") {
        Some(Value::Array(args)) => args.as_slice(),
        _ => return Err(type_error("args is no list")),
    };
    match service {
        "common" => common(shared, method, args),
        "db" => db(shared, method, args),
        "object" => object(shared, method, args),
        other => Err(OdooError::new(Class::Key, other)),
    }
}

fn no_such_method(method: &str) -> OdooError {
    OdooError::new(Class::Exception, format!("Method not found: {method}"))
}

fn common(shared: &Shared, method: &str, args: &[Value]) -> Result<Value, OdooError> {
    let expected = match method {
        "version" => 0,
        "login" => 3,
        "authenticate" => 4,
        _ => return Err(no_such_method(method)),
    };
    let login = args.get(1).and_then(Value::as_str);
    shared.record("common", method, login);
    if args.len() != expected {
        return Err(type_error(format!(
            "exp_{method}() takes {expected} positional arguments but {} were given",
            args.len()
        )));
    }
    let [database, login, password, ..] = args else {
        return Ok(json!({
            "server_version": VERSION,
            "server_version_info": version_info(),
            "server_serie": VERSION,
            "protocol_version": 1,
        }));
    };
    check_database(database)?;
    let (login, password) = (login.as_str(), password.as_str().unwrap_or_default());
    let known = shared.logins.iter().find(|known| Some(known.login.as_str()) == login);
    Ok(known.filter(|known| known.accepts(password)).map_or(json!(false), |known| json!(known.uid)))
}

fn db(shared: &Shared, method: &str, args: &[Value]) -> Result<Value, OdooError> {
    shared.record("db", method, None);
    match method {
        "list" => Ok(json!([DATABASE])),
        "db_exist" => Ok(json!(args.first().is_some_and(|name| name == DATABASE))),
        "server_version" => Ok(json!(VERSION)),
        _ => Err(no_such_method(method)),
    }
}

/// PostgreSQL's own complaint, address and port included, which a gateway must not pass on.
fn check_database(name: &Value) -> Result<(), OdooError> {
    if name == DATABASE {
        return Ok(());
    }
    let name = name.as_str().map_or_else(|| repr(name), str::to_owned);
    Err(OdooError::new(
        Class::Operational,
        format!(
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"{name}\" \
             does not exist\n"
        ),
    ))
}

fn object(shared: &Shared, method: &str, args: &[Value]) -> Result<Value, OdooError> {
    let [database, uid, password, model, name, rest @ ..] = args else {
        return Err(value_error(format!(
            "not enough values to unpack (expected at least 5, got {})",
            args.len()
        )));
    };
    let uid = parse_uid(uid)?;
    let login = shared.logins.iter().find(|login| login.uid == uid);
    let (model, name) = (model.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
    shared.record(model, name, login.map(|login| login.login.as_str()));
    let denied = || OdooError::new(Class::AccessDenied, "Access Denied");
    if is_falsy(password) {
        return Err(denied());
    }
    check_database(database)?;
    let (positional, keywords) = match method {
        "execute" => (rest, Map::new()),
        "execute_kw" => arguments(rest)?,
        other => {
            return Err(OdooError::new(Class::Name, format!("Method not available {other}")));
        }
    };
    let login = match login {
        Some(login) if login.accepts(password.as_str().unwrap_or_default()) => login,
        None if uid > 1 => return Err(missing("res.users", &[uid], uid)),
        _ => return Err(denied()),
    };
    call(shared, login, model, name, positional, keywords)
}

/// Python's `int()` of what was sent as the user's id.
fn parse_uid(uid: &Value) -> Result<i64, OdooError> {
    match uid {
        Value::Bool(flag) => Ok(i64::from(*flag)),
        Value::Number(number) => {
            Ok(number.as_i64().or_else(|| number.as_f64().map(|f| f as i64)).unwrap_or_default())
        }
        Value::String(text) => text.trim().parse().map_err(|_| {
            value_error(format!("invalid literal for int() with base 10: {}", repr(uid)))
        }),
        _ => Err(type_error("int() argument must be a string or a real number")),
    }
}

/// The positional and the named arguments of `execute_kw`.
fn arguments(rest: &[Value]) -> Result<(&[Value], Map<String, Value>), OdooError> {
    let (positional, keywords) = match rest {
        [positional] => (positional, &Value::Null),
        [positional, keywords] => (positional, keywords),
        [] => return Err(value_error("not enough values to unpack (expected 2, got 0)")),
        _ => return Err(value_error("too many values to unpack (expected 2)")),
    };
    let positional = positional
        .as_array()
        .ok_or_else(|| type_error(format!("args is no list: {}", repr(positional))))?;
    match keywords {
        Value::Object(keywords) => Ok((positional, keywords.clone())),
        value if is_falsy(value) => Ok((positional, Map::new())),
        other => Err(type_error(format!("kwargs is no mapping: {}", repr(other)))),
    }
}

fn call(
    shared: &Shared,
    login: &Login,
    model: &str,
    name: &str,
    positional: &[Value],
    mut keywords: Map<String, Value>,
) -> Result<Value, OdooError> {
    let found =
        model::find(model).ok_or_else(|| user_error(format!("Object {model} doesn't exist")))?;
    if name.starts_with('_') {
        return Err(private(model, name));
    }
    let method = methods::find(found, name).ok_or_else(|| {
        let text = format!("The method '{model}.{name}' does not exist");
        OdooError::new(Class::Attribute, text)
    })?;
    let (ids, positional) = match method.target {
        Target::Model => (Vec::new(), positional),
        Target::Records => {
            let (ids, rest) = positional
                .split_first()
                .ok_or_else(|| OdooError::new(Class::Index, "list index out of range"))?;
            (parse_ids(ids)?, rest)
        }
    };
    let context = keywords.remove("context").unwrap_or_default();
    let args = method.bind(positional, &keywords).map_err(|misfit| method.type_error(&misfit))?;
    // Over JSON-RPC `create` gives one id for one set of values, and a list for a list.
    let single = method.name == "create" && !args.value("vals_list").is_array();
    let answer = shared.run(login, &Call { model: found, method, ids, args, context })?;
    Ok(if single { answer.get(0).cloned().unwrap_or_default() } else { answer })
}
