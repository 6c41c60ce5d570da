//! What a tool can say to the client while it runs, and to the person behind it.

use std::fmt;

use async_trait::async_trait;

/// The way back to the client of one call. Each transport and era of the protocol has its own.
#[async_trait]
pub trait Conversation: Send + Sync {
    /// Whether and how a person can be asked.
    fn asking(&self) -> Asking;

    /// Asks the person and waits, where [`Asking::Now`] says that this is possible.
    async fn ask(&self, question: &str) -> Answered;

    /// What the person said to a question that an earlier call ended with.
    fn returned(&self) -> Option<Returned>;

    /// Tells the client how far the call has come, if it wants to know.
    async fn progress(&self, done: u64, total: Option<u64>, message: &str);
}

/// Whether and how a person can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// During the call.
    Now,
    /// The call ends with the question, and the client calls again with the answer.
    Later,
    /// Not through this client.
    Never,
}

/// What a person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Yes.
    Agreed,
    /// No.
    Declined,
    /// Nothing: the question was closed, or the client failed.
    Nothing,
}

/// What a person said to a question that an earlier call ended with.
#[derive(Clone, PartialEq, Eq)]
pub struct Returned {
    /// The state that went out with the question.
    pub state: String,
    /// What they said.
    pub answer: Answered,
}

// The state is a confirmation's token.
impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returned").field("answer", &self.answer).finish_non_exhaustive()
    }
}

/// Nobody to talk to.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

#[async_trait]
impl Conversation for Silent {
    fn asking(&self) -> Asking {
        Asking::Never
    }

    async fn ask(&self, _question: &str) -> Answered {
        Answered::Nothing
    }

    fn returned(&self) -> Option<Returned> {
        None
    }

    async fn progress(&self, _done: u64, _total: Option<u64>, _message: &str) {}
}
