//! How long a call is waited for.

use std::{fmt, sync::Arc, time::Duration};

use futures::future::{BoxFuture, FutureExt as _};

/// Ends the wait for a call that takes too long.
#[derive(Clone)]
pub struct Patience(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl Patience {
    /// The longest that a call may take in all, a person's answer included. A client that waits longer has
    /// given up (the SDKs' own limit is 60 s for a call without progress).
    pub const USUAL: Duration = Duration::from_secs(300);

    /// This long for each call.
    #[must_use]
    pub fn of(limit: Duration) -> Self {
        Self::until(move || tokio::time::sleep(limit))
    }

    /// Until what is made for the call is done: a test says when.
    pub fn until<F>(end: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move || end().boxed()))
    }

    /// Done when a call that begins now has taken too long.
    pub(super) fn ends(&self) -> BoxFuture<'static, ()> {
        (self.0)()
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").finish_non_exhaustive()
    }
}
