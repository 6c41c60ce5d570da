//! What every page begins with: its title, its heading, and the mark that it is alive.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{
    Brand, Breadcrumb, Languages, find,
    lazy_hydration::{lazily_hydrated, once_hydrated},
    places::arrive,
};

/// Title, heading, a sentence, and the page's main actions.
#[component]
pub fn PageHead(
    /// The heading; the title in the browser's tab is made of it.
    #[prop(into)]
    title: String,
    /// A sentence beneath it.
    #[prop(into)]
    lead: String,
    /// What stands in the place of the title once it is known: the name of the one thing that the page is about. The
    /// page sets the browser's tab by itself then.
    #[prop(optional, into)]
    named: Option<ViewFn>,
    /// The page that it stands beneath: name and path.
    #[prop(optional)]
    above: Option<(&'static str, &'static str)>,
    /// Buttons beside it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = use_page_mark();
    let tab = title.clone();
    let shown = named.unwrap_or_else(|| ViewFn::from(move || title.clone()));
    let crumbs = above.map(|above| view! { <Breadcrumb above=vec![above] here=shown.clone()/> });
    let actions = children.map(|children| {
        lazily_hydrated(move || view! { <div class="act">{children()}</div> }.into_any())
    });
    view! {
        <TabTitle heading=tab/>
        {crumbs}
        <div class="head">
            <div>
                <h1 tabindex="-1" node_ref=heading dir="auto">{shown.run()}</h1>
                <p>{lead}</p>
            </div>
            {actions}
        </div>
    }
    .into_any()
}

/// What the browser's tab says of a page with this heading. Every title is set by this: leptos_meta writes into the page
/// as it is what it is given, and a heading may be a name that somebody typed.
#[component]
pub fn TabTitle(
    /// The page's heading.
    #[prop(into)]
    heading: String,
) -> impl IntoView {
    let text = format!("{heading} · Aidoo");
    #[cfg(feature = "ssr")]
    let text = html_escape::encode_text(&text).into_owned();
    view! { <Title text=text/> }
}

/// A page outside the frame, for somebody who is not signed in or has nowhere to go: one card.
#[component]
pub fn GatePage(
    /// The heading; the title in the browser's tab is made of it.
    #[prop(into)]
    title: String,
    /// The card's content.
    children: Children,
) -> impl IntoView {
    let heading = use_page_mark();
    view! {
        <TabTitle heading=title.clone()/>
        <main class="gate" id="main">
            <Brand/>
            <div class="card">
                <h1 tabindex="-1" node_ref=heading dir="auto">{title}</h1>
                {children()}
            </div>
            <Languages/>
        </main>
    }
    .into_any()
}

/// How many pages this document has shown, the first included. One lives in the app's context.
#[derive(Debug, Clone, Copy)]
pub struct Visits(StoredValue<u32>);

impl Visits {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(0))
    }
}

impl Default for Visits {
    fn default() -> Self {
        Self::new()
    }
}

/// Once the page is alive, names its path in `<html data-hydrated>` (the tests wait for it) and, when
/// somebody came from another page, moves the focus to its heading, as a page load would.
pub fn use_page_mark() -> NodeRef<html::H1> {
    let heading = NodeRef::<html::H1>::new();
    let visits = expect_context::<Visits>();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        visits.0.update_value(|count| *count += 1);
        if visits.0.get_value() > 1 {
            arrive(&heading);
        }
        mark(path.get_untracked());
    });
    heading
}

/// For a page that shows one of many things: going from one to another is an arrival too, though the page
/// stays the same component. `shown` is none where the address names nothing.
pub fn use_arrivals<T: Clone + PartialEq + Send + Sync + 'static>(shown: Memo<Option<T>>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<Option<T>>| {
        let now = shown.get();
        if before.flatten().is_some_and(|before| now.as_ref().is_some_and(|now| *now != before)) {
            if let Some(heading) = find("h1") {
                arrive(&heading);
            }
            mark(path.get_untracked());
        }
        now
    });
}

/// Names the path of the page once all of it is alive, for the tests.
fn mark(path: String) {
    once_hydrated(move || {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("data-hydrated", &path);
        }
    });
}

/// Whether the wasm has taken over all of the page: what needs it is disabled until then.
pub fn use_ready() -> Signal<bool> {
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        once_hydrated(move || {
            // The page may be gone by now.
            let _ = ready.try_set(true);
        });
    });
    ready.into()
}
