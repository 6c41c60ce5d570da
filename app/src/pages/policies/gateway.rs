//! How changes are confirmed, how often keys may call, and what is open and closed on Odoo.

use leptos::prelude::*;
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
    server_fns::policies::SetGatewayCall,
};

/// Fields that say themselves what is wrong with them.
const SHOWN: &[FieldName] = &[
    FieldName::Rate,
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
    action: ServerAction<SetGatewayCall>,
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
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let modes = ConfirmModes::PERMISSIONS
        .map(|permission| view! { <Mode permission mode=confirm.of(permission)/> })
        .collect_view();
    view! {
        <ActionForm action attr:class="form gateway">
            {move || general.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <fieldset class="card">
                <legend>"Changes are confirmed"</legend>
                <div class="grid four">{modes}</div>
                <small>
                    "After a preview: the client shows what would change and calls again. A person in the client: the client asks; one that cannot sends the change to the dashboard. A person in the dashboard: it waits on the page Approvals."
                </small>
            </fieldset>
            <fieldset class="card">
                <legend>"How often one key may call in a minute"</legend>
                <div class="grid two">
                    <Field
                        id="calls" label="Calls" name="input[calls_per_minute]" kind="number"
                        value=calls_per_minute.to_string()
                        problem=forms::problem(error, FieldName::Rate)
                    />
                    <Field
                        id="writes" label="Changes among them" name="input[writes_per_minute]" kind="number"
                        value=writes_per_minute.to_string()
                    />
                </div>
                <label class="check">
                    <input type="checkbox" name="input[record_arguments]" value="on" checked=record_arguments/>
                    <span>
                        <b>"Keep the arguments of calls"</b>
                        <small>"The activity then shows what was asked. Without it only a digest is kept."</small>
                    </span>
                </label>
            </fieldset>
            <fieldset class="card">
                <legend>"Open and closed on Odoo"</legend>
                <div class="grid two">
                    <TextArea
                        id="open-methods" label="Methods to open" name="input[open_methods]"
                        value=open_methods.join("\n")
                        hint="One in each line, such as sale.order.message_post. Keys with execute may then call it, whatever it does: sending e-mails, for example. Deletion stays closed."
                        problem=forms::problem(error, FieldName::OpenMethods)
                    />
                    <TextArea
                        id="closed-models" label="Models to close" name="input[closed_models]"
                        value=closed_models.join("\n")
                        hint="One in each line, such as hr.employee. No tool touches them, not even to read."
                        problem=forms::problem(error, FieldName::ClosedModels)
                    />
                    <TextArea
                        id="secret-fields" label="Fields to keep secret" name="input[secret_fields]"
                        value=secret_fields.join("\n")
                        hint="One in each line, such as x_salary. They are left out on every model."
                        problem=forms::problem(error, FieldName::SecretFields)
                    />
                    <TextArea
                        id="open-models" label="Closed models to open" name="input[open_models]"
                        value=open_models.join("\n")
                        hint="One in each line, such as ir.attachment. Models of Odoo's security and credentials are closed for a reason."
                        problem=forms::problem(error, FieldName::OpenModels)
                    />
                </div>
            </fieldset>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy="Saving…">"Save the rules"</SubmitButton>
                <span class="told" role="status">
                    {move || is_saved().then_some("Saved. It holds from the next call on.")}
                </span>
            </div>
        </ActionForm>
    }
}

#[component]
fn Mode(permission: Permission, mode: ConfirmMode) -> impl IntoView {
    let name = permission.as_str();
    let id = format!("confirm-{name}");
    let options = ConfirmMode::ALL
        .map(|one| {
            view! { <option value=one.as_str() selected={one == mode}>{one.label()}</option> }
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
