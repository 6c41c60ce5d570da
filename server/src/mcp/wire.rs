//! The two ends of one stream of `/sse`: what the client says goes in, what it is told comes out.
//!
//! Thousands of streams are open and idle, so what waits is small: a queue keeps room for as many
//! messages as it takes, and a message as the SDK has it fills half a kilobyte.

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::Transport,
};
use tokio::sync::mpsc;

/// Messages that wait in either direction before the sender is held back.
const QUEUE: usize = 32;

/// Where a stream's messages go in.
pub(super) type Inbox = mpsc::Sender<Box<ClientJsonRpcMessage>>;

/// Where its answers come out, as JSON.
pub(super) type Outbox = mpsc::Receiver<Box<str>>;

/// What the SDK reads from and writes to.
pub(super) struct Wire {
    incoming: mpsc::Receiver<Box<ClientJsonRpcMessage>>,
    outgoing: mpsc::Sender<Box<str>>,
}

/// Why a message was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritten {
    /// The client has gone away.
    #[error("the stream is closed")]
    Closed,
    /// It is no JSON.
    #[error("a message cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Wire {
    /// A wire and its two ends.
    pub(super) fn new() -> (Self, Inbox, Outbox) {
        let (inbox, incoming) = mpsc::channel(QUEUE);
        let (outgoing, outbox) = mpsc::channel(QUEUE);
        (Self { incoming, outgoing }, inbox, outbox)
    }
}

impl Transport<RoleServer> for Wire {
    type Error = Unwritten;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Unwritten>> + Send + 'static {
        let text = serde_json::to_string(&message);
        let outgoing = self.outgoing.clone();
        async move { outgoing.send(text?.into()).await.map_err(|_| Unwritten::Closed) }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        self.incoming.recv().await.map(|message| *message)
    }

    async fn close(&mut self) -> Result<(), Unwritten> {
        self.incoming.close();
        Ok(())
    }
}
