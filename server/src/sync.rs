//! Locks of this process, after a panic too.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What `mutex` holds, also when a thread that held it panicked. So it is for what is whole after every step: one
/// request that dies then spoils it for nobody else.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_a_thread_held_that_panicked_is_there_for_the_next() {
        let number = Mutex::new(1);
        let died = thread::scope(|scope| {
            let held = scope.spawn(|| {
                let mut held = locked(&number);
                *held = 2;
                assert_eq!(*held, 1, "dies as a request may");
            });
            held.join().is_err()
        });
        assert!(died && number.is_poisoned());
        assert_eq!(*locked(&number), 2);
    }
}
