//! The confirmations: change a role, remove somebody or leave, withdraw an invitation. Each names whom it
//! is about and what follows, and is a plain form.

use leptos::prelude::*;
use shared::{
    id::CompanyId,
    member::{InvitationView, MemberView},
    role::Role,
};

use super::{open::TEAM, role_options::RoleOptions, rules};
use crate::{
    components::{ButtonKind, CloseLink, Closing, Dialog, SubmitButton},
    pages::dialog::{Failure, load_anew, on_success},
    server_fns::team::{ChangeRoleCall, RemoveMemberCall, WithdrawInvitationCall},
};

/// Gives `member` another role.
#[component]
pub(super) fn ChangeRoleDialog(
    /// The company.
    company: CompanyId,
    /// Who.
    member: MemberView,
    /// The viewer's role, which decides what roles there are to give.
    viewer: Role,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let action = ServerAction::<ChangeRoleCall>::new();
    let roles = rules::other_roles(viewer, &member);
    // The narrowest: who goes on without looking takes away rather than gives.
    let chosen = RwSignal::new(roles.last().copied().unwrap_or(member.role));
    let MemberView { member: id, name, role, is_viewer, .. } = member;
    let person = name.clone();
    on_success(action, move || match is_viewer {
        // The frame around the page shows the old role, and its menu what that one may do.
        true => load_anew(TEAM),
        false => on_done.run(format!("{person} is {} now.", article(chosen.get_untracked()))),
    });
    let (heading, lead) = if is_viewer {
        (
            "Change your own role".to_owned(),
            format!(
                "You are {} now. You cannot give a wider role back to yourself.",
                article(role)
            ),
        )
    } else {
        (
            format!("Change the role of {name}"),
            format!(
                "{name} is {} now. The new role holds from their next click and call on.",
                article(role)
            ),
        )
    };
    view! {
        <Dialog heading lead closing=Closing::To(TEAM.to_owned()) busy=action.pending()>
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[member]" value=id.to_string()/>
                <div class="body">
                    <Failure action/>
                    <RoleOptions roles name="input[role]" chosen/>
                </div>
                <footer>
                    <CloseLink to=TEAM>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending()>"Change role"</SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// Takes `member` out of the company, or lets the viewer leave it.
#[component]
pub(super) fn RemoveDialog(
    /// The company.
    company: CompanyId,
    /// The company's name.
    company_name: String,
    /// Who.
    member: MemberView,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let action = ServerAction::<RemoveMemberCall>::new();
    let MemberView { member: id, name, is_viewer, live_keys, .. } = member;
    let person = name.clone();
    on_success(action, move || match is_viewer {
        // The company is gone from the frame around the page, too.
        true => load_anew("/"),
        false => on_done.run(format!("{person} is removed, and their keys are revoked.")),
    });
    let keys = |whose| keys_text(whose, live_keys);
    let (heading, lead, rest, verb) = if is_viewer {
        (
            format!("Leave {company_name}?"),
            format!("Leaving{}", keys("your")),
            "Your Odoo login is erased here. Coming back takes an invitation and new keys: a revoked key cannot be reactivated.",
            "Leave",
        )
    } else {
        (
            format!("Remove {name}?"),
            format!("Removing {name}{}", keys("their")),
            "Their Odoo login is erased here. Coming back takes an invitation and new keys: a revoked key cannot be reactivated.",
            "Remove",
        )
    };
    view! {
        <Dialog heading lead closing=Closing::To(TEAM.to_owned()) busy=action.pending()>
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[member]" value=id.to_string()/>
                <div class="body">
                    <Failure action/>
                    <p class="soft">{rest}</p>
                </div>
                <footer>
                    <CloseLink to=TEAM>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending() kind=ButtonKind::Danger>{verb}</SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// Withdraws `invitation`.
#[component]
pub(super) fn WithdrawDialog(
    /// The company.
    company: CompanyId,
    /// Which.
    invitation: InvitationView,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let action = ServerAction::<WithdrawInvitationCall>::new();
    let InvitationView { invitation: id, email, .. } = invitation;
    let person = email.clone();
    on_success(action, move || on_done.run(format!("The invitation of {person} is withdrawn.")));
    view! {
        <Dialog
            heading=format!("Withdraw the invitation of {email}?")
            lead="The link stops working at once. You can invite them again later."
            closing=Closing::To(TEAM.to_owned())
            busy=action.pending()
        >
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[invitation]" value=id.to_string()/>
                <div class="body"><Failure action/></div>
                <footer>
                    <CloseLink to=TEAM>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending() kind=ButtonKind::Danger>"Withdraw"</SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// How the sentence on leaving goes on: with what becomes of the keys.
fn keys_text(whose: &str, live: Option<u32>) -> String {
    match live {
        Some(0) => " takes effect at once. There is no live key to revoke.".to_owned(),
        Some(1) => format!(" revokes {whose} key at once."),
        Some(count) => format!(" revokes {whose} {count} keys at once."),
        None => format!(" revokes all {whose} keys at once."),
    }
}

const fn article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Admin => "an admin",
        Role::Member => "a member",
    }
}

#[cfg(test)]
mod tests {
    use super::keys_text;

    #[test]
    fn the_consequence_for_keys_is_told_in_number() {
        assert_eq!(keys_text("their", Some(2)), " revokes their 2 keys at once.");
        assert_eq!(keys_text("your", Some(1)), " revokes your key at once.");
        assert_eq!(keys_text("their", None), " revokes all their keys at once.");
    }
}
