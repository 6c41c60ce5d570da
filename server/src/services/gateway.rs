//! The one way from a verified credential to Odoo: every call runs as the member's own Odoo account.

use sea_orm::DbErr;
use serde_json::Value;

use crate::{
    odoo::{Call, Client, Identity, OdooError},
    services::{
        Core,
        odoo_secrets::SecretBinding,
        principal::{LinkedAccount, Principal, Standing},
    },
    store::odoo_accounts,
};

/// Calls Odoo for principals. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gateway {
    core: Core,
    client: Client,
}

/// Why a call was not made, or did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The company has no Odoo connection.
    #[error("the company has no odoo connection yet: an owner or an admin connects it in aidoo")]
    NotConnected,
    /// The member has linked no Odoo account.
    #[error(
        "you have not linked your odoo account yet: do it in aidoo, on the page odoo connection"
    )]
    NotLinked,
    /// Odoo refused the linked secret: it is not sent again until it is replaced.
    #[error(
        "odoo refuses your linked key or password: replace it in aidoo, on the page odoo connection"
    )]
    SecretRefused,
    /// Odoo was called and said this, or could not be reached.
    #[error(transparent)]
    Odoo(#[from] OdooError),
    /// Aidoo itself cannot do it right now; the log has the details.
    #[error("aidoo is not available right now: try again in a moment")]
    Unavailable,
}

impl Gateway {
    /// A gateway through this client.
    #[must_use]
    pub const fn new(core: Core, client: Client) -> Self {
        Self { core, client }
    }

    /// Calls a method as the principal's own Odoo account. Whether it may is decided before: the
    /// gateway knows no permissions.
    ///
    /// # Errors
    /// [`GatewayError`]. Of an [`OdooError`], [`OdooError::reached`] says whether the call may have
    /// been carried out.
    pub async fn call(&self, principal: &Principal, call: &Call) -> Result<Value, GatewayError> {
        let account = match &principal.odoo {
            Standing::NotConnected => return Err(GatewayError::NotConnected),
            Standing::NotLinked => return Err(GatewayError::NotLinked),
            Standing::Refused => return Err(GatewayError::SecretRefused),
            Standing::Linked(account) => account,
        };
        let identity = self.identity(principal, account)?;
        match self.client.call(&account.target, &identity, call).await {
            // The secret was right when it was linked, so this is no guess, and it is the last time
            // that it is sent: nothing for the throttle of wrong logins to count.
            Err(OdooError::AccessDenied) => {
                self.mark_refused(principal, account).await.map_err(|error| {
                    tracing::error!(error = %error, "a refused secret could not be marked");
                    GatewayError::Unavailable
                })?;
                Err(GatewayError::SecretRefused)
            }
            other => Ok(other?),
        }
    }

    fn identity(
        &self,
        principal: &Principal,
        account: &LinkedAccount,
    ) -> Result<Identity, GatewayError> {
        let LinkedAccount { connection, target, login, uid, sealed, .. } = account;
        let binding = SecretBinding {
            member: principal.member,
            connection: *connection,
            origin: &target.origin.to_string(),
            database: target.database.as_deref().unwrap_or_default(),
        };
        let secret = binding.open(&self.core.vault, sealed).map_err(|error| {
            tracing::error!(account.id = %account.account, error = %error, "a secret does not open");
            GatewayError::Unavailable
        })?;
        Ok(Identity { login: login.clone(), uid: *uid, secret })
    }

    async fn mark_refused(
        &self,
        principal: &Principal,
        account: &LinkedAccount,
    ) -> Result<(), DbErr> {
        let transaction = self.core.db.begin().await?;
        let now = self.core.clock.now();
        odoo_accounts::mark_refused(&transaction, principal.company, account.account, now).await?;
        transaction.commit().await?;
        tracing::info!(account.id = %account.account, "odoo refused a linked secret");
        Ok(())
    }
}
