//! How answers go over the wire: compressed, and never to somebody who keeps the server waiting.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, routing::get};
use flate2::read::GzDecoder;
use http::{StatusCode, header};
use server::http::serving::serve;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::{Instant, timeout},
};

use crate::support::app::{TestApp, Who};

/// How long the servers of these tests wait for a head.
const PATIENCE: Duration = Duration::from_secs(2);
/// Within so long everything is over, however busy the machine.
const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn pages_and_answers_are_compressed_as_the_client_takes_them() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let page = async |encoding: &'static str| {
        let request = browser
            .client
            .get(format!("{}/api-keys", app.url))
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_ENCODING, encoding);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let vary: Vec<_> = answer.headers().get_all(header::VARY).iter().cloned().collect();
        assert!(vary.iter().any(|name| name == "accept-encoding"), "{vary:?}");
        let encoding = answer.headers().get(header::CONTENT_ENCODING).cloned();
        (encoding, answer.bytes().await.unwrap())
    };
    let (encoding, plain) = page("identity").await;
    assert_eq!(encoding, None);
    let is_whole = |page: &str| page.starts_with("<!DOCTYPE html>") && page.contains("</html>");
    assert!(is_whole(std::str::from_utf8(&plain).unwrap()));

    let (encoding, packed) = page("gzip").await;
    assert_eq!(encoding.unwrap(), "gzip");
    let mut text = String::new();
    GzDecoder::new(packed.as_ref()).read_to_string(&mut text).unwrap();
    assert!(is_whole(&text), "{text}");
    // Nonces and times differ, and little else.
    assert!(text.len().abs_diff(plain.len()) < 200, "{} and {}", text.len(), plain.len());

    // What browsers send.
    let (encoding, packed) = page("gzip, deflate, br, zstd").await;
    assert_eq!(encoding.unwrap(), "br");
    assert!(packed.len() * 4 < plain.len(), "{} of {}", packed.len(), plain.len());

    let answer = browser
        .client
        .post(format!("{}/api/accounts/viewer", app.url))
        .header(header::ORIGIN, &app.url)
        .header(header::ACCEPT_ENCODING, "br")
        .json(&serde_json::json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers().get(header::CONTENT_ENCODING), None, "a small one is not");
}

#[tokio::test]
async fn a_stream_of_news_is_not_compressed() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let (company, _) = app.membership(Who::Owner).await;
    let answer = browser
        .client
        .get(format!("{}/events?company={company}", app.url))
        .header(header::ACCEPT_ENCODING, "gzip, br")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers().get(header::CONTENT_ENCODING), None);
}

/// A server of a page that says "hello"; it stops when the sender is used or dropped.
async fn hello() -> (std::net::SocketAddr, oneshot::Sender<()>) {
    #[expect(clippy::disallowed_methods, reason = "a router of these tests alone")]
    let router = Router::new().route("/", get(async || "hello"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        serve(listener, router, PATIENCE, async { _ = stopped.await }).await.unwrap();
    });
    (address, stop)
}

async fn is_hung_up_on(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut rest)).await.expect("it is kept for ever");
    // A reset tells as much as an end. What may come before it is the refusal.
    read.is_err() || !String::from_utf8_lossy(&rest).contains("hello")
}

#[tokio::test]
async fn whoever_sends_nothing_or_a_head_by_letters_is_hung_up_on() {
    let (address, _running) = hello().await;
    let silent = TcpStream::connect(address).await.unwrap();
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();
    let (mut slow, mut sending) = slow.into_split();
    let letters = tokio::spawn(async move {
        let began = Instant::now();
        while sending.write_all(b"x-letter: x\r\n").await.is_ok() {
            assert!(began.elapsed() < LONG, "it may send letters for ever");
            tokio::time::sleep(PATIENCE / 10).await;
        }
    });
    let mut rest = Vec::new();
    let _ = timeout(LONG, slow.read_to_end(&mut rest)).await.expect("it is kept for ever");
    assert!(!String::from_utf8_lossy(&rest).contains("hello"));
    letters.await.unwrap();
    assert!(is_hung_up_on(silent).await);
}

#[tokio::test]
async fn a_connection_that_rests_after_its_answer_is_hung_up_on() {
    let (address, _running) = hello().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut answer = [0; 1024];
        let length = stream.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..length]).ends_with("hello"));
    }
    assert!(is_hung_up_on(stream).await);
}

#[tokio::test]
async fn a_server_that_stops_answers_what_is_under_way() {
    let (began, is_under_way) = oneshot::channel();
    let began = Arc::new(Mutex::new(Some(began)));
    #[expect(clippy::disallowed_methods, reason = "a router of these tests alone")]
    let router = Router::new().route(
        "/",
        get(move || {
            if let Some(began) = began.lock().unwrap().take() {
                began.send(()).unwrap();
            }
            async {
                tokio::time::sleep(2 * PATIENCE).await;
                "hello"
            }
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, router, PATIENCE, async { _ = stopped.await }));
    let asked = tokio::spawn(reqwest::get(format!("http://{address}/")));
    is_under_way.await.unwrap();
    stop.send(()).unwrap();
    let answer = asked.await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");
    timeout(LONG, serving).await.expect("it does not stop").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "and takes no more");
}
