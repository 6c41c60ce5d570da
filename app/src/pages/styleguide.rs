//! Every component in all its states, on one page of development builds: what is changed in `style/` or in
//! `components` is looked at here. A release has neither the page nor its address.
//!
//! It is for those who work on the pages, so its own words are English alone. Classes that begin with `is-`
//! hold a state that otherwise needs a pointer or a finger; the site of a development build knows them.
//! Where no class can be given to it, as it lies within a component, `hold` gives it one.

mod content;
mod controls;
mod frame;
mod samples;

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::{SsrMode, components::Route, path};

use self::{
    content::{Charts, Clients, Histories, Lists, States, Texts},
    controls::{Buttons, Cards, Chips, Dialogs, Fields, Menus, TabsAndCode},
    frame::Around,
};
use crate::components::{PageHead, Toasts};

const STYLEGUIDE: &str = "/styleguide";

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
            <Cards/>
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

/// Some components with their names.
#[component]
fn Sample(
    /// The heading: components by their own names, with a comma between two. `styleguide.spec.ts` looks for each.
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

/// `view`, with the class of a state on what `on` selects in it.
fn hold(state: &'static str, on: &'static str, view: AnyView) -> AnyView {
    once_there(on, move |one| _ = one.class_list().add_1(state), view)
}

/// `view`, in which what `on` selects is pressed: for a state that a component keeps to itself.
fn press(on: &'static str, view: AnyView) -> AnyView {
    once_there(on, HtmlElement::click, view)
}

/// Does something to what `on` selects in `view`, once the wasm has it.
fn once_there(
    on: &'static str,
    act: impl FnOnce(&HtmlElement) + 'static,
    view: AnyView,
) -> AnyView {
    let around = NodeRef::<html::Div>::new();
    around.on_load(move |around| {
        let found = around.query_selector(on).ok().flatten();
        match found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            Some(one) => act(&one),
            // The sample would not show what it says: a test fails at what is on the console.
            None => leptos::logging::error!("nothing in the sample is {on}"),
        }
    });
    view! { <div node_ref=around>{view}</div> }.into_any()
}
