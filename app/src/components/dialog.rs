//! Dialogs whose openness is the page's address: rendered open by the server, made modal by the wasm.

use std::cell::RefCell;

use leptos::{
    ev::{Event, KeyboardEvent, MouseEvent, PointerEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    focus::{Remembered, element_of, find, focus_is_nowhere},
    live,
};

thread_local! {
    /// What had the focus before the dialog that is open; where that came out of another, before that other one.
    static OPENER: RefCell<Option<Remembered>> = const { RefCell::new(None) };
}

/// What closes a dialog.
#[derive(Debug, Clone)]
pub enum Closing {
    /// Escape and a click beside it do, as links to this address do: the page without the dialog. Once something was
    /// typed or chosen in it, a click beside it no longer does.
    To(String),
    /// The same do, by this: it does not stand in the address.
    By(Callback<()>),
    /// Only a button inside it; whoever tries another way is told so by this.
    ByButton(Callback<()>),
}

/// A dialog with a heading and a lead; at most one is open. The children are its body and its footer.
#[component]
pub fn Dialog(
    /// What it asks or tells.
    #[prop(into)]
    heading: String,
    /// A sentence beneath the heading.
    #[prop(into)]
    lead: String,
    /// What closes it.
    closing: Closing,
    /// Whether it must stay because something is on its way: its links lead nowhere meanwhile.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Body and footer.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let hold = live::use_hold();
    let show = move || {
        let Some(dialog) = node.get_untracked() else { return };
        // The server renders it open, which is not modal; only a closed one can be made so.
        dialog.set_open(false);
        // It fails for a dialog that was just taken out of the page.
        if dialog.show_modal().is_ok() {
            set_veiled(true);
        }
    };
    Effect::new(move |_| {
        if node.get().is_none() {
            return;
        }
        hold.set(true);
        // What has it within another dialog, or nothing, is left by one that this takes the place of.
        if let Some(opener) = Remembered::now().filter(|opener| !opener.is_in_dialog()) {
            OPENER.set(Some(opener));
        }
        on_cleanup(give_focus_back);
        show();
    });

    let closed_by = matches!(closing, Closing::ByButton(_)).then_some("none");
    let navigate = use_navigate();
    let close = move || match &closing {
        Closing::To(address) if !busy.get_untracked() => {
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(address, options);
        }
        Closing::By(close) if !busy.get_untracked() => close.run(()),
        Closing::ByButton(stay) => stay.run(()),
        Closing::To(_) | Closing::By(_) => {}
    };
    let on_key = {
        let close = close.clone();
        move |event: KeyboardEvent| {
            // Stopped here, as a browser closes by itself at the second Escape, whatever `cancel` says.
            if event.key() == "Escape" {
                event.prevent_default();
                close();
            }
        }
    };
    // What had the focus may be gone or disabled: then Escape is told to the dialog by this alone.
    let on_cancel = {
        let close = close.clone();
        move |event: Event| {
            event.prevent_default();
            close();
        }
    };
    // Heard before the router, which leaves alone what is prevented.
    let on_click = move |event: MouseEvent| {
        if busy.get_untracked() && is_link(&event) {
            event.prevent_default();
        }
    };
    let is_begun = StoredValue::new(false);
    // What is beside the dialog counts as the dialog itself, without its content.
    let is_beside = move |event: &PointerEvent| {
        event.target().is_some_and(|target| {
            node.get_untracked()
                .is_some_and(|dialog| **dialog == *target.unchecked_ref::<Element>())
        })
    };
    view! {
        <dialog
            node_ref=node
            class="dialog"
            open
            closedby=closed_by
            aria-labelledby="dialog-heading"
            aria-describedby="dialog-lead"
            on:keydown=on_key
            on:click=on_click
            on:input=move |_| is_begun.set_value(true)
            on:pointerdown=move |event: PointerEvent| {
                if is_beside(&event) && !is_begun.get_value() {
                    close();
                }
            }
            on:cancel=on_cancel
            on:close=move |_| show()
        >
            <div class="sheet">
                <header>
                    <h2 id="dialog-heading">{heading}</h2>
                    <p id="dialog-lead">{lead}</p>
                </header>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}

/// A browser gives the focus back when a dialog is closed, but not when it is taken out of the page. Where
/// what had it is gone, or nothing had it, the page's heading takes it, as after a page load. What has it by now keeps it: the
/// heading of a page that was gone to, or what another dialog that closed within the same frame has given it back to.
fn give_focus_back() {
    request_animation_frame(|| {
        // Another has come in its place, and gives it back in the end.
        if find("dialog[open]").is_some() {
            return;
        }
        set_veiled(false);
        let opener = OPENER.take();
        if !focus_is_nowhere() {
            return;
        }
        if let Some(target) = opener.and_then(Remembered::find).or_else(|| find("h1")) {
            let _ = target.focus();
        }
    });
}

/// Whether a link was clicked, or something in one.
fn is_link(event: &MouseEvent) -> bool {
    element_of(event).is_some_and(|one| one.closest("a[href]").is_ok_and(|link| link.is_some()))
}

/// Says at the root that a dialog lies over the page (`base.css`). That the style found it by itself would cost a drawing of the
/// whole page for every row that comes into it.
fn set_veiled(is_veiled: bool) {
    const VEILED: &str = "data-veiled";
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force(VEILED, is_veiled);
    }
}

/// The link that closes a dialog by going to the page without it.
#[component]
pub fn CloseLink(
    /// The page without the dialog.
    #[prop(into)]
    to: String,
    /// The verb.
    children: Children,
) -> impl IntoView {
    view! { <a class="btn quiet" href=to data-noscroll="" prop:replace=true>{children()}</a> }
        .into_any()
}
