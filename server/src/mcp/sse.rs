//! The older transport (2024-11-05): `GET /sse` streams, `POST /messages` brings what the client says,
//! answers arrive on the stream.

use std::{convert::Infallible, pin::pin, sync::OnceLock};

use async_trait::async_trait;
use axum::{
    Extension,
    body::Bytes,
    extract::{Query, State as Shared, rejection::QueryRejection},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt as _;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
};
use rmcp::{
    model::{
        ClientJsonRpcMessage, GetExtensions as _, InitializeRequestParams, ServerJsonRpcMessage,
        ServerNotification,
    },
    service::{QuitReason, serve_directly_with_ct, serve_server_with_ct},
};
use serde::Deserialize;
use shared::id::ApiKeyId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::{
    envelope,
    handler::Aidoo,
    sse_sessions::SseSessions,
    standing::{Change, PULSE, Standings, Watch},
    wire::{self, Inbox, Incoming, Wire},
};
use crate::{
    services::{
        principal::{Principal, Refusal},
        replicas::{Delivery, Parcel, Recipient, Replicas},
        slots::{OpenError, Slots},
        verifier::Verifier,
    },
    web::{client_address::ClientAddress, refusal},
};

/// What the two handlers share.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) sessions: SseSessions,
    pub(super) handler: Aidoo,
    pub(super) standings: Standings,
    /// Where messages go whose stream is not here, if there can be others.
    pub(super) replicas: Option<Replicas>,
    /// Messages on their way there.
    pub(super) travelling: Slots<ApiKeyId>,
    pub(super) stop: CancellationToken,
}

/// `GET /sse`: opens a stream for the key. It ends when the client goes, the key does, or the server.
pub(super) async fn open(
    Shared(state): Shared<State>,
    Extension(principal): Extension<Principal>,
) -> Response {
    let State { sessions, handler, standings, stop, .. } = state;
    let (inbox, incoming, outgoing, outbox) = wire::queues();
    let ended = stop.child_token();
    let session = match sessions.open(principal.key, inbox) {
        Ok(session) => session,
        Err(error) => return full(error),
    };
    let endpoint = format!("/messages?sessionId={}", session.id());

    let watch = standings.watch(&principal);
    let stream = Stream { handler, outgoing, watch, client: None, ended: ended.clone() };
    tokio::spawn(stream.serve(incoming));

    let messages =
        ReceiverStream::new(outbox).map(|text| Event::default().event("message").data(text));
    // Dropped with the stream when the client goes away.
    let guard = (session, ended.clone().drop_guard());
    let first =
        futures::stream::once(async move { Event::default().event("endpoint").data(endpoint) });
    let events = first.chain(messages).take_until(ended.cancelled_owned()).map(move |event| {
        let _held = &guard;
        Ok::<_, Infallible>(event)
    });
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(PULSE)).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back to fill a buffer.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// What serves one stream while it is open.
struct Stream {
    handler: Aidoo,
    outgoing: mpsc::Sender<Box<str>>,
    watch: Watch,
    /// What the client said of itself when it began, if it has begun by `initialize`.
    client: Option<InitializeRequestParams>,
    ended: CancellationToken,
}

impl Stream {
    /// Serves it until it ends: most of the time by waiting for a message. A client that does not begin as
    /// the protocol wants ends its own stream, and so does the end of its key.
    async fn serve(mut self, mut incoming: Incoming) {
        let _at_the_end = self.ended.clone().drop_guard();
        loop {
            let first = tokio::select! {
                () = self.ended.cancelled() => return,
                change = self.watch.next() => {
                    if !self.tell(change).await {
                        return;
                    }
                    continue;
                }
                message = incoming.recv() => message,
            };
            let Some(first) = first else { return };
            // In a box: a task keeps the room of its largest moment while it lives.
            match Box::pin(self.answer(first, incoming)).await {
                Some(returned) => incoming = returned,
                None => return,
            }
        }
    }

    /// Has the SDK serve the stream from the message `first` on, until nothing happens on it any more. Gives
    /// `incoming` back, unless the stream is over.
    async fn answer(
        &mut self,
        first: Box<ClientJsonRpcMessage>,
        incoming: Incoming,
    ) -> Option<Incoming> {
        let (known, handler) = (self.client.take(), self.handler.clone());
        // The SDK cancels the one that it is given when it leaves.
        let ended = self.ended.child_token();
        let (wire, returned) = Wire::new(first, incoming, self.outgoing.clone(), known.is_some());
        let peer = OnceLock::new();
        let mut serving = pin!(async {
            let running = match known {
                Some(client) => serve_directly_with_ct(handler, wire, Some(client), ended),
                None => serve_server_with_ct(handler, wire, ended).await.ok()?,
            };
            let _ = peer.set(running.peer().clone());
            running.waiting().await.ok()
        });
        let client = || Some(peer.get()?.peer_info()?.as_ref().clone());
        let quit = loop {
            tokio::select! {
                quit = &mut serving => break quit?,
                change = self.watch.next() => {
                    self.client = client();
                    if !self.tell(change).await {
                        return None;
                    }
                }
            }
        };
        self.client = client();
        matches!(quit, QuitReason::Closed).then_some(())?;
        returned.await.ok()
    }

    /// Tells the client that its key allows something else; false when the stream is over.
    async fn tell(&self, change: Change) -> bool {
        // One that speaks the newer revision over this stream subscribes instead.
        let news: &[fn() -> ServerNotification] = match change {
            Change::Over => return false,
            Change::Permissions if self.client.is_none() => &[],
            Change::Permissions => &[
                || ServerNotification::ToolListChangedNotification(Default::default()),
                || ServerNotification::PromptListChangedNotification(Default::default()),
            ],
        };
        for news in news {
            let news = ServerJsonRpcMessage::notification(news());
            let Ok(text) = serde_json::to_string(&news) else { return false };
            let is_told = tokio::select! {
                () = self.ended.cancelled() => false,
                told = self.outgoing.send(text.into()) => told.is_ok(),
            };
            if !is_told {
                return false;
            }
        }
        true
    }
}

/// Which stream a message belongs to.
#[derive(Deserialize)]
pub(super) struct MessageQuery {
    #[serde(rename = "sessionId")]
    session: String,
}

/// `POST /messages`: hands a message to its stream. What the message may do is decided by the key of
/// this request, as it stands now.
pub(super) async fn message(
    Shared(state): Shared<State>,
    Extension(principal): Extension<Principal>,
    Extension(address): Extension<ClientAddress>,
    query: Result<Query<MessageQuery>, QueryRejection>,
    body: Bytes,
) -> Response {
    let Ok(Query(MessageQuery { session })) = query else {
        return (StatusCode::BAD_REQUEST, "sessionId is missing\n").into_response();
    };
    let Ok(message) = serde_json::from_slice::<ClientJsonRpcMessage>(&body) else {
        let why = envelope::why_unreadable(&body).map(|(_, error)| error.message);
        return (StatusCode::BAD_REQUEST, format!("{}\n", why.unwrap_or_default())).into_response();
    };
    let key = principal.key;
    let delivery = match (state.sessions.find(&session, key), &state.replicas) {
        (Some(inbox), _) => put(&inbox, message, principal, address),
        (None, None) => Delivery::Nowhere,
        (None, Some(replicas)) => {
            let _slot = match state.travelling.take(key) {
                Ok(slot) => slot,
                Err(error) => return full(error),
            };
            let parcel = Parcel { session, key, address: address.0, body: body.into() };
            match replicas.send(parcel).await {
                Ok(delivery) => delivery,
                Err(error) => {
                    tracing::error!(error = %error, "a message could not be handed on");
                    return refusal::response(Refusal::Unavailable);
                }
            }
        }
    };
    match delivery {
        Delivery::Taken => (StatusCode::ACCEPTED, "Accepted").into_response(),
        Delivery::Full => full(OpenError::TooMany),
        // Another key's stream is not there, with the same answer as one that never was.
        Delivery::Nowhere => (StatusCode::NOT_FOUND, "no such session\n").into_response(),
    }
}

/// Puts a message on its stream, with what its handler must know.
fn put(
    inbox: &Inbox,
    mut message: ClientJsonRpcMessage,
    principal: Principal,
    address: ClientAddress,
) -> Delivery {
    match &mut message {
        ClientJsonRpcMessage::Request(request) => {
            let extensions = request.request.extensions_mut();
            extensions.insert(principal);
            extensions.insert(address);
        }
        ClientJsonRpcMessage::Notification(notification) => {
            notification.notification.extensions_mut().insert(principal);
        }
        ClientJsonRpcMessage::Response(_) | ClientJsonRpcMessage::Error(_) => {}
    }
    match inbox.try_send(Box::new(message)) {
        Ok(()) => Delivery::Taken,
        Err(mpsc::error::TrySendError::Full(_)) => Delivery::Full,
        Err(mpsc::error::TrySendError::Closed(_)) => Delivery::Nowhere,
    }
}

/// Takes messages that reached another replica. What they may do is decided here, by the key as it
/// stands now.
pub(super) struct Arrivals {
    pub(super) sessions: SseSessions,
    pub(super) verifier: Verifier,
}

#[async_trait]
impl Recipient for Arrivals {
    fn has(&self, session: &str, key: ApiKeyId) -> bool {
        self.sessions.find(session, key).is_some()
    }

    async fn deliver(&self, parcel: Parcel) -> Delivery {
        let Parcel { session, key, address, body } = parcel;
        let Some(inbox) = self.sessions.find(&session, key) else { return Delivery::Nowhere };
        let Ok(message) = serde_json::from_slice(&body) else { return Delivery::Nowhere };
        match self.verifier.standing(key, Some(address)).await {
            Ok(principal) => put(&inbox, message, principal, ClientAddress(address)),
            Err(_) => Delivery::Nowhere,
        }
    }
}

fn full(error: OpenError) -> Response {
    let status = refusal::status_of_full(error);
    (status, [(RETRY_AFTER, "5")], format!("{error}\n")).into_response()
}
