//! Messages that reached a replica which has not their stream, handed to the one that has. They travel
//! through PostgreSQL: a row, sealed, for the message, and a notice for whoever waits.
//!
//! A message is never delivered twice: whoever deletes its row has it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use sea_orm::{DbBackend, DbErr};
use shared::id::ApiKeyId;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Core;
use crate::{
    store::sse_messages::{self, NewMessage, Notice},
    sync::locked,
};

/// How long a replica has to take a message. One that has the stream takes it in milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a sealed message is; its key and its stream follow.
const BINDING: &[u8] = b"sse message";
/// Before another look for the database that went away.
const PAUSE: Duration = Duration::from_secs(1);

/// A message for a stream of another replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The stream.
    pub session: String,
    /// The key that the message came with, and that the stream must be of.
    pub key: ApiKeyId,
    /// From where it came.
    pub address: IpAddr,
    /// The message as it came.
    pub body: Vec<u8>,
}

/// What became of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is on its stream.
    Taken,
    /// Its stream has more messages waiting than it holds.
    Full,
    /// No replica has such a stream.
    Nowhere,
}

/// Whoever holds streams on this replica.
#[async_trait]
pub trait Recipient: Send + Sync + 'static {
    /// Whether this stream is here, and of this key.
    fn has(&self, session: &str, key: ApiKeyId) -> bool;
    /// Puts a message on its stream.
    async fn deliver(&self, parcel: Parcel) -> Delivery;
}

/// The way to other replicas. Clones share it.
#[derive(Clone, Debug)]
pub struct Replicas {
    core: Core,
    waiting: Arc<Mutex<HashMap<Uuid, oneshot::Sender<Delivery>>>>,
}

impl Replicas {
    /// Takes what other replicas have for `recipient`, until `stop` is cancelled. Nothing on SQLite, where
    /// there are none.
    #[must_use]
    pub fn start(core: Core, recipient: impl Recipient, stop: CancellationToken) -> Option<Self> {
        if core.db.backend() != DbBackend::Postgres {
            return None;
        }
        let replicas = Self { core, waiting: Arc::default() };
        let listening = replicas.clone();
        tokio::spawn(stop.run_until_cancelled_owned(async move {
            let recipient = Arc::new(recipient);
            loop {
                if let Err(error) = listening.listen(&recipient).await {
                    tracing::warn!(error = %error, "messages of other replicas cannot be heard");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }));
        Some(replicas)
    }

    /// Hands a message to the replica that has its stream.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn send(&self, parcel: Parcel) -> Result<Delivery, DbErr> {
        let core = &self.core;
        let id = core.clock.uuid(&core.entropy);
        let (told, mut heard) = oneshot::channel();
        self.waiting().insert(id, told);
        // Whatever comes first, and also when the client goes away.
        let _forget = Forget { replicas: self, id };
        let Parcel { session, key, address, body } = parcel;
        let sealed = core.vault.seal(
            &core.entropy,
            &[BINDING, key.as_uuid().as_bytes(), session.as_bytes()],
            &body,
        );
        let (address, now) = (address.to_string(), core.clock.now());
        let message = NewMessage { id, key, session, address, sealed, now };
        sse_messages::create(&core.db, message).await?;
        match tokio::time::timeout(PATIENCE, &mut heard).await {
            Ok(Ok(delivery)) => Ok(delivery),
            // Who takes the row back now knows that nobody else has it.
            _ => match sse_messages::take(&core.db, id).await? {
                Some(_) => Ok(Delivery::Nowhere),
                None => Ok(heard.try_recv().unwrap_or(Delivery::Taken)),
            },
        }
    }

    async fn listen(&self, recipient: &Arc<impl Recipient>) -> Result<(), DbErr> {
        let mut listener = sse_messages::listen(&self.core.db).await?;
        self.catch_up(recipient).await?;
        loop {
            match sse_messages::next(&mut listener).await? {
                Notice::Gap => self.catch_up(recipient).await?,
                notice => self.hear(notice, recipient),
            }
        }
    }

    /// Looks for what was told while nobody listened.
    async fn catch_up(&self, recipient: &Arc<impl Recipient>) -> Result<(), DbErr> {
        for notice in sse_messages::list_waiting(&self.core.db).await? {
            self.hear(notice, recipient);
        }
        Ok(())
    }

    fn hear(&self, notice: Notice, recipient: &Arc<impl Recipient>) {
        match notice {
            Notice::Waits { id, session, key } if recipient.has(&session, key) => {
                let (replicas, recipient) = (self.clone(), Arc::clone(recipient));
                tokio::spawn(async move {
                    if let Err(error) = replicas.fetch(id, &*recipient).await {
                        tracing::warn!(error = %error, "a message of another replica was not taken");
                    }
                });
            }
            Notice::Ended { id, word } => {
                if let Some(told) = self.waiting().remove(&id) {
                    // Whoever waited may be gone.
                    let _ = told.send(Delivery::parse(&word));
                }
            }
            Notice::Waits { .. } | Notice::Gap => {}
        }
    }

    async fn fetch(&self, id: Uuid, recipient: &impl Recipient) -> Result<(), DbErr> {
        let Some(row) = sse_messages::take(&self.core.db, id).await? else { return Ok(()) };
        let key = ApiKeyId::from_uuid(row.key_id);
        let opened = self
            .core
            .vault
            .open(&[BINDING, row.key_id.as_bytes(), row.session.as_bytes()], &row.sealed);
        let delivery = match (opened, row.address.parse()) {
            (Ok(body), Ok(address)) => {
                let body = body.to_vec();
                recipient.deliver(Parcel { session: row.session, key, address, body }).await
            }
            _ => {
                tracing::error!(
                    "a message of another replica cannot be opened: is its master key another?"
                );
                Delivery::Nowhere
            }
        };
        sse_messages::tell_end(&self.core.db, id, delivery.as_str()).await
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, oneshot::Sender<Delivery>>> {
        // Each change leaves the list whole, so a panic elsewhere does not spoil it.
        locked(&self.waiting)
    }
}

/// Takes a message that nobody waits for any more off the list.
struct Forget<'a> {
    replicas: &'a Replicas,
    id: Uuid,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.replicas.waiting().remove(&self.id);
    }
}

impl Delivery {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Full => "full",
            Self::Nowhere => "nowhere",
        }
    }

    fn parse(word: &str) -> Self {
        [Self::Taken, Self::Full]
            .into_iter()
            .find(|delivery| delivery.as_str() == word)
            .unwrap_or(Self::Nowhere)
    }
}
