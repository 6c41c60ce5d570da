//! A whole Aidoo on a port of its own, with a demonstration Odoo behind it, and browsers that use it.

use std::{
    net::Ipv4Addr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::backend::Actor;
use clap::Parser as _;
use leptos::config::LeptosOptions;
use reqwest::{Client, StatusCode, header, redirect};
use serde_json::Value;
use server::{
    build_router,
    clock::{Clock, Entropy},
    config::{Cli, Command, Serve},
    demo::{dotenv::DemoEnv, seed::Demo},
    domain::vault::Vault,
    http::serving,
    services::{Core, core::Settings, news::News},
    state::{AppState, Background},
    store::{Db, memberships, users},
};
use shared::{
    api_key::{CreateApiKey, Expiry, GeneratedKey},
    email::Email,
    id::{CompanyId, MemberId, RequestId, SessionId},
    permission::PermissionSet,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// The password of everybody whom a test signs up: long, and hard to guess by zxcvbn's measure.
pub const PASSWORD: &str = "gravel-turnip-oboe-94";

/// After this, an answer that did not come never will: the test fails and names what it asked for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It stops when dropped.
pub struct TestApp {
    /// Its address, without a slash at the end.
    pub url: String,
    /// What it shares between requests, for a look behind the scenes.
    pub state: AppState,
    /// The demonstration's variables.
    pub env: DemoEnv,
    /// The demonstration Odoo behind it.
    pub odoo: server::demo::DemoOdoo,
    /// Its data folder, which is removed with the last server that uses it.
    folder: Arc<TempDir>,
    stop: CancellationToken,
    serving: Mutex<Option<(JoinHandle<()>, Background)>>,
}

/// The people of the demonstration company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Marie.
    Owner,
    /// Anna.
    Admin,
    /// Idris.
    Member,
    /// Tomás.
    Member2,
}

impl Who {
    const fn variable(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::Member => "MEMBER",
            Self::Member2 => "MEMBER2",
        }
    }
}

impl TestApp {
    /// Starts on SQLite in a folder of its own.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with further options of `aidoo serve`.
    pub async fn start_with(options: &[&str]) -> Self {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        Self::start_on(&database, folder, Clock::system(), options).await
    }

    /// Starts on this database; two servers on one database share the folder too.
    pub async fn start_on(
        database: &str,
        folder: Arc<TempDir>,
        clock: Clock,
        options: &[&str],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("has one");
        let mut options = parse_options(&folder, options);
        let core = Core {
            db: Db::connect(database).await.expect("connects"),
            clock,
            entropy: Entropy,
            vault: Arc::new(Vault::new(&[7; 32])),
            settings: Arc::new(Settings {
                public_url: Url::parse(&format!("http://{address}")).expect("a url"),
                signup: options.signup,
            }),
            news: News::default(),
        };
        let stop = CancellationToken::new();
        let demo = Demo::start(&mut options, &core, stop.clone()).await.expect("starts");
        let leptos = LeptosOptions::builder().output_name("aidoo").site_addr(address).build();
        let starting = AppState::new(core, &options, address, leptos, stop.clone());
        let (state, background) = starting.await.expect("starts");
        let odoo = demo.odoo.clone();
        let env = demo.seed(&state).await.expect("seeds");
        let router = build_router(&state, None);
        let stopped = stop.clone().cancelled_owned();
        let serving = tokio::spawn(async move {
            serving::serve(listener, router, serving::PATIENCE, stopped).await.expect("serves");
        });
        Self {
            url: format!("http://{address}"),
            state,
            env,
            odoo,
            folder,
            stop,
            serving: Mutex::new(Some((serving, background))),
        }
    }

    /// Stops it as the program does: no new request, then what is under way, then what is to be written.
    pub async fn finish(&self) {
        let (serving, background) = self.serving.lock().unwrap().take().expect("once");
        self.stop.cancel();
        serving.await.expect("ends");
        background.finish().await.expect("ends");
    }

    /// A variable of `demo.env`.
    pub fn var(&self, name: &str) -> &str {
        self.env.get(name).unwrap_or_else(|| panic!("{name} is set"))
    }

    /// A connection to its SQLite database as another process would have it.
    pub async fn another_connection(&self) -> Db {
        Db::connect(&format!("sqlite:{}", self.database().display())).await.expect("connects")
    }

    /// The file of its SQLite database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("aidoo.db")
    }

    /// A browser that nobody is signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser in which this person has signed in.
    pub async fn signed_in(&self, who: Who) -> Browser {
        let variable = |what| self.var(&format!("AIDOO_{}_{what}", who.variable())).to_owned();
        let browser = self.browser();
        browser.sign_in(&variable("EMAIL"), &variable("PASSWORD")).await;
        browser
    }

    /// The person's company, and who they are in it, for calling services directly.
    pub async fn membership(&self, who: Who) -> (CompanyId, (Actor, MemberId)) {
        let email = Email::parse(self.var(&format!("AIDOO_{}_EMAIL", who.variable())));
        let reader = self.state.core.db.reader();
        let user = users::find_by_email(reader, &email.expect("an e-mail")).await;
        let user = user.expect("answers").expect("is there").id;
        let (membership, _) =
            memberships::list_of_user(reader, user).await.expect("answers").remove(0);
        let session = SessionId::from_uuid(Uuid::nil());
        let actor = Actor { user, session, address: Ipv4Addr::LOCALHOST.into() };
        (membership.company, (actor, membership.id))
    }

    /// Generates a key for the actor's own use through the service.
    pub async fn make_key(
        &self,
        actor: Actor,
        company: CompanyId,
        member: MemberId,
        permissions: PermissionSet,
    ) -> GeneratedKey {
        let core = &self.state.core;
        let input = CreateApiKey {
            company,
            member,
            request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
            name: "A test's key".to_owned(),
            permissions,
            expiry: Expiry::Never,
        };
        self.state.backend.api_keys.create(actor, input).await.expect("is made")
    }

    /// The status and body of an MCP request on `/mcp` with this key.
    pub async fn mcp(&self, key: &str, body: Value) -> (StatusCode, Value) {
        self.mcp_in(None, key, body).await
    }

    /// The same of a client that names its revision.
    pub async fn mcp_in(
        &self,
        revision: Option<&str>,
        key: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = Client::new()
            .post(format!("{}/mcp", self.url))
            .bearer_auth(key)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .json(&body);
        if let Some(revision) = revision {
            request = request.header("MCP-Protocol-Version", revision);
        }
        let answer = request.send().await.expect("answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn parse_options(folder: &TempDir, further: &[&str]) -> Serve {
    let data_dir = folder.path().to_str().expect("a text");
    let base =
        ["aidoo", "serve", "--demo", "--demo-odoo-listen", "127.0.0.1:0", "--data-dir", data_dir];
    // All clients of a test come from one address.
    let calls: &[&str] = match further.contains(&"--calls-per-address") {
        true => &[],
        false => &["--calls-per-address", "1000000"],
    };
    match Cli::try_parse_from(base.iter().chain(calls).chain(further))
        .expect("valid options")
        .command
    {
        Command::Serve(options) => *options,
        Command::RotateMasterKey(_) | Command::User(_) => {
            unreachable!("the subcommand is serve")
        }
    }
}

/// A browser with its own cookies, that asks server functions as the wasm does.
pub struct Browser {
    /// The HTTP client.
    pub client: Client,
    url: String,
}

impl Browser {
    /// One that goes to the server at `url`.
    pub fn new(url: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Self { client, url: url.to_owned() }
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let fields = [("input[email]", email), ("input[password]", password)];
        let (status, body) = self.form("accounts/sign_in", &fields).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// Calls a server function that takes a form.
    pub async fn form(&self, endpoint: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}/api/{endpoint}", self.url)).form(fields);
        self.send(request).await
    }

    /// Calls a server function that takes JSON.
    pub async fn json(&self, endpoint: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}/api/{endpoint}", self.url)).json(body);
        self.send(request).await
    }

    /// Opens a page as a browser does and gives its status and where it leads.
    pub async fn open(&self, path: &str) -> (StatusCode, String) {
        self.follow(path, "none").await
    }

    /// The same by a link on a page of `site`, as the browser calls it (`Sec-Fetch-Site`).
    pub async fn follow(&self, path: &str, site: &str) -> (StatusCode, String) {
        let answer = self
            .client
            .get(format!("{}{path}", self.url))
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", site)
            .send()
            .await
            .expect("answers");
        let status = answer.status();
        let location = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        match location {
            Some(to) => (status, to.to_owned()),
            None => (status, answer.text().await.expect("a body")),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (StatusCode, Value) {
        let answer = request
            .header(header::ORIGIN, &self.url)
            .header(header::ACCEPT, "application/json")
            .send()
            .await
            .expect("answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}
