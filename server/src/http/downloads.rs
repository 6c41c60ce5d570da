//! Files that wait to be fetched: each link works once, for an hour.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, REFERRER_POLICY},
};
use sea_orm::DbErr;
use shared::id::{ApiKeyId, CompanyId, DownloadId};

use super::routes::{Route, Routing as _};
use crate::{
    domain::token::Token,
    entities::download::Model,
    services::{
        Core,
        principal::{NO_KEY, Refusal},
        verifier::Verifier,
    },
    store::downloads,
};

/// What the route needs.
#[derive(Clone, Debug)]
pub struct Downloads {
    /// Database and time.
    pub core: Core,
    /// Says whether the key that made a file is still good.
    pub verifier: Verifier,
}

/// `GET /downloads/{token}`. `HEAD` is not answered from it: a link preview must not use the link up.
pub fn router(downloads: Downloads) -> Router {
    Router::new().at(Route::Download, get(fetch)).with_state(downloads)
}

async fn fetch(
    State(downloads): State<Downloads>,
    method: http::Method,
    Path(token): Path<String>,
) -> Response {
    if method == http::Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "fetch it with GET\n").into_response();
    }
    let Some(token) = Token::parse(&token) else { return gone() };
    match take(&downloads, token).await {
        Ok(Some(file)) => file_response(file),
        Ok(None) => gone(),
        Err(error) => {
            tracing::error!(error = %error, "a file could not be fetched");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Aidoo is not available right now: try again in a moment\n",
            )
                .into_response()
        }
    }
}

/// The file, once. It goes with its key: what a key made is not handed out after its end.
async fn take(downloads: &Downloads, token: Token) -> Result<Option<Model>, DbErr> {
    let Downloads { core, verifier } = downloads;
    let now = core.clock.now();
    let found = downloads::find_by_token(core.db.reader(), token.hash(), now).await?;
    let Some(file) = found else { return Ok(None) };
    let key = ApiKeyId::from_uuid(file.key_id);
    if key != NO_KEY {
        // Whoever fetches it sits where they like: the address that counts is the call's.
        match verifier.standing(key, None).await {
            Ok(_) => {}
            Err(Refusal::Unavailable) => {
                return Err(DbErr::Custom("a key's standing could not be read".to_owned()));
            }
            Err(_) => return Ok(None),
        }
    }
    let transaction = core.db.begin().await?;
    let company = CompanyId::from_uuid(file.company_id);
    let taken = downloads::take(&transaction, company, DownloadId::from_uuid(file.id), now).await?;
    transaction.commit().await?;
    Ok(taken.then_some(file))
}

fn file_response(file: Model) -> Response {
    // The name is made from a model's technical name: letters, digits, dots and hyphens.
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    let values = [
        (CONTENT_TYPE, HeaderValue::from_str(&file.media_type)),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&disposition)),
    ];
    for (name, value) in values {
        headers.insert(name, value.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn gone() -> Response {
    let text = "This link has been used, or its hour is over. Ask for the file again.\n";
    (StatusCode::GONE, [(CACHE_CONTROL, "no-store")], text).into_response()
}
