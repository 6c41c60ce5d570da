//! The list of keys: a table, which a phone shows as cards.

use leptos::prelude::*;
use shared::{
    api_key::{ApiKeyState, ApiKeyView, ListApiKeys, RevokedView, RotatedView},
    id::CompanyId,
    key_care::Warning,
    key_format,
    time::TimeView,
};

use super::{
    filters::{self, API_KEYS},
    open::Open,
    ticked::{Tick, TickAll},
};
use crate::{
    components::{Avatar, PermissionTags, StateBadge, Time, Tone},
    server_fns::api_keys::AcceptApiKeyCall,
    texts::{rich, text},
    words,
};

/// The rows of `keys`.
#[component]
pub(super) fn KeyTable(
    /// What to show.
    keys: Vec<ApiKeyView>,
    /// The company.
    company: CompanyId,
    /// What accepts a key that waits for the viewer.
    accept: ServerAction<AcceptApiKeyCall>,
    /// The filters in force, which the links to the confirmation keep.
    filter: Memo<ListApiKeys>,
    /// Whether the column of persons says anything: not to somebody who sees their own keys only.
    people: People,
) -> impl IntoView {
    view! {
        <table class="keys">
            <caption class="visually-hidden">{text!(api_keys.title)}</caption>
            <thead>
                <tr>
                    <th scope="col"><span class="visually-hidden">{text!(api_keys.tick)}</span><TickAll/></th>
                    <th scope="col">{text!(api_keys.key)}</th>
                    <th scope="col">{text!(api_keys.permissions)}</th>
                    {(people == People::Shown).then(|| view! { <th scope="col">{text!(api_keys.person)}</th> })}
                    <th scope="col">{text!(api_keys.last_used)}</th>
                    <th scope="col">{text!(api_keys.created)}</th>
                    <th scope="col">{text!(api_keys.state)}</th>
                    <th scope="col"><span class="visually-hidden">{text!(team.actions)}</span></th>
                </tr>
            </thead>
            <tbody>
                // By key, so that a row that is about to be clicked does not become another's.
                <For each=move || keys.clone() key=row_key let:key>
                    <KeyRow key company accept filter people/>
                </For>
            </tbody>
        </table>
    }
    .into_any()
}

/// What a row shows that can change; a row with all of it the same stays as it is.
fn row_key(key: &ApiKeyView) -> impl Eq + std::hash::Hash + 'static + use<> {
    // How far away a time is tells itself anew.
    let point = |time: &Option<TimeView>| time.as_ref().map(|time| time.at);
    (
        key.id,
        (key.name.clone(), key.permissions, key.effective),
        (key.state, key.warnings.clone(), key.rotated.is_some()),
        (key.may_revoke, key.may_rotate),
        point(&key.expires),
        (point(&key.last_used), key.last_client.clone()),
        key.revoked.as_ref().map(|revoked| revoked.at.at),
        key.waits,
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
fn KeyRow(
    key: ApiKeyView,
    company: CompanyId,
    accept: ServerAction<AcceptApiKeyCall>,
    filter: Memo<ListApiKeys>,
    people: People,
) -> impl IntoView {
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
        waits,
        rotated,
        warnings,
        may_revoke,
        may_edit: _,
        may_rotate,
    } = key;
    let lost = permissions.without(effective);
    let accept_label = text!(api_keys.accept_one, name = name.clone());
    let link = move |open: Open| {
        move || filter.with(|filter| open.within(filters::query(filter)).href(API_KEYS))
    };
    let rotate = may_rotate.then(|| {
        view! {
            <a
                class="btn small quiet"
                href=link(Open::Rotate(id))
                data-noscroll=""
                aria-label=text!(api_keys.rotate_one, name = name.clone())
            >
                {text!(api_keys.rotate)}
            </a>
        }
    });
    let revoke = may_revoke.then(|| {
        view! {
            <a
                class="btn small danger"
                href=link(Open::Revoke(vec![id]))
                data-noscroll=""
                aria-label=text!(api_keys.revoke_one, name = name.clone())
            >
                {text!(api_keys.revoke)}
            </a>
        }
    });
    let accept = (waits && is_own).then(|| {
        view! {
            <ActionForm action=accept attr:class="inline">
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[key]" value=id.to_string()/>
                <button class="btn small" aria-label=accept_label>{text!(api_keys.accept)}</button>
            </ActionForm>
        }
    });
    let tick = may_revoke.then(|| view! { <Tick id name=name.clone()/> });
    let badges = warnings
        .into_iter()
        // The state says this by itself.
        .filter(|warning| *warning != Warning::Expiring)
        .map(|warning| {
            let (label, advice) = words::warning(warning);
            view! { <span class="badge" title=advice>{label}</span> }
        })
        .collect_view();
    let replaced = Replaced::of(rotated.as_ref());
    let owner = (people == People::Shown).then(|| {
        view! {
            <td>
                <span class="person">
                    <Avatar name=person.clone()/>
                    <span>
                        <span dir="auto">{person}</span>
                        {is_own.then(|| view! { <div class="sub">{text!(api_keys.you)}</div> })}
                    </span>
                </span>
            </td>
        }
    });
    let used = match last_used {
        Some(at) => view! {
            <Time time=at/>
            {last_client.map(|client| view! { <div class="sub" dir="auto">{words::client(&client)}</div> })}
        }
        .into_any(),
        None => text!(api_keys.never).into_any(),
    };
    view! {
        <tr class:gone=!state.is_live()>
            <td class="tick">{tick}</td>
            <td>
                <a class="name" dir="auto" href=format!("{API_KEYS}/{id}")>{name}</a>
                <code>{key_format::display(&identifier)}</code>
            </td>
            <td>
                <PermissionTags permissions/>
                {(!lost.is_empty()).then(|| view! {
                    <div class="sub">{text!(api_keys.withheld, names = lost)}</div>
                })}
            </td>
            {owner}
            <td data-l=text!(api_keys.last_used)>{used}</td>
            <td data-l=text!(api_keys.created)>
                <Time time=created/>
                {made_by.map(|by| view! { <div class="sub">{rich!(api_keys.by, person = words::by(&by), <bdi> = <bdi/>)}</div> })}
            </td>
            <td>
                {if waits {
                    view! { <StateBadge tone=Tone::Warn label=text!(api_keys.waits)/> }
                } else {
                    view! { <StateBadge tone=tone(state, replaced) label=label(state, replaced)/> }
                }}
                <div class="sub">{detail(state, expires, revoked)}</div>
                {(waits && !is_own).then(|| view! { <div class="sub">{text!(api_keys.waits_for_person)}</div> })}
                {badges}
            </td>
            <td class="end actions">{accept}{rotate}{revoke}</td>
        </tr>
    }
    .into_any()
}

/// The word for a key's state on screen; `replaced` for one that only works until its grace is over.
pub(super) fn label(state: ApiKeyState, replaced: Replaced) -> &'static str {
    match (state, replaced) {
        (ApiKeyState::Active | ApiKeyState::Expiring, Replaced::Yes) => {
            text!(api_keys.states.retiring)
        }
        _ => words::key_state(state),
    }
}

/// Whether a key has a successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    Yes,
    No,
}

impl Replaced {
    /// Whether `key` has one.
    pub(super) const fn of(rotated: Option<&RotatedView>) -> Self {
        if rotated.is_some() { Self::Yes } else { Self::No }
    }
}

pub(super) const fn tone(state: ApiKeyState, replaced: Replaced) -> Tone {
    match state {
        ApiKeyState::Active if matches!(replaced, Replaced::Yes) => Tone::Warn,
        ApiKeyState::Active => Tone::Good,
        ApiKeyState::Expiring => Tone::Warn,
        ApiKeyState::Expired | ApiKeyState::Revoked => Tone::Gone,
    }
}

/// What stands beneath a state: when the key ends or ended, and by whom.
pub(super) fn detail(
    state: ApiKeyState,
    expires: Option<TimeView>,
    revoked: Option<RevokedView>,
) -> Option<AnyView> {
    match (state, expires, revoked) {
        (ApiKeyState::Revoked, _, Some(RevokedView { at, by })) => {
            let by = rich!(
                api_keys.by_when,
                person = words::by(&by),
                <bdi> = <bdi/>,
                <time/> = move || view! { <Time time=at.clone()/> }
            );
            Some(by.into_any())
        }
        (ApiKeyState::Expiring | ApiKeyState::Expired, Some(end), _) => {
            Some(view! { <Time time=end/> }.into_any())
        }
        (ApiKeyState::Active, Some(end), _) => {
            let ends = rich!(api_keys.ends, <time/> = move || view! { <Time time=end.clone()/> });
            Some(ends.into_any())
        }
        _ => None,
    }
}
