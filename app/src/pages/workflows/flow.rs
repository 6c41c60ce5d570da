//! A workflow drawn as a flow: inputs, then a box for each step, with arrows between them.

use leptos::prelude::*;
use shared::workflow::{Definition, Input, Step};

use crate::texts::text;

/// The drawing; read aloud it is an ordered list.
#[component]
pub(super) fn Flow(
    /// What is drawn.
    definition: Definition,
) -> impl IntoView {
    let Definition { inputs, steps } = definition;
    let inputs = (!inputs.is_empty()).then(|| {
        let labels: Vec<String> = inputs.into_iter().map(|Input { label, .. }| label).collect();
        view! { <li class="in"><b>{text!(workflows.asks_for)}</b><span dir="auto">{labels.join(", ")}</span></li> }
    });
    let steps = steps
        .into_iter()
        .map(|step| {
            let Step { name: _, title, action, arguments } = step;
            let text = |name: &str| {
                arguments.get(name).and_then(|value| value.as_str()).map(str::to_owned)
            };
            let on = [text("model"), text("method")]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ");
            let exactly = serde_json::to_string_pretty(&arguments).unwrap_or_default();
            let class = if action.changes() { "step changes" } else { "step" };
            view! {
                <li class=class>
                    <b dir="auto">{title}</b>
                    <span><code>{action.as_str()}</code> " " {on}</span>
                    <details>
                        <summary>{text!(workflows.exactly)}</summary>
                        <pre tabindex="0" role="group" aria-label=text!(workflows.exactly)>{exactly}</pre>
                    </details>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="flow" aria-label=text!(workflows.steps)>{inputs}{steps}</ol> }.into_any()
}
