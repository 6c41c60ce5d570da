//! A PostgreSQL for the measurement alone, as Debian installs it and with its own settings, on a free port.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use crate::program::free_port;

/// The running server. It ends when dropped.
pub(super) struct Cluster {
    port: u16,
    server: Child,
    folder: TempDir,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let programs =
            programs().context("PostgreSQL is not installed (apt-get install postgresql)")?;
        let folder = tempfile::Builder::new().prefix("aidoo-bench-pg-").tempdir()?;
        let data = folder.path().join("data");
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(folder.path()).status()?;
            ensure!(owned.success(), "there is no user postgres");
        }
        let made = run_as_postgres(&programs.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .args(["--username=aidoo", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
            .stdout(Stdio::null())
            .status()?;
        ensure!(made.success(), "initdb: {made}");
        let port = free_port()?;
        let server = run_as_postgres(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "unix_socket_directories="])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log"))?)
            .spawn()?;
        let cluster = Self { port, server, folder };
        for _ in 0..100 {
            let mut look = Command::new(programs.join("pg_isready"));
            let port = port.to_string();
            if look.args(["-q", "-h", "127.0.0.1", "-p", &port]).status()?.success() {
                return Ok(cluster);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!(
            "PostgreSQL did not start: {}",
            fs::read_to_string(cluster.folder.path().join("log"))?
        )
    }

    /// The address of its database.
    pub(super) fn url(&self) -> String {
        format!("postgres://aidoo@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // At once: nothing of it is kept. What starts it as another user hands the signal on.
        let _ = Command::new("kill").arg("-INT").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
    }
}

fn run_as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command.current_dir("/");
    command
}

/// The folder with PostgreSQL's programs: Debian's newest, or the one on `PATH`.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = versions.into_iter().rev().map(|(_, folder)| folder);
    folders
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
