//! Where the focus is, and where it goes when what had it is moved, gone, or made into something else.

use std::{cell::Cell, iter::successors};

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlElement},
};

/// What has the focus; none when nothing in the page has it.
pub fn focused() -> Option<HtmlElement> {
    let one = document().active_element()?.dyn_into().ok()?;
    (document().body().as_ref() != Some(&one)).then_some(one)
}

/// Whether nothing in the page has the focus.
pub fn focus_is_nowhere() -> bool {
    focused().is_none()
}

/// In as many frames what somebody presses has its effect: an answer has come, and a list was read again.
const WATCHED: u32 = 180;
/// After as many frames without a focus it does not come back by itself.
const LOST: u32 = 10;

/// Where what had the focus goes away by what somebody did, as the button of a change that is decided or a row that is
/// taken out, the heading of what it stood in takes the focus, so that the next Tab goes on from there and not from the
/// page's beginning. Called once, for all pages.
pub fn never_lose_focus() {
    const PRESSED: &str = "a, button, input, label, summary";
    Effect::new(move |_| {
        // Before the program came, somebody may have gone to a field already.
        let last = StoredValue::new_local(parts_around(document().active_element()));
        let left = StoredValue::new(0_u32);
        let focused = window_event_listener(ev::focusin, move |event| {
            last.set_value(parts_around(element_of(&event)));
        });
        // A key on a button, and a screen reader, make one too.
        let pressed = window_event_listener(ev::click, move |event| {
            let is_pressed = element_of(&event)
                .is_some_and(|one| one.closest(PRESSED).is_ok_and(|found| found.is_some()));
            let is_watched = left.get_value() > 0;
            // Whoever clicks beside everything wants the focus nowhere.
            left.set_value(if is_pressed { WATCHED } else { 0 });
            if is_pressed && !is_watched {
                watch(last, left, 0);
            }
        });
        on_cleanup(move || {
            focused.remove();
            pressed.remove();
        });
    });
}

/// Looks once a frame for as many as are `left`; `lost` says for how many the focus has been nowhere.
fn watch(last: StoredValue<Vec<Element>, LocalStorage>, left: StoredValue<u32>, lost: u32) {
    request_animation_frame(move || {
        let frames = left.get_value();
        if frames == 0 {
            return;
        }
        // While something is on its way its button is disabled, and has the focus again afterwards.
        let is_busy = find("[aria-busy=true]").is_some();
        let lost = if is_busy || !focus_is_nowhere() { 0 } else { lost + 1 };
        if lost >= LOST && find("dialog[open]").is_none() {
            left.set_value(0);
            focus_heading(last.get_value());
            return;
        }
        if !is_busy {
            left.set_value(frames - 1);
        }
        watch(last, left, lost);
    });
}

/// What `element` stands in, the innermost first.
fn parts_around(element: Option<Element>) -> Vec<Element> {
    const PARTS: &str = "article, section, main";
    let innermost = element.and_then(|one| one.closest(PARTS).ok()?);
    successors(innermost, |one| one.parent_element()?.closest(PARTS).ok()?).collect()
}

/// The heading of the innermost of `parts` that is still there and has one; of the page, where none has.
fn focus_heading(parts: Vec<Element>) {
    let heading = parts
        .into_iter()
        .filter(|part| part.is_connected())
        .find_map(|part| part.query_selector("h1, h2").ok().flatten())
        .and_then(|heading| heading.dyn_into::<HtmlElement>().ok())
        .or_else(|| find("h1"));
    if let Some(heading) = heading {
        heading.set_tab_index(-1);
        let _ = heading.focus();
    }
}

/// What an event happened to.
pub(super) fn element_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// In as many frames a list that was read is drawn, also where each takes long.
const DRAWN: u32 = 30;

thread_local! {
    /// For how many frames it is still looked where the focus is kept.
    static KEPT: Cell<u32> = const { Cell::new(0) };
}

/// What has the focus keeps it while a list is drawn anew. What is put elsewhere in a list loses it; and where a row is gone,
/// those below take each the elements of the row before: the focus would be on another row, or nowhere.
pub(super) fn keep_through_drawing() {
    // One that is looking goes on with what it knows: for another, what the first drawing has made of it would be itself.
    if KEPT.replace(DRAWN) == 0 {
        keep(Remembered::now());
    }
}

/// Looks once a frame. A dialog that closes gives the focus back meanwhile.
fn keep(kept: Option<Remembered>) {
    request_animation_frame(move || {
        let left = KEPT.get().saturating_sub(1);
        KEPT.set(left);
        if left == 0 {
            return;
        }
        let now = focused();
        let Some(kept) = kept.filter(|kept| now.as_ref().is_none_or(|now| *now == kept.element))
        else {
            // Somebody has gone elsewhere.
            return keep(Remembered::now());
        };
        if kept.is_itself() {
            if now.is_none() {
                let _ = kept.element.focus();
            }
            return keep(Some(kept));
        }
        KEPT.set(0);
        // A dialog that closes gives it back itself. What is like a link of its own may stand in the menu.
        if kept.is_in_dialog() {
            return;
        }
        if let Some(like) = kept.find() {
            let _ = like.focus();
        } else if let Some(others) = now {
            // It would be on what another row has in its place.
            let _ = others.blur();
        }
    });
}

/// What a list has one of for each of its things, and may give to another of them. The choices of a filter are the same ones
/// always, though each leads elsewhere once another is chosen.
const ROW: &str = "tbody tr, article, li:not(.chips > li)";

/// Something that had the focus, to give it back.
pub(super) struct Remembered {
    element: HtmlElement,
    is_in_row: bool,
    selector: Option<String>,
    /// What it stands in, where that stays: the menu has links like those of a page.
    within: &'static str,
}

impl Remembered {
    /// What has the focus now.
    pub(super) fn now() -> Option<Self> {
        let element = focused()?;
        let selector = selector_of(&element);
        let is_in = |what| element.closest(what).is_ok_and(|found| found.is_some());
        let within = if is_in("main") { "main" } else { "body" };
        Some(Self { is_in_row: is_in(ROW), element, selector, within })
    }

    /// Whether it is a part of a dialog, which may be about to go.
    pub(super) fn is_in_dialog(&self) -> bool {
        self.element.closest("dialog").is_ok_and(|dialog| dialog.is_some())
    }

    /// It, or what is like it, if one of both is still there: its row may have become another's.
    pub(super) fn find(self) -> Option<HtmlElement> {
        if self.is_itself() {
            return Some(self.element);
        }
        find(&format!("{} {}", self.within, self.selector?))
    }

    /// Whether it is still there, and nobody else's. What is in no row is nobody's: a head that sorts leads elsewhere once it is
    /// sorted by it.
    fn is_itself(&self) -> bool {
        let is_own = || !self.is_in_row || selector_of(&self.element) == self.selector;
        self.element.is_connected() && is_own()
    }
}

/// The first element of the page that `selector` fits.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// What an element leads to or opens, else what it is called, by which it is told from those of other rows; none of one that
/// has neither. A name comes last, as somebody may just have changed it.
fn selector_of(element: &Element) -> Option<String> {
    let (name, value) = ["href", "popovertarget", "aria-label"]
        .into_iter()
        .find_map(|name| Some((name, element.get_attribute(name)?)))?;
    Some(element.local_name() + &attribute_selector(name, &value))
}

/// `[name="value"]`, the value as a string of CSS.
fn attribute_selector(name: &str, value: &str) -> String {
    let mut selector = format!("[{name}=\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => selector.extend(['\\', character]),
            // What ends a line would end the string. The space ends the number.
            character if character.is_control() => {
                selector.push_str(&format!("\\{:x} ", u32::from(character)));
            }
            character => selector.push(character),
        }
    }
    selector + "\"]"
}

#[cfg(test)]
mod tests {
    use super::attribute_selector;

    #[test]
    fn whatever_somebody_is_called_stays_one_string() {
        for (value, selector) in [
            ("/team?generate=mem_1", r#"[href="/team?generate=mem_1"]"#),
            (r#"Ann "Bo" \ Lee"#, r#"[href="Ann \"Bo\" \\ Lee"]"#),
            ("two\nlines", r#"[href="two\a lines"]"#),
        ] {
            assert_eq!(attribute_selector("href", value), selector);
        }
    }
}
