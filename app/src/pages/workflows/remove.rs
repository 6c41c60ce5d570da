//! The confirmation before a workflow is taken away.

use leptos::prelude::*;
use shared::id::CompanyId;

use super::WORKFLOWS;
use crate::{
    components::{ButtonKind, CloseLink, Closing, Dialog, SubmitButton},
    pages::dialog::{Failure, on_success, use_leave},
    posting::{PostForm, Posting},
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
        <Dialog
            heading=text!(workflows.remove_heading, name = words::isolated(&name))
            lead=text!(workflows.remove_lead)
            closing=Closing::To(WORKFLOWS.to_owned())
            busy=action.pending()
        >
            <PostForm action>
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
            </PostForm>
        </Dialog>
    }
    .into_any()
}
