//! A list whose items are drawn in their places.

use std::hash::Hash;

use leptos::prelude::*;

/// Draws each of `items` in a place of its own. One that has changed is drawn anew; those beside it stay as they are, with
/// what somebody has opened in them, and with the focus.
#[component]
pub fn InPlace<T, K, Draw, Drawn>(
    /// What there is now.
    items: Signal<Vec<T>>,
    /// What an item is known by while it changes.
    key: fn(&T) -> K,
    /// Draws one.
    draw: Draw,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Copy + Eq + Hash + Send + Sync + 'static,
    Draw: Fn(T) -> Drawn + Copy + Send + Sync + 'static,
    Drawn: IntoView + 'static,
{
    let keys = move || items.with(|items| items.iter().map(key).collect::<Vec<_>>());
    view! {
        <For each=keys key=|key| *key let:this>
            {
                let item = Memo::new(move |before: Option<&Option<T>>| {
                    let now = items.with(|items| items.iter().find(|one| key(one) == this).cloned());
                    // One that is about to go shows what it showed.
                    now.or_else(|| before.cloned().flatten())
                });
                move || item.get().map(draw)
            }
        </For>
    }
    .into_any()
}
