//! How long keys live, from where they come, and who makes them for whom.

use leptos::{html, prelude::*};
use shared::{
    Field as FieldName,
    id::CompanyId,
    key_rules::{KeyRules, Makers},
};

use crate::{
    components::{Choice, ErrorNote, Field, SelectField, SubmitButton, TextArea},
    forms,
    posting::{PostForm, Posting},
    texts::{counted, text},
    words,
};

/// Fields that say themselves what is wrong with them.
const SHOWN: &[FieldName] = &[FieldName::LongestLife, FieldName::UnusedDays, FieldName::Networks];

/// The form, filled with what is in force.
#[component]
pub(super) fn KeyRulesForm(
    /// The company.
    company: CompanyId,
    /// What is in force.
    rules: KeyRules,
    /// How many keys stop when those that others made have to be accepted.
    unaccepted: u32,
    /// What saves it.
    action: Posting,
) -> impl IntoView {
    let KeyRules { longest_days, unused_days, addresses, makers, must_accept } = rules;
    let error = forms::error_of(action);
    let general = forms::general(error, SHOWN);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let number = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    let choices = Makers::ALL.map(|one| Choice::new(one.as_str(), words::makers(one))).to_vec();
    let stop = (!must_accept && unaccepted > 0).then(|| counted!(unaccepted, key_rules.wait_stop));
    view! {
        <PostForm action node_ref=form attr:class="form key-rules">
            {move || general.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <fieldset class="card">
                <legend>{text!(key_rules.life)}</legend>
                <div class="grid two">
                    <Field
                        id="longest" label=text!(key_rules.longest) name="input[longest_days]" kind="number"
                        value=number(longest_days) required=false
                        hint=text!(key_rules.longest_hint)
                        problem=forms::problem(error, FieldName::LongestLife)
                    />
                    <Field
                        id="unused" label=text!(key_rules.unused) name="input[unused_days]" kind="number"
                        value=number(unused_days) required=false
                        hint=text!(key_rules.unused_hint)
                        problem=forms::problem(error, FieldName::UnusedDays)
                    />
                </div>
            </fieldset>
            <fieldset class="card">
                <legend>{text!(key_rules.origin)}</legend>
                <div class="grid two">
                    <TextArea
                        id="networks" label=text!(key_rules.networks) name="input[addresses]"
                        value=addresses.join("\n")
                        hint=text!(key_rules.networks_hint)
                        problem=forms::problem(error, FieldName::Networks)
                    />
                    <div class="field">
                        <SelectField
                            id="makers" label=text!(key_rules.makers) name="input[makers]"
                            choices chosen=makers.as_str()
                            hint=text!(key_rules.makers_why)
                        />
                        <label class="check">
                            <input type="checkbox" name="input[must_accept]" value="on" checked=must_accept/>
                            <span>
                                <b>{text!(key_rules.wait)}</b>
                                <small>{text!(key_rules.wait_why)} {stop.map(|stop| format!(" {stop}"))}</small>
                            </span>
                        </label>
                    </div>
                </div>
            </fieldset>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(key_rules.save)}</SubmitButton>
                <span class="told" role="status">
                    {move || is_saved().then(|| text!(policies.saved))}
                </span>
            </div>
        </PostForm>
    }
}
