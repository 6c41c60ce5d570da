//! Drawings: one set of icons, and the product's own mark.

use leptos::prelude::*;

/// An icon that says nothing by itself: words stand beside it, or a label around it. Its size and
/// stroke are the style sheet's, as the security policy allows no style attribute.
#[component]
pub fn Glyph(
    /// The drawing.
    icon: icondata::Icon,
) -> impl IntoView {
    view! {
        <svg
            class="glyph"
            viewBox=icon.view_box
            width="17"
            height="17"
            aria-hidden="true"
            inner_html=icon.data
        ></svg>
    }
    .into_any()
}

/// The product's mark and name.
#[component]
pub fn Brand(
    /// Where it leads.
    #[prop(default = "/")]
    href: &'static str,
) -> impl IntoView {
    view! {
        <a class="brand" href=href>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <rect class="tile" width="24" height="24" rx="7"></rect>
                <path class="sign" d="M6.5 17 12 6l5.5 11M9 13.5h6"></path>
            </svg>
            "Aidoo"
        </a>
    }
    .into_any()
}
