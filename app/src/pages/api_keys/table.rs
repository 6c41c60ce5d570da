//! The list of keys: a table, which a phone shows as cards.

use leptos::prelude::*;
use shared::{
    api_key::{
        ApiKeyPage, ApiKeyState, ApiKeyView, KeyColumn, ListApiKeys, RevokedView, RotatedView,
    },
    id::{ApiKeyId, CompanyId},
    key_care::Warning,
    key_format,
    permission::PermissionSet,
    time::TimeView,
};

use super::{
    filters::{self, API_KEYS},
    open::Open,
    ticked::{Tick, TickAll},
};
use crate::{
    components::{
        Avatar, Direction, Glyph, Head, MoreMenu, PermissionTags, StateBadge, Table, Time, Tone,
        lazily_hydrated,
    },
    posting::{PostForm, Posting},
    texts::{rich, text},
    viewer::use_refusing,
    words,
};

/// The rows of what is shown.
#[component]
pub(super) fn KeyTable(
    /// The page of keys; what changes in it changes in its row.
    shown: RwSignal<ApiKeyPage>,
    /// The company.
    company: CompanyId,
    /// What accepts a key that waits for the viewer.
    accept: Posting,
    /// The filters in force, which the links to the confirmation keep.
    filter: Memo<ListApiKeys>,
    /// Whether the column of persons says anything: not to somebody who sees their own keys only.
    people: People,
) -> impl IntoView {
    let now = filter.get_untracked();
    let sorting = |label: &'static str, column: KeyColumn| {
        let direction =
            if now.sort.is_ascending() { Direction::Ascending } else { Direction::Descending };
        // Another order begins at its first page.
        let sorted = ListApiKeys { sort: now.sort.by(column), cursor: None, ..now.clone() };
        Head::Sorting {
            label,
            href: filters::query(&sorted).href(API_KEYS),
            now: (now.sort.column() == column).then_some(direction),
        }
    };
    let mut heads = vec![
        Head::Holding(text!(api_keys.tick), view! { <TickAll/> }.into_any()),
        sorting(text!(api_keys.key), KeyColumn::Name),
        Head::Named(text!(api_keys.permissions)),
    ];
    if people == People::Shown {
        heads.push(Head::Named(text!(api_keys.person)));
    }
    heads.extend([
        sorting(text!(api_keys.last_used), KeyColumn::LastUsed),
        sorting(text!(api_keys.created), KeyColumn::Created),
        sorting(text!(api_keys.state_and_end), KeyColumn::End),
        Head::Unseen(text!(team.actions)),
    ]);
    view! {
        <Table class="keys" caption=text!(api_keys.title) heads>
            // By key, so that a row that is about to be clicked does not become another's.
            <For each=move || shown.with(|page| page.keys.clone()) key=|key| key.id let:key>
                {lazily_hydrated(move || view! { <KeyRow key shown company accept filter people/> }.into_any())}
            </For>
        </Table>
    }
    .into_any()
}

/// What a row shows that can change; a row with all of it the same stays as it is.
fn told(key: &ApiKeyView) -> impl Eq + use<> {
    // How far away a time is tells itself anew.
    let point = |time: &Option<TimeView>| time.as_ref().map(|time| time.at);
    (
        key.id,
        (key.name.clone(), key.permissions, key.effective),
        (key.state, key.warnings.clone(), key.rotated.is_some()),
        (key.may_revoke, key.may_rotate, key.may_edit),
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

/// What can be done with a key: its cell is drawn anew when that changes, and not with each use, as the focus may be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Doable {
    name: String,
    revoke: bool,
    rotate: bool,
    edit: bool,
    accept: bool,
}

#[component]
fn KeyRow(
    key: ApiKeyView,
    shown: RwSignal<ApiKeyPage>,
    company: CompanyId,
    accept: Posting,
    filter: Memo<ListApiKeys>,
    people: People,
) -> impl IntoView {
    let id = key.id;
    let owner = (people == People::Shown).then(|| owner(&key));
    let key = Memo::new_with_compare(
        move |before: Option<&ApiKeyView>| {
            let now = shown.with(|page| page.keys.iter().find(|one| one.id == id).cloned());
            // A row that is about to go shows what it showed.
            now.or_else(|| before.cloned()).unwrap_or_else(|| key.clone())
        },
        |before, now| before.map(told) != now.map(told),
    );
    let name = Memo::new(move |_| key.with(|key| key.name.clone()));
    let refusing = use_refusing();
    let doable = Memo::new(move |_| {
        key.with(|key| Doable {
            name: key.name.clone(),
            revoke: key.may_revoke,
            rotate: key.may_rotate,
            edit: key.may_edit,
            accept: key.waits && key.is_own,
        })
    });
    let tick =
        move || doable.with(|can| can.revoke.then(|| view! { <Tick id name=can.name.clone()/> }));
    let shown_key = move || {
        let identifier = key.with_untracked(|key| key_format::display(&key.identifier));
        view! {
            <a class="name" dir="auto" href=format!("{API_KEYS}/{id}")>{name.get()}</a>
            <code>{identifier}</code>
        }
    };
    let permissions = move || {
        let (permissions, lost) = key.with(|key| (key.permissions, withheld(key)));
        view! {
            <PermissionTags permissions/>
            {(!lost.is_empty()).then(|| view! {
                <div class="sub">{text!(api_keys.withheld, names = words::permissions(lost))}</div>
            })}
        }
    };
    let used = move || {
        let (used, client) = key.with(|key| (key.last_used.clone(), key.last_client.clone()));
        match used {
            Some(time) => view! {
                <Time time/>
                {client.map(|client| view! { <div class="sub" dir="auto">{words::client(&client)}</div> })}
            }
            .into_any(),
            None => text!(api_keys.never).into_any(),
        }
    };
    let created = move || {
        let (time, by) = key.with(|key| (key.created.clone(), key.made_by.clone()));
        view! {
            <Time time/>
            {by.map(|by| view! { <div class="sub">{rich!(api_keys.by, person = words::by(&by), <bdi> = <bdi/>)}</div> })}
        }
    };
    view! {
        <tr class:gone=move || key.with(|key| !key.state.is_live())>
            <td class="tick">{tick}</td>
            <td>{shown_key}</td>
            <td>{permissions}</td>
            {owner}
            <td data-l=text!(api_keys.last_used)>{used}</td>
            <td data-l=text!(api_keys.created)>{created}</td>
            <td>{move || key.with(|key| standing(key, refusing))}</td>
            <td class="end actions">{move || actions(id, doable.get(), company, accept, filter)}</td>
        </tr>
    }
    .into_any()
}

/// What the company withholds of a key that works; one that has ended is held back from everything.
pub(super) fn withheld(key: &ApiKeyView) -> PermissionSet {
    let kept = if key.state.is_live() { key.effective } else { key.permissions };
    key.permissions.without(kept)
}

/// Whose a key is, which never changes.
fn owner(key: &ApiKeyView) -> impl IntoView + use<> {
    let (person, is_own) = (key.person.clone(), key.is_own);
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
}

/// A key's state, and what its owner should look at; `refusing` says whether the company has all its keys refused.
fn standing(key: &ApiKeyView, refusing: Signal<bool>) -> AnyView {
    let ApiKeyView { id, is_own, state, expires, revoked, waits, rotated, warnings, .. } = key;
    let badges = warnings
        .iter()
        // The state says this by itself.
        .filter(|warning| **warning != Warning::Expiring)
        .map(|warning| {
            let (label, advice) = words::warning(*warning);
            // The key's own page says what to do, for those who point at nothing.
            view! { <a class="badge" href=format!("{API_KEYS}/{id}") title=advice>{label}</a> }
        })
        .collect_view();
    let replaced = Replaced::of(rotated.as_ref());
    let (tone, label) = if state.is_live() && refusing.get() {
        (Tone::Gone, text!(api_keys.refused))
    } else if *waits {
        (Tone::Warn, text!(api_keys.waits))
    } else {
        (tone(*state, replaced), label(*state, replaced))
    };
    view! {
        <StateBadge tone label/>
        <div class="sub">{detail(*state, expires.clone(), revoked.clone())}</div>
        {(*waits && !is_own).then(|| view! { <div class="sub">{text!(api_keys.waits_for_person)}</div> })}
        {badges}
    }
    .into_any()
}

/// What can be done with a key: what ends it, or what it waits for, at hand, and the rest in a menu.
fn actions(
    id: ApiKeyId,
    can: Doable,
    company: CompanyId,
    accept: Posting,
    filter: Memo<ListApiKeys>,
) -> AnyView {
    let Doable { name, revoke, rotate, edit, accept: waits } = can;
    let link = move |open: Open| {
        move || filter.with(|filter| open.within(filters::query(filter)).href(API_KEYS))
    };
    let accept_label = text!(api_keys.accept_one, name = name.clone());
    let accept = waits.then(|| {
        view! {
            <PostForm action=accept attr:class="inline">
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[key]" value=id.to_string()/>
                <button class="btn small" aria-label=accept_label>{text!(api_keys.accept)}</button>
            </PostForm>
        }
    });
    let revoke = revoke.then(|| {
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
    let rotate = rotate.then(|| {
        view! {
            <a href=link(Open::Rotate(id)) data-noscroll="" aria-label=text!(api_keys.rotate_one, name = name.clone())>
                <Glyph icon=icondata::LuRefreshCw/>
                {text!(api_keys.rotate)}
            </a>
        }
    });
    let edit = edit.then(|| {
        view! {
            <a href=link(Open::Edit(id)) data-noscroll="" aria-label=text!(api_keys.edit_one, name = name.clone())>
                <Glyph icon=icondata::LuPencil/>
                {text!(api_keys.edit)}
            </a>
        }
    });
    view! {
        {accept}
        {revoke}
        <MoreMenu id=format!("more-{id}") label=text!(team.more_for, name = name)>
            {rotate}
            {edit}
            <a href=format!("/activity?key={id}")>
                <Glyph icon=icondata::LuActivity/>
                {text!(api_keys.activity)}
            </a>
        </MoreMenu>
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
