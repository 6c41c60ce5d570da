//! The table of members and invitations.

use leptos::prelude::*;
use shared::{
    id::{InvitationId, MemberId},
    key_rules::Makers,
    member::{InvitationView, MemberView, TeamView},
    role::Role,
    time::Distance,
};

use super::{open::Open, rules};
use crate::{
    components::{
        Avatar, Glyph, Head, InPlace, MoreMenu, StateBadge, Table, Time, Tone, lazily_hydrated,
        use_elapsed,
    },
    texts::{rich, text},
    words,
};

/// Everybody in the company, then everybody who is invited.
#[component]
pub(super) fn TeamTable(
    /// Members and invitations; what changes in one changes in its row.
    team: RwSignal<TeamView>,
    /// The viewer's role, which decides what buttons there are.
    viewer: Role,
) -> impl IntoView {
    let rows: Signal<Vec<Row>> = Memo::new(move |_| team.with(rows_of)).into();
    let draw = move |row: Row| {
        lazily_hydrated(move || match row {
            Row::Member { member, owners, makers } => {
                view! { <MemberRow member viewer owners makers/> }.into_any()
            }
            Row::Invitation(invitation) => view! { <InvitationRow invitation viewer/> }.into_any(),
        })
    };
    let heads = vec![
        Head::Named(text!(common.person)),
        Head::Named(text!(team.role)),
        Head::Named(text!(team.odoo_account)),
        Head::Named(text!(team.keys)),
        Head::Unseen(text!(team.actions)),
    ];
    view! {
        <Table class="team" caption=text!(team.list) heads>
            <InPlace items=rows key=Row::key draw/>
        </Table>
    }
    .into_any()
}

/// All that a row says: it is drawn anew when any of it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    Member { member: MemberView, owners: u32, makers: Makers },
    Invitation(InvitationView),
}

/// Whose a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum RowKey {
    Member(MemberId),
    Invitation(InvitationId),
}

impl Row {
    const fn key(&self) -> RowKey {
        match self {
            Self::Member { member, .. } => RowKey::Member(member.member),
            Self::Invitation(invitation) => RowKey::Invitation(invitation.invitation),
        }
    }
}

fn rows_of(team: &TeamView) -> Vec<Row> {
    let TeamView { members, invitations, owners, makers, longest_days: _ } = team;
    let member = |member| Row::Member { member, owners: *owners, makers: *makers };
    let members = members.iter().cloned().map(member);
    members.chain(invitations.iter().cloned().map(Row::Invitation)).collect()
}

#[component]
fn MemberRow(member: MemberView, viewer: Role, owners: u32, makers: Makers) -> impl IntoView {
    let generate = rules::may_generate(viewer, &member, makers).then(|| {
        view! {
            <a
                class="btn small"
                href=Open::Generate(member.member).href()
                data-noscroll=""
                aria-label=text!(team.generate_for, name = words::isolated(&member.name))
            >
                <Glyph icon=icondata::LuKeyRound/>
                {text!(team.generate)}
            </a>
        }
    });
    let menu = member_menu(&member, viewer, owners);
    let MemberView { name, email, role, is_viewer, odoo_linked, live_keys, .. } = member;
    let account = if odoo_linked {
        view! { <StateBadge tone=Tone::Good label=text!(team.linked)/> }
    } else {
        view! { <StateBadge tone=Tone::Warn label=text!(team.not_linked)/> }
    };
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar name=name.clone()/>
                    <span>
                        <span class="name" dir="auto">{name}</span>
                        {is_viewer.then(|| view! { " " {text!(team.you)} })}
                        <div class="sub" dir="auto">{breaking(&email)}</div>
                    </span>
                </span>
            </td>
            <td data-l=text!(team.role)>{words::role(role)}</td>
            <td data-l=text!(team.odoo_account)>{account}</td>
            // Nothing is not none: a member does not know how many keys others have.
            <td data-l=text!(team.keys)>{live_keys.map(|count| count.to_string())}</td>
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
    let (label, go) = if *is_viewer {
        (text!(team.more_for_you).to_owned(), text!(team.leave))
    } else {
        (text!(team.more_for, name = name.clone()), text!(team.remove))
    };
    let body = if rules::is_last_owner(member, owners) {
        view! {
            <p class="why">{text!(team.only_owner)}</p>
        }
        .into_any()
    } else {
        view! {
            {change.map(|href| view! { <a href=href data-noscroll=""><Glyph icon=icondata::LuShieldCheck/>{text!(team.change_role)}</a> })}
            {reset.map(|href| view! { <a href=href data-noscroll=""><Glyph icon=icondata::LuLink/>{text!(team.reset_link)}</a> })}
            {remove.map(|href| view! { <a class="danger" href=href data-noscroll=""><Glyph icon=icondata::LuLogOut/>{go}</a> })}
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
                aria-label=text!(team.new_link_for, email = email.clone())
            >
                {text!(team.new_link)}
            </a>
            <MoreMenu id=format!("more-{id}") label=text!(team.more_for, name = email.clone())>
                <a class="danger" href=Open::Withdraw(id).href() data-noscroll="">
                    <Glyph icon=icondata::LuBan/>
                    {text!(team.withdraw)}
                </a>
            </MoreMenu>
        }
    });
    let state = if expired {
        view! { <StateBadge tone=Tone::Warn label=text!(team.expired)/> }
    } else {
        view! { <StateBadge tone=Tone::Gone label=text!(team.invited)/> }
    };
    let until = {
        let (full, elapsed) = (words::date_time(&expires), use_elapsed());
        move || {
            let (expires, elapsed) = (expires.clone(), elapsed.clone());
            let iso = expires.iso.clone();
            view! {
                <time datetime=iso title=full.clone()>
                    {move || validity(expires.distance_after(elapsed()), expired)}
                </time>
            }
        }
    };
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar name=email.clone()/>
                    <span>
                        <span class="name" dir="auto">{breaking(&email)}</span>
                        <div class="sub">
                            {rich!(
                                team.invited_when,
                                <time/> = move || view! { <Time time=invited.clone()/> },
                                <validity/> = until
                            )}
                        </div>
                    </span>
                </span>
            </td>
            <td data-l=text!(team.role)>{words::role(role)}</td>
            <td>{state}</td>
            <td></td>
            <td class="end actions">{actions}</td>
        </tr>
    }
    .into_any()
}

/// An e-mail that, where it has no room in one line, breaks behind its at sign rather than within a word.
fn breaking(email: &str) -> AnyView {
    match email.rsplit_once('@') {
        Some((mailbox, host)) => {
            view! { {format!("{mailbox}@")} <wbr/> {host.to_owned()} }.into_any()
        }
        None => email.to_owned().into_any(),
    }
}

/// "valid for another 5 days", "expired 2 days ago". Its maker may have lost the right to invite before its time is over.
fn validity(expires: Distance, expired: bool) -> String {
    match expires {
        Distance::Ahead(_) if expired => text!(team.revoked_link).to_owned(),
        _ if expired => text!(team.expired_when, when = words::relative(expires)),
        Distance::Ahead(span) => text!(team.valid, span = words::span(span)),
        Distance::Now | Distance::Past(_) => text!(team.valid_moment).to_owned(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::time::{DAY, MINUTE, Timestamp};

    use super::*;

    #[test]
    fn an_invitation_tells_how_long_it_is_valid() {
        let now = Timestamp::from_micros(0);
        let say = |offset| validity(Distance::between(now.plus(offset), now), offset <= 0);
        assert_eq!(say(5 * DAY), "valid for another 5 days");
        assert_eq!(say(MINUTE), "valid for another 1 minute");
        assert_eq!(say(1), "valid for another moment");
        assert_eq!(say(-2 * DAY), "expired 2 days ago");
        let of_nobody = validity(Distance::between(now.plus(5 * DAY), now), true);
        assert_eq!(of_nobody, "its link no longer works");
    }
}
