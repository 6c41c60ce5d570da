//! The table of members and invitations.

use leptos::prelude::*;
use shared::{
    key_rules::Makers,
    member::{InvitationView, MemberView, TeamView},
    role::Role,
    time::TimeView,
};

use super::{open::Open, rules};
use crate::components::{Avatar, Glyph, MoreMenu, StateBadge, Time, Tone};

/// Everybody in the company, then everybody who is invited.
#[component]
pub(super) fn TeamTable(
    /// Members and invitations.
    team: TeamView,
    /// The viewer's role, which decides what buttons there are.
    viewer: Role,
) -> impl IntoView {
    let TeamView { members, invitations, owners, makers, longest_days: _ } = team;
    let members = members
        .into_iter()
        .map(|member| view! { <MemberRow member viewer owners makers/> })
        .collect_view();
    let invitations = invitations
        .into_iter()
        .map(|invitation| view! { <InvitationRow invitation viewer/> })
        .collect_view();
    view! {
        <table class="team">
            <caption class="visually-hidden">"Members and invitations"</caption>
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Odoo account"</th>
                    <th scope="col">"Keys"</th>
                    <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{members} {invitations}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn MemberRow(member: MemberView, viewer: Role, owners: u32, makers: Makers) -> impl IntoView {
    let generate = rules::may_generate(viewer, &member, makers).then(|| {
        view! {
            <a
                class="btn small"
                href=Open::Generate(member.member).href()
                data-noscroll=""
                aria-label=format!("Generate an API key for {}", member.name)
            >
                <Glyph icon=icondata::LuKeyRound/>
                "Generate an API key"
            </a>
        }
    });
    let menu = member_menu(&member, viewer, owners);
    let MemberView { name, email, role, is_viewer, odoo_linked, live_keys, .. } = member;
    let account = if odoo_linked {
        view! { <StateBadge tone=Tone::Good label="Linked"/> }
    } else {
        view! { <StateBadge tone=Tone::Warn label="No Odoo account yet"/> }
    };
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar name=name.clone()/>
                    <span>
                        <span class="name" dir="auto">{name}</span>
                        {is_viewer.then_some(" (you)")}
                        <div class="sub" dir="auto">{email}</div>
                    </span>
                </span>
            </td>
            <td data-l="Role">{role.label()}</td>
            <td data-l="Odoo account">{account}</td>
            // Nothing is not none: a member does not know how many keys others have.
            <td data-l="Keys">{live_keys.map(|count| count.to_string())}</td>
            <td class="end actions">{generate} {menu}</td>
        </tr>
    }
    .into_any()
}

/// The rarer actions; none for somebody whom the viewer may do nothing to.
fn member_menu(member: &MemberView, viewer: Role, owners: u32) -> Option<impl IntoView + use<>> {
    let MemberView { member: id, name, is_viewer, .. } = member;
    let change =
        (!rules::other_roles(viewer, member).is_empty()).then(|| Open::ChangeRole(*id).href());
    let remove = rules::may_remove(viewer, member).then(|| Open::Remove(*id).href());
    let reset = rules::may_reset(viewer, member).then(|| Open::Reset(*id).href());
    if change.is_none() && remove.is_none() {
        return None;
    }
    let label =
        if *is_viewer { "More for yourself".to_owned() } else { format!("More for {name}") };
    let go = if *is_viewer { "Leave the company" } else { "Remove from the company" };
    let body = if rules::is_last_owner(member, owners) {
        view! {
            <p class="why">
                "You are the only owner: make somebody else an owner before you leave or take another role."
            </p>
        }
        .into_any()
    } else {
        view! {
            {change.map(|href| view! { <a href=href data-noscroll="">"Change role"</a> })}
            {reset.map(|href| view! { <a href=href data-noscroll="">"Link for a new password"</a> })}
            {remove.map(|href| view! { <a class="danger" href=href data-noscroll="">{go}</a> })}
        }
        .into_any()
    };
    Some(view! { <MoreMenu id=format!("more-{id}") label>{body}</MoreMenu> })
}

#[component]
fn InvitationRow(invitation: InvitationView, viewer: Role) -> impl IntoView {
    let InvitationView { invitation: id, email, role, invited, expires, expired } = invitation;
    let actions = rules::invitable(viewer).contains(&role).then(|| {
        view! {
            <a
                class="btn small"
                href=Open::Renew(id).href()
                data-noscroll=""
                aria-label=format!("New link for {email}")
            >
                "New link"
            </a>
            <MoreMenu id=format!("more-{id}") label=format!("More for {email}")>
                <a class="danger" href=Open::Withdraw(id).href() data-noscroll="">
                    "Withdraw the invitation"
                </a>
            </MoreMenu>
        }
    });
    let state = if expired {
        view! { <StateBadge tone=Tone::Warn label="Expired"/> }
    } else {
        view! { <StateBadge tone=Tone::Gone label="Invited"/> }
    };
    let validity = validity(&expires, expired);
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar name=email.clone()/>
                    <span>
                        <span class="name" dir="auto">{email}</span>
                        <div class="sub">
                            "Invited " <Time time=invited/> ", "
                            <time datetime=expires.iso title=expires.title>{validity}</time>
                        </div>
                    </span>
                </span>
            </td>
            <td data-l="Role">{role.label()}</td>
            <td>{state}</td>
            <td></td>
            <td class="end actions">{actions}</td>
        </tr>
    }
    .into_any()
}

/// "valid 5 more days", "expired 2 days ago".
fn validity(expires: &TimeView, expired: bool) -> String {
    let text = &expires.text;
    if expired {
        return format!("expired {text}");
    }
    match text.strip_prefix("in ").and_then(|span| span.split_once(' ')) {
        Some((count, unit)) => format!("valid {count} more {unit}"),
        None => "valid for another moment".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use shared::time::{DAY, MINUTE, Timestamp, relative};

    use super::*;

    #[test]
    fn an_invitation_tells_how_long_it_is_valid() {
        let now = Timestamp::from_micros(0);
        let say = |offset| {
            let at = now.plus(offset);
            let text = relative(at, now);
            let expires = TimeView { at, iso: String::new(), text, title: String::new() };
            validity(&expires, offset <= 0)
        };
        assert_eq!(say(5 * DAY), "valid 5 more days");
        assert_eq!(say(MINUTE), "valid 1 more minute");
        assert_eq!(say(1), "valid for another moment");
        assert_eq!(say(-2 * DAY), "expired 2 days ago");
    }
}
