//! The choice of the language.

use leptos::prelude::*;

use crate::texts::{self, Locale, text};

/// One button for each language. It is a plain form, so that it works without the wasm, and the whole page
/// is loaded anew in the other language.
#[component]
pub fn Languages() -> impl IntoView {
    let here = texts::locale();
    // Each language is called by its own name, whichever the page is in.
    let buttons = [(Locale::en, "en", text!(languages.en)), (Locale::fr, "fr", text!(languages.fr))]
        .map(|(locale, code, name)| {
            let current = (locale == here).then_some("true");
            view! {
                <button class="btn small quiet" name="language" value=code lang=code aria-current=current>
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=texts::CHOICE class="languages" aria-label=text!(languages.choose)>
            {buttons}
        </form>
    }
    .into_any()
}
