//! The confirmation before a workflow is taken away.

use leptos::prelude::*;
use shared::id::CompanyId;

use super::WORKFLOWS;
use crate::{
    components::ButtonKind,
    pages::dialog::{Confirm, on_success, use_leave},
    posting::Posting,
    texts::text,
    told::Draft,
    words,
};

/// Names the workflow and says what follows; a plain form does it.
#[component]
pub(super) fn RemoveDialog(
    /// The company.
    company: CompanyId,
    /// Which workflow.
    workflow: Draft,
    /// Takes it away.
    action: Posting,
) -> impl IntoView {
    let Draft { id, name, is_validated, .. } = workflow;
    let leave = use_leave();
    on_success(action, move || leave(WORKFLOWS));
    let why = if is_validated {
        text!(workflows.remove_validated)
    } else {
        text!(workflows.remove_draft)
    };
    view! {
        <Confirm
            heading=text!(workflows.remove_heading, name = words::isolated(&name))
            lead=text!(workflows.remove_lead)
            close=WORKFLOWS
            action
            fields=vec![("input[company]", company.to_string()), ("input[workflow]", id.to_string())]
            verb=text!(workflows.remove)
            busy=text!(common.removing)
            kind=ButtonKind::Danger
        >
            <p>{why}</p>
        </Confirm>
    }
    .into_any()
}
