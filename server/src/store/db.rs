//! The database handle: SQLite or PostgreSQL, migrated under a lock, with one way to read and one to
//! write.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{
        self,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use sea_orm_migration::MigratorTrait;

use super::{direct::Direct, file::OpenedFile};
use crate::private_files;

/// How long a request waits for a connection before the database counts as gone.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// The key of the advisory lock under which PostgreSQL is migrated: "aidoo" in ASCII.
const MIGRATION_LOCK: i64 = 0x61_6964_6f6f;

/// A connected, migrated database.
///
/// On SQLite writes go through one connection of their own, so that a write transaction never meets
/// another; readers see what was committed before they began. PostgreSQL has one pool for both.
///
/// A SQLite file that was deleted or replaced stays readable to whoever has it open, with all the keys
/// that were good at that time. So nothing is read or written while the file is not in its place.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// On SQLite only, where there is a file.
    sqlite: Option<Sqlite>,
}

/// What SQLite has beyond its pools.
#[derive(Clone, Debug)]
struct Sqlite {
    file: Arc<OpenedFile>,
    direct: Direct,
    /// Closed from the beginning: it answers in place of the others while the file is gone.
    gone: DatabaseConnection,
}

impl Db {
    /// Connects to `url` (`sqlite:PATH` or `postgres://…`) and applies the migrations, one process at
    /// a time.
    ///
    /// # Errors
    /// When the database cannot be reached or a migration fails.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("postgres") {
            Self::connect_postgres(url).await
        } else {
            Self::connect_sqlite(url).await
        }
    }

    /// For reading. What it sees was committed before the statement began.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        self.gone().unwrap_or(&self.reader)
    }

    /// For the one statement that every request waits for, where there is a quicker way than
    /// [`Db::reader`].
    pub(super) fn direct(&self) -> Option<&Direct> {
        self.sqlite.as_ref().map(|sqlite| &sqlite.direct)
    }

    /// What answers instead while the file is not in its place.
    fn gone(&self) -> Option<&DatabaseConnection> {
        self.sqlite.as_ref().filter(|sqlite| !sqlite.file.is_in_place()).map(|sqlite| &sqlite.gone)
    }

    /// Starts a transaction that may write. On SQLite it is the only one until it ends; on PostgreSQL
    /// whoever must exclude others locks a row.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.backend() == DbBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.gone().unwrap_or(&self.writer).begin_with_options(options).await
    }

    /// Which of the two databases it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Whether the database answers and every migration has run.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn is_ready(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations(self.reader()).await?.is_empty())
    }

    /// Closes all connections. Statements after it fail.
    ///
    /// # Errors
    /// When a connection cannot be closed in order.
    pub async fn close(&self) -> Result<(), DbErr> {
        if let Some(sqlite) = &self.sqlite {
            sqlite.direct.close();
        }
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await
    }

    async fn connect_postgres(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(20)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection that just answered is there; one that rested may have been cut.
            .test_before_acquire_if_idle_for(Duration::from_secs(1))
            .sqlx_logging(false);
        let pool = Database::connect(options).await?;

        // The lock belongs to the connection that took it, so it needs a pool of its own with just one.
        let mut single = ConnectOptions::new(url);
        single.max_connections(1).sqlx_logging(false);
        let locked = Database::connect(single).await?;
        locked.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
        let migrated = Migrator::up(&locked, None).await;
        locked.close().await?;
        migrated?;

        Ok(Self { reader: pool.clone(), writer: pool, sqlite: None })
    }

    async fn connect_sqlite(url: &str) -> Result<Self, DbErr> {
        let path = sqlite_path(url)?;
        let lock = private_files::open_or_create(&path.with_extension("lock")).map_err(io_error)?;
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .map_err(io_error)?;

        // Nothing else makes the file: a connection that is opened later would make an empty one where it
        // is missing. A database in memory has none.
        let file = match is_in_memory(&path) {
            true => None,
            false => Some(Arc::new(OpenedFile::open_or_create(path).map_err(io_error)?)),
        };
        let writer = Database::connect(sqlite_options(url, 1, file.clone())).await?;
        Migrator::up(&writer, None).await?;
        drop(lock);
        let readers = std::thread::available_parallelism().map_or(4, usize::from).max(4);
        let reader = Database::connect(sqlite_options(url, readers as u32, file.clone())).await?;
        // A database in memory belongs to its connection.
        let sqlite = match file {
            Some(file) => {
                let direct = Direct::new(Arc::clone(&file));
                Some(Sqlite { file, direct, gone: closed_pool().await? })
            }
            None => None,
        };
        Ok(Self { reader, writer, sqlite })
    }
}

fn sqlite_options(url: &str, connections: u32, file: Option<Arc<OpenedFile>>) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A connection to a file does not age or break, and opening one costs more than keeping it.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite: SqliteConnectOptions| {
            sqlite
                .create_if_missing(false)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
        });
    if let Some(file) = file {
        // One that met another file would be kept, and used when the right one is back.
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let file = Arc::clone(&file);
            pool.after_connect(move |_, _| {
                let met = file.is_in_place();
                Box::pin(async move { if met { Ok(()) } else { Err(sqlx::Error::PoolClosed) } })
            })
        });
    }
    options
}

/// A pool whose every statement fails as on a database that is gone.
async fn closed_pool() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.connect_lazy(true).sqlx_logging(false);
    let pool = Database::connect(options).await?;
    pool.close_by_ref().await?;
    Ok(pool)
}

/// Where the file behind a SQLite address is; its folder is made if it is missing.
fn sqlite_path(url: &str) -> Result<PathBuf, DbErr> {
    let options =
        SqliteConnectOptions::from_str(url).map_err(|error| DbErr::Custom(error.to_string()))?;
    let file = options.get_filename().to_path_buf();
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_files::create_folder(folder).map_err(io_error)?;
    }
    Ok(file)
}

/// Whether the driver named a database in memory so.
fn is_in_memory(file: &Path) -> bool {
    file.to_string_lossy().starts_with("file:")
}

fn io_error(error: std::io::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn only_its_owner_can_read_the_database() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let db = Db::connect(&format!("sqlite:{}", data.join("aidoo.db").display())).await;
        let mode = |path: &std::path::Path| {
            std::fs::metadata(path).expect("is there").permissions().mode() & 0o777
        };
        assert_eq!(mode(&data), 0o700);
        for name in ["aidoo.db", "aidoo.db-wal", "aidoo.db-shm", "aidoo.lock"] {
            assert_eq!(mode(&data.join(name)), 0o600, "{name}");
        }
        drop(db.expect("connects"));
    }

    #[tokio::test]
    async fn migrations_run_up_and_down_and_up_on_sqlite_and_in_parallel() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("deep/aidoo.db").display());
        let (one, two) = tokio::join!(Db::connect(&url), Db::connect(&url));
        let (one, two) = (one.expect("connects"), two.expect("connects at the same time"));
        assert!(one.is_ready().await.expect("answers"));
        two.close().await.expect("closes");

        Migrator::down(&one.writer, None).await.expect("reverses");
        assert!(!one.is_ready().await.expect("answers"));
        Migrator::up(&one.writer, None).await.expect("applies again");
        assert!(one.is_ready().await.expect("answers"));
    }
}
