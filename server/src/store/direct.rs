//! Reading SQLite on the thread that asks.
//!
//! The driver behind [`Db`](super::Db) gives each of its connections a thread, and going there and back
//! takes several times as long as finding a row. Every request begins with the key check, so that reads
//! its row here: like any statement, it sees all that was committed before it began.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Error, OpenFlags, OptionalExtension as _, Params, Row};

/// Connections that only read. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Direct {
    file: Arc<PathBuf>,
    /// Those that nobody uses now: never more than there are threads that ask. `None` once closed.
    idle: Arc<Mutex<Option<Vec<Connection>>>>,
}

impl Direct {
    /// Reads `file`, which is there and migrated.
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file: Arc::new(file), idle: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// The first row that `sql` finds with `values`.
    ///
    /// # Errors
    /// When the database is closed, cannot be opened, or does not answer at once: nothing waits here.
    pub(super) fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        let idle = self.idle().as_mut().ok_or(Error::InvalidQuery)?.pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        // One that failed is not used again.
        let found = connection.prepare_cached(sql)?.query_row(values, read).optional()?;
        if let Some(idle) = self.idle().as_mut() {
            idle.push(connection);
        }
        Ok(found)
    }

    /// Closes the connections. Whoever asks after it hears an error.
    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        // One thread at a time has it, so it needs no lock of its own.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(self.file.as_path(), flags)
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        // Each change leaves the list whole, so a panic elsewhere does not spoil it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
