//! The Team page.

use std::collections::HashMap;

use app::backend::Actor;
use shared::{
    id::CompanyId,
    key_rules::KeyRules,
    member::{InvitationView, MemberView, TeamView},
    role::{Action, Role, Subject, allows},
};

use super::{TeamService, seen_keys};
use crate::{
    error::Outcome,
    services::{access, time_view::Face},
    store::{invitations, memberships, policies, team},
};

impl TeamService {
    /// The members, and for those who may invite, the open invitations.
    pub(super) async fn view(&self, actor: Actor, company: CompanyId) -> Outcome<TeamView> {
        let db = self.core.db.reader();
        let viewer = access::membership(db, &actor, company).await?;
        access::allow(viewer.role, Action::SeeTeam)?;
        let face = Face::of(&self.core, actor).await?;
        let now = face.now;

        let people = memberships::list(db, company).await?;
        let linked = team::list_linked(db, company).await?;
        let keys = team::count_live_keys(db, company, now).await?;
        let seen = match access::only_own(&viewer, Action::SeeKey) {
            None => seen_keys::by_maker(db, company, &people, now).await?,
            Some(_) => HashMap::new(),
        };
        let (ceilings, KeyRules { makers, longest_days, .. }) =
            policies::about_keys(db, company).await?;
        let invitations = if may_invite_anybody(viewer.role) {
            invitations::list(db, company).await?
        } else {
            Vec::new()
        };

        let invitations = invitations
            .into_iter()
            .map(|invitation| {
                let inviter = people.iter().find(|(one, _)| one.id == invitation.invited_by);
                let stands = inviter.is_some_and(|(inviter, _)| {
                    allows(inviter.role, Action::Invite(invitation.role)).is_allowed()
                });
                InvitationView {
                    invitation: invitation.id,
                    email: invitation.email,
                    role: invitation.role,
                    invited: face.view(invitation.created_at),
                    expires: face.view(invitation.expires_at),
                    // A link whose maker has lost the right to invite works no more than an old one.
                    expired: invitation.expires_at <= now || !stands,
                }
            })
            .collect();
        let owners = people.iter().filter(|(one, _)| one.role == Role::Owner).count();
        let members = people
            .into_iter()
            .map(|(member, person)| {
                let whose = access::subject(&viewer, &member);
                let may_see_keys = allows(viewer.role, Action::SeeKey(whose)).is_allowed();
                // Whoever leaves by themselves is asked nothing about others' keys.
                let may_remove = whose != Subject::Own
                    && allows(viewer.role, Action::RemoveMember(whose)).is_allowed();
                MemberView {
                    member: member.id,
                    name: person.name,
                    email: person.email,
                    role: member.role,
                    is_viewer: member.id == viewer.id,
                    odoo_linked: linked.contains(&member.id),
                    live_keys: may_see_keys.then(|| keys.get(&member.id).copied().unwrap_or(0)),
                    seen_keys: seen.get(&member.user).filter(|_| may_remove).cloned(),
                    ceiling: ceilings.of(member.role),
                    joined: face.view(member.joined_at),
                }
            })
            .collect();
        let owners = u32::try_from(owners).unwrap_or(u32::MAX);
        Ok(TeamView { members, invitations, owners, makers, longest_days })
    }
}

fn may_invite_anybody(role: Role) -> bool {
    Role::ALL.into_iter().any(|invited| allows(role, Action::Invite(invited)).is_allowed())
}
