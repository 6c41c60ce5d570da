//! A point in time.

use leptos::prelude::*;
use shared::time::TimeView;

/// How far away a point is, and in full for whoever points at it.
#[component]
pub fn Time(
    /// The point, with the texts that the server wrote.
    time: TimeView,
) -> impl IntoView {
    view! { <time datetime=time.iso title=time.title>{time.text}</time> }
}
