//! The question before what is not saved is lost.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlAnchorElement},
};
use leptos_router::hooks::use_navigate;

use crate::{
    components::{Closing, Dialog, hear_clicks_first, use_stay},
    texts::text,
};

/// Where somebody is about to go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// To this address, by a link.
    To(String),
    /// Back.
    Back,
}

/// Asks whoever follows a link or goes back before it is saved. Where the document itself is left, the browser asks.
#[component]
pub(super) fn Leaving(
    /// Whether something would be lost.
    is_unsaved: Signal<bool>,
) -> impl IntoView {
    let way = RwSignal::new(None::<Way>);
    let is_given_up = StoredValue::new(false);
    let holds = move || is_unsaved.get_untracked() && !is_given_up.get_value();
    let tries = use_stay(holds);
    Effect::new(move |_| {
        if tries.get() > 0 {
            way.set(Some(Way::Back));
        }
    });
    Effect::new(move |_| {
        hear_clicks_first(move |event| {
            if let Some(address) = followed(&event).filter(|_| holds()) {
                event.prevent_default();
                event.stop_immediate_propagation();
                way.set(Some(Way::To(address)));
            }
        });
    });
    let stay = Callback::new(move |()| way.set(None));
    let navigate = use_navigate();
    let leave = StoredValue::new(move || {
        // Pressed twice, it goes one way once.
        if is_given_up.try_update_value(|is_given_up| std::mem::replace(is_given_up, true))
            != Some(false)
        {
            return;
        }
        match way.get_untracked() {
            Some(Way::To(address)) => navigate(&address, Default::default()),
            Some(Way::Back) => {
                // It fails in a document that is no longer shown.
                let _ = window().history().and_then(|history| history.back());
            }
            None => {}
        }
    });
    let is_asked = Memo::new(move |_| way.with(Option::is_some));
    move || {
        is_asked.get().then(|| {
            view! {
                <Dialog
                    heading=text!(builder.leave_heading)
                    lead=text!(builder.leave_lead)
                    closing=Closing::By(stay)
                >
                    <footer>
                        <button type="button" class="btn quiet" on:click=move |_| stay.run(())>
                            {text!(builder.stay)}
                        </button>
                        <button type="button" class="btn danger" on:click=move |_| leave.with_value(|leave| leave())>
                            {text!(builder.leave)}
                        </button>
                    </footer>
                </Dialog>
            }
        })
    }
}

/// The address that a click leads to in this window, unless it is this page.
fn followed(event: &Event) -> Option<String> {
    const FOLLOWED: &str = "a[href]:not([target], [download], [rel~=external])";
    let click: &MouseEvent = event.dyn_ref()?;
    let is_elsewhere = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
    let target: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = target.closest(FOLLOWED).ok()??.dyn_into().ok()?;
    let here = location();
    let is_here = here.pathname().is_ok_and(|path| path == link.pathname())
        && here.search().is_ok_and(|query| query == link.search());
    let is_ours = here.origin().is_ok_and(|origin| origin == link.origin());
    (!is_elsewhere && click.button() == 0 && is_ours && !is_here)
        .then(|| format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}
