//! The record of every call. Reads are noted in memory and written in batches off the path of requests;
//! a change is written before Odoo is called.
//!
//! A crash loses at most the reads of the last second. A change that was at Odoo when the process died is
//! told as unknown.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    slice,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use sea_orm::DbErr;
use shared::{
    activity::CallResult,
    call_cause::CallCause,
    id::{CallId, CompanyId, ConfirmationId},
    time::MINUTE,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Core, key_limits::KeyLimits, principal::Principal};
use crate::{
    error::is_unavailable,
    store::{
        calls::{self, Ended, NewCall},
        confirmations, workflows,
    },
    sync::locked,
};

/// How often what is noted is written.
const EVERY: Duration = Duration::from_secs(1);
/// Rows of one transaction: others that write wait no longer than these take.
const BATCH: usize = 512;
/// Notes that are kept while the database does not answer; older ones are lost then, and it is said.
const MOST_NOTED: usize = 50_000;
/// After this long a change that has not ended counts as unknown, until it ends after all.
const GIVEN_UP_AFTER: i64 = 10 * MINUTE;
/// The same for a run of a workflow, whose steps take their time one after the other.
const RUN_GIVEN_UP_AFTER: i64 = 60 * MINUTE;
/// Every how many seconds such changes are looked for.
const GIVE_UP_EVERY: u64 = 60;

/// Takes note of calls. Clones note into the same book.
#[derive(Clone, Debug)]
pub struct Activity {
    core: Core,
    noted: Arc<Mutex<Vec<NewCall>>>,
    /// Held while a batch is being written: whoever flushes then waits until it is there.
    writing: Arc<tokio::sync::Mutex<()>>,
}

/// A call that a limit refused.
pub struct OverLimit<'a> {
    /// Whose.
    pub principal: &'a Principal,
    /// The tool, or what the request was where it names none.
    pub tool: &'static str,
    /// From where.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: Option<String>,
    /// Which limit.
    pub problem: String,
}

impl Activity {
    /// A book, and the task that writes it every second and a last time when `stop` is cancelled.
    #[must_use]
    pub fn start(core: Core, stop: CancellationToken) -> (Self, JoinHandle<()>) {
        let activity = Self { core, noted: Arc::default(), writing: Arc::default() };
        let book = activity.clone();
        let task = tokio::spawn(async move {
            for second in 0_u64.. {
                // Not only at the start: the change of a process that died may be too young then.
                if second.is_multiple_of(GIVE_UP_EVERY)
                    && let Err(error) = book.give_up().await
                {
                    tracing::warn!(error = %error, "changes that never ended could not be marked");
                }
                let stopped = tokio::select! {
                    () = stop.cancelled() => true,
                    () = tokio::time::sleep(EVERY) => false,
                };
                if let Err(error) = book.flush().await {
                    tracing::warn!(error = %error, "the activity could not be written");
                }
                if stopped {
                    return;
                }
            }
        });
        (activity, task)
    }

    /// Notes a call that has ended.
    pub fn note(&self, call: NewCall) {
        let mut noted = self.noted();
        if noted.len() >= MOST_NOTED {
            noted.drain(..MOST_NOTED / 10);
            tracing::error!("the database has not answered for long: the oldest activity is lost");
        }
        noted.push(call);
    }

    /// Notes a call that one of the `limits` refused before a tool heard of it: what it was to do is not known,
    /// and not every one is noted ([`KeyLimits::records_refusal`]).
    pub fn note_over_limit(&self, limits: &KeyLimits, refused: OverLimit<'_>) {
        let OverLimit { principal, tool, address, client, problem } = refused;
        if !limits.records_refusal(principal.key) {
            return;
        }
        let core = &self.core;
        self.note(NewCall {
            id: CallId::from_uuid(core.clock.uuid(&core.entropy)),
            company: principal.company,
            member: principal.member,
            key: principal.key,
            tool,
            model: None,
            method: None,
            records: None,
            result: CallResult::Refused,
            cause: Some(CallCause::Limit),
            problem: Some(problem),
            consent: None,
            duration: Some(0),
            client,
            address,
            digest: core.vault.digest(&[b"call arguments", b""]).to_vec(),
            arguments: None,
            at: core.clock.now(),
            step_of: None,
        });
    }

    /// Writes a change before Odoo is called, and with the confirmation that it used up what became of it.
    ///
    /// # Errors
    /// When the database refuses: then Odoo must not be called.
    pub async fn begin(
        &self,
        call: NewCall,
        confirmation: Option<ConfirmationId>,
    ) -> Result<(), DbErr> {
        let (company, id) = (call.company, call.id);
        let transaction = self.core.db.begin().await?;
        calls::create(&transaction, vec![call]).await?;
        if let Some(confirmation) = confirmation {
            confirmations::note_call(&transaction, company, confirmation, id).await?;
        }
        self.core.commit(transaction, company).await
    }

    /// Completes a change. What cannot be written now is written by nobody else, so it is tried a few
    /// times; in the end the row says `started`, and after a while `unknown`.
    pub async fn complete(&self, company: CompanyId, id: CallId, ended: Ended) {
        for pause in [0, 200, 1_000, 5_000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match self.try_complete(company, id, ended.clone()).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(error = %error, call.id = %id, "a change's outcome could not be written");
                }
            }
        }
    }

    async fn try_complete(
        &self,
        company: CompanyId,
        id: CallId,
        ended: Ended,
    ) -> Result<(), DbErr> {
        let transaction = self.core.db.begin().await?;
        calls::complete(&transaction, company, id, ended).await?;
        self.core.commit(transaction, company).await
    }

    /// Writes what is noted; what another flush has in hand is written too when this one ends.
    ///
    /// # Errors
    /// When the database refuses; the notes are kept for the next time.
    pub async fn flush(&self) -> Result<(), DbErr> {
        let _writing = self.writing.lock().await;
        loop {
            let batch: Vec<NewCall> = {
                let mut noted = self.noted();
                let many = noted.len().min(BATCH);
                noted.drain(..many).collect()
            };
            if batch.is_empty() {
                return Ok(());
            }
            if let Err(error) = self.write(&batch).await {
                if is_unavailable(&error) {
                    self.noted().splice(0..0, batch);
                    return Err(error);
                }
                self.write_each(&batch).await?;
            }
            let companies: BTreeSet<CompanyId> = batch.iter().map(|call| call.company).collect();
            companies.into_iter().for_each(|company| self.core.news.announce(company));
        }
    }

    async fn write(&self, batch: &[NewCall]) -> Result<(), DbErr> {
        let transaction = self.core.db.begin().await?;
        calls::create(&transaction, batch.to_vec()).await?;
        transaction.commit().await
    }

    /// Writes notes of which one is refused, one by one: it is lost alone, and holds up nobody else's.
    async fn write_each(&self, batch: &[NewCall]) -> Result<(), DbErr> {
        for (at, call) in batch.iter().enumerate() {
            match self.write(slice::from_ref(call)).await {
                Ok(()) => {}
                Err(error) if is_unavailable(&error) => {
                    self.noted().splice(0..0, batch[at..].iter().cloned());
                    return Err(error);
                }
                Err(error) => {
                    tracing::error!(error = %error, call.id = %call.id, "a call is not on record: the database refuses it");
                }
            }
        }
        Ok(())
    }

    async fn give_up(&self) -> Result<(), DbErr> {
        let transaction = self.core.db.begin().await?;
        let now = self.core.clock.now();
        let (before, runs_before) = (now.plus(-GIVEN_UP_AFTER), now.plus(-RUN_GIVEN_UP_AFTER));
        let calls = calls::give_up(&transaction, before, runs_before).await?;
        let runs = workflows::give_up_runs(&transaction, runs_before).await?;
        transaction.commit().await?;
        let count = calls.len();
        if count > 0 {
            tracing::warn!(count, result = %CallResult::Unknown, "changes had never ended");
        }
        let companies: BTreeSet<CompanyId> = calls.into_iter().chain(runs).collect();
        companies.into_iter().for_each(|company| self.core.news.announce(company));
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Vec<NewCall>> {
        // The list is whole after every step, so a panic elsewhere spoils nothing.
        locked(&self.noted)
    }
}
