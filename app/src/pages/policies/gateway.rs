//! How changes are confirmed, how often keys may call, and what is open and closed on Odoo.

use leptos::{html, prelude::*};
use shared::{
    Field as FieldName,
    company::GatewayView,
    confirmation::{ConfirmMode, ConfirmModes},
    id::CompanyId,
    permission::Permission,
};

use crate::{
    components::{ErrorNote, Field, SubmitButton, TextArea},
    forms,
    posting::{PostForm, Posting},
    texts::text,
    words,
};

/// Fields that say themselves what is wrong with them.
const SHOWN: &[FieldName] = &[
    FieldName::CallRate,
    FieldName::WriteRate,
    FieldName::OpenModels,
    FieldName::ClosedModels,
    FieldName::SecretFields,
    FieldName::OpenMethods,
];

/// The form, filled with what is in force.
#[component]
pub(super) fn GatewayForm(
    /// The company.
    company: CompanyId,
    /// What is in force.
    rules: GatewayView,
    /// What saves it.
    action: Posting,
) -> impl IntoView {
    let GatewayView {
        confirm,
        calls_per_minute,
        writes_per_minute,
        record_arguments,
        open_models,
        closed_models,
        secret_fields,
        open_methods,
    } = rules;
    let error = forms::error_of(action);
    let general = forms::general(error, SHOWN);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let modes = ConfirmModes::PERMISSIONS
        .map(|permission| view! { <Mode permission mode=confirm.of(permission)/> })
        .collect_view();
    view! {
        <PostForm action node_ref=form attr:class="form gateway">
            {move || general.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <fieldset class="card">
                <legend>{text!(policies.confirmed)}</legend>
                <div class="grid two">{modes}</div>
                <small>
                    {text!(policies.confirmed_why)}
                </small>
            </fieldset>
            <fieldset class="card">
                <legend>{text!(policies.rate)}</legend>
                <div class="grid two">
                    <Field
                        id="calls" label=text!(policies.calls) name="input[calls_per_minute]" kind="number"
                        value=calls_per_minute.to_string()
                        problem=forms::problem(error, FieldName::CallRate)
                    />
                    <Field
                        id="writes" label=text!(policies.writes) name="input[writes_per_minute]" kind="number"
                        value=writes_per_minute.to_string()
                        problem=forms::problem(error, FieldName::WriteRate)
                    />
                </div>
                <label class="check">
                    <input type="checkbox" name="input[record_arguments]" value="on" checked=record_arguments/>
                    <span>
                        <b>{text!(policies.record)}</b>
                        <small>{text!(policies.record_why)}</small>
                    </span>
                </label>
            </fieldset>
            <fieldset class="card">
                <legend>{text!(policies.open_closed)}</legend>
                <div class="grid two">
                    <TextArea
                        id="open-methods" label=text!(policies.open_methods) name="input[open_methods]"
                        value=open_methods.join("\n")
                        hint=text!(policies.open_methods_hint)
                        problem=forms::problem(error, FieldName::OpenMethods)
                    />
                    <TextArea
                        id="closed-models" label=text!(policies.closed_models) name="input[closed_models]"
                        value=closed_models.join("\n")
                        hint=text!(policies.closed_models_hint)
                        problem=forms::problem(error, FieldName::ClosedModels)
                    />
                    <TextArea
                        id="secret-fields" label=text!(policies.secret_fields) name="input[secret_fields]"
                        value=secret_fields.join("\n")
                        hint=text!(policies.secret_fields_hint)
                        problem=forms::problem(error, FieldName::SecretFields)
                    />
                    <TextArea
                        id="open-models" label=text!(policies.open_models) name="input[open_models]"
                        value=open_models.join("\n")
                        hint=text!(policies.open_models_hint)
                        problem=forms::problem(error, FieldName::OpenModels)
                    />
                </div>
            </fieldset>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(policies.save_rules)}</SubmitButton>
                <span class="told" role="status">
                    {move || is_saved().then(|| text!(policies.saved))}
                </span>
            </div>
        </PostForm>
    }
}

#[component]
fn Mode(permission: Permission, mode: ConfirmMode) -> impl IntoView {
    let name = permission.as_str();
    let id = format!("confirm-{name}");
    let options = ConfirmMode::ALL
        .map(|one| {
            view! { <option value=one.as_str() selected={one == mode}>{words::confirm_mode(one)}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()><code>{name}</code></label>
            <select class="input select" id=id name=format!("input[{name}]")>{options}</select>
        </div>
    }
    .into_any()
}
