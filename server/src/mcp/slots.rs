//! How many streams are open, of each key and in all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shared::id::ApiKeyId;

/// Streams of all keys together.
const MAX_IN_ALL: usize = 20_000;

/// The places for open streams. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    per_key: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
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

/// A stream's place; it is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    key: ApiKeyId,
    slots: Slots,
}

impl Slots {
    /// Places of which one key may have `per_key`.
    pub(super) fn new(per_key: usize) -> Self {
        Self { per_key, taken: Arc::default() }
    }

    /// A place for a stream of `key`.
    ///
    /// # Errors
    /// [`OpenError`] when there are too many already.
    pub(super) fn take(&self, key: ApiKeyId) -> Result<Slot, OpenError> {
        let mut taken = self.taken();
        if taken.all >= MAX_IN_ALL {
            return Err(OpenError::ServerFull);
        }
        let count = taken.by_key.entry(key).or_default();
        if *count >= self.per_key {
            return Err(OpenError::TooMany);
        }
        *count += 1;
        taken.all += 1;
        Ok(Slot { key, slots: self.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Each change leaves the counts right, so a panic elsewhere does not spoil them.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all -= 1;
        if let Some(count) = taken.by_key.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.by_key.remove(&self.key);
            }
        }
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
    fn a_key_holds_no_more_than_its_share_and_gets_it_back() {
        let slots = Slots::new(3);
        let mut held: Vec<_> = (0..3).map(|_| slots.take(key(1)).expect("is free")).collect();
        assert_eq!(slots.take(key(1)).map(drop), Err(OpenError::TooMany));
        assert!(slots.take(key(2)).is_ok());
        held.pop();
        assert!(slots.take(key(1)).is_ok());
        drop(held);
        assert!(slots.taken().by_key.is_empty() && slots.taken().all == 0);
    }

    #[test]
    fn the_server_holds_a_bounded_number_in_all() {
        let slots = Slots::new(MAX_IN_ALL + 1);
        let _held: Vec<_> = (0..MAX_IN_ALL).map(|_| slots.take(key(1)).expect("is free")).collect();
        assert_eq!(slots.take(key(2)).map(drop), Err(OpenError::ServerFull));
    }
}
