//! The confirmations before keys are revoked.

use leptos::prelude::*;
use shared::{api_key::ApiKeyView, id::CompanyId, key_format};

use crate::{
    components::{ButtonKind, CloseLink, Closing, Dialog, SubmitButton},
    pages::dialog::{Failure, on_success},
    server_fns::api_keys::{RevokeApiKeyCall, RevokeApiKeysCall},
    words,
};

/// Names the key and says what revoking means; a plain form does it.
#[component]
pub(super) fn RevokeDialog(
    /// The company.
    company: CompanyId,
    /// Which key.
    key: ApiKeyView,
    /// The list with the same filters and no dialog.
    close: String,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let ApiKeyView { id, name, identifier, person, is_own, last_used, .. } = key;
    let action = ServerAction::<RevokeApiKeyCall>::new();
    let revoked = name.clone();
    on_success(action, move || on_done.run(format!("“{revoked}” is revoked.")));
    let whose = if is_own { "yours".to_owned() } else { format!("of {person}") };
    let used = last_used.map_or("It was never used.".to_owned(), |at| {
        format!("It was last used {}.", words::relative(at.distance))
    });
    view! {
        <Dialog
            heading=format!("Revoke “{name}”?")
            lead="Revocation is immediate and final. A revoked key cannot be reactivated."
            closing=Closing::To(close.clone())
            busy=action.pending()
        >
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[key]" value=id.to_string()/>
                <div class="body">
                    <Failure action/>
                    <p>
                        <code>{key_format::display(&identifier)}</code> ", " <bdi>{whose}</bdi> ". "
                        {used}
                    </p>
                    <p class="soft">
                        "Clients that use it are refused from their next call on. Remember to update their configuration if you replace it."
                    </p>
                </div>
                <footer>
                    <CloseLink to=close>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending() busy="Revoking…" kind=ButtonKind::Danger>
                        "Revoke"
                    </SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// Names several keys and says what revoking means; a plain form does it, for all of them or none.
#[component]
pub(super) fn RevokeManyDialog(
    /// The company.
    company: CompanyId,
    /// Which keys.
    keys: Vec<ApiKeyView>,
    /// The list with the same filters and no dialog.
    close: String,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let action = ServerAction::<RevokeApiKeysCall>::new();
    let count = keys.len();
    on_success(action, move || on_done.run(format!("{count} keys are revoked.")));
    let ids = keys
        .iter()
        .map(|key| view! { <input type="hidden" name="input[keys][]" value=key.id.to_string()/> })
        .collect_view();
    let rows = keys
        .into_iter()
        .map(|key| {
            let ApiKeyView { name, identifier, person, is_own, last_used, .. } = key;
            let whose = if is_own { "yours".to_owned() } else { format!("of {person}") };
            let used = last_used
                .map_or("never used".to_owned(), |at| format!("last used {}", words::relative(at.distance)));
            view! {
                <li>
                    <b dir="auto">{name}</b>
                    <span class="soft">
                        <code>{key_format::display(&identifier)}</code> ", " <bdi>{whose}</bdi> ", " {used}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Dialog
            heading=format!("Revoke these {count} keys?")
            lead="Revocation is immediate and final. A revoked key cannot be reactivated."
            closing=Closing::To(close.clone())
            busy=action.pending()
        >
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                {ids}
                <div class="body">
                    <Failure action/>
                    <ul class="named">{rows}</ul>
                    <p class="soft">"Clients that use them are refused from their next call on."</p>
                </div>
                <footer>
                    <CloseLink to=close>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending() busy="Revoking…" kind=ButtonKind::Danger>
                        {format!("Revoke {count} keys")}
                    </SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}
