//! Where passwords are hashed: off the async threads, and never many at once.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use shared::Error;
use tokio::sync::Semaphore;

use crate::error::{Fault, Outcome};

/// How many may wait. Each takes some 25 ms, so that the last of them waits a few seconds.
const LONGEST_QUEUE: usize = 100;
/// What those who find the queue full are told.
const RETRY_AFTER_SECONDS: u32 = 5;

/// A bounded pool: half of the machine's cores at most hash passwords, so that a wave of sign-ins
/// leaves the rest for everything else.
#[derive(Clone, Debug)]
pub struct HashingPool {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl HashingPool {
    /// A pool for this machine.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::with_workers((cores / 2).max(1))
    }

    fn with_workers(workers: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(workers)), waiting: Arc::default() }
    }

    /// Runs `work` when its turn has come.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] when the queue is full, a fault when `work` panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Outcome<T> {
        let permit = {
            let _place = Place::take(&self.waiting)?;
            Arc::clone(&self.permits)
                .acquire_owned()
                .await
                .map_err(|error| Fault::Internal(error.to_string()))?
        };
        // The permit goes along: a caller who hangs up frees it only when the work is done.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|error| Fault::Internal(error.to_string()))
    }
}

impl Default for HashingPool {
    fn default() -> Self {
        Self::new()
    }
}

/// A place in the queue, given up on drop: a caller who hangs up waits no more.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, Error> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::SeqCst) < LONGEST_QUEUE {
            Ok(place)
        } else {
            Err(Error::TooManyAttempts { retry_after_seconds: RETRY_AFTER_SECONDS })
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_is_bounded_the_queue_too_and_hanging_up_frees_a_place() {
        let pool = HashingPool::with_workers(1);
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let (release, wait) = std::sync::mpsc::channel::<()>();

        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(move || wait.recv().is_ok()).await }
        });
        while pool.permits.available_permits() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let queue: Vec<_> = (0..LONGEST_QUEUE)
            .map(|_| {
                let (pool, running, most) = (pool.clone(), running.clone(), most.clone());
                tokio::spawn(async move {
                    pool.run(move || {
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        running.fetch_sub(1, Ordering::SeqCst);
                    })
                    .await
                })
            })
            .collect();
        while pool.waiting.load(Ordering::SeqCst) < LONGEST_QUEUE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(matches!(
            pool.run(|| ()).await,
            Err(Fault::Refused(Error::TooManyAttempts { .. }))
        ));

        queue[0].abort();
        while pool.waiting.load(Ordering::SeqCst) >= LONGEST_QUEUE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        release.send(()).expect("the first waits");
        assert!(first.await.expect("joins").expect("ran"));
        for task in queue.into_iter().skip(1) {
            task.await.expect("joins").expect("ran");
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
        assert_eq!(pool.waiting.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn work_that_panics_is_a_fault_and_frees_its_worker() {
        let pool = HashingPool::with_workers(1);
        let panicked = pool.run(|| panic!("on purpose")).await;
        assert!(matches!(panicked, Err::<(), _>(Fault::Internal(_))));
        assert!(pool.run(|| true).await.expect("ran"));
    }
}
