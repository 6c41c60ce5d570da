//! How much each company's Odoo is asked at a time: so many calls at once and in a second, a queue of a
//! stated length behind them, and a circuit breaker.
//!
//! A change that has begun does not stand in that queue, or others' reads would stop it half-way: of those that
//! wait, one stands before it, and it is never refused because others wait. How many changes are under way at
//! a time has a limit of its own.
//!
//! It is kept in this process: with several replicas each keeps to the same limits by itself.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
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
    sync::locked,
};

/// Calls that wait for a connection's turn; the next is refused.
pub const QUEUE: usize = 32;
/// Changes of a connection that are under way at a time; the next is refused before it begins.
pub const CHANGES: usize = 32;
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
    /// Held by the one of the queue that waits for a place itself.
    front: Semaphore,
    waiting: AtomicUsize,
    lasting: Arc<Lasting>,
}

/// What a connection keeps when its pace becomes another.
#[derive(Debug, Default)]
struct Lasting {
    /// Changes that are under way.
    changes: AtomicUsize,
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

/// What a call belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Nothing: it stands in the queue, and is refused where that is full.
    Queued,
    /// A change that has begun.
    Begun,
}

/// A change that is under way, while it is held.
#[derive(Debug)]
pub struct UnderWay(Arc<Lasting>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.changes.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Why a call gets no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTurn {
    /// Too many wait already, or the turn did not come in time.
    #[error(
        "too many calls to your company's odoo are waiting ({QUEUE} may): try again in a few seconds"
    )]
    Full,
    /// Too many changes are under way.
    #[error(
        "too many changes are under way at your company's odoo ({CHANGES} may be): nothing was done, try again in a \
         few seconds"
    )]
    Changes,
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
    /// [`NoTurn`] when the circuit is open; of a call that belongs to no change also when the queue is full or the
    /// wait too long.
    pub async fn enter(
        &self,
        connection: ConnectionId,
        pace: Pace,
        order: Order,
    ) -> Result<Pass, NoTurn> {
        let line = match order {
            Order::Queued => self.line(connection, pace),
            Order::Begun => self.line_as_it_is(connection, pace),
        };
        let begun = self.clock.now();
        line.state().breaker.check(begun).map_err(resting)?;
        let place = match order {
            Order::Queued => line.queue().await?,
            Order::Begun => line.place().await,
        };
        line.keep_pace(self.clock.now(), order).await?;
        let now = self.clock.now();
        // What became of the calls before this one is known now, and this one really begins: it may be the
        // one that tries whether the server is there again.
        line.state().breaker.enter(now).map_err(resting)?;
        let waited = if now.since(begun) > SECOND / 10 { Waited::Yes } else { Waited::No };
        Ok(Pass { line, clock: self.clock.clone(), _place: place, waited })
    }

    /// Counts a change that begins now, until what is returned is dropped.
    ///
    /// # Errors
    /// [`NoTurn::Changes`] when too many are under way, and [`NoTurn::Resting`] while the server is left alone: none
    /// begins that will not reach it, so that what somebody agreed to is not used up. When the pause is over one call
    /// tries whether the server is there again, and a change that begins beside it may yet be told to wait.
    pub fn begin(&self, connection: ConnectionId, pace: Pace) -> Result<UnderWay, NoTurn> {
        let line = self.line_as_it_is(connection, pace);
        line.state().breaker.check(self.clock.now()).map_err(resting)?;
        let lasting = Arc::clone(&line.lasting);
        let more = |count| (count < CHANGES).then_some(count + 1);
        match lasting.changes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more) {
            Ok(_) => Ok(UnderWay(lasting)),
            Err(_) => Err(NoTurn::Changes),
        }
    }

    /// Whether a change could begin now.
    ///
    /// # Errors
    /// As of [`Lines::begin`].
    pub fn can_begin(&self, connection: ConnectionId, pace: Pace) -> Result<(), NoTurn> {
        self.begin(connection, pace).map(drop)
    }

    /// The connection's line at this pace: whoever calls has just read it.
    fn line(&self, connection: ConnectionId, pace: Pace) -> Arc<Line> {
        let mut lines = locked(&self.by_connection);
        let line = lines.entry(connection).or_insert_with(|| Arc::new(Line::new(pace)));
        if line.pace != pace {
            *line = Arc::new(line.at(pace));
        }
        Arc::clone(line)
    }

    /// The connection's line at whatever pace it has: a change may have begun under another. `pace` is for a
    /// line that is not there yet.
    fn line_as_it_is(&self, connection: ConnectionId, pace: Pace) -> Arc<Line> {
        let mut lines = locked(&self.by_connection);
        Arc::clone(lines.entry(connection).or_insert_with(|| Arc::new(Line::new(pace))))
    }
}

impl Line {
    fn new(pace: Pace) -> Self {
        Self::with(pace, Arc::default())
    }

    /// The same connection's line at another pace. What is at Odoo through this one ends as it began.
    fn at(&self, pace: Pace) -> Self {
        Self::with(pace, Arc::clone(&self.lasting))
    }

    fn with(pace: Pace, lasting: Arc<Lasting>) -> Self {
        let places = Semaphore::new(usize::try_from(pace.at_once.max(1)).unwrap_or(1));
        Self {
            pace,
            places: Arc::new(places),
            front: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
            lasting,
        }
    }

    /// A place for a call that stands in the queue.
    async fn queue(&self) -> Result<OwnedSemaphorePermit, NoTurn> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(NoTurn::Full);
        }
        let _waits = Leave(&self.waiting);
        // Places are given in the order in which they are asked for. So that a change waits for one of the queue
        // and not for all, only the first of it asks.
        let place = async {
            let _front = self.front.acquire().await;
            self.place().await
        };
        tokio::time::timeout(PATIENCE, place).await.map_err(|_| NoTurn::Full)
    }

    /// A place, however long it takes.
    async fn place(&self) -> OwnedSemaphorePermit {
        let place = Arc::clone(&self.places).acquire_owned().await;
        place.expect("nobody closes the semaphore")
    }

    /// Waits for the next beginning that the rate allows.
    async fn keep_pace(&self, now: Timestamp, order: Order) -> Result<(), NoTurn> {
        if self.pace.per_second == 0 {
            return Ok(());
        }
        let wait = {
            let mut state = self.state();
            let begins = state.next_at.map_or(now, |at| at.max(now));
            let wait = begins.since(now);
            if order == Order::Queued && wait > PATIENCE.as_micros() as i64 {
                return Err(NoTurn::Full);
            }
            state.next_at = Some(begins.plus(SECOND / i64::from(self.pace.per_second)));
            wait
        };
        tokio::time::sleep(Duration::from_micros(wait.unsigned_abs())).await;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change leaves it whole.
        locked(&self.lasting.state)
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

    async fn enter(lines: &Lines, pace: Pace) -> Result<Pass, NoTurn> {
        lines.enter(connection(1), pace, Order::Queued).await
    }

    #[tokio::test]
    async fn so_many_pass_at_once_so_many_wait_and_the_next_is_refused() {
        let lines = Lines::new(Clock::system());
        let held: Vec<Pass> = futures::future::join_all((0..2).map(|_| enter(&lines, PACE)))
            .await
            .into_iter()
            .map(|pass| pass.expect("passes"))
            .collect();
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let lines = lines.clone();
                tokio::spawn(async move { enter(&lines, PACE).await.map(drop) })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(enter(&lines, PACE).await.map(drop), Err(NoTurn::Full));
        assert!(
            lines.enter(connection(2), PACE, Order::Queued).await.is_ok(),
            "another company's does not wait"
        );
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
            enter(&lines, PACE).await.expect("passes").failed();
        }
        let refused = enter(&lines, PACE).await.map(drop);
        assert_eq!(refused, Err(NoTurn::Resting { retry_after_seconds: 15 }));
        clock.advance(15 * SECOND);
        enter(&lines, PACE).await.expect("one tries").answered();
        assert!(enter(&lines, PACE).await.is_ok());
    }

    #[tokio::test]
    async fn the_call_that_tries_again_may_have_waited_for_its_turn() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * SECOND));
        let lines = Lines::new(clock.clone());
        let pace = Pace { per_second: 5, at_once: 2 };
        for _ in 0..FAILURES {
            enter(&lines, pace).await.expect("passes").failed();
            clock.advance(SECOND);
        }
        clock.advance(15 * SECOND);
        // Somebody takes the turn of this moment, and goes away without having asked.
        let line = lines.line(connection(1), pace);
        line.keep_pace(clock.now(), Order::Queued).await.expect("passes");
        let (pass, ()) = tokio::join!(enter(&lines, pace), async {
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
        let first = enter(&lines, pace).await.expect("passes");
        let second = tokio::spawn({
            let lines = lines.clone();
            async move { enter(&lines, pace).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(first);
        assert_eq!(second.await.expect("ends"), Ok(()));
        let took = Clock::system().now().since(began);
        assert!(took < SECOND * 7 / 5, "{took}");
    }

    const ALONE: Pace = Pace { per_second: 0, at_once: 1 };

    #[tokio::test]
    async fn a_change_that_has_begun_waits_for_one_of_a_full_queue_and_is_never_refused() {
        let lines = Lines::new(Clock::system());
        let held = enter(&lines, ALONE).await.expect("passes");
        let passed = Arc::new(Mutex::new(Vec::new()));
        let wait = |name: &'static str, order| {
            let (lines, passed) = (lines.clone(), Arc::clone(&passed));
            tokio::spawn(async move {
                let pass = lines.enter(connection(1), ALONE, order).await.map(drop);
                passed.lock().expect("whole").push(name);
                pass
            })
        };
        let mut waiting: Vec<_> = (0..QUEUE).map(|_| wait("read", Order::Queued)).collect();
        tokio::task::yield_now().await;
        assert_eq!(enter(&lines, ALONE).await.map(drop), Err(NoTurn::Full));
        waiting.extend((0..3).map(|_| wait("change", Order::Begun)));
        tokio::task::yield_now().await;
        assert!(passed.lock().expect("whole").is_empty(), "one at a time, changes too");
        drop(held);
        for waiter in waiting {
            assert_eq!(waiter.await.expect("ends"), Ok(()));
        }
        let passed = passed.lock().expect("whole");
        assert_eq!(passed[..4], ["read", "change", "change", "change"]);
        assert_eq!(passed.len(), QUEUE + 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_keeps_the_rate_and_waits_longer_for_it_than_anybody_else() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * SECOND));
        let lines = Lines::new(clock.clone());
        let pace = Pace { per_second: 1, at_once: 64 };
        // The clock stands still, so each is a second later than the one before.
        let mut passes = Vec::new();
        for count in 1..=20 {
            let pass = lines.enter(connection(1), pace, Order::Begun).await;
            passes.push(pass.expect("is not refused"));
            let next_at = lines.line(connection(1), pace).state().next_at;
            assert_eq!(next_at, Some(clock.now().plus(count * SECOND)));
        }
        assert_eq!(enter(&lines, pace).await.map(drop), Err(NoTurn::Full));
    }

    #[tokio::test]
    async fn another_pace_forgets_neither_the_rate_nor_the_breaker_nor_what_is_under_way() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * SECOND));
        let lines = Lines::new(clock.clone());
        let changes: Vec<UnderWay> =
            (0..CHANGES).map(|_| lines.begin(connection(1), PACE).expect("begins")).collect();
        for _ in 0..FAILURES {
            enter(&lines, PACE).await.expect("passes").failed();
        }
        let refused = enter(&lines, ALONE).await.map(drop);
        assert_eq!(refused, Err(NoTurn::Resting { retry_after_seconds: 15 }));
        assert_eq!(lines.can_begin(connection(1), ALONE), refused);
        assert_eq!(lines.can_begin(connection(2), ALONE), Ok(()));
        clock.advance(15 * SECOND);
        enter(&lines, ALONE).await.expect("one tries").answered();
        assert_eq!(lines.can_begin(connection(1), ALONE), Err(NoTurn::Changes));
        drop(changes);
        assert_eq!(lines.can_begin(connection(1), ALONE), Ok(()));
        // A change that began under the former pace is held to the one of now.
        let held = lines.enter(connection(1), PACE, Order::Begun).await.expect("passes");
        let second = lines.enter(connection(1), PACE, Order::Begun);
        assert!(futures::FutureExt::now_or_never(second).is_none(), "one at a time");
        drop(held);
    }
}
