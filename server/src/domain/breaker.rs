//! A circuit breaker: an Odoo that does not answer is not asked again and again, with people waiting for
//! each time-out.

use shared::time::{SECOND, Timestamp};

/// Failures in a row after which the circuit opens.
pub const FAILURES: u32 = 5;
/// How long it stays open before one call tries again.
pub const PAUSE: i64 = 15 * SECOND;

/// The state of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    /// When the next call may try, while the circuit is open.
    opens_at: Option<Timestamp>,
}

/// The circuit is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Seconds until the next call may try, at least 1.
    pub retry_after_seconds: u32,
}

impl Breaker {
    /// Whether a call could begin now.
    ///
    /// # Errors
    /// [`Open`] while the circuit is open.
    pub fn check(&self, now: Timestamp) -> Result<(), Open> {
        match self.opens_at {
            Some(at) if now < at => {
                let seconds = (at.since(now) + SECOND - 1) / SECOND;
                Err(Open { retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
            }
            _ => Ok(()),
        }
    }

    /// Asks for leave to call. When the pause is over one call gets it, and the others wait for what
    /// becomes of that one, or for another pause.
    ///
    /// # Errors
    /// [`Open`] while the circuit is open.
    pub fn enter(&mut self, now: Timestamp) -> Result<(), Open> {
        self.check(now)?;
        if self.opens_at.is_some() {
            self.opens_at = Some(now.plus(PAUSE));
        }
        Ok(())
    }

    /// The server answered, whatever it said: it is there.
    pub const fn answered(&mut self) {
        *self = Self { failures: 0, opens_at: None };
    }

    /// The server did not answer.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES {
            self.opens_at = Some(now.plus(PAUSE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000 * SECOND);

    fn open() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert_eq!(breaker.enter(NOW), Ok(()));
            breaker.failed(NOW);
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES - 1 {
            breaker.failed(NOW);
        }
        breaker.answered();
        breaker.failed(NOW);
        assert_eq!(breaker.enter(NOW), Ok(()));
        assert_eq!(open().enter(NOW), Err(Open { retry_after_seconds: 15 }));
    }

    #[test]
    fn after_the_pause_one_call_tries_and_its_success_closes_the_circuit() {
        let mut breaker = open();
        let later = NOW.plus(PAUSE);
        assert_eq!(breaker.enter(later), Ok(()));
        assert!(breaker.enter(later).is_err(), "the others wait");
        breaker.answered();
        assert_eq!(breaker.enter(later), Ok(()));
        assert_eq!(breaker.enter(later), Ok(()));
    }

    #[test]
    fn a_try_that_fails_opens_it_for_another_pause() {
        let mut breaker = open();
        let later = NOW.plus(PAUSE);
        assert_eq!(breaker.enter(later), Ok(()));
        breaker.failed(later);
        assert_eq!(breaker.enter(later.plus(PAUSE - 1)), Err(Open { retry_after_seconds: 1 }));
        assert_eq!(breaker.enter(later.plus(PAUSE)), Ok(()));
    }
}
