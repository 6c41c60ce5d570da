//! The program itself, as a process with a data folder and a log of its own.

use std::{
    fs::{self, File},
    io::Read as _,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use server::{demo::dotenv::DemoEnv, tls};
use tempfile::TempDir;

/// `aidoo serve`, running. It is killed when dropped.
pub struct Process {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The demonstration's variables, if it has one.
    pub env: DemoEnv,
    /// Its data folder.
    pub folder: TempDir,
    /// Where it logs to.
    pub log: PathBuf,
    child: Child,
}

impl Process {
    /// Starts with the demonstration, logging everything, and waits until it is ready.
    pub async fn start_demo() -> Self {
        Self::start(&[("AIDOO_DEMO", "true")]).await
    }

    /// Starts with these variables, logging everything, and waits until it is ready.
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        tls::use_ring();
        let folder = TempDir::new().expect("a folder");
        let (port, odoo_port) = (free_port(), free_port());
        let log = folder.path().join("aidoo.log");
        // The pages' script is not what is looked at here, and it is not built for these tests.
        let package = folder.path().join("site/pkg");
        fs::create_dir_all(&package).expect("a folder");
        fs::write(package.join("aidoo.js"), "").expect("a script");
        let child = Command::new(env!("CARGO_BIN_EXE_aidoo"))
            .arg("serve")
            .env_remove("DATABASE_URL")
            .env("AIDOO_DATA_DIR", folder.path())
            .env("AIDOO_LISTEN", format!("127.0.0.1:{port}"))
            .env("AIDOO_DEMO_ODOO_LISTEN", format!("127.0.0.1:{odoo_port}"))
            .env("LEPTOS_SITE_ROOT", folder.path().join("site"))
            .env("AIDOO_LOG", "trace")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            // The welcome shows the demonstration's sign-ins to a person at a terminal: it is no log, and in no
            // file of the folder. It fits into the pipe.
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .expect("starts");
        let url = format!("http://127.0.0.1:{port}");
        let mut process =
            Self { env: DemoEnv::load(folder.path()).expect("none yet"), url, folder, log, child };
        process.wait_until_ready().await;
        process.env = DemoEnv::load(process.folder.path()).expect("is as it was, or written");
        process
    }

    /// A variable of `demo.env`.
    pub fn var(&self, name: &str) -> &str {
        self.env.get(name).unwrap_or_else(|| panic!("{name} is set"))
    }

    /// Ends it, and gives what it said to the person at the terminal.
    pub fn end(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut said = String::new();
        let output = self.child.stdout.as_mut().expect("is piped");
        output.read_to_string(&mut said).expect("a text");
        said
    }

    async fn wait_until_ready(&mut self) {
        for _ in 0..600 {
            if self.child.try_wait().expect("is a child").is_some() {
                break;
            }
            let answer = reqwest::get(format!("{}/ready", self.url)).await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it did not start: {}", fs::read_to_string(&self.log).unwrap_or_default());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("has one").port()
}
