//! The runs: what ran, as whom, how long each step took, what was done and what was not.

use leptos::prelude::*;
use shared::{
    activity::CallResult,
    workflow::{RanStep, RunView},
};

use crate::{
    components::{Head, InPlace, StateBadge, Table, Time, Tone},
    texts::text,
    words,
};

/// The newest runs.
#[component]
pub(super) fn Runs(
    /// The newest first.
    runs: Signal<Vec<RunView>>,
) -> impl IntoView {
    let heads = vec![
        Head::Named(text!(workflows.when)),
        Head::Named(text!(workflows.workflow)),
        Head::Named(text!(workflows.person)),
        Head::Named(text!(workflows.steps)),
        Head::Named(text!(workflows.result)),
    ];
    view! {
        <section class="card" aria-labelledby="runs">
            <h2 id="runs">{text!(workflows.runs)}</h2>
            <Table class="calls" caption=text!(workflows.runs_caption) heads>
                <InPlace items=runs key=|run| run.id draw=|run| view! { <Row run/> }/>
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(run: RunView) -> impl IntoView {
    let RunView { id, workflow, number, person, key_name, started_at, took_ms, result, steps } =
        run;
    let steps = steps
        .into_iter()
        .map(|RanStep { title, outcome, cause, problem, duration_ms }| {
            let problem = words::call_problem(cause, problem);
            let class = match outcome.as_str() {
                "done" => "done",
                "not done" => "not-done",
                _ => "failed",
            };
            let took = (outcome != "not done").then(|| words::duration(duration_ms));
            view! {
                <li class=class>
                    <span dir="auto">{text!(workflows.step_outcome, title = title, outcome = words::outcome(&outcome))}</span>
                    {took.map(|took| view! { " " <span class="sub">{took}</span> })}
                    {problem.map(|problem| view! { <div class="sub why" dir="auto">{problem}</div> })}
                </li>
            }
        })
        .collect_view();
    view! {
        // A client that does not wait for the end is told where the run is.
        <tr id=id.to_string()>
            <td><Time time=started_at/></td>
            <td><div class="name" dir="auto">{workflow}</div><div class="sub">{text!(workflows.run_version, number = number)}</div></td>
            <td data-l=text!(workflows.as_person)>
                <span dir="auto">{person}</span>
                {(!key_name.is_empty()).then(|| view! { <div class="sub" dir="auto">{text!(workflows.by_key, key = key_name)}</div> })}
            </td>
            <td><ol class="ran">{steps}</ol></td>
            <td data-l=text!(workflows.result)>
                <StateBadge tone=tone(result) label=words::result(result)/>
                {took_ms.map(|took| view! { <div class="sub">{words::duration(took)}</div> })}
            </td>
        </tr>
    }
    .into_any()
}

const fn tone(result: CallResult) -> Tone {
    match result {
        CallResult::Ok => Tone::Good,
        CallResult::Failed | CallResult::Unknown => Tone::Bad,
        _ => Tone::Warn,
    }
}
