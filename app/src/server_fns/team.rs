//! Members and invitations.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    id::CompanyId,
    member::{
        ChangeRole, InvitationLink, Invite, MakeResetLink, RemoveMember, RenewInvitation,
        ResetLink, TeamView, WithdrawInvitation,
    },
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, leave_form, no_store};
use crate::{error::Answer, wire::Wire};

/// The Team page.
#[server(name = TeamCall, endpoint = "team/team", protocol = Wire<PostUrl>)]
pub async fn team(company: CompanyId) -> Answer<TeamView> {
    answer(backend()?.team.team(actor()?, company).await)
}

/// Invites; the link in the answer is shown once.
#[server(name = InviteCall, endpoint = "team/invite", protocol = Wire<PostUrl>)]
pub async fn invite(input: Invite) -> Answer<InvitationLink> {
    no_store();
    answer(backend()?.team.invite(actor()?, input).await)
}

/// Replaces an invitation's link.
#[server(name = RenewInvitationCall, endpoint = "team/renew_invitation", protocol = Wire<PostUrl>)]
pub async fn renew_invitation(input: RenewInvitation) -> Answer<InvitationLink> {
    no_store();
    answer(backend()?.team.renew_invitation(actor()?, input).await)
}

/// Withdraws an invitation.
#[server(name = WithdrawInvitationCall, endpoint = "team/withdraw_invitation")]
pub async fn withdraw_invitation(input: WithdrawInvitation) -> Answer<()> {
    answer(backend()?.team.withdraw_invitation(actor()?, input).await)
}

/// Makes a link by which a member sets a new password; it is shown once.
#[server(name = MakeResetLinkCall, endpoint = "team/make_reset_link", protocol = Wire<PostUrl>)]
pub async fn make_reset_link(input: MakeResetLink) -> Answer<ResetLink> {
    no_store();
    answer(backend()?.team.make_reset_link(actor()?, input).await)
}

/// Gives a member another role.
#[server(name = ChangeRoleCall, endpoint = "team/change_role")]
pub async fn change_role(input: ChangeRole) -> Answer<()> {
    answer(backend()?.team.change_role(actor()?, input).await)?;
    leave_form("/team");
    Ok(())
}

/// Takes a member out and revokes their keys.
#[server(name = RemoveMemberCall, endpoint = "team/remove_member")]
pub async fn remove_member(input: RemoveMember) -> Answer<()> {
    answer(backend()?.team.remove_member(actor()?, input).await)
}
