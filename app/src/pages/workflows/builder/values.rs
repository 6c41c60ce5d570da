//! What fields of records get, and what a method gets by name.

use leptos::prelude::*;
use shared::workflow_form::{Filling, Part, Row, StepForm, ValueKind, ValueRow};

use super::{
    choose::FieldSelect,
    editor::Editor,
    value::{ValueField, Wanted},
};
use crate::{components::Glyph, texts::text};

/// Rows of fields and what they get.
#[component]
pub(super) fn Values(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
) -> impl IntoView {
    let rows = editor.of_step(step, |step| rows_of(&step.values));
    let model = editor.model(step);
    let problem = editor.problem(step, Part::Values, 0);
    let is_new = editor.of_step(step, |step| step.action == shared::workflow::StepAction::Create);
    // Many of them Odoo fills in by itself, so it is a hint and no fault.
    let missing = move || {
        let named: Vec<String> = editor.form.with(|form| {
            form.step(step).map(|step| step.values.iter().map(|one| one.field.clone()).collect())
        })?;
        let view = editor.catalog.get(&model.get())?;
        let labels: Vec<String> = view
            .fields
            .iter()
            .filter(|field| field.is_required && !field.is_readonly && !named.contains(&field.name))
            .map(|field| field.label.clone())
            .collect();
        (is_new.get() == Some(true) && !labels.is_empty())
            .then(|| text!(builder.needs, fields = labels.join(", ")))
    };
    let add = move |_| {
        editor.form.update(|form| {
            let row = form.draw();
            if let Some(step) = form.step_mut(step) {
                let value = Filling::empty(ValueKind::Text);
                step.values.push(ValueRow { row, field: String::new(), value });
            }
        });
    };
    view! {
        <fieldset class="part-of">
            <legend>{text!(builder.values)}</legend>
            <For each=move || rows.get().unwrap_or_default() key=|row| *row let:row>
                <OneValue editor step row/>
            </For>
            <span class="problem" aria-live="polite">{move || problem.get()}</span>
            <div class="adds">
                <button type="button" class="btn small" on:click=add><Glyph icon=icondata::LuPlus/> {text!(builder.add_value)}</button>
            </div>
            {move || missing().map(|told| view! { <small class="help" dir="auto">{told}</small> })}
        </fieldset>
    }
    .into_any()
}

#[component]
fn OneValue(editor: Editor, step: Row, row: Row) -> impl IntoView {
    let one = editor
        .of_step(step, move |step| step.values.iter().find(|value| value.row == row).cloned());
    let model = editor.model(step);
    let name = Memo::new(move |_| one.get().flatten().map(|one| one.field).unwrap_or_default());
    let field = Memo::new(move |_| editor.field(&model.get(), &name.get()));
    let kind = Memo::new(move |_| {
        let known = field.get().map(|field| match field.kind {
            // Lines and tags are set by commands, which have a shape of their own.
            ValueKind::Records => ValueKind::Json,
            kind => kind,
        });
        let now = one.get().flatten().map(|one| one.value);
        known
            .or(match now {
                Some(Filling::Typed(typed)) => Some(typed.kind),
                _ => None,
            })
            .unwrap_or(ValueKind::Json)
    });
    let change = move |change: &dyn Fn(&mut ValueRow)| {
        editor.change(step, |step| {
            if let Some(one) = step.values.iter_mut().find(|value| value.row == row) {
                change(one);
            }
        });
    };
    let choose = Callback::new(move |name: String| {
        let kind = match editor.field(&model.get_untracked(), &name).map(|field| field.kind) {
            Some(ValueKind::Records) => ValueKind::Json,
            Some(kind) => kind,
            None => ValueKind::Text,
        };
        change(&|one| {
            one.field.clone_from(&name);
            if let Filling::Typed(typed) = &one.value {
                one.value = Filling::Typed(typed.as_kind(kind));
            }
        });
    });
    let wanted = Wanted {
        kind: kind.into(),
        field: field.into(),
        relation: Signal::derive(move || editor.relation(&model.get(), &name.get())),
        may_be_nothing: true,
    };
    let value = Signal::derive(move || {
        one.get().flatten().map_or_else(|| Filling::empty(ValueKind::Text), |one| one.value)
    });
    let set = Callback::new(move |filling: Filling| change(&|one| one.value = filling.clone()));
    let label = Signal::derive(move || field.get().map_or_else(|| name.get(), |field| field.label));
    view! {
        <fieldset class="line">
            <legend class="visually-hidden">{text!(builder.value)}</legend>
            <FieldSelect
                editor model chosen=name on_choose=choose fits=|field| !field.is_readonly
                label=text!(builder.field)
            />
            <span class="becomes" aria-hidden="true">"="</span>
            <ValueField editor row=step part=Part::Values line=row wanted value on_change=set label/>
            <button
                type="button" class="btn small quiet remove" aria-label=text!(builder.remove_value) title=text!(builder.remove_value)
                on:click=move |_| editor.change(step, |step| step.values.retain(|value| value.row != row))
            ><Glyph icon=icondata::LuX/></button>
        </fieldset>
    }
    .into_any()
}

/// What a method gets by name.
#[component]
pub(super) fn Keywords(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
) -> impl IntoView {
    let rows = editor.of_step(step, |step| rows_of(&step.keywords));
    let is_shown =
        move || editor.is_advanced.get() || rows.get().is_some_and(|rows| !rows.is_empty());
    let add = move |_| {
        editor.form.update(|form| {
            let row = form.draw();
            if let Some(step) = form.step_mut(step) {
                let value = Filling::empty(ValueKind::Text);
                step.keywords.push(ValueRow { row, field: String::new(), value });
            }
        });
    };
    move || {
        is_shown().then(|| view! {
            <fieldset class="part-of">
                <legend>{text!(builder.keywords)}</legend>
                <For each=move || rows.get().unwrap_or_default() key=|row| *row let:row>
                    <OneKeyword editor step row/>
                </For>
                <div class="adds">
                    <button type="button" class="btn small" on:click=add><Glyph icon=icondata::LuPlus/> {text!(builder.add_keyword)}</button>
                </div>
            </fieldset>
        })
    }
}

#[component]
fn OneKeyword(editor: Editor, step: Row, row: Row) -> impl IntoView {
    let find = move |step: &StepForm| step.keywords.iter().find(|one| one.row == row).cloned();
    let one = editor.of_step(step, find);
    let name = Memo::new(move |_| one.get().flatten().map(|one| one.field).unwrap_or_default());
    let change = move |change: &dyn Fn(&mut ValueRow)| {
        editor.change(step, |step| {
            if let Some(one) = step.keywords.iter_mut().find(|one| one.row == row) {
                change(one);
            }
        });
    };
    let kind = Memo::new(move |_| match one.get().flatten().map(|one| one.value) {
        Some(Filling::Typed(typed)) => typed.kind,
        _ => ValueKind::Json,
    });
    let wanted = Wanted {
        kind: kind.into(),
        field: Signal::derive(|| None),
        relation: Signal::derive(|| None),
        may_be_nothing: true,
    };
    let value = Signal::derive(move || {
        one.get().flatten().map_or_else(|| Filling::empty(ValueKind::Text), |one| one.value)
    });
    let set = Callback::new(move |filling: Filling| change(&|one| one.value = filling.clone()));
    view! {
        <fieldset class="line">
            <legend class="visually-hidden">{text!(builder.keyword)}</legend>
            <input
                class="input" aria-label=text!(builder.keyword) spellcheck="false" autocapitalize="none" prop:value=move || name.get()
                on:input=move |event| { let name = event_target_value(&event); change(&|one| one.field.clone_from(&name)); }
            />
            <span class="becomes" aria-hidden="true">"="</span>
            <ValueField editor row=step part=Part::Keywords line=row wanted value on_change=set label=name/>
            <button
                type="button" class="btn small quiet remove" aria-label=text!(builder.remove_value) title=text!(builder.remove_value)
                on:click=move |_| editor.change(step, |step| step.keywords.retain(|one| one.row != row))
            ><Glyph icon=icondata::LuX/></button>
        </fieldset>
    }
    .into_any()
}

fn rows_of(values: &[ValueRow]) -> Vec<Row> {
    values.iter().map(|value| value.row).collect()
}
