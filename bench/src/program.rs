//! The program under test: a process of its own with a data folder of its own, used over HTTP only.

use std::{
    collections::HashMap,
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, RequestBuilder, header};
use serde_json::{Value, json};
use shared::{
    account::{CurrentCompany, Viewer},
    api_key::{CreateApiKey, Expiry, GeneratedKey},
    id::RequestId,
    member::{InvitationLink, ResetLink},
    permission::{Permission, PermissionSet},
};
use tempfile::TempDir;
use uuid::Uuid;

/// Keys that one person makes: the server lets them have 250, and the demonstration has made some.
const KEYS_OF_ONE: usize = 240;

/// What the program is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    /// As it serves a company: Odoo is somewhere else.
    Nothing,
    /// The demonstration company, and its Odoo in the same process.
    Demonstration,
}

/// The running program. It ends when dropped.
pub(crate) struct Program {
    pub(crate) url: String,
    pub(crate) client: Client,
    variables: HashMap<String, String>,
    child: Child,
    folder: Option<TempDir>,
    database: Option<String>,
}

/// A demonstration that does not run, with its data.
pub(crate) struct Stopped {
    folder: TempDir,
    database: Option<String>,
}

impl Stopped {
    /// The address of its database, where that is SQLite.
    pub(crate) fn sqlite(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("aidoo.db").display())
    }

    /// Starts it again.
    pub(crate) async fn start(self, program: &Path) -> anyhow::Result<Program> {
        let Self { folder, database } = self;
        Program::start_in(folder, program, With::Demonstration, database).await
    }
}

impl Program {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(program: &Path, with: With) -> anyhow::Result<Self> {
        Self::start_on(program, with, None).await
    }

    /// The same on this database; on SQLite in its data folder where none is given.
    pub(crate) async fn start_on(
        program: &Path,
        with: With,
        database: Option<String>,
    ) -> anyhow::Result<Self> {
        Self::start_in(TempDir::new()?, program, with, database).await
    }

    async fn start_in(
        folder: TempDir,
        program: &Path,
        with: With,
        database: Option<String>,
    ) -> anyhow::Result<Self> {
        let (port, odoo_port) = (free_port()?, free_port()?);
        let mut command = Command::new(program);
        command
            .args(["serve", "--log", "warn"])
            .args((with == With::Demonstration).then_some("--demo"))
            .env_remove("DATABASE_URL")
            .env("AIDOO_DATA_DIR", folder.path())
            .env("AIDOO_LISTEN", format!("127.0.0.1:{port}"))
            // All of the load comes from one address.
            .env("AIDOO_CALLS_PER_ADDRESS", u32::MAX.to_string())
            .env("AIDOO_DEMO_ODOO_LISTEN", format!("127.0.0.1:{odoo_port}"))
            .stdout(Stdio::null());
        if let Some(database) = &database {
            command.env("DATABASE_URL", database);
        }
        let child =
            command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let url = format!("http://127.0.0.1:{port}");
        // It refuses when it was done before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
        let variables = HashMap::new();
        let mut program = Self { url, client, variables, child, folder: Some(folder), database };
        program.wait_until_ready().await?;
        if with == With::Nothing {
            return Ok(program);
        }
        let file = fs::read_to_string(program.folder()?.join("demo.env"))?;
        let pairs = file.lines().filter_map(|line| line.split_once('='));
        program.variables =
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(program)
    }

    /// Ends it in order; its data stay.
    pub(crate) fn stop(mut self) -> anyhow::Result<Stopped> {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(ended.success(), "the program cannot be stopped");
        self.child.wait()?;
        let folder = self.folder.take().context("it was stopped before")?;
        Ok(Stopped { folder, database: self.database.take() })
    }

    fn folder(&self) -> anyhow::Result<&Path> {
        self.folder.as_ref().map(TempDir::path).context("it was stopped")
    }

    /// Resident memory in KiB.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("only Linux tells a process's memory")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).context("no VmRSS")
    }

    /// A variable of `demo.env`.
    pub(crate) fn variable(&self, name: &str) -> anyhow::Result<&str> {
        self.variables.get(name).map(String::as_str).with_context(|| format!("{name} is not set"))
    }

    /// Makes so many keys in the demonstration's company. One person may have [`KEYS_OF_ONE`] of them, so the others are of
    /// people who are invited for it and work with the member's Odoo account.
    pub(crate) async fn make_keys(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let owner = self.sign_in().await?;
        let mut keys = self.make_own_keys(&owner, count.min(KEYS_OF_ONE)).await?;
        while keys.len() < count {
            let person = self.invite(&owner, keys.len()).await?;
            let more = (count - keys.len()).min(KEYS_OF_ONE);
            keys.extend(self.make_own_keys(&person, more).await?);
        }
        Ok(keys)
    }

    /// Makes keys of whoever has this session.
    async fn make_own_keys(&self, session: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let current = self.current(session).await?;
        let permissions =
            PermissionSet::of(&[Permission::Query, Permission::Read, Permission::Schema]);
        let mut keys = Vec::with_capacity(count);
        for number in 0..count {
            let input = CreateApiKey {
                company: current.company,
                member: current.member,
                request: RequestId::from_uuid(Uuid::new_v4()),
                name: format!("Load {number}"),
                permissions,
                expiry: Expiry::Never,
            };
            let request = self.api("api_keys/create", session).json(&json!({ "input": input }));
            keys.push(serde_json::from_value::<GeneratedKey>(answer(request).await?)?.key);
        }
        Ok(keys)
    }

    /// The session of a new person, whose Odoo account is the member's.
    async fn invite(&self, owner: &str, number: usize) -> anyhow::Result<String> {
        let company = self.current(owner).await?.company.to_string();
        let email = format!("load{number}@nordwind.example");
        let token = self.invitation(owner, &email).await?;
        let password = Uuid::new_v4().to_string();
        let fields = [("token", token.as_str()), ("name", "Load"), ("password", &password)];
        let session = session_of(self.form("accounts/accept_as_new", "", &fields)).await?;
        let (login, secret) =
            (self.variable("AIDOO_MEMBER_ODOO_LOGIN")?, self.variable("AIDOO_MEMBER_ODOO_KEY")?);
        let (url, database) =
            (self.variable("AIDOO_DEMO_ODOO_URL")?, self.variable("AIDOO_DEMO_ODOO_DATABASE")?);
        let fields = [
            ("company", company.as_str()),
            ("url", url),
            ("database", database),
            ("login", login),
            ("secret", secret),
        ];
        answer(self.form("connections/link", &session, &fields)).await?;
        Ok(session)
    }

    /// The token of an invitation for somebody who has no account yet.
    pub(crate) async fn invitation(&self, owner: &str, email: &str) -> anyhow::Result<String> {
        let company = self.current(owner).await?.company.to_string();
        let fields = [("company", company.as_str()), ("email", email), ("role", "admin")];
        let link = answer(self.form("team/invite", owner, &fields)).await?;
        Ok(token_of(&serde_json::from_value::<InvitationLink>(link)?.url))
    }

    /// The token of a link by which the demonstration's member sets a new password.
    pub(crate) async fn reset_link(&self, owner: &str) -> anyhow::Result<String> {
        let session = self.sign_in_as("MEMBER").await?;
        let CurrentCompany { company, member, .. } = self.current(&session).await?;
        let (company, member) = (company.to_string(), member.to_string());
        let fields = [("company", company.as_str()), ("member", &member)];
        let link = answer(self.form("team/make_reset_link", owner, &fields)).await?;
        Ok(token_of(&serde_json::from_value::<ResetLink>(link)?.url))
    }

    /// The company that the pages of this session show.
    async fn current(&self, session: &str) -> anyhow::Result<CurrentCompany> {
        let viewer = answer(self.api("accounts/viewer", session)).await?;
        let viewer: Option<Viewer> = serde_json::from_value(viewer)?;
        viewer.and_then(|viewer| viewer.current).context("they are in no company")
    }

    /// The owner's session, as a cookie.
    pub(crate) async fn sign_in(&self) -> anyhow::Result<String> {
        self.sign_in_as("OWNER").await
    }

    /// The session of somebody whom `demo.env` names, as a cookie.
    async fn sign_in_as(&self, who: &str) -> anyhow::Result<String> {
        self.sign_in_by(self.variable(&format!("AIDOO_{who}_EMAIL"))?, who).await
    }

    /// The session of the person with this address, whose password is that of `who` in `demo.env`, as a cookie.
    pub(crate) async fn sign_in_by(&self, email: &str, who: &str) -> anyhow::Result<String> {
        let password = self.variable(&format!("AIDOO_{who}_PASSWORD"))?;
        let fields = [("email", email), ("password", password)];
        session_of(self.form("accounts/sign_in", "", &fields)).await
    }

    /// A server function, called in this session.
    fn api(&self, endpoint: &str, session: &str) -> RequestBuilder {
        self.client
            .post(format!("{}/api/{endpoint}", self.url))
            .header(header::ORIGIN, &self.url)
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, session)
    }

    /// A server function that takes a form. The demonstration has no values that would have to be written otherwise.
    fn form(&self, endpoint: &str, session: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("input%5B{name}%5D={}", value.replace('@', "%40")));
        self.api(endpoint, session)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(pairs.collect::<Vec<_>>().join("&"))
    }

    async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended: {status}");
            }
            let answer = self.client.get(format!("{}/ready", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the program did not become ready")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a link ends with.
fn token_of(link: &str) -> String {
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Sends a request that starts a session, and gives that as a cookie.
async fn session_of(request: RequestBuilder) -> anyhow::Result<String> {
    let response = request.send().await?;
    ensure!(response.status().is_success(), "starting a session: {}", response.status());
    let cookie = response.headers().get(header::SET_COOKIE).context("no session")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Sends a request, and gives the JSON of a good answer.
pub(crate) async fn answer(request: RequestBuilder) -> anyhow::Result<Value> {
    let response = request.send().await?;
    let (status, text) = (response.status(), response.text().await?);
    ensure!(status.is_success(), "{status}: {text}");
    Ok(serde_json::from_str(&text)?)
}

pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
