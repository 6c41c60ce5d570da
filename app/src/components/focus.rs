//! Where the focus is, and where it goes when what had it is drawn anew.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

/// What has the focus, or had it. Its like is found when it is gone: a list that is read again is made of new elements.
#[derive(Debug, Clone)]
pub(super) struct Focused {
    element: HtmlElement,
    /// What it is known by; none when it has nothing of its own.
    selector: Option<String>,
}

impl Focused {
    /// What has the focus now; none when nothing has it.
    pub(super) fn now() -> Option<Self> {
        let element: HtmlElement = document().active_element()?.dyn_into().ok()?;
        (!is_body(&element)).then(|| Self { selector: selector_of(&element), element })
    }

    /// Itself while it is in the page, else its like.
    pub(super) fn element(&self) -> Option<HtmlElement> {
        if self.element.is_connected() {
            return Some(self.element.clone());
        }
        find(self.selector.as_ref()?)
    }
}

/// Whether nothing in the page has the focus.
pub fn focus_is_nowhere() -> bool {
    document().active_element().is_none_or(|one| is_body(&one))
}

/// Gives the focus back to what has it now, should it lose it until the next frame: by being put elsewhere or by being drawn
/// anew.
pub(super) fn keep_through_drawing() {
    let Some(focused) = Focused::now() else { return };
    request_animation_frame(move || {
        if focus_is_nowhere()
            && let Some(element) = focused.element()
        {
            let _ = element.focus();
        }
    });
}

/// The first element of the page that `selector` fits and that can have the focus.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn is_body(element: &Element) -> bool {
    element.tag_name() == "BODY"
}

/// Of an element's attributes those that tell it from its neighbours, whatever the state that it is in.
fn selector_of(element: &Element) -> Option<String> {
    const TELLING: [&str; 5] = ["id", "href", "name", "value", "aria-label"];
    let attributes: String = TELLING
        .iter()
        .filter_map(|name| Some(attribute_selector(name, &element.get_attribute(name)?)))
        .collect();
    (!attributes.is_empty()).then(|| format!("{}{attributes}", element.local_name()))
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
