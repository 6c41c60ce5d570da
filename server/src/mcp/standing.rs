//! What the key of an open stream stands for, read again while the stream lives.

use std::{net::IpAddr, time::Duration};

use shared::{id::ApiKeyId, permission::PermissionSet};

use crate::services::{
    principal::{Principal, Refusal},
    verifier::Verifier,
};

/// How often a stream says that it is alive, and its key's standing is read again.
pub(super) const PULSE: Duration = Duration::from_secs(15);

/// Watches the key of one stream.
#[derive(Debug)]
pub(super) struct Watch {
    verifier: Verifier,
    key: ApiKeyId,
    address: Option<IpAddr>,
    permissions: PermissionSet,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It allows something else than before: the lists of tools and prompts are others now.
    Permissions,
    /// Its standing is gone, and with it the stream.
    Over,
}

impl Watch {
    /// Watches the key that `principal` was verified by.
    pub(super) const fn new(verifier: Verifier, principal: &Principal) -> Self {
        let Principal { key, address, permissions, .. } = principal;
        Self { verifier, key: *key, address: *address, permissions: *permissions }
    }

    /// The next change. While the database does not answer there is none: the stream stays, as no
    /// message of it is accepted then anyway.
    pub(super) async fn next(&mut self) -> Change {
        loop {
            tokio::time::sleep(PULSE).await;
            match self.verifier.standing(self.key, self.address).await {
                Ok(principal) if principal.permissions == self.permissions => {}
                Ok(principal) => {
                    self.permissions = principal.permissions;
                    return Change::Permissions;
                }
                Err(Refusal::Unavailable) => {}
                Err(_) => {
                    tracing::info!(key.id = %self.key, "a stream was ended: its key is over");
                    return Change::Over;
                }
            }
        }
    }
}
