//! What a person sets for themselves, and an owner for the company.

mod company;
mod devices;
mod password;
mod profile;

use leptos::{ev, prelude::*};
use shared::settings::SettingsView;

use self::{company::CompanyCard, devices::Devices, password::PasswordForm, profile::Profile};
use crate::{
    components::{LoadError, Note, PageHead, Skeleton, Tone, once_hydrated},
    forms,
    pages::{dialog::use_leave, query::use_query},
    posting::Posting,
    server_fns::settings::{EndOtherSessionsCall, EndSessionCall, settings},
    texts::text,
    viewer::use_company,
};

/// Profile, password, devices, company.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let here = use_company();
    let (company, role) = (here.company, here.role);
    let end = Posting::removing::<EndSessionCall>();
    let end_others = Posting::to::<EndOtherSessionsCall>();
    let (ended, ended_others) = (forms::successes(end), forms::successes(end_others));
    let view = Resource::new(move || (ended.get(), ended_others.get()), move |_| settings(company));
    let done = use_done();
    view! {
        <PageHead title=text!(settings.title) lead=text!(settings.lead)/>
        <div role="status">
            {move || done.get().map(|text| view! { <Note tone=Tone::Good>{text}</Note> })}
        </div>
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => {
                        let SettingsView { name, email, time_zone, time_zones, devices, company: own } = view;
                        view! {
                            <Profile name email=email.clone() time_zone time_zones/>
                            <PasswordForm email/>
                            <Devices devices end end_others/>
                            <CompanyCard company role view=own/>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What was done before the page was loaded, until another form is sent. The address says it once: a page that is loaded anew has
/// done nothing.
fn use_done() -> RwSignal<Option<&'static str>> {
    let query = use_query();
    let told = query.with_untracked(|query| query.get("done").and_then(done_text));
    let done = RwSignal::new(told);
    let leave = use_leave();
    Effect::new(move |_| {
        if done.get_untracked().is_none() {
            return;
        }
        let leave = leave.clone();
        once_hydrated(move || {
            // The page may be gone by now.
            if done.try_get_untracked().is_some() {
                leave("/settings");
            }
        });
        let sent = window_event_listener(ev::submit, move |_| done.set(None));
        on_cleanup(move || sent.remove());
    });
    done
}

/// What was done before the page was loaded. The address says it, which anybody can write: the sentences
/// are these and no other.
fn done_text(what: &str) -> Option<&'static str> {
    match what {
        "profile" => Some(text!(settings.done_profile)),
        "password" => Some(text!(settings.done_password)),
        "company" => Some(text!(settings.done_company)),
        "kept" => Some(text!(settings.done_kept)),
        _ => None,
    }
}
