//! What whoever runs the workflow has to say, and what it is tried with.

use leptos::prelude::*;
use shared::{
    workflow::InputKind,
    workflow_form::{Part, Row, ValueKind},
};

use super::{choose::RecordField, editor::Editor};
use crate::{components::Glyph, texts::text, words};

/// The inputs.
#[component]
pub(super) fn Inputs(
    /// The builder.
    editor: Editor,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        editor.form.with(|form| form.inputs.iter().map(|input| input.row).collect::<Vec<_>>())
    });
    view! {
        <h3>{text!(builder.inputs)}</h3>
        <p class="soft">{text!(builder.inputs_why)}</p>
        <For each=move || rows.get() key=|row| *row let:row>
            <InputFields editor row/>
        </For>
        <button type="button" class="btn small" on:click=move |_| { editor.form.update(|form| { form.add_input(); }); }>
            <Glyph icon=icondata::LuPlus/> {text!(builder.add_input)}
        </button>
    }
    .into_any()
}

#[component]
fn InputFields(editor: Editor, row: Row) -> impl IntoView {
    let form = editor.form;
    let input = Memo::new(move |_| form.with(|form| form.input(row).cloned()));
    let label = move || input.get().map(|input| input.label).unwrap_or_default();
    let name = move || input.get().map(|input| input.name).unwrap_or_default();
    let kind = Memo::new(move |_| input.get().map(|input| input.kind).unwrap_or_default());
    let wrong_label = editor.problem(row, Part::Title, 0);
    let wrong_name = editor.problem(row, Part::Name, 0);
    let untried = editor.is_untried(row);
    let kinds = move || {
        let now = kind.get();
        InputKind::ALL
            .map(|one| {
                let selected = one == now;
                view! { <option value=one.as_str() selected=selected prop:selected=selected>{words::input_kind(one)}</option> }
            })
            .collect_view()
    };
    let id = format!("input-{row}");
    let about = format!("{id}-about");
    view! {
        <fieldset class="line input-line">
            <legend class="visually-hidden">{move || text!(builder.input, name = label())}</legend>
            <div class="field">
                <label for=format!("{id}-label")>{text!(builder.label)}</label>
                <input
                    class="input" id=format!("{id}-label") dir="auto" maxlength="80" autocomplete="off" placeholder=text!(builder.label_example)
                    aria-describedby=about.clone() aria-invalid=move || wrong_label.get().is_some().then_some("true")
                    prop:value=label
                    on:input=move |event| form.update(|form| form.label_input(row, &event_target_value(&event)))
                />
                <span class="problem" id=about aria-live="polite">{move || wrong_label.get()}</span>
            </div>
            {move || (editor.is_advanced.get() || wrong_name.get().is_some()).then(|| view! {
                <label class="field">{text!(builder.name_in_calls)}
                    <input
                        class="input" spellcheck="false" autocapitalize="none" aria-invalid=move || wrong_name.get().is_some().then_some("true")
                        prop:value=name
                        on:input=move |event| form.update(|form| {
                            if let Some(input) = form.input_mut(row) { input.name = event_target_value(&event); }
                        })
                    />
                    <span class="problem">{move || wrong_name.get()}</span>
                </label>
            })}
            <div class="field">
                <label for=format!("{id}-kind")>{text!(builder.kind)}</label>
                <select class="input select" id=format!("{id}-kind") on:change=move |event| form.update(|form| {
                    if let Some(input) = form.input_mut(row) {
                        input.kind = InputKind::parse(&event_target_value(&event)).unwrap_or_default();
                    }
                })>{kinds}</select>
            </div>
            <div class="field">
                <label for=format!("value-{row}-trial")>{text!(builder.try_with)}</label>
                {move || view! { <Trial editor row kind=kind.get()/> }}
                <span class="problem" id=format!("value-{row}-trial-problem") aria-live="polite">
                    {move || untried.get().then(|| words::untried(kind.get()))}
                </span>
            </div>
            <button
                type="button" class="btn small quiet remove" aria-label=text!(builder.remove_input) title=text!(builder.remove_input)
                on:click=move |_| form.update(|form| form.remove_input(row))
            ><Glyph icon=icondata::LuX/></button>
        </fieldset>
    }
    .into_any()
}

/// What an input is tried with, typed by what it is.
#[component]
fn Trial(editor: Editor, row: Row, kind: InputKind) -> impl IntoView {
    let form = editor.form;
    let text = Memo::new(move |_| {
        form.with(|form| form.input(row).map(|input| input.trial.clone())).unwrap_or_default()
    });
    let typed = Callback::new(move |text: String| {
        form.update(|form| {
            if let Some(input) = form.input_mut(row) {
                input.trial = text;
            }
        });
    });
    let id = format!("value-{row}-trial");
    let about = format!("{id}-problem");
    let untried = editor.is_untried(row);
    let invalid = move || untried.get().then_some("true");
    let on_input = move |event| typed.run(event_target_value(&event));
    match shared::workflow_form::input_value(kind) {
        ValueKind::Record | ValueKind::Records => {
            let model = Signal::derive(move || {
                form.with(|form| {
                    form.model_of_input(row, &|model, field| editor.relation(model, field))
                })
            });
            view! {
                <RecordField
                    editor model id about label=text!(builder.try_with) text on_type=typed
                    is_many={kind == InputKind::Records} is_wrong=untried
                />
            }
            .into_any()
        }
        ValueKind::YesNo => view! {
            <select class="input select" id=id on:change=on_input>
                <option value="false" selected=move || text.get() != "true" prop:selected=move || text.get() != "true">{text!(builder.no)}</option>
                <option value="true" selected=move || text.get() == "true" prop:selected=move || text.get() == "true">{text!(builder.yes)}</option>
            </select>
        }
        .into_any(),
        ValueKind::Date => view! {
            <input
                class="input" type="date" id=id aria-describedby=about aria-invalid=invalid
                prop:value=move || text.get() on:input=on_input
            />
        }
        .into_any(),
        kind => {
            let mode = if kind == ValueKind::Decimal { "decimal" } else { "text" };
            view! {
                <input
                    class="input" id=id inputmode=mode dir="auto" autocomplete="off" aria-describedby=about aria-invalid=invalid
                    prop:value=move || text.get() on:input=on_input
                />
            }
            .into_any()
        }
    }
}
