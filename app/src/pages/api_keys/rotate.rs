//! The dialog that replaces a key. It waits for hydration: what a plain form post returns nobody sees.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    Field as F,
    api_key::{ApiKeyView, GeneratedKey},
    id::{CompanyId, RequestId},
    key_change::{Grace, RotateApiKey},
    key_format,
    permission::{Permission, PermissionSet},
    time::{DAY, TimeView},
};

use crate::{
    components::{CloseLink, Closing, Dialog, FieldProblem, Note, SubmitButton, Tone, use_ready},
    error::AppError,
    forms,
    pages::dialog::{NeedsScript, NotShown, draw_request_id},
    server_fns::api_keys::rotate_api_key,
    words,
};

/// Says what the new key will be, asks how long the old one goes on working, and makes it.
#[component]
pub(super) fn RotateDialog(
    /// The company.
    company: CompanyId,
    /// Which key.
    key: ApiKeyView,
    /// The page without the dialog.
    close: String,
    /// Where the new key goes; the dialog that shows it once takes it from there.
    generated: RwSignal<Option<GeneratedKey>>,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let ApiKeyView { id, name, identifier, permissions, effective, created, expires, .. } = key;
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let grace = RwSignal::new(Grace::default());
    // One for each opening: whatever is sent twice, a double click or a retry, makes one key.
    let request = StoredValue::new(None::<RequestId>);

    let rotated = name.clone();
    // The action's own value would keep the key until the next call: it goes to `generated` alone.
    let rotate = Action::new(move |input: &RotateApiKey| {
        let (input, rotated) = (input.clone(), rotated.clone());
        async move {
            let key = rotate_api_key(input).await?;
            generated.set(Some(key));
            on_done.run(format!("“{rotated}” is rotated."));
            Ok::<(), AppError>(())
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if rotate.pending().get_untracked() {
            return;
        }
        let drawn = request.get_value().or_else(draw_request_id);
        request.set_value(drawn);
        let Some(request) = drawn else { return };
        rotate.dispatch(RotateApiKey { company, key: id, request, grace: grace.get_untracked() });
    };
    let error = forms::error_of(rotate);
    let busy: Signal<bool> = rotate.pending().into();
    let withheld = permissions.without(effective);
    let life = life(&created, expires.as_ref());
    let chips = Grace::ALL
        .map(|one| {
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="grace"
                        prop:checked=move || grace.get() == one
                        checked=grace.get_untracked() == one
                        disabled=move || !ready.get()
                        on:change=move |_| grace.set(one)
                    />
                    {one.label()}
                </label>
            }
        })
        .collect_view();

    view! {
        <Dialog
            heading=format!("Rotate “{name}”?")
            lead="A new key with the same name takes its place. Put the new one into the client before the old one ends."
            closing=Closing::To(close.clone())
            busy
        >
            <form on:submit=submit novalidate>
                <div class="body">
                    <NeedsScript what="Rotating a key needs JavaScript: the new key is shown once, and without it nobody would see it."/>
                    <NotShown error/>
                    <p>{format!("The new key may {}. {life}", list(effective))}</p>
                    {(!withheld.is_empty()).then(|| view! {
                        <Note tone=Tone::Warn>
                            {format!("The company’s policy withholds {}: the new key will not have that.", list(withheld))}
                        </Note>
                    })}
                    <FieldProblem id="permissions" problem=forms::problem(error, F::Permissions)/>
                    <fieldset class="field" aria-describedby="grace-help">
                        <legend>
                            <code>{key_format::display(&identifier)}</code> " goes on working for"
                        </legend>
                        <div class="presets">{chips}</div>
                        <small id="grace-help">{move || help(grace.get(), expires.as_ref())}</small>
                    </fieldset>
                </div>
                <footer>
                    <CloseLink to=close>"Cancel"</CloseLink>
                    <SubmitButton pending=busy disabled=unready busy="Rotating…">"Rotate key"</SubmitButton>
                </footer>
            </form>
        </Dialog>
    }
}

/// "query, read", or "nothing".
fn list(permissions: PermissionSet) -> String {
    let names: Vec<&str> = permissions.iter().map(Permission::as_str).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// How long the new key will live.
fn life(created: &TimeView, expires: Option<&TimeView>) -> String {
    match expires {
        None => "It has no end, as this one.".to_owned(),
        Some(end) => match (end.at.since(created.at) + DAY / 2) / DAY {
            0 | 1 => "It lives for a day, as this one was made to.".to_owned(),
            days => format!("It lives for {days} days, as this one was made to."),
        },
    }
}

fn help(grace: Grace, expires: Option<&TimeView>) -> String {
    match (grace, expires) {
        (Grace::None, _) => {
            "The old key is revoked at once: use this when somebody else may have it.".to_owned()
        }
        (_, None) => {
            "Both keys work until then. Revoke the old one earlier at any time.".to_owned()
        }
        (_, Some(end)) => format!(
            "Both keys work until then, but the old one not beyond its own end, {}.",
            words::relative(end.distance)
        ),
    }
}
