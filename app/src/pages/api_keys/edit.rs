//! The dialog that renames a key and takes permissions away from it: a plain form.

use leptos::{html, prelude::*};
use shared::{Field as F, api_key::ApiKeyView, id::CompanyId, permission::Permission};

use crate::{
    components::{
        CheckCard, CloseLink, Closing, Dialog, ErrorNote, Field, FieldProblem, SubmitButton,
        until_changed,
    },
    forms,
    pages::dialog::on_success,
    posting::{PostForm, Posting},
    server_fns::api_keys::EditApiKeyCall,
    texts::text,
    words,
};

/// The fields that this form shows problems at.
const FIELDS: &[F] = &[F::KeyName, F::Permissions];

/// Asks for the name, and which of the key's permissions stay.
#[component]
pub(super) fn EditDialog(
    /// The company.
    company: CompanyId,
    /// Which key.
    key: ApiKeyView,
    /// The page without the dialog.
    close: String,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let ApiKeyView { id, name, permissions, .. } = key;
    let action = Posting::to::<EditApiKeyCall>();
    on_success(action, move || {
        on_done.run(text!(edit_key.done).to_owned());
    });
    let form = NodeRef::<html::Form>::new();
    let error = forms::error_of(action);
    forms::focus_first_wrong(form, action);
    let general = forms::general(error, FIELDS);
    let (problem, is_changed) = until_changed(forms::problem(error, F::Permissions));
    let cards = Permission::ALL
        .into_iter()
        .filter(|permission| permissions.contains(*permission))
        .map(|permission| {
            view! {
                <CheckCard
                    name="input[permissions][]"
                    value=permission.as_str()
                    label=permission.as_str()
                    description=words::about_permission(permission)
                    checked=true
                />
            }
        })
        .collect_view();
    view! {
        <Dialog
            heading=text!(edit_key.heading, name = words::isolated(&name))
            lead=text!(edit_key.lead)
            closing=Closing::To(close.clone())
            busy=action.pending()
        >
            <PostForm action node_ref=form attr:novalidate="">
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[key]" value=id.to_string()/>
                <div class="body">
                    {move || general.get().map(|error| view! { <ErrorNote error/> })}
                    <Field
                        id="key-name"
                        label=text!(generate.name)
                        name="input[name]"
                        value=name.clone()
                        problem=forms::problem(error, F::KeyName)
                    />
                    <fieldset
                        class="field"
                        class:invalid=move || problem.get().is_some()
                        aria-describedby="permissions-problem permissions-help"
                        on:input=move |_| is_changed.set(true)
                    >
                        <legend>{text!(api_keys.permissions)}</legend>
                        <div class="grid">{cards}</div>
                        <FieldProblem id="permissions" problem/>
                        <small id="permissions-help">{text!(edit_key.help)}</small>
                    </fieldset>
                </div>
                <footer>
                    <CloseLink to=close>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(edit_key.save)}</SubmitButton>
                </footer>
            </PostForm>
        </Dialog>
    }
}
