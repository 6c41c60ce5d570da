//! What trying a step gave: what it would change, or what it found.

use leptos::prelude::*;
use serde_json::{Map, Value};
use shared::confirmation::Preview;

use crate::{
    components::{CodeDetails, Note, Tone},
    pages::approvals::Changes,
    texts::{counted, rich, text},
    told::{self, Untried},
};

/// The most columns of a table of what was found.
const MAX_COLUMNS: usize = 6;

/// The outcome of a try.
#[component]
pub(super) fn Tried(
    /// What came of it.
    tried: told::Tried,
    /// Whether the workflow has changed since.
    #[prop(into)]
    is_stale: Signal<bool>,
) -> impl IntoView {
    let told::Tried { name: _, answer, preview, problem, waits_for } = tried;
    let told = match (problem, waits_for, preview, answer) {
        (Some(problem), ..) => view! { <Problem problem/> }.into_any(),
        (None, Some(title), ..) => {
            view! { <Note tone=Tone::Gone><p>{text!(builder.waits_for, title = title)}</p></Note> }
                .into_any()
        }
        (None, None, Some(preview), _) => view! { <Would preview/> }.into_any(),
        (None, None, None, Some(answer)) => view! { <Found answer/> }.into_any(),
        (None, None, None, None) => ().into_any(),
    };
    view! {
        <div class="tried" class:stale=is_stale>
            {move || is_stale.get().then(|| view! { <p class="sub">{text!(builder.stale)}</p> })}
            {told}
        </div>
    }
    .into_any()
}

/// Why it could not be tried.
#[component]
pub(super) fn Problem(
    /// In words.
    problem: Untried,
) -> impl IntoView {
    let Untried { said, detail } = problem;
    view! {
        <Note tone=Tone::Bad>
            <p dir="auto">{said}</p>
            {detail.map(|detail| view! { <p dir="auto">{detail}</p> })}
        </Note>
    }
    .into_any()
}

/// What it would change.
#[component]
fn Would(preview: Preview) -> impl IntoView {
    let Preview { summary, changes, more, note } = preview;
    view! {
        <p>{rich!(builder.unchanged, summary = summary, <b> = <b dir="auto"/>)}</p>
        {(!changes.is_empty()).then(|| view! { <Changes changes more/> })}
        {note.map(|note| view! { <p class="soft" dir="auto">{note}</p> })}
    }
    .into_any()
}

/// What it found: records as a table, anything else as it was answered.
#[component]
fn Found(answer: String) -> impl IntoView {
    let read = serde_json::from_str::<Value>(&answer).unwrap_or_default();
    let rows: Vec<Map<String, Value>> = ["records", "groups", "reports"]
        .iter()
        .find_map(|name| read[*name].as_array())
        .into_iter()
        .flatten()
        .filter_map(|row| row.as_object().cloned())
        .collect();
    let total = read["total"].as_u64().map(|total| u32::try_from(total).unwrap_or(u32::MAX));
    let said = match total {
        Some(0) => text!(builder.found_none).to_owned(),
        Some(total) => counted!(total, builder.found),
        None => text!(builder.answered).to_owned(),
    };
    let table = (!rows.is_empty()).then(|| view! { <Rows rows/> });
    view! {
        <p>{said}</p>
        {table}
        <CodeDetails summary=text!(builder.exact_answer) code=answer/>
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<Map<String, Value>>) -> impl IntoView {
    let mut columns: Vec<String> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    // What a record is called comes first.
    columns.sort_by_key(|name| !matches!(name.as_str(), "id" | "display_name" | "name"));
    columns.truncate(MAX_COLUMNS);
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = columns
                .iter()
                .map(|name| {
                    let value = row.get(name).map(told).unwrap_or_default();
                    view! { <td data-l=name.clone() dir="auto">{value}</td> }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let head =
        columns.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=text!(builder.found_caption)>
            <table class="changes">
                <caption class="visually-hidden">{text!(builder.found_caption)}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A value of an answer: of a relation its name, of a time where the person is.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(true) => text!(builder.yes).to_owned(),
        Value::Bool(false) => text!(builder.no).to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => ["name", "local", "count"]
            .iter()
            .find_map(|name| fields.get(*name))
            .map_or_else(|| value.to_string(), told),
        Value::Array(values) => values.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn values_of_an_answer_are_told_as_people_write_them() {
        in_locale(Locale::en, || {
            for (value, text) in [
                (json!({ "id": 7, "name": "Azure" }), "Azure"),
                (
                    json!({ "local": "2026-11-25T00:30:00+01:00", "utc": "x" }),
                    "2026-11-25T00:30:00+01:00",
                ),
                (json!([1, 2]), "1, 2"),
                (json!(null), "—"),
                (json!(false), "no"),
                (json!({ "ids": [1], "count": 150 }), "150"),
            ] {
                assert_eq!(told(&value), text);
            }
        });
    }
}
