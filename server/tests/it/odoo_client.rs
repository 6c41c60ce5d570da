//! The Odoo client against servers that behave, misbehave, or are not there.

use std::{
    net::SocketAddr,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use server::odoo::{
    AddressGuard, Authenticated, Call, Client, Identity, Limits, OdooError, Origin, Reached, Target,
};
use shared::connection::Protocol;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::{
    odoo_double::{OdooDouble, odoo},
    odoo_server::{Answer, OdooServer, client},
};

fn target(origin: Origin, protocol: Protocol) -> Target {
    Target { origin, database: Some("prod".to_owned()), protocol }
}

fn identity() -> Identity {
    let secret = SecretString::from("a-key");
    Identity { login: "anna@example.com".to_owned(), uid: 7, secret }
}

fn call(method: &str) -> Call {
    Call {
        model: "res.partner".to_owned(),
        method: method.to_owned(),
        ids: None,
        positional: Vec::new(),
        arguments: Map::new(),
        context: Default::default(),
    }
}

fn ok(_: &crate::support::odoo_server::Seen) -> Answer {
    Answer::json(200, &json!({"jsonrpc": "2.0", "id": 1, "result": true}))
}

/// What a call over JSON-RPC comes back with from a server that gives this answer.
async fn ask(answer: Answer, limits: Limits) -> Result<Value, OdooError> {
    let server = OdooServer::start(move |_| answer.clone()).await;
    let client = client(&[server.address], limits);
    client.call(&target(server.origin(), Protocol::JsonRpc), &identity(), &call("read")).await
}

/// A port of 127.0.0.1 on which nothing listens.
async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A server that sends these bytes to everybody and hangs up, or holds the line.
async fn raw(bytes: Vec<u8>, hold: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&bytes).await;
                tokio::time::sleep(hold).await;
            });
        }
    });
    address
}

async fn ask_raw(address: SocketAddr, limits: Limits) -> Result<Value, OdooError> {
    let origin = Origin::parse(&format!("http://{address}")).unwrap();
    let client = client(&[address], limits);
    client.call(&target(origin, Protocol::JsonRpc), &identity(), &call("read")).await
}

#[tokio::test]
async fn a_json2_call_is_put_as_odoo_takes_it() {
    let server = OdooServer::start(|_| Answer::json(200, &json!([{"id": 5}]))).await;
    let client = client(&[server.address], Limits::default());
    let call = Call {
        ids: Some(vec![5]),
        positional: Vec::new(),
        arguments: Map::from_iter([("fields".to_owned(), json!(["name"]))]),
        context: [("lang".to_owned(), json!("fr_FR"))].into(),
        ..call("read")
    };
    let target = target(server.origin(), Protocol::Json2);
    let answer = client.call(&target, &identity(), &call).await;
    assert_eq!(answer, Ok(json!([{"id": 5}])));

    let [request] = <[_; 1]>::try_from(server.seen()).unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/json/2/res.partner/read")
    );
    assert_eq!(request.headers["authorization"], "bearer a-key");
    assert_eq!(request.headers["x-odoo-database"], "prod");
    assert_eq!(request.headers["content-type"], "application/json");
    let body = json!({"ids": [5], "fields": ["name"], "context": {"lang": "fr_FR"}});
    assert_eq!(request.body, body);
}

#[tokio::test]
async fn a_json_rpc_call_is_put_as_odoo_takes_it() {
    let server = OdooServer::start(ok).await;
    let client = client(&[server.address], Limits::default());
    let target = target(server.origin(), Protocol::JsonRpc);
    let call = Call {
        ids: Some(vec![5]),
        positional: Vec::new(),
        arguments: Map::from_iter([("fields".to_owned(), json!(["name"]))]),
        context: [("lang".to_owned(), json!("fr_FR"))].into(),
        ..call("read")
    };
    client.call(&target, &identity(), &call).await.unwrap();
    let create = Call {
        ids: None,
        positional: Vec::new(),
        arguments: Map::from_iter([("vals_list".to_owned(), json!([{"name": "New"}]))]),
        context: Default::default(),
        method: "create".to_owned(),
        ..call
    };
    client.call(&target, &identity(), &create).await.unwrap();

    let [read, create] = <[_; 2]>::try_from(server.seen()).unwrap();
    assert_eq!((read.method.as_str(), read.path.as_str()), ("POST", "/jsonrpc"));
    assert!(!read.headers.contains_key("authorization"));
    let arguments = json!([
        "prod", 7, "a-key", "res.partner", "read", [[5]],
        {"fields": ["name"], "context": {"lang": "fr_FR"}}
    ]);
    let params = json!({"service": "object", "method": "execute_kw", "args": arguments});
    assert_eq!(read.body["params"], params);
    let arguments = json!(["prod", 7, "a-key", "res.partner", "create", [[{"name": "New"}]], {}]);
    assert_eq!(create.body["params"]["args"], arguments);
}

#[tokio::test]
async fn what_can_be_no_call_is_not_sent() {
    let server = OdooServer::start(ok).await;
    let client = client(&[server.address], Limits::default());
    let with = |argument: &str| Call {
        positional: Vec::new(),
        arguments: Map::from_iter([(argument.to_owned(), json!([1]))]),
        ..call("read")
    };
    let of = |model: &str| Call { model: model.to_owned(), ..call("read") };
    for protocol in [Protocol::Json2, Protocol::JsonRpc] {
        let target = target(server.origin(), protocol);
        for (call, expected) in [
            (of("../../web"), OdooError::NoSuchModel),
            (of("res..partner"), OdooError::NoSuchModel),
            (of(""), OdooError::NoSuchModel),
            (of("res.partner?x"), OdooError::NoSuchModel),
            (call("read/../write"), OdooError::NoSuchMethod),
            (call(""), OdooError::NoSuchMethod),
            (with("ids"), OdooError::BadArgument),
            (with("context"), OdooError::BadArgument),
        ] {
            assert_eq!(client.call(&target, &identity(), &call).await, Err(expected));
        }
    }
    let target = target(server.origin(), Protocol::Json2);
    for secret in ["line\nbreak", "ключ"] {
        let identity = Identity { secret: SecretString::from(secret), ..identity() };
        let answer = client.call(&target, &identity, &call("read")).await;
        assert_eq!(answer, Err(OdooError::AccessDenied));
    }
    let nameless = Target { database: None, protocol: Protocol::JsonRpc, ..target };
    let answer = client.call(&nameless, &identity(), &call("read")).await;
    assert_eq!(answer, Err(OdooError::NoSuchDatabase));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_does_not_come_ends_the_wait() {
    let address = raw(Vec::new(), Duration::from_secs(30)).await;
    let limits = Limits { total_timeout: Duration::from_millis(300), ..Limits::default() };
    let started = Instant::now();
    assert_eq!(ask_raw(address, limits).await, Err(OdooError::Timeout(Reached::Perhaps)));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_that_is_not_taken_was_never_reached() {
    // Nobody accepts: what connects after the queue is full waits for an answer to its first packet.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("is bound");
    let listener = socket.listen(1).expect("listens");
    let address = listener.local_addr().expect("an address");
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        waiting.push(stream.expect("connects"));
        assert!(waiting.len() < 64, "the queue fills up");
    }
    let limits = Limits { connect_timeout: Duration::from_millis(300), ..Limits::default() };
    assert_eq!(ask_raw(address, limits).await, Err(OdooError::Timeout(Reached::No)));
}

#[tokio::test]
async fn a_body_that_does_not_end_ends_the_wait() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    let address = raw(head.to_vec(), Duration::from_secs(30)).await;
    let limits = Limits { total_timeout: Duration::from_millis(300), ..Limits::default() };
    assert_eq!(ask_raw(address, limits).await, Err(OdooError::Timeout(Reached::Perhaps)));
}

#[tokio::test]
async fn a_connection_that_breaks_may_have_carried_the_call() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    for bytes in [head.to_vec(), Vec::new()] {
        let address = raw(bytes, Duration::ZERO).await;
        let answer = ask_raw(address, Limits::default()).await;
        assert_eq!(answer, Err(OdooError::Unreachable(Reached::Perhaps)));
    }
}

#[tokio::test]
async fn a_closed_port_was_never_reached() {
    let answer = ask_raw(closed_port().await, Limits::default()).await;
    assert_eq!(answer, Err(OdooError::Unreachable(Reached::No)));
}

#[tokio::test]
async fn an_unknown_name_was_never_reached() {
    let guard = AddressGuard::new(&["nowhere.invalid:8069".to_owned()], Vec::new()).unwrap();
    let client = Client::new(guard, Limits::default()).unwrap();
    let origin = Origin::parse("http://nowhere.invalid:8069").unwrap();
    let answer = client.call(&target(origin, Protocol::Json2), &identity(), &call("read")).await;
    assert_eq!(answer, Err(OdooError::UnknownHost));
}

#[tokio::test]
async fn a_server_without_tls_is_refused_over_https() {
    let server = OdooServer::start(ok).await;
    let client = client(&[server.address], Limits::default());
    let origin = Origin::parse(&format!("https://{}", server.address)).unwrap();
    let error = client.detect(&origin).await.unwrap_err();
    assert_eq!((error.reached(), error), (Reached::No, OdooError::Tls));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = OdooServer::start(ok).await;
    for status in [301, 302, 303, 307, 308] {
        let mut answer = Answer::html(status, "elsewhere");
        answer.location = Some(other.url());
        assert_eq!(ask(answer, Limits::default()).await, Err(OdooError::Redirect));
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_dropped() {
    let limits = Limits { max_body: 10_000, ..Limits::default() };
    let long = Answer::json(200, &json!({"jsonrpc": "2.0", "result": "x".repeat(20_000)}));
    assert_eq!(ask(long, limits).await, Err(OdooError::TooLarge));

    // One that does not say how long it is.
    let mut endless =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_vec();
    for _ in 0..20 {
        endless.extend_from_slice(format!("3e8\r\n{}\r\n", "x".repeat(1_000)).as_bytes());
    }
    let address = raw(endless, Duration::from_secs(30)).await;
    assert_eq!(ask_raw(address, limits).await, Err(OdooError::TooLarge));
}

#[tokio::test]
async fn answers_that_no_odoo_gives_are_told_apart() {
    let as_json = |body: &str| Answer { body: body.to_owned(), ..Answer::json(200, &Value::Null) };
    for (answer, expected) in [
        (Answer::html(200, "<h1>Welcome</h1>"), OdooError::NotOdoo),
        (Answer::html(404, "nothing here"), OdooError::NotOdoo),
        (Answer::html(500, "broken"), OdooError::NotOdoo),
        (as_json(""), OdooError::NotOdoo),
        (as_json("{\"jsonrpc\": \"2.0\", \"resul"), OdooError::NotOdoo),
        (as_json("[1, 2]"), OdooError::NotOdoo),
        (as_json("{\"status\": \"fine\"}"), OdooError::NotOdoo),
        (as_json(&"[".repeat(100_000)), OdooError::NotOdoo),
        (Answer::html(429, ""), OdooError::Busy),
        (Answer::html(503, ""), OdooError::Busy),
        (Answer::html(502, ""), OdooError::Unreachable(Reached::Perhaps)),
        (Answer::html(504, ""), OdooError::Timeout(Reached::Perhaps)),
    ] {
        let what = format!("{} {:.40}", answer.status, answer.body);
        assert_eq!(ask(answer, Limits::default()).await, Err(expected), "{what}");
    }
}

#[tokio::test]
async fn an_error_without_a_class_has_a_reference() {
    for error in [json!("boom"), json!({"code": 100}), json!({"data": {"name": 5}})] {
        let answer = Answer::json(200, &json!({"jsonrpc": "2.0", "error": error}));
        let error = ask(answer, Limits::default()).await.unwrap_err();
        let OdooError::Failed { reference, .. } = error else { panic!("{error:?}") };
        assert!(error.message_for_person().contains(&format!("{reference:08x}")));
    }
}

#[tokio::test]
async fn calls_share_connections() {
    let server = OdooServer::start(ok).await;
    let client = client(&[server.address], Limits::default());
    let target = target(server.origin(), Protocol::JsonRpc);
    for _ in 0..5 {
        client.clone().call(&target, &identity(), &call("read")).await.unwrap();
    }
    let mut peers: Vec<_> = server.seen().iter().map(|request| request.peer).collect();
    assert_eq!(peers.len(), 5);
    peers.dedup();
    assert_eq!(peers.len(), 1);
}

#[tokio::test]
async fn an_address_that_is_not_listed_is_not_called() {
    let server = OdooServer::start(ok).await;
    let port = server.address.port();
    let strict = client(&[], Limits::default());
    let another_port = client(&[closed_port().await], Limits::default());
    let own = Client::new(
        AddressGuard::new(&[format!("127.0.0.1:{port}")], vec![server.address]).unwrap(),
        Limits::default(),
    )
    .unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1"] {
        for client in [&strict, &another_port, &own] {
            let origin = Origin::parse(&format!("http://{host}:{port}")).unwrap();
            assert_eq!(client.detect(&origin).await, Err(OdooError::AddressNotAllowed), "{host}");
        }
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_listed_name_reaches_its_server() {
    let double = OdooDouble::start(odoo(19)).await;
    let entry = format!("localhost:{}", double.server.address.port());
    let client = Client::new(
        AddressGuard::new(std::slice::from_ref(&entry), Vec::new()).unwrap(),
        Limits::default(),
    )
    .unwrap();
    let origin = Origin::parse(&format!("http://{entry}")).unwrap();
    assert_eq!(client.detect(&origin).await.map(|found| found.version), Ok("19.0".to_owned()));
}

/// The environment of a process is set when it starts, so the test starts itself again with one.
#[tokio::test]
async fn no_proxy_of_the_environment_is_used() {
    const NAME: &str = "odoo_client::no_proxy_of_the_environment_is_used";
    if std::env::var_os("http_proxy").is_some_and(|proxy| proxy == "http://127.0.0.1:9") {
        assert_eq!(ask(ok_answer(), Limits::default()).await, Ok(json!(true)));
        return;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME])
        .envs(
            ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"]
                .map(|name| (name, "http://127.0.0.1:9")),
        )
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
    assert!(String::from_utf8_lossy(&status.stdout).contains("1 passed"));
}

fn ok_answer() -> Answer {
    Answer::json(200, &json!({"jsonrpc": "2.0", "id": 1, "result": true}))
}

#[tokio::test]
async fn the_version_decides_the_protocol() {
    for (major, protocol) in
        [(17, Protocol::JsonRpc), (18, Protocol::JsonRpc), (19, Protocol::Json2)]
    {
        let double = OdooDouble::start(odoo(major)).await;
        let client = client(&[double.server.address], Limits::default());
        let found = client.detect(&double.server.origin()).await.unwrap();
        assert_eq!((found.major, found.protocol), (major, protocol));
        assert_eq!(client.databases(&double.server.origin()).await, Ok(vec!["prod".to_owned()]));
        double.setup.lock().unwrap().lists = false;
        assert_eq!(client.databases(&double.server.origin()).await, Ok(Vec::new()));

        let named = |name: &str| Target {
            origin: double.server.origin(),
            database: Some(name.to_owned()),
            protocol,
        };
        assert_eq!(client.has_database(&named("prod")).await, Ok(true));
        assert_eq!(client.has_database(&named("nope")).await, Ok(false));
        assert_eq!(client.has_database(&named("ünï")).await, Ok(false));
        assert_eq!(double.secrets_sent(), 0);
    }
}

#[tokio::test]
async fn an_earlier_version_is_found_whatever_its_pages_are() {
    let redirects = || Answer { location: Some("/web/login".to_owned()), ..Answer::html(303, "") };
    let is_long = || Answer::html(404, &"no such page ".repeat(10_000));
    for page in [redirects as fn() -> Answer, is_long] {
        let server = OdooServer::start(move |request| match request.path.as_str() {
            "/jsonrpc" => {
                let version =
                    json!({"server_version": "18.0-20250702", "server_version_info": [18, 0]});
                Answer::json(200, &json!({"jsonrpc": "2.0", "id": 1, "result": version}))
            }
            _ => page(),
        })
        .await;
        let client = client(&[server.address], Limits::default());
        assert_eq!(client.detect(&server.origin()).await.map(|found| found.major), Ok(18));
    }
    // A long page that is no Odoo's at all is told as that.
    let server = OdooServer::start(move |_| is_long()).await;
    let client = client(&[server.address], Limits::default());
    assert_eq!(client.detect(&server.origin()).await, Err(OdooError::NotOdoo));
}

#[tokio::test]
async fn a_secret_works_as_key_or_password_and_only_with_its_own_login() {
    for (major, login, secret, expected) in [
        (19, "anna@example.com", "anna-odoo-key", Some((1, Protocol::Json2))),
        (19, "Anna@Example.com", "anna-odoo-key", Some((1, Protocol::Json2))),
        (19, "anna@example.com", "anna-password", Some((1, Protocol::JsonRpc))),
        (19, "anna@example.com", "bob-odoo-key", None),
        (19, "anna@example.com", "bob-password", None),
        (19, "anna@example.com", "wrong", None),
        (18, "bob@example.com", "bob-odoo-key", Some((2, Protocol::JsonRpc))),
        (18, "bob@example.com", "bob-password", Some((2, Protocol::JsonRpc))),
        (18, "bob@example.com", "anna-odoo-key", None),
        (17, "nobody@example.com", "anna-password", None),
    ] {
        let double = OdooDouble::start(odoo(major)).await;
        let client = client(&[double.server.address], Limits::default());
        let origin = double.server.origin();
        let protocol = client.detect(&origin).await.unwrap().protocol;
        let found = client
            .authenticate(&target(origin, protocol), login, &SecretString::from(secret))
            .await;
        let expected = expected
            .map(|(uid, protocol)| Authenticated { uid, protocol })
            .ok_or(OdooError::AccessDenied);
        assert_eq!(found, expected, "{major} {login} {secret}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_refusal_also_where_json_rpc_is_gone() {
    let is_gone = AtomicBool::new(true);
    let server = OdooServer::start(move |request| match request.path.as_str() {
        "/jsonrpc" if is_gone.load(Ordering::SeqCst) => Answer::html(404, "gone"),
        _ => {
            let body =
                json!({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"});
            Answer::json(401, &body)
        }
    })
    .await;
    let client = client(&[server.address], Limits::default());
    let target = target(server.origin(), Protocol::Json2);
    let found = client.authenticate(&target, "anna@example.com", &SecretString::from("x")).await;
    assert_eq!(found, Err(OdooError::AccessDenied));
}

#[test]
fn what_is_printed_for_debugging_holds_no_secret() {
    let text = format!("{:?}", identity());
    assert!(!text.contains("a-key") && !text.contains("anna"), "{text}");
}
