//! A point in time.

use leptos::prelude::*;
use shared::time::TimeView;

use crate::words;

/// How far away a point is, and in full for whoever points at it.
#[component]
pub fn Time(
    /// The point, as the server measured it.
    time: TimeView,
) -> impl IntoView {
    let (full, distance) = (words::date_time(&time), words::relative(time.distance));
    view! { <time datetime=time.iso title=full>{distance}</time> }
}
