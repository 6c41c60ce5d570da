//! A value of a step: a fixed one, typed by what it is, or one that an input or an earlier step gives.

use leptos::prelude::*;
use shared::{
    workflow_catalog::FieldView,
    workflow_form::{Filling, Given, Of, Part, Row, Source, Typed, ValueKind},
};

use super::{
    choose::{RecordField, option_list},
    editor::Editor,
};
use crate::{texts::text, words};

/// What the value is for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Of which kind it has to be.
    pub(super) kind: Signal<ValueKind>,
    /// The field that it is of or is compared with.
    pub(super) field: Signal<Option<FieldView>>,
    /// The model whose records it names.
    pub(super) relation: Signal<Option<String>>,
    /// Whether it may be nothing, which empties a field.
    pub(super) may_be_nothing: bool,
}

/// Where the value comes from, and what it is.
#[component]
pub(super) fn ValueField(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
    /// Where in it.
    part: Part,
    /// The line; 0 where there is one only.
    line: Row,
    /// What it is for.
    wanted: Wanted,
    /// What it is now.
    #[prop(into)]
    value: Signal<Filling>,
    /// Called with what it becomes.
    on_change: Callback<Filling>,
    /// What a person calls it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let Wanted { kind, field, relation, may_be_nothing } = wanted;
    // What nobody has typed yet is no fault before it hinders; what was typed stays begun when it is emptied.
    let is_begun = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || editor.is_refused.get() || !value.with(Filling::is_empty)
    });
    let problem = editor.problem_once(is_begun.into(), row, part, line);
    // Before its field is chosen it has no name of its own.
    let label = Signal::derive(move || {
        let name = label.get();
        if name.is_empty() { text!(builder.value_alone).to_owned() } else { name }
    });
    let options = move || {
        let now = match key_of(&value.get()) {
            // No and nothing are one to Odoo.
            key if key == "nothing" && kind.get() == ValueKind::YesNo => "typed".to_owned(),
            key => key,
        };
        let mut options = vec![("typed".to_owned(), text!(builder.fixed).to_owned())];
        if (may_be_nothing && kind.get() != ValueKind::YesNo) || now == "nothing" {
            options.push(("nothing".to_owned(), text!(builder.nothing).to_owned()));
        }
        let offers = editor.form.with(|form| {
            form.offers(row, kind.get(), &|model, field| editor.kind_of(model, field))
        });
        for offer in offers {
            options.push((key(&offer.of, &offer.path), source_words(editor, &offer.source())));
        }
        if let Filling::From(source) = value.get()
            && !options.iter().any(|(key, _)| *key == now)
        {
            options.push((now.clone(), source_words(editor, &source)));
        }
        option_list(options, &now)
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let next = match chosen.as_str() {
            "typed" => Filling::empty(kind.get_untracked()),
            "nothing" => Filling::Typed(Typed::new(ValueKind::Nothing, "")),
            key => match source_of(key) {
                Some(source) => Filling::From(source),
                None => return,
            },
        };
        on_change.run(next);
    };
    // Another field is drawn only when another kind of value is typed, so that nobody loses their place.
    let shown = Memo::new(move |_| match value.get() {
        Filling::From(_) => None,
        Filling::Typed(typed)
            if typed.kind == ValueKind::Nothing && kind.get() != ValueKind::YesNo =>
        {
            None
        }
        Filling::Typed(typed) => {
            let wanted = kind.get();
            Some(if typed.is_shown_as(wanted) || typed.is_empty() { wanted } else { typed.kind })
        }
    });
    // What can be chosen comes when Odoo has answered.
    let choices = Memo::new(move |_| field.get().map(|field| field.selection).unwrap_or_default());
    let text = Memo::new(move |_| match value.get() {
        Filling::Typed(Typed { kind: ValueKind::Nothing, .. }) => "false".to_owned(),
        Filling::Typed(typed) => typed.text,
        Filling::From(_) => String::new(),
    });
    let typed = Callback::new(move |text: String| {
        let kind = shown.get_untracked().unwrap_or_default();
        on_change.run(Filling::Typed(Typed::new(kind, text)));
    });
    let id = format!("value-{row}-{}-{line}", part as u8);
    let about = format!("{id}-problem");
    let told = about.clone();
    let from = move || text!(builder.source_of, label = label.get());
    view! {
        <div class="value">
            <select class="input select" dir="auto" aria-label=from on:change=choose>{options}</select>
            {move || shown.get().map(|kind| view! {
                <Widget
                    editor kind choices=choices.get() relation id=id.clone() about=about.clone() label text on_type=typed
                    is_wrong=Signal::derive(move || problem.get().is_some())
                />
            })}
            <span class="problem" id=told aria-live="polite">{move || problem.get()}</span>
        </div>
    }
    .into_any()
}

/// The field in which a value of this kind is typed.
#[component]
fn Widget(
    editor: Editor,
    kind: ValueKind,
    choices: Vec<(String, String)>,
    relation: Signal<Option<String>>,
    id: String,
    about: String,
    label: Signal<String>,
    text: Memo<String>,
    on_type: Callback<String>,
    is_wrong: Signal<bool>,
) -> impl IntoView {
    let invalid = move || is_wrong.get().then_some("true");
    let typed = move |event| on_type.run(event_target_value(&event));
    match kind {
        ValueKind::Record | ValueKind::Records => view! {
            <RecordField
                editor model=relation id about label text on_type
                is_many={kind == ValueKind::Records} is_wrong
            />
        }
        .into_any(),
        ValueKind::YesNo => {
            let choices = vec![
                (String::new(), text!(builder.choose).to_owned()),
                ("true".to_owned(), text!(builder.yes).to_owned()),
                ("false".to_owned(), text!(builder.no).to_owned()),
            ];
            view! { <Choice choices about label text on_type is_wrong/> }.into_any()
        }
        ValueKind::Text if !choices.is_empty() => {
            let mut all = vec![(String::new(), text!(builder.choose).to_owned())];
            all.extend(choices);
            view! { <Choice choices=all about label text on_type is_wrong/> }.into_any()
        }
        ValueKind::Texts if !choices.is_empty() => {
            view! { <Choices choices about label text on_type/> }.into_any()
        }
        ValueKind::Json => view! {
            <textarea
                class="input code" rows="3" spellcheck="false" aria-label=move || label.get() placeholder=text!(builder.json_hint)
                prop:value=move || text.get() aria-invalid=invalid aria-describedby=about on:input=typed
            ></textarea>
        }
        .into_any(),
        kind => {
            let (mode, hint) = match kind {
                ValueKind::Whole => ("numeric", ""),
                ValueKind::Decimal => ("decimal", text!(builder.number_hint)),
                ValueKind::Date => ("text", text!(builder.date_hint)),
                ValueKind::DateTime => ("text", text!(builder.moment_hint)),
                ValueKind::Texts => ("text", text!(builder.texts_hint)),
                _ => ("text", ""),
            };
            view! {
                <input
                    class="input" inputmode=mode placeholder=hint autocomplete="off" dir="auto" aria-label=move || label.get()
                    prop:value=move || text.get() aria-invalid=invalid aria-describedby=about on:input=typed
                />
            }
            .into_any()
        }
    }
}

/// One of several values. One that is not among them is shown all the same.
#[component]
fn Choice(
    choices: Vec<(String, String)>,
    about: String,
    label: Signal<String>,
    text: Memo<String>,
    on_type: Callback<String>,
    is_wrong: Signal<bool>,
) -> impl IntoView {
    let options = move || {
        let now = text.get();
        let mut choices = choices.clone();
        if !choices.iter().any(|(value, _)| *value == now) {
            choices.push((now.clone(), now.clone()));
        }
        option_list(choices, &now)
    };
    view! {
        <select
            class="input select" dir="auto" aria-label=move || label.get() aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=about on:change=move |event| on_type.run(event_target_value(&event))
        >{options}</select>
    }
    .into_any()
}

/// Some of several values.
#[component]
fn Choices(
    choices: Vec<(String, String)>,
    about: String,
    label: Signal<String>,
    text: Memo<String>,
    on_type: Callback<String>,
) -> impl IntoView {
    let order: Vec<String> = choices.iter().map(|(value, _)| value.clone()).collect();
    let boxes = choices
        .into_iter()
        .map(|(value, label)| {
            let order = order.clone();
            let (mine, toggled) = (value.clone(), value);
            let is_chosen = move || text.with(|text| words_of(text).any(|word| word == mine));
            let toggle = move |event| {
                let is_on = event_target_checked(&event);
                let before = text.get_untracked();
                let chosen: Vec<&str> = order
                    .iter()
                    .map(String::as_str)
                    .filter(|value| {
                        if *value == toggled { is_on } else { words_of(&before).any(|word| word == *value) }
                    })
                    .collect();
                on_type.run(chosen.join(", "));
            };
            view! {
                <label class="check"><input type="checkbox" prop:checked=is_chosen on:change=toggle/><span dir="auto">{label}</span></label>
            }
        })
        .collect_view();
    view! { <div class="checks" role="group" aria-label=move || label.get() aria-describedby=about>{boxes}</div> }
        .into_any()
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// What a source is, in words: "Customer", "1. Find the orders: all records".
pub(super) fn source_words(editor: Editor, source: &Source) -> String {
    editor.form.with(|form| {
        let given = form.given(source, &|model, field| editor.kind_of(model, field));
        match source.of {
            Of::Input(row) => {
                let label = form.input(row).map(|input| input.label.clone()).unwrap_or_default();
                text!(builder.from_input, label = label)
            }
            Of::Step(row) => {
                let number = form.position(row).map_or(0, |at| at + 1);
                let step = form.step(row);
                let title = step.map(|step| step.title.clone()).unwrap_or_default();
                let label = |field: &str| {
                    let model = step.map(|step| step.model.clone()).unwrap_or_default();
                    editor
                        .field(&model, field)
                        .map_or_else(|| field.to_owned(), |field| field.label)
                };
                let given = match given {
                    Given::AllOf(field) => Given::AllOf(label(&field)),
                    Given::FirstOf(field) => Given::FirstOf(label(&field)),
                    other => other,
                };
                text!(
                    builder.from_step,
                    number = number,
                    title = title,
                    what = words::given(&given)
                )
            }
            Of::Gone(ref reference) => text!(builder.from_gone, name = reference.clone()),
        }
    })
}

fn key_of(value: &Filling) -> String {
    match value {
        Filling::Typed(Typed { kind: ValueKind::Nothing, .. }) => "nothing".to_owned(),
        Filling::Typed(_) => "typed".to_owned(),
        Filling::From(source) => key(&source.of, &source.path),
    }
}

fn key(of: &Of, path: &str) -> String {
    match of {
        Of::Input(row) => format!("input:{row}:"),
        Of::Step(row) => format!("step:{row}:{path}"),
        Of::Gone(reference) => format!("gone:0:{reference}"),
    }
}

fn source_of(key: &str) -> Option<Source> {
    let mut parts = key.splitn(3, ':');
    let (kind, row, path) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    let of = match kind {
        "input" => Of::Input(row),
        "step" => Of::Step(row),
        _ => return None,
    };
    Some(Source { of, path: path.to_owned(), is_wrapped: false })
}
