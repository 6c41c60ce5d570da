//! What narrows the list: a form whose address is the page's.

use leptos::{
    ev::Event,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlFormElement, HtmlInputElement},
};
use shared::{
    activity::{CallResult, ListActivity, Period},
    api_key::{KeyChoice, PersonChoice},
    error::{Field, FieldError},
    id::ApiKeyId,
    key_format,
    timeline::{KEYS_OFFERED, Kind},
};

use super::filters::{ACTIVITY, TOOLS};
use crate::{
    components::{Note, PersonSelect, Tone, submit_form},
    posting::QueryForm,
    texts::text,
    words,
};

/// The id of the sentence that says what is wrong with the days.
const PROBLEM: &str = "days-problem";

/// What there is to choose from.
#[derive(Clone, Default)]
pub(super) struct Choices {
    /// The name of the key that is filtered by, if it is known.
    pub(super) key: Option<String>,
    /// Keys.
    pub(super) keys: Vec<KeyChoice>,
    /// Members.
    pub(super) people: Vec<PersonChoice>,
}

/// The time as it stands in the form, which is sent when a list of it changes or its button is pressed: the form is
/// drawn anew when an answer comes, and what was typed meanwhile stays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    since: RwSignal<String>,
    until: RwSignal<String>,
    within: RwSignal<Option<Period>>,
}

impl Days {
    /// What the address asks for, and whenever it asks for others.
    pub(super) fn of(filter: Memo<ListActivity>) -> Self {
        let asked = move || {
            filter.with(|filter| {
                let day = |day: &Option<String>| day.clone().unwrap_or_default();
                (day(&filter.since), day(&filter.until), filter.within)
            })
        };
        let (since, until, within) = untrack(asked);
        let days = Self {
            since: RwSignal::new(since),
            until: RwSignal::new(until),
            within: RwSignal::new(within),
        };
        Effect::new(move |before: Option<_>| {
            let now = asked();
            if before.is_some_and(|before| before != now) {
                let (since, until, within) = now.clone();
                days.since.set(since);
                days.until.set(until);
                days.within.set(within);
            }
            now
        });
        days
    }
}

/// The filters, as they are set.
#[component]
pub(super) fn FilterBar(
    /// What is asked for now.
    filter: ListActivity,
    /// What there is to choose from.
    choices: Choices,
    /// The days.
    days: Days,
    /// What is wrong with the days.
    #[prop(optional)]
    wrong: Vec<FieldError>,
) -> impl IntoView {
    let Choices { key, keys, people } = choices;
    let kinds = Kind::ALL
        .map(|kind| {
            let chosen = filter.kind == Some(kind) && filter.tool.is_none();
            option(kind.as_str(), words::kind(kind), chosen)
        })
        .collect_view();
    let tools =
        TOOLS.map(|tool| option(tool, tool, filter.tool.as_deref() == Some(tool))).collect_view();
    let results = CallResult::ALL
        .map(|result| option(result.as_str(), words::result(result), filter.result == Some(result)))
        .collect_view();
    let times = Period::ALL
        .map(|period| {
            let selected = move || days.within.get() == Some(period);
            view! { <option value=period.as_str() selected=selected prop:selected=selected>{words::period(period)}</option> }
        })
        .collect_view();
    let chosen = filter.member;
    let told = wrong.first().map(|wrong| words::problem(wrong.problem)).map(|told| {
        view! {
            <div class="in-card" role="alert" id=PROBLEM>
                <Note tone=Tone::Bad>{told}</Note>
            </div>
        }
    });
    let day = |field: Field, name: &'static str, label: &'static str, value: RwSignal<String>| {
        let is_wrong = wrong.iter().any(|wrong| wrong.field == field);
        view! {
            <label class="day">
                {label}
                <input
                    class="input"
                    type="date"
                    name=name
                    value=value.get_untracked()
                    prop:value=value
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=is_wrong.then_some(PROBLEM)
                    // Half a day has no value yet: written back, that would wipe the other half.
                    on:input:target=move |event| value.update_untracked(|value| *value = event.target().value())
                    // And days are another time than a period.
                    on:change=move |_| days.within.set(None)
                />
            </label>
        }
    };
    let since = day(Field::Since, "since", text!(activity.since), days.since);
    let until = day(Field::Until, "until", text!(activity.until), days.until);
    view! {
        <div class="bar">
            <QueryForm action=ACTIVITY>
                <PersonSelect people chosen/>
                <KeySelect filter key keys/>
                <select class="input select" name="what" aria-label=text!(activity.what) on:change=submit_form>
                    <option value="">{text!(activity.everything)}</option>
                    <optgroup label=text!(activity.kinds)>{kinds}</optgroup>
                    <optgroup label=text!(activity.tools)>{tools}</optgroup>
                </select>
                <select class="input select" name="result" aria-label=text!(activity.result) on:change=submit_form>
                    <option value="">{text!(activity.every_result)}</option>
                    {results}
                </select>
                <select class="input select" name="within" aria-label=text!(activity.within) on:change=move |event| choose_period(event, days)>
                    <option value="" prop:selected=move || days.within.get().is_none()>{text!(activity.every_time)}</option>
                    {times}
                </select>
                <div class="days">
                    {since}
                    {until}
                    <button class="btn small">{text!(activity.filter)}</button>
                </div>
            </QueryForm>
        </div>
        {told}
    }
    .into_any()
}

/// The keys that were used last, and the one that is chosen.
#[component]
fn KeySelect(filter: ListActivity, key: Option<String>, keys: Vec<KeyChoice>) -> impl IntoView {
    let chosen = filter.key;
    let is_offered = keys.iter().any(|one| Some(one.key) == chosen);
    let other = chosen.filter(|_| !is_offered).map(|id| {
        let name = key.unwrap_or_else(|| text!(activity.chosen_key).to_owned());
        view! { <option value=id.to_string() selected=true prop:selected=true>{name}</option> }
    });
    // The others have pages of their own, which lead here.
    let has_more = keys.len() >= KEYS_OFFERED;
    let options = labels(keys)
        .into_iter()
        .map(|(key, name)| {
            let selected = chosen == Some(key);
            view! { <option value=key.to_string() selected=selected prop:selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <select class="input select" name="key" aria-label=text!(activity.key) on:change=submit_form>
            <option value="">{text!(activity.every_key)}</option>
            {other}
            {options}
            {has_more.then(|| view! { <option disabled=true>{text!(activity.more_keys)}</option> })}
        </select>
    }
    .into_any()
}

/// What each key is called here: where two would be called the same, as one and what replaced it, each with its identifier.
fn labels(keys: Vec<KeyChoice>) -> Vec<(ApiKeyId, String)> {
    let mut named: Vec<(KeyChoice, String)> = Vec::new();
    for choice in keys {
        let KeyChoice { key: _, name, identifier: _, person } = &choice;
        let label = match person {
            Some(person) => text!(activity.key_of, key = name.clone(), person = person.clone()),
            None => name.clone(),
        };
        named.push((choice, label));
    }
    let is_alone = |label: &str| named.iter().filter(|(_, other)| other == label).count() == 1;
    named
        .iter()
        .map(|(choice, label)| {
            let told = if is_alone(label) {
                label.clone()
            } else {
                format!("{label}, {}", key_format::display(&choice.identifier))
            };
            (choice.key, told)
        })
        .collect()
}

fn option(value: &'static str, label: &'static str, selected: bool) -> impl IntoView {
    view! { <option value=value selected=selected prop:selected=selected>{label}</option> }
}

/// A period is one from now on: days that were chosen before would narrow it to nothing.
fn choose_period(event: Event, days: Days) {
    let chosen = event_target_value(&event);
    days.within.set(Period::ALL.into_iter().find(|period| period.as_str() == chosen));
    days.since.set(String::new());
    days.until.set(String::new());
    // The form is sent before the fields have heard of it.
    if let Some(form) = form_of(&event) {
        for name in ["since", "until"] {
            let day = form.query_selector(&format!("[name={name}]")).ok().flatten();
            if let Some(day) = day.and_then(|day| day.dyn_into::<HtmlInputElement>().ok()) {
                day.set_value("");
            }
        }
    }
    submit_form(event);
}

fn form_of(event: &Event) -> Option<HtmlFormElement> {
    let field = event.target()?.dyn_into::<leptos::web_sys::Element>().ok()?;
    field.closest("form").ok()??.dyn_into().ok()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn a_key_and_what_replaced_it_are_told_apart() {
        let id: ApiKeyId = "key_00000000000000000000000000000007".parse().expect("an id");
        let key = |name: &str, identifier: &str, person: Option<&str>| KeyChoice {
            key: id,
            name: name.to_owned(),
            identifier: identifier.to_owned(),
            person: person.map(str::to_owned),
        };
        let told = in_locale(Locale::en, || {
            labels(vec![
                key("Cursor", "wcjDU6hx", Some("Marie")),
                key("Cursor", "Xk29TqLm", Some("Marie")),
                key("Cursor", "aaaaaaaa", Some("Idris")),
                key("Reports", "bbbbbbbb", None),
            ])
        });
        let told: Vec<&str> = told.iter().map(|(_, told)| told.as_str()).collect();
        let expected = [
            "Cursor (Marie), aid_live_wcjDU6hx…",
            "Cursor (Marie), aid_live_Xk29TqLm…",
            "Cursor (Idris)",
            "Reports",
        ];
        assert_eq!(told, expected);
    }
}
