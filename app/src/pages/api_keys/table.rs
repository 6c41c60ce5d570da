//! The list of keys: a table, which a phone shows as cards.

use leptos::prelude::*;
use shared::{
    api_key::{ApiKeyState, ApiKeyView, ListApiKeys, RevokedView},
    key_format,
    time::TimeView,
};

use super::filters::{self, API_KEYS};
use crate::components::{Avatar, PermissionTags, StateBadge, Time, Tone};

/// The rows of `keys`.
#[component]
pub(super) fn KeyTable(
    /// What to show.
    keys: Vec<ApiKeyView>,
    /// The filters in force, which the links to the confirmation keep.
    filter: Memo<ListApiKeys>,
    /// Whether the column of persons says anything: not to somebody who sees their own keys only.
    people: People,
) -> impl IntoView {
    view! {
        <table class="keys">
            <caption class="visually-hidden">"API keys"</caption>
            <thead>
                <tr>
                    <th scope="col">"Key"</th>
                    <th scope="col">"Permissions"</th>
                    {(people == People::Shown).then(|| view! { <th scope="col">"Person"</th> })}
                    <th scope="col">"Last used"</th>
                    <th scope="col">"Created"</th>
                    <th scope="col">"State"</th>
                    <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>
                // By key, so that a row that is about to be clicked does not become another's.
                <For each=move || keys.clone() key=row_key let:key>
                    <KeyRow key filter people/>
                </For>
            </tbody>
        </table>
    }
    .into_any()
}

/// What a row shows that can change; a row with all of it the same stays as it is.
fn row_key(key: &ApiKeyView) -> impl Eq + std::hash::Hash + 'static + use<> {
    let distance = |time: &Option<TimeView>| time.as_ref().map(|time| time.distance);
    (
        key.id,
        key.state,
        key.effective,
        key.created.distance,
        distance(&key.expires),
        distance(&key.last_used),
        key.revoked.as_ref().map(|revoked| revoked.at.distance),
    )
}

/// Whether the list says whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    /// The viewer sees other people's keys too.
    Shown,
    /// Every key is the viewer's.
    Left,
}

#[component]
fn KeyRow(key: ApiKeyView, filter: Memo<ListApiKeys>, people: People) -> impl IntoView {
    let ApiKeyView {
        id,
        name,
        identifier,
        permissions,
        effective,
        person,
        is_own,
        made_by,
        state,
        created,
        expires,
        last_used,
        last_client,
        revoked,
        may_revoke,
    } = key;
    let lost = permissions.without(effective);
    let revoke = may_revoke.then(|| {
        let href = move || {
            filter.with(|filter| filters::query(filter).with("revoke", &id.to_string()).href(API_KEYS))
        };
        view! {
            <a class="btn small danger" href=href data-noscroll="" aria-label=format!("Revoke {name}")>
                "Revoke"
            </a>
        }
    });
    let owner = (people == People::Shown).then(|| {
        view! {
            <td>
                <span class="person">
                    <Avatar name=person.clone()/>
                    <span>
                        <span dir="auto">{person}</span>
                        {is_own.then(|| view! { <div class="sub">"you"</div> })}
                    </span>
                </span>
            </td>
        }
    });
    let used = match last_used {
        Some(at) => view! {
            <Time time=at/>
            {last_client.map(|client| view! { <div class="sub" dir="auto">{client}</div> })}
        }
        .into_any(),
        None => "Never".into_any(),
    };
    view! {
        <tr class:gone=!state.is_live()>
            <td>
                <div class="name" dir="auto">{name}</div>
                <code>{key_format::display(&identifier)}</code>
            </td>
            <td>
                <PermissionTags permissions/>
                {(!lost.is_empty()).then(|| view! {
                    <div class="sub">{format!("Policy withholds {lost}")}</div>
                })}
            </td>
            {owner}
            <td data-l="Last used">{used}</td>
            <td data-l="Created">
                <Time time=created/>
                {made_by.map(|by| view! { <div class="sub">"by " <span dir="auto">{by}</span></div> })}
            </td>
            <td>
                <StateBadge tone=tone(state) label=state.label()/>
                <div class="sub">{detail(state, expires, revoked)}</div>
            </td>
            <td class="end">{revoke}</td>
        </tr>
    }
    .into_any()
}

const fn tone(state: ApiKeyState) -> Tone {
    match state {
        ApiKeyState::Active => Tone::Good,
        ApiKeyState::Expiring => Tone::Warn,
        ApiKeyState::Expired | ApiKeyState::Revoked => Tone::Gone,
    }
}

/// What stands beneath a state: when the key ends or ended, and by whom.
fn detail(
    state: ApiKeyState,
    expires: Option<TimeView>,
    revoked: Option<RevokedView>,
) -> Option<AnyView> {
    match (state, expires, revoked) {
        (ApiKeyState::Revoked, _, Some(RevokedView { at, by })) => {
            Some(view! { "by " <span dir="auto">{by}</span> ", " <Time time=at/> }.into_any())
        }
        (ApiKeyState::Expiring | ApiKeyState::Expired, Some(end), _) => {
            Some(view! { <Time time=end/> }.into_any())
        }
        (ApiKeyState::Active, Some(end), _) => Some(view! { "ends " <Time time=end/> }.into_any()),
        _ => None,
    }
}
