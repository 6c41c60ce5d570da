//! What a company lets its keys do.

use app::backend::{Actor, Policies};
use async_trait::async_trait;
use serde_json::json;
use shared::{
    Error,
    company::{Ceilings, PoliciesView, SetCeilings},
    error::{Field, Problem},
    id::CompanyId,
    permission::{Permission, PermissionSet},
    role::Action,
};

use super::{Core, access};
use crate::{
    error::{Fault, Outcome},
    store::{api_key_lists, companies, policies},
};

/// The policies of companies, in the database.
#[derive(Debug, Clone)]
pub struct PoliciesService {
    core: Core,
}

impl PoliciesService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn show(&self, actor: Actor, company: CompanyId) -> Outcome<PoliciesView> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let ceilings = policies::ceilings(db, company).await?;
        let above =
            api_key_lists::count_above(db, company, ceilings, self.core.clock.now()).await?;
        Ok(PoliciesView { ceilings, keys_above_ceiling: u32::try_from(above).unwrap_or(u32::MAX) })
    }

    async fn set(&self, actor: Actor, input: SetCeilings) -> Outcome<()> {
        let SetCeilings { company, owner, admin, member } = input;
        let transaction = self.core.db.begin().await?;
        // Keys are generated under the same lock: none slips in above a ceiling that is being lowered.
        companies::lock(&transaction, company).await?;
        let me = access::membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let ceilings =
            Ceilings { owner: parse(&owner)?, admin: parse(&admin)?, member: parse(&member)? };
        policies::set_ceilings(&transaction, company, ceilings, self.core.clock.now()).await?;
        let Ceilings { owner, admin, member } = ceilings;
        let detail = json!({ "owner": owner, "admin": admin, "member": member });
        self.core.audit(&transaction, actor, company, "policy.changed", company, detail).await?;
        transaction.commit().await?;
        Ok(())
    }
}

#[async_trait]
impl Policies for PoliciesService {
    async fn policies(&self, actor: Actor, company: CompanyId) -> Result<PoliciesView, Error> {
        self.show(actor, company).await.map_err(Fault::into_answer)
    }

    async fn set_ceilings(&self, actor: Actor, input: SetCeilings) -> Result<(), Error> {
        self.set(actor, input).await.map_err(Fault::into_answer)
    }
}

fn parse(names: &[String]) -> Result<PermissionSet, Error> {
    names
        .iter()
        .map(|name| name.parse::<Permission>())
        .collect::<Result<_, _>>()
        .map_err(|_| Error::field(Field::Permissions, Problem::Unknown))
}
