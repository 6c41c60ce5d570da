//! When each key was last used and by what client, and when and why it was last refused: noted in memory,
//! written in batches.
//!
//! A crash loses the last few seconds of it and nothing else.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use sea_orm::DbErr;
use shared::{
    id::{ApiKeyId, CompanyId},
    key_rules::KeyRefusal,
    time::{MINUTE, Timestamp},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Core;
use crate::{
    clock::Clock,
    domain::{client_name::client_name, credential::Meant},
    store::key_uses,
    sync::locked,
};

/// How often notes are written: somebody who connects a client waits for its name.
const EVERY: Duration = Duration::from_secs(2);
/// The most keys that were meant and are not looked up yet: whoever makes up more is told of no more.
const MOST_MEANT: usize = 1_000;
/// The most notes of one transaction: the others that write wait no longer than these take.
const BATCH: usize = 200;

/// Takes note of the use of keys. Clones note into the same book.
#[derive(Clone, Debug, Default)]
pub struct LastUsed {
    book: Arc<Mutex<Book>>,
}

#[derive(Debug, Default)]
struct Book {
    /// What is not written yet.
    pending: HashMap<ApiKeyId, Use>,
    /// What was written within the last minutes, so that a busy key is not written again and again.
    written: HashMap<ApiKeyId, Use>,
    /// The last refusal of each key that is not written yet.
    refused: HashMap<ApiKeyId, Refused>,
    /// The identifiers of keys that were meant, mistyped or misplaced, and when last and how: of any text that looks like one.
    meant: HashMap<String, (Timestamp, KeyRefusal)>,
    /// When each key was refused that was not used since, within the last minutes.
    unsettled: HashMap<ApiKeyId, Timestamp>,
}

/// A refusal of a key.
#[derive(Debug, Clone, Copy)]
struct Refused {
    company: CompanyId,
    at: Timestamp,
    why: KeyRefusal,
}

/// The last use of a key, to the minute.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    company: CompanyId,
    at: Timestamp,
    client: Option<String>,
    /// To the microsecond, for what was refused before it within the minute.
    moment: Timestamp,
    /// Whether there was such a refusal, which the use has settled.
    settles: bool,
}

impl LastUsed {
    /// A book, and the task that writes it into the database every few seconds, and a last time when
    /// `stop` is cancelled: the task has ended when all is written.
    #[must_use]
    pub fn start(core: Core, stop: CancellationToken) -> (Self, JoinHandle<()>) {
        let last_used = Self::default();
        let book = last_used.clone();
        let task = tokio::spawn(async move {
            loop {
                let stopped = tokio::select! {
                    () = stop.cancelled() => true,
                    () = tokio::time::sleep(EVERY) => false,
                };
                match book.flush(&core).await {
                    Ok(companies) => {
                        companies.into_iter().for_each(|company| core.news.announce(company));
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "the last use of keys could not be written");
                    }
                }
                if stopped {
                    return;
                }
            }
        });
        (last_used, task)
    }

    /// Notes that `key` was used at `at`, by `client` if it said its name.
    pub fn record(&self, key: ApiKeyId, company: CompanyId, at: Timestamp, client: Option<&str>) {
        let mut book = self.book();
        let settles = book.settle(key, at);
        let client = client.and_then(client_name);
        let noted = Use { company, at: at.to_minute(), client, moment: at, settles };
        let Book { pending, written, .. } = &mut *book;
        match pending.get_mut(&key).or_else(|| written.get_mut(&key)) {
            Some(known) if known.covers(&noted) && !settles => known.moment = known.moment.max(at),
            known => {
                let (at, client, moment, before) = match known {
                    // A request that says no name does not take away the one that was said before.
                    Some(known) => (
                        noted.at.max(known.at),
                        noted.client.or_else(|| known.client.clone()),
                        noted.moment.max(known.moment),
                        known.settles,
                    ),
                    None => (noted.at, noted.client, noted.moment, false),
                };
                let settles = settles || before;
                pending.insert(key, Use { company, at, client, moment, settles });
            }
        }
    }

    /// Notes that `key` was refused at `at`.
    pub fn record_refusal(
        &self,
        key: ApiKeyId,
        company: CompanyId,
        at: Timestamp,
        why: KeyRefusal,
    ) {
        let mut book = self.book();
        book.refused.insert(key, Refused { company, at, why });
        book.unsettled.insert(key, at);
    }

    /// Notes that at `at` somebody sent what was meant to be this key. Whether there is such a key is looked up later, so that
    /// what is no key costs no look-up.
    pub fn record_meant(&self, meant: Meant, at: Timestamp) {
        let Meant { identifier, why } = meant;
        let mut book = self.book();
        if book.meant.len() < MOST_MEANT {
            book.meant.insert(identifier, (at, why));
        }
    }

    /// Writes what is noted, and gives the companies whose keys had something new.
    ///
    /// # Errors
    /// When the database refuses; the notes are kept for the next time.
    pub async fn flush(&self, core: &Core) -> Result<HashSet<CompanyId>, DbErr> {
        let mut companies = self.flush_refused(core).await?;
        let pending: Vec<(ApiKeyId, Use)> = self.book().pending.drain().collect();
        companies.extend(pending.iter().map(|(_, used)| used.company));
        let mut outcome = Ok(companies);
        for batch in pending.chunks(BATCH) {
            let mut written = HashSet::new();
            if outcome.is_ok() {
                match write(core, batch).await {
                    Ok(keys) => written = keys,
                    Err(error) => outcome = Err(error),
                }
            }
            let mut book = self.book();
            for (key, used) in batch {
                if written.contains(key) {
                    book.written.insert(*key, used.clone());
                } else {
                    // What was noted meanwhile is newer.
                    book.pending.entry(*key).or_insert_with(|| used.clone());
                }
            }
        }
        self.book().forget_before(&core.clock);
        outcome
    }

    /// Writes the last refusal of each key that had one. Losing some is nothing to wait for.
    async fn flush_refused(&self, core: &Core) -> Result<HashSet<CompanyId>, DbErr> {
        self.look_up_meant(core).await?;
        let refused: Vec<(ApiKeyId, Refused)> = self.book().refused.drain().collect();
        for batch in refused.chunks(BATCH) {
            let transaction = core.db.begin().await?;
            let keys = batch.iter().map(|(key, _)| *key);
            let free = key_uses::lock_free(&transaction, keys).await?;
            for (key, Refused { at, why, .. }) in batch.iter().filter(|(key, _)| free.contains(key))
            {
                key_uses::note_refusal(&transaction, *key, *at, *why).await?;
            }
            transaction.commit().await?;
        }
        Ok(refused.into_iter().map(|(_, refused)| refused.company).collect())
    }

    /// Notes a refusal of each key that was meant. Losing some is nothing to wait for.
    async fn look_up_meant(&self, core: &Core) -> Result<(), DbErr> {
        let meant: Vec<(String, (Timestamp, KeyRefusal))> = self.book().meant.drain().collect();
        for batch in meant.chunks(BATCH) {
            let identifiers = batch.iter().map(|(identifier, _)| identifier.as_str());
            let found = key_uses::find_by_identifiers(core.db.reader(), identifiers).await?;
            let mut book = self.book();
            for (identifier, (at, why)) in batch {
                if let Some((key, company)) = found.get(identifier) {
                    let noted = Refused { company: *company, at: *at, why: *why };
                    if book.was_used_since(*key, *at) {
                        continue;
                    }
                    // What was noted meanwhile is newer.
                    book.refused.entry(*key).or_insert(noted);
                    book.unsettled.entry(*key).or_insert(*at);
                }
            }
        }
        Ok(())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Losing a note is nothing to stop for.
        locked(&self.book)
    }
}

impl Book {
    fn forget_before(&mut self, clock: &Clock) {
        let oldest = clock.now().to_minute().plus(-MINUTE);
        self.written.retain(|_, used| used.at >= oldest);
        // Later uses are in a later minute, which settles them by itself.
        self.unsettled.retain(|_, refused| *refused >= oldest);
    }

    /// Forgets what `key` was refused before it was used at `at`. Gives whether there was something.
    fn settle(&mut self, key: ApiKeyId, at: Timestamp) -> bool {
        if self.refused.get(&key).is_some_and(|refused| refused.at < at) {
            self.refused.remove(&key);
        }
        self.unsettled.get(&key).is_some_and(|refused| *refused < at)
            && self.unsettled.remove(&key).is_some()
    }

    fn was_used_since(&self, key: ApiKeyId, at: Timestamp) -> bool {
        let uses = [self.pending.get(&key), self.written.get(&key)];
        uses.into_iter().flatten().any(|used| used.moment > at)
    }
}

impl Use {
    /// Whether noting `other` after this would change nothing.
    fn covers(&self, other: &Self) -> bool {
        self.at > other.at
            || (self.at == other.at && (other.client.is_none() || other.client == self.client))
    }
}

/// Gives the keys that were written: all but those that somebody else changes right now.
async fn write(core: &Core, batch: &[(ApiKeyId, Use)]) -> Result<HashSet<ApiKeyId>, DbErr> {
    let transaction = core.db.begin().await?;
    let keys = batch.iter().map(|(key, _)| *key);
    let free: HashSet<ApiKeyId> =
        key_uses::lock_free(&transaction, keys).await?.into_iter().collect();
    for (key, used) in batch.iter().filter(|(key, _)| free.contains(key)) {
        key_uses::touch(&transaction, *key, used.at, used.client.as_deref()).await?;
        if used.settles {
            key_uses::settle_refusal(&transaction, *key, used.moment).await?;
        }
    }
    transaction.commit().await?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(30_000_000 * MINUTE);

    const COMPANY: CompanyId = CompanyId::from_uuid(Uuid::nil());

    fn key(n: u128) -> ApiKeyId {
        ApiKeyId::from_uuid(Uuid::from_u128(n))
    }

    fn noted(last_used: &LastUsed, n: u128) -> Option<(i64, Option<String>)> {
        let book = last_used.book();
        book.pending.get(&key(n)).map(|used| (used.at.since(NOW) / MINUTE, used.client.clone()))
    }

    #[test]
    fn notes_go_forward_only_and_keep_the_last_name() {
        let last_used = LastUsed::default();
        last_used.record(key(1), COMPANY, NOW.plus(5), Some("Cursor"));
        assert_eq!(noted(&last_used, 1), Some((0, Some("Cursor".into()))));
        last_used.record(key(1), COMPANY, NOW.plus(2 * MINUTE), None);
        assert_eq!(noted(&last_used, 1), Some((2, Some("Cursor".into()))));
        last_used.record(key(1), COMPANY, NOW.plus(MINUTE), Some("Windsurf"));
        assert_eq!(noted(&last_used, 1), Some((2, Some("Cursor".into()))));
        last_used.record(key(1), COMPANY, NOW.plus(2 * MINUTE), Some("Windsurf"));
        assert_eq!(noted(&last_used, 1), Some((2, Some("Windsurf".into()))));
    }

    #[test]
    fn what_was_written_is_not_noted_again_in_the_same_minute() {
        let last_used = LastUsed::default();
        last_used.record(key(1), COMPANY, NOW, Some("Cursor"));
        let noted_uses: Vec<_> = last_used.book().pending.drain().collect();
        last_used.book().written.extend(noted_uses);
        last_used.record(key(1), COMPANY, NOW.plus(30), Some("Cursor"));
        assert_eq!(noted(&last_used, 1), None);
        last_used.record(key(1), COMPANY, NOW.plus(MINUTE), None);
        assert_eq!(noted(&last_used, 1), Some((1, Some("Cursor".into()))));
    }

    #[test]
    fn a_use_settles_what_was_refused_before_it_in_the_same_minute() {
        let last_used = LastUsed::default();
        let settles = || last_used.book().pending.remove(&key(1)).map(|used| used.settles);
        last_used.record(key(1), COMPANY, NOW, Some("Cursor"));
        assert_eq!(settles(), Some(false));
        last_used.record_refusal(key(1), COMPANY, NOW.plus(20), KeyRefusal::Revoked);
        last_used.record(key(1), COMPANY, NOW.plus(10), Some("Cursor"));
        assert!(!last_used.book().refused.is_empty(), "a use before it settles nothing");
        last_used.record(key(1), COMPANY, NOW.plus(40), Some("Cursor"));
        assert_eq!(settles(), Some(true));
        assert!(last_used.book().refused.is_empty(), "what was not written yet");
        last_used.record(key(1), COMPANY, NOW.plus(50), Some("Cursor"));
        assert_eq!(settles(), Some(false), "there is nothing more to settle");
    }
}
