//! The time and randomness of this process: the one place that reads them. Everything else takes a
//! [`Clock`] or an [`Entropy`], or the values themselves, so that tests decide.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use shared::time::Timestamp;
use uuid::{NoContext, Uuid};

/// Tells the time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it; clones move together.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_micros()))))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the place")]
                let now = jiff::Timestamp::now();
                Timestamp::from_micros(now.as_microsecond())
            }
            Source::Manual(now) => Timestamp::from_micros(now.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the machine's own cannot be moved.
    pub fn advance(&self, micros: i64) {
        if let Source::Manual(now) = &self.0 {
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// A version 7 UUID of this moment.
    #[must_use]
    pub fn uuid(&self, entropy: &Entropy) -> Uuid {
        let micros = self.now().as_micros().max(0).unsigned_abs();
        let (seconds, nanos) = (micros / 1_000_000, (micros % 1_000_000) as u32 * 1_000);
        let stamp = uuid::Timestamp::from_unix(NoContext, seconds, nanos);
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let (unix_seconds, nanos) = stamp.to_unix();
        uuid::Builder::from_unix_timestamp_millis(
            unix_seconds * 1_000 + u64::from(nanos) / 1_000_000,
            &random,
        )
        .into_uuid()
    }
}

/// Random bytes from the operating system's generator.
#[derive(Clone, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Fills `bytes`.
    ///
    /// # Panics
    /// When the operating system has no randomness to give. Nothing safe can be done then: every token
    /// and key would be guessable.
    pub fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "this is the place")]
        getrandom::fill(bytes).expect("the operating system's generator works");
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_with_its_clones() {
        let clock = Clock::manual(Timestamp::from_micros(1_000));
        let other = clock.clone();
        clock.advance(5);
        assert_eq!(other.now().as_micros(), 1_005);
    }

    #[test]
    fn uuids_sort_by_time() {
        let clock = Clock::manual(Timestamp::from_micros(1_800_000_000_000_000));
        let first = clock.uuid(&Entropy);
        clock.advance(1_000);
        let second = clock.uuid(&Entropy);
        assert!(first < second && second.get_version_num() == 7);
    }
}
