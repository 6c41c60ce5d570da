//! The smaller parts of a step: which action or report, which records, how many.

use leptos::prelude::*;
use shared::{
    workflow::StepAction,
    workflow_form::{Filling, Part, ReportTask, Row, StepForm, ValueKind},
};

use super::{
    choose::option_list,
    editor::Editor,
    value::{ValueField, Wanted},
};
use crate::{texts::text, words};

/// Which method is called: those of the catalogue and what the company has opened.
#[component]
pub(super) fn Method(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let model = editor.model(row);
    let method = editor.of_step(row, |step| step.method.clone());
    let problem = editor.problem(row, Part::Method, 0);
    let id = format!("method-{row}");
    let about = format!("{id}-about");
    let now = move || method.get().unwrap_or_default();
    let known = move || editor.catalog.get(&model.get());
    let options = move || {
        let (now, model) = (now(), model.get());
        let methods = known().map(|view| view.methods.clone()).unwrap_or_default();
        let mut options: Vec<(String, String)> = methods
            .into_iter()
            .map(|one| {
                let does = words::method(&model, &one.method, one.does.as_deref());
                (
                    one.method.clone(),
                    does.map_or(one.method.clone(), |does| format!("{does} ({})", one.method)),
                )
            })
            .collect();
        if !now.is_empty() && !options.iter().any(|(method, _)| *method == now) {
            options.push((now.clone(), now.clone()));
        }
        options.insert(0, (String::new(), text!(builder.choose_method).to_owned()));
        option_list(options, &now)
    };
    let told = move || {
        let view = known()?;
        let method = now();
        match view.methods.iter().find(|one| one.method == method) {
            Some(one) if !one.states.is_empty() => {
                Some(text!(builder.method_states, states = one.states.join(", ")))
            }
            Some(_) => None,
            None if view.methods.is_empty() && view.problem.is_none() => {
                Some(text!(builder.no_method).to_owned())
            }
            None => None,
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{text!(builder.method)}</label>
            <select
                class="input select" id=id dir="auto" aria-describedby=about.clone() aria-invalid=move || problem.get().is_some().then_some("true")
                on:change=move |event| { let chosen = event_target_value(&event); editor.change(row, |step| step.choose_method(chosen)); }
            >{options}</select>
            <small id=about aria-live="polite">
                {move || match problem.get() {
                    Some(problem) => view! { <span class="problem">{problem}</span> }.into_any(),
                    None => view! { <span>{told()}</span> }.into_any(),
                }}
            </small>
        </div>
    }
    .into_any()
}

/// What a report makes, and which document or file.
#[component]
pub(super) fn Task(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let model = editor.model(row);
    let task = editor.of_step(row, |step| step.task);
    let report = editor.of_step(row, |step| step.report.clone());
    let format = editor.of_step(row, |step| step.format.clone());
    let id = format!("task-{row}");
    let tasks = move || {
        let now = task.get().unwrap_or_default();
        ReportTask::ALL
            .map(|one| {
                let selected = one == now;
                view! { <option value=one.as_str() selected=selected prop:selected=selected>{words::report_task(one)}</option> }
            })
            .collect_view()
    };
    let options = move || {
        let now = report.get().unwrap_or_default();
        let reports = editor.catalog.get(&model.get()).map(|view| view.reports.clone());
        let mut options: Vec<(String, String)> =
            reports.unwrap_or_default().into_iter().map(|one| (one.report, one.name)).collect();
        if !now.is_empty() && !options.iter().any(|(report, _)| *report == now) {
            options.push((now.clone(), now.clone()));
        }
        options.insert(0, (String::new(), text!(builder.standard_report).to_owned()));
        option_list(options, &now)
    };
    let formats = move || {
        let now = format.get().unwrap_or_default();
        ["csv", "xlsx", "json"].map(|one| {
            let selected = one == now || (one == "csv" && now.is_empty());
            view! { <option value=one selected=selected prop:selected=selected>{one.to_uppercase()}</option> }
        })
    };
    view! {
        <div class="field">
            <label for=id.clone()>{text!(builder.task)}</label>
            <select class="input select" id=id on:change=move |event| {
                let chosen = ReportTask::parse(&event_target_value(&event)).unwrap_or_default();
                editor.change(row, |step| step.task = chosen);
            }>{tasks}</select>
        </div>
        {move || match task.get().unwrap_or_default() {
            ReportTask::Pdf => view! {
                <label class="field">{text!(builder.document)}
                    <select class="input select" dir="auto" on:change=move |event| { let chosen = event_target_value(&event); editor.change(row, |step| step.report = chosen); }>{options}</select>
                </label>
            }.into_any(),
            ReportTask::Extract => view! {
                <label class="field">{text!(builder.format)}
                    <select class="input select" on:change=move |event| { let chosen = event_target_value(&event); editor.change(row, |step| step.format = chosen); }>{formats}</select>
                </label>
            }.into_any(),
            _ => ().into_any(),
        }}
    }
    .into_any()
}

/// Which records the step is about.
#[component]
pub(super) fn Ids(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let model = editor.model(row);
    let ids = editor.of_step(row, |step| step.ids.clone());
    let wanted = Wanted {
        kind: Signal::derive(|| ValueKind::Records),
        field: Signal::derive(|| None),
        relation: Signal::derive(move || Some(model.get())),
        may_be_nothing: false,
    };
    let value =
        Signal::derive(move || ids.get().unwrap_or_else(|| Filling::empty(ValueKind::Records)));
    let set = Callback::new(move |filling: Filling| editor.change(row, |step| step.ids = filling));
    view! {
        <fieldset class="part-of">
            <legend>{text!(builder.ids)}</legend>
            <ValueField editor row part=Part::Ids line=0 wanted value on_change=set label=Signal::derive(|| text!(builder.ids).to_owned())/>
        </fieldset>
    }
    .into_any()
}

/// How many records at most.
#[component]
pub(super) fn Limit(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let limit = editor.of_step(row, |step| step.limit.clone());
    let usual = editor.of_step(row, StepForm::usual_limit);
    // What a report finds no step takes.
    let is_found = editor.of_step(row, |step| step.action == StepAction::Query);
    let wanted = Wanted {
        kind: Signal::derive(|| ValueKind::Whole),
        field: Signal::derive(|| None),
        relation: Signal::derive(|| None),
        may_be_nothing: false,
    };
    let value =
        Signal::derive(move || limit.get().unwrap_or_else(|| Filling::empty(ValueKind::Whole)));
    let set =
        Callback::new(move |filling: Filling| editor.change(row, |step| step.limit = filling));
    view! {
        <fieldset class="part-of">
            <legend>{text!(builder.limit)}</legend>
            <ValueField editor row part=Part::Limit line=0 wanted value on_change=set label=Signal::derive(|| text!(builder.limit).to_owned())/>
            <small class="help">{move || text!(builder.limit_empty, count = usual.get().unwrap_or_default())}</small>
            {move || (is_found.get() == Some(true)).then(|| view! { <small class="help">{text!(builder.limit_hint)}</small> })}
        </fieldset>
    }
    .into_any()
}

/// Whether records are only counted, and archived ones too.
#[component]
pub(super) fn Counting(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let counted = editor.of_step(row, |step| step.is_count);
    let archived = editor.of_step(row, |step| step.with_archived);
    view! {
        <div class="checks">
            <label class="check">
                <input type="checkbox" prop:checked=move || counted.get() == Some(true) on:change=move |event| {
                    let is_on = event_target_checked(&event);
                    editor.change(row, |step| step.is_count = is_on);
                }/>
                {text!(builder.only_count)}
            </label>
            <label class="check">
                <input type="checkbox" prop:checked=move || archived.get() == Some(true) on:change=move |event| {
                    let is_on = event_target_checked(&event);
                    editor.change(row, |step| step.with_archived = is_on);
                }/>
                {text!(builder.with_archived)}
            </label>
        </div>
    }
    .into_any()
}

/// Whether records are archived or brought back.
#[component]
pub(super) fn Archiving(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let archive = editor.of_step(row, |step| step.archive);
    let id = format!("archive-{row}");
    let options = move || {
        let now = archive.get().flatten();
        [
            (None, text!(builder.archive_as_is)),
            (Some(true), text!(builder.archive)),
            (Some(false), text!(builder.unarchive)),
        ]
        .map(|(value, label)| {
            let selected = value == now;
            let key = value.map_or("", |value| if value { "true" } else { "false" });
            view! { <option value=key selected=selected prop:selected=selected>{label}</option> }
        })
    };
    view! {
        <div class="field">
            <label for=id.clone()>{text!(builder.archiving)}</label>
            <select class="input select" id=id on:change=move |event| {
                let chosen = event_target_value(&event).parse().ok();
                editor.change(row, |step| step.archive = chosen);
            }>{options}</select>
        </div>
    }
    .into_any()
}
