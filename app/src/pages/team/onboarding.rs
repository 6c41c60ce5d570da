//! The way to the first answered question: shown until there is one.

use leptos::prelude::*;
use shared::{
    id::{CompanyId, MemberId},
    onboarding::{Step, StepView},
};

use super::Open;
use crate::{
    components::{Glyph, use_news, use_toaster},
    server_fns::onboarding::steps,
    texts::text,
};

/// The viewer's own steps. Each ticks itself when it is done, wherever that was.
#[component]
pub(super) fn Checklist(
    /// The company.
    company: CompanyId,
    /// The viewer's membership.
    member: MemberId,
) -> impl IntoView {
    let news = use_news();
    let view = Resource::new(move || news.get(), move |_| steps(company));
    let toaster = use_toaster();
    // Whoever watches the list sees it go, and is told why.
    Effect::new(move |before: Option<bool>| {
        let was_shown = before.unwrap_or_default();
        match view.get() {
            Some(Ok(steps)) => {
                if was_shown && steps.is_empty() {
                    toaster.say(text!(onboarding.finished));
                }
                !steps.is_empty()
            }
            _ => was_shown,
        }
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // A page without the list is better than none.
                let steps = view.await.unwrap_or_default();
                (!steps.is_empty()).then(|| view! { <Steps steps member/> })
            })}
        </Transition>
    }
}

#[component]
fn Steps(steps: Vec<StepView>, member: MemberId) -> impl IntoView {
    let done = steps.iter().filter(|one| one.done).count();
    let count = steps.len();
    let next = steps.iter().position(|one| !one.done);
    let rows = steps
        .into_iter()
        .enumerate()
        .map(|(at, StepView { step, done })| {
            let (title, explained) = texts(step);
            let is_next = next == Some(at);
            let state = if done { text!(onboarding.done) } else { text!(onboarding.to_do) };
            let icon = if done { icondata::LuCircleCheck } else { icondata::LuCircle };
            view! {
                <li class:done=done aria-current=is_next.then_some("step")>
                    <Glyph icon/>
                    <div>
                        <p>
                            <span class="visually-hidden">{state} ": "</span>
                            {if done {
                                view! { <span>{title}</span> }.into_any()
                            } else {
                                view! { <a class="link" href=place(step, member)>{title}</a> }.into_any()
                            }}
                        </p>
                        {is_next.then(|| view! { <small>{explained}</small> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card checklist" aria-labelledby="checklist">
            <div class="card-head">
                <h2 id="checklist">{text!(onboarding.heading)}</h2>
                <p>{text!(onboarding.progress, done = done, count = count)}</p>
            </div>
            <ol>{rows}</ol>
        </section>
    }
    .into_any()
}

fn texts(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Connect => (text!(onboarding.connect), text!(onboarding.connect_why)),
        Step::Link => (text!(onboarding.link), text!(onboarding.link_why)),
        Step::Generate => (text!(onboarding.key), text!(onboarding.key_why)),
        Step::Client => (text!(onboarding.client), text!(onboarding.client_why)),
        Step::Ask => (text!(onboarding.ask), text!(onboarding.ask_why)),
    }
}

fn place(step: Step, member: MemberId) -> String {
    match step {
        Step::Connect | Step::Link => "/odoo".to_owned(),
        Step::Generate => Open::Generate(member).href(),
        Step::Client | Step::Ask => "/connect".to_owned(),
    }
}
