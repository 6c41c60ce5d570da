//! The dashboard's middleware, in the order that the server uses it: cookies, redirects, foreign
//! requests, and a database that is gone.

use std::net::{Ipv4Addr, SocketAddr};

use app::backend::{Accounts as _, Caller};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use http::{Request, StatusCode, header};
use server::{
    http::{
        csrf::{SameOrigin, guard},
        headers::{Transport, secure},
        health,
        session::{SessionLayer, identify, require_sign_in},
    },
    services::{Core, accounts::AccountsService},
    web::client_address::{TrustedProxies, locate},
};
use shared::account::SignUp;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::support::core::core_on;

const OWN: &str = "https://mcp.example.com";

struct Site {
    core: Core,
    router: Router,
    _folder: TempDir,
}

impl Site {
    #[expect(clippy::disallowed_methods, reason = "a router of these tests alone")]
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        let core = core_on(&url).await;
        let session = SessionLayer::new(core.clone());
        let public_url = &core.settings.public_url;
        let who = |Extension(caller): Extension<Caller>| async move {
            match caller.session {
                Some(actor) => format!("{} {}", actor.user, actor.address),
                None => "nobody".to_owned(),
            }
        };
        let pages = Router::new()
            .route("/", get(who))
            .route("/team", get(who))
            .route("/sign-in", get(who))
            .route("/invitation/{token}", get(who))
            .route_layer(from_fn_with_state(session.clone(), require_sign_in));
        let router = Router::new()
            .route("/api/who", post(who))
            .merge(pages)
            .layer(from_fn_with_state(session, identify))
            .layer(from_fn_with_state(SameOrigin::new(public_url), guard))
            .merge(health::router(core.db.clone()))
            .layer(from_fn_with_state(Transport::of(public_url), secure))
            .layer(from_fn_with_state(
                TrustedProxies::new(&["10.0.0.0/8".parse().unwrap()]),
                locate,
            ));
        Self { core, router, _folder: folder }
    }

    /// Signs Marie up; gives her cookie, as a browser sends it.
    async fn sign_up(&self) -> String {
        let caller = Caller {
            session: None,
            address: Ipv4Addr::LOCALHOST.into(),
            user_agent: String::new(),
        };
        let input = SignUp {
            name: "Marie Dubois".to_owned(),
            company: "Nordwind".to_owned(),
            email: "marie@nordwind.example".to_owned(),
            password: "gravel-turnip-oboe-94".to_owned(),
            time_zone: String::new(),
        };
        let cookie = AccountsService::new(self.core.clone()).sign_up(&caller, input).await.unwrap();
        cookie.0.to_str().unwrap().split_once(';').unwrap().0.to_owned()
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = SocketAddr::from(([10, 0, 0, 1], 4_711));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let body = to_bytes(response.into_body(), 100_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, &[("accept", "text/html"), ("cookie", cookie)]).await
    }
}

struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> (u16, &str) {
        let location = self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap());
        (self.status.as_u16(), location.unwrap_or_default())
    }
}

#[tokio::test]
async fn strangers_begin_with_sign_up_then_with_sign_in() {
    let site = Site::open().await;
    assert_eq!(site.get("/", "").await.location(), (303, "/sign-up"));
    let cookie = site.sign_up().await;
    assert_eq!(site.get("/", "").await.location(), (303, "/sign-in"));
    assert_eq!(site.get("/team?a=b", "").await.location(), (303, "/sign-in?next=%2Fteam%3Fa%3Db"));
    assert_eq!(site.get("/invitation/abc", "").await.body, "nobody");
    assert_eq!(site.get("/sign-in", "").await.body, "nobody");
    assert_eq!(site.get("/", &cookie).await.location(), (303, "/team"));
    assert_eq!(site.get("/sign-in", &cookie).await.location(), (303, "/team"));
}

#[tokio::test]
async fn a_cookie_is_its_person_and_a_tampered_or_doubled_one_is_nobody() {
    let site = Site::open().await;
    let cookie = site.sign_up().await;
    let forwarded = [("cookie", cookie.as_str()), ("x-forwarded-for", "6.6.6.6, 198.51.100.7")];
    let answer = site.ask("GET", "/team", &forwarded).await;
    assert!(answer.body.starts_with("usr_") && answer.body.ends_with(" 198.51.100.7"));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));

    let plain_name = cookie.replace("__Host-", "");
    let swapped: String = cookie
        .char_indices()
        .map(|(at, c)| match (at, c) {
            (25, 'A') => 'B',
            (25, _) => 'A',
            (_, c) => c,
        })
        .collect();
    for tampered in [
        plain_name.as_str(),
        &swapped,
        &cookie[..cookie.len() - 1],
        &format!("{cookie}A"),
        &format!("{cookie}; {swapped}"),
        "__Host-aidoo_session=%00",
    ] {
        let answer = site.get("/team", tampered).await;
        assert_eq!(answer.location(), (303, "/sign-in?next=%2Fteam"), "{tampered}");
    }
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let site = Site::open().await;
    let cookie = site.sign_up().await;
    let cookie = ("cookie", cookie.as_str());
    let own = site.ask("POST", "/api/who", &[cookie, ("origin", OWN)]).await;
    assert!(own.body.starts_with("usr_"));
    let vouched = site.ask("POST", "/api/who", &[cookie, ("sec-fetch-site", "same-origin")]).await;
    assert!(vouched.body.starts_with("usr_"));

    for foreign in [
        &[cookie, ("origin", "https://evil.example")][..],
        &[cookie, ("origin", "null")],
        &[cookie, ("sec-fetch-site", "cross-site")],
        &[cookie, ("referer", "https://mcp.example.com/team")],
        &[cookie],
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = site.ask(method, "/api/who", foreign).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {foreign:?}");
            assert!(!answer.body.contains("usr_"));
        }
    }
    let page = site
        .ask(
            "POST",
            "/api/who",
            &[cookie, ("origin", "https://evil.example"), ("accept", "text/html")],
        )
        .await;
    assert!(page.status == StatusCode::FORBIDDEN && page.body.contains("<h1>"));
}

#[tokio::test]
async fn a_database_that_is_gone_lets_nobody_in_and_says_so() {
    let site = Site::open().await;
    let cookie = site.sign_up().await;
    assert_eq!(site.ask("GET", "/ready", &[]).await.status, StatusCode::OK);
    site.core.db.close().await.unwrap();

    for (path, cookie) in [("/team", cookie.as_str()), ("/team", ""), ("/sign-in", ""), ("/", "")] {
        let answer = site.get(path, cookie).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.body.contains("Aidoo is not available right now"));
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    }
    let call = [("cookie", cookie.as_str()), ("origin", OWN)];
    let answer = site.ask("POST", "/api/who", &call).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "\"unavailable\"")
    );
    assert_eq!(site.ask("GET", "/health", &[]).await.status, StatusCode::OK);
    assert_eq!(site.ask("GET", "/ready", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
}
