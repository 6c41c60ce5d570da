//! The Team page: who is in the company, who is invited, and the dialogs that change it.

mod calendar;
mod confirm;
mod generate;
mod invite;
pub(super) mod link;
mod members;
mod onboarding;
mod open;
mod reset;
mod role_options;
mod rules;
pub(super) mod shown_once;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    api_key::GeneratedKey,
    handover::HandoverLink,
    member::{InvitationLink, ResetLink, TeamView},
};

pub use self::open::Open;
use self::{
    confirm::{ChangeRoleDialog, RemoveDialog, WithdrawDialog},
    generate::GenerateDialog,
    invite::{InviteDialog, LinkDialog, RenewDialog},
    members::TeamTable,
    onboarding::Checklist,
    open::TEAM,
    reset::{ResetDialog, ResetLinkDialog},
    shown_once::ShownOnceDialog,
};
use crate::{
    components::{Glyph, LoadError, PageHead, Skeleton, use_toaster},
    pages::{api_keys::HandoverLinkDialog, query::use_query},
    server_fns::team::team,
    texts::text,
    viewer::use_company,
};

/// Everybody in the company that the pages show now.
#[component]
pub fn TeamPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let view = Resource::new(|| (), move |()| team(company));
    let query = use_query();
    let open = Memo::new(move |_| query.with(Open::parse));
    let toaster = use_toaster();
    // A key and links live in these until they are copied, and nowhere else.
    let key = RwSignal::new(None::<GeneratedKey>);
    let link = RwSignal::new(None::<InvitationLink>);
    let reset = RwSignal::new(None::<ResetLink>);
    let handed = RwSignal::new(None::<HandoverLink>);

    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(TEAM, options);
    });
    let changed = Callback::new(move |()| {
        close.run(());
        view.refetch();
    });
    let done = Callback::new(move |sentence: String| {
        changed.run(());
        toaster.say(sentence);
    });
    let invited = Callback::new(move |made: InvitationLink| {
        link.set(Some(made));
        changed.run(());
    });
    let reset_made = Callback::new(move |made: ResetLink| {
        reset.set(Some(made));
        close.run(());
    });
    let role = here.role;
    let company_name = StoredValue::new(here.name.clone());
    let dialog = move |team: &TeamView, open: Open| {
        let member = |id| team.members.iter().find(|member| member.member == id).cloned();
        let invitation = |id| team.invitations.iter().find(|one| one.invitation == id).cloned();
        let owners = team.owners;
        // Somebody who is gone, or whom the viewer may not touch, opens nothing: the address may be old.
        Some(match open {
            Open::Invite if rules::may_invite(role) => {
                view! { <InviteDialog company viewer=role on_link=invited/> }.into_any()
            }
            Open::Generate(id) => {
                let member =
                    member(id).filter(|member| rules::may_generate(role, member, team.makers))?;
                let longest_days = team.longest_days;
                view! {
                    <GenerateDialog
                        company
                        member
                        longest_days
                        generated=key
                        handed
                        on_generated=changed
                    />
                }
                .into_any()
            }
            Open::ChangeRole(id) => {
                let member = member(id).filter(|member| {
                    !rules::is_last_owner(member, owners)
                        && !rules::other_roles(role, member).is_empty()
                })?;
                view! { <ChangeRoleDialog company member viewer=role on_done=done/> }.into_any()
            }
            Open::Remove(id) => {
                let member = member(id).filter(|member| {
                    !rules::is_last_owner(member, owners) && rules::may_remove(role, member)
                })?;
                let company_name = company_name.get_value();
                view! { <RemoveDialog company company_name member on_done=done/> }.into_any()
            }
            Open::Reset(id) => {
                let member = member(id).filter(|member| rules::may_reset(role, member))?;
                view! { <ResetDialog company member on_link=reset_made/> }.into_any()
            }
            Open::Renew(id) => {
                let invitation = invitation(id)?;
                view! { <RenewDialog company invitation on_link=invited/> }.into_any()
            }
            Open::Withdraw(id) => {
                let invitation = invitation(id)?;
                view! { <WithdrawDialog company invitation on_done=done/> }.into_any()
            }
            Open::Invite => return None,
        })
    };
    let body = move || {
        Suspend::new(async move {
            match view.await {
                Ok(team) => {
                    let dialog = {
                        let team = team.clone();
                        move || open.get().and_then(|open| dialog(&team, open))
                    };
                    view! {
                        <section class="card" aria-label=text!(team.list)>
                            <TeamTable team viewer=role/>
                        </section>
                        {dialog}
                    }
                    .into_any()
                }
                Err(error) => view! { <LoadError error=error.0/> }.into_any(),
            }
        })
    };

    view! {
        <PageHead title=text!(team.title) lead=text!(team.lead, company = here.name)>
            {rules::may_invite(role).then(|| view! {
                <a class="btn primary" href=Open::Invite.href() data-noscroll="">
                    <Glyph icon=icondata::LuPlus/>
                    {text!(team.invite)}
                </a>
            })}
        </PageHead>
        <Checklist company member=here.member/>
        <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition>
        {move || key.get().map(|shown| view! {
            <ShownOnceDialog key=shown on_copied=Callback::new(move |()| key.set(None))/>
        })}
        {move || handed.get().map(|shown| view! {
            <HandoverLinkDialog link=shown on_copied=Callback::new(move |()| handed.set(None))/>
        })}
        {move || link.get().map(|shown| view! {
            <LinkDialog link=shown on_copied=Callback::new(move |()| link.set(None))/>
        })}
        {move || reset.get().map(|shown| view! {
            <ResetLinkDialog link=shown on_copied=Callback::new(move |()| reset.set(None))/>
        })}
    }
}
