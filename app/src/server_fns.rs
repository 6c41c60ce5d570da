//! Server functions: each asks who calls, fetches the port, and calls it. No rule lives here.
//!
//! Every one is a public endpoint under `/api/`: the service behind it authorises. All are POST, so
//! that none can be triggered by a link.

pub mod accounts;
pub mod activity;
pub mod api_keys;
pub mod approvals;
pub mod companies;
pub mod connections;
pub mod notices;
pub mod onboarding;
pub mod policies;
pub mod settings;
pub mod team;
pub mod workflows;

#[cfg(feature = "ssr")]
pub use context::is_from_elsewhere;
#[cfg(feature = "ssr")]
pub(crate) use context::{set_status, typed};

#[cfg(feature = "ssr")]
mod context {
    use http::{HeaderValue, StatusCode, header};
    use leptos::prelude::*;
    use leptos_axum::ResponseOptions;
    use shared::{Error, settings::ColorMode};

    use crate::{
        backend::{Actor, Backend, Caller, SessionCookie},
        colors,
        error::{Answer, AppError},
        texts::{self, Locale},
    };

    /// The ports.
    pub(super) fn backend() -> Answer<Backend> {
        answer(use_context().ok_or(Error::Unavailable))
    }

    /// Where the request comes from: the server's middleware put it into the request's extensions.
    pub(super) fn caller() -> Answer<Caller> {
        let caller = use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Caller>().cloned());
        answer(caller.ok_or(Error::Unavailable))
    }

    /// Who is signed in.
    pub(super) fn actor() -> Answer<Actor> {
        answer(caller()?.session.ok_or(Error::SignedOut))
    }

    /// Whether it is a link on another site that leads here, as far as the browser says so. A change is not asked for
    /// like this at all.
    pub(super) fn is_asked_elsewhere() -> bool {
        use_context::<http::request::Parts>().is_some_and(|parts| is_from_elsewhere(&parts.headers))
    }

    /// Whether a browser says in these headers that another site has led it here.
    #[must_use]
    pub fn is_from_elsewhere(headers: &http::HeaderMap) -> bool {
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        site.is_some_and(|site| site != b"same-origin" && site != b"none")
    }

    /// Turns a service's answer into a server function's.
    pub(super) fn answer<T>(result: Result<T, Error>) -> Answer<T> {
        result.map_err(|error| {
            set_status(&error);
            AppError(error)
        })
    }

    /// Gives a client that is not a browser loading a page the status that says what went wrong. (A page
    /// load gets leptos' redirect back to the form instead; any status but 302 would show it raw JSON.)
    pub(crate) fn set_status(error: &Error) {
        if !is_page_load()
            && let Some(response) = use_context::<ResponseOptions>()
            && let Ok(status) = StatusCode::from_u16(error.status())
        {
            response.set_status(status);
        }
    }

    /// Whether a browser sent a plain form, and shows the page that comes of it.
    fn is_page_load() -> bool {
        use_context::<http::request::Parts>().is_some_and(|parts| {
            parts
                .headers
                .get(header::ACCEPT)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
        })
    }

    /// Sends a plain form's browser to `path`, when the page that the form stands on would ask again.
    pub(super) fn leave_form(path: &str) {
        if is_page_load() {
            leptos_axum::redirect(path);
        }
    }

    /// The cookie of [`keep_typed`].
    const TYPED: &str = "aidoo_typed";

    /// Keeps the e-mail that was typed into a plain form for the page that it leads back to, a minute long; none
    /// forgets it. It travels in a cookie, as an address is written down in more places.
    pub(super) fn keep_typed(email: Option<&str>) {
        if !is_page_load() {
            return;
        }
        // What a cookie holds as it stands (RFC 6265, 4.1.1) is nearly every e-mail.
        let is_plain = |email: &&str| {
            email.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
        };
        let (value, age) = email.filter(is_plain).map_or(("", 0), |email| (email, 60));
        let cookie =
            format!("{TYPED}={value}; Path=/sign-in; Max-Age={age}; HttpOnly; SameSite=Lax");
        if let (Some(response), Ok(cookie)) =
            (use_context::<ResponseOptions>(), HeaderValue::try_from(cookie))
        {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// The e-mail that was typed into the plain form that led here.
    pub(crate) fn typed() -> Option<String> {
        use_context::<http::request::Parts>()?
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == TYPED).then(|| value.to_owned()))
    }

    /// Sends the cookie that starts or ends a session.
    pub(super) fn set_cookie(cookie: SessionCookie) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(header::SET_COOKIE, cookie.0);
        }
    }

    /// Sends the cookie that keeps whether pages are light or dark.
    pub(super) fn set_colors_cookie(mode: ColorMode) {
        if let (Some(response), Ok(cookie)) =
            (use_context::<ResponseOptions>(), HeaderValue::try_from(colors::cookie(mode)))
        {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// Sends the cookie that keeps the language, if one was chosen. It travels like the session's.
    pub(super) fn set_language_cookie(language: Option<Locale>) {
        let (Some(language), Some(response)) = (language, use_context::<ResponseOptions>()) else {
            return;
        };
        if let Ok(cookie) = HeaderValue::try_from(texts::cookie(language)) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// Keeps an answer that holds a secret out of every cache.
    pub(super) fn no_store() {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
