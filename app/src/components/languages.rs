//! The choice of the language.

use leptos::prelude::*;

use super::LeavingForm;
use crate::texts::{self, text};

/// One button for each language. The whole page is loaded anew in the other language, also without the wasm.
#[component]
pub fn Languages() -> impl IntoView {
    let here = texts::locale();
    let buttons = texts::languages()
        .map(|(locale, name)| {
            let (code, current) = (locale.to_string(), (locale == here).then_some("true"));
            view! {
                <button class="btn small quiet" name="language" value=code.clone() lang=code aria-current=current>
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <LeavingForm action=texts::CHOICE class="languages" label=text!(languages.choose)>
            {buttons}
        </LeavingForm>
    }
    .into_any()
}
