//! Fields of forms that choose something which Odoo has: a model, a field, a record.

use std::time::Duration;

use leptos::{
    leptos_dom::helpers::debounce, prelude::*, task::spawn_local, web_sys::HtmlSelectElement,
};
use shared::{
    workflow_catalog::{FieldView, FindRecords, RecordChoice},
    workflow_form::{Part, Row},
};

use super::editor::Editor;
use crate::{server_fns::workflows::find_records, texts::text};

/// How long somebody may pause before what they typed is looked for.
const PAUSE: Duration = Duration::from_millis(250);

/// The model of a step, chosen by typing.
#[component]
pub(super) fn ModelField(
    /// The builder.
    editor: Editor,
    /// The step.
    row: Row,
) -> impl IntoView {
    let model = editor.model(row);
    let catalog = editor.catalog;
    let id = format!("model-{row}");
    let (list, about) = (format!("models-{row}"), format!("model-{row}-about"));
    Effect::new(move |_| model.with(|model| catalog.want(model)));
    let mut look = debounce(PAUSE, move |text: String| catalog.search(text));
    let choose = move |text: String| {
        let text = text.trim().to_owned();
        editor.change(row, |step| step.choose_model(&text));
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        // A suggestion that was taken is chosen at once; what is typed, when the field is left.
        if catalog.choices.with_untracked(|all| all.iter().any(|one| one.model == text)) {
            choose(text);
        } else {
            look(text);
        }
    };
    let wrong = editor.problem(row, Part::Model, 0);
    let told = move || model.with(|model| catalog.failure(model)).or_else(|| wrong.get());
    let name = move || {
        model.with(|model| {
            let name = catalog
                .choices
                .with(|all| all.iter().find(|one| one.model == *model).map(|one| one.name.clone()));
            match name {
                Some(name) => name,
                None if catalog.is_asked(model) => text!(common.loading).to_owned(),
                None => String::new(),
            }
        })
    };
    let options = move || {
        catalog
            .choices
            .get()
            .into_iter()
            .map(|one| view! { <option value=one.model>{one.name}</option> })
            .collect_view()
    };
    view! {
        <div class="field">
            <label for=id.clone()>{text!(builder.model)}</label>
            <input
                class="input" id=id list=list.clone() autocomplete="off" spellcheck="false" autocapitalize="none"
                placeholder=text!(builder.model_example)
                prop:value=move || model.get()
                aria-describedby=about.clone()
                aria-invalid=move || told().is_some().then_some("true")
                on:input=on_input
                on:change=move |event| choose(event_target_value(&event))
            />
            <datalist id=list>{options}</datalist>
            <small id=about aria-live="polite">
                {move || match told() {
                    Some(problem) => view! { <span class="problem" dir="auto">{problem}</span> }.into_any(),
                    None => view! { <span dir="auto">{name()}</span> }.into_any(),
                }}
            </small>
            {move || model.with(|model| catalog.has_failed(model)).then(|| view! {
                <div>
                    <button type="button" class="btn small" on:click=move |_| model.with_untracked(|model| catalog.want(model))>
                        {text!(common.reload)}
                    </button>
                </div>
            })}
        </div>
    }
    .into_any()
}

/// A select of a model's fields. A field that is chosen and not there is shown all the same, and told.
#[component]
pub(super) fn FieldSelect(
    /// The builder.
    editor: Editor,
    /// The model.
    #[prop(into)]
    model: Signal<String>,
    /// Which field is chosen; empty for none.
    #[prop(into)]
    chosen: Signal<String>,
    /// Called with the field that is chosen.
    on_choose: Callback<String>,
    /// Which fields can be chosen.
    fits: fn(&FieldView) -> bool,
    /// What it is for.
    label: &'static str,
    /// Said when none is chosen yet.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let options = move || {
        let (chosen, model) = (chosen.get(), model.get());
        let known = editor.catalog.get(&model);
        let mut options = Vec::new();
        let mut is_there = chosen.is_empty();
        for field in known.iter().flat_map(|model| &model.fields).filter(|field| fits(field)) {
            is_there |= field.name == chosen;
            let label = if field.is_required {
                format!("{} * ({})", field.label, field.name)
            } else {
                format!("{} ({})", field.label, field.name)
            };
            options.push((field.name.clone(), label));
        }
        if !is_there {
            // A path through a relation, or a field that Odoo has not.
            options.insert(0, (chosen.clone(), chosen.clone()));
        }
        options.insert(0, (String::new(), hint.unwrap_or(text!(builder.choose_field)).to_owned()));
        option_list(options, &chosen)
    };
    let unknown = move || {
        let (chosen, model) = (chosen.get(), model.get());
        let view = editor.catalog.get(&model)?;
        let is_known = chosen.is_empty()
            || chosen.contains(['.', ':'])
            || chosen == "id"
            || view.problem.is_some()
            || view.fields.iter().any(|field| field.name == chosen);
        (!is_known).then(|| text!(builder.no_field).to_owned())
    };
    let told = move || problem.get().or_else(unknown);
    view! {
        <div class="part">
            <select
                class="input select" aria-label=label dir="auto"
                aria-invalid=move || told().is_some().then_some("true")
                on:change=move |event| {
                    on_choose.run(event_target_value(&event));
                    // A list that only adds shows its first line again.
                    event_target::<HtmlSelectElement>(&event).set_value(&chosen.get_untracked());
                }
            >{options}</select>
            {move || told().map(|problem| view! { <span class="problem">{problem}</span> })}
        </div>
    }
    .into_any()
}

/// The options of a list, by what is sent and what is shown; the one that is chosen `now` is marked.
pub(super) fn option_list(options: Vec<(String, String)>, now: &str) -> AnyView {
    options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == now;
            view! { <option value=value selected=selected prop:selected=selected>{label}</option> }
        })
        .collect_view()
        .into_any()
}

/// A record by its id, found by its name.
#[component]
pub(super) fn RecordField(
    /// The builder.
    editor: Editor,
    /// Of which model, if that is known.
    #[prop(into)]
    model: Signal<Option<String>>,
    /// Unique in the page.
    id: String,
    /// The id of what describes it.
    #[prop(optional)]
    about: Option<String>,
    /// What it is for.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    #[prop(into)]
    text: Signal<String>,
    /// Called with what is typed.
    on_type: Callback<String>,
    /// Whether several can be named, by ids with commas.
    #[prop(into)]
    is_many: Signal<bool>,
    /// Whether what is typed is none.
    #[prop(into)]
    is_wrong: Signal<bool>,
) -> impl IntoView {
    let found = RwSignal::new(Vec::<RecordChoice>::new());
    // The id that is kept, and the name that was typed for it, which goes on standing in the field.
    let named = RwSignal::new(None::<(String, String)>);
    // People type names; an id is one already, also where a record is called so.
    let id_of = move |typed: &str| {
        let typed = typed.trim();
        let is_name = !typed.is_empty() && typed.parse::<i64>().is_err();
        let only = found.try_with_untracked(|found| {
            let mut called = found.iter().filter(|one| is_name && one.name == typed);
            // Of two of one name nobody knows which is meant.
            called.next().filter(|_| called.next().is_none()).map(|one| one.id.to_string())
        });
        only.flatten()
    };
    let take = move |typed: String| {
        let id = id_of(&typed);
        named.set(id.clone().map(|id| (id, typed.clone())));
        on_type.run(id.unwrap_or(typed));
    };
    let shown = move || {
        let text = text.get();
        named.with(|named| match named {
            Some((id, name)) if *id == text => name.clone(),
            _ => text,
        })
    };
    let records = editor.catalog.records;
    let (company, list) = (editor.company, format!("{id}-list"));
    let look = move |search: String| {
        let Some(model) = model.get_untracked().filter(|model| !model.is_empty()) else { return };
        spawn_local(async move {
            let input = FindRecords { company, model: model.clone(), search };
            let Some(offered) = editor.catalog.found(find_records(input).await) else { return };
            let _ = records.try_update(|records| {
                for one in &offered {
                    records.insert((model.clone(), one.id), one.name.clone());
                }
            });
            let _ = found.try_set(offered);
            // It was typed before it was found.
            let typed = text.try_get_untracked();
            if let Some(typed) = typed.filter(|typed| id_of(typed).is_some()) {
                take(typed);
            }
        });
    };
    let mut search = debounce(PAUSE, look);
    let names = move || {
        let model = model.get()?;
        let names: Vec<String> = records.with(|records| {
            text.with(|text| {
                text.split(',')
                    .filter_map(|id| {
                        records.get(&(model.clone(), id.trim().parse().ok()?)).cloned()
                    })
                    .collect()
            })
        });
        (!names.is_empty()).then(|| names.join(", "))
    };
    let options = move || {
        found
            .get()
            .into_iter()
            .map(|one| view! { <option value=one.id.to_string()>{one.name}</option> })
            .collect_view()
    };
    let hint = move || {
        if is_many.get() { text!(builder.records_hint) } else { text!(builder.record_hint) }
    };
    view! {
        <div class="part">
            <input
                class="input" id=id list=list.clone() autocomplete="off" aria-label=move || label.get() dir="auto" placeholder=hint
                prop:value=shown
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby=about
                on:focus=move |_| if text.with_untracked(String::is_empty) { look(String::new()) }
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    take(typed.clone());
                    search(typed);
                }
            />
            <datalist id=list>{options}</datalist>
            <small class="sub" aria-live="polite" dir="auto">{names}</small>
        </div>
    }
    .into_any()
}
