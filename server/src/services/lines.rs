//! How much each company's Odoo is asked at a time: so many calls at once and in a second, a queue of a
//! stated length behind them, and a circuit breaker.
//!
//! It is kept in this process: with several replicas each keeps to the same limits by itself.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use shared::{
    connection::Pace,
    id::ConnectionId,
    time::{SECOND, Timestamp},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    clock::Clock,
    domain::breaker::{Breaker, Open},
};

/// Calls that wait for a connection's turn; the next is refused.
pub const QUEUE: usize = 32;
/// The longest that a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);

/// The lines to all Odoos. Clones share them.
#[derive(Clone, Debug)]
pub struct Lines {
    clock: Clock,
    by_connection: Arc<Mutex<HashMap<ConnectionId, Arc<Line>>>>,
}

#[derive(Debug)]
struct Line {
    pace: Pace,
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    breaker: Breaker,
    /// When the next call may begin, where there is a rate.
    next_at: Option<Timestamp>,
}

/// Leave to call, while it is held.
#[derive(Debug)]
pub struct Pass {
    line: Arc<Line>,
    clock: Clock,
    _place: OwnedSemaphorePermit,
    /// Whether the call had to wait: then its standing is read again.
    pub waited: Waited,
}

/// Whether a call had to wait for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    No,
    Yes,
}

/// Why a call gets no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTurn {
    /// Too many wait already, or the turn did not come in time.
    #[error(
        "too many calls to your company's odoo are waiting ({QUEUE} may): try again in a few seconds"
    )]
    Full,
    /// The Odoo does not answer.
    #[error(
        "your company's odoo did not answer the last calls, so it is left alone for a moment: try again in {retry_after_seconds} s"
    )]
    Resting {
        /// Seconds until it is asked again.
        retry_after_seconds: u32,
    },
}

impl Lines {
    /// Lines that nobody has called through yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, by_connection: Arc::default() }
    }

    /// Waits for a turn at this connection.
    ///
    /// # Errors
    /// [`NoTurn`] when the queue is full, the wait too long, or the circuit open.
    pub async fn enter(&self, connection: ConnectionId, pace: Pace) -> Result<Pass, NoTurn> {
        let line = self.line(connection, pace);
        let begun = self.clock.now();
        line.state().breaker.check(begun).map_err(resting)?;
        let place = match Arc::clone(&line.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                if line.waiting.fetch_add(1, Ordering::SeqCst) >= QUEUE {
                    line.waiting.fetch_sub(1, Ordering::SeqCst);
                    return Err(NoTurn::Full);
                }
                let left = Leave(&line.waiting);
                let place =
                    tokio::time::timeout(PATIENCE, Arc::clone(&line.places).acquire_owned()).await;
                drop(left);
                match place {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) | Err(_) => return Err(NoTurn::Full),
                }
            }
        };
        line.keep_pace(self.clock.now()).await?;
        let now = self.clock.now();
        // What became of the calls before this one is known now, and this one really begins: it may be the
        // one that tries whether the server is there again.
        line.state().breaker.enter(now).map_err(resting)?;
        let waited = if now.since(begun) > SECOND / 10 { Waited::Yes } else { Waited::No };
        Ok(Pass { line, clock: self.clock.clone(), _place: place, waited })
    }

    fn line(&self, connection: ConnectionId, pace: Pace) -> Arc<Line> {
        let mut lines = self.by_connection.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(connection).or_insert_with(|| Arc::new(Line::new(pace)));
        if line.pace != pace {
            *line = Arc::new(Line::new(pace));
        }
        Arc::clone(line)
    }
}

impl Line {
    fn new(pace: Pace) -> Self {
        let places = Semaphore::new(usize::try_from(pace.at_once.max(1)).unwrap_or(1));
        Self {
            pace,
            places: Arc::new(places),
            waiting: AtomicUsize::new(0),
            state: Mutex::default(),
        }
    }

    /// Waits for the next beginning that the rate allows.
    async fn keep_pace(&self, now: Timestamp) -> Result<(), NoTurn> {
        if self.pace.per_second == 0 {
            return Ok(());
        }
        let wait = {
            let mut state = self.state();
            let begins = state.next_at.map_or(now, |at| at.max(now));
            let wait = begins.since(now);
            if wait > PATIENCE.as_micros() as i64 {
                return Err(NoTurn::Full);
            }
            state.next_at = Some(begins.plus(SECOND / i64::from(self.pace.per_second)));
            wait
        };
        tokio::time::sleep(Duration::from_micros(wait.unsigned_abs())).await;
        Ok(())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Each change leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn resting(open: Open) -> NoTurn {
    NoTurn::Resting { retry_after_seconds: open.retry_after_seconds }
}

impl Pass {
    /// The server answered, whatever it said.
    pub fn answered(self) {
        self.line.state().breaker.answered();
    }

    /// The server did not answer.
    pub fn failed(self) {
        let now = self.clock.now();
        self.line.state().breaker.failed(now);
    }
}

/// Leaves the queue, also when whoever waits goes away.
struct Leave<'a>(&'a AtomicUsize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::breaker::FAILURES;

    const PACE: Pace = Pace { per_second: 0, at_once: 2 };

    fn connection(n: u128) -> ConnectionId {
        ConnectionId::from_uuid(Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn so_many_pass_at_once_so_many_wait_and_the_next_is_refused() {
        let lines = Lines::new(Clock::system());
        let held: Vec<Pass> =
            futures::future::join_all((0..2).map(|_| lines.enter(connection(1), PACE)))
                .await
                .into_iter()
                .map(|pass| pass.expect("passes"))
                .collect();
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let lines = lines.clone();
                tokio::spawn(async move { lines.enter(connection(1), PACE).await.map(drop) })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(lines.enter(connection(1), PACE).await.map(drop), Err(NoTurn::Full));
        assert!(lines.enter(connection(2), PACE).await.is_ok(), "another company's does not wait");
        drop(held);
        for waiter in waiting {
            assert_eq!(waiter.await.expect("ends"), Ok(()));
        }
    }

    #[tokio::test]
    async fn an_odoo_that_does_not_answer_is_left_alone_and_comes_back() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * SECOND));
        let lines = Lines::new(clock.clone());
        for _ in 0..FAILURES {
            lines.enter(connection(1), PACE).await.expect("passes").failed();
        }
        let refused = lines.enter(connection(1), PACE).await.map(drop);
        assert_eq!(refused, Err(NoTurn::Resting { retry_after_seconds: 15 }));
        clock.advance(15 * SECOND);
        lines.enter(connection(1), PACE).await.expect("one tries").answered();
        assert!(lines.enter(connection(1), PACE).await.is_ok());
    }

    #[tokio::test]
    async fn the_call_that_tries_again_may_have_waited_for_its_turn() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * SECOND));
        let lines = Lines::new(clock.clone());
        let pace = Pace { per_second: 5, at_once: 2 };
        for _ in 0..FAILURES {
            lines.enter(connection(1), pace).await.expect("passes").failed();
            clock.advance(SECOND);
        }
        clock.advance(15 * SECOND);
        // Somebody takes the turn of this moment, and goes away without having asked.
        lines.line(connection(1), pace).keep_pace(clock.now()).await.expect("passes");
        let (pass, ()) = tokio::join!(lines.enter(connection(1), pace), async {
            tokio::task::yield_now().await;
            clock.advance(SECOND / 5);
        });
        let pass = pass.expect("tries, a moment later");
        assert_eq!(pass.waited, Waited::Yes);
        pass.answered();
    }

    #[tokio::test]
    async fn the_wait_for_a_place_counts_for_the_pace() {
        let lines = Lines::new(Clock::system());
        let pace = Pace { per_second: 2, at_once: 1 };
        let began = Clock::system().now();
        let first = lines.enter(connection(1), pace).await.expect("passes");
        let second = tokio::spawn({
            let lines = lines.clone();
            async move { lines.enter(connection(1), pace).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(first);
        assert_eq!(second.await.expect("ends"), Ok(()));
        let took = Clock::system().now().since(began);
        assert!(took < SECOND * 7 / 5, "{took}");
    }
}
