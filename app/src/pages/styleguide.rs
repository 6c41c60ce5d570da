//! Every component in all its states, on one page of development builds: what is changed in `style/` or in
//! `components` is looked at here. A release has neither the page nor its address.
//!
//! It is for those who work on the pages, so its own words are English alone. Classes that begin with `is-`
//! hold a state that otherwise needs a pointer or a finger; the site of a development build knows them.

mod content;
mod controls;
mod frame;
mod samples;

use leptos::prelude::*;
use leptos_router::{SsrMode, components::Route, path};

use self::{
    content::{Charts, Clients, Histories, Lists, States, Texts},
    controls::{Buttons, Chips, Choices, Dialogs, Fields, Menus, TabsAndCode},
    frame::Around,
};
use crate::components::{PageHead, Toasts};

/// The page's route, in development builds.
#[component(transparent)]
pub fn StyleguideRoute() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/styleguide") view=StyleguidePage ssr=SsrMode::Async/> }.into_inner()
}

/// All components.
#[component]
fn StyleguidePage() -> impl IntoView {
    view! {
        <main class="main" id="main">
            <PageHead
                title="Style guide"
                lead="Every component in all its states. Look at it in both colours, at 360 and at 1440 pixels."
            >
                <a class="btn" href="/team">"A plain action"</a>
                <a class="btn primary" href="/team">"The main action"</a>
            </PageHead>
            <Buttons/>
            <Fields/>
            <Choices/>
            <Chips/>
            <Menus/>
            <TabsAndCode/>
            <Dialogs/>
            <States/>
            <Clients/>
            <Texts/>
            <Lists/>
            <Histories/>
            <Charts/>
            <Around/>
        </main>
        <Toasts/>
    }
}

/// One component with its name.
#[component]
fn Sample(
    /// The heading.
    name: &'static str,
    /// In what states it stands here.
    states: &'static str,
    /// The samples.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" aria-label=name>
            <div class="card-head"><h2>{name}</h2><p>{states}</p></div>
            <div class="in-card form">{children()}</div>
        </section>
    }
    .into_any()
}
