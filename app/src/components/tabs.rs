//! Several views of one thing, one at a time.

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// Tabs as the ARIA practices have them: one stop for the Tab key, arrows between them.
///
/// All panels are in the page, so that nothing is fetched or lost by looking elsewhere.
#[component]
pub fn Tabs(
    /// Unique in the page.
    id: &'static str,
    /// What the tabs choose between: "Client".
    #[prop(into)]
    label: String,
    /// The name of each tab and its panel.
    panels: Vec<(&'static str, AnyView)>,
) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    let list = NodeRef::<html::Div>::new();
    let count = panels.len();
    let on_key = move |event: KeyboardEvent| {
        let now = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % count,
            "ArrowLeft" => (now + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        focus_child(list, next);
    };
    let (tabs, views): (Vec<_>, Vec<_>) = panels
        .into_iter()
        .enumerate()
        .map(|(at, (name, view))| {
            let is_chosen = move || chosen.get() == at;
            let tab = view! {
                <button
                    type="button"
                    role="tab"
                    id=format!("{id}-tab-{at}")
                    aria-controls=format!("{id}-panel-{at}")
                    aria-selected=move || if is_chosen() { "true" } else { "false" }
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    on:click=move |_| chosen.set(at)
                >
                    {name}
                </button>
            };
            let panel = view! {
                <div
                    role="tabpanel"
                    id=format!("{id}-panel-{at}")
                    aria-labelledby=format!("{id}-tab-{at}")
                    hidden=move || !is_chosen()
                >
                    {view}
                </div>
            };
            (tab, panel)
        })
        .unzip();
    view! {
        <div class="tabs">
            <div role="tablist" aria-label=label node_ref=list on:keydown=on_key>{tabs}</div>
            {views}
        </div>
    }
    .into_any()
}

fn focus_child(list: NodeRef<html::Div>, at: usize) {
    let tab = list.get_untracked().and_then(|list| list.children().item(u32::try_from(at).ok()?));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}
