//! A workflow drawn as a flow: inputs at the top, then a card for each step on a line, with what it takes from
//! which. Read aloud it is an ordered list that says the same.

use leptos::prelude::*;
use shared::workflow::StepAction;

use crate::{
    components::{CodeDetails, Glyph},
    texts::text,
    told::{self, Step, Taken},
};

/// The drawing.
#[component]
pub(super) fn Flow(
    /// What is drawn.
    flow: told::Flow,
) -> impl IntoView {
    let told::Flow { inputs, steps } = flow;
    let inputs = (!inputs.is_empty()).then(|| {
        let labels = inputs
            .into_iter()
            .map(|(label, kind)| {
                view! { <li><b dir="auto">{label}</b> " " <span class="sub">{kind}</span></li> }
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
        .enumerate()
        .map(|(at, step)| view! { <Drawn number=at + 1 step/> })
        .collect_view();
    view! { <ol class="flow" aria-label=text!(workflows.steps)>{inputs}{steps}</ol> }.into_any()
}

#[component]
fn Drawn(number: usize, step: Step) -> impl IntoView {
    let Step { title, action, kind, model, does, takes, exactly } = step;
    let class = if action.changes() { "step changes" } else { "step" };
    let takes = takes
        .into_iter()
        .map(|taken| {
            let (icon, sentence) = match taken {
                Taken::Input(sentence) => (icondata::LuTextCursorInput, sentence),
                Taken::Step(sentence) => (icondata::LuCornerLeftUp, sentence),
            };
            view! { <li><Glyph icon/><span dir="auto">{sentence}</span></li> }
        })
        .collect_view();
    view! {
        <li class=class>
            <span class="number" aria-hidden="true">{number}</span>
            <div>
                <b dir="auto">{title}</b>
                <span class="sub">
                    <Glyph icon=icon(action)/>
                    {kind}
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
