//! Files that wait to be fetched: each link works once, for an hour, for the person whose key made it.

use app::{backend::Caller, texts, words};
use axum::{
    Extension, Router,
    body::Body,
    extract::{OriginalUri, Path, State},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use futures::stream;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{
        ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY,
    },
};
use sea_orm::DbErr;
use shared::{
    Error,
    id::{ApiKeyId, CompanyId, DownloadId, UserId},
};

use super::session::{SessionLayer, identify, sign_in_first};
use crate::{
    domain::{credential::Presented, token::Token},
    entities::download::Model,
    services::{Core, principal::Refusal, verifier::Verifier},
    store::downloads,
    web::{
        refusal,
        routes::{Route, Routing as _},
    },
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
    let sessions = SessionLayer::new(downloads.core.clone());
    Router::new()
        .at(Route::Download, get(fetch))
        .layer(middleware::from_fn_with_state(sessions, identify))
        .with_state(downloads)
}

async fn fetch(
    State(downloads): State<Downloads>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    if method == Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "fetch it with GET\n").into_response();
    }
    // Before the token is looked at: a stranger does not learn whether there is such a file.
    let asker = match asker(&downloads.verifier, &caller, &headers, &uri).await {
        Ok(asker) => asker,
        Err(answer) => return answer,
    };
    let Some(token) = Token::parse(&token) else { return gone(&headers) };
    match take(&downloads, asker, token).await {
        Ok(Some(file)) => file_response(downloads.core, file),
        Ok(None) => gone(&headers),
        Err(error) => {
            tracing::error!(error = %error, "a file could not be fetched");
            let text =
                texts::in_locale(texts::of_request(&headers), || words::error(&Error::Unavailable));
            (StatusCode::SERVICE_UNAVAILABLE, format!("{text}\n")).into_response()
        }
    }
}

/// Who asks for a file.
#[derive(Clone, Copy)]
enum Asker {
    /// Whoever holds this key.
    Key(ApiKeyId),
    /// The person who is signed in.
    Person(UserId),
}

/// A key counts before a session: a client that sends one means it.
async fn asker(
    verifier: &Verifier,
    caller: &Caller,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Asker, Response> {
    match (Presented::of(headers, uri), caller.session) {
        (Presented::None, Some(actor)) => Ok(Asker::Person(actor.user)),
        (Presented::None, None) if is_browser(headers) => {
            Err(Redirect::to(&sign_in_first(uri)).into_response())
        }
        (presented, _) => verifier
            .verify(presented, caller.address, None)
            .await
            .map(|principal| Asker::Key(principal.key))
            .map_err(refusal::response),
    }
}

/// Whether a page can be shown to whoever asks.
fn is_browser(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .into_iter()
        .any(|value| value.to_str().is_ok_and(|types| types.contains("text/html")))
}

/// The file, once, for its owner. It goes with its key: what a key made is not handed out after its end.
async fn take(downloads: &Downloads, asker: Asker, token: Token) -> Result<Option<Model>, DbErr> {
    let Downloads { core, verifier } = downloads;
    let now = core.clock.now();
    let found = downloads::find_by_token(core.db.reader(), token.hash(), now).await?;
    let Some(file) = found else { return Ok(None) };
    let key = ApiKeyId::from_uuid(file.key_id);
    // Its owner sits where they like: the address that counts is the call's.
    let owner = match verifier.standing(key, None).await {
        Ok(principal) => principal.user,
        Err(Refusal::Unavailable) => {
            return Err(DbErr::Custom("a key's standing could not be read".to_owned()));
        }
        Err(_) => return Ok(None),
    };
    let is_theirs = match asker {
        Asker::Key(asking) => asking == key,
        Asker::Person(user) => user == owner,
    };
    if !is_theirs {
        return Ok(None);
    }
    let transaction = core.db.begin().await?;
    let company = CompanyId::from_uuid(file.company_id);
    let taken = downloads::take(&transaction, company, DownloadId::from_uuid(file.id), now).await?;
    transaction.commit().await?;
    Ok(taken.then_some(file))
}

/// The file, part by part: no more than one is held in memory. Its length is said before, so that whoever fetches one
/// that breaks off knows.
fn file_response(core: Core, file: Model) -> Response {
    // The name is made from a model's technical name: letters, digits, dots and hyphens.
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let (company, id) = (CompanyId::from_uuid(file.company_id), DownloadId::from_uuid(file.id));
    let parts = stream::try_unfold(0, move |number| {
        let core = core.clone();
        async move {
            let part = take_part(&core, company, id, number).await.inspect_err(|error| {
                tracing::error!(error = %error, "a file that is being fetched broke off");
            });
            Ok::<_, DbErr>(part?.map(|part| (part, number + 1)))
        }
    });
    let mut response = Body::from_stream(parts).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
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

async fn take_part(
    core: &Core,
    company: CompanyId,
    id: DownloadId,
    number: i32,
) -> Result<Option<Vec<u8>>, DbErr> {
    let transaction = core.db.begin().await?;
    let part = downloads::take_part(&transaction, company, id, number).await?;
    transaction.commit().await?;
    Ok(part)
}

fn gone(headers: &HeaderMap) -> Response {
    let text = texts::in_locale(texts::of_request(headers), words::answers::file_gone);
    let text = format!("{text}\n");
    (StatusCode::GONE, [(CACHE_CONTROL, "no-store")], text).into_response()
}
