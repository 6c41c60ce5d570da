//! Changing roles and taking members out.

use app::backend::Actor;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error,
    error::{Field, Problem},
    id::CompanyId,
    member::{ChangeRole, RemoveMember},
    notice::Notice,
    role::{Action, Role},
};

use super::TeamService;
use crate::{
    error::Outcome,
    services::{
        access::{self, Membership},
        notices,
    },
    store::{
        audit_entries, companies, confirmations, key_ends, key_handovers, memberships,
        odoo_accounts,
    },
};

impl TeamService {
    /// Gives a member another role. Giving the one that they have changes nothing.
    pub(super) async fn set_role(&self, actor: Actor, input: ChangeRole) -> Outcome<()> {
        let ChangeRole { company, member, role } = input;
        let role: Role = role.parse().map_err(|_| Error::field(Field::Role, Problem::Unknown))?;

        let tx = self.core.db.begin().await?;
        let viewer = access::membership(&tx, &actor, company).await?;
        companies::lock(&tx, company).await?;
        let viewer = reread(&tx, &viewer).await?;
        let target = memberships::get(&tx, company, member).await?;
        access::allow(viewer.role, Action::ChangeRole(access::subject(&viewer, &target), role))?;
        if target.role == role {
            return Ok(());
        }
        ensure_owner_remains(&tx, company, &target).await?;
        memberships::update_role(&tx, company, member, role).await?;
        let detail = json!({ "from": target.role, "to": role });
        self.core.audit(&tx, actor, company, "member.role_changed", member, detail).await?;
        if viewer.id != member {
            let by = notices::name_of(&tx, actor.user).await?;
            let notice = Notice::RoleChanged { by, to: role };
            notices::tell(&self.core, &tx, target.user, Some(company), &notice).await?;
        }
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, member.id = %member, role = %role, "changed a member's role");
        Ok(())
    }

    /// Takes a member out: their keys are revoked and their Odoo secret is erased in the same
    /// transaction. The keys of others that they have seen are revoked there too if that was asked for; if not, it is told that
    /// they may still have them.
    pub(super) async fn take_out(&self, actor: Actor, input: RemoveMember) -> Outcome<()> {
        let RemoveMember { company, member, revoke_seen } = input;
        let now = self.core.clock.now();

        let tx = self.core.db.begin().await?;
        let viewer = access::membership(&tx, &actor, company).await?;
        companies::lock(&tx, company).await?;
        let viewer = reread(&tx, &viewer).await?;
        let target = memberships::get(&tx, company, member).await?;
        access::allow(viewer.role, Action::RemoveMember(access::subject(&viewer, &target)))?;
        ensure_owner_remains(&tx, company, &target).await?;
        memberships::remove(&tx, company, member, now).await?;
        let keys = key_ends::revoke_all_of_member(&tx, company, member, viewer.id, now).await?;
        key_handovers::withdraw_all_of_member(&tx, company, member, now).await?;
        confirmations::end_all_of_member(&tx, company, member, now).await?;
        odoo_accounts::delete_of_member(&tx, company, member).await?;
        let detail =
            json!({ "user": target.user, "role": target.role, "keys_revoked": keys.len() });
        let action = if viewer.id == member { "member.left" } else { "member.removed" };
        self.core.audit(&tx, actor, company, action, member, detail).await?;
        for key in &keys {
            let detail = json!({ "member": member, "why": audit_entries::REVOKED_WITH_PERSON });
            self.core.audit(&tx, actor, company, "api_key.revoked", key, detail).await?;
        }
        if revoke_seen == "on" {
            self.revoke_seen_keys(&tx, actor, &viewer, &target, now).await?;
        } else {
            self.tell_of_seen_keys(&tx, &target, now).await?;
        }
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, member.id = %member, keys = keys.len(), "took a member out");
        Ok(())
    }
}

/// The actor's membership once more, now that the company is locked: it may have changed while
/// somebody else held the lock.
async fn reread(db: &impl ConnectionTrait, viewer: &Membership) -> Outcome<Membership> {
    memberships::get(db, viewer.company, viewer.id).await
}

/// Refuses a change that would take the last owner away. `target` is about to lose its role; the
/// company is locked.
async fn ensure_owner_remains(
    db: &impl ConnectionTrait,
    company: CompanyId,
    target: &Membership,
) -> Outcome<()> {
    if target.role == Role::Owner && memberships::count_owners(db, company).await? <= 1 {
        return Err(Error::LastOwner.into());
    }
    Ok(())
}
