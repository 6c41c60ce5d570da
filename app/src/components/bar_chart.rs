//! Names with a bar each, the longest for the most: a table that is also a drawing.

use leptos::prelude::*;

/// The drawing's width, in its own units.
const WIDTH: u64 = 100;

/// One row a name. Nothing is drawn without a call.
#[component]
pub fn BarChart(
    /// What it shows, for those who do not see it.
    caption: &'static str,
    /// What the names are.
    name: &'static str,
    /// What the numbers count.
    count: &'static str,
    /// The names and how many there are of each.
    rows: Vec<(String, u32)>,
    /// Whether the names are code, such as a model's.
    #[prop(optional)]
    is_code: bool,
) -> impl IntoView {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let rows = rows
        .into_iter()
        .map(|(name, count)| {
            let name = if is_code {
                view! { <code>{name}</code> }.into_any()
            } else {
                view! { <span dir="auto">{name}</span> }.into_any()
            };
            let viewbox = format!("0 0 {WIDTH} 1");
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="drawn" aria-hidden="true">
                        <svg viewBox=viewbox preserveAspectRatio="none"><rect width=length(count, most) height="1"/></svg>
                    </td>
                    <td class="number">{count}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="bars">
            <caption class="visually-hidden">{caption}</caption>
            <colgroup><col/><col/><col/></colgroup>
            <thead class="visually-hidden">
                <tr><th scope="col">{name}</th><td></td><th scope="col">{count}</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// How long a bar is. What happened at all can be seen.
fn length(count: u32, most: u32) -> u64 {
    let share = u64::from(count) * WIDTH / u64::from(most.max(1));
    if count == 0 { 0 } else { share.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_leaves_the_drawing() {
        assert_eq!([length(0, 0), length(0, 9), length(9, 9)], [0, 0, WIDTH]);
        assert_eq!([length(1, 2), length(1, 1_000_000)], [WIDTH / 2, 1]);
        assert_eq!(length(u32::MAX, u32::MAX), WIDTH);
    }
}
