//! The two ends of one stream of `/sse`: what the client says goes in, what it is told comes out.
//!
//! Thousands of streams are open and idle, so what waits is small: a queue keeps room for as many
//! messages as it takes, and a message as the SDK has it fills half a kilobyte. The SDK keeps queues of its own
//! for each stream that it serves, with memory for 32 messages in each, so it serves none that rests.

use std::time::Duration;

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, ServerJsonRpcMessage},
    transport::Transport,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

/// Messages that wait in either direction before the sender is held back.
const QUEUE: usize = 32;

/// Where a stream's messages go in.
pub(super) type Inbox = mpsc::Sender<Box<ClientJsonRpcMessage>>;

/// Where its answers come out, as JSON.
pub(super) type Outbox = mpsc::Receiver<Box<str>>;

/// The end of [`Inbox`] at which messages come out.
pub(super) type Incoming = mpsc::Receiver<Box<ClientJsonRpcMessage>>;

/// How long the SDK stays with a stream on which nothing happens any more. Clients ask several things in
/// a row, and bringing it back costs less than one of them.
const AWAKE: Duration = Duration::from_secs(1);

/// What the SDK reads from and writes to while it serves the stream. When nothing is open between the two
/// sides, it comes to an end, so that the SDK leaves; the stream itself goes on.
pub(super) struct Wire {
    /// What woke the stream.
    first: Option<Box<ClientJsonRpcMessage>>,
    incoming: Option<Incoming>,
    outgoing: mpsc::Sender<Box<str>>,
    /// The last message.
    at: Instant,
    /// What the client asked and has no answer to yet.
    unanswered: usize,
    /// Whether the SDK must stay, as another would know less: until the client has said that it is ready, and
    /// once the client was asked something, as another would give the same ids to other questions.
    is_bound: bool,
    /// Where `incoming` goes when the SDK leaves.
    back: Option<oneshot::Sender<Incoming>>,
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

/// The queues of a stream: where messages go in and come out, and where answers do.
pub(super) fn queues() -> (Inbox, Incoming, mpsc::Sender<Box<str>>, Outbox) {
    let (inbox, incoming) = mpsc::channel(QUEUE);
    let (outgoing, outbox) = mpsc::channel(QUEUE);
    (inbox, incoming, outgoing, outbox)
}

impl Wire {
    /// A wire that begins with `first`, and where `incoming` comes back. `is_ready` says that the client has
    /// begun before.
    pub(super) fn new(
        first: Box<ClientJsonRpcMessage>,
        incoming: Incoming,
        outgoing: mpsc::Sender<Box<str>>,
        is_ready: bool,
    ) -> (Self, oneshot::Receiver<Incoming>) {
        let (back, returned) = oneshot::channel();
        let wire = Self {
            first: Some(first),
            incoming: Some(incoming),
            outgoing,
            at: Instant::now(),
            unanswered: 0,
            is_bound: !is_ready,
            back: Some(back),
        };
        (wire, returned)
    }

    /// The next message, or `None` when there will be none, or none was there for a while.
    async fn next(&mut self) -> Option<Box<ClientJsonRpcMessage>> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let next = self.incoming.as_mut()?.recv();
        if self.is_bound || self.unanswered > 0 {
            return next.await;
        }
        tokio::time::timeout_at(self.at + AWAKE, next).await.ok().flatten()
    }
}

impl Transport<RoleServer> for Wire {
    type Error = Unwritten;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Unwritten>> + Send + 'static {
        self.at = Instant::now();
        match &message {
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {
                self.unanswered = self.unanswered.saturating_sub(1);
            }
            JsonRpcMessage::Request(_) => self.is_bound = true,
            JsonRpcMessage::Notification(_) => {}
        }
        let text = serde_json::to_string(&message);
        let outgoing = self.outgoing.clone();
        async move { outgoing.send(text?.into()).await.map_err(|_| Unwritten::Closed) }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        let message = *self.next().await?;
        self.at = Instant::now();
        match &message {
            JsonRpcMessage::Request(_) => self.unanswered += 1,
            JsonRpcMessage::Notification(said)
                if matches!(said.notification, ClientNotification::InitializedNotification(_)) =>
            {
                self.is_bound = false;
            }
            _ => {}
        }
        Some(message)
    }

    async fn close(&mut self) -> Result<(), Unwritten> {
        if let (Some(back), Some(incoming)) = (self.back.take(), self.incoming.take()) {
            // When nobody waits for it, the stream has ended.
            let _ = back.send(incoming);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    struct Ends {
        wire: Wire,
        inbox: Inbox,
        returned: oneshot::Receiver<Incoming>,
        _outbox: Outbox,
    }

    fn message<T: serde::de::DeserializeOwned>(text: Value) -> T {
        serde_json::from_value(text).expect("a message")
    }

    fn ping(id: u32) -> Box<ClientJsonRpcMessage> {
        message(json!({ "jsonrpc": "2.0", "id": id, "method": "ping" }))
    }

    fn answer(id: u32) -> ServerJsonRpcMessage {
        message(json!({ "jsonrpc": "2.0", "id": id, "result": {} }))
    }

    /// A wire whose first message was a ping that is answered.
    async fn answered(is_ready: bool) -> Ends {
        let (inbox, incoming, outgoing, outbox) = queues();
        let (mut wire, returned) = Wire::new(ping(1), incoming, outgoing, is_ready);
        assert!(wire.receive().await.is_some());
        wire.send(answer(1)).await.expect("is written");
        Ends { wire, inbox, returned, _outbox: outbox }
    }

    /// Whether it stays although nothing happens for an hour.
    async fn stays(wire: &mut Wire) -> bool {
        tokio::time::timeout(Duration::from_secs(3600), wire.receive()).await.is_err()
    }

    #[tokio::test(start_paused = true)]
    async fn it_rests_when_all_is_answered_and_loses_no_message() {
        let Ends { mut wire, inbox, returned, _outbox } = answered(true).await;
        assert!(wire.receive().await.is_none(), "rests");
        inbox.send(ping(2)).await.expect("is taken while nobody reads");
        wire.close().await.expect("closes");
        let mut incoming = returned.await.expect("comes back");
        assert!(incoming.recv().await.is_some(), "what came meanwhile");
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_while_something_is_open_between_the_sides() {
        let Ends { mut wire, inbox, returned: _returned, _outbox } = answered(true).await;
        inbox.send(ping(2)).await.expect("is taken");
        assert!(wire.receive().await.is_some());
        assert!(stays(&mut wire).await, "a question without its answer");
        wire.send(answer(2)).await.expect("is written");
        assert!(!stays(&mut wire).await);

        let asked = json!({ "jsonrpc": "2.0", "id": 0, "method": "ping" });
        wire.send(message(asked)).await.expect("is written");
        assert!(stays(&mut wire).await, "a client that was asked something");
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_until_the_client_is_ready() {
        let Ends { mut wire, inbox, returned: _returned, _outbox } = answered(false).await;
        assert!(stays(&mut wire).await);
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        inbox.send(message(ready)).await.expect("is taken");
        assert!(wire.receive().await.is_some());
        assert!(!stays(&mut wire).await);
    }
}
