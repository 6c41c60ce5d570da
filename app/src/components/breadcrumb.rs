//! Where a page stands beneath another.

use leptos::prelude::*;

use super::Glyph;
use crate::texts::text;

/// The way from a list to the page that is shown, which is its last step.
#[component]
pub fn Breadcrumb(
    /// The pages above, the outermost first: name and path.
    above: Vec<(&'static str, &'static str)>,
    /// This page.
    #[prop(into)]
    here: ViewFn,
) -> impl IntoView {
    let above = above
        .into_iter()
        .map(|(name, path)| {
            view! { <li><a href=path>{name}</a><Glyph icon=icondata::LuChevronRight/></li> }
        })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label=text!(common.path)>
            <ol>{above}<li aria-current="page" dir="auto">{here.run()}</li></ol>
        </nav>
    }
    .into_any()
}
