//! JSON-2: `POST /json/2/<model>/<method>` with an API key, named arguments, and HTTP statuses that mean
//! something.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::{
    Call, DATABASE, Shared,
    env::parse_ids,
    errors::{Class, OdooError},
    http::{html, is_json, json_body, wrong_content_type},
    methods::{self, Misfit, Target},
    model,
    users::{self, Login},
    value::{is_falsy, repr_text},
};

/// Answers a call.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path((model, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(page) = other_database(&headers) {
        return page;
    }
    if !body.is_empty() && !is_json(&headers) {
        return wrong_content_type("/json/2/&lt;model&gt;/&lt;method&gt;");
    }
    let login = authenticate(&shared, &headers);
    let name = login.as_ref().ok().map(|login| login.login.as_str());
    shared.record(&model, &method, name);
    let answer = login.and_then(|login| {
        let call = parse(&model, &method, &body)?;
        shared.run(login, &call)
    });
    match answer {
        Ok(value) => json_body(StatusCode::OK, &value),
        Err(error) => failure(&error),
    }
}

/// Answers whatever else is asked for below `/json/2`.
pub(super) async fn wrong_address(headers: HeaderMap) -> Response {
    other_database(&headers).unwrap_or_else(|| {
        let hint = "Did you mean POST /json/2/<model>/<method>?";
        failure(&OdooError::new(Class::NotFound, hint))
    })
}

fn failure(error: &OdooError) -> Response {
    let mut response = json_body(error.class.status(), &error.data());
    if error.class == Class::Unauthorized {
        let scheme = HeaderValue::from_static("bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

/// The page for a database that is not there.
fn other_database(headers: &HeaderMap) -> Option<Response> {
    let asked = headers.get("x-odoo-database")?;
    if asked == DATABASE {
        return None;
    }
    let text = "There is no such database, and without one nothing is served at this address.";
    Some(html(StatusCode::NOT_FOUND, text))
}

/// The person whose API key the request carries. A password is no API key.
fn authenticate<'a>(shared: &'a Shared, headers: &HeaderMap) -> Result<&'a Login, OdooError> {
    let key = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, key)| scheme.eq_ignore_ascii_case("bearer") && !key.trim().is_empty())
        .map(|(_, key)| key.trim())
        .ok_or_else(|| {
            OdooError::new(
                Class::Unauthorized,
                "User not authenticated, use an API Key with a Bearer Authorization header.",
            )
        })?;
    users::by_api_key(&shared.logins, key)
        .ok_or_else(|| OdooError::new(Class::Unauthorized, "Invalid apikey"))
}

fn parse(model: &str, method: &str, body: &[u8]) -> Result<Call, OdooError> {
    let mut arguments = arguments(body)?;
    let ids = arguments.remove("ids").unwrap_or_default();
    let context = arguments.remove("context").unwrap_or_default();
    let not_found = |text: String| OdooError::new(Class::NotFound, text);
    let found = model::find(model)
        .ok_or_else(|| not_found(format!("the model {} does not exist", repr_text(model))))?;
    if method.starts_with('_') {
        return Err(private(model, method));
    }
    let method = methods::find(found, method)
        .ok_or_else(|| not_found(format!("The method '{model}.{method}' does not exist")))?;
    let unprocessable = |text: String| OdooError::new(Class::Unprocessable, text);
    if method.target == Target::Model && !is_falsy(&ids) {
        return Err(unprocessable(format!("cannot call {model}.{} with ids", method.name)));
    }
    let args = method.bind(&[], &arguments).map_err(|misfit| match misfit {
        // search_read takes any further argument and hands it on, where it fails as a call does.
        Misfit::Unexpected(_) if method.name == "search_read" => method.type_error(&misfit),
        Misfit::Unexpected(key) => {
            unprocessable(format!("got an unexpected keyword argument '{key}'"))
        }
        Misfit::Missing(param) => unprocessable(format!("missing a required argument: '{param}'")),
        Misfit::TooMany { .. } => unprocessable("too many positional arguments".to_owned()),
    })?;
    Ok(Call { model: found, method, ids: parse_ids(&ids)?, args, context })
}

fn arguments(body: &[u8]) -> Result<Map<String, Value>, OdooError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let bad = |text: String| OdooError::new(Class::BadRequest, text);
    match serde_json::from_slice(body) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(bad("could not parse the body, expecting a json object".to_owned())),
        Err(error) => Err(bad(format!("could not parse the body as json: {error}"))),
    }
}

/// The refusal of a method whose name starts with an underscore.
pub(super) fn private(model: &str, method: &str) -> OdooError {
    OdooError::new(
        Class::Access,
        format!("Private methods (such as '{model}.{method}') cannot be called remotely."),
    )
}
