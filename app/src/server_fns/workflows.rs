//! Workflows.

#[cfg(feature = "ssr")]
use leptos::server_fn::error::{FromServerFnError as _, ServerFnErrorErr};
use leptos::{
    prelude::*,
    server_fn::codec::{Json, PostUrl},
};
use shared::{
    id::{CompanyId, WorkflowId},
    workflow::{AcceptWorkflow, NameWorkflow, SaveWorkflow, TryWorkflow, UseTemplate},
    workflow_catalog::{
        AskModel, FindModels, FindRecords, ModelChoice, ModelView, Offered, RecordChoice,
    },
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::{
    error::Answer,
    told::{Draft, Tried, Workflows},
    wire::Wire,
};
#[cfg(feature = "ssr")]
use crate::{error::AppError, texts::locale};

/// The workflows page.
#[server(name = WorkflowsCall, endpoint = "workflows/page", protocol = Wire<PostUrl>)]
pub async fn workflows(company: CompanyId) -> Answer<Workflows> {
    let page = answer(backend()?.workflows.page(actor()?, company).await)?;
    Ok(page.into())
}

/// One draft, if it is there, to be changed or taken away.
#[server(name = DraftCall, endpoint = "workflows/draft", protocol = Wire<PostUrl>)]
pub async fn draft(input: NameWorkflow) -> Answer<Option<Draft>> {
    let found = answer(backend()?.workflows.draft(actor()?, input).await)?;
    found.map(Draft::try_from).transpose().map_err(|error| {
        AppError::from_server_fn_error(ServerFnErrorErr::ServerError(error.to_string()))
    })
}

/// Saves a draft.
#[server(name = SaveWorkflowCall, endpoint = "workflows/save", protocol = Wire<Json>)]
pub async fn save_workflow(input: SaveWorkflow) -> Answer<WorkflowId> {
    answer(backend()?.workflows.save(actor()?, input).await)
}

/// Makes a draft from a business action of Odoo.
#[server(name = UseTemplateCall, endpoint = "workflows/use_template")]
pub async fn use_template(input: UseTemplate) -> Answer<WorkflowId> {
    answer(backend()?.workflows.use_template(actor()?, input, locale()).await)
}

/// Tries the first steps.
#[server(name = TryWorkflowCall, endpoint = "workflows/try_steps", protocol = Wire<Json>)]
pub async fn try_workflow(input: TryWorkflow) -> Answer<Vec<Tried>> {
    let steps = answer(backend()?.workflows.try_steps(actor()?, input).await)?;
    Ok(steps.into_iter().map(Tried::from).collect())
}

/// Finds models that a step can be about.
#[server(name = FindModelsCall, endpoint = "workflows/models", protocol = Wire<PostUrl>)]
pub async fn find_models(input: FindModels) -> Answer<Offered<ModelChoice>> {
    answer(backend()?.workflows.models(actor()?, input).await)
}

/// What a step can name of a model.
#[server(name = AskModelCall, endpoint = "workflows/model", protocol = Wire<PostUrl>)]
pub async fn ask_model(input: AskModel) -> Answer<ModelView> {
    answer(backend()?.workflows.model(actor()?, input).await)
}

/// Finds records by their name.
#[server(name = FindRecordsCall, endpoint = "workflows/records", protocol = Wire<PostUrl>)]
pub async fn find_records(input: FindRecords) -> Answer<Offered<RecordChoice>> {
    answer(backend()?.workflows.records(actor()?, input).await)
}

/// Freezes the draft as a version.
#[server(name = ValidateWorkflowCall, endpoint = "workflows/validate")]
pub async fn validate_workflow(input: NameWorkflow) -> Answer<()> {
    answer(backend()?.workflows.validate(actor()?, input).await)
}

/// Takes a workflow out of use.
#[server(name = ArchiveWorkflowCall, endpoint = "workflows/archive")]
pub async fn archive_workflow(input: NameWorkflow) -> Answer<()> {
    answer(backend()?.workflows.archive(actor()?, input).await)
}

/// Lets a version run as the viewer.
#[server(name = AcceptWorkflowCall, endpoint = "workflows/accept")]
pub async fn accept_workflow(input: AcceptWorkflow) -> Answer<()> {
    answer(backend()?.workflows.accept(actor()?, input).await)
}
