//! What went wrong, as sentences.

use leptos::{
    html,
    prelude::*,
    web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition},
};
use leptos_router::hooks::use_location;
use shared::Error;

use super::{Glyph, StateBadge, Tone};
use crate::{texts::text, words};

/// A note beside a form or in a page.
#[component]
pub fn Note(
    /// What it is worth, which decides its colour and drawing.
    tone: Tone,
    /// Sentences.
    children: Children,
) -> impl IntoView {
    let (class, icon) = match tone {
        Tone::Good => ("note good", icondata::LuCircleCheck),
        Tone::Warn => ("note warn", icondata::LuTriangleAlert),
        Tone::Bad => ("note bad", icondata::LuCircleAlert),
        Tone::Gone => ("note", icondata::LuInfo),
    };
    view! { <div class=class><Glyph icon/><div>{children()}</div></div> }.into_any()
}

/// An error as a sentence, read aloud when it appears, and brought into the window: it may stand above a form that is
/// longer than that, whose button is at its end.
#[component]
pub fn ErrorNote(
    /// What went wrong.
    error: Error,
) -> impl IntoView {
    let signed_out = error == Error::SignedOut;
    let note = NodeRef::<html::Div>::new();
    note.on_load(|note| {
        let nearest = ScrollIntoViewOptions::new();
        nearest.set_block(ScrollLogicalPosition::Nearest);
        // Laid out by then.
        request_animation_frame(move || {
            note.scroll_into_view_with_scroll_into_view_options(&nearest);
        });
    });
    view! {
        <div class="alert" role="alert" node_ref=note>
            <Note tone=Tone::Bad>
                {words::error(&error)}
                {signed_out.then(|| view! { " " <a href="/sign-in" rel="external">{text!(common.sign_in)}</a> })}
            </Note>
        </div>
    }
    .into_any()
}

/// Stands for the content of a page whose data could not be read.
#[component]
pub fn LoadError(
    /// Why.
    error: Error,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    set_page_status(error.status());
    let location = use_location();
    let here = move || match location.search.get() {
        search if search.is_empty() => location.pathname.get(),
        search => format!("{}?{search}", location.pathname.get()),
    };
    let again = error != Error::SignedOut && error.status() != 403 && error.status() != 404;
    view! {
        <section class="card load-error">
            <StateBadge tone=Tone::Bad label=text!(common.load_error)/>
            <ErrorNote error/>
            {again.then(|| view! {
                <p><a class="btn" href=here rel="external"><Glyph icon=icondata::LuRefreshCw/>{text!(common.reload)}</a></p>
            })}
        </section>
    }
    .into_any()
}

/// Gives the page's answer this status, when the server renders it.
#[cfg(feature = "ssr")]
pub(crate) fn set_page_status(status: u16) {
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}
