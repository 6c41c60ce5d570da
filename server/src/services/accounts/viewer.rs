//! Who is signed in, and which of their companies the pages show.

use app::backend::Actor;
use shared::{
    Error,
    account::{CompanyChoice, CurrentCompany, Viewer},
    company::SwitchCompany,
    id::CompanyId,
};

use super::AccountsService;
use crate::{
    error::Outcome,
    services::{access, approvals, time_view::Face},
    store::{
        companies,
        memberships::{self, Membership},
        notices, sessions, users,
    },
};

impl AccountsService {
    /// What the frame of every page needs: about the company `shown`, or the one that was chosen last.
    pub(super) async fn view(&self, actor: Actor, shown: Option<CompanyId>) -> Outcome<Viewer> {
        let db = self.core.db.reader();
        let user = users::find(db, actor.user).await?.ok_or(Error::SignedOut)?;
        let chosen = sessions::find(db, actor.session).await?.and_then(|one| one.company);
        let companies = memberships::list_of_user(db, actor.user).await?;

        let find = |company| companies.iter().find(|(one, _)| Some(one.company) == company);
        let shown = match shown {
            Some(company) => find(Some(company)),
            None => find(chosen).or_else(|| companies.first()),
        };
        let face = Face::of(&self.core, actor).await?;
        let current = match shown {
            Some((membership, name)) => Some(CurrentCompany {
                company: membership.company,
                name: name.clone(),
                member: membership.id,
                role: membership.role,
                connection: companies::find_odoo_version(db, membership.company)
                    .await?
                    .map(|version| short(&version)),
                waiting: approvals::count(&self.core, membership).await?,
                unread: unread_count(
                    notices::count_unread(db, membership.company, actor.user).await?,
                ),
                deletion: companies::get_deletion(db, membership.company)
                    .await?
                    .map(|at| face.view(at)),
            }),
            None => None,
        };
        let companies = companies
            .into_iter()
            .map(|(Membership { company, role, .. }, name)| CompanyChoice { company, name, role })
            .collect();
        Ok(Viewer { user: user.id, name: user.name, email: user.email, current, companies })
    }

    /// Shows another of the actor's companies from now on.
    pub(super) async fn show_company(&self, actor: Actor, input: SwitchCompany) -> Outcome<()> {
        let SwitchCompany { company } = input;
        let tx = self.core.db.begin().await?;
        access::membership(&tx, &actor, company).await?;
        sessions::update_company(&tx, actor.session, company).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn unread_count(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A server's version ("19.0") as people call it.
fn short(version: &str) -> String {
    version.strip_suffix(".0").unwrap_or(version).to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_version_is_told_in_short() {
        assert_eq!(short("19.0"), "19");
        assert_eq!(short("saas~18.3"), "saas~18.3");
    }
}
