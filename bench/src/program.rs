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
    account::Viewer,
    api_key::{CreateApiKey, Expiry, GeneratedKey},
    id::RequestId,
    permission::{Permission, PermissionSet},
};
use tempfile::TempDir;
use uuid::Uuid;

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

    /// Generates keys of the owner as the dashboard does: they read, and call.
    pub(crate) async fn make_keys(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let cookie = self.sign_in().await?;
        let api = |endpoint: &str| {
            self.client
                .post(format!("{}/api/{endpoint}", self.url))
                .header(header::ORIGIN, &self.url)
                .header(header::ACCEPT, "application/json")
                .header(header::COOKIE, &cookie)
        };
        let viewer: Value = answer(api("accounts/viewer")).await?;
        let viewer: Option<Viewer> = serde_json::from_value(viewer)?;
        let current =
            viewer.and_then(|viewer| viewer.current).context("the owner has a company")?;
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
            let made = answer(api("api_keys/create").json(&json!({ "input": input }))).await?;
            keys.push(serde_json::from_value::<GeneratedKey>(made)?.key);
        }
        Ok(keys)
    }

    /// The owner's session, as a cookie.
    pub(crate) async fn sign_in(&self) -> anyhow::Result<String> {
        let field = |name| self.variable(name).map(|value| value.replace('@', "%40"));
        let (email, password) = (field("AIDOO_OWNER_EMAIL")?, field("AIDOO_OWNER_PASSWORD")?);
        let response = self
            .client
            .post(format!("{}/api/accounts/sign_in", self.url))
            .header(header::ORIGIN, &self.url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("input%5Bemail%5D={email}&input%5Bpassword%5D={password}"))
            .send()
            .await?;
        ensure!(response.status().is_success(), "signing in: {}", response.status());
        let cookie = response.headers().get(header::SET_COOKIE).context("no session")?.to_str()?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
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
