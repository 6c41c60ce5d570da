//! The confirmation before a workflow is taken away.

use leptos::prelude::*;
use shared::{id::CompanyId, workflow::WorkflowView};

use super::WORKFLOWS;
use crate::{
    components::{ButtonKind, CloseLink, Closing, Dialog, SubmitButton},
    pages::dialog::{Failure, on_success, use_leave},
    server_fns::workflows::ArchiveWorkflowCall,
    texts::text,
    words,
};

/// Names the workflow and says what follows; a plain form does it.
#[component]
pub(super) fn RemoveDialog(
    /// The company.
    company: CompanyId,
    /// Which workflow.
    workflow: WorkflowView,
    /// Takes it away.
    action: ServerAction<ArchiveWorkflowCall>,
) -> impl IntoView {
    let WorkflowView { id, name, version, .. } = workflow;
    let leave = use_leave();
    on_success(action, move || leave(WORKFLOWS));
    let why = if version.is_some() {
        text!(workflows.remove_validated)
    } else {
        text!(workflows.remove_draft)
    };
    view! {
        <Dialog
            heading=text!(workflows.remove_heading, name = words::isolated(&name))
            lead=text!(workflows.remove_lead)
            closing=Closing::To(WORKFLOWS.to_owned())
            busy=action.pending()
        >
            <ActionForm action>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <input type="hidden" name="input[workflow]" value=id.to_string()/>
                <div class="body">
                    <Failure action/>
                    <p>{why}</p>
                </div>
                <footer>
                    <CloseLink to=WORKFLOWS.to_owned()>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=action.pending() busy=text!(common.removing) kind=ButtonKind::Danger>
                        {text!(workflows.remove)}
                    </SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
