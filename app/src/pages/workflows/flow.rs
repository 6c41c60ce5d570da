//! A workflow drawn as a flow: inputs at the top, then a card for each step on a line, with what it takes from
//! which. Read aloud it is an ordered list that says the same.

use leptos::prelude::*;
use serde_json::Value;
use shared::workflow::{Definition, Input, Step, StepAction, Taken};

use crate::{
    components::{CodeDetails, Glyph},
    texts::text,
    words,
};

/// The drawing.
#[component]
pub(super) fn Flow(
    /// What is drawn.
    definition: Definition,
) -> impl IntoView {
    let takes: Vec<Vec<Taken>> =
        (0..definition.steps.len()).map(|at| definition.takes(at)).collect();
    let titles: Vec<String> = definition.steps.iter().map(|step| step.title.clone()).collect();
    let Definition { inputs, steps } = definition;
    let inputs = (!inputs.is_empty()).then(|| {
        let labels = inputs
            .into_iter()
            .map(|Input { label, kind, .. }| {
                view! { <li><b dir="auto">{label}</b> " " <span class="sub">{words::input_kind(kind)}</span></li> }
            })
            .collect_view();
        view! {
            <li class="in">
                <Glyph icon=icondata::LuTextCursorInput/>
                <div><span class="sub">{text!(workflows.asks_for)}</span><ul>{labels}</ul></div>
            </li>
        }
    });
    let steps = steps
        .into_iter()
        .zip(takes)
        .enumerate()
        .map(
            |(at, (step, takes))| view! { <Drawn number=at + 1 step takes titles=titles.clone()/> },
        )
        .collect_view();
    view! { <ol class="flow" aria-label=text!(workflows.steps)>{inputs}{steps}</ol> }.into_any()
}

#[component]
fn Drawn(number: usize, step: Step, takes: Vec<Taken>, titles: Vec<String>) -> impl IntoView {
    let Step { name: _, title, action, arguments } = step;
    let text =
        |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (model, method) = (text("model"), text("method"));
    let does = (!method.is_empty())
        .then(|| words::method(&model, &method, None).map_or(method, str::to_owned));
    let exactly = serde_json::to_string_pretty(&arguments).unwrap_or_default();
    let class = if action.changes() { "step changes" } else { "step" };
    let takes = takes
        .into_iter()
        .map(|taken| match taken {
            Taken::Input(label) => view! {
                <li><Glyph icon=icondata::LuTextCursorInput/><span dir="auto">{text!(workflows.takes_input, label = label)}</span></li>
            }
            .into_any(),
            Taken::Step(of, path) => {
                let title = titles.get(of).cloned().unwrap_or_default();
                view! {
                    <li>
                        <Glyph icon=icondata::LuCornerLeftUp/>
                        <span dir="auto">{text!(workflows.takes_step, number = of + 1, title = title, what = words::given_path(&path))}</span>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    view! {
        <li class=class>
            <span class="number" aria-hidden="true">{number}</span>
            <div>
                <b dir="auto">{title}</b>
                <span class="sub">
                    <Glyph icon=icon(action)/>
                    {words::step_action(action)}
                    {(!model.is_empty()).then(|| view! { " · " <code>{model}</code> })}
                    {does.map(|does| view! { " · " <span dir="auto">{does}</span> })}
                </span>
                {action.changes().then(|| view! { <span class="amber">{text!(workflows.changes_odoo)}</span> })}
                <ul class="takes">{takes}</ul>
                <CodeDetails summary=text!(workflows.exactly) code=exactly/>
            </div>
        </li>
    }
    .into_any()
}

const fn icon(action: StepAction) -> icondata::Icon {
    match action {
        StepAction::Query => icondata::LuSearch,
        StepAction::Read => icondata::LuEye,
        StepAction::Create => icondata::LuFilePlus,
        StepAction::Write => icondata::LuPencil,
        StepAction::Execute => icondata::LuZap,
        StepAction::Report => icondata::LuChartColumn,
    }
}
