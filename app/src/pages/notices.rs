//! What happened to the person: keys made for them, new devices, invitations accepted.

use leptos::prelude::*;
use shared::{
    key_care::Warning,
    notice::{Notice, NoticePage, NoticeView},
};

use crate::{
    components::{
        Beside, EmptyState, Glyph, LoadError, PageHead, Pages, Skeleton, StateBadge, Time, Tone,
        use_live_list,
    },
    pages::query::{Query, use_query},
    server_fns::notices::open_notices,
    texts::{counted, text},
    viewer::{refresh_viewer, use_company},
    words,
};

/// The page's path.
const NOTICES: &str = "/notices";

/// The latest notices, or older ones, the newest first. Looking at them is reading them.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let company = use_company().company;
    let live = use_live_list();
    // Opening them marks them as read, so what comes with news has nothing new in it. It must not come before the
    // page that the server drew, with its marks, has come alive.
    let is_shown = RwSignal::new(false);
    let asked = Memo::new(move |_| if is_shown.get() { live.news() } else { 0 });
    let query = use_query();
    let before = Memo::new(move |_| query.with(|query| query.get("before")?.parse().ok()));
    let notices = Resource::new(
        move || (asked.get(), before.get()),
        move |(_, before)| open_notices(company, before),
    );
    // The frame counts what is unread, which is less now.
    Effect::new(move |_| {
        if notices.with(Option::is_some) {
            refresh_viewer();
        }
    });
    let drawn = StoredValue::new(None);
    // What was new when the page was opened stays marked as long as it is open.
    let new = RwSignal::new(Vec::new());
    view! {
        <PageHead title=text!(notices.title) lead=text!(notices.lead)/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || {
                let before = before.get_untracked();
                // A page of them is not left standing under the address of another.
                if drawn.get_value() != before {
                    live.forget();
                }
                Suspend::new(live.show(notices, move |read| {
                    let _ = drawn.try_set_value(before);
                    if cfg!(not(feature = "ssr")) {
                        is_shown.set(true);
                    }
                    match read {
                        Ok(NoticePage { notices, .. }) if notices.is_empty() && before.is_none() => view! {
                            <section class="card">
                                <EmptyState icon=icondata::LuBell heading=text!(notices.none)>
                                    <p>{text!(notices.none_why)}</p>
                                </EmptyState>
                            </section>
                        }
                        .into_any(),
                        Ok(NoticePage { notices, has_older }) => {
                            let last = notices.last().filter(|_| has_older).map(|one| one.id.to_string());
                            let beside = Beside {
                                previous: before.map(|_| NOTICES.to_owned()),
                                next: last.map(|last| Query::default().with("before", &last).href(NOTICES)),
                            };
                            let foot = (beside != Beside::default()).then(|| view! {
                                <Pages beside=Signal::stored(beside) back=text!(notices.newest) on=text!(activity.older)>""</Pages>
                            });
                            new.update_untracked(|new: &mut Vec<_>| {
                                new.extend(notices.iter().filter(|one| one.is_new).map(|one| one.id));
                            });
                            let rows = notices
                                .into_iter()
                                .map(|notice| {
                                    let is_new = new.with_untracked(|new| new.contains(&notice.id));
                                    view! { <Row notice=NoticeView { is_new, ..notice }/> }
                                })
                                .collect_view();
                            view! {
                                <section class="card">
                                    <ul class="notices" aria-label=text!(notices.title)>{rows}</ul>
                                    {foot}
                                </section>
                            }
                            .into_any()
                        }
                        Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                    }
                }))
            }}
        </Transition>
    }
}

#[component]
fn Row(notice: NoticeView) -> impl IntoView {
    let NoticeView { id: _, notice, at, is_new } = notice;
    let (icon, href) = place(&notice);
    let told = match href {
        Some(href) => view! { <a href=href>{sentence(&notice)}</a> }.into_any(),
        None => sentence(&notice).into_any(),
    };
    view! {
        <li class:new=is_new>
            <Glyph icon/>
            <div>
                <p>{told}</p>
                <small><Time time=at/></small>
            </div>
            {is_new.then(|| view! { <StateBadge tone=Tone::Warn label=text!(notices.is_new)/> })}
        </li>
    }
    .into_any()
}

/// What happened, in a sentence.
fn sentence(notice: &Notice) -> String {
    let name = |name: &String| words::isolated(name);
    match notice {
        Notice::InvitationAccepted { person, role } => {
            text!(notices.invitation_accepted, person = name(person), role = words::who(*role))
        }
        Notice::RoleChanged { by, to } => {
            text!(notices.role_changed, person = name(by), role = words::who(*to))
        }
        Notice::KeyMade { by, key, waits: false } => {
            text!(notices.key_made, person = name(by), key = name(key))
        }
        Notice::KeyMade { by, key, waits: true } => {
            text!(notices.key_made_waits, person = name(by), key = name(key))
        }
        Notice::KeysWait { by, count } => {
            counted!(*count, notices.keys_wait, person = name(by))
        }
        Notice::KeysEnded { by, count } => {
            counted!(*count, notices.keys_ended, person = name(by))
        }
        Notice::KeyRevoked { by, key, maker: None } => {
            text!(notices.key_revoked, person = name(by), key = name(key))
        }
        Notice::KeyRevoked { by, key, maker: Some(maker) } => {
            text!(
                notices.key_revoked_with_maker,
                person = name(by),
                key = name(key),
                maker = name(maker)
            )
        }
        Notice::KeyMakerLeft { maker, key, person: None } => {
            text!(notices.key_maker_left, maker = name(maker), key = name(key))
        }
        Notice::KeyMakerLeft { maker, key, person: Some(person) } => {
            text!(
                notices.key_maker_left_of,
                maker = name(maker),
                key = name(key),
                person = name(person)
            )
        }
        Notice::KeysMakerLeft { maker, count, own: true } => {
            text!(notices.keys_maker_left, maker = name(maker), count = count)
        }
        Notice::KeysMakerLeft { maker, count, own: false } => {
            text!(notices.keys_maker_left_of, maker = name(maker), count = count)
        }
        Notice::KeyPrepared { by, key } => {
            text!(notices.key_prepared, person = name(by), key = name(key))
        }
        Notice::KeyPickedUp { person, key } => {
            text!(notices.key_picked_up, person = name(person), key = name(key))
        }
        Notice::KeyExpiring { key, day, person: None } => {
            text!(notices.key_expiring, key = name(key), day = words::day(day))
        }
        Notice::KeyExpiring { key, day, person: Some(person) } => {
            text!(
                notices.key_expiring_of,
                key = name(key),
                person = name(person),
                day = words::day(day)
            )
        }
        Notice::KeyUnused { key, person: None } => text!(notices.key_unused, key = name(key)),
        Notice::KeyUnused { key, person: Some(person) } => {
            text!(notices.key_unused_of, key = name(key), person = name(person))
        }
        Notice::KeyOld { key, person: None } => text!(notices.key_old, key = name(key)),
        Notice::KeyOld { key, person: Some(person) } => {
            text!(notices.key_old_of, key = name(key), person = name(person))
        }
        Notice::KeysToLookAt { warning, count } => match warning {
            Warning::Expiring => text!(notices.keys_expiring, count = count),
            Warning::NeverUsed => text!(notices.keys_unused, count = count),
            Warning::Old | Warning::StillUsed => text!(notices.keys_old, count = count),
        },
        Notice::KeyEndedUnused { key } => text!(notices.key_ended_unused, key = name(key)),
        Notice::Invited { by, company } => {
            text!(notices.invited, person = name(by), company = name(company))
        }
        Notice::NewDevice { browser, address } => {
            text!(notices.new_device, browser = words::browser(browser), address = address)
        }
        Notice::PasswordChanged => text!(notices.password_changed).to_owned(),
        Notice::PasswordReset => text!(notices.password_reset).to_owned(),
        Notice::ResetLinkMade { by } => {
            text!(notices.reset_link_made, person = name(by))
        }
    }
}

/// Its drawing, and where something can be done about it. A notice knows a key by its name alone.
pub(super) fn place(notice: &Notice) -> (icondata::Icon, Option<String>) {
    let key = |name: &str| Some(Query::default().with("q", name).href("/api-keys"));
    let at = |address: &str| Some(address.to_owned());
    match notice {
        Notice::InvitationAccepted { .. } | Notice::RoleChanged { .. } => {
            (icondata::LuUsers, at("/team"))
        }
        // It is accepted by the link that whoever invited has sent.
        Notice::Invited { .. } => (icondata::LuUsers, None),
        // There is no key yet.
        Notice::KeyPrepared { .. } | Notice::KeysWait { .. } => {
            (icondata::LuKeyRound, at("/api-keys"))
        }
        Notice::KeysEnded { .. } => (icondata::LuKeyRound, at("/api-keys?state=expired")),
        Notice::KeyMade { key: name, .. }
        | Notice::KeyRevoked { key: name, .. }
        | Notice::KeyMakerLeft { key: name, .. }
        | Notice::KeyPickedUp { key: name, .. }
        | Notice::KeyExpiring { key: name, .. }
        | Notice::KeyUnused { key: name, .. }
        | Notice::KeyOld { key: name, .. }
        | Notice::KeyEndedUnused { key: name } => (icondata::LuKeyRound, key(name)),
        // Each key says who generated it.
        Notice::KeysMakerLeft { .. } => (icondata::LuKeyRound, at("/api-keys?state=live")),
        Notice::KeysToLookAt { warning, .. } => {
            let address = match warning {
                Warning::Expiring => "/api-keys?state=expiring",
                Warning::NeverUsed => "/api-keys?state=live&sort=unused_longest",
                Warning::Old | Warning::StillUsed => "/api-keys?state=live&sort=oldest",
            };
            (icondata::LuKeyRound, at(address))
        }
        Notice::NewDevice { .. }
        | Notice::PasswordChanged
        | Notice::PasswordReset
        | Notice::ResetLinkMade { .. } => (icondata::LuShieldCheck, at("/settings")),
    }
}
