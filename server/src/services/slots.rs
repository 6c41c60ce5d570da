//! How many streams are open, of each holder and in all.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::sync::locked;

/// Streams of all holders together.
const MAX_IN_ALL: usize = 20_000;

/// The places for open streams of holders, such as keys. Clones share them.
#[derive(Debug)]
pub struct Slots<K> {
    per_holder: usize,
    taken: Arc<Mutex<Taken<K>>>,
}

#[derive(Debug)]
struct Taken<K> {
    all: usize,
    by_holder: HashMap<K, usize>,
}

/// Why no further stream is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The holder has as many as it may.
    #[error("there are too many open streams or waiting messages: close some and try again")]
    TooMany,
    /// The server has as many as it holds.
    #[error("the server has too many open streams: try again later")]
    ServerFull,
}

/// A stream's place; it is given back when this is dropped.
#[derive(Debug)]
pub struct Slot<K: Eq + Hash + Copy> {
    holder: K,
    slots: Slots<K>,
}

impl<K> Clone for Slots<K> {
    fn clone(&self) -> Self {
        Self { per_holder: self.per_holder, taken: Arc::clone(&self.taken) }
    }
}

impl<K: Eq + Hash + Copy> Slots<K> {
    /// Places of which one holder may have `per_holder`.
    #[must_use]
    pub fn new(per_holder: usize) -> Self {
        let taken = Taken { all: 0, by_holder: HashMap::new() };
        Self { per_holder, taken: Arc::new(Mutex::new(taken)) }
    }

    /// A place for a stream of `holder`.
    ///
    /// # Errors
    /// [`OpenError`] when there are too many already.
    pub fn take(&self, holder: K) -> Result<Slot<K>, OpenError> {
        let mut taken = self.taken();
        if taken.all >= MAX_IN_ALL {
            return Err(OpenError::ServerFull);
        }
        let count = taken.by_holder.entry(holder).or_default();
        if *count >= self.per_holder {
            return Err(OpenError::TooMany);
        }
        *count += 1;
        taken.all += 1;
        Ok(Slot { holder, slots: self.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken<K>> {
        // Each change leaves the counts right, so a panic elsewhere does not spoil them.
        locked(&self.taken)
    }
}

impl<K: Eq + Hash + Copy> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all -= 1;
        if let Some(count) = taken.by_holder.get_mut(&self.holder) {
            *count -= 1;
            if *count == 0 {
                taken.by_holder.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_has_no_more_than_its_share_and_gets_it_back() {
        let slots = Slots::new(3);
        let mut held: Vec<_> = (0..3).map(|_| slots.take(1).expect("is free")).collect();
        assert_eq!(slots.take(1).map(drop), Err(OpenError::TooMany));
        assert!(slots.take(2).is_ok());
        held.pop();
        assert!(slots.take(1).is_ok());
        drop(held);
        assert!(slots.taken().by_holder.is_empty() && slots.taken().all == 0);
    }

    #[test]
    fn the_server_holds_a_bounded_number_in_all() {
        let slots = Slots::new(MAX_IN_ALL + 1);
        let _held: Vec<_> = (0..MAX_IN_ALL).map(|_| slots.take(1).expect("is free")).collect();
        assert_eq!(slots.take(2).map(drop), Err(OpenError::ServerFull));
    }
}
