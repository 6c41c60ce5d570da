//! Name, time zone, and whether pages are light or dark.

use leptos::{html, prelude::*};
use shared::{Field as F, settings::ColorMode};

use crate::{
    colors,
    components::{ButtonKind, ErrorNote, Field, FieldProblem, SubmitButton, submit_form},
    forms,
    pages::dialog::{load_anew, on_success},
    server_fns::settings::{SaveProfileCall, SetColorsCall},
};

/// Two forms: what is the person's, and what is this browser's.
#[component]
pub(super) fn Profile(
    /// The person's name.
    name: String,
    /// Their e-mail.
    email: String,
    /// Their time zone, if they chose one.
    time_zone: Option<String>,
    /// The time zones that there are.
    time_zones: Vec<String>,
) -> impl IntoView {
    let action = ServerAction::<SaveProfileCall>::new();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::PersonName, F::TimeZone]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    // The frame shows the name, and every time on the page is told in the zone.
    on_success(action, || load_anew("/settings?done=profile"));
    view! {
        <section class="card" aria-labelledby="profile">
            <div class="card-head">
                <h2 id="profile">"Profile"</h2>
                <p>"How others see you in your companies, and how times are told to you."</p>
            </div>
            <ActionForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
                {move || other.get().map(|error| view! { <ErrorNote error/> })}
                <Field
                    id="name"
                    label="Your name"
                    name="input[name]"
                    autocomplete="name"
                    value=name
                    problem=forms::problem(error, F::PersonName)
                />
                <div class="field">
                    <label for="email">"E-mail"</label>
                    <input class="input" id="email" type="email" autocomplete="username" value=email readonly/>
                </div>
                <ZoneSelect time_zone time_zones problem=forms::problem(error, F::TimeZone)/>
                <div class="buttons">
                    <SubmitButton pending=action.pending() busy="Saving…">"Save the profile"</SubmitButton>
                </div>
            </ActionForm>
            <ColorsForm/>
        </section>
    }
    .into_any()
}

#[component]
fn ZoneSelect(
    time_zone: Option<String>,
    time_zones: Vec<String>,
    #[prop(into)] problem: Signal<Option<shared::Problem>>,
) -> impl IntoView {
    let choices = time_zones
        .into_iter()
        .map(|zone| {
            let selected = time_zone.as_ref() == Some(&zone);
            let label = zone.replace('_', " ");
            view! { <option value=zone selected=selected prop:selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="zone">"Time zone"</label>
            <select
                class="input"
                id="zone"
                name="input[time_zone]"
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby="zone-problem"
            >
                <option value="">"UTC"</option>
                {choices}
            </select>
            <FieldProblem id="zone" problem/>
        </div>
    }
    .into_any()
}

/// Acts at once; without the wasm its button does.
#[component]
fn ColorsForm() -> impl IntoView {
    let action = ServerAction::<SetColorsCall>::new();
    let error = forms::error_of(action);
    let chosen = colors::chosen();
    let input = action.input();
    let sent = StoredValue::new(None::<ColorMode>);
    Effect::new(move |_| {
        if let Some(mode) = input.get().and_then(|call| call.input.colors.parse().ok()) {
            sent.set_value(Some(mode));
        }
    });
    on_success(action, move || {
        if let Some(mode) = sent.get_value() {
            colors::show(mode);
        }
    });
    let choices = ColorMode::ALL
        .map(|mode| {
            let selected = mode == chosen;
            view! { <option value=mode.as_str() selected=selected>{mode.label()}</option> }
        })
        .collect_view();
    view! {
        <ActionForm action attr:class="form in-card apart">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <div class="field">
                <label for="colors">"Colours"</label>
                <select
                    class="input"
                    id="colors"
                    name="input[colors]"
                    aria-describedby="colors-hint"
                    on:change=submit_form
                >
                    {choices}
                </select>
                <small id="colors-hint">"In this browser only."</small>
            </div>
            <div class="buttons">
                <SubmitButton pending=action.pending() kind=ButtonKind::Plain>"Use these colours"</SubmitButton>
            </div>
        </ActionForm>
    }
    .into_any()
}
