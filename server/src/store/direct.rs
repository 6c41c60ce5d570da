//! Reading SQLite on the thread that asks.
//!
//! The driver behind [`Db`](super::Db) gives each of its connections a thread, and going there and back
//! takes several times as long as finding a row. Every request begins with the key check, so that reads
//! its row here: like any statement, it sees all that was committed before it began.

use std::sync::{Arc, Mutex, MutexGuard};

use rusqlite::{Connection, Error, OpenFlags, OptionalExtension as _, Params, Row};

use super::file::OpenedFile;
use crate::sync::locked;

/// Connections that only read. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Direct {
    file: Arc<OpenedFile>,
    /// Those that nobody uses now: never more than there are threads that ask. `None` once closed.
    idle: Arc<Mutex<Option<Vec<Connection>>>>,
}

impl Direct {
    /// Reads `file`, which is migrated.
    pub(super) fn new(file: Arc<OpenedFile>) -> Self {
        Self { file, idle: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// The first row that `sql` finds with `values`.
    ///
    /// # Errors
    /// When the database is closed, cannot be opened, is not in its place any more, or does not answer at
    /// once: nothing waits here.
    pub(super) fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        // One that was deleted or replaced can still be read by who has it open.
        self.check_place()?;
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
        let connection = Connection::open_with_flags(self.file.path(), flags)?;
        // What was there at that moment may have been another.
        self.check_place()?;
        Ok(connection)
    }

    fn check_place(&self) -> rusqlite::Result<()> {
        match self.file.is_in_place() {
            true => Ok(()),
            false => Err(Error::InvalidPath(self.file.path().to_owned())),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        // Each change leaves the list whole, so a panic elsewhere does not spoil it.
        locked(&self.idle)
    }
}
