//! A form that leads to another document.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{HtmlFormElement, RequestCache, RequestInit},
};

use crate::texts::text;

/// What answers without looking anything up.
const ALIVE: &str = "/health";

/// A form that the browser sends by itself, so that the whole page is loaded anew and nothing of it stays in memory; it
/// works without the program too. With it, the form is sent only when somebody answers: where nobody does, a line says
/// so, and the page stays instead of making way for the browser's own.
#[component]
pub fn LeavingForm(
    /// Where it is sent.
    action: &'static str,
    /// How it looks.
    #[prop(optional)]
    class: &'static str,
    /// What it is for, where its buttons alone do not say it.
    #[prop(optional)]
    label: &'static str,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    let unreachable = RwSignal::new(false);
    let answers = StoredValue::new(false);
    let submit = move |event: SubmitEvent| {
        if answers.get_value() {
            answers.set_value(false);
            return;
        }
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        let pressed = event.submitter();
        event.prevent_default();
        spawn_local(async move {
            let is_reachable = is_reachable().await;
            // The page may be gone by now.
            if unreachable.try_set(!is_reachable).is_some() || !is_reachable {
                return;
            }
            answers.set_value(true);
            if form.request_submit_with_submitter(pressed.as_ref()).is_err() {
                answers.set_value(false);
            }
        });
    };
    view! {
        <form
            method="post"
            action=action
            class=class
            aria-label=(!label.is_empty()).then_some(label)
            on:submit=submit
        >
            {children()}
            {move || unreachable.get().then(|| view! {
                <p class="unreachable" role="alert">{text!(common.unreachable)}</p>
            })}
        </form>
    }
    .into_any()
}

async fn is_reachable() -> bool {
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    window().fetch_with_str_and_init(ALIVE, &init).await.is_ok()
}
