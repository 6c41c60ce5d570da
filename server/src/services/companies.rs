//! A company's own name and end.

use app::backend::{Actor, Companies};
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use shared::{
    Error,
    error::{Field, Problem},
    id::CompanyId,
    name::Name,
    role::Action,
    settings::{DeleteCompany, KeepCompany, RenameCompany},
    time::DAY,
};

use super::{Core, access};
use crate::{
    domain::folding::as_read,
    error::{Fault, Outcome},
    store::{companies, company_removal},
};

/// How long a company that is to be deleted can be kept, in microseconds.
pub const GRACE: i64 = 7 * DAY;

/// Implements [`Companies`].
#[derive(Clone, Debug)]
pub struct CompaniesService {
    core: Core,
}

impl CompaniesService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn give_name(&self, actor: Actor, input: RenameCompany) -> Outcome<()> {
        let RenameCompany { company, name } = input;
        let tx = self.core.db.begin().await?;
        let before = lock(&tx, actor, company).await?;
        let name =
            Name::parse(&name).map_err(|problem| Error::field(Field::CompanyName, problem))?;
        companies::update_name(&tx, company, &name).await?;
        let detail = json!({ "from": before, "to": name.as_str() });
        self.core.audit(&tx, actor, company, "company.renamed", company, detail).await?;
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "renamed a company");
        Ok(())
    }

    /// From the commit on the company's keys are refused. Asking again changes nothing: the first day
    /// stands.
    async fn schedule(&self, actor: Actor, input: DeleteCompany) -> Outcome<()> {
        let DeleteCompany { company, name } = input;
        let tx = self.core.db.begin().await?;
        let own = lock(&tx, actor, company).await?;
        if as_read(&name) != as_read(&own) {
            return Err(Error::field(Field::CompanyToDelete, Problem::NotTheName).into());
        }
        if companies::get_deletion(&tx, company).await?.is_some() {
            return Ok(());
        }
        let at = self.core.clock.now().plus(GRACE);
        companies::update_deletion(&tx, company, at).await?;
        let detail = json!({ "delete_at": at });
        self.core.audit(&tx, actor, company, "company.deletion_scheduled", company, detail).await?;
        self.core.commit(tx, company).await?;
        tracing::warn!(company.id = %company, user.id = %actor.user, "a company is to be deleted");
        Ok(())
    }

    async fn undo(&self, actor: Actor, input: KeepCompany) -> Outcome<()> {
        let KeepCompany { company } = input;
        let tx = self.core.db.begin().await?;
        lock(&tx, actor, company).await?;
        if companies::get_deletion(&tx, company).await?.is_none() {
            return Ok(());
        }
        companies::keep(&tx, company, self.core.clock.now()).await?;
        self.core.audit(&tx, actor, company, "company.kept", company, json!({})).await?;
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "a company is kept");
        Ok(())
    }
}

#[async_trait]
impl Companies for CompaniesService {
    async fn rename(&self, actor: Actor, input: RenameCompany) -> Result<(), Error> {
        self.give_name(actor, input).await.map_err(Fault::into_answer)
    }

    async fn delete(&self, actor: Actor, input: DeleteCompany) -> Result<(), Error> {
        self.schedule(actor, input).await.map_err(Fault::into_answer)
    }

    async fn keep(&self, actor: Actor, input: KeepCompany) -> Result<(), Error> {
        self.undo(actor, input).await.map_err(Fault::into_answer)
    }
}

/// Removes the companies whose time is over, each in a transaction of its own.
///
/// # Errors
/// When the database refuses.
pub async fn remove_due(core: &Core) -> Result<(), DbErr> {
    let now = core.clock.now();
    for company in companies::list_to_remove(core.db.reader(), now).await? {
        let tx = core.db.begin().await?;
        if !company_removal::delete(&tx, company, now).await? {
            continue;
        }
        // The company's own entries are gone with it; that there was one is remembered.
        core.audit_own(&tx, now, None, "company.deleted", company, json!({})).await?;
        core.commit(tx, company).await?;
        tracing::warn!(company.id = %company, "removed a company");
    }
    Ok(())
}

/// Locks the company, which the actor must be allowed to manage. Gives its name.
async fn lock(db: &impl ConnectionTrait, actor: Actor, company: CompanyId) -> Outcome<String> {
    access::membership(db, &actor, company).await?;
    let me = access::locked_membership(db, &actor, company).await?;
    access::allow(me.role, Action::ManageCompany)?;
    companies::get_name(db, company).await
}
