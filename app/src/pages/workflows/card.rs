//! One workflow of the list: what it does, in which version, and what the person can do with it.

use leptos::prelude::*;
use shared::{
    id::{CompanyId, WorkflowId},
    workflow::{PastVersion, VersionView},
};

use super::{Doing, WORKFLOWS, flow::Flow};
use crate::{
    components::{Note, StateBadge, SubmitButton, Time, Tone},
    posting::PostForm,
    texts::{rich, text},
    told::Workflow,
};

/// A workflow.
#[component]
pub(super) fn Card(
    /// The company.
    company: CompanyId,
    /// Which.
    workflow: Workflow,
    /// Which one is open in the builder.
    edited: Memo<Option<String>>,
    /// Whether the viewer builds and validates.
    manages: bool,
    /// What the forms do.
    doing: Doing,
) -> impl IntoView {
    let Workflow {
        id,
        name,
        description,
        flow,
        has_flaws,
        is_tried,
        version,
        history,
        changed_by,
        changed_at,
    } = workflow;
    let heading = format!("workflow-{id}");
    let labelled = heading.clone();
    // Beneath the builder it would be there twice, once as it was.
    let is_edited = move || {
        let open: Option<WorkflowId> = edited.with(|open| open.as_ref()?.parse().ok());
        manages && open == Some(id)
    };
    let badge = match &version {
        Some(version) => {
            view! { <StateBadge tone=Tone::Good label=text!(workflows.version, number = version.number)/> }
        }
        None if has_flaws => {
            view! { <StateBadge tone=Tone::Warn label=text!(workflows.draft_flaws)/> }
        }
        None => view! { <StateBadge tone=Tone::Warn label=text!(workflows.draft)/> },
    };
    let accept = version
        .clone()
        .filter(|version| version.changes && !version.is_accepted)
        .map(|version| view! { <Accept company version doing/> });
    let runs_how = version
        .as_ref()
        .is_some_and(|version| !version.changes || version.is_accepted)
        .then(|| text!(workflows.runs_how, name = name.clone()));
    let told =
        version.map(|VersionView { validated_by, validated_at, is_accepted, changes, .. }| {
            view! {
                <span>
                    {rich!(
                        workflows.validated,
                        person = validated_by,
                        <bdi> = <bdi/>,
                        <time/> = move || view! { <Time time=validated_at.clone()/> }
                    )}
                    {(changes && is_accepted).then(|| view! { " · " {text!(workflows.accepted)} })}
                </span>
            }
        });
    let is_draft = told.is_none();
    let tools = manages.then(|| {
        view! {
            <a class="btn" href=format!("{WORKFLOWS}?edit={id}")>{text!(workflows.edit)}</a>
            {(is_draft && !has_flaws && is_tried).then(|| view! {
                <PostForm action=doing.validate>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <input type="hidden" name="input[workflow]" value=id.to_string()/>
                    <SubmitButton pending=doing.validate.is_sending(vec![("input[workflow]", id.to_string())]) busy=text!(workflows.validating)>{text!(workflows.validate)}</SubmitButton>
                </PostForm>
            })}
            <a class="btn danger" href=format!("{WORKFLOWS}?remove={id}")>{text!(workflows.remove)}</a>
        }
    });
    view! {
        <article class="card workflow" aria-labelledby=labelled hidden=is_edited>
            <header><h2 id=heading dir="auto">{name}</h2>{badge}</header>
            <p class="soft" dir="auto">{description}</p>
            <Flow flow/>
            <p class="sub">
                {told}
                {is_draft.then(|| {
                    let changed = rich!(
                        workflows.changed,
                        person = changed_by,
                        <bdi> = <bdi/>,
                        <time/> = move || view! { <Time time=changed_at.clone()/> }
                    );
                    view! { <span>{changed}</span> }
                })}
            </p>
            {(is_draft && has_flaws).then(|| view! { <Note tone=Tone::Warn><p>{text!(workflows.mend)}</p></Note> })}
            {(is_draft && manages && !has_flaws && !is_tried).then(|| view! { <p class="soft">{text!(workflows.try_first)}</p> })}
            {accept}
            {runs_how.map(|how| view! { <p class="soft" dir="auto">{how}</p> })}
            {(!history.is_empty()).then(|| view! { <History history/> })}
            <div class="buttons">{tools}</div>
        </article>
    }
    .into_any()
}

/// What was validated, when, by whom, and who has let it run as them.
#[component]
fn History(history: Vec<PastVersion>) -> impl IntoView {
    let lines = history
        .into_iter()
        .map(|PastVersion { number, validated_by, validated_at, retired_at, accepted_by }| {
            let head = rich!(
                workflows.validated,
                person = validated_by,
                <bdi> = <bdi/>,
                <time/> = move || view! { <Time time=validated_at.clone()/> }
            );
            let until = match retired_at {
                None => view! { <span>{text!(workflows.in_force)}</span> }.into_any(),
                Some(at) => view! {
                    <span>{rich!(workflows.retired, <time/> = move || view! { <Time time=at.clone()/> })}</span>
                }
                .into_any(),
            };
            let accepted = if accepted_by.is_empty() {
                text!(workflows.accepted_by_nobody).to_owned()
            } else {
                text!(workflows.accepted_by, people = accepted_by.join(", "))
            };
            view! { <li><b>{text!(workflows.version, number = number)}</b> " · " {head} " · " {until} " · " <span dir="auto">{accepted}</span></li> }
        })
        .collect_view();
    view! {
        <details class="history">
            <summary>{text!(workflows.history)}</summary>
            <ol reversed>{lines}</ol>
        </details>
    }
    .into_any()
}

#[component]
fn Accept(company: CompanyId, version: VersionView, doing: Doing) -> impl IntoView {
    view! {
        <div class="note warn">
            <p>{text!(workflows.accept_why)}</p>
            <PostForm action=doing.accept>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[version]" value=version.id.to_string()/>
                <SubmitButton pending=doing.accept.is_sending(vec![("input[version]", version.id.to_string())]) busy=text!(common.saving)>{text!(workflows.accept)}</SubmitButton>
            </PostForm>
        </div>
    }
    .into_any()
}
