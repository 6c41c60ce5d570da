//! How long keys live, from where they come, and who makes them for whom.

use leptos::prelude::*;
use shared::{
    Field as FieldName,
    id::CompanyId,
    key_rules::{KeyRules, Makers},
};

use crate::{
    components::{ErrorNote, Field, SubmitButton, TextArea},
    forms,
    server_fns::policies::SetKeyRulesCall,
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
    /// What saves it.
    action: ServerAction<SetKeyRulesCall>,
) -> impl IntoView {
    let KeyRules { longest_days, unused_days, addresses, makers, must_accept } = rules;
    let error = forms::error_of(action);
    let general = forms::general(error, SHOWN);
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let number = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    let options = Makers::ALL
        .map(|one| {
            view! { <option value=one.as_str() selected={one == makers}>{one.label()}</option> }
        })
        .collect_view();
    view! {
        <ActionForm action attr:class="form key-rules">
            {move || general.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <fieldset class="card">
                <legend>"How long keys live"</legend>
                <div class="grid two">
                    <Field
                        id="longest" label="At most, in days" name="input[longest_days]" kind="number"
                        value=number(longest_days) required=false
                        hint="Empty for no limit. Keys that live longer end sooner from now on, and stay so when the limit is lifted."
                        problem=forms::problem(error, FieldName::LongestLife)
                    />
                    <Field
                        id="unused" label="Revoke when unused for, in days" name="input[unused_days]" kind="number"
                        value=number(unused_days) required=false
                        hint="Empty for never. It counts from the last use, or from when the key was made."
                        problem=forms::problem(error, FieldName::UnusedDays)
                    />
                </div>
            </fieldset>
            <fieldset class="card">
                <legend>"Where keys come from, and who makes them"</legend>
                <div class="grid two">
                    <TextArea
                        id="networks" label="Networks that keys may come from" name="input[addresses]"
                        value=addresses.join("\n")
                        hint="One in each line, such as 203.0.113.0/24 or 2001:db8::/32. Empty for anywhere."
                        problem=forms::problem(error, FieldName::Networks)
                    />
                    <div class="field">
                        <label for="makers">"Who makes keys for others"</label>
                        <select class="input select" id="makers" name="input[makers]">{options}</select>
                        <small>"Everybody makes their own keys, whatever is chosen here."</small>
                        <label class="check">
                            <input type="checkbox" name="input[must_accept]" value="on" checked=must_accept/>
                            <span>
                                <b>"Keys made for somebody else wait"</b>
                                <small>"They work once their person has accepted them on the page API keys."</small>
                            </span>
                        </label>
                    </div>
                </div>
            </fieldset>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy="Saving…">"Save the rules for keys"</SubmitButton>
                <span class="told" role="status">
                    {move || is_saved().then_some("Saved. It holds from the next call on.")}
                </span>
            </div>
        </ActionForm>
    }
}
