//! Audit entries as what people did: which names an entry needs, and what it tells with them.

use std::{collections::HashMap, str::FromStr};

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use shared::{
    id::{ApiKeyId, CompanyId, InvitationId, MemberId, WorkflowId, WorkflowVersionId},
    timeline::Deed,
};
use uuid::Uuid;

use crate::store::{
    audit_entries,
    audit_lists::ListedEntry,
    names::{self, NamedMember},
};

/// Where details name another thing than the target.
const IN_DETAILS: [&str; 2] = ["member", "key"];

/// The names that the entries of a page need.
pub(super) struct Names {
    keys: HashMap<Uuid, String>,
    members: HashMap<Uuid, NamedMember>,
    invited: HashMap<Uuid, String>,
    workflows: HashMap<Uuid, String>,
    versions: HashMap<Uuid, String>,
}

impl Names {
    /// Reads them: one query for each kind of thing that the entries are about.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        company: CompanyId,
        entries: &[ListedEntry],
    ) -> Result<Self, DbErr> {
        // Collected before anything is awaited: what borrows from the entries does not travel between threads.
        let ids = Ids::of(entries);
        Ok(Self {
            keys: names::keys(db, company, ids.keys).await?,
            members: names::members(db, company, ids.members).await?,
            invited: names::invited(db, company, ids.invited).await?,
            workflows: names::workflows(db, company, ids.workflows).await?,
            versions: names::workflow_versions(db, company, ids.versions).await?,
        })
    }

    /// What `entry` tells. An action that this version does not know, as an older one may find after a newer,
    /// is told as such.
    pub(super) fn deed(&self, entry: &ListedEntry) -> Deed {
        let detail = detail(entry);
        let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
        let role = || detail["role"].as_str().and_then(|role| role.parse().ok());
        let target = entry.target.as_str();
        // A key that was made keeps the name that it was made with.
        let key = || match detail["name"].as_str() {
            Some(name) => name.to_owned(),
            None => self.key(target),
        };
        let person = || self.member(&text("member"));
        let other = || {
            let member: Option<MemberId> = text("member").parse().ok();
            let holder = self.members.get(&member?.as_uuid())?;
            (Some(holder.user) != entry.user_id).then(|| holder.name.clone())
        };
        match entry.action.as_str() {
            "company.founded" => Deed::CompanyFounded,
            "company.renamed" => Deed::CompanyRenamed { to: text("to") },
            "company.deletion_scheduled" => Deed::CompanyDeleted,
            "company.kept" => Deed::CompanyKept,
            "user.signed_up" => Deed::SignedUp,
            "member.invited" => Deed::Invited { email: self.email(target), role: role() },
            "invitation.renewed" => Deed::InvitationRenewed { email: self.email(target) },
            "invitation.withdrawn" => Deed::InvitationWithdrawn { email: self.email(target) },
            "member.joined" => Deed::Joined { role: role() },
            "member.role_changed" => {
                Deed::RoleChanged { person: self.member(target), role: text("to").parse().ok() }
            }
            "member.left" => Deed::Left,
            "member.removed" => Deed::Removed { person: self.member(target) },
            "member.reset_link_made" => Deed::ResetLinkMade { person: self.member(target) },
            "api_key.created" if detail["handover"].is_string() => Deed::KeyPickedUp { key: key() },
            "api_key.created" if detail["replaces"].is_string() => Deed::KeyReplaced { key: key() },
            "api_key.created" => Deed::KeyGenerated {
                key: key(),
                person: other(),
                permissions: text("permissions").parse().unwrap_or_default(),
            },
            "api_key.accepted" => Deed::KeyAccepted { key: key() },
            "api_key.renamed" => Deed::KeyRenamed { from: text("from"), to: text("to") },
            "api_key.reduced" => Deed::KeyReduced {
                key: key(),
                removed: text("removed").parse().unwrap_or_default(),
            },
            "api_key.rotated" => Deed::KeyRotated { key: key() },
            "api_key.shortened" => Deed::KeyShortened { key: key() },
            "api_key.ended" => Deed::KeyEnded { key: key() },
            "api_key.revoked" if detail["why"] == audit_entries::REVOKED_AS_UNUSED => {
                Deed::KeyUnused { key: key() }
            }
            "api_key.revoked" => Deed::KeyRevoked { key: key(), person: other() },
            "api_key.exported" => Deed::KeysExported,
            "key_handover.made" => Deed::KeyPrepared { key: key(), person: person() },
            "key_handover.renewed" => Deed::KeyLinkRenewed { key: key(), person: person() },
            "key_handover.withdrawn" => Deed::KeyWithdrawn { key: key(), person: person() },
            "activity.exported" => Deed::ActivityExported,
            "policy.changed" => Deed::PoliciesChanged,
            "odoo_connection.created" => Deed::OdooConnected { origin: text("origin") },
            "odoo_connection.changed" => Deed::OdooChanged { origin: text("origin") },
            "odoo_connection.tested" => Deed::OdooTested,
            "odoo_connection.paced" => Deed::OdooPaced,
            "odoo_connection.removed" => Deed::OdooRemoved,
            "odoo_account.linked" => Deed::AccountLinked,
            "odoo_account.unlinked" => Deed::AccountUnlinked,
            "workflow.changed" => Deed::WorkflowChanged { workflow: self.workflow(target) },
            "workflow.validated" => Deed::WorkflowValidated { workflow: self.workflow(target) },
            "workflow.archived" => Deed::WorkflowArchived { workflow: self.workflow(target) },
            "workflow.tried" => Deed::WorkflowTried {
                workflow: text("name"),
                steps: detail["steps"].as_u64().unwrap_or_default(),
            },
            "workflow.accepted" => Deed::WorkflowAccepted { workflow: self.version(target) },
            "change.approved" => Deed::ChangeApproved { key: self.key(&text("key")) },
            "change.refused" => Deed::ChangeRefused { key: self.key(&text("key")) },
            _ => Deed::Other,
        }
    }

    fn key(&self, id: &str) -> String {
        named(&self.keys, id.parse().ok().map(ApiKeyId::as_uuid))
    }

    fn email(&self, id: &str) -> String {
        named(&self.invited, id.parse().ok().map(InvitationId::as_uuid))
    }

    fn workflow(&self, id: &str) -> String {
        named(&self.workflows, id.parse().ok().map(WorkflowId::as_uuid))
    }

    fn version(&self, id: &str) -> String {
        named(&self.versions, id.parse().ok().map(WorkflowVersionId::as_uuid))
    }

    fn member(&self, id: &str) -> String {
        let id: Option<MemberId> = id.parse().ok();
        let member = id.and_then(|id| self.members.get(&id.as_uuid()));
        member.map(|member| member.name.clone()).unwrap_or_default()
    }
}

/// The ids of what entries are about.
struct Ids {
    keys: Vec<Uuid>,
    members: Vec<Uuid>,
    invited: Vec<Uuid>,
    workflows: Vec<Uuid>,
    versions: Vec<Uuid>,
}

impl Ids {
    fn of(entries: &[ListedEntry]) -> Self {
        let mut texts: Vec<String> = entries.iter().map(|entry| entry.target.clone()).collect();
        for detail in entries.iter().map(detail) {
            let named = IN_DETAILS.iter().filter_map(|name| detail[*name].as_str());
            texts.extend(named.map(str::to_owned));
        }
        Self {
            keys: parsed(&texts, ApiKeyId::as_uuid),
            members: parsed(&texts, MemberId::as_uuid),
            invited: parsed(&texts, InvitationId::as_uuid),
            workflows: parsed(&texts, WorkflowId::as_uuid),
            versions: parsed(&texts, WorkflowVersionId::as_uuid),
        }
    }
}

/// Those of `texts` that are ids of one kind.
fn parsed<I: FromStr>(texts: &[String], as_uuid: impl Fn(I) -> Uuid) -> Vec<Uuid> {
    texts.iter().filter_map(|text| text.parse().ok()).map(as_uuid).collect()
}

fn named(names: &HashMap<Uuid, String>, id: Option<Uuid>) -> String {
    id.and_then(|id| names.get(&id)).cloned().unwrap_or_default()
}

fn detail(entry: &ListedEntry) -> Value {
    serde_json::from_str(&entry.detail).unwrap_or_default()
}
