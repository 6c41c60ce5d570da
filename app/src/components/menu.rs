//! The rarer actions behind three dots.

use leptos::{ev, html, prelude::*};

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
    let sheet = NodeRef::<html::Div>::new();
    let held = live::use_hold();
    // It fails where the browser does not know the selector: news closes the menu then.
    let is_open = move || {
        let sheet = sheet.get_untracked();
        sheet.is_some_and(|sheet| matches!(sheet.matches(":popover-open"), Ok(true)))
    };
    // `toggle` comes a task later than the menu: until then its list could be drawn anew.
    let toggles = move |_: ev::Event| held.set(!is_open());
    let toggled = move |_| held.set(is_open());
    view! {
        <button type="button" class="btn small quiet more" popovertarget=id.clone() aria-label=label>
            <Glyph icon=icondata::LuEllipsis/>
        </button>
        <div id=id class="menu" popover="auto" node_ref=sheet on:beforetoggle=toggles on:toggle=toggled on:click=move |_| hide(sheet)>
            {children()}
        </div>
    }
    .into_any()
}

/// Following a link inside a popover leaves it open where the page stays the same document.
pub(super) fn hide(sheet: NodeRef<html::Div>) {
    if let Some(sheet) = sheet.get_untracked() {
        // It fails when the popover is closed already.
        let _ = sheet.hide_popover();
    }
}
