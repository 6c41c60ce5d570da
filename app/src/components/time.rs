//! A point in time, and the minutes that go by while a page is open.

use std::time::Duration;

use leptos::{prelude::*, web_sys::js_sys::Date};
use shared::time::{MINUTE, SECOND, TimeView};

use crate::words;

/// Counts the minutes since the document was opened.
#[derive(Clone, Copy)]
struct Minutes(ReadSignal<u32>);

/// One timer for all times of the document. It runs in the browser alone.
pub fn provide_minutes() {
    let (minutes, count) = signal(0_u32);
    provide_context(Minutes(minutes));
    Effect::new(move |_| {
        let minute = Duration::from_micros(MINUTE.unsigned_abs());
        let timer = set_interval_with_handle(move || count.update(|count| *count += 1), minute);
        if let Ok(timer) = timer {
            on_cleanup(move || timer.clear());
        }
    });
}

/// How many microseconds have gone by since this was called, to be asked anew every minute; 0 on the server, and so in
/// what the browser brings to life. Only differences of the browser's clock count: it may be wrong.
pub fn use_elapsed() -> impl Fn() -> i64 + Clone + Send + Sync + 'static {
    let minutes = use_context::<Minutes>();
    let begin = now();
    move || {
        let count = minutes.map_or(0, |minutes| minutes.0.get());
        if count == 0 { 0 } else { now().saturating_sub(begin).max(0) }
    }
}

/// The browser's clock in microseconds.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date fit")]
fn now() -> i64 {
    if cfg!(feature = "ssr") { 0 } else { (Date::now() as i64).saturating_mul(SECOND / 1_000) }
}

/// How far away a point is, and in full for whoever points at it.
#[component]
pub fn Time(
    /// The point, as the server measured it.
    time: TimeView,
) -> impl IntoView {
    let (full, iso, elapsed) = (words::date_time(&time), time.iso.clone(), use_elapsed());
    let distance = move || words::relative(time.distance_after(elapsed()));
    view! { <time datetime=iso title=full>{distance}</time> }
}

/// A point that somebody plans by: its day, and how far away it is. No finger and no keyboard comes to a title.
#[component]
pub fn DatedTime(
    /// The point, as the server measured it.
    time: TimeView,
) -> impl IntoView {
    let (full, iso, elapsed) = (words::date_time(&time), time.iso.clone(), use_elapsed());
    let told = move || words::dated(&time, elapsed());
    view! { <time datetime=iso title=full>{told}</time> }
}
