//! What every service needs.

use std::{
    fmt::Display,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use app::backend::Actor;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde_json::Value;
use shared::{id::CompanyId, time::Timestamp};
use url::Url;

use super::news::News;
use crate::{
    clock::{Clock, Entropy},
    config::SignupMode,
    domain::vault::Vault,
    store::{
        Db,
        audit_entries::{self, NewAuditEntry},
    },
};

/// What every service needs: cheap to clone.
#[derive(Clone, Debug)]
pub struct Core {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// What seals secrets at rest.
    pub vault: Arc<Vault>,
    /// What the server was started with.
    pub settings: Arc<Settings>,
    /// Where it is told that something has changed.
    pub news: News,
}

/// What the server was started with, as far as services need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that people and clients use, without a path: `https://mcp.example.com`.
    pub public_url: Url,
    /// Who may found a company.
    pub signup: SignupMode,
}

impl Core {
    /// Writes an audit entry in the transaction `db`: `actor` did `action` to `target` in `company`, or without one to what is
    /// theirs alone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        company: impl Into<Option<CompanyId>>,
        action: &'static str,
        target: impl Display,
        detail: Value,
    ) -> Result<(), DbErr> {
        let entry = NewAuditEntry {
            id: self.clock.uuid(&self.entropy),
            company: company.into(),
            user: Some(actor.user),
            action,
            target: target.to_string(),
            detail,
            address: actor.address,
            at: self.clock.now(),
        };
        audit_entries::create(db, entry).await
    }

    /// Writes audit entries in the transaction `db`: at the moment `at`, `actor` did `action` to each target in `company`, of
    /// which there is this to tell. Whoever has many of them hands them over in parts, which are in memory.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_many(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        company: CompanyId,
        at: Timestamp,
        deeds: Vec<(&'static str, String, Value)>,
    ) -> Result<(), DbErr> {
        let entries = deeds
            .into_iter()
            .map(|(action, target, detail)| NewAuditEntry {
                id: self.clock.uuid(&self.entropy),
                company: Some(company),
                user: Some(actor.user),
                action,
                target,
                detail,
                address: actor.address,
                at,
            })
            .collect();
        audit_entries::create_many(db, entries).await
    }

    /// Writes an audit entry that no actor is behind: the server itself, or whoever runs it, did `action` to `target`
    /// at the moment `at`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_own(
        &self,
        db: &impl ConnectionTrait,
        at: Timestamp,
        company: Option<CompanyId>,
        action: &'static str,
        target: impl Display,
        detail: Value,
    ) -> Result<(), DbErr> {
        let entry = NewAuditEntry {
            id: self.clock.uuid(&self.entropy),
            company,
            user: None,
            action,
            target: target.to_string(),
            detail,
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            at,
        };
        audit_entries::create(db, entry).await
    }

    /// Commits what was done in `company`, and says so to whoever watches it.
    ///
    /// # Errors
    /// When the database refuses; nothing is said then.
    pub async fn commit(
        &self,
        transaction: DatabaseTransaction,
        company: CompanyId,
    ) -> Result<(), DbErr> {
        transaction.commit().await?;
        self.news.announce(company);
        Ok(())
    }
}
