//! The site's files, from a folder and from inside a program.

use axum::{Router, middleware::from_fn_with_state, routing::get};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::*;

const HASHED: &str = "/pkg/0123456789abcdef";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn hashed() -> TempDir {
    folder(&[
        ("pkg/0123456789abcdef/aidoo.js", "script"),
        ("pkg/0123456789abcdef/aidoo.js.br", "script by brotli"),
        ("pkg/0123456789abcdef/aidoo.js.gz", "script by gzip"),
        ("pkg/0123456789abcdef/aidoo.css", "style"),
        ("pkg/0123456789abcdef/aidoo.wasm", "wasm"),
        ("favicon.svg", "<svg/>"),
        (".hidden", "hidden"),
    ])
}

fn on_disk(folder: &TempDir) -> Site {
    Site::find(Source::Disk(folder.path().to_path_buf()), "pkg", "aidoo").unwrap()
}

async fn ask(site: &Site, method: Method, path: &str, accepted: &str) -> Response {
    let router = Router::new()
        .fallback(get(|| async { "a page" }).post(|| async { "a page" }))
        .layer(from_fn_with_state(site.clone(), serve_files));
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(ACCEPT_ENCODING, accepted)
        .body(Body::empty())
        .unwrap();
    router.oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_ever() {
    let folder = hashed();
    let site = on_disk(&folder);
    assert_eq!(format!("/{}", site.pkg_dir()), HASHED);
    let response = ask(&site, Method::GET, &format!("{HASHED}/aidoo.css"), "").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
    assert_eq!(text(response).await, "style");
}

#[tokio::test]
async fn an_icon_is_kept_for_an_hour() {
    let folder = hashed();
    let response = ask(&on_disk(&folder), Method::GET, "/favicon.svg", "br").await;
    assert_eq!(header(&response, "cache-control"), "public, max-age=3600");
    assert_eq!(header(&response, "content-type"), "image/svg+xml");
}

#[tokio::test]
async fn a_name_that_no_file_can_have_is_handed_on() {
    let folder = hashed();
    let path = format!("/invitation/{}", "a".repeat(5000));
    let response = ask(&on_disk(&folder), Method::GET, &path, "").await;
    assert_eq!(text(response).await, "a page");
}

#[tokio::test]
async fn what_cargo_leptos_builds_is_asked_for_again() {
    let folder = folder(&[("pkg/aidoo.js", "script"), ("pkg/snippets/a.js", "snippet")]);
    let site = on_disk(&folder);
    assert_eq!(site.pkg_dir(), "pkg");
    let response = ask(&site, Method::GET, "/pkg/aidoo.js", "br, gzip").await;
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn the_smallest_copy_that_the_client_takes_is_sent() {
    let folder = hashed();
    let site = on_disk(&folder);
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", "br", "script by brotli"),
        ("gzip", "gzip", "script by gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", "script by gzip"),
        ("identity", "", "script"),
    ] {
        let response = ask(&site, Method::GET, &format!("{HASHED}/aidoo.js"), accepted).await;
        assert_eq!(header(&response, "content-encoding"), encoding, "{accepted}");
        assert_eq!(header(&response, "vary"), "accept-encoding", "{accepted}");
        assert_eq!(header(&response, "content-length"), body.len().to_string(), "{accepted}");
        assert_eq!(text(response).await, body, "{accepted}");
    }
}

#[tokio::test]
async fn a_head_request_has_the_headers_and_no_body() {
    let folder = hashed();
    let path = format!("{HASHED}/aidoo.wasm");
    let response = ask(&on_disk(&folder), Method::HEAD, &path, "").await;
    assert_eq!(header(&response, "content-type"), "application/wasm");
    assert_eq!(header(&response, "content-length"), "4");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn nothing_outside_the_folder_and_nothing_hidden_is_served() {
    let folder = hashed();
    let site = on_disk(&folder);
    for path in [
        "/.hidden",
        "/../etc/passwd",
        "/pkg/../.hidden",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/pkg\\..\\.hidden",
        "//etc/passwd",
        "/pkg",
        "/",
    ] {
        let Ok(uri) = path.parse::<http::Uri>() else { continue };
        let response = ask(&site, Method::GET, &uri.to_string(), "").await;
        assert_eq!(text(response).await, "a page", "{path}");
    }
}

#[tokio::test]
async fn an_unknown_file_of_the_package_is_a_bare_404() {
    let folder = hashed();
    let site = on_disk(&folder);
    for path in ["/pkg/fedcba9876543210/aidoo.js", "/pkg/aidoo.js", "/pkg/0123456789abcdef"] {
        let response = ask(&site, Method::GET, path, "br").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(text(response).await, "", "{path}");
    }
}

#[tokio::test]
async fn compressed_copies_have_no_address() {
    let folder = hashed();
    let path = format!("{HASHED}/aidoo.js.br");
    assert_eq!(text(ask(&on_disk(&folder), Method::GET, &path, "br").await).await, "a page");
}

#[tokio::test]
async fn a_change_of_state_is_not_answered_with_a_file() {
    let folder = hashed();
    let response = ask(&on_disk(&folder), Method::POST, "/favicon.svg", "").await;
    assert_eq!(text(response).await, "a page");
}

#[tokio::test]
async fn a_program_serves_what_it_carries() {
    let embedded = Embedded {
        read: |path| match path {
            "pkg/abc/aidoo.js" => Some(Cow::Borrowed(b"script")),
            "pkg/abc/aidoo.js.gz" => Some(Cow::Borrowed(b"gzip")),
            _ => None,
        },
        paths: || {
            vec!["favicon.svg".into(), "pkg/abc/aidoo.js".into(), "pkg/abc/aidoo.js.gz".into()]
        },
    };
    let site = Site::find(Source::Embedded(embedded), "pkg", "aidoo").unwrap();
    assert_eq!(site.pkg_dir(), "pkg/abc");
    let response = ask(&site, Method::GET, "/pkg/abc/aidoo.js", "gzip, br").await;
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(text(response).await, "gzip");
}

#[test]
fn a_site_that_is_not_built_is_an_error_that_says_so() {
    let folder = folder(&[("pkg/other/aidoo.css", "style")]);
    let error = Site::find(Source::Disk(folder.path().to_path_buf()), "pkg", "aidoo").unwrap_err();
    assert!(error.to_string().contains("the site is not built"), "{error}");
    let embedded = Embedded { read: |_| None, paths: || vec!["pkg/a/b/aidoo.js".into()] };
    assert!(Site::find(Source::Embedded(embedded), "pkg", "aidoo").is_err());
}
