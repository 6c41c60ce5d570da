//! Name, time zone, language, and whether pages are light or dark.

use std::iter;

use leptos::{html, prelude::*};
use shared::{Field as F, settings::ColorMode};

use crate::{
    colors,
    components::{ButtonKind, Choice, ErrorNote, Field, SelectField, SubmitButton, submit_form},
    forms,
    pages::dialog::{load_anew, on_success},
    posting::{PostForm, Posting},
    server_fns::settings::{SaveProfileCall, SetColorsCall},
    texts::{self, text},
    words,
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
    let action = Posting::to::<SaveProfileCall>();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::PersonName, F::TimeZone, F::Language]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    // The frame shows the name, and every time on the page is told in the zone.
    on_success(action, || load_anew("/settings?done=profile"));
    view! {
        <section class="card" aria-labelledby="profile">
            <div class="card-head">
                <h2 id="profile">{text!(settings.profile.heading)}</h2>
                <p>{text!(settings.profile.lead)}</p>
            </div>
            <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
                {move || other.get().map(|error| view! { <ErrorNote error/> })}
                <Field
                    id="name"
                    label=text!(common.your_name)
                    name="input[name]"
                    autocomplete="name"
                    value=name
                    problem=forms::problem(error, F::PersonName)
                />
                <div class="field">
                    <label for="email">{text!(common.e_mail)}</label>
                    <input class="input" id="email" type="email" autocomplete="username" value=email readonly/>
                </div>
                <ZoneSelect time_zone time_zones problem=forms::problem(error, F::TimeZone)/>
                <LanguageSelect problem=forms::problem(error, F::Language)/>
                <div class="buttons">
                    <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(settings.profile.save)}</SubmitButton>
                </div>
            </PostForm>
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
    let utc = Choice::new("", "UTC");
    let others = time_zones.into_iter().map(|zone| {
        let label = zone.replace('_', " ");
        Choice::new(zone, label)
    });
    view! {
        <SelectField
            id="zone" label=text!(settings.profile.zone) name="input[time_zone]"
            choices=iter::once(utc).chain(others).collect()
            chosen=time_zone.unwrap_or_default()
            problem
        />
    }
    .into_any()
}

/// The languages, with the one that the page is in chosen.
#[component]
fn LanguageSelect(#[prop(into)] problem: Signal<Option<shared::Problem>>) -> impl IntoView {
    let choices = texts::languages().map(|(locale, name)| {
        let code = locale.to_string();
        Choice { lang: Some(code.clone()), ..Choice::new(code, name) }
    });
    view! {
        <SelectField
            id="language" label=text!(settings.profile.language) name="input[language]"
            choices=choices.to_vec()
            chosen=texts::locale().to_string()
            problem
        />
    }
    .into_any()
}

/// Acts at once; without the wasm its button does.
#[component]
fn ColorsForm() -> impl IntoView {
    let action = Posting::to::<SetColorsCall>();
    let error = forms::error_of(action);
    let chosen = colors::use_chosen();
    let sent = StoredValue::new(None::<ColorMode>);
    Effect::new(move |_| {
        if let Some(mode) = action.sending("input[colors]").and_then(|mode| mode.parse().ok()) {
            sent.set_value(Some(mode));
        }
    });
    on_success(action, move || {
        if let Some(mode) = sent.get_value() {
            colors::show(chosen, mode);
        }
    });
    let choices = ColorMode::ALL
        .map(|mode| {
            // The menu chooses too, on any page.
            let selected = move || chosen.get() == mode;
            view! {
                <option value=mode.as_str() selected=selected prop:selected=selected>{words::color_mode(mode)}</option>
            }
        })
        .collect_view();
    view! {
        <PostForm action attr:class="form in-card apart" attr:autocomplete="off">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <div class="field">
                <label for="colors">{text!(settings.profile.colors)}</label>
                <select
                    class="input select"
                    id="colors"
                    name="input[colors]"
                    aria-describedby="colors-hint"
                    on:change=submit_form
                >
                    {choices}
                </select>
                <small id="colors-hint">{text!(settings.profile.colors_why)}</small>
            </div>
            <div class="buttons">
                <SubmitButton pending=action.pending() kind=ButtonKind::Plain>{text!(settings.profile.use_colors)}</SubmitButton>
            </div>
        </PostForm>
    }
    .into_any()
}
