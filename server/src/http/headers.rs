//! Headers that every answer carries.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, header};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;
use url::Url;

/// What is not a page loads nothing and is framed nowhere.
const POLICY_OF_THE_REST: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Two years, in seconds.
const HSTS: &str = "max-age=63072000";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Whether the site is reached over https only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Then browsers are told never to try without.
    Https,
    /// On the own machine.
    Http,
}

impl Transport {
    /// That of the public address.
    #[must_use]
    pub fn of(public_url: &Url) -> Self {
        if public_url.scheme() == "https" { Self::Https } else { Self::Http }
    }
}

/// Middleware: adds the headers. A policy and a cache rule that the answer has already stay; without one
/// nothing is cached.
pub async fn secure(State(transport): State<Transport>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if transport == Transport::Https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        // What sets the cookies of pages knows no public address.
        if let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) {
            cookies.iter_mut().for_each(keep_to_https);
        }
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY_OF_THE_REST));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Makes it a cookie that a browser sends over https only (RFC 6265, 4.1.2.5).
fn keep_to_https(cookie: &mut HeaderValue) {
    const SECURE: &[u8] = b"; Secure";
    let is_sensitive = cookie.is_sensitive();
    let text = cookie.as_bytes();
    if text.windows(SECURE.len()).any(|part| part == SECURE) {
        return;
    }
    if let Ok(mut secure) = HeaderValue::from_bytes(&[text, SECURE].concat()) {
        secure.set_sensitive(is_sensitive);
        *cookie = secure;
    }
}

/// Sends the page's content security policy, which names the nonce that its scripts carry. To be called
/// in the context of every rendered page; where there is no nonce, as in a server function's answer, it
/// does nothing.
pub fn provide_policy(options: &LeptosOptions) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    // `cargo leptos watch` sets the variable for the page's script that listens for changes.
    let reload_port = std::env::var_os("LEPTOS_WATCH")
        .map(|_| options.reload_external_port.unwrap_or(options.reload_port));
    if let Ok(policy) = HeaderValue::try_from(page_policy(&nonce, reload_port)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn page_policy(nonce: &str, reload_port: Option<u32>) -> String {
    let connect = reload_port.map_or_else(String::new, |port| {
        format!(" connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port};")
    });
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self';{connect} object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use leptos::{nonce::provide_nonce, prelude::Owner, prelude::provide_context};
    use tower::ServiceExt;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a router of this test alone")]
    async fn answer(transport: Transport) -> Response {
        let cached = || async { ([(header::CACHE_CONTROL, "immutable")], "x") };
        let router = Router::new()
            .route("/plain", get(|| async { "x" }))
            .route("/cached", get(cached))
            .layer(from_fn_with_state(transport, secure));
        let path = if transport == Transport::Https { "/plain" } else { "/cached" };
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        router.oneshot(request).await.expect("an answer")
    }

    #[test]
    fn a_cookie_stays_as_it_is_but_for_being_kept_to_https() {
        let kept = |text: &'static str| {
            let mut cookie = HeaderValue::from_static(text);
            keep_to_https(&mut cookie);
            cookie
        };
        assert_eq!(kept("a=b; Path=/; HttpOnly"), "a=b; Path=/; HttpOnly; Secure");
        assert_eq!(kept("a=b; Secure; Path=/"), "a=b; Secure; Path=/");
        let mut secret = HeaderValue::from_static("a=b");
        secret.set_sensitive(true);
        keep_to_https(&mut secret);
        assert!(secret.is_sensitive());
    }

    #[tokio::test]
    async fn every_answer_is_guarded_and_keeps_its_own_cache_rule() {
        let https = answer(Transport::Https).await;
        assert_eq!(https.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(https.headers()[header::STRICT_TRANSPORT_SECURITY], HSTS);
        assert_eq!(https.headers()[header::CONTENT_SECURITY_POLICY], POLICY_OF_THE_REST);
        assert_eq!(https.headers()[header::REFERRER_POLICY], "same-origin");

        let http = answer(Transport::Http).await;
        assert_eq!(http.headers()[header::CACHE_CONTROL], "immutable");
        assert!(http.headers().get(header::STRICT_TRANSPORT_SECURITY).is_none());
    }

    #[test]
    fn a_pages_policy_names_the_nonce_of_its_scripts() {
        let owner = Owner::new();
        owner.with(|| {
            let options = LeptosOptions::builder().output_name("aidoo").build();
            provide_policy(&options);
            provide_nonce();
            provide_context(ResponseOptions::default());
            provide_policy(&options);
            let response = use_context::<ResponseOptions>().expect("provided");
            let headers = response.0.read().expect("not poisoned").headers.clone();
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
            let nonce = use_nonce().expect("provided");
            assert!(policy.contains(&format!("script-src 'nonce-{nonce}' 'strict-dynamic'")));
            assert!(!policy.contains("unsafe-inline") && !policy.contains("ws:"));
        });
    }

    #[test]
    fn only_while_watching_may_a_page_listen_for_changes() {
        assert!(page_policy("n", Some(3001)).contains("connect-src 'self' ws://127.0.0.1:3001"));
        assert!(!page_policy("n", None).contains("connect-src"));
    }
}
