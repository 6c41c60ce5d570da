//! One step: what it does, on what, and with which values.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use shared::{
    workflow::StepAction,
    workflow_form::{Part, ReportTask, Row, StepForm},
};

use super::{
    choose::ModelField,
    conditions::Conditions,
    editor::Editor,
    lists::{Figures, Order, Told},
    parts::{Archiving, Counting, Ids, Limit, Method, Task},
    tried::Tried,
    values::{Keywords, Values},
};
use crate::{
    components::{Glyph, give_focus_back},
    texts::text,
    told, words,
};

/// The id of the button that adds a step: it takes the focus of a step that is removed.
pub(super) const ADD_STEP: &str = "add-step";

/// The fields of a step.
#[component]
pub(super) fn StepFields(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
    /// What trying it gave, if it was tried.
    #[prop(into)]
    tried: Signal<Option<told::Tried>>,
    /// Whether something has changed since.
    #[prop(into)]
    is_stale: Signal<bool>,
    /// Whether an answer is on its way.
    #[prop(into)]
    is_trying: Signal<bool>,
    /// Tries all steps up to this one.
    on_try: Callback<Row>,
) -> impl IntoView {
    let trial = NodeRef::<html::Button>::new();
    give_focus_back(trial, is_trying);
    let form = editor.form;
    let place = Memo::new(move |_| form.with(|form| form.position(row).unwrap_or_default()));
    let count = Memo::new(move |_| form.with(|form| form.steps.len()));
    let title = editor.of_step(row, |step| step.title.clone());
    let name = editor.of_step(row, |step| step.name.clone());
    let action = Memo::new(move |_| {
        form.with(|form| form.step(row).map(|step| step.action)).unwrap_or_default()
    });
    let is_json = Memo::new(move |_| {
        form.with(|form| form.step(row).is_some_and(|step| step.json.is_some()))
    });
    let kinds = move || {
        let now = action.get();
        StepAction::ALL
            .map(|one| {
                let selected = one == now;
                view! { <option value=one.as_str() selected=selected prop:selected=selected>{words::step_action(one)}</option> }
            })
            .collect_view()
    };
    let wrong_title = editor.problem(row, Part::Title, 0);
    let wrong_name = editor.problem(row, Part::Name, 0);
    let heading = move || text!(builder.step, number = place.get() + 1);
    let (id, about) = (format!("step-{row}"), format!("step-{row}-about"));
    let (up, down) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    let shift = move |by: isize| {
        form.update(|form| form.move_step(row, by));
        // The step takes its button along, which loses the focus by that; at the end of the way only the other is left.
        let wanted = if by < 0 { [up, down] } else { [down, up] };
        request_animation_frame(move || {
            let mut buttons =
                wanted.into_iter().filter_map(|button| button.try_get_untracked().flatten());
            if let Some(button) = buttons.find(|button| !button.disabled()) {
                let _ = button.focus();
            }
        });
    };
    let remove = move |_| {
        form.update(|form| form.remove_step(row));
        request_animation_frame(|| {
            if let Some(add) = document().get_element_by_id(ADD_STEP)
                && let Ok(add) = add.dyn_into::<HtmlElement>()
            {
                let _ = add.focus();
            }
        });
    };
    view! {
        <li class=move || if action.get().changes() { "step-fields changes" } else { "step-fields" } id=id.clone()>
            <fieldset>
                <legend class="visually-hidden">{heading}</legend>
                <header>
                    <b aria-hidden="true">{heading}</b>
                    {move || action.get().changes().then(|| view! { <span class="sub">{text!(workflows.changes_odoo)}</span> })}
                    <span class="tools">
                        <button node_ref=up type="button" class="btn small quiet" aria-label=text!(builder.move_up) title=text!(builder.move_up) disabled=move || place.get() == 0 on:click=move |_| shift(-1)><Glyph icon=icondata::LuArrowUp/></button>
                        <button node_ref=down type="button" class="btn small quiet" aria-label=text!(builder.move_down) title=text!(builder.move_down) disabled=move || place.get() + 1 == count.get() on:click=move |_| shift(1)><Glyph icon=icondata::LuArrowDown/></button>
                        <button type="button" class="btn small quiet" aria-label=text!(builder.remove_step) title=text!(builder.remove_step) on:click=remove><Glyph icon=icondata::LuX/></button>
                    </span>
                </header>
                <div class="grid two">
                    <div class="field">
                        <label for=format!("{id}-does")>{text!(builder.does)}</label>
                        <select class="input select" id=format!("{id}-does") on:change=move |event| {
                            let chosen = StepAction::parse(&event_target_value(&event)).unwrap_or_default();
                            editor.change(row, |step| step.action = chosen);
                        }>{kinds}</select>
                    </div>
                    <div class="field">
                        <label for=format!("{id}-title")>{text!(builder.title)}</label>
                        <input
                            class="input" id=format!("{id}-title") dir="auto" maxlength="80" autocomplete="off" placeholder=text!(builder.title_example)
                            aria-describedby=about.clone() aria-invalid=move || wrong_title.get().is_some().then_some("true")
                            prop:value=move || title.get().unwrap_or_default()
                            on:input=move |event| form.update(|form| form.title_step(row, &event_target_value(&event)))
                        />
                        <span class="problem" id=about aria-live="polite">{move || wrong_title.get()}</span>
                    </div>
                </div>
                {move || (editor.is_advanced.get() || wrong_name.get().is_some()).then(|| view! {
                    <label class="field">{text!(builder.name_in_calls)}
                        <input
                            class="input" spellcheck="false" autocapitalize="none" aria-invalid=move || wrong_name.get().is_some().then_some("true")
                            prop:value=move || name.get().unwrap_or_default()
                            on:input=move |event| { let name = event_target_value(&event); editor.change(row, |step| step.name = name); }
                        />
                        <span class="problem">{move || wrong_name.get()}</span>
                    </label>
                })}
                {move || if is_json.get() {
                    view! { <AsJson editor row/> }.into_any()
                } else {
                    view! { <Parts editor row action=action.get()/> }.into_any()
                }}
                <div class="adds">
                    <button node_ref=trial type="button" class="btn small" disabled=is_trying aria-busy=move || is_trying.get().then_some("true") on:click=move |_| on_try.run(row)>
                        <Glyph icon=icondata::LuPlay/>
                        {move || if is_trying.get() { text!(builder.trying) } else { text!(builder.try_here) }}
                    </button>
                    {move || (editor.is_advanced.get() && !is_json.get()).then(|| view! {
                        <button type="button" class="btn small quiet" on:click=move |_| form.update(|form| form.open_json(row))>{text!(builder.as_json)}</button>
                    })}
                </div>
                <div aria-live="polite">{move || tried.get().map(|tried| view! { <Tried tried is_stale/> })}</div>
            </fieldset>
        </li>
    }
    .into_any()
}

/// All arguments as JSON.
#[component]
fn AsJson(editor: Editor, row: Row) -> impl IntoView {
    let json = editor.of_step(row, |step| step.json.clone().unwrap_or_default());
    let problem = editor.problem(row, Part::Rest, 0);
    view! {
        <label class="field">{text!(builder.arguments)}
            <textarea
                class="input code" rows="8" spellcheck="false" aria-invalid=move || problem.get().is_some().then_some("true")
                prop:value=move || json.get().unwrap_or_default()
                on:input=move |event| { let text = event_target_value(&event); editor.change(row, |step| step.json = Some(text)); }
            ></textarea>
            <span class="problem" aria-live="polite">{move || problem.get()}</span>
        </label>
        <div class="adds">
            <button type="button" class="btn small" on:click=move |_| editor.form.update(|form| form.close_json(row))>{text!(builder.as_form)}</button>
        </div>
    }
    .into_any()
}

/// The fields that a step of this kind has.
#[component]
fn Parts(editor: Editor, row: Row, action: StepAction) -> impl IntoView {
    let form = editor.form;
    let task = Memo::new(move |_| {
        form.with(|form| form.step(row).map(|step| step.task)).unwrap_or_default()
    });
    let is_count =
        Memo::new(move |_| form.with(|form| form.step(row).is_some_and(|step| step.is_count)));
    let kept = editor.of_step(row, |step| step.rest.keys().cloned().collect::<Vec<_>>());
    let has = move |what: fn(&StepForm) -> bool| {
        form.with_untracked(|form| form.step(row).is_some_and(what))
    };
    let is_kept = move |name: &str| kept.get().unwrap_or_default().iter().any(|one| one == name);
    let root = form.with_untracked(|form| form.step(row).map_or(0, |step| step.conditions.row));
    let wrong_rest = editor.problem(row, Part::Rest, 0);
    view! {
        <div class="grid two">
            <ModelField editor row/>
            {(action == StepAction::Execute).then(|| view! { <Method editor row/> })}
            {(action == StepAction::Report).then(|| view! { <Task editor row/> })}
        </div>
        {move || {
            // What a report is of decides the rest of its fields.
            let _ = (task.get(), is_count.get());
            view! {
                {(has(|step| step.names_records()) && !is_kept("ids") && !is_kept("changes")).then(|| view! { <Ids editor row/> })}
                {(has(|step| step.has_conditions()) && !is_kept("domain")).then(|| view! {
                    <fieldset class="part-of">
                        <legend>{text!(builder.conditions)}</legend>
                        <Conditions editor step=row group=root depth=0/>
                    </fieldset>
                })}
                {(action == StepAction::Report && task.get() == ReportTask::Figures).then(|| view! { <Figures editor step=row/> })}
                {(has(|step| step.sets_values()) && !is_kept("values") && !is_kept("records") && !is_kept("changes"))
                    .then(|| view! { <Values editor step=row/> })}
                {(action == StepAction::Execute).then(|| view! { <Keywords editor step=row/> })}
                {has(|step| step.tells_fields()).then(|| view! { <Told editor step=row/> })}
                {has(|step| step.has_order()).then(|| view! { <Order editor step=row/> })}
                {has(|step| step.has_limit()).then(|| view! { <Limit editor row/> })}
            }
        }}
        {(action == StepAction::Query).then(|| view! { <Counting editor row/> })}
        {(action == StepAction::Write).then(|| view! { <Archiving editor row/> })}
        {move || {
            let names = kept.get().unwrap_or_default();
            (!names.is_empty()).then(|| view! {
                <p class="note">
                    {text!(builder.kept, names = names.join(", "))} " "
                    <button type="button" class="btn small" on:click=move |_| form.update(|form| form.open_json(row))>{text!(builder.as_json)}</button>
                </p>
            })
        }}
        <span class="problem" aria-live="polite">{move || wrong_rest.get()}</span>
    }
    .into_any()
}
