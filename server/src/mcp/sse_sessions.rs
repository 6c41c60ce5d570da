//! The open streams of `/sse`: which there are, and whose.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use shared::id::ApiKeyId;

use super::wire::Inbox;
use crate::{
    clock::Entropy,
    services::slots::{OpenError, Slot, Slots},
    sync::locked,
};

/// Streams that one key may hold open: an editor opens one for each window.
const MAX_PER_KEY: usize = 8;

/// The open streams. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct SseSessions {
    slots: Slots<ApiKeyId>,
    by_id: Arc<Mutex<HashMap<String, (ApiKeyId, Inbox)>>>,
}

/// An open stream's place in the list; it is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    sessions: SseSessions,
    _slot: Slot<ApiKeyId>,
}

impl Session {
    /// What the client names the stream by: 128 random bits. It is no credential: every message brings
    /// the key as well.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sessions.by_id().remove(&self.id);
    }
}

impl Default for SseSessions {
    fn default() -> Self {
        Self { slots: Slots::new(MAX_PER_KEY), by_id: Arc::default() }
    }
}

impl SseSessions {
    /// Opens a stream of `key` that takes messages through `inbox`.
    ///
    /// # Errors
    /// [`OpenError`] when there are too many already.
    pub(super) fn open(&self, key: ApiKeyId, inbox: Inbox) -> Result<Session, OpenError> {
        let slot = self.slots.take(key)?;
        let id: String = Entropy.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        self.by_id().insert(id.clone(), (key, inbox));
        Ok(Session { id, sessions: self.clone(), _slot: slot })
    }

    /// Where messages of this stream go, if it is this key's.
    pub(super) fn find(&self, id: &str, key: ApiKeyId) -> Option<Inbox> {
        let by_id = self.by_id();
        by_id.get(id).filter(|(owner, _)| *owner == key).map(|(_, inbox)| inbox.clone())
    }

    fn by_id(&self) -> MutexGuard<'_, HashMap<String, (ApiKeyId, Inbox)>> {
        // Each change leaves the list whole, so a panic elsewhere does not spoil it.
        locked(&self.by_id)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{super::wire, *};

    fn key(number: u128) -> ApiKeyId {
        ApiKeyId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_stream_is_found_by_its_own_key_only_and_while_it_is_open() {
        let sessions = SseSessions::default();
        let (inbox, ..) = wire::queues();
        let session = sessions.open(key(1), inbox).expect("opens");
        let id = session.id().to_owned();
        assert!(sessions.find(&id, key(1)).is_some());
        assert!(sessions.find(&id, key(2)).is_none());
        assert!(sessions.find("0", key(1)).is_none());
        drop(session);
        assert!(sessions.find(&id, key(1)).is_none());
    }
}
