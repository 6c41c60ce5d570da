//! Lists of fields: what is told, in which order, by what figures are grouped, and which figures there are.

use leptos::prelude::*;
use shared::workflow_form::{OrderTerm, Part, Row, StepForm, ValueKind};

use super::{choose::FieldSelect, editor::Editor};
use crate::{components::Glyph, texts::text, words};

/// Parts of a date that figures are grouped by.
const GRAINS: [&str; 5] = ["day", "week", "month", "quarter", "year"];
/// What becomes of the values of a group.
const FIGURES: [&str; 5] = ["sum", "avg", "min", "max", "count_distinct"];

/// The fields that are told.
#[component]
pub(super) fn Told(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
) -> impl IntoView {
    let fields = editor.of_step(step, |step| step.fields.clone());
    let model = editor.model(step);
    let problem = editor.problem(step, Part::Fields, 0);
    let add = Callback::new(move |name: String| {
        editor.change(step, |step| {
            if !name.is_empty() && !step.fields.contains(&name) {
                step.fields.push(name);
            }
        });
    });
    let chips = move || {
        fields
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|name| {
                let view = editor.field(&model.get(), &name);
                let label = view.map_or_else(|| name.clone(), |field| field.label);
                let remove = text!(builder.remove_field, field = label.clone());
                view! {
                    <li class="chip">
                        <span dir="auto">{label}</span>
                        <button
                            type="button" aria-label=remove.clone() title=remove
                            on:click=move |_| editor.change(step, |step| step.fields.retain(|one| *one != name))
                        ><Glyph icon=icondata::LuX/></button>
                    </li>
                }
            })
            .collect_view()
    };
    let none = move || fields.get().is_some_and(|fields| fields.is_empty());
    view! {
        <fieldset class="part-of">
            <legend>{text!(builder.fields)}</legend>
            <ul class="chips">{chips}</ul>
            {move || none().then(|| view! { <small class="help">{text!(builder.fields_none)}</small> })}
            <FieldSelect
                editor model chosen=Signal::derive(String::new) on_choose=add fits=|_| true
                label=text!(builder.add_field) hint=text!(builder.add_field) problem
            />
        </fieldset>
    }
    .into_any()
}

/// By which fields records are sorted.
#[component]
pub(super) fn Order(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
) -> impl IntoView {
    let terms = editor.of_step(step, |step| step.order.clone());
    let model = editor.model(step);
    let rows = move || (0..terms.get().unwrap_or_default().len()).collect::<Vec<_>>();
    view! {
        <fieldset class="part-of">
            <legend>{text!(builder.order)}</legend>
            <For each=rows key=|at| *at let:at>
                {
                    let term = Memo::new(move |_| terms.get().unwrap_or_default().into_iter().nth(at).unwrap_or_default());
                    let chosen = Signal::derive(move || term.get().field);
                    let choose = Callback::new(move |name: String| editor.change(step, |step| {
                        if let Some(term) = step.order.get_mut(at) { term.field = name; }
                    }));
                    let turn = move |event| {
                        let is_descending = event_target_value(&event) == "desc";
                        editor.change(step, |step| {
                            if let Some(term) = step.order.get_mut(at) { term.is_descending = is_descending; }
                        });
                    };
                    view! {
                        <fieldset class="line">
                            <legend class="visually-hidden">{text!(builder.order)}</legend>
                            <FieldSelect editor model chosen on_choose=choose fits=|field| field.is_stored label=text!(builder.field)/>
                            <select class="input select operator" aria-label=text!(builder.direction) on:change=turn>
                                <option value="asc" selected=move || !term.get().is_descending prop:selected=move || !term.get().is_descending>{text!(builder.ascending)}</option>
                                <option value="desc" selected=move || term.get().is_descending prop:selected=move || term.get().is_descending>{text!(builder.descending)}</option>
                            </select>
                            <button
                                type="button" class="btn small quiet remove" aria-label=text!(builder.remove_order) title=text!(builder.remove_order)
                                on:click=move |_| editor.change(step, |step| { if at < step.order.len() { step.order.remove(at); } })
                            ><Glyph icon=icondata::LuX/></button>
                        </fieldset>
                    }
                }
            </For>
            <div class="adds">
                <button type="button" class="btn small" on:click=move |_| editor.change(step, |step| step.order.push(OrderTerm::default()))>
                    <Glyph icon=icondata::LuPlus/> {text!(builder.add_order)}
                </button>
            </div>
        </fieldset>
    }
    .into_any()
}

/// Groups and figures of a report: fields with what is made of them behind a colon.
#[component]
pub(super) fn Figures(
    /// The builder.
    editor: Editor,
    /// The step.
    step: Row,
) -> impl IntoView {
    view! {
        <Parted
            editor step part=Part::Groups legend=text!(builder.groups) add=text!(builder.add_group_by)
            read=|step| &step.groups write=|step| &mut step.groups is_figure=false
        />
        <Parted
            editor step part=Part::Measures legend=text!(builder.measures) add=text!(builder.add_measure)
            read=|step| &step.measures write=|step| &mut step.measures is_figure=true
        />
    }
    .into_any()
}

#[component]
fn Parted(
    editor: Editor,
    step: Row,
    part: Part,
    legend: &'static str,
    add: &'static str,
    read: fn(&StepForm) -> &Vec<String>,
    write: fn(&mut StepForm) -> &mut Vec<String>,
    is_figure: bool,
) -> impl IntoView {
    let terms = editor.of_step(step, move |step| read(step).clone());
    let model = editor.model(step);
    let problem = editor.problem(step, part, 0);
    let rows = move || (0..terms.get().unwrap_or_default().len()).collect::<Vec<_>>();
    let set = move |at: usize, text: String| {
        editor.change(step, |step| {
            if let Some(term) = write(step).get_mut(at) {
                *term = text;
            }
        });
    };
    view! {
        <fieldset class="part-of">
            <legend>{legend}</legend>
            <For each=rows key=|at| *at let:at>
                {
                    let term = Memo::new(move |_| terms.get().unwrap_or_default().into_iter().nth(at).unwrap_or_default());
                    let parts = move || {
                        let term = term.get();
                        let (field, rest) = term.split_once(':').unwrap_or((term.as_str(), ""));
                        (field.to_owned(), rest.to_owned())
                    };
                    let chosen = Signal::derive(move || parts().0);
                    let choose = Callback::new(move |name: String| {
                        let view = editor.field(&model.get_untracked(), &name);
                        let is_day = view.is_some_and(|field| matches!(field.kind, ValueKind::Date | ValueKind::DateTime));
                        set(at, match (is_figure, is_day) {
                            _ if name.is_empty() => name,
                            (true, _) => format!("{name}:sum"),
                            (false, true) => format!("{name}:month"),
                            (false, false) => name,
                        });
                    });
                    let options = move || {
                        let all: &[&str] = if is_figure { &FIGURES } else { &GRAINS };
                        let now = parts().1;
                        all.iter().map(|one| {
                            let selected = *one == now;
                            view! { <option value=*one selected=selected prop:selected=selected>{words::grain(one)}</option> }
                        }).collect_view()
                    };
                    let is_parted = move || is_figure || !parts().1.is_empty();
                    view! {
                        <fieldset class="line">
                            <legend class="visually-hidden">{legend}</legend>
                            <FieldSelect
                                editor model chosen on_choose=choose label=text!(builder.field)
                                fits=if is_figure { |field| matches!(field.kind, ValueKind::Whole | ValueKind::Decimal | ValueKind::Record) } else { |field| field.is_stored }
                            />
                            {move || is_parted().then(|| view! {
                                <select
                                    class="input select operator" aria-label=text!(builder.grain)
                                    on:change=move |event| set(at, format!("{}:{}", parts().0, event_target_value(&event)))
                                >{options}</select>
                            })}
                            <button
                                type="button" class="btn small quiet remove" aria-label=text!(builder.remove_line) title=text!(builder.remove_line)
                                on:click=move |_| editor.change(step, |step| { let all = write(step); if at < all.len() { all.remove(at); } })
                            ><Glyph icon=icondata::LuX/></button>
                        </fieldset>
                    }
                }
            </For>
            <span class="problem" aria-live="polite">{move || problem.get()}</span>
            <div class="adds">
                <button type="button" class="btn small" on:click=move |_| editor.change(step, |step| write(step).push(String::new()))>
                    <Glyph icon=icondata::LuPlus/> {add}
                </button>
            </div>
        </fieldset>
    }
    .into_any()
}
