//! A form that leads to another document.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{AbortSignal, HtmlFormElement, RequestCache, RequestInit},
};

use crate::texts::text;

/// What answers without looking anything up.
const ALIVE: &str = "/health";
/// How long an answer is waited for, in milliseconds: a network that swallows what it is given says nothing at all.
const PATIENCE: u32 = 5_000;

/// A form that the browser sends by itself, so that the whole page is loaded anew and nothing of it stays in memory; it
/// works without the program too. With it, the form is sent only when somebody answers: where nobody does, a line says
/// so, and the page stays instead of making way for the browser's own.
#[component]
pub fn LeavingForm(
    /// Where it is sent.
    action: &'static str,
    /// How it looks.
    #[prop(optional)]
    class: Option<&'static str>,
    /// What it is for, where its buttons alone do not say it.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    let unreachable = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let answers = StoredValue::new(false);
    let submit = move |event: SubmitEvent| {
        if answers.get_value() {
            answers.set_value(false);
            return;
        }
        // The first press counts, until the page is gone or nobody answers.
        if asking.get_untracked() {
            event.prevent_default();
            return;
        }
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        let pressed = event.submitter();
        event.prevent_default();
        asking.set(true);
        // A line that stands already stays meanwhile: without it what is pressed twice would be something else.
        spawn_local(async move {
            let is_reachable = is_reachable().await;
            // The form may have been drawn anew by now: what was pressed is done all the same.
            if !is_reachable {
                let _ = asking.try_set(false);
                // Told anew: a line that stays as it is is not read aloud again.
                let _ = unreachable.try_set(false);
                request_animation_frame(move || _ = unreachable.try_set(true));
                return;
            }
            let _ = answers.try_set_value(true);
            if form.request_submit_with_submitter(pressed.as_ref()).is_err() {
                let _ = form.submit();
            }
            let _ = answers.try_set_value(false);
        });
    };
    view! {
        <form
            method="post"
            action=action
            class=class
            aria-label=label
            aria-busy=move || asking.get().then_some("true")
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
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    window().fetch_with_str_and_init(ALIVE, &init).await.is_ok()
}
