//! Which records a step is about: rows of field, comparison and value, of which all or any hold.

use leptos::prelude::*;
use shared::workflow_form::{
    Condition, Filling, Group, Item, Part, Row, ValueKind, compared, operators,
};

use super::{
    choose::{FieldSelect, option_list},
    editor::Editor,
    value::{ValueField, Wanted},
};
use crate::{components::Glyph, texts::text, words};

/// How deep groups stand within groups.
const MAX_DEPTH: u32 = 2;

/// A group of conditions, and the groups in it.
#[component]
pub(super) fn Conditions(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
    /// The group.
    group: Row,
    /// How deep it stands.
    depth: u32,
) -> impl IntoView {
    let of = move |group: Row| {
        editor.of_step(step, move |step| step.conditions.group_at(group).cloned())
    };
    let group_now = of(group);
    let items = move || {
        group_now
            .get()
            .flatten()
            .into_iter()
            .flat_map(|group| group.items)
            .map(|item| match item {
                Item::One(one) => (one.row, false),
                Item::Group(group) => (group.row, true),
            })
            .collect::<Vec<_>>()
    };
    let is_any = Memo::new(move |_| group_now.get().flatten().is_some_and(|group| group.is_any));
    let several =
        Memo::new(move |_| group_now.get().flatten().is_some_and(|group| group.items.len() > 1));
    let set_any = move |event| {
        let any = event_target_value(&event) == "any";
        editor.change(step, |step| {
            if let Some(group) = step.conditions.group(group) {
                group.is_any = any;
            }
        });
    };
    let add = move |_| {
        editor.form.update(|form| {
            let row = form.draw();
            let one = Condition {
                row,
                field: String::new(),
                operator: "=".to_owned(),
                value: Filling::empty(ValueKind::Text),
            };
            if let Some(step) = form.step_mut(step) {
                step.add_item(group, Item::One(one));
            }
        });
    };
    let add_group = move |_| {
        editor.form.update(|form| {
            let (row, inner) = (form.draw(), form.draw());
            let one = Condition {
                row: inner,
                field: String::new(),
                operator: "=".to_owned(),
                value: Filling::empty(ValueKind::Text),
            };
            let any = Group { row, is_any: !is_any.get_untracked(), items: vec![Item::One(one)] };
            if let Some(step) = form.step_mut(step) {
                step.add_item(group, Item::Group(any));
            }
        });
    };
    view! {
        <div class="conditions">
            {move || (several.get() || depth > 0).then(|| view! {
                <select class="input select how" aria-label=text!(builder.how_many_hold) on:change=set_any>
                    <option value="all" selected=!is_any.get() prop:selected=!is_any.get()>{text!(builder.all_hold)}</option>
                    <option value="any" selected=is_any.get() prop:selected=is_any.get()>{text!(builder.any_holds)}</option>
                </select>
            })}
            <For each=items key=|item| *item let((row, is_group))>
                {if is_group {
                    view! {
                        <fieldset class="group">
                            <legend class="visually-hidden">{text!(builder.group)}</legend>
                            <Conditions editor step group=row depth=depth + 1/>
                            <Remove editor step row label=text!(builder.remove_group)/>
                        </fieldset>
                    }.into_any()
                } else {
                    view! { <OneCondition editor step row/> }.into_any()
                }}
            </For>
            <div class="adds">
                <button type="button" class="btn small" on:click=add><Glyph icon=icondata::LuPlus/> {text!(builder.add_condition)}</button>
                {(depth < MAX_DEPTH).then(|| view! {
                    <button type="button" class="btn small quiet" on:click=add_group><Glyph icon=icondata::LuPlus/> {text!(builder.add_group)}</button>
                })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn OneCondition(editor: Editor, step: Row, row: Row) -> impl IntoView {
    let one = editor.of_step(step, move |step| step.conditions.condition_at(row).cloned());
    let model = editor.model(step);
    let field_name =
        Memo::new(move |_| one.get().flatten().map(|one| one.field).unwrap_or_default());
    let operator =
        Memo::new(move |_| one.get().flatten().map(|one| one.operator).unwrap_or_default());
    let field = Memo::new(move |_| {
        let (model, name) = (model.get(), field_name.get());
        editor.field(&model, &name)
    });
    // Without Odoo's word a value stays what it was.
    let kind = Memo::new(move |_| {
        let known = editor.kind_of(&model.get(), &field_name.get());
        let now = one.get().flatten().map(|one| one.value);
        known
            .or(match now {
                Some(Filling::Typed(typed)) => Some(typed.kind),
                _ => None,
            })
            .unwrap_or(ValueKind::Json)
    });
    let wanted = Memo::new(move |_| compared(kind.get(), &operator.get()));
    let has_value = Memo::new(move |_| one.get().flatten().is_some_and(|one| one.has_value()));
    let change = move |change: &dyn Fn(&mut Condition)| {
        editor.change(step, |step| {
            if let Some(one) = step.conditions.condition(row) {
                change(one);
            }
        });
    };
    let choose = Callback::new(move |name: String| {
        let kind = editor.kind_of(&model.get_untracked(), &name).unwrap_or_default();
        let is_choice = editor
            .field(&model.get_untracked(), &name)
            .is_some_and(|field| !field.selection.is_empty());
        change(&|one| {
            one.field.clone_from(&name);
            let fitting = operators(kind, is_choice);
            if !fitting.contains(&one.operator.as_str()) {
                fitting[0].clone_into(&mut one.operator);
            }
            if let Filling::Typed(typed) = &one.value {
                one.value = Filling::Typed(typed.as_kind(compared(kind, &one.operator)));
            }
        });
    });
    let set_operator = move |event| {
        let chosen = event_target_value(&event);
        let kind = compared(kind.get_untracked(), &chosen);
        change(&|one| {
            one.operator.clone_from(&chosen);
            if let Filling::Typed(typed) = &one.value {
                one.value = Filling::Typed(typed.as_kind(kind));
            }
        });
    };
    let options = move || {
        let (now, kind) = (operator.get(), kind.get());
        let is_choice = field.get().is_some_and(|field| !field.selection.is_empty());
        let mut all: Vec<String> =
            operators(kind, is_choice).iter().map(|one| (*one).to_owned()).collect();
        if !all.contains(&now) {
            all.push(now.clone());
        }
        let labelled = all.into_iter().map(|one| {
            let label = words::operator(&one, kind);
            (one, label)
        });
        option_list(labelled.collect(), &now)
    };
    let label =
        Signal::derive(move || field.get().map_or_else(|| field_name.get(), |field| field.label));
    let wanted = Wanted {
        kind: wanted.into(),
        field: field.into(),
        relation: Signal::derive(move || editor.relation(&model.get(), &field_name.get())),
        may_be_nothing: false,
    };
    let value = Signal::derive(move || {
        one.get().flatten().map_or_else(|| Filling::empty(ValueKind::Text), |one| one.value)
    });
    let set = Callback::new(move |filling: Filling| change(&|one| one.value = filling.clone()));
    view! {
        <fieldset class="line">
            <legend class="visually-hidden">{text!(builder.condition)}</legend>
            <FieldSelect editor model chosen=field_name on_choose=choose fits=|_| true label=text!(builder.field)/>
            <select class="input select operator" aria-label=text!(builder.comparison) on:change=set_operator>{options}</select>
            {move || if has_value.get() {
                view! { <ValueField editor row=step part=Part::Conditions line=row wanted value on_change=set label/> }.into_any()
            } else {
                let problem = editor.problem(step, Part::Conditions, row);
                view! { <span class="problem value" aria-live="polite">{move || problem.get()}</span> }.into_any()
            }}
            <Remove editor step row label=text!(builder.remove_condition)/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Remove(editor: Editor, step: Row, row: Row, label: &'static str) -> impl IntoView {
    view! {
        <button
            type="button" class="btn small quiet remove" aria-label=label title=label
            on:click=move |_| editor.change(step, |step| step.conditions.remove(row))
        ><Glyph icon=icondata::LuX/></button>
    }
    .into_any()
}
