//! The open streams of `/sse`: which there are, and whose.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::model::ClientJsonRpcMessage;
use shared::id::ApiKeyId;
use tokio::sync::mpsc;

use crate::clock::Entropy;

/// Streams that one key may hold open: an editor opens one for each window.
const MAX_PER_KEY: usize = 8;
/// Streams of all keys together.
const MAX_IN_ALL: usize = 20_000;

/// Where a stream's messages go in.
type Inbox = mpsc::Sender<ClientJsonRpcMessage>;

/// The open streams. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct SseSessions(Arc<Mutex<Streams>>);

#[derive(Debug, Default)]
struct Streams {
    by_id: HashMap<String, (ApiKeyId, Inbox)>,
    by_key: HashMap<ApiKeyId, usize>,
}

/// Why no further stream is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum OpenError {
    /// The key has as many as it may.
    #[error("this API key has too many open streams or waiting messages: close some and try again")]
    TooMany,
    /// The server has as many as it holds.
    #[error("the server has too many open streams: try again later")]
    ServerFull,
}

/// An open stream's place in the list; it is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    sessions: SseSessions,
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
        let mut streams = self.sessions.streams();
        let Some((key, _)) = streams.by_id.remove(&self.id) else { return };
        if let Some(count) = streams.by_key.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                streams.by_key.remove(&key);
            }
        }
    }
}

impl SseSessions {
    /// Opens a stream of `key` that takes messages through `inbox`.
    ///
    /// # Errors
    /// [`OpenError`] when there are too many already.
    pub(super) fn open(&self, key: ApiKeyId, inbox: Inbox) -> Result<Session, OpenError> {
        let id: String = Entropy.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut streams = self.streams();
        if streams.by_id.len() >= MAX_IN_ALL {
            return Err(OpenError::ServerFull);
        }
        let count = streams.by_key.entry(key).or_default();
        if *count >= MAX_PER_KEY {
            return Err(OpenError::TooMany);
        }
        *count += 1;
        streams.by_id.insert(id.clone(), (key, inbox));
        Ok(Session { id, sessions: self.clone() })
    }

    /// Where messages of this stream go, if it is this key's.
    pub(super) fn find(&self, id: &str, key: ApiKeyId) -> Option<Inbox> {
        let streams = self.streams();
        streams.by_id.get(id).filter(|(owner, _)| *owner == key).map(|(_, inbox)| inbox.clone())
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        // Each change leaves the list whole, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn key(number: u128) -> ApiKeyId {
        ApiKeyId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_stream_is_found_by_its_own_key_only_and_while_it_is_open() {
        let sessions = SseSessions::default();
        let (inbox, _incoming) = mpsc::channel(1);
        let session = sessions.open(key(1), inbox).expect("opens");
        let id = session.id().to_owned();
        assert!(sessions.find(&id, key(1)).is_some());
        assert!(sessions.find(&id, key(2)).is_none());
        assert!(sessions.find("0", key(1)).is_none());
        drop(session);
        assert!(sessions.find(&id, key(1)).is_none());
    }

    #[test]
    fn a_key_holds_no_more_than_its_share_and_gets_it_back() {
        let sessions = SseSessions::default();
        let (inbox, _incoming) = mpsc::channel(1);
        let mut held: Vec<_> = (0..MAX_PER_KEY)
            .map(|_| sessions.open(key(1), inbox.clone()).expect("opens"))
            .collect();
        assert_eq!(sessions.open(key(1), inbox.clone()).map(drop), Err(OpenError::TooMany));
        assert!(sessions.open(key(2), inbox.clone()).is_ok());
        held.pop();
        assert!(sessions.open(key(1), inbox).is_ok());
    }
}
