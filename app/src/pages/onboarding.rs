//! The way to the first answered question: shown until there is one, where a newcomer lands and works.

use leptos::prelude::*;
use shared::{
    account::CurrentCompany,
    id::{CompanyId, MemberId},
    onboarding::{Fold, Step, StepView, StepsView},
};

use super::team::Open;
use crate::{
    components::{Glyph, lazily_hydrated, use_live_list, use_toaster},
    posting::{PostForm, Posting},
    server_fns::onboarding::{FoldStepsCall, steps},
    texts::{counted, rich, text},
    viewer::use_company,
};

/// How much room a page has for the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The page that a newcomer lands on explains what comes next.
    Whole,
    /// A page for one of the steps only says how far one is.
    Slim,
}

/// The viewer's own steps. Each ticks itself when it is done, wherever that was.
#[component]
pub(super) fn Checklist(
    /// How much room there is.
    extent: Extent,
) -> impl IntoView {
    let CurrentCompany { company, member, .. } = use_company();
    let live = use_live_list();
    let view = Resource::new(move || live.news(), move |_| steps(company));
    let folding = Posting::to::<FoldStepsCall>();
    // What was chosen here holds before the server has kept it, and where it cannot.
    let chosen = Memo::new(move |before: Option<&Option<Fold>>| {
        let now = folding.sending("input[fold]").and_then(|fold| Fold::of(&fold));
        now.or_else(|| before.copied().flatten())
    });
    let toaster = use_toaster();
    // Whoever watches the list sees it go, and is told why.
    Effect::new(move |before: Option<bool>| {
        let was_shown = before.unwrap_or_default();
        match view.get() {
            Some(Ok(StepsView { steps, .. })) => {
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
            {move || Suspend::new(live.show(view, move |read| {
                // A page without the list is better than none.
                let view = read.unwrap_or_default();
                let has_steps = !view.steps.is_empty();
                let steps = move || view! { <Steps view company member extent chosen folding/> }.into_any();
                has_steps.then(|| lazily_hydrated(steps)).into_any()
            }))}
        </Transition>
    }
    .into_any()
}

#[component]
fn Steps(
    view: StepsView,
    company: CompanyId,
    member: MemberId,
    extent: Extent,
    chosen: Memo<Option<Fold>>,
    folding: Posting,
) -> impl IntoView {
    let StepsView { steps, fold } = view;
    let fold = Signal::derive(move || chosen.get().unwrap_or(fold));
    let is_slim = extent == Extent::Slim;
    let is_folded = move || fold.get() == Fold::Folded;
    let done = steps.iter().filter(|one| one.done).count();
    let count = steps.len();
    let next = steps.iter().position(|one| !one.done);
    let progress = move || match (extent, fold.get()) {
        (Extent::Whole, Fold::Open) => counted!(done as u64, onboarding.progress, total = count),
        (Extent::Slim, _) | (_, Fold::Folded) => {
            text!(onboarding.count, done = done, count = count)
        }
    };
    // What is folded away still says what comes next.
    let onward = next.map(|at| steps[at].step).map(|step| {
        move || {
            is_folded().then(|| {
                let href = place(step, member);
                view! {
                    <p class="onward">
                        {rich!(
                            onboarding.next,
                            step = texts(step).0,
                            <a> = <a class="link" href=href.clone()/>
                        )}
                    </p>
                }
            })
        }
    });
    let rows = steps
        .into_iter()
        .enumerate()
        .map(|(at, StepView { step, done })| {
            let (title, explained) = texts(step);
            let is_next = next == Some(at);
            let state = if done { text!(onboarding.done) } else { text!(onboarding.to_do) };
            let icon = if done { icondata::LuCircleCheck } else { icondata::LuCircle };
            let is_explained = is_next && extent == Extent::Whole;
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
                        {is_explained.then(|| view! { <small>{explained}</small> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section
            class="card checklist"
            class:slim=is_slim
            class:folded=is_folded
            aria-labelledby="checklist"
        >
            <div class="card-head">
                <h2 id="checklist">{text!(onboarding.heading)}</h2>
                <p>{progress}</p>
                {onward}
                <FoldButton company fold folding/>
            </div>
            <ol hidden=is_folded>{rows}</ol>
        </section>
    }
    .into_any()
}

/// Folds the list up or opens it: at once, and for the next time.
#[component]
fn FoldButton(company: CompanyId, fold: Signal<Fold>, folding: Posting) -> impl IntoView {
    let label = move || match fold.get() {
        Fold::Open => text!(onboarding.hide),
        Fold::Folded => text!(onboarding.show),
    };
    view! {
        <PostForm action=folding attr:class="fold">
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <input type="hidden" name="input[fold]" value=move || fold.get().other().as_str()/>
            <button
                class="btn small quiet"
                aria-label=label
                title=label
            >
                {move || {
                    let icon = match fold.get() {
                        Fold::Open => icondata::LuChevronUp,
                        Fold::Folded => icondata::LuChevronDown,
                    };
                    view! { <Glyph icon/> }
                }}
            </button>
        </PostForm>
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
