//! What trying a step gave: what it would change, or what it found.

use leptos::prelude::*;
use shared::confirmation::Preview;

use crate::{
    components::{CodeDetails, Note, Tone},
    pages::approvals::Changes,
    texts::{rich, text},
    told,
    words::CallProblem,
};

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
        (None, None, None, Some(found)) => view! { <Found found/> }.into_any(),
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
    problem: CallProblem,
) -> impl IntoView {
    let CallProblem { said, told } = problem;
    view! {
        <Note tone=Tone::Bad>
            <p dir="auto">{said}</p>
            {told.map(|told| view! {
                <details>
                    <summary>{text!(builder.exact_answer)}</summary>
                    <p lang="en" dir="auto">{told}</p>
                </details>
            })}
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

/// What it found.
#[component]
fn Found(found: told::Found) -> impl IntoView {
    let told::Found { said, first, head, rows, exactly } = found;
    view! {
        <p>{said}</p>
        {first.map(|first| view! { <p class="sub">{first}</p> })}
        {(!rows.is_empty()).then(|| view! { <Rows head rows/> })}
        <CodeDetails summary=text!(builder.exact_answer) code=exactly/>
    }
    .into_any()
}

#[component]
fn Rows(head: Vec<String>, rows: Vec<Vec<String>>) -> impl IntoView {
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = head
                .iter()
                .zip(row)
                .map(|(label, value)| view! { <td data-l=label.clone()><bdi>{value}</bdi></td> })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let head = head
        .into_iter()
        .map(|label| view! { <th scope="col" dir="auto">{label}</th> })
        .collect_view();
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
