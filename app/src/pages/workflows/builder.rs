//! The builder: inputs, steps, a drawing of them, trying step by step, saving.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    id::CompanyId,
    workflow::{
        Flaw, Input, InputKind, SaveWorkflow, Step, StepAction, TriedStep, TryWorkflow,
        WorkflowView,
    },
};

use super::{
    WORKFLOWS,
    draft::{Draft, InputDraft, StepDraft, example},
    flow::Flow,
};
use crate::{
    components::{ErrorNote, Glyph},
    pages::{approvals::Changes, dialog::NeedsScript},
    server_fns::workflows::{SaveWorkflowCall, TryWorkflowCall},
    texts::{rich, text},
    words,
};

/// Builds a new workflow, or changes one.
#[component]
pub(super) fn Builder(
    /// The company.
    company: CompanyId,
    /// What is changed; `None` for a new one.
    workflow: Option<WorkflowView>,
    /// Called when it was saved.
    on_saved: Callback<()>,
) -> impl IntoView {
    let id = workflow.as_ref().map(|workflow| workflow.id);
    let was_validated = workflow.as_ref().is_some_and(|workflow| workflow.version.is_some());
    let (name, description, definition) = match workflow {
        Some(WorkflowView { name, description, definition, .. }) => (name, description, definition),
        None => Default::default(),
    };
    let name = RwSignal::new(name);
    let description = RwSignal::new(description);
    let draft = Draft::new(definition);
    let flaws = Memo::new(move |_| match draft.definition() {
        Ok(definition) => definition.check().err().unwrap_or_default(),
        Err(flaws) => flaws,
    });
    let save = ServerAction::<SaveWorkflowCall>::new();
    let tried = ServerAction::<TryWorkflowCall>::new();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if save.value().with(|answer| matches!(answer, Some(Ok(_)))) {
            on_saved.run(());
            navigate(WORKFLOWS, NavigateOptions { scroll: false, ..Default::default() });
        }
    });
    let on_save = move |_| {
        let Ok(definition) = draft.definition() else { return };
        let input = SaveWorkflow {
            company,
            workflow: id,
            name: name.get_untracked(),
            description: description.get_untracked(),
            definition,
        };
        save.dispatch(SaveWorkflowCall { input });
    };
    let try_to = Callback::new(move |steps: usize| {
        let Ok(definition) = draft.definition() else { return };
        let input = TryWorkflow { company, definition, inputs: draft.values(), steps };
        tried.dispatch(TryWorkflowCall { input });
    });
    let results = Memo::new(move |_| {
        tried.value().with(|answer| match answer {
            Some(Ok(steps)) => steps.clone(),
            _ => Vec::new(),
        })
    });
    let failure = move || {
        save.value()
            .with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
            .or_else(|| {
                tried.value().with(|answer| {
                    answer.as_ref().and_then(|answer| answer.as_ref().err().cloned())
                })
            })
            .map(|error| view! { <ErrorNote error=error.0/> })
    };
    view! {
        <section class="card builder" aria-labelledby="builder">
            <h2 id="builder">{if id.is_some() { text!(builder.edit) } else { text!(workflows.build_new) }}</h2>
            <NeedsScript what=text!(builder.needs_script)/>
            {was_validated.then(|| view! { <p class="note warn">{text!(builder.draft_again)}</p> })}
            {failure}
            <div class="grid two">
                <div class="field">
                    <label for="wf-name">{text!(builder.name)}</label>
                    <input class="input" id="wf-name" dir="auto" maxlength="80" bind:value=name/>
                </div>
                <div class="field">
                    <label for="wf-description">{text!(builder.about)}</label>
                    <input class="input" id="wf-description" dir="auto" maxlength="500" bind:value=description/>
                </div>
            </div>
            <h3>{text!(builder.inputs)}</h3>
            <p class="soft">{rich!(builder.inputs_why, example = r#"{"$": "input.name"}"#, <code> = <code/>)}</p>
            <For each=move || draft.inputs.get() key=|input| input.number let:input>
                <InputFields input draft/>
            </For>
            <button type="button" class="btn small" on:click=move |_| draft.add_input(Input {
                name: String::new(), label: String::new(), kind: InputKind::Text,
            })>
                <Glyph icon=icondata::LuPlus/> {text!(builder.add_input)}
            </button>
            <h3>{text!(workflows.steps)}</h3>
            <p class="soft">
                {rich!(
                    builder.steps_why,
                    one = r#"{"$": "steps.find.records.0.id"}"#,
                    all = r#"{"$": "steps.find.records.*.id"}"#,
                    <code> = <code/>
                )}
            </p>
            <For each=move || draft.steps.get() key=|step| step.number let:step>
                <StepFields step draft results try_to/>
            </For>
            <button type="button" class="btn small" on:click=move |_| {
                let count = draft.steps.with_untracked(Vec::len) + 1;
                draft.add_step(Step {
                    name: format!("step_{count}"),
                    title: String::new(),
                    action: StepAction::Query,
                    arguments: serde_json::from_str(example(StepAction::Query)).unwrap_or_default(),
                });
            }>
                <Glyph icon=icondata::LuPlus/> {text!(builder.add_step)}
            </button>
            <h3>{text!(builder.as_flow)}</h3>
            {move || draft.definition().ok().map(|definition| view! { <Flow definition/> })}
            <Flaws flaws/>
            <div class="buttons">
                <button type="button" class="btn primary" disabled=move || save.pending().get() on:click=on_save>
                    {move || if save.pending().get() { text!(common.saving) } else { text!(builder.save) }}
                </button>
                <a class="btn" href=WORKFLOWS>{text!(builder.close)}</a>
            </div>
        </section>
    }
    .into_any()
}

/// What is still wrong, read aloud when it changes.
#[component]
fn Flaws(flaws: Memo<Vec<Flaw>>) -> impl IntoView {
    view! {
        <ul class="flaws" aria-live="polite">
            {move || flaws
                .get()
                .into_iter()
                .map(|Flaw { place, problem }| {
                    let told = rich!(
                        builder.flaw,
                        place = words::flaw_place(&place),
                        problem = words::flaw(&problem),
                        <b> = <b/>
                    );
                    view! { <li>{told}</li> }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn InputFields(input: InputDraft, draft: Draft) -> impl IntoView {
    let InputDraft { number, name, label, kind, value } = input;
    let options = InputKind::ALL
        .map(|one| view! { <option value=one.as_str() selected={one == kind.get_untracked()}>{input_kind(one)}</option> })
        .collect_view();
    view! {
        <fieldset class="row">
            <legend class="visually-hidden">{move || text!(builder.input, name = name.get())}</legend>
            <label>{text!(builder.name)} " " <input class="input" bind:value=name spellcheck="false" autocapitalize="none" placeholder=text!(builder.input_example)/></label>
            <label>{text!(builder.label)} " " <input class="input" dir="auto" bind:value=label placeholder=text!(builder.label_example)/></label>
            <label>{text!(builder.kind)}
                <select class="input select" on:change=move |event| {
                    kind.set(InputKind::parse(&event_target_value(&event)).unwrap_or_default());
                }>{options}</select>
            </label>
            <label>{text!(builder.try_with)} " " <input class="input" dir="auto" bind:value=value/></label>
            <button type="button" class="btn small quiet" aria-label=text!(builder.remove_input) on:click=move |_| {
                draft.inputs.update(|inputs| inputs.retain(|input| input.number != number));
            }><Glyph icon=icondata::LuX/></button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn StepFields(
    step: StepDraft,
    draft: Draft,
    results: Memo<Vec<TriedStep>>,
    try_to: Callback<usize>,
) -> impl IntoView {
    let StepDraft { number, name, title, action, arguments } = step;
    let place =
        move || draft.steps.with(|steps| steps.iter().position(|step| step.number == number));
    let options = StepAction::ALL
        .map(|one| view! { <option value=one.as_str() selected={one == action.get_untracked()}>{one.as_str()}</option> })
        .collect_view();
    let choose = move |event| {
        let before = action.get_untracked();
        let chosen = StepAction::parse(&event_target_value(&event)).unwrap_or_default();
        action.set(chosen);
        // What was typed stays; an example that nobody touched becomes the new kind's.
        if arguments.with_untracked(|text| is_example(text, before)) {
            arguments.set(example(chosen).to_owned());
        }
    };
    let move_up = move |_| {
        if let Some(at) = place().filter(|at| *at > 0) {
            draft.steps.update(|steps| steps.swap(at, at - 1));
        }
    };
    let result = move || {
        let name = name.get();
        results.with(|results| results.iter().find(|result| result.name == name).cloned())
    };
    view! {
        <fieldset class="step-fields">
            <legend>{move || text!(builder.step, number = place().map_or(0, |at| at + 1))}</legend>
            <div class="row">
                <label>{text!(builder.title)} " " <input class="input" dir="auto" bind:value=title placeholder=text!(builder.title_example)/></label>
                <label>{text!(builder.name)} " " <input class="input" bind:value=name spellcheck="false" autocapitalize="none"/></label>
                <label>{text!(builder.does)}
                    <select class="input select" on:change=choose>{options}</select>
                </label>
                <button type="button" class="btn small quiet" aria-label=text!(builder.move_up) on:click=move_up><Glyph icon=icondata::LuArrowUp/></button>
                <button type="button" class="btn small quiet" aria-label=text!(builder.remove_step) on:click=move |_| {
                    draft.steps.update(|steps| steps.retain(|step| step.number != number));
                }><Glyph icon=icondata::LuX/></button>
            </div>
            <label>{text!(builder.arguments)}
                <textarea class="input" rows="6" spellcheck="false" bind:value=arguments></textarea>
            </label>
            <button type="button" class="btn small" on:click=move |_| {
                if let Some(at) = place() { try_to.run(at + 1); }
            }>{text!(builder.try_here)}</button>
            <div aria-live="polite">{move || result().map(|tried| view! { <Tried tried/> })}</div>
        </fieldset>
    }
    .into_any()
}

fn is_example(text: &str, action: StepAction) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    text.trim().is_empty() || read(text) == read(example(action))
}

/// What trying a step gave.
#[component]
fn Tried(tried: TriedStep) -> impl IntoView {
    let TriedStep { name: _, answer, preview, problem } = tried;
    view! {
        <div class="tried">
            {problem.map(|problem| view! { <p class="problem" dir="auto">{problem}</p> })}
            {answer.map(|answer| view! { <pre tabindex="0" dir="auto">{answer}</pre> })}
            {preview.map(|preview| view! {
                <p>{rich!(builder.unchanged, summary = words::summary(&preview.summary), <b> = <b dir="auto"/>)}</p>
                {(!preview.changes.is_empty()).then(|| view! { <Changes changes=preview.changes more=preview.more/> })}
                {preview.note.map(|note| view! { <p class="soft" dir="auto">{words::note(&note)}</p> })}
            })}
        </div>
    }
    .into_any()
}

fn input_kind(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => text!(builder.kinds.text),
        InputKind::Number => text!(builder.kinds.number),
        InputKind::Date => text!(builder.kinds.date),
        InputKind::Boolean => text!(builder.kinds.boolean),
        InputKind::Record => text!(builder.kinds.record),
        InputKind::Records => text!(builder.kinds.records),
    }
}
