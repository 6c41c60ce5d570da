//! What the dialogs of several pages share.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{Error, id::RequestId};

use crate::{
    components::{
        ButtonKind, CloseLink, Closing, Dialog, ErrorNote, Note, SubmitButton, Tone, use_stay,
    },
    forms,
    posting::{PostForm, Posting},
    texts::{rich, text},
};

/// Says, where no script runs or the program did not come, why a dialog's button stays disabled.
#[component]
pub fn NeedsScript(
    /// The sentence.
    what: &'static str,
) -> impl IntoView {
    view! {
        <noscript><Note tone=Tone::Warn>{what}</Note></noscript>
        <div class="stuck" role="alert">
            <Note tone=Tone::Warn>
                {text!(common.stuck)} " " <a class="link" href="">{text!(common.reload)}</a>
            </Note>
        </div>
    }
}

/// Asks before something is done, which a plain form does.
#[component]
pub fn Confirm(
    /// What it asks.
    #[prop(into)]
    heading: String,
    /// What follows.
    #[prop(into)]
    lead: String,
    /// The page without the dialog.
    #[prop(into)]
    close: String,
    /// Does it.
    action: Posting,
    /// What it is done to: the form's hidden fields.
    fields: Vec<(&'static str, String)>,
    /// The button's verb.
    #[prop(into)]
    verb: String,
    /// What the button says while an answer is on its way.
    #[prop(optional)]
    busy: Option<&'static str>,
    /// How the button looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// What else there is to know, or to choose.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let busy = busy.unwrap_or(text!(common.one_moment));
    view! {
        <Dialog heading lead closing=Closing::To(close.clone()) busy=action.pending()>
            <PostForm action>
                {fields}
                <div class="body">
                    <Failure action/>
                    {children.map(|children| children())}
                </div>
                <footer>
                    <CloseLink to=close>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=action.pending() busy kind>{verb}</SubmitButton>
                </footer>
            </PostForm>
        </Dialog>
    }
}

/// Why the last attempt failed, if it did.
#[component]
pub fn Failure(
    /// What was attempted.
    action: Posting,
) -> impl IntoView {
    let error = forms::error_of(action);
    move || error.get().map(|error| view! { <ErrorNote error/> })
}

/// Why no key was made or could be shown, if it is about no field.
#[component]
pub fn NotShown(
    /// The error of the last attempt.
    error: Memo<Option<Error>>,
) -> impl IntoView {
    move || match error.get()? {
        Error::Invalid(_) => None,
        Error::AlreadyGenerated => Some(
            view! {
                <div role="alert">
                    <Note tone=Tone::Bad>
                        {rich!(generate.lost, <a> = <a class="link" href="/api-keys"/>)}
                    </Note>
                </div>
            }
            .into_any(),
        ),
        other => Some(view! { <ErrorNote error=other/> }.into_any()),
    }
}

/// Whether something is being made, which is so while it is `pending`. It is shown once, and by this page alone: the page is not
/// left meanwhile.
pub fn use_making(pending: Memo<bool>) -> Signal<bool> {
    let busy: Signal<bool> = pending.into();
    let _ = use_stay(move || busy.get_untracked());
    busy
}

/// 128 random bits. `crypto.randomUUID` would do the same, but exists on https only.
pub fn draw_request_id() -> Option<RequestId> {
    let mut bytes = [0_u8; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}_{hex}", RequestId::PREFIX).parse().ok()
}

/// Runs `then` once `action` has succeeded.
pub fn on_success(action: Posting, then: impl Fn() + 'static) {
    Effect::new(move |_| {
        if action.value().with(|answer| matches!(answer, Some(Ok(())))) {
            then();
        }
    });
}

/// Leaves a dialog for the address of its page without it, in the place of the one with it, and does not scroll.
pub fn use_leave() -> impl Fn(&str) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |page| {
        navigate(page, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    }
}

/// Loads the page at `path` from the server, the frame around it too.
pub fn load_anew(path: &str) {
    // It fails for an address that is none.
    let _ = window().location().set_href(path);
}
