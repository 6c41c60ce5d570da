//! What was done to a key, by whom and from where.

use leptos::prelude::*;
use shared::key_page::{KeyEvent, TrailView};

use crate::components::Time;

/// The entries, the newest first.
#[component]
pub(super) fn Trail(
    /// What was done.
    trail: Vec<TrailView>,
) -> impl IntoView {
    let rows = trail
        .into_iter()
        .map(|TrailView { at, who, what, address }| {
            view! {
                <li>
                    <span dir="auto">{sentence(&what, who.as_deref())}</span>
                    <span class="soft"><Time time=at/> ", from " {address}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="named in-card">{rows}</ol> }.into_any()
}

/// What was done, as a sentence; `who` is a name, or "you".
fn sentence(what: &KeyEvent, who: Option<&str>) -> String {
    let done = match what {
        KeyEvent::Generated => "Generated".to_owned(),
        KeyEvent::MadeToReplace => "Made to replace another key".to_owned(),
        KeyEvent::Renamed { from, to } => format!("Renamed from “{from}” to “{to}”"),
        KeyEvent::Reduced(removed) => format!("Lost {removed}"),
        KeyEvent::Rotated => "Rotated".to_owned(),
        KeyEvent::Revoked => "Revoked".to_owned(),
        KeyEvent::Other => "Changed".to_owned(),
    };
    match who {
        Some(who) => format!("{done} by {who}"),
        None => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_told_with_whoever_did_it() {
        let renamed = KeyEvent::Renamed { from: "A".to_owned(), to: "B".to_owned() };
        assert_eq!(sentence(&renamed, Some("you")), "Renamed from “A” to “B” by you");
        assert_eq!(sentence(&KeyEvent::Revoked, None), "Revoked");
    }
}
