//! What the program says at the terminal. When it does not start: one line, and nothing is written that was not
//! there. When it starts with the demonstration: all that it takes to use it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{keys::Keys, process::Process};

/// Runs `aidoo serve` to its end with these options, in a folder without a built site, where it ends.
fn serve(folder: &Path, options: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aidoo"));
    command
        .arg("serve")
        .args(["--listen", "127.0.0.1:0"])
        .args(options)
        .env_remove("DATABASE_URL")
        .env("AIDOO_DATA_DIR", folder.join("data"))
        .env("LEPTOS_SITE_ROOT", folder.join("none"))
        .env("AIDOO_LOG", "error")
        .env("RUST_BACKTRACE", "1");
    for (name, value) in variables {
        command.env(name, value);
    }
    command.output().expect("runs")
}

/// The one line that it ended with.
fn line(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_its_master_key_says_so_and_gets_no_other() {
    let folder = TempDir::new().expect("a folder");
    used_database(folder.path()).await;
    let line = line(&serve(folder.path(), &[], &[]));
    assert!(line.contains("the master key of this database is missing"), "{line}");
    assert!(!folder.path().join("data/master.key").exists(), "none is made");
}

/// As in a container with nothing but the program in it: the list is the system's, and there is none.
#[tokio::test]
async fn a_system_without_certificates_is_told_of_and_stops_no_start() {
    let nowhere = [("SSL_CERT_FILE", "/nowhere/certs.pem"), ("SSL_CERT_DIR", "/nowhere")];
    let process = Process::start(&nowhere).await;
    let answer = reqwest::get(format!("{}/health", process.url)).await.expect("answers");
    assert!(answer.status().is_success());
    let log = fs::read_to_string(&process.log).expect("is there");
    assert!(log.contains("the system's certificates cannot be used"), "{log}");
}

#[test]
fn variables_that_are_set_to_nothing_are_as_good_as_none() {
    let folder = TempDir::new().expect("a folder");
    let empty = [
        "AIDOO_MASTER_KEY",
        "AIDOO_PUBLIC_URL",
        "AIDOO_SIGNUP",
        "AIDOO_TRUSTED_PROXIES",
        "AIDOO_ODOO_ALLOW",
        "AIDOO_METRICS_FROM",
        "AIDOO_DEMO",
        "AIDOO_LOG_FORMAT",
        "DATABASE_URL",
    ]
    .map(|name| (name, ""));
    let line = line(&serve(folder.path(), &[], &empty));
    assert!(line.contains("the site is not built"), "all else was understood: {line}");
    assert!(folder.path().join("data/master.key").exists(), "a key of its own was made");
}

#[test]
fn an_unencrypted_public_address_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let output = serve(folder.path(), &["--public-url", "http://aidoo.example.com"], &[]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("must be https://"), "{text}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_demonstration_for_others_to_reach_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let line = line(&serve(folder.path(), &["--demo", "--demo-odoo-listen", "0.0.0.0:0"], &[]));
    assert!(line.contains("only on this machine"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_keeps_out_of_a_company_s_data() {
    let folder = TempDir::new().expect("a folder");
    used_database(folder.path()).await;
    fs::create_dir_all(folder.path().join("none/pkg")).expect("a folder");
    fs::write(folder.path().join("none/pkg/aidoo.js"), "").expect("a script");
    let options = ["--demo", "--demo-odoo-listen", "127.0.0.1:0"];
    let line = line(&serve(folder.path(), &options, &[("AIDOO_MASTER_KEY", &"07".repeat(32))]));
    assert!(line.contains("holds a company that is not the demonstration's"), "{line}");
}

#[tokio::test]
async fn a_demonstration_says_where_it_is_who_signs_in_and_what_to_paste() {
    let mut process = Process::start_demo().await;
    let said = process.end();
    assert!(said.contains(&format!("demonstration company: {}\n", process.url)), "{said}");
    for (who, email) in [
        ("OWNER", "marie@nordwind.example"),
        ("ADMIN", "anna@nordwind.example"),
        ("MEMBER", "idris@nordwind.example"),
        ("MEMBER2", "tomas@nordwind.example"),
    ] {
        let password = process.var(&format!("AIDOO_{who}_PASSWORD"));
        let is_theirs = |line: &str| line.contains(email) && line.ends_with(password);
        assert!(said.lines().any(is_theirs), "{email}: {said}");
    }
    assert!(said.contains("Paste into ~/.cursor/mcp.json"), "{said}");
    let block = said.find('{').zip(said.rfind('}')).map(|(first, last)| &said[first..=last]);
    let block: Value = serde_json::from_str(block.expect("a block")).expect("JSON");
    let authorization = format!("Bearer {}", process.var("AIDOO_API_KEY"));
    let server = json!({
        "url": format!("{}/sse", process.url),
        "headers": { "Authorization": authorization },
    });
    assert_eq!(block, json!({ "mcpServers": { "aidoo": server } }));

    let file = process.folder.path().join("demo.env");
    assert!(said.contains(&format!("The same is in {}.", file.display())), "{said}");
    let mode = fs::metadata(&file).expect("is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A database with a company in it, sealed under the tests' master key, which is in no file.
async fn used_database(folder: &Path) {
    let database = format!("sqlite:{}", folder.join("data/aidoo.db").display());
    let keys = Keys::on(&database).await;
    keys.core.db.close().await.expect("closes");
}
