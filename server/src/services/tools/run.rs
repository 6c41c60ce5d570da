//! Running one call of a tool: the permission, the limits, the tool, the record of it.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use serde_json::{Map, Value};
use shared::{
    activity::{CallResult, Consent},
    call_cause::CallCause,
    id::{CallId, WorkflowRunId},
    permission::{Permission, PermissionSet},
    time::{SECOND, Timestamp},
};
use tokio_util::task::TaskTracker;

use super::{
    Answer, Arguments, Cause, Conversation, Output, Patience, ToolError, ToolName,
    consent::heed_no, recorded,
};
use crate::{
    domain::{guards::is_model_name, odoo_methods},
    odoo,
    services::{
        Core,
        activity::Activity,
        gateway::{Gateway, GatewayError, linked},
        key_limits::KeyLimits,
        principal::{Principal, Standing},
        verifier::Verifier,
    },
    store::calls::NewCall,
    sync::locked,
};

/// Everything that tools need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Toolbox {
    /// Database, time, randomness.
    pub core: Core,
    /// The way to Odoo.
    pub gateway: Gateway,
    /// What a key is worth now.
    pub verifier: Verifier,
    /// Where calls are recorded.
    pub activity: Activity,
    /// How often keys may call.
    pub limits: KeyLimits,
    /// The changes that are at Odoo now: the program does not end before them.
    pub changes: TaskTracker,
    /// How long a call is waited for.
    pub patience: Patience,
    /// Where people mend and grant things.
    pub pages: Arc<Pages>,
}

/// Addresses of the dashboard that answers name.
#[derive(Debug)]
pub struct Pages {
    /// Where a person connects Odoo and links their account.
    pub odoo: String,
    /// Where a person gets a key with other permissions.
    pub team: String,
    /// Where the company's ceilings are set.
    pub policies: String,
    /// Where changes wait for a person.
    pub approvals: String,
    /// Where workflows are built and accepted, and their runs are listed.
    pub workflows: String,
    /// Where calls are listed.
    pub activity: String,
    /// Where files wait to be fetched; a token follows.
    pub downloads: String,
}

/// For whom a tool is called, and how the client can be reached.
pub struct Caller<'a> {
    /// For whom.
    pub principal: &'a Principal,
    /// What the client calls itself.
    pub client: Option<String>,
    /// From where.
    pub address: IpAddr,
    /// The way back.
    pub conversation: &'a dyn Conversation,
}

impl Toolbox {
    /// Runs a tool and records it.
    ///
    /// # Errors
    /// One sentence for the model and the person behind it.
    pub async fn call(
        &self,
        caller: &Caller<'_>,
        tool: ToolName,
        arguments: Option<Map<String, Value>>,
    ) -> Answer {
        let principal = caller.principal;
        let begun = self.core.clock.now();
        let given = Value::Object(arguments.clone().unwrap_or_default());
        let mut record = Record::new(self, caller, tool, given, begun);
        let call = Call {
            toolbox: self,
            caller,
            tool,
            permissions: principal.permissions,
            now: begun,
            stage: Stage::Ask,
            step_of: None,
            row: record.row.as_ref(),
            about: &record.about,
        };
        let answer = match tool.missing(principal.permissions) {
            Some(permission) if principal.withheld.contains(permission) => {
                Err(ToolError::new(format!(
                    "the company's policies withhold the permission {permission}, which {} needs, from \
                     this API key: an owner or an admin can allow it at {}",
                    tool.as_str(),
                    self.pages.policies,
                ))
                .because(CallCause::Permission))
            }
            Some(permission) => Err(ToolError::new(format!(
                "this API key does not have the permission {permission}, which {} needs: an owner or an \
                 admin can allow it, and a new key with it is generated at {}",
                tool.as_str(),
                self.pages.team,
            ))
            .because(CallCause::Permission)),
            None => match heed_no(&call).await {
                Ok(()) => call.run(arguments).await,
                Err(refused) => Err(refused),
            },
        };
        record.end(&answer);
        answer
    }

    /// Runs a tool as a step of `run`, with whatever permissions the step needs, and records it like a call.
    /// It takes none of the key's calls: the workflow took one.
    pub(super) async fn step(
        &self,
        caller: &Caller<'_>,
        run: WorkflowRunId,
        tool: ToolName,
        stage: Stage,
        arguments: Map<String, Value>,
    ) -> Answer {
        let begun = self.core.clock.now();
        let given = Value::Object(arguments.clone());
        let mut record = Record::new(self, caller, tool, given, begun);
        record.step_of(run);
        let call = Call {
            toolbox: self,
            caller,
            tool,
            permissions: PermissionSet::ALL,
            now: begun,
            stage,
            step_of: Some(run),
            row: record.row.as_ref(),
            about: &record.about,
        };
        let answer = call.run(Some(arguments)).await;
        record.end(&answer);
        answer
    }

    /// Tries what a step would do, without a run that it belongs to: nothing changes, and it is no call of its
    /// own on record. Whoever tries steps records the whole.
    pub(super) async fn trial(
        &self,
        caller: &Caller<'_>,
        tool: ToolName,
        arguments: Map<String, Value>,
    ) -> Answer {
        let about = Mutex::default();
        let call = self.trying(caller, tool, &about);
        call.run(Some(arguments)).await
    }

    /// A call that is tried.
    pub(super) fn trying<'a>(
        &'a self,
        caller: &'a Caller<'a>,
        tool: ToolName,
        about: &'a Mutex<About>,
    ) -> Call<'a> {
        Call {
            toolbox: self,
            caller,
            tool,
            permissions: PermissionSet::ALL,
            now: self.core.clock.now(),
            stage: Stage::Preview,
            step_of: None,
            row: None,
            about,
        }
    }
}

/// How far a change may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Somebody has to agree to it by itself.
    Ask,
    /// Somebody has agreed to the whole that it is a step of.
    Agreed(Consent),
    /// It is tried: a preview, and no further.
    Preview,
}

/// What a call turns out to be about, told by the tool as it reads its arguments.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) model: Option<String>,
    pub(super) method: Option<String>,
    pub(super) records: Option<u32>,
    /// What was sent and goes on whatever becomes of the call. It has a row of its own.
    pub(super) sent: Option<Sent>,
    /// What a change does besides what its tool is for: records that it makes or changes within its values,
    /// and what a generic method stands for.
    pub(super) besides: Vec<Permission>,
}

/// What goes on without the call that sent it, by what it is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// A change at Odoo: its row among the calls.
    Change(CallId),
    /// A workflow: its run.
    Run(WorkflowRunId),
}

impl Sent {
    /// What is answered when the call is not waited for any longer. Nothing of it is an invitation to send it again.
    fn still_running(self, pages: &Pages) -> ToolError {
        let sentence = match self {
            Self::Change(call) => format!(
                "the change was sent to Odoo and may still be running there ({call}): do not repeat it; what became of it \
                 stands at {}",
                pages.activity
            ),
            Self::Run(run) => format!(
                "the workflow is still running ({run}) and goes on to its end without this call: do not run it again; what \
                 becomes of it stands at {}#{run}",
                pages.workflows
            ),
        };
        ToolError::unknown(sentence)
    }
}

/// One call of a tool: for whom, and through what.
pub(super) struct Call<'a> {
    pub(super) toolbox: &'a Toolbox,
    pub(super) caller: &'a Caller<'a>,
    pub(super) tool: ToolName,
    /// What may be done: the key's permissions, or everything that a validated workflow's step needs.
    pub(super) permissions: PermissionSet,
    /// When it came.
    pub(super) now: Timestamp,
    /// How far a change may go.
    pub(super) stage: Stage,
    /// The run of a workflow whose step it is.
    pub(super) step_of: Option<WorkflowRunId>,
    /// The call as it is put on record; nothing where it is only tried.
    row: Option<&'a NewCall>,
    about: &'a Mutex<About>,
}

impl Call<'_> {
    /// For whom.
    pub(super) const fn principal(&self) -> &Principal {
        self.caller.principal
    }

    /// Runs the tool, for as long as a call is waited for. What was sent by then goes on.
    pub(super) async fn run(&self, arguments: Option<Map<String, Value>>) -> Answer {
        let arguments = Arguments::new(arguments, &self.principal().rules.guards);
        let answer = self.tool.run(self, arguments);
        // Nobody waits for a step but its run, which has to know how it ended; each of its calls of Odoo ends by itself.
        if self.step_of.is_some() {
            return answer.await;
        }
        tokio::select! {
            biased;
            answer = answer => answer,
            () = self.toolbox.patience.ends() => Err(match self.sent() {
                Some(sent) => sent.still_running(&self.toolbox.pages),
                None => ToolError::failed("the call took too long and was given up: nothing was changed")
                    .because(CallCause::TooLong),
            }),
        }
    }

    /// What was sent and goes on whatever becomes of the call.
    fn sent(&self) -> Option<Sent> {
        locked(self.about).sent
    }

    /// The row of the call, as one that has begun, for what goes on without it and completes the row. Its id is
    /// another, so that it never meets the one that is written when the call is dropped.
    pub(super) fn begun_row(&self) -> Option<NewCall> {
        let core = &self.toolbox.core;
        let id = CallId::from_uuid(core.clock.uuid(&core.entropy));
        let about = locked(self.about);
        self.row.map(|row| NewCall {
            id,
            model: about.model.clone(),
            method: about.method.clone(),
            records: about.records,
            ..row.clone()
        })
    }

    /// The same call with the permissions of a step that is tried, which tells `about` what it would be about.
    pub(super) fn as_trial<'b>(&'b self, about: &'b Mutex<About>) -> Call<'b> {
        let Self {
            toolbox,
            caller,
            tool,
            permissions: _,
            now,
            stage: _,
            step_of: _,
            row: _,
            about: _,
        } = *self;
        let (permissions, stage) = (PermissionSet::ALL, Stage::Preview);
        Call { toolbox, caller, tool, permissions, now, stage, step_of: None, row: None, about }
    }

    /// Tells the record what the call is about.
    pub(super) fn note(&self, tell: impl FnOnce(&mut About)) {
        tell(&mut locked(self.about));
    }

    /// What the change does besides what its tool is for, as noted so far.
    pub(super) fn besides(&self) -> PermissionSet {
        locked(self.about).besides.iter().copied().collect()
    }

    /// Calls a method of Odoo as the person. `ids` are the records, or `None` for a method of the model.
    /// The context is the person's language and time zone, and what `context` says beyond or instead.
    pub(super) async fn odoo(
        &self,
        model: &str,
        method: &str,
        ids: Option<Vec<i64>>,
        arguments: Map<String, Value>,
        context: &BTreeMap<String, Value>,
    ) -> Result<Value, GatewayError> {
        let call = self.prepare(model, method, ids, arguments, context).await?;
        self.toolbox.gateway.call(self.principal(), &call).await
    }

    /// The same, with what went wrong in words.
    pub(super) async fn ask(
        &self,
        model: &str,
        method: &str,
        ids: Option<Vec<i64>>,
        arguments: Map<String, Value>,
        context: &BTreeMap<String, Value>,
    ) -> Result<Value, ToolError> {
        let answer = self.odoo(model, method, ids, arguments, context).await;
        answer.map_err(|error| self.explain(&error))
    }

    /// A call of Odoo with the person's language and time zone.
    pub(super) async fn prepare(
        &self,
        model: &str,
        method: &str,
        ids: Option<Vec<i64>>,
        arguments: Map<String, Value>,
        context: &BTreeMap<String, Value>,
    ) -> Result<odoo::Call, GatewayError> {
        let locale = self.toolbox.gateway.locale(self.principal()).await?;
        let mut whole = locale.context();
        whole.extend(context.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(odoo::Call {
            model: model.to_owned(),
            method: method.to_owned(),
            ids,
            positional: Vec::new(),
            arguments,
            context: whole,
        })
    }

    /// Goes on only where the person's Odoo can be asked.
    ///
    /// # Errors
    /// What is missing, and where it is mended.
    pub(super) fn needs_odoo(&self) -> Result<(), ToolError> {
        linked(self.principal()).map(drop).map_err(|error| self.explain(&error))
    }

    /// The major version of the person's Odoo; 0 when none is linked.
    pub(super) fn major(&self) -> u32 {
        match &self.principal().odoo {
            Standing::Linked(account) => odoo_methods::major(&account.version),
            _ => 0,
        }
    }

    /// What Odoo calls `model` in the person's language, if Odoo has said so within ten minutes.
    pub(super) fn known_title(&self, model: &str) -> Option<String> {
        self.toolbox.gateway.known_title(self.principal(), model)
    }

    /// What went wrong, in words.
    pub(super) fn explain(&self, error: &GatewayError) -> ToolError {
        ToolError::gateway(error, &self.toolbox.pages.odoo)
    }
}

/// The record of one call. It is noted when the call ends, and also when it is dropped before: the client
/// went away.
struct Record<'a> {
    toolbox: &'a Toolbox,
    row: Option<NewCall>,
    begun: Timestamp,
    about: Mutex<About>,
}

impl<'a> Record<'a> {
    fn new(
        toolbox: &'a Toolbox,
        caller: &Caller<'_>,
        tool: ToolName,
        given: Value,
        begun: Timestamp,
    ) -> Self {
        // What is refused before it is read is on record with its model all the same: a closed one, above all.
        let model = given["model"].as_str().filter(|model| is_model_name(model));
        let about = About { model: model.map(str::to_owned), ..About::default() };
        let row = new_call(toolbox, caller, tool, given, begun);
        Self { toolbox, row: Some(row), begun, about: Mutex::new(about) }
    }

    /// Marks it as a step of `run`.
    fn step_of(&mut self, run: WorkflowRunId) {
        if let Some(row) = &mut self.row {
            row.step_of = Some(run);
        }
    }

    fn end(&mut self, answer: &Answer) {
        let (result, error) = ending(answer);
        self.note(result, error);
    }

    fn note(&mut self, result: CallResult, error: Option<(CallCause, String)>) {
        let Some(mut row) = self.row.take() else { return };
        let about = std::mem::take(&mut *locked(&self.about));
        tracing::info!(key.id = %row.key, tool = row.tool, result = %result, "a tool was called");
        let took = self.toolbox.core.clock.now().since(self.begun);
        let result_name = result.as_str();
        metrics::counter!("aidoo_tool_calls_total", "tool" => row.tool, "result" => result_name)
            .increment(1);
        metrics::histogram!("aidoo_tool_call_seconds", "tool" => row.tool)
            .record(took as f64 / SECOND as f64);
        if about.sent.is_some() {
            return;
        }
        row.model = about.model;
        row.method = about.method;
        row.records = about.records;
        row.result = result;
        (row.cause, row.problem) = error.unzip();
        row.duration = Some(took);
        self.toolbox.activity.note(row);
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let sent = locked(&self.about).sent;
        let result = if sent.is_some() { CallResult::Unknown } else { CallResult::Failed };
        let told = "the client cancelled the call, or went away".to_owned();
        self.note(result, Some((CallCause::Cancelled, told)));
    }
}

/// How a call ended that was answered like this, and what was wrong, as it is put on record.
pub(super) fn ending(answer: &Answer) -> (CallResult, Option<(CallCause, String)>) {
    match answer {
        Ok(Output::Answer(_) | Output::File { .. } | Output::Linked { .. }) => {
            (CallResult::Ok, None)
        }
        Ok(Output::Preview(_) | Output::Question { .. }) => (CallResult::Asked, None),
        Err(ToolError { sentence, cause, why }) => {
            let result = match cause {
                Cause::Refused => CallResult::Refused,
                Cause::Failed => CallResult::Failed,
                Cause::Unknown => CallResult::Unknown,
            };
            (result, Some((*why, sentence.chars().take(500).collect())))
        }
    }
}

/// The row of a call that has just begun.
pub(super) fn new_call(
    toolbox: &Toolbox,
    caller: &Caller<'_>,
    tool: ToolName,
    mut given: Value,
    at: Timestamp,
) -> NewCall {
    let principal = caller.principal;
    // Whoever has a confirmation can still use it: it is on record nowhere.
    if let Some(arguments) = given.as_object_mut() {
        arguments.remove("confirm");
    }
    let text = given.to_string();
    let core = &toolbox.core;
    NewCall {
        id: CallId::from_uuid(core.clock.uuid(&core.entropy)),
        company: principal.company,
        member: principal.member,
        key: principal.key,
        tool: tool.as_str(),
        model: None,
        method: None,
        records: None,
        result: CallResult::Started,
        cause: None,
        problem: None,
        consent: None,
        duration: None,
        client: caller.client.clone(),
        address: caller.address,
        digest: core.vault.digest(&[b"call arguments", text.as_bytes()]).to_vec(),
        arguments: principal.rules.record_arguments.then(|| {
            let kept = recorded::keepable(&principal.rules.guards, given).to_string();
            kept.chars().take(20_000).collect()
        }),
        at,
        step_of: None,
    }
}
