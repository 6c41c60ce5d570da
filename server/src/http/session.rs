//! Who asks: the session behind a request's cookie, and where those who must sign in first are sent.

use std::net::IpAddr;

use app::{
    backend::{Actor, Caller},
    server_fns::accounts::after_sign_in,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Method, Uri, header};
use url::form_urlencoded;

use super::unavailable;
use crate::{
    config::SignupMode,
    domain::{session_cookie::CookieKind, token::Token},
    error::{Fault, Outcome},
    services::{Core, sessions::SessionsService},
    web::{client_address::ClientAddress, routes::Route},
};

/// Of what a browser calls itself, the first characters are kept.
const USER_AGENT_CHARS: usize = 200;
/// Where those who are signed in begin.
const HOME: &str = "/team";

/// What the middleware of this module needs.
#[derive(Debug, Clone)]
pub struct SessionLayer {
    sessions: SessionsService,
    cookie: CookieKind,
    signup: SignupMode,
}

impl SessionLayer {
    /// For a server with this core.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self {
            cookie: CookieKind::of(&core.settings.public_url),
            signup: core.settings.signup,
            sessions: SessionsService::new(core),
        }
    }

    async fn resolve(&self, token: Option<Token>, address: IpAddr) -> Outcome<Option<Actor>> {
        match token {
            Some(token) => self.sessions.resolve(&token, address).await,
            None => Ok(None),
        }
    }
}

/// Middleware of pages and server functions: puts the [`Caller`] into the request's extensions. It needs
/// [`crate::web::client_address::locate`] outside of it. When the database is gone, the answer is 503.
pub async fn identify(
    State(layer): State<SessionLayer>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = ClientAddress::of(request.extensions().get());
    let token = layer.cookie.read(request.headers());
    match layer.resolve(token, address).await {
        Ok(session) => {
            let user_agent = user_agent(request.headers());
            request.extensions_mut().insert(Caller { session, address, user_agent });
            next.run(request).await
        }
        Err(fault) => failed(fault, request.headers()),
    }
}

/// Middleware of pages, within [`identify`]: whoever is not signed in is sent to sign in first, unless
/// the page is one of the few for strangers. A new page is closed to them by itself.
pub async fn require_sign_in(
    State(layer): State<SessionLayer>,
    request: Request,
    next: Next,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let session = request.extensions().get::<Caller>().and_then(|caller| caller.session);
    let first_page = match session {
        Some(_) => FirstPage::SignIn,
        // Also what tells a stranger that the database is gone: their pages ask it nothing else.
        None => match layer.sessions.has_people().await {
            Ok(false) if layer.signup != SignupMode::Invite => FirstPage::SignUp,
            Ok(_) => FirstPage::SignIn,
            Err(fault) => return failed(fault, request.headers()),
        },
    };
    match elsewhere(request.uri(), session.as_ref(), first_page) {
        Some(path) => Redirect::to(&path).into_response(),
        None => next.run(request).await,
    }
}

/// Nobody can be told apart now, so that nobody is let in.
fn failed(fault: Fault, request: &HeaderMap) -> Response {
    // Asking for the answer logs the fault; the answer itself is the same for all of them.
    let _ = fault.into_answer();
    unavailable::unavailable(request)
}

/// The page that a stranger begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstPage {
    SignIn,
    SignUp,
}

/// Where a page's visitor is sent instead, if anywhere.
fn elsewhere(uri: &Uri, session: Option<&Actor>, first_page: FirstPage) -> Option<String> {
    let path = uri.path();
    match (path, session) {
        // No page: whoever asks for it reads a status, and follows nothing.
        (path, _) if path == Route::Events.path() => None,
        ("/sign-in", Some(_)) => Some(after_sign_in(&next_of(uri)).to_owned()),
        ("/" | "/sign-up", Some(_)) => Some(HOME.to_owned()),
        (_, Some(_)) | ("/sign-in" | "/sign-up", None) => None,
        (_, None) if path.starts_with("/invitation/") || path.starts_with("/reset/") => None,
        ("/", None) => Some(match first_page {
            FirstPage::SignIn => "/sign-in".to_owned(),
            FirstPage::SignUp => "/sign-up".to_owned(),
        }),
        (_, None) => Some(sign_in_first(uri)),
    }
}

/// Where the address of the sign-in page leads afterwards.
fn next_of(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    let next = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next");
    next.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The sign-in page that leads back to `uri`.
pub(super) fn sign_in_first(uri: &Uri) -> String {
    let next = uri.path_and_query().map_or_else(|| uri.path(), |whole| whole.as_str());
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

fn user_agent(headers: &HeaderMap) -> String {
    headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(USER_AGENT_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::id::{SessionId, UserId};

    use super::*;

    fn sent(path: &str, session: Option<&Actor>, first_page: FirstPage) -> Option<String> {
        elsewhere(&path.parse().expect("a path"), session, first_page)
    }

    #[test]
    fn strangers_are_sent_to_sign_in_and_come_back() {
        let stranger = |path| sent(path, None, FirstPage::SignIn);
        assert_eq!(stranger("/team").as_deref(), Some("/sign-in?next=%2Fteam"));
        assert_eq!(
            stranger("/api-keys?state=live&q=a%20b").as_deref(),
            Some("/sign-in?next=%2Fapi-keys%3Fstate%3Dlive%26q%3Da%2520b")
        );
        assert_eq!(stranger("/").as_deref(), Some("/sign-in"));
        assert_eq!(stranger("/anything/new").as_deref(), Some("/sign-in?next=%2Fanything%2Fnew"));
        for open in
            ["/sign-in", "/sign-in?next=%2Fteam", "/sign-up", "/invitation/abc", "/reset/abc"]
        {
            assert_eq!(stranger(open), None, "{open}");
        }
        assert_eq!(sent("/", None, FirstPage::SignUp).as_deref(), Some("/sign-up"));
    }

    #[test]
    fn those_who_are_signed_in_begin_at_home() {
        let actor = Actor {
            user: UserId::from_uuid(uuid::Uuid::nil()),
            session: SessionId::from_uuid(uuid::Uuid::nil()),
            address: IpAddr::from([127, 0, 0, 1]),
        };
        let signed_in = |path| sent(path, Some(&actor), FirstPage::SignIn);
        for path in ["/", "/sign-in", "/sign-in?next=%2F%2Fevil.example", "/sign-up?next=%2Fodoo"] {
            assert_eq!(signed_in(path).as_deref(), Some("/team"), "{path}");
        }
        let wanted = signed_in("/sign-in?next=%2Fapi-keys%3Fstate%3Dlive");
        assert_eq!(wanted.as_deref(), Some("/api-keys?state=live"));
        assert_eq!(signed_in("/team"), None);
        assert_eq!(signed_in("/invitation/abc"), None);
    }
}
