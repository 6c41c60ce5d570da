//! Why a call did not end well, for a person.

use leptos::prelude::*;

use crate::{texts::rich, words::CallProblem};

/// The cause in the page's words and, on a line of its own, what the client was told.
#[component]
pub fn CallTrouble(
    /// Why.
    problem: CallProblem,
    /// The class of each line.
    class: &'static str,
) -> impl IntoView {
    let CallProblem { said, told } = problem;
    view! {
        <div class=class dir="auto">{said}</div>
        {told.map(|told| view! {
            <div class=class>{rich!(causes.told, told = told, <bdi> = <bdi lang="en"/>)}</div>
        })}
    }
    .into_any()
}
