//! What a service can fail with on its way to a person.

use sea_orm::DbErr;
use shared::Error;

use crate::clock::Entropy;

/// A service's own result: an answer for the person, or a fault that is logged and hidden.
pub type Outcome<T> = Result<T, Fault>;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The person is told this.
    #[error(transparent)]
    Refused(#[from] Error),
    /// The database does not answer, or answers with an error.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A sealed value cannot be opened, a task died, or another thing that should not happen.
    #[error("internal: {0}")]
    Internal(String),
}

impl Fault {
    /// What the person is told. A fault of ours is logged here, once, and its text goes no further.
    #[must_use]
    pub fn into_answer(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Database(error) if is_unavailable(&error) => {
                tracing::error!(error = %error, "the database does not answer");
                Error::Unavailable
            }
            Self::Database(_) | Self::Internal(_) => {
                let reference = u32::from_le_bytes(Entropy.bytes());
                tracing::error!(error = %self, reference = format!("{reference:08x}"), "a request failed");
                Error::Internal { reference }
            }
        }
    }
}

/// Whether the database could not be reached, as opposed to having refused a statement.
#[must_use]
pub fn is_unavailable(error: &DbErr) -> bool {
    use sea_orm::{RuntimeErr, sqlx};
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            matches!(
                error.as_ref(),
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::Protocol(_)
            ) || is_out_of_reach(error.as_ref())
        }
        _ => false,
    }
}

/// Whether the database says itself that it is not to be had.
fn is_out_of_reach(error: &sea_orm::sqlx::Error) -> bool {
    use sea_orm::sqlx::{Error, postgres::PgDatabaseError, sqlite::SqliteError};
    let Error::Database(error) = error else { return false };
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        return is_end_of_connection(error.code());
    }
    error
        .try_downcast_ref::<SqliteError>()
        .and_then(|_| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| is_file_out_of_reach(code, error.message()))
}

/// Whether PostgreSQL has ended the connection or takes none (postgresql.org/docs/current/errcodes-appendix.html): it was
/// shut down, or somebody ended it (`57P01`), another of its processes crashed (`57P02`), it starts or stops (`57P03`), or
/// the connection itself failed (class 08).
fn is_end_of_connection(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03") || code.starts_with("08")
}

/// Whether SQLite could not get at the database, with the cause in the higher bits of its code
/// (sqlite.org/rescode.html): it gave up waiting for another process (`SQLITE_BUSY`, `SQLITE_LOCKED`), may not
/// write or cannot read or open the file (`SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_CANTOPEN`), or what is there is no
/// database or another one (`SQLITE_CORRUPT`, `SQLITE_NOTADB`, a table that is missing).
fn is_file_out_of_reach(code: u32, message: &str) -> bool {
    match code & 0xff {
        5 | 6 | 8 | 10 | 11 | 14 | 26 => true,
        1 => message.starts_with("no such table"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Database};

    use super::*;

    #[tokio::test]
    async fn a_database_without_its_tables_is_none_and_a_refused_statement_is_an_answer() {
        let db = Database::connect("sqlite::memory:").await.expect("connects");
        let missing = db.execute_unprepared("SELECT 1 FROM api_keys").await.expect_err("is empty");
        assert!(is_unavailable(&missing), "{missing}");
        db.execute_unprepared("CREATE TABLE once (id INTEGER PRIMARY KEY)").await.expect("makes");
        db.execute_unprepared("INSERT INTO once VALUES (1)").await.expect("writes");
        for refused in ["INSERT INTO once VALUES (1)", "SELECT nothing FROM once"] {
            let error = db.execute_unprepared(refused).await.expect_err("is refused");
            assert!(!is_unavailable(&error), "{refused}: {error}");
        }
    }

    #[test]
    fn postgresql_that_ends_a_connection_is_gone_and_one_that_refuses_a_statement_is_not() {
        for code in ["57P01", "57P02", "57P03", "08000", "08003", "08006", "08P01"] {
            assert!(is_end_of_connection(code), "{code}");
        }
        // A cancelled statement, a duplicate, a deadlock, a missing table, a full disk.
        for code in ["57014", "23505", "40P01", "42P01", "53100"] {
            assert!(!is_end_of_connection(code), "{code}");
        }
    }
}
