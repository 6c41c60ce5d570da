//! A PostgreSQL of the tests' own: started once by each test process from Debian's package, on a free
//! port of this machine, and stopped when the process ends, however it ends.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sea_orm::{ConnectionTrait as _, Database};

/// Makes a cluster in `$1` with the programs in `$2`, serves it on port `$3`, says so on its standard
/// output, and takes all of it away when its standard input closes. The tests' process holds the other
/// end of that, and the system closes it even when the process is killed.
const KEEPER: &str = r#"
set -u
folder=$1 programs=$2 port=$3
trap '' INT TERM HUP
cd "$folder" || exit 1
server=
if "$programs/initdb" --pgdata=data --username=aidoo --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >log 2>&1 </dev/null
then
    "$programs/postgres" -D data -p "$port" -h 127.0.0.1 -c unix_socket_directories= \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=400 -c shared_buffers=64MB -c timezone=UTC >>log 2>&1 </dev/null &
    server=$!
    for attempt in $(seq 300); do
        if "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; then
            echo ready
            break
        fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
fi
exec >/dev/null
cat >/dev/null
if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null
    wait "$server"
fi
cd /
rm -rf "$folder"
"#;

/// The address of an empty database that no other test uses.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: a test that cannot run has failed.
pub async fn postgres_url() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static DATABASES: AtomicU32 = AtomicU32::new(1);
    let start = || CLUSTER.get_or_init(Cluster::start).port;
    let port = tokio::task::spawn_blocking(start).await.expect("postgresql starts");
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(format!("postgres://aidoo@127.0.0.1:{port}/postgres"))
        .await
        .expect("postgresql answers");
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0"))
        .await
        .expect("a database");
    admin.close().await.expect("closes");
    format!("postgres://aidoo@127.0.0.1:{port}/{name}")
}

struct Cluster {
    port: u16,
    /// Never waited for and never dropped: the end of this process closes its standard input.
    _keeper: Child,
}

impl Cluster {
    fn start() -> Self {
        let programs = find_programs();
        // Another process may take the port between our look and PostgreSQL's: then the next try.
        let mut log = String::new();
        for _ in 0..3 {
            let port = free_port();
            let folder = make_folder();
            let mut keeper = keeper(&folder, &programs, port);
            let mut line = String::new();
            let output = keeper.stdout.take().expect("is piped");
            BufReader::new(output).read_line(&mut line).expect("can be read");
            if line == "ready\n" {
                return Self { port, _keeper: keeper };
            }
            log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            // Its input closes, and it takes the folder away.
            keeper.wait().expect("ends");
        }
        panic!("postgresql did not start: {log}");
    }
}

/// Starts [`KEEPER`], as the user `postgres` when the tests run as root, whom PostgreSQL refuses.
fn keeper(folder: &Path, programs: &Path, port: u16) -> Child {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command
        .args(["-c", KEEPER, "keeper"])
        .arg(folder)
        .arg(programs)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell starts")
}

/// A new folder that the user PostgreSQL runs as owns. The keeper takes it away.
fn make_folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("aidoo-pg-").tempdir().expect("a folder").keep();
    if is_root() {
        let status = Command::new("chown").arg("postgres").arg(&folder).status();
        assert!(status.expect("chown runs").success(), "there is no user postgres");
    }
    folder
}

/// The folder with PostgreSQL's programs: Debian's newest, or the one on `PATH`.
fn find_programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect("postgresql is installed (Debian: apt-get install postgresql)")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("has one").port()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
