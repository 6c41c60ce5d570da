//! Short messages that something was done. They are never the only place that says so.

use std::time::Duration;

use leptos::prelude::*;

/// How long a message stays.
const SHOWN_FOR: Duration = Duration::from_secs(6);

/// Where messages go. One lives in the app's context.
#[derive(Debug, Clone, Copy)]
pub struct Toaster {
    messages: RwSignal<Vec<(u32, String)>>,
    next: StoredValue<u32>,
}

impl Toaster {
    /// Without a message.
    #[must_use]
    pub fn new() -> Self {
        Self { messages: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Shows `message`, a sentence, for some seconds.
    pub fn say(self, message: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.messages.update(|messages| messages.push((id, message.into())));
        set_timeout(move || self.take(id), SHOWN_FOR);
    }

    fn take(self, id: u32) {
        self.messages.update(|messages| messages.retain(|(one, _)| *one != id));
    }
}

impl Default for Toaster {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's.
#[must_use]
pub fn use_toaster() -> Toaster {
    expect_context()
}

/// Where messages are shown and read aloud when there is time.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toaster.messages.get() key=|(id, _)| *id let((_, message))>
                <p class="toast">{message}</p>
            </For>
        </div>
    }
    .into_any()
}
