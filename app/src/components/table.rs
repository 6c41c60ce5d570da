//! Lists of things in columns, which a narrow screen shows as cards, and the way to their other pages. What is sorted by
//! is in the address, so that a head is a link and works before the wasm has loaded.

use leptos::prelude::*;

use super::Glyph;
use crate::texts::text;

/// The head of a column.
pub enum Head {
    /// Its name.
    Named(&'static str),
    /// Its name for those who do not see that the content needs none.
    Unseen(&'static str),
    /// The same with something to press.
    Holding(&'static str, AnyView),
    /// A name that sorts the list by it.
    Sorting {
        /// The name.
        label: &'static str,
        /// The list, sorted by this column; the other way round where it is already.
        href: String,
        /// How the list is sorted by it now, if it is.
        now: Option<Direction>,
    },
}

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The most first.
    Descending,
}

/// A table with its heads. Its cells are the caller's; one whose content does not say what it is names itself in
/// `data-l`, for where the heads have no room.
#[component]
pub fn Table(
    /// What the rows are, which its style goes by.
    class: &'static str,
    /// What it lists, for those who do not see what is around it.
    caption: &'static str,
    /// One for each column.
    heads: Vec<Head>,
    /// Rows.
    children: Children,
) -> impl IntoView {
    let heads = heads.into_iter().map(head).collect_view();
    view! {
        <table class=class>
            <caption class="visually-hidden">{caption}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{children()}</tbody>
        </table>
    }
    .into_any()
}

fn head(head: Head) -> AnyView {
    match head {
        Head::Named(label) => view! { <th scope="col">{label}</th> }.into_any(),
        Head::Unseen(label) => {
            view! { <th scope="col"><span class="visually-hidden">{label}</span></th> }.into_any()
        }
        Head::Holding(label, held) => {
            view! { <th scope="col"><span class="visually-hidden">{label}</span>{held}</th> }
                .into_any()
        }
        Head::Sorting { label, href, now } => {
            let (sorted, icon) = match now {
                Some(Direction::Ascending) => (Some("ascending"), icondata::LuArrowUp),
                Some(Direction::Descending) => (Some("descending"), icondata::LuArrowDown),
                None => (None, icondata::LuArrowUpDown),
            };
            view! {
                <th scope="col" aria-sort=sorted>
                    <a class="sort" href=href data-noscroll="">{label}<Glyph icon/></a>
                </th>
            }
            .into_any()
        }
    }
}

/// The addresses of the pages beside the one that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// The one before.
    pub previous: Option<String>,
    /// The one after.
    pub next: Option<String>,
}

/// The foot of a list: what it says of itself, and the way to the pages beside.
#[component]
pub fn Pages(
    /// Where they are.
    #[prop(into)]
    beside: Signal<Beside>,
    /// What leads back, where it is not *Previous*.
    #[prop(optional)]
    back: Option<&'static str>,
    /// What leads on, where it is not *Next*.
    #[prop(optional)]
    on: Option<&'static str>,
    /// Stands before them.
    children: Children,
) -> impl IntoView {
    let link = |label: &'static str, rel: &'static str, href: Option<String>| match href {
        Some(href) => view! { <a class="btn small" rel=rel href=href>{label}</a> }.into_any(),
        None => view! { <button type="button" class="btn small" disabled=true>{label}</button> }
            .into_any(),
    };
    let links = move || {
        let Beside { previous, next } = beside.get();
        view! {
            {link(back.unwrap_or_else(|| text!(common.previous)), "prev", previous)}
            {link(on.unwrap_or_else(|| text!(common.next)), "next", next)}
        }
    };
    view! { <nav class="foot" aria-label=text!(common.pages)>{children()} {links}</nav> }.into_any()
}
