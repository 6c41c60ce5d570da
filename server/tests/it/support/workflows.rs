//! Workflows as if somebody had tried them on screen.

use app::backend::Actor;
use serde_json::{Value, json};
use server::{
    services::workflows::digest_of,
    store::{workflow_tries, workflows},
};
use shared::{
    id::{CompanyId, WorkflowId},
    workflow::{AcceptWorkflow, Definition, NameWorkflow, SaveWorkflow},
};

use super::{app::TestApp, gate::Gate};

/// Notes that every step of the workflow, as it is, was tried: also of one that no try would get through, as its Odoo or
/// its company's rules were others then.
pub async fn as_if_tried(app: &TestApp, actor: Actor, company: CompanyId, workflow: WorkflowId) {
    let core = &app.state.core;
    let transaction = core.db.begin().await.expect("begins");
    let row = workflows::find(&transaction, company, workflow).await.expect("answers");
    let definition = serde_json::from_str(&row.expect("is there").draft).expect("a definition");
    let (digest, now) = (digest_of(&definition), core.clock.now());
    workflow_tries::note(&transaction, company, digest, actor.user, now).await.expect("is noted");
    transaction.commit().await.expect("commits");
}

/// Validates it, as if it had been tried.
pub async fn validate(app: &TestApp, actor: Actor, company: CompanyId, workflow: WorkflowId) {
    as_if_tried(app, actor, company, workflow).await;
    let named = NameWorkflow { company, workflow };
    app.state.backend.workflows.validate(actor, named).await.expect("validates");
}

/// Makes 120 contacts of this name and reference: more than two pages of what a step finds.
pub async fn make_contacts(gate: &Gate, reference: &str) {
    for _ in 0..2 {
        let one = json!({ "name": reference, "ref": reference });
        let create = json!({ "model": "res.partner", "records": vec![one; 60] });
        let create = gate.previewed("aidoo_create", create).await;
        gate.call("aidoo_create", create).await.expect("are made");
    }
}

/// A workflow of these inputs and steps, validated, and accepted by the gate's person.
pub async fn in_force(gate: &Gate, name: &str, inputs: Value, steps: Value) {
    let definition: Definition =
        serde_json::from_value(json!({ "inputs": inputs, "steps": steps })).expect("a definition");
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let (name, description) = (name.to_owned(), String::new());
    let input = SaveWorkflow { company, workflow: None, name, description, definition };
    let workflow = backend.save(actor, input).await.expect("is saved");
    validate(&gate.app, actor, company, workflow).await;
    let page = backend.page(actor, company).await.expect("is shown");
    let found = page.workflows.iter().find(|one| one.id == workflow).expect("is there");
    let version = found.version.as_ref().expect("is in force").id;
    backend.accept(actor, AcceptWorkflow { company, version }).await.expect("is accepted");
}
