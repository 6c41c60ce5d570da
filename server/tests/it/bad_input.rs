//! What no page of Aidoo sends: it is the sender's fault, and the log says so by saying nothing.

use reqwest::{StatusCode, header};

use crate::support::{
    app::{Browser, TestApp, Who},
    process::Process,
};

#[tokio::test]
async fn what_cannot_be_read_is_400_and_no_error_of_ours() {
    let process = Process::start_demo().await;
    let browser = Browser::new(&process.url);
    browser.sign_in(process.var("AIDOO_OWNER_EMAIL"), process.var("AIDOO_OWNER_PASSWORD")).await;
    let (_, viewer) = browser.form("accounts/viewer", &[]).await;
    let company = viewer["current"]["company"].as_str().expect("a company").to_owned();

    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let unknown_state = format!(r#"{{"company":"{company}","filter":{{"state":"zombie"}}}}"#);
    let no_email = format!("input%5Bcompany%5D={company}");
    let cases: [(&str, &str, &str, Vec<u8>, StatusCode); 8] = [
        (
            "wrong types",
            "api_keys/create",
            json,
            br#"{"input":{"company":1,"name":[]}}"#.to_vec(),
            StatusCode::BAD_REQUEST,
        ),
        ("no json", "api_keys/create", json, b"{".to_vec(), StatusCode::BAD_REQUEST),
        (
            "no utf-8",
            "api_keys/create",
            json,
            vec![b'"', 0xff, 0xfe, b'"'],
            StatusCode::BAD_REQUEST,
        ),
        (
            "no utf-8 in a form",
            "team/invite",
            form,
            vec![0xff, b'=', 0xfe],
            StatusCode::BAD_REQUEST,
        ),
        ("nothing", "api_keys/create", json, Vec::new(), StatusCode::BAD_REQUEST),
        ("3 MB", "api_keys/create", json, vec![b' '; 3_000_000], StatusCode::PAYLOAD_TOO_LARGE),
        (
            "an unknown state",
            "api_keys/list",
            json,
            unknown_state.into_bytes(),
            StatusCode::BAD_REQUEST,
        ),
        ("missing fields", "team/invite", form, no_email.into_bytes(), StatusCode::BAD_REQUEST),
    ];
    for (what, endpoint, media_type, body, expected) in cases {
        let answer = browser
            .client
            .post(format!("{}/api/{endpoint}", process.url))
            .header(header::ORIGIN, &process.url)
            .header(header::CONTENT_TYPE, media_type)
            .body(body)
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status(), expected, "{what}");
        assert_eq!(answer.text().await.expect("a body"), "\"bad_request\"", "{what}");
    }
    let log = std::fs::read_to_string(&process.log).expect("a log");
    let errors: Vec<_> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(errors, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_a_page_that_is_too_long_is_told_so_in_its_language() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let answer = browser
        .client
        .post(format!("{}/api/team/invite", app.url))
        .header(header::ORIGIN, &app.url)
        .header(header::ACCEPT, "text/html,*/*")
        .header(header::ACCEPT_LANGUAGE, "fr")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(vec![b'a'; 2_000_000])
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let page = answer.text().await.expect("a page");
    assert!(page.contains("<html lang=\"fr\">") && page.contains("C’est trop long"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_process_keeps_locked_is_503() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let (company, _) = app.membership(Who::Owner).await;
    let other = app.another_connection().await;
    let held = other.begin().await.expect("begins, and writes nothing");
    let fields = [
        ("input[company]", company.to_string()),
        ("input[email]", "new@nordwind.example".to_owned()),
        ("input[role]", "member".to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, body) = browser.form("team/invite", &fields).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    held.rollback().await.expect("ends");
    assert_eq!(browser.form("team/invite", &fields).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_the_proxy_names_unreadably_is_not_taken_for_the_proxy() {
    let app = TestApp::start_with(&["--trusted-proxies", "127.0.0.0/8"]).await;
    let browser = app.browser();
    let figures = async |forwarded: Option<&str>| {
        let mut request = browser.client.get(format!("{}/metrics", app.url));
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        request.send().await.expect("answers").status()
    };
    assert_eq!(figures(None).await, StatusCode::OK, "who asks on this machine asks for themselves");
    for hop in ["unknown", "", "\"127.0.0.1\"", "127.0.0.1, unknown", "198.51.100.7"] {
        assert_eq!(figures(Some(hop)).await, StatusCode::NOT_FOUND, "{hop}");
    }
}
