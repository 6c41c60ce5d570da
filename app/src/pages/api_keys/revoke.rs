//! The confirmations before keys are revoked.

use leptos::prelude::*;
use shared::{api_key::ApiKeyView, id::CompanyId, key_format};

use crate::{
    components::ButtonKind,
    pages::dialog::{Confirm, on_success},
    posting::Posting,
    server_fns::api_keys::{RevokeApiKeyCall, RevokeApiKeysCall},
    texts::{rich, text},
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
    let action = Posting::to::<RevokeApiKeyCall>();
    let revoked = name.clone();
    on_success(action, move || {
        on_done.run(text!(revoke_key.done, name = words::isolated(&revoked)))
    });
    let whose = whose(is_own, person);
    let used = match last_used {
        Some(at) => text!(revoke_key.last, when = words::relative(at.distance())),
        None => text!(revoke_key.never).to_owned(),
    };
    view! {
        <Confirm
            heading=text!(revoke_key.heading, name = words::isolated(&name))
            lead=text!(revoke_key.lead)
            close
            action
            fields=vec![("input[company]", company.to_string()), ("input[key]", id.to_string())]
            verb=text!(api_keys.revoke)
            busy=text!(revoke_key.revoking)
            kind=ButtonKind::Danger
        >
            <p>
                {rich!(
                    revoke_key.about,
                    key = key_format::display(&identifier),
                    whose = whose,
                    used = used,
                    <code> = <code/>,
                    <bdi> = <bdi/>
                )}
            </p>
            <p class="soft">
                {text!(revoke_key.why)}
            </p>
        </Confirm>
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
    let action = Posting::to::<RevokeApiKeysCall>();
    let count = keys.len();
    on_success(action, move || on_done.run(text!(revoke_key.many_done, count = count)));
    let mut fields = vec![("input[company]", company.to_string())];
    fields.extend(keys.iter().map(|key| ("input[keys][]", key.id.to_string())));
    let rows = keys
        .into_iter()
        .map(|key| {
            let ApiKeyView { name, identifier, person, is_own, last_used, .. } = key;
            let whose = whose(is_own, person);
            let used = match last_used {
                Some(at) => text!(revoke_key.many_last, when = words::relative(at.distance())),
                None => text!(revoke_key.many_never).to_owned(),
            };
            view! {
                <li>
                    <b dir="auto">{name}</b>
                    <span class="soft">
                        {rich!(
                            revoke_key.many_about,
                            key = key_format::display(&identifier),
                            whose = whose,
                            used = used,
                            <code> = <code/>,
                            <bdi> = <bdi/>
                        )}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Confirm
            heading=text!(revoke_key.many_heading, count = count)
            lead=text!(revoke_key.lead)
            close
            action
            fields
            verb=text!(api_keys.revoke_count.many, count = count)
            busy=text!(revoke_key.revoking)
            kind=ButtonKind::Danger
        >
            <ul class="named">{rows}</ul>
            <p class="soft">{text!(revoke_key.many_why)}</p>
        </Confirm>
    }
}

/// Whose a key is, after its identifier.
fn whose(is_own: bool, person: String) -> String {
    if is_own {
        text!(revoke_key.yours).to_owned()
    } else {
        text!(revoke_key.of, person = words::isolated(&person))
    }
}
