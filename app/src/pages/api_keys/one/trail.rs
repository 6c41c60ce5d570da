//! What was done to a key, by whom and from where.

use leptos::prelude::*;
use shared::{
    api_key::By,
    key_page::{KeyEvent, TrailView},
};

use crate::{
    components::{Moment, Time, Timeline, Tone},
    texts::{rich, text},
    words,
};

/// The entries, the newest first.
#[component]
pub(super) fn Trail(
    /// What was done.
    trail: Vec<TrailView>,
) -> impl IntoView {
    let rows = trail
        .into_iter()
        .map(|TrailView { at, who, what, address }| {
            let (icon, tone) = mark(&what);
            let below = match address {
                Some(address) => rich!(
                    key_trail.from,
                    address = address,
                    <time/> = move || view! { <Time time=at.clone()/> }
                )
                .into_any(),
                None => view! { <Time time=at/> }.into_any(),
            };
            view! { <Moment icon tone below>{sentence(&what, who.as_ref())}</Moment> }
        })
        .collect_view();
    view! { <div class="in-card"><Timeline>{rows}</Timeline></div> }.into_any()
}

/// How an event is marked on the line.
fn mark(what: &KeyEvent) -> (icondata::Icon, Tone) {
    match what {
        KeyEvent::Generated | KeyEvent::PickedUp | KeyEvent::MadeToReplace => {
            (icondata::LuKeyRound, Tone::Good)
        }
        KeyEvent::Accepted => (icondata::LuCircleCheckBig, Tone::Good),
        KeyEvent::Renamed { .. } => (icondata::LuPencil, Tone::Gone),
        KeyEvent::Reduced(_) => (icondata::LuShieldMinus, Tone::Gone),
        KeyEvent::Rotated => (icondata::LuRefreshCw, Tone::Gone),
        KeyEvent::Shortened => (icondata::LuInfo, Tone::Gone),
        KeyEvent::Ended
        | KeyEvent::Revoked
        | KeyEvent::RevokedWithPerson
        | KeyEvent::RevokedWithMaker
        | KeyEvent::EndedUnused => (icondata::LuBan, Tone::Bad),
        KeyEvent::Other => (icondata::LuInfo, Tone::Gone),
    }
}

/// What was done, as a sentence.
fn sentence(what: &KeyEvent, who: Option<&By>) -> String {
    let done = match what {
        KeyEvent::Generated => text!(key_trail.generated).to_owned(),
        KeyEvent::PickedUp => text!(key_trail.picked_up).to_owned(),
        KeyEvent::Accepted => text!(key_trail.accepted).to_owned(),
        KeyEvent::MadeToReplace => text!(key_trail.made_to_replace).to_owned(),
        KeyEvent::Renamed { from, to } => {
            text!(key_trail.renamed, from = words::isolated(from), to = words::isolated(to))
        }
        KeyEvent::Reduced(removed) => {
            text!(key_trail.reduced, names = words::permissions(*removed))
        }
        KeyEvent::Rotated => text!(key_trail.rotated).to_owned(),
        KeyEvent::Shortened => text!(key_trail.shortened).to_owned(),
        KeyEvent::Ended => text!(key_trail.ended).to_owned(),
        KeyEvent::Revoked => text!(key_trail.revoked).to_owned(),
        KeyEvent::RevokedWithPerson => text!(key_trail.revoked_with_person).to_owned(),
        KeyEvent::RevokedWithMaker => text!(key_trail.revoked_with_maker).to_owned(),
        KeyEvent::EndedUnused => text!(key_trail.ended_unused).to_owned(),
        KeyEvent::Other => text!(key_trail.other).to_owned(),
    };
    match who {
        Some(who) => text!(key_trail.by, done = done, person = words::isolated(&words::by(who))),
        None => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_told_with_whoever_did_it() {
        let renamed = KeyEvent::Renamed { from: "A".to_owned(), to: "B".to_owned() };
        assert_eq!(sentence(&renamed, Some(&By::You)), "Renamed from “A” to “B” by you");
        assert_eq!(sentence(&KeyEvent::Revoked, None), "Revoked");
        let marie = By::Person("Marie".to_owned());
        assert_eq!(sentence(&KeyEvent::Ended, Some(&marie)), "Ended by new policies, set by Marie");
    }
}
