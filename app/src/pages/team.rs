//! The Team page: who is in the company, who is invited, and the dialogs that change it.

mod calendar;
mod confirm;
mod dialogs;
mod generate;
mod invite;
pub(super) mod link;
mod members;
mod open;
mod reset;
mod role_options;
mod rules;
pub(super) mod shown_once;

use leptos::prelude::*;

use self::{dialogs::Surroundings, members::TeamTable, open::TEAM};
pub use self::{
    dialogs::{Asked, dialog},
    open::Open,
};
pub(super) use self::{invite::LinkDialog, reset::ResetLinkDialog};
use crate::{
    components::{Glyph, LoadError, PageHead, Skeleton, use_live_list, use_toaster},
    pages::{
        dialog::use_leave,
        made::{Made, Shown},
        onboarding::{Checklist, Extent},
        query::use_query,
    },
    parts,
    server_fns::team::team,
    texts::text,
    viewer::use_company,
    words,
};

/// Whether the page opens a dialog for this query.
#[cfg(feature = "split")]
pub(crate) fn opens(query: &crate::pages::query::Query) -> bool {
    Open::parse(query).is_some()
}

/// Whether that dialog makes what is shown once.
#[cfg(feature = "split")]
pub(crate) fn makes(query: &crate::pages::query::Query) -> bool {
    Open::parse(query).is_some_and(Open::makes)
}

/// Everybody in the company that the pages show now.
#[component]
pub fn TeamPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let query = use_query();
    let open = Memo::new(move |_| query.with(Open::parse));
    let live = use_live_list();
    let view = Resource::new(move || live.news(), move |_| team(company));
    // A key or a link lives here until it is copied, and nowhere else.
    let made = RwSignal::new(None::<Made>);
    let toaster = use_toaster();
    let leave = use_leave();
    let changed = {
        let leave = leave.clone();
        Callback::new(move |()| {
            leave(TEAM);
            view.refetch();
        })
    };
    // Who came from another page to make a key goes back there, once they have it.
    let back = StoredValue::new(None::<&'static str>);
    let on_copied = Callback::new(move |()| {
        made.set(None);
        if let Some(back) = back.get_value() {
            leave(back);
        }
    });
    let role = here.role;
    parts::when_approached(parts::load_all_of_team);
    let around = Surroundings {
        company,
        company_name: StoredValue::new(here.name.clone()),
        viewer: role,
        close: Signal::derive(move || query.with(open::back).unwrap_or(TEAM)),
        on_made: Callback::new(move |new| {
            back.set_value(query.with_untracked(open::back));
            made.set(Some(new));
            changed.run(());
        }),
        on_done: Callback::new(move |sentence: String| {
            changed.run(());
            toaster.say(sentence);
        }),
    };
    let body = move || {
        Suspend::new(live.show_in_place(view, move |read| match read {
            Ok(team) => {
                // It is about the team as it was when it was opened. And it may be asked for while an error is about to stand here.
                let dialog = move || {
                    let (open, team) = (open.get()?, team.try_get_untracked()?);
                    Some(parts::team_dialog(Asked { around, team, open }))
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
        }))
    };

    view! {
        <PageHead title=text!(team.title) lead=text!(team.lead, company = words::isolated(&here.name))>
            {rules::may_invite(role).then(|| view! {
                <a class="btn primary" href=Open::Invite.href() data-noscroll="">
                    <Glyph icon=icondata::LuPlus/>
                    {text!(team.invite)}
                </a>
            })}
        </PageHead>
        <Checklist extent=Extent::Whole/>
        <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition>
        {move || Shown::from(made).map(|shown| parts::made(Shown { on_copied, ..shown }))}
    }
}
