//! Which of its dialogs stands on the Team page.

use leptos::prelude::*;
use shared::{id::CompanyId, member::TeamView, role::Role};

use super::{
    confirm::{ChangeRoleDialog, RemoveDialog, WithdrawDialog},
    generate::GenerateDialog,
    invite::{InviteDialog, RenewDialog},
    open::Open,
    reset::ResetDialog,
    rules,
};
use crate::pages::made::Made;

/// What every dialog of the page needs.
#[derive(Clone, Copy)]
pub struct Surroundings {
    /// The company.
    pub(super) company: CompanyId,
    /// What it is called.
    pub(super) company_name: StoredValue<String>,
    /// The viewer's role.
    pub(super) viewer: Role,
    /// The page without a dialog, or the one that somebody came from.
    pub(super) close: Signal<&'static str>,
    /// Called with what is to be shown once.
    pub(super) on_made: Callback<Made>,
    /// Called with what was done, as a sentence.
    pub(super) on_done: Callback<String>,
}

/// A dialog that somebody asks for.
pub struct Asked {
    /// Where it will stand.
    pub(super) around: Surroundings,
    /// Whom it can be about.
    pub(super) team: TeamView,
    /// Which.
    pub(crate) open: Open,
}

/// The dialog, or nothing: somebody who is gone, or whom the viewer may not touch, opens none, as the address may
/// be old.
pub fn dialog(Asked { around, team, open }: Asked) -> AnyView {
    chosen(around, &team, open).into_any()
}

fn chosen(around: Surroundings, team: &TeamView, open: Open) -> Option<AnyView> {
    let Surroundings { company, company_name, viewer, close, on_made, on_done } = around;
    let member = |id| team.members.iter().find(|member| member.member == id).cloned();
    let invitation = |id| {
        let found = team.invitations.iter().find(|one| one.invitation == id).cloned();
        found.filter(|one| rules::invitable(viewer).contains(&one.role))
    };
    let owners = team.owners;
    Some(match open {
        Open::Invite if rules::may_invite(viewer) => {
            view! { <InviteDialog company viewer on_made/> }.into_any()
        }
        Open::Invite => return None,
        Open::Generate(id) => {
            let member =
                member(id).filter(|member| rules::may_generate(viewer, member, team.makers))?;
            let (longest_days, close) = (team.longest_days, close.get_untracked());
            view! { <GenerateDialog company member longest_days close on_made/> }.into_any()
        }
        Open::ChangeRole(id) => {
            let member = member(id).filter(|member| {
                !rules::is_last_owner(member, owners)
                    && !rules::other_roles(viewer, member).is_empty()
            })?;
            view! { <ChangeRoleDialog company member viewer on_done/> }.into_any()
        }
        Open::Remove(id) => {
            let member = member(id).filter(|member| {
                !rules::is_last_owner(member, owners) && rules::may_remove(viewer, member)
            })?;
            let company_name = company_name.get_value();
            view! { <RemoveDialog company company_name member on_done/> }.into_any()
        }
        Open::Reset(id) => {
            let member = member(id).filter(|member| rules::may_reset(viewer, member))?;
            view! { <ResetDialog company member on_made/> }.into_any()
        }
        Open::Renew(id) => {
            let invitation = invitation(id)?;
            view! { <RenewDialog company invitation on_made/> }.into_any()
        }
        Open::Withdraw(id) => {
            let invitation = invitation(id)?;
            view! { <WithdrawDialog company invitation on_done/> }.into_any()
        }
    })
}
