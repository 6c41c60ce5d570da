//! The runs: what ran, as whom, how long each step took, what was done and what was not.

use leptos::prelude::*;
use shared::{activity::CallResult, workflow::StepOutcome};

use crate::{
    components::{CallTrouble, Head, InPlace, StateBadge, Table, Time, Tone},
    texts::text,
    told::{Ran, Run},
};

/// The newest runs.
#[component]
pub(super) fn Runs(
    /// The newest first.
    runs: Signal<Vec<Run>>,
) -> impl IntoView {
    let heads = vec![
        Head::Named(text!(workflows.when)),
        Head::Named(text!(workflows.workflow)),
        Head::Named(text!(workflows.person)),
        Head::Named(text!(workflows.steps)),
        Head::Named(text!(workflows.result)),
    ];
    view! {
        <section class="card runs" aria-labelledby="runs">
            <h2 id="runs">{text!(workflows.runs)}</h2>
            <Table class="calls" caption=text!(workflows.runs_caption) heads>
                <InPlace items=runs key=|run| run.id draw=|run| view! { <Row run/> }/>
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(run: Run) -> impl IntoView {
    let Run { id, workflow, version, person, by, started_at, took, result, ended, steps } = run;
    let steps = steps
        .into_iter()
        .map(|Ran { sentence, outcome, took, problem }| {
            let class = match outcome {
                StepOutcome::Done => "done",
                StepOutcome::NotDone => "not-done",
                StepOutcome::Failed | StepOutcome::Unknown => "failed",
            };
            view! {
                <li class=class>
                    <span dir="auto">{sentence}</span>
                    {took.map(|took| view! { " " <span class="sub">{took}</span> })}
                    {problem.map(|problem| view! { <CallTrouble problem class="sub why"/> })}
                </li>
            }
        })
        .collect_view();
    view! {
        // A client that does not wait for the end is told where the run is.
        <tr id=id.to_string()>
            <td><Time time=started_at/></td>
            <td><div class="name" dir="auto">{workflow}</div><div class="sub">{version}</div></td>
            <td data-l=text!(workflows.as_person)>
                <span dir="auto">{person}</span>
                {(!by.is_empty()).then(|| view! { <div class="sub" dir="auto">{by}</div> })}
            </td>
            <td><ol class="ran">{steps}</ol></td>
            <td data-l=text!(workflows.result)>
                <StateBadge tone=tone(result) label=ended/>
                {took.map(|took| view! { <div class="sub">{took}</div> })}
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
