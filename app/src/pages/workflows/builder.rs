//! The builder: inputs, steps, a drawing of them, trying step by step, saving. What is edited is the form of
//! `shared::workflow_form`; the parts stand in the folder of this name.

mod choose;
mod conditions;
mod editor;
mod inputs;
mod leaving;
mod lists;
mod parts;
mod step;
mod tried;
mod value;
mod values;

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde_json::{Map, Value};
use shared::{
    Error, Field,
    id::CompanyId,
    workflow::{Definition, DraftView, FlawProblem, SaveWorkflow, StepAction, TryWorkflow},
    workflow_form::{Form, Found, Row},
};

use self::{
    editor::{Catalog, Editor},
    inputs::Inputs,
    leaving::Leaving,
    step::{ADD_STEP, StepFields},
    tried::Problem,
};
use super::{WORKFLOWS, flow::Flow};
use crate::{
    components::{
        ErrorNote, Glyph, LoadError, Note, Tone, find, give_focus_back, use_ready, use_toaster,
    },
    forms,
    pages::dialog::NeedsScript,
    server_fns::workflows::{SaveWorkflowCall, TryWorkflowCall},
    texts::{rich, text},
    told::Unread,
    words,
};

/// A workflow that is built.
pub struct Edited {
    /// The company.
    pub(super) company: CompanyId,
    /// What is changed; `None` for a new one.
    pub(super) workflow: Option<Unread<DraftView>>,
    /// Whether somebody has opened it on a page that was alive: they go on in it then.
    pub(super) is_opened: bool,
    /// Called when it was saved.
    pub(super) on_saved: Callback<()>,
}

/// Builds a new workflow, or changes one.
pub fn builder(Edited { company, workflow, is_opened, on_saved }: Edited) -> AnyView {
    let workflow = match workflow.map(|workflow| workflow.read()).transpose() {
        Ok(workflow) => workflow,
        Err(error) => {
            leptos::logging::error!("a draft that cannot be read: {error}");
            return view! { <LoadError error=Error::Unavailable/> }.into_any();
        }
    };
    let id = workflow.as_ref().map(|workflow| workflow.id);
    let was_validated = workflow.as_ref().is_some_and(|workflow| workflow.is_validated);
    let (name, description, definition) = match workflow {
        Some(DraftView { name, description, definition, .. }) => (name, description, definition),
        None => Default::default(),
    };
    let begun = Form::new(&definition);
    let form = RwSignal::new(begun.clone());
    let begun = (name.clone(), description.clone(), begun.definition().0);
    let name = RwSignal::new(name);
    let description = RwSignal::new(description);
    let read = Memo::new(move |_| form.with(Form::definition));
    let found = Memo::new(move |_| read.with(|(_, found)| found.clone()));
    let written = Memo::new(move |_| read.with(|(definition, _)| definition.clone()));
    let editor = Editor {
        company,
        workflow: id,
        name,
        form,
        found,
        catalog: Catalog::new(company),
        is_advanced: RwSignal::new(false),
        untried: RwSignal::default(),
        is_refused: RwSignal::new(false),
    };
    let is_changed = Memo::new(move |_| {
        let (name_then, description_then, then) = &begun;
        name.with(|name| name != name_then)
            || description.with(|text| text != description_then)
            || written.with(|now| now != then)
    });
    let save = ServerAction::<SaveWorkflowCall>::new();
    let keep = NodeRef::<html::Button>::new();
    give_focus_back(keep, save.pending().into());
    let heading = NodeRef::<html::H2>::new();
    if is_opened {
        // The link that opened it stands behind it, or is gone.
        heading.on_load(|heading| {
            request_animation_frame(move || {
                let _ = heading.focus();
            });
        });
    }
    let builder = NodeRef::<html::Section>::new();
    forms::focus_first_wrong(builder, save);
    let is_unsaved = move || {
        is_changed.get_untracked()
            && !save.value().with_untracked(|answer| matches!(answer, Some(Ok(_))))
    };
    // The models that people mean most are there before anybody types.
    Effect::new(move |_| editor.catalog.search(String::new()));
    let (navigate, toaster) = (use_navigate(), use_toaster());
    Effect::new(move |_| {
        if save.value().with(|answer| matches!(answer, Some(Ok(_)))) {
            toaster.say(text!(builder.saved));
            on_saved.run(());
            navigate(WORKFLOWS, NavigateOptions { scroll: false, ..Default::default() });
        }
    });
    let (is_refused, refuse) = signal(false);
    // One that nobody has begun is not wrong yet.
    let (is_tried, set_tried) = signal(id.is_some());
    let on_save = move |_| {
        set_tried.set(true);
        let definition = written.get_untracked();
        refuse.set(definition.is_none());
        editor.is_refused.set(definition.is_none());
        let Some(definition) = definition else { return };
        let input = SaveWorkflow {
            company,
            workflow: id,
            name: name.get_untracked(),
            description: description.get_untracked(),
            definition,
        };
        save.dispatch(SaveWorkflowCall { input });
    };
    let error = forms::error_of(save);
    let name_problem = forms::problem(error, Field::WorkflowName);
    let about_problem = forms::problem(error, Field::WorkflowDescription);
    let general = forms::general(error, &[Field::WorkflowName, Field::WorkflowDescription]);
    let ready = use_ready();
    // What is typed or pressed before the program came would be lost.
    let is_idle = move || !ready.get();
    view! {
        <section node_ref=builder class="card builder" aria-labelledby="builder">
            <header>
                <h2 id="builder" tabindex="-1" node_ref=heading>{if id.is_some() { text!(builder.edit) } else { text!(workflows.build_new) }}</h2>
                <label class="check">
                    <input type="checkbox" disabled=is_idle prop:checked=move || editor.is_advanced.get() on:change=move |event| editor.is_advanced.set(event_target_checked(&event))/>
                    {text!(builder.advanced)}
                </label>
            </header>
            <NeedsScript what=text!(builder.needs_script)/>
            {was_validated.then(|| view! { <Note tone=Tone::Warn><p>{text!(builder.draft_again)}</p></Note> })}
            {move || editor.catalog.problem.get().map(|problem| view! { <Note tone=Tone::Warn><p dir="auto">{problem}</p></Note> })}
            <fieldset disabled=is_idle>
                <div class="grid two">
                    <div class="field">
                        <label for="wf-name">{text!(builder.name)}</label>
                        <input
                            class="input" id="wf-name" dir="auto" maxlength="80" autocomplete="off" bind:value=name
                            aria-describedby="wf-name-problem" aria-invalid=move || name_problem.get().is_some().then_some("true")
                        />
                        <span class="problem" id="wf-name-problem" aria-live="polite">{move || name_problem.get().map(words::problem)}</span>
                    </div>
                    <div class="field">
                        <label for="wf-description">{text!(builder.about)}</label>
                        <input
                            class="input" id="wf-description" dir="auto" maxlength="500" autocomplete="off" bind:value=description
                            aria-describedby="wf-description-problem" aria-invalid=move || about_problem.get().is_some().then_some("true")
                        />
                        <span class="problem" id="wf-description-problem" aria-live="polite">{move || about_problem.get().map(words::problem)}</span>
                    </div>
                </div>
                <Inputs editor/>
                <Steps editor written/>
                {move || written.get().filter(|definition| !definition.steps.is_empty()).map(|definition| view! {
                    <h3>{text!(builder.as_flow)}</h3>
                    <Flow flow=definition.into()/>
                })}
                <Flaws editor is_tried/>
                {move || general.get().map(|error| view! { <ErrorNote error/> })}
                {move || (is_refused.get() && written.with(Option::is_none)).then(|| view! {
                    <div role="alert"><Note tone=Tone::Bad><p>{text!(builder.unreadable)}</p></Note></div>
                })}
                <div class="buttons">
                    <button node_ref=keep type="button" class="btn primary" disabled=move || save.pending().get() aria-busy=move || save.pending().get().then_some("true") on:click=on_save>
                        {move || if save.pending().get() { text!(common.saving) } else { text!(builder.save) }}
                    </button>
                    <a class="btn" href=WORKFLOWS>{text!(builder.close)}</a>
                    <span class="sub" role="status">{move || is_changed.get().then_some(text!(builder.unsaved))}</span>
                </div>
            </fieldset>
        </section>
        <Leaving is_unsaved=Signal::derive(is_unsaved)/>
    }
    .into_any()
}

/// What was tried: a later change makes what was answered old.
#[derive(Debug, Clone, Default)]
struct Trial {
    /// The steps, in their order.
    until: Vec<Row>,
    /// The whole workflow then.
    definition: Option<Definition>,
    /// What it was tried with.
    inputs: Map<String, Value>,
}

/// The steps, and trying them.
#[component]
fn Steps(editor: Editor, written: Memo<Option<Definition>>) -> impl IntoView {
    let form = editor.form;
    let tried = ServerAction::<TryWorkflowCall>::new();
    let sent = StoredValue::new(Trial::default());
    let asked = RwSignal::new(Trial::default());
    // What was answered before belongs to what was asked before, until there is another answer.
    Effect::new(move |_| {
        if tried.value().with(Option::is_some) {
            asked.set(sent.get_value());
        }
    });
    let (is_refused, refuse) = signal(false);
    let rows = Memo::new(move |_| {
        form.with(|form| form.steps.iter().map(|step| step.row).collect::<Vec<_>>())
    });
    let on_try = Callback::new(move |row: Row| {
        let (until, inputs) = form.with_untracked(|form| {
            let count = form.position(row).map_or(0, |at| at + 1);
            let until: Vec<Row> = form.steps.iter().take(count).map(|step| step.row).collect();
            (until, form.trials())
        });
        // What comes later does not hinder, and may be unfinished.
        let mut part = form.get_untracked();
        part.steps.truncate(until.len());
        let (definition, found) = part.definition();
        let definition = definition.filter(|_| found.is_empty());
        refuse.set(definition.is_none());
        editor.is_refused.set(definition.is_none());
        let Some(definition) = definition else { return };
        let untried = form.with_untracked(Form::untried);
        let first = untried.first().copied();
        editor.untried.set(untried);
        if let Some(first) = first {
            let field = format!("#value-{first}-trial");
            // It is marked in this turn, maybe after this.
            request_animation_frame(move || {
                if let Some(field) = find(&field) {
                    let _ = field.focus();
                }
            });
            return;
        }
        let whole = written.get_untracked();
        sent.set_value(Trial { until, definition: whole, inputs: inputs.clone() });
        let steps = definition.steps.len();
        tried.dispatch(TryWorkflowCall {
            input: TryWorkflow {
                company: editor.company,
                workflow: editor.workflow,
                name: editor.name.get_untracked(),
                definition,
                inputs,
                steps,
            },
        });
    });
    let answer = Memo::new(move |_| {
        tried.value().with(|answer| match answer {
            Some(Ok(steps)) => steps.clone(),
            _ => Vec::new(),
        })
    });
    let error = forms::error_of(tried);
    let is_stale = Memo::new(move |_| {
        asked.with(|then| {
            written.with(|now| *now != then.definition)
                || form.with(|form| form.trials() != then.inputs)
        })
    });
    // The inputs are refused before the first step.
    let wrong_inputs = move || {
        let first = answer.with(|steps| steps.first().cloned())?;
        if first.name.is_none() { first.problem } else { None }
    };
    let of = move |row: Row| {
        Signal::derive(move || {
            let at = asked.with(|then| then.until.iter().position(|one| *one == row))?;
            answer.with(|steps| steps.get(at).filter(|step| step.name.is_some()).cloned())
        })
    };
    let add = move |_| {
        form.update(|form| {
            form.add_step(StepAction::Query);
        });
    };
    view! {
        <h3>{text!(workflows.steps)}</h3>
        <p class="soft">{text!(builder.steps_why)}</p>
        <ol class="steps">
            <For each=move || rows.get() key=|row| *row let:row>
                <StepFields editor row tried=of(row) is_stale is_trying=tried.pending() on_try/>
            </For>
        </ol>
        <button id=ADD_STEP type="button" class="btn small" on:click=add><Glyph icon=icondata::LuPlus/> {text!(builder.add_step)}</button>
        <div aria-live="polite">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            {move || is_refused.get().then(|| view! { <Note tone=Tone::Bad><p>{text!(builder.try_refused)}</p></Note> })}
            {move || wrong_inputs().map(|problem| view! { <Problem problem/> })}
        </div>
    }
    .into_any()
}

/// What is still wrong, each with a way to its place, read aloud when it changes.
#[component]
fn Flaws(
    editor: Editor,
    /// Whether it was to be saved, or was saved before: only then it lacks a first step.
    is_tried: ReadSignal<bool>,
) -> impl IntoView {
    let told = move || {
        let found = editor.found.get();
        editor.form.with(|form| {
            found
                .into_iter()
                .filter(|found| is_tried.get() || found.problem != FlawProblem::NoStep)
                .map(|Found { row, part, problem, .. }| {
                    let (place, to) = match (form.position(row), form.input(row)) {
                        (Some(at), _) => {
                            (text!(builder.step, number = at + 1), format!("#step-{row}"))
                        }
                        (None, Some(input)) => (
                            text!(builder.input, name = input.label.clone()),
                            format!("#input-{row}-label"),
                        ),
                        (None, None) => (text!(flaws.steps).to_owned(), "#builder".to_owned()),
                    };
                    let place = match words::part(part) {
                        "" => place,
                        part => format!("{place}, {part}"),
                    };
                    let told = rich!(
                        builder.flaw,
                        place = place,
                        problem = words::flaw(&problem),
                        <b> = <b/>
                    );
                    view! { <li><a class="link" href=to rel="external">{told}</a></li> }
                })
                .collect_view()
        })
    };
    view! { <ul class="flaws" aria-live="polite">{told}</ul> }.into_any()
}
