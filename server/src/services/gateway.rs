//! The one way from a verified credential to Odoo: every call runs as the member's own Odoo account.

use std::{collections::BTreeMap, sync::Arc};

use sea_orm::DbErr;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use shared::{call_cause::CallCause, connection::Protocol, time::SECOND};

use crate::{
    odoo::{Call, Client, Identity, OdooError, is_api_key},
    services::{
        Core,
        lines::{Lines, NoTurn, Order, Pass, UnderWay, Waited},
        odoo_cache::{Definitions, Locale, OdooCache},
        odoo_secrets::SecretBinding,
        principal::{LinkedAccount, NO_KEY, Principal, Refusal, Standing},
        verifier::Verifier,
    },
    store::odoo_accounts,
};

/// Calls Odoo for principals. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gateway {
    core: Core,
    client: Client,
    verifier: Verifier,
    lines: Lines,
    cache: OdooCache,
    /// The change that its calls belong to.
    change: Option<Arc<UnderWay>>,
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
    /// Too many calls are there already, or the server does not answer.
    #[error(transparent)]
    NoTurn(#[from] NoTurn),
    /// The key came to its end while the call waited, or allows something else now.
    #[error(
        "this api key came to its end while the call waited, or the company's policies changed: nothing was done"
    )]
    Ended,
    /// Odoo was called and said this, or could not be reached.
    #[error(transparent)]
    Odoo(#[from] OdooError),
    /// Aidoo itself cannot do it right now; the log has the details.
    #[error("aidoo is not available right now: try again in a moment")]
    Unavailable,
}

impl GatewayError {
    /// The same as one of the list that the dashboard has words for.
    #[must_use]
    pub const fn cause(&self) -> CallCause {
        match self {
            Self::NotConnected => CallCause::NotConnected,
            Self::NotLinked => CallCause::NotLinked,
            Self::SecretRefused => CallCause::SecretRefused,
            Self::NoTurn(NoTurn::Full | NoTurn::Changes) => CallCause::Queue,
            Self::NoTurn(NoTurn::Resting { .. }) => CallCause::Resting,
            Self::Ended => CallCause::KeyEnded,
            Self::Odoo(error) => error.cause(),
            Self::Unavailable => CallCause::Unavailable,
        }
    }
}

impl Gateway {
    /// A gateway through this client. `verifier` says what a key is worth after a call has waited.
    #[must_use]
    pub fn new(core: Core, client: Client, verifier: Verifier) -> Self {
        let lines = Lines::new(core.clock.clone());
        let cache = OdooCache::new(core.clock.clone());
        Self { core, client, verifier, lines, cache, change: None }
    }

    /// The way to Odoo of a change that begins now: its calls are not refused because others wait, or it would
    /// be left half-way. What belongs to a change already goes on as part of it.
    ///
    /// # Errors
    /// When the principal's calls cannot reach Odoo, or too many changes are under way there.
    pub fn begin(&self, principal: &Principal) -> Result<Self, GatewayError> {
        let mut begun = self.clone();
        if begun.change.is_none() {
            let account = linked(principal)?;
            begun.change = Some(Arc::new(self.lines.begin(account.connection, account.pace)?));
        }
        Ok(begun)
    }

    /// Whether a change could begin now.
    ///
    /// # Errors
    /// As of [`Gateway::begin`].
    pub fn can_begin(&self, principal: &Principal) -> Result<(), GatewayError> {
        let account = linked(principal)?;
        Ok(self.lines.can_begin(account.connection, account.pace)?)
    }

    /// Calls a method as the principal's own Odoo account. Whether it may is decided before: the
    /// gateway knows no permissions.
    ///
    /// # Errors
    /// [`GatewayError`]. Of an [`OdooError`], [`OdooError::reached`] says whether the call may have
    /// been carried out.
    pub async fn call(&self, principal: &Principal, call: &Call) -> Result<Value, GatewayError> {
        let account = linked(principal)?;
        let identity = self.identity(principal, account)?;
        let asked = self.client.call(&account.target, &identity, call);
        self.in_turn(principal, account, asked).await
    }

    /// Fetches a PDF report by a web session that the principal's password opens.
    ///
    /// # Errors
    /// As of [`Gateway::call`]; [`OdooError::AccessDenied`] where the linked secret is an API key, which
    /// opens none, is told as that and does not mark the secret as refused.
    pub async fn report(
        &self,
        principal: &Principal,
        report: &str,
        ids: &[i64],
    ) -> Result<Vec<u8>, GatewayError> {
        let account = linked(principal)?;
        let identity = self.identity(principal, account)?;
        if account.target.protocol == Protocol::Json2 || is_api_key(identity.secret.expose_secret())
        {
            return Err(GatewayError::Odoo(OdooError::AccessDenied));
        }
        let asked = self.client.report_by_session(&account.target, &identity, report, ids);
        let (pass, answer) = self.turn(principal, account, asked).await?;
        settle(pass, &answer);
        Ok(answer?)
    }

    /// Fetches the PDF behind a path that `get_portal_url` returned. The path holds a token of the
    /// record: it is used here and goes nowhere else.
    ///
    /// # Errors
    /// As of [`Gateway::call`].
    pub async fn portal_pdf(
        &self,
        principal: &Principal,
        path: &str,
    ) -> Result<Vec<u8>, GatewayError> {
        let account = linked(principal)?;
        let asked = self.client.portal_pdf(&account.target, path);
        let (pass, answer) = self.turn(principal, account, asked).await?;
        settle(pass, &answer);
        Ok(answer?)
    }

    /// The fields of `model` as the principal's user sees them, with all attributes; from memory for ten
    /// minutes.
    ///
    /// # Errors
    /// As of [`Gateway::call`].
    pub async fn definitions(
        &self,
        principal: &Principal,
        model: &str,
    ) -> Result<Arc<Definitions>, GatewayError> {
        let account = linked(principal)?;
        if let Some(known) = self.cache.definitions(account, model) {
            return Ok(known);
        }
        let locale = self.locale(principal).await?;
        let attributes = [
            "string",
            "type",
            "help",
            "required",
            "readonly",
            "selection",
            "relation",
            "store",
            "relation_field",
            "model_field",
            "related",
            "sortable",
            "searchable",
            "groupable",
        ];
        let call = Call {
            model: model.to_owned(),
            method: "fields_get".to_owned(),
            ids: None,
            positional: Vec::new(),
            arguments: Map::from_iter([("attributes".to_owned(), json!(attributes))]),
            context: locale.context(),
        };
        match self.call(principal, &call).await? {
            Value::Object(fields) => Ok(self.cache.keep_definitions(account, model, fields)),
            _ => Err(GatewayError::Odoo(OdooError::NotOdoo)),
        }
    }

    /// The models that Odoo lists where somebody chooses one: those whose records last and that the principal's user may
    /// read, neither wizards nor abstract ones (`get_available_models` of the app `web`), as rows of `model` and
    /// `display_name` in their language. `None` where Odoo does not say: without that app, and to a portal's user, who is told
    /// of no model at all and not refused (`_is_valid_for_model_selector`).
    ///
    /// # Errors
    /// As of [`Gateway::call`].
    pub async fn listed_models(
        &self,
        principal: &Principal,
    ) -> Result<Option<Vec<Value>>, GatewayError> {
        let call = Call {
            model: "ir.model".to_owned(),
            method: "get_available_models".to_owned(),
            ids: None,
            positional: Vec::new(),
            arguments: Map::new(),
            context: self.locale(principal).await?.context(),
        };
        match self.call(principal, &call).await {
            Ok(Value::Array(rows)) if !rows.is_empty() => Ok(Some(rows)),
            Ok(_) | Err(GatewayError::Odoo(OdooError::NoSuchMethod | OdooError::Access(_))) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The names of [`Gateway::listed_models`], each with what Odoo calls it; from memory for ten minutes. `None` where
    /// Odoo does not say.
    ///
    /// # Errors
    /// As of [`Gateway::call`].
    pub async fn lasting_models(
        &self,
        principal: &Principal,
    ) -> Result<Option<Arc<BTreeMap<String, String>>>, GatewayError> {
        let account = linked(principal)?;
        let known = match self.cache.lasting_models(account) {
            Some(known) => known,
            None => {
                // That Odoo does not say is kept too, as no names.
                let rows = self.listed_models(principal).await?.unwrap_or_default();
                let titles = rows.iter().filter_map(|row| {
                    let model = row["model"].as_str()?;
                    let title = row["display_name"].as_str().unwrap_or(model);
                    Some((model.to_owned(), title.to_owned()))
                });
                self.cache.keep_lasting_models(account, titles.collect())
            }
        };
        Ok(Some(known).filter(|known| !known.is_empty()))
    }

    /// What Odoo calls `model` in the principal's language, if that is known from [`Gateway::lasting_models`]: Odoo is
    /// asked nothing.
    #[must_use]
    pub fn known_title(&self, principal: &Principal, model: &str) -> Option<String> {
        let account = linked(principal).ok()?;
        self.cache.lasting_models(account)?.get(model).cloned()
    }

    /// The principal's language and time zone in Odoo; from memory for ten minutes.
    ///
    /// # Errors
    /// As of [`Gateway::call`].
    pub async fn locale(&self, principal: &Principal) -> Result<Locale, GatewayError> {
        let account = linked(principal)?;
        if let Some(known) = self.cache.locale(account) {
            return Ok(known);
        }
        let call = Call {
            model: "res.users".to_owned(),
            method: "context_get".to_owned(),
            ids: None,
            positional: Vec::new(),
            arguments: Map::new(),
            context: BTreeMap::new(),
        };
        let context = self.call(principal, &call).await?;
        let text = |name: &str| context[name].as_str().map(str::to_owned);
        let locale = Locale { language: text("lang"), zone: text("tz") };
        self.cache.keep_locale(account, locale.clone());
        Ok(locale)
    }

    async fn in_turn(
        &self,
        principal: &Principal,
        account: &LinkedAccount,
        asked: impl Future<Output = Result<Value, OdooError>>,
    ) -> Result<Value, GatewayError> {
        let (pass, answer) = self.turn(principal, account, asked).await?;
        settle(pass, &answer);
        match answer {
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

    /// Waits for the connection's turn, reads the standing again if that took a while, and asks.
    async fn turn<T>(
        &self,
        principal: &Principal,
        account: &LinkedAccount,
        asked: impl Future<Output = Result<T, OdooError>>,
    ) -> Result<(Pass, Result<T, OdooError>), GatewayError> {
        let order = if self.change.is_some() { Order::Begun } else { Order::Queued };
        let pass = self.lines.enter(account.connection, account.pace, order).await?;
        if pass.waited == Waited::Yes && principal.key != NO_KEY {
            let now = self.verifier.standing(principal.key, principal.address).await.map_err(
                |refusal| match refusal {
                    Refusal::Unavailable => GatewayError::Unavailable,
                    _ => GatewayError::Ended,
                },
            )?;
            // Less than it was when the call began, or another account: nothing is done.
            let is_same = now.odoo.account() == Some(account.account);
            if !is_same || now.permissions != principal.permissions || now.rules != principal.rules
            {
                return Err(GatewayError::Ended);
            }
        }
        let begun = self.core.clock.now();
        let answer = asked.await;
        let took = self.core.clock.now().since(begun);
        metrics::histogram!("aidoo_odoo_call_seconds").record(took as f64 / SECOND as f64);
        Ok((pass, answer))
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

/// The account by which the person's Odoo is asked.
///
/// # Errors
/// [`GatewayError::NotConnected`], [`GatewayError::NotLinked`] and [`GatewayError::SecretRefused`].
pub(super) fn linked(principal: &Principal) -> Result<&LinkedAccount, GatewayError> {
    match &principal.odoo {
        Standing::NotConnected => Err(GatewayError::NotConnected),
        Standing::NotLinked => Err(GatewayError::NotLinked),
        Standing::Refused => Err(GatewayError::SecretRefused),
        Standing::Linked(account) => Ok(account),
    }
}

/// Tells the connection's line whether the server is there.
fn settle<T>(pass: Pass, answer: &Result<T, OdooError>) {
    match answer {
        Err(
            OdooError::Timeout(_)
            | OdooError::Unreachable(_)
            | OdooError::UnknownHost
            | OdooError::Tls
            | OdooError::NotOdoo,
        ) => pass.failed(),
        _ => pass.answered(),
    }
}
