//! What the pages' forms share: the error of the last sending, field by field, and what it does to the
//! focus.

use leptos::{
    html::ElementType,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use shared::{Error, Field, Problem};

use crate::{
    error::{Answer, AppError},
    posting::Posting,
};

/// The error of an action's last sending: by the wasm, or by a plain form post before this page. Whoever follows it hears of every
/// answer, also of one that says the same as the one before.
pub(crate) fn error_of<I, T>(action: impl Into<Action<I, Answer<T>>>) -> Memo<Option<Error>>
where
    I: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let value = action.into().value();
    Memo::new_with_compare(
        move |_| {
            value.with(|answer| match answer {
                Some(Err(AppError(error))) => Some(error.clone()),
                Some(Ok(_)) | None => None,
            })
        },
        |_, _| true,
    )
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
    count(action, Result::is_ok)
}

/// Counts an action's answers that its page shows an Odoo connection which is not there any more: the page's data is read again for
/// each.
pub(crate) fn outdated(action: Posting) -> Memo<usize> {
    count(action, |answer| {
        matches!(answer, Err(AppError(Error::ConnectionChanged | Error::NotConnected)))
    })
}

/// Counts the answers that are `counted`. Each has a number that none before it had.
fn count(action: Posting, counted: fn(&Answer<()>) -> bool) -> Memo<usize> {
    Memo::new(move |before: Option<&usize>| {
        let version = action.version().get();
        let is_counted = action.value().with(|answer| answer.as_ref().is_some_and(counted));
        if is_counted { version } else { before.copied().unwrap_or_default() }
    })
}

/// Moves the focus to the first wrong field of `form` whenever an answer names one.
pub(crate) fn focus_first_wrong<E, I, T>(form: NodeRef<E>, action: impl Into<Action<I, Answer<T>>>)
where
    E: ElementType + 'static,
    E::Output: AsRef<Element> + JsCast + Clone + 'static,
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
                .and_then(|form| {
                    AsRef::<Element>::as_ref(&form)
                        .query_selector("[aria-invalid=true]")
                        .ok()
                        .flatten()
                })
                .and_then(|field| field.dyn_into::<HtmlElement>().ok());
            if let Some(field) = wrong {
                let _ = field.focus();
            }
        });
    });
}
