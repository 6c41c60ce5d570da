//! Where the focus is, and where it goes when what had it is moved, gone, or made into something else.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

/// What has the focus; none when nothing in the page has it.
pub fn focused() -> Option<HtmlElement> {
    document()
        .active_element()?
        .dyn_into()
        .ok()
        .filter(|one: &HtmlElement| one.tag_name() != "BODY")
}

/// Whether nothing in the page has the focus.
pub fn focus_is_nowhere() -> bool {
    focused().is_none()
}

/// What has the focus now has it in the next frame too, though a list is drawn anew until then. What is put elsewhere in a
/// list loses it; and where a row is gone, those below take each the elements of the row before: the focus would be on
/// another row, or nowhere.
pub(super) fn keep_through_drawing() {
    let Some(focused) = focused() else { return };
    let selector = selector_of(&focused);
    request_animation_frame(move || {
        let now = self::focused();
        if now.as_ref().is_some_and(|now| *now != focused) {
            return;
        }
        if focused.is_connected() && selector_of(&focused) == selector {
            if now.is_none() {
                let _ = focused.focus();
            }
        } else if let Some(like) = selector.and_then(|selector| find(&selector)) {
            let _ = like.focus();
        }
    });
}

/// The first element of the page that `selector` fits.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// What an element leads to and what it is called, by which it is told from those of other rows; none of one that has neither.
fn selector_of(element: &Element) -> Option<String> {
    let attributes: String = ["href", "aria-label"]
        .into_iter()
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
