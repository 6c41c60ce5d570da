//! The rarer actions behind three dots.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{Glyph, live};

/// A button that opens a list of actions. It is the browser's own popover: it opens without the wasm,
/// lies above everything, and closes at Escape or a click beside it.
#[component]
pub fn MoreMenu(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What it is for, for those who do not see where it stands: "More for Anna Vogel".
    #[prop(into)]
    label: String,
    /// Links, or forms with a button.
    children: Children,
) -> impl IntoView {
    let held = live::use_hold();
    let toggled = move |event: ev::Event| {
        // It fails where the browser does not know the selector: news closes the menu then.
        let open = sheet_of(&event).map(|sheet| sheet.matches(":popover-open"));
        held.set(matches!(open, Some(Ok(true))));
    };
    view! {
        <button type="button" class="btn small quiet more" popovertarget=id.clone() aria-label=label>
            <Glyph icon=icondata::LuEllipsis/>
        </button>
        <div id=id class="menu" popover="auto" on:toggle=toggled on:click=|event| hide(sheet_of(&event))>
            {children()}
        </div>
    }
    .into_any()
}

/// The menu in which something happened.
fn sheet_of(event: &ev::Event) -> Option<HtmlElement> {
    let place: Element = event.target()?.dyn_into().ok()?;
    place.closest("[popover]").ok()??.dyn_into().ok()
}

/// Following a link inside a popover leaves it open where the page stays the same document.
pub(super) fn hide(sheet: Option<impl AsRef<HtmlElement>>) {
    if let Some(sheet) = sheet {
        // It fails when the popover is closed already.
        let _ = sheet.as_ref().hide_popover();
    }
}
