//! Lists as files: `GET /exports/api-keys.csv` and `/exports/activity.csv`, with the filters of their pages
//! in the address. They are streamed; one that breaks off in the middle ends without its end.

use std::io;

use app::{
    backend::{Actor, Caller},
    pages,
    server_fns::is_from_elsewhere,
    texts::{self, Locale},
    words,
};
use axum::{
    Extension, Router,
    body::Body,
    extract::{Query, RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{Stream, TryStreamExt as _};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde::Deserialize;
use shared::{Error, id::CompanyId};

use crate::{
    error::{Fault, Outcome},
    services::{Core, exports},
    web::routes::{Route, Routing as _},
};

/// The two routes.
pub fn router<S: Clone + Send + Sync + 'static>(core: Core) -> Router<S> {
    Router::new()
        .at(Route::ExportKeys, get(api_keys))
        .at(Route::ExportActivity, get(activity))
        .with_state(core)
}

#[derive(Deserialize)]
struct Wanted {
    company: String,
}

async fn api_keys(
    State(core): State<Core>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let locale = texts::of_request(&headers);
    let (actor, company) = match who(&caller, &wanted, &headers) {
        Ok(found) => found,
        Err(error) => return refused(&error, locale),
    };
    let filter = pages::api_keys::parse_filter(&query.unwrap_or_default());
    file("api-keys.csv", exports::api_keys(core, actor, company, filter, locale).await, locale)
}

async fn activity(
    State(core): State<Core>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let locale = texts::of_request(&headers);
    let (actor, company) = match who(&caller, &wanted, &headers) {
        Ok(found) => found,
        Err(error) => return refused(&error, locale),
    };
    let filter = pages::activity::parse_filter(&query.unwrap_or_default());
    file("activity.csv", exports::activity(core, actor, company, filter, locale).await, locale)
}

/// Whose file it is. A link on another site begins no download: each is on record.
fn who(caller: &Caller, wanted: &Wanted, headers: &HeaderMap) -> Result<(Actor, CompanyId), Error> {
    if is_from_elsewhere(headers) {
        return Err(Error::Forbidden);
    }
    let actor = caller.session.ok_or(Error::SignedOut)?;
    let company = wanted.company.parse().map_err(|_| Error::NotFound)?;
    Ok((actor, company))
}

fn file<S>(name: &'static str, rows: Outcome<S>, locale: Locale) -> Response
where
    S: Stream<Item = Outcome<Vec<u8>>> + Send + 'static,
{
    let rows = match rows {
        Ok(rows) => rows,
        Err(fault) => return refused(&fault.into_answer(), locale),
    };
    // The answer has begun: all that can still be done is to break it off.
    let rows = rows.map_err(|fault: Fault| io::Error::other(fault.into_answer().to_string()));
    let disposition = format!("attachment; filename=\"{name}\"");
    let mut response = Body::from_stream(rows).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(error: &Error, locale: Locale) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let told = texts::in_locale(locale, || match error {
        // There is no form around it whose fields would say the rest.
        Error::Invalid(fields) if !fields.is_empty() => words::problem(fields[0].problem),
        error => words::error(error),
    });
    (status, [(CACHE_CONTROL, "no-store")], format!("{told}\n")).into_response()
}
