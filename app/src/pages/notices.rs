//! What happened to the person: keys made for them, new devices, invitations accepted.

use leptos::prelude::*;
use shared::notice::{Notice, NoticeView};

use crate::{
    components::{
        EmptyState, Glyph, LoadError, PageHead, Skeleton, StateBadge, Time, Tone, use_news,
    },
    server_fns::notices::open_notices,
    viewer::{refresh_viewer, use_company},
};

/// The latest notices, the newest first. Looking at them is reading them.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let company = use_company().company;
    let news = use_news();
    let notices = Resource::new(move || news.get(), move |_| open_notices(company));
    // The frame counts what is unread, which is none now.
    Effect::new(move |_| {
        if notices.with(Option::is_some) {
            refresh_viewer();
        }
    });
    // What was new when the page was opened stays marked as long as it is open.
    let new = RwSignal::new(Vec::new());
    view! {
        <PageHead title="Notices" lead="What happened to you and your keys in the last three months."/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match notices.await {
                    Ok(notices) if notices.is_empty() => view! {
                        <section class="card">
                            <EmptyState icon=icondata::LuBell heading="Nothing yet">
                                <p>"You are told here when somebody makes a key for you, when one ends soon, and when you sign in on a new device."</p>
                            </EmptyState>
                        </section>
                    }
                    .into_any(),
                    Ok(notices) => {
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
                        view! { <ul class="card notices" aria-label="Notices">{rows}</ul> }.into_any()
                    }
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Row(notice: NoticeView) -> impl IntoView {
    let NoticeView { id: _, notice, at, is_new } = notice;
    let (icon, href) = place(&notice);
    view! {
        <li class:new=is_new>
            <Glyph icon/>
            <div>
                <p><a href=href dir="auto">{text(&notice)}</a></p>
                <small><Time time=at/></small>
            </div>
            {is_new.then(|| view! { <StateBadge tone=Tone::Warn label="New"/> })}
        </li>
    }
    .into_any()
}

/// What happened, in a sentence.
fn text(notice: &Notice) -> String {
    match notice {
        Notice::InvitationAccepted { person, role } => {
            format!("{person} accepted your invitation and is now {}.", role.noun())
        }
        Notice::RoleChanged { by, to } => {
            format!("{by} changed your role: you are now {}.", to.noun())
        }
        Notice::KeyMade { by, key } => format!("{by} made the API key “{key}” for you."),
        Notice::KeyRevoked { by, key } => format!("{by} revoked your API key “{key}”."),
        Notice::KeyExpiring { key, day } => {
            format!("Your API key “{key}” ends on {day}. Make a new one in time.")
        }
        Notice::NewDevice { browser, address } => {
            format!(
                "You signed in on a new device: {browser}, from {address}. Was it not you? Sign it out and change your password."
            )
        }
        Notice::PasswordChanged => "Your password was changed.".to_owned(),
        Notice::PasswordReset => "Your password was set by a link.".to_owned(),
        Notice::ResetLinkMade { by } => {
            format!("{by} made a link that sets a new password for you.")
        }
    }
}

/// Its drawing, and where something can be done about it.
const fn place(notice: &Notice) -> (icondata::Icon, &'static str) {
    match notice {
        Notice::InvitationAccepted { .. } | Notice::RoleChanged { .. } => {
            (icondata::LuUsers, "/team")
        }
        Notice::KeyMade { .. } | Notice::KeyRevoked { .. } | Notice::KeyExpiring { .. } => {
            (icondata::LuKeyRound, "/api-keys")
        }
        Notice::NewDevice { .. }
        | Notice::PasswordChanged
        | Notice::PasswordReset
        | Notice::ResetLinkMade { .. } => (icondata::LuShieldCheck, "/settings"),
    }
}
