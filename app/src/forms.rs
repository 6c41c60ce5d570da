//! What the pages' forms share: the error of the last sending, field by field, and what it does to the
//! focus.

use std::{iter::successors, sync::Arc};

use leptos::{
    ev, html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use shared::{Error, Field, Problem};

use crate::{
    components::focus_is_nowhere,
    error::{Answer, AppError},
    posting::Posting,
};

/// The error of an action's last sending: by the wasm, or by a plain form post before this page.
pub(crate) fn error_of<I, T>(action: impl Into<Action<I, Answer<T>>>) -> Memo<Option<Error>>
where
    I: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let value = action.into().value();
    Memo::new(move |_| {
        value.with(|answer| match answer {
            Some(Err(AppError(error))) => Some(error.clone()),
            Some(Ok(_)) | None => None,
        })
    })
}

/// What is wrong with one field.
pub(crate) fn problem(error: Memo<Option<Error>>, field: Field) -> Signal<Option<Problem>> {
    Signal::derive(move || error.with(|error| error.as_ref()?.problem_of(field)))
}

/// The error, unless it is about fields of `shown`, which say it themselves.
pub(crate) fn general(
    error: Memo<Option<Error>>,
    shown: &'static [Field],
) -> Signal<Option<Error>> {
    Signal::derive(move || {
        error.get().filter(|error| match error {
            Error::Invalid(fields) => !fields.iter().all(|one| shown.contains(&one.field)),
            _ => true,
        })
    })
}

/// Counts an action's successes: a page's data is read again for each.
pub(crate) fn successes(action: Posting) -> Memo<usize> {
    Memo::new(move |before: Option<&usize>| {
        let version = action.version().get();
        let succeeded = action.value().with(|answer| matches!(answer, Some(Ok(_))));
        if succeeded { version } else { before.copied().unwrap_or_default() }
    })
}

/// Where the button that did something goes away with it, as that of a change that is decided: the heading of what it
/// stood in takes the focus, so that the next Tab goes on from there and not from the page's beginning. `done` counts
/// the successes.
pub(crate) fn keep_focus(done: impl Fn() -> usize + Send + Sync + 'static) {
    let done = Arc::new(done);
    // What holds elements is made in the browser alone: the server's threads may not drop it.
    Effect::new(move |_| {
        // A button that is disabled while its form is sent has lost the focus by the time of the answer.
        // Before the program came, somebody may have gone to a field already.
        let last = StoredValue::new_local(parts_around(document().active_element()));
        let heard = window_event_listener(ev::focusin, move |event| {
            let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            // The page may be gone by now.
            let _ = last.try_set_value(parts_around(focused));
        });
        on_cleanup(move || heard.remove());
        let done = Arc::clone(&done);
        Effect::new(move |before: Option<usize>| {
            let now = done();
            if before.is_some_and(|before| before != now) {
                watch_focus(last.get_value(), 0);
            }
            now
        });
    });
}

/// What `focused` stands in, the innermost first.
fn parts_around(focused: Option<Element>) -> Vec<Element> {
    const PARTS: &str = "article, section, main";
    let innermost = focused.and_then(|one| one.closest(PARTS).ok()?);
    successors(innermost, |one| one.parent_element()?.closest(PARTS).ok()?).collect()
}

/// In as many frames a list has been read again, or it has not to do with what was done.
const LISTS_ARE_READ: u32 = 90;
/// In as many frames a button that was disabled meanwhile has the focus back.
const BUTTON_IS_BACK: u32 = 3;

fn watch_focus(around: Vec<Element>, frame: u32) {
    request_animation_frame(move || {
        if !focus_is_nowhere() || frame < BUTTON_IS_BACK {
            if frame < LISTS_ARE_READ {
                watch_focus(around, frame + 1);
            }
            return;
        }
        let heading = around
            .into_iter()
            .filter(|part| part.is_connected())
            .find_map(|part| part.query_selector("h1, h2").ok().flatten());
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            heading.set_tab_index(-1);
            let _ = heading.focus();
        }
    });
}

/// Moves the focus to the first wrong field of `form` whenever an answer names one.
pub(crate) fn focus_first_wrong<I, T>(
    form: NodeRef<html::Form>,
    action: impl Into<Action<I, Answer<T>>>,
) where
    I: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let value = action.into().value();
    Effect::new(move |_| {
        let is_wrong =
            value.with(|answer| matches!(answer, Some(Err(AppError(Error::Invalid(_))))));
        if !is_wrong {
            return;
        }
        // The fields are marked in the same turn, but maybe after this.
        request_animation_frame(move || {
            let wrong = form
                .try_get_untracked()
                .flatten()
                .and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten())
                .and_then(|field| field.dyn_into::<HtmlElement>().ok());
            if let Some(field) = wrong {
                let _ = field.focus();
            }
        });
    });
}
