//! What somebody has typed, ticked or chosen before the program came. Hydration sets a field to what the program knows of it, and
//! whoever listens to the field has heard nothing.

use std::cell::RefCell;
#[cfg(feature = "hydrate")]
use std::time::Duration;

#[cfg(feature = "hydrate")]
use leptos::prelude::{document, set_timeout};
use leptos::{
    wasm_bindgen::JsCast,
    web_sys::{
        Element, Event, HtmlElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement,
        HtmlTextAreaElement,
    },
};

use super::focus::focused;
#[cfg(feature = "hydrate")]
use super::lazy_hydration::once_hydrated;

thread_local! {
    /// What was entered in the page before it was hydrated, and is still to be told.
    static ENTERED: RefCell<Vec<Entered>> = const { RefCell::new(Vec::new()) };
}

/// Calls `hydrate`, which makes the page alive but for what is hydrated lazily. What its fields hold that the server has not put
/// there stays, and is told as if it were entered once all of the page is alive.
#[cfg(feature = "hydrate")]
pub(crate) fn keep_entered_in_page(hydrate: impl FnOnce()) {
    ENTERED.set(document().body().map(|body| entered_in(&body)).unwrap_or_default());
    hydrate();
    // What waits for a list that has come with the page is hydrated in this turn too, but after this.
    set_timeout(
        || {
            // All of it before anybody hears: a filter that was chosen sends the day that was typed along.
            ENTERED.with_borrow(|all| all.iter().for_each(Entered::put_back));
            once_hydrated(|| ENTERED.take().iter().for_each(Entered::tell));
        },
        Duration::ZERO,
    );
}

/// The same for a part of it that is hydrated lazily: it is told at once.
pub(super) fn keep_entered(part: &Element, hydrate: impl FnOnce()) {
    let entered = entered_in(part);
    ENTERED.with_borrow_mut(|all| all.retain(|one| !part.contains(Some(one.field()))));
    hydrate();
    entered.iter().for_each(Entered::put_back);
    entered.iter().for_each(Entered::tell);
}

/// A field with what was entered in it.
enum Entered {
    Typed(HtmlInputElement, String),
    Ticked(HtmlInputElement, bool),
    Written(HtmlTextAreaElement, String),
    Chosen(HtmlSelectElement, String),
}

fn entered_in(part: &Element) -> Vec<Entered> {
    const FIELDS: &str = "input:not([type=hidden]), textarea, select";
    let Ok(fields) = part.query_selector_all(FIELDS) else { return Vec::new() };
    (0..fields.length()).filter_map(|at| Entered::of(fields.item(at)?.dyn_into().ok()?)).collect()
}

impl Entered {
    /// What was entered in a field; none where it is as the server has drawn it.
    fn of(field: HtmlElement) -> Option<Self> {
        let field = match field.dyn_into::<HtmlInputElement>() {
            Ok(field) if matches!(&*field.type_(), "checkbox" | "radio") => {
                let is_ticked = field.checked();
                let is_new = is_ticked != field.default_checked();
                return is_new.then_some(Self::Ticked(field, is_ticked));
            }
            Ok(field) => {
                let typed = field.value();
                let is_new = typed != field.default_value();
                return is_new.then_some(Self::Typed(field, typed));
            }
            Err(other) => other,
        };
        let field = match field.dyn_into::<HtmlTextAreaElement>() {
            Ok(field) => {
                let written = field.value();
                let is_new = field.default_value().is_ok_and(|drawn| drawn != written);
                return is_new.then_some(Self::Written(field, written));
            }
            Err(other) => other,
        };
        let field = field.dyn_into::<HtmlSelectElement>().ok()?;
        let chosen = field.value();
        let is_new = chosen != drawn_choice(&field)?.value();
        is_new.then_some(Self::Chosen(field, chosen))
    }

    fn field(&self) -> &HtmlElement {
        match self {
            Self::Typed(field, _) | Self::Ticked(field, _) => field,
            Self::Written(field, _) => field,
            Self::Chosen(field, _) => field,
        }
    }

    /// Puts back what hydration has taken away, but not over what was entered since.
    fn put_back(&self) {
        match self {
            Self::Typed(field, typed) => {
                if field.value() == field.default_value() {
                    field.set_value(typed);
                }
            }
            Self::Written(field, written) => {
                if field.default_value().is_ok_and(|drawn| drawn == field.value()) {
                    field.set_value(written);
                }
            }
            Self::Ticked(field, is_ticked) => field.set_checked(*is_ticked),
            Self::Chosen(field, chosen) => field.set_value(chosen),
        }
    }

    /// Has those hear of it who listen now, where it is there still: of what was entered since they have heard.
    fn tell(&self) {
        match self {
            Self::Typed(field, typed) if field.value() == *typed => {
                say(field, "input");
                // Of what has the focus a browser says that only once it is left.
                if focused().as_ref() != Some(&**field) {
                    say(field, "change");
                }
            }
            Self::Written(field, written) if field.value() == *written => say(field, "input"),
            // Of a group, only the one that is chosen says so.
            Self::Ticked(field, is_ticked)
                if field.checked() == *is_ticked && (*is_ticked || field.type_() == "checkbox") =>
            {
                say(field, "input");
                say(field, "change");
            }
            Self::Chosen(field, chosen) if field.value() == *chosen => {
                say(field, "input");
                say(field, "change");
            }
            Self::Typed(..) | Self::Written(..) | Self::Ticked(..) | Self::Chosen(..) => {}
        }
    }
}

/// The option that the server has chosen, or the first one.
fn drawn_choice(field: &HtmlSelectElement) -> Option<HtmlOptionElement> {
    let option = |which| field.query_selector(which).ok().flatten();
    option("option[selected]").or_else(|| option("option"))?.dyn_into().ok()
}

fn say(field: &HtmlElement, what: &str) {
    if let Ok(event) = Event::new(what) {
        event.init_event_with_bubbles(what, true);
        let _ = field.dispatch_event(&event);
    }
}
