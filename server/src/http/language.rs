//! Choosing the language of the pages: a cookie of its own, set by a plain form, so that it works for
//! strangers and without the wasm. Of somebody who is signed in it is kept with the person too.

use std::sync::Arc;

use app::{
    backend::{Caller, Settings},
    texts::{Locale, cookie},
};
use axum::{
    Extension, Form, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use url::Url;

use crate::web::routes::{Route, Routing as _};

/// `POST /language`. It needs [`super::session::identify`] outside of it, and [`super::csrf::guard`], which
/// vouches for the `Referer` too.
pub fn router<S: Clone + Send + Sync + 'static>(settings: Arc<dyn Settings>) -> Router<S> {
    Router::new().at(Route::Language, post(choose)).with_state(settings)
}

#[derive(Deserialize)]
struct Choice {
    language: String,
}

async fn choose(
    State(settings): State<Arc<dyn Settings>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Form(Choice { language }): Form<Choice>,
) -> Response {
    let Ok(locale) = language.parse::<Locale>() else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "no such language\n").into_response();
    };
    if let Some(actor) = caller.session
        && let Err(error) = settings.set_language(actor, locale).await
    {
        // The page changes all the same, in this browser.
        tracing::warn!(user.id = %actor.user, %error, "a language was not kept");
    }
    let mut response = Redirect::to(&page(&headers)).into_response();
    if let Ok(cookie) = HeaderValue::try_from(cookie(locale)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The page with the form. A failed form post left its error in the page's address (`__err`): it is over.
fn page(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let Some(mut url) = referer.and_then(|referer| Url::parse(referer).ok()) else {
        return "/".to_owned();
    };
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !matches!(&**name, "__err" | "__path"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    // Two slashes at the beginning would name another host.
    let path = format!("/{}", url.path().trim_start_matches('/'));
    match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_leads_back_to_its_page() {
        let back = |referer: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(referer) = referer {
                headers.insert(header::REFERER, referer.parse().expect("a header"));
            }
            page(&headers)
        };
        assert_eq!(back(None), "/");
        assert_eq!(back(Some("no address")), "/");
        assert_eq!(back(Some("http://127.0.0.1:3000/team?invite=")), "/team?invite=");
        assert_eq!(
            back(Some("http://127.0.0.1:3000/sign-in?next=%2Fteam&__err=x&__path=y")),
            "/sign-in?next=%2Fteam"
        );
        assert_eq!(back(Some("http://127.0.0.1:3000//evil.example/")), "/evil.example/");
    }
}
