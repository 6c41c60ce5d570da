//! The confirmations: change a role, remove somebody or leave, withdraw an invitation. Each names whom it
//! is about and what follows, and is a plain form.

use leptos::prelude::*;
use shared::{
    id::CompanyId,
    member::{InvitationView, MemberView, SeenKeys},
    role::Role,
};

use super::{open::TEAM, role_options::RoleOptions, rules};
use crate::{
    components::ButtonKind,
    pages::dialog::{Confirm, load_anew, on_success},
    posting::Posting,
    server_fns::team::{ChangeRoleCall, RemoveMemberCall, WithdrawInvitationCall},
    texts::{counted, text},
    words,
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
    let action = Posting::to::<ChangeRoleCall>();
    let roles = rules::other_roles(viewer, &member);
    // Whoever goes on without looking is asked to choose: no role is given, and none taken, by a stray click.
    let chosen = RwSignal::new(None);
    let MemberView { member: id, name, role, is_viewer, .. } = member;
    let name = words::isolated(&name);
    let person = name.clone();
    on_success(action, move || match is_viewer {
        // The frame around the page shows the old role, and its menu what that one may do.
        true => load_anew(TEAM),
        false => on_done.run(text!(
            role_dialog.done,
            name = person.clone(),
            role = chosen.get_untracked().map_or("…", words::who)
        )),
    });
    let (heading, lead) = if is_viewer {
        (
            text!(role_dialog.own_heading).to_owned(),
            text!(role_dialog.own_lead, role = words::who(role)),
        )
    } else {
        (
            text!(role_dialog.heading, name = name.clone()),
            text!(role_dialog.lead, name = name, role = words::who(role)),
        )
    };
    view! {
        <Confirm
            heading
            lead
            close=TEAM
            action
            fields=vec![("input[company]", company.to_string()), ("input[member]", id.to_string())]
            verb=text!(team.change_role)
        >
            <RoleOptions roles name="input[role]" chosen/>
        </Confirm>
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
    let action = Posting::removing::<RemoveMemberCall>();
    let MemberView { member: id, name, is_viewer, live_keys, seen_keys, .. } = member;
    let name = words::isolated(&name);
    let (person, maker) = (name.clone(), name.clone());
    on_success(action, move || match is_viewer {
        // The company is gone from the frame around the page, too.
        true => load_anew("/"),
        false => on_done.run(text!(remove_dialog.done, name = person.clone())),
    });
    let (heading, lead, rest, verb) = if is_viewer {
        (
            text!(remove_dialog.own_heading, company = words::isolated(&company_name)),
            keys_of_viewer(live_keys),
            text!(remove_dialog.own_rest),
            text!(remove_dialog.own_verb),
        )
    } else {
        (
            text!(remove_dialog.heading, name = name.clone()),
            keys_of(name, live_keys),
            text!(remove_dialog.rest),
            text!(remove_dialog.verb),
        )
    };
    view! {
        <Confirm
            heading
            lead
            close=TEAM
            action
            fields=vec![("input[company]", company.to_string()), ("input[member]", id.to_string())]
            verb
            kind=ButtonKind::Danger
        >
            <p class="soft">{rest}</p>
            {seen_keys.map(|seen| view! { <SeenKeysBox maker seen/> })}
        </Confirm>
    }
}

/// Offers to revoke the keys of others that the member may still have.
#[component]
fn SeenKeysBox(maker: String, seen: SeenKeys) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name="input[revoke_seen]" value="on" checked=true aria-describedby="seen-keys"/>
            {counted!(seen.count, remove_dialog.seen, name = maker)}
        </label>
        <p class="soft" id="seen-keys">{text!(remove_dialog.seen_why, people = people_of(&seen))}</p>
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
    let action = Posting::removing::<WithdrawInvitationCall>();
    let InvitationView { invitation: id, email, .. } = invitation;
    let person = email.clone();
    on_success(action, move || {
        on_done.run(text!(withdraw_dialog.done, email = person.clone()));
    });
    view! {
        <Confirm
            heading=text!(withdraw_dialog.heading, email = email)
            lead=text!(withdraw_dialog.lead)
            close=TEAM
            action
            fields=vec![("input[company]", company.to_string()), ("input[invitation]", id.to_string())]
            verb=text!(withdraw_dialog.verb)
            kind=ButtonKind::Danger
        />
    }
}

/// What becomes of the keys of a viewer who leaves; `None` when their number is not known.
fn keys_of_viewer(live: Option<u32>) -> String {
    match live {
        None => text!(remove_dialog.own_all).to_owned(),
        Some(0) => text!(remove_dialog.own_none).to_owned(),
        Some(1) => text!(remove_dialog.own_one).to_owned(),
        Some(live) => text!(remove_dialog.own_many, count = live),
    }
}

/// What becomes of the keys of somebody who is removed; `None` when their number is not known.
fn keys_of(name: String, live: Option<u32>) -> String {
    match live {
        None => text!(remove_dialog.all, name = name),
        Some(0) => text!(remove_dialog.none, name = name),
        Some(1) => text!(remove_dialog.one, name = name),
        Some(live) => text!(remove_dialog.many, count = live, name = name),
    }
}

/// Whose keys they are: the first people by name, the others as a number.
fn people_of(seen: &SeenKeys) -> String {
    let names: Vec<String> = seen.people.iter().map(|name| words::isolated(name)).collect();
    let people = names.join(", ");
    match seen.more_people {
        0 => people,
        more => counted!(more, remove_dialog.seen_more, people = people),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::member::SeenKeys;

    use super::{keys_of, keys_of_viewer, people_of};

    #[test]
    fn the_consequence_for_keys_is_told_in_number() {
        let of_ada = |live| keys_of("Ada".to_owned(), live);
        assert_eq!(of_ada(Some(2)), "Removing Ada revokes their 2 keys at once.");
        assert_eq!(of_ada(None), "Removing Ada revokes all their keys at once.");
        assert_eq!(keys_of_viewer(Some(1)), "Leaving revokes your key at once.");
    }

    #[test]
    fn a_few_people_of_seen_keys_are_named() {
        let mut seen = SeenKeys::default();
        for (person, told) in [
            ("Anna", "Anna"),
            ("Idris", "Anna, Idris"),
            ("Marie", "Anna, Idris, Marie"),
            ("Tomás", "Anna, Idris, Marie and 1 other person"),
            ("Zoe", "Anna, Idris, Marie and 2 other people"),
        ] {
            seen.add(person, 1);
            assert_eq!(people_of(&seen), told);
        }
    }
}
