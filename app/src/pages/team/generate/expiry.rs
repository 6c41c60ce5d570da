//! Choosing when a key ends.

use leptos::prelude::*;
use shared::{Problem, api_key::Expiry};

use crate::{
    components::{FieldProblem, until_changed},
    pages::team::calendar::Day,
    texts::{counted, text},
    words,
};

/// What is chosen: one of the offered lives, or the day that was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Never,
    Days(u16),
    OnDate,
}

impl Choice {
    /// In the order of the chips.
    const ALL: [Self; 5] =
        [Self::Never, Self::Days(30), Self::Days(90), Self::Days(365), Self::OnDate];

    fn label(self) -> &'static str {
        match self {
            Self::Never => text!(generate.never),
            Self::Days(30) => text!(generate.days_30),
            Self::Days(90) => text!(generate.days_90),
            Self::Days(_) => text!(generate.year),
            Self::OnDate => text!(generate.on_date),
        }
    }

    /// Whether the company lets keys live so long. What never ends does when the company says.
    fn is_within(self, longest_days: Option<u32>) -> bool {
        match self {
            Self::Days(days) => longest_days.is_none_or(|longest| u32::from(days) <= longest),
            // A day is meant to its end, and the first is tomorrow.
            Self::OnDate => longest_days.is_none_or(|longest| longest > 1),
            Self::Never => true,
        }
    }

    /// As the server takes it; `date` is the text of the date picker.
    pub(super) fn expiry(self, date: String) -> Expiry {
        match self {
            Self::Never => Expiry::Never,
            Self::Days(days) => Expiry::Days(days),
            Self::OnDate => Expiry::Date(date),
        }
    }
}

/// The chips, and the date picker when a date is wanted.
#[component]
pub(super) fn ExpiryPicker(
    /// What is chosen now.
    choice: RwSignal<Choice>,
    /// The day that was picked, as `2027-02-22`, or nothing.
    date: RwSignal<String>,
    /// The most days that a key lives, if the company says so.
    longest_days: Option<u32>,
    /// Whether the controls do something already.
    ready: Signal<bool>,
    /// What is wrong with the choice, as the server said.
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let (problem, is_changed) = until_changed(problem);
    let chips = Choice::ALL
        .into_iter()
        .filter(|one| one.is_within(longest_days))
        .map(|one| {
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="expiry"
                        prop:checked=move || choice.get() == one
                        checked=choice.get_untracked() == one
                        disabled=move || !ready.get()
                        on:change=move |_| choice.set(one)
                    />
                    {one.label()}
                </label>
            }
        })
        .collect_view();
    let earliest = move || ready.get().then(|| Day::today().plus(1).iso());
    let latest = move || {
        let longest = i64::from(longest_days?);
        // A day is meant to its end.
        ready.get().then(|| Day::today().plus(longest - 1).iso())
    };
    let picker = move || {
        (choice.get() == Choice::OnDate).then(|| {
            view! {
                <input
                    class="input"
                    type="date"
                    aria-label=text!(generate.day)
                    aria-describedby="expiry-problem"
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    required
                    min=earliest
                    max=latest
                    prop:value=date.get_untracked()
                    on:input=move |event| date.set(event_target_value(&event))
                />
            }
        })
    };

    view! {
        <fieldset
            class="field"
            class:invalid=move || problem.get().is_some()
            aria-describedby="expiry-problem expiry-help"
            on:input=move |_| is_changed.set(true)
        >
            <legend>{text!(generate.expires)}</legend>
            <div class="presets">{chips}</div>
            {picker}
            <FieldProblem id="expiry" problem/>
            <small id="expiry-help">
                {move || help(choice.get(), longest_days, ready.get().then(Day::today))}
            </small>
        </fieldset>
    }
}

/// What the choice means. Which day it is only a browser knows: what is drawn before says no date.
fn help(choice: Choice, longest_days: Option<u32>, today: Option<Day>) -> String {
    let end = |days: i64| today.map(|today| today.plus(days).label());
    match (choice, longest_days) {
        (Choice::Never, Some(days)) => match end(days.into()) {
            Some(date) => counted!(days, generate.ends_by_policy, date = date),
            None => words::problem(Problem::BeyondPolicy { days }),
        },
        (Choice::Never, None) => text!(generate.never_help).to_owned(),
        (Choice::Days(days), _) => {
            end(days.into()).map(|date| text!(generate.ends_on, date = date)).unwrap_or_default()
        }
        (Choice::OnDate, _) => text!(generate.on_date_help).to_owned(),
    }
}
