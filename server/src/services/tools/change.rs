//! Carrying out a change that somebody agreed to: the intent is on record before Odoo is called, the call
//! runs to its end whatever the client does, and the record is completed after.

use serde_json::Value;
use shared::{
    activity::{CallResult, Consent},
    call_cause::CallCause,
    id::ConfirmationId,
};

use super::{
    ToolError,
    consent::unavailable,
    run::{Call, Sent, new_call},
};
use crate::{
    domain::throttle::TooMany,
    odoo,
    services::{gateway::Gateway, key_limits::TakenWrite},
    store::calls::Ended,
};

/// What a change is, for its record.
pub(super) struct Intent {
    /// The arguments, for their digest.
    pub(super) arguments: Value,
    /// How many records it is about.
    pub(super) records: Option<u32>,
}

/// A change that can be made now: it has its place at Odoo, and it is one of those that its key may make in this
/// minute. Both are free again when it is dropped without having been sent.
#[derive(Debug)]
pub(super) struct Begun {
    /// The way to Odoo that is kept for it.
    gateway: Gateway,
    /// A step has none: its workflow took one when it began, so that the limit does not stop it in its middle.
    write: Option<TakenWrite>,
}

impl Begun {
    /// The change that somebody agreed to, whose confirmation has no row.
    pub(super) fn agreed(self, consent: Consent) -> Agreed {
        Agreed { begun: self, consent, confirmation: None }
    }

    /// The change that somebody agreed to, for which this was used up.
    pub(super) fn agreed_by(self, consent: Consent, confirmation: ConfirmationId) -> Agreed {
        Agreed { begun: self, consent, confirmation: Some(confirmation) }
    }
}

/// A change that can be made now, and that somebody agreed to.
#[derive(Debug)]
pub(super) struct Agreed {
    begun: Begun,
    /// Who agreed.
    pub(super) consent: Consent,
    /// What was used up for it, where what somebody agreed to has a row.
    pub(super) confirmation: Option<ConfirmationId>,
}

impl Agreed {
    /// The change is sent, through what is given.
    pub(super) fn sent(self) -> Gateway {
        let Begun { gateway, write } = self.begun;
        if let Some(write) = write {
            write.spend();
        }
        gateway
    }
}

/// One call of Odoo in a change.
pub(super) struct Step {
    /// The call.
    pub(super) call: odoo::Call,
    /// Which records it is on.
    pub(super) on: On,
}

/// Which records a call is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// Those that the call names.
    Given,
    /// Those that the call before it made.
    Made,
}

impl From<odoo::Call> for Step {
    fn from(call: odoo::Call) -> Self {
        Self { call, on: On::Given }
    }
}

/// Calls Odoo, one call after the other, until one fails. Each is a transaction of its own there. Gives
/// the answers, and the error that ended it.
///
/// # Errors
/// When nothing was sent: the intent could not be written.
pub(super) async fn carry_out(
    call: &Call<'_>,
    change: Agreed,
    steps: Vec<Step>,
    intent: Intent,
) -> Result<(Vec<Value>, Option<ToolError>), ToolError> {
    let principal = call.principal();
    let toolbox = call.toolbox;
    let Intent { arguments, records } = intent;
    let begun = toolbox.core.clock.now();
    let mut row = new_call(toolbox, call.caller, call.tool, arguments, begun);
    row.model = steps.last().map(|step| step.call.model.clone());
    row.method = steps.last().map(|step| step.call.method.clone());
    row.records = records;
    row.consent = Some(change.consent);
    row.step_of = call.step_of;
    let id = row.id;
    call.note(|about| about.sent = Some(Sent::Change(id)));

    let running = toolbox.changes.spawn({
        let (toolbox, principal) = (toolbox.clone(), principal.clone());
        async move {
            // In here: whoever leaves while this is committed would leave a change that has begun, and that nobody sends.
            let written = toolbox.activity.begin(row, change.confirmation).await;
            written.map_err(unavailable)?;
            let gateway = change.sent();
            let mut answers = Vec::new();
            let mut problem = None;
            for Step { mut call, on } in steps {
                if on == On::Made {
                    call.ids = answers.last().map(made);
                }
                match gateway.call(&principal, &call).await {
                    Ok(answer) => answers.push(answer),
                    Err(error) => {
                        problem = Some(ToolError::of_change(&error, &toolbox.pages.odoo));
                        break;
                    }
                }
            }
            let result = match &problem {
                None => CallResult::Ok,
                Some(error) => match error.cause {
                    super::Cause::Unknown => CallResult::Unknown,
                    super::Cause::Refused | super::Cause::Failed => CallResult::Failed,
                },
            };
            let ended = Ended {
                result,
                records,
                cause: problem.as_ref().map(|error| error.why),
                problem: problem.as_ref().map(|error| error.sentence.clone()),
                duration: Some(toolbox.core.clock.now().since(begun)),
            };
            toolbox.activity.complete(principal.company, id, ended).await;
            Ok::<_, ToolError>((answers, problem))
        }
    });
    let ended = running.await.map_err(|error| {
        tracing::error!(error = %error, call.id = %id, "a change died on its way");
        ToolError::unknown(
            "the change died on its way, and whether it was made is not known: look at the records",
        )
    })?;
    if ended.is_err() {
        // It has no row of its own, and is on record as any other call that failed.
        call.note(|about| about.sent = None);
    }
    ended
}

/// Begins a change, before what somebody agreed to is used up: of many at once no more are confirmed than can be made.
///
/// # Errors
/// When the key may make no more this minute, or there is no room for one at its Odoo.
pub(super) fn begin(call: &Call<'_>) -> Result<Begun, ToolError> {
    let principal = call.principal();
    let taken = call.toolbox.limits.take_write(principal.key, &principal.rules);
    let write = taken.map_err(|too_many| too_many_changes(call, too_many))?;
    let gateway = call.toolbox.gateway.begin(principal).map_err(|error| call.explain(&error))?;
    Ok(Begun { gateway, write: Some(write) })
}

/// Begins a change that is a step of what began before it.
///
/// # Errors
/// When there is no room for one at its Odoo.
pub(super) fn begin_step(call: &Call<'_>) -> Result<Begun, ToolError> {
    let gateway = call.toolbox.gateway.begin(call.principal());
    Ok(Begun { gateway: gateway.map_err(|error| call.explain(&error))?, write: None })
}

/// Whether the key may make one more change this minute, and there is room for one at its Odoo. Nothing is taken.
///
/// # Errors
/// When it may not.
pub(super) fn can_change_now(call: &Call<'_>) -> Result<(), ToolError> {
    let principal = call.principal();
    let left = call.toolbox.limits.check_write(principal.key, &principal.rules);
    left.map_err(|too_many| too_many_changes(call, too_many))?;
    call.toolbox.gateway.can_begin(principal).map_err(|error| call.explain(&error))
}

fn too_many_changes(call: &Call<'_>, too_many: TooMany) -> ToolError {
    ToolError::new(format!(
        "this API key may make {} changes a minute: try again in {} s; nothing was done",
        call.principal().rules.writes_per_minute,
        too_many.retry_after_seconds
    ))
    .because(CallCause::Limit)
}

/// The ids that `create` answered with: a list, or one.
pub(super) fn made(answer: &Value) -> Vec<i64> {
    match answer {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        id => id.as_i64().into_iter().collect(),
    }
}
