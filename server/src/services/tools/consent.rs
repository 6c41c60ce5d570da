//! The second step of a change: who has agreed to it, or what is answered so that somebody can.

use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};
use shared::{
    activity::Consent,
    call_cause::CallCause,
    confirmation::{ConfirmMode, Preview},
    id::ConfirmationId,
    name::is_bidi_override,
    permission::{Permission, PermissionSet, Presence},
    time::{SECOND, Timestamp},
};

use super::{
    Answered, Asking, Output, ToolError,
    change::{Agreed, begin, begin_step, can_change_now},
    run::{Call, Stage},
};
use crate::{
    domain::{
        canonical::digest,
        lifetimes::PREVIEW,
        token::{Token, TokenHash},
    },
    entities::confirmation::Model,
    services::principal::Refusal,
    store::{
        companies,
        confirmations::{self, Bound, NewConfirmation},
    },
};

/// Changes of one key that wait for a person, at most: as many as the page shows of those that have waited longest. A client
/// that goes in circles would ask for thousands in the day that each waits, and those of others would lapse unseen.
const MAX_WAITING: u64 = 100;

/// A change that somebody has to agree to.
pub(super) struct Proposal {
    /// Under which permission it runs.
    pub(super) permission: Permission,
    /// Its exact arguments, without the confirmation.
    pub(super) arguments: Value,
    /// What it would meet: the old values.
    pub(super) state: Value,
    /// What a person sees.
    pub(super) preview: Preview,
    /// The token of a preview or the reference of an approval, as the caller gave it.
    pub(super) confirm: Option<String>,
}

/// Whether a change may run.
pub(super) enum Verdict {
    /// Somebody agreed.
    Agreed(Box<Agreed>),
    /// Nobody has yet: this is answered.
    Wait(Output),
}

/// Finds out whether the change may run now. A confirmation is consumed here, before Odoo is called, and after the change
/// has got what it needs: what somebody agreed to is not used up by a call that cannot be made now. Where it is no
/// agreement to this change, what was taken is given back.
///
/// # Errors
/// In words, when the company refuses such changes, or the confirmation is not good for this one.
pub(super) async fn settle(call: &Call<'_>, proposal: Proposal) -> Result<Verdict, ToolError> {
    let principal = call.principal();
    // What hides in the values, or behind a generic method, obeys the policy of its own kind.
    let kinds = call.besides().with(proposal.permission, Presence::In);
    let mode = principal.rules.confirm.strictest(kinds);
    if let Some(refused) =
        kinds.iter().find(|kind| principal.rules.confirm.of(*kind) == ConfirmMode::Refuse)
    {
        return Err(refused_by_policy(refused));
    }
    match call.stage {
        Stage::Ask => {}
        // What a step turns out to do obeys its policy too, whatever the whole was known to do before.
        Stage::Agreed(consent) if mode.is_met_by(consent) => {
            return Ok(Verdict::Agreed(Box::new(begin_step(call)?.agreed(consent))));
        }
        Stage::Agreed(_) => return Err(more_wanted(kinds)),
        Stage::Preview => {
            let met = digest("state", &proposal.state);
            let preview = json!({ "status": "preview", "preview": proposal.preview, "met": met });
            return Ok(Verdict::Wait(Output::Preview(preview)));
        }
    }
    // Another Odoo, or another user of it, is not what the preview was of, also where a change meets no old values.
    let account = principal.odoo.account();
    let bound = Bound {
        arguments: digest(call.tool.as_str(), &proposal.arguments),
        state: digest("state", &json!({ "account": account, "met": proposal.state })),
        policy: principal.rules.version,
    };
    let returned = call.caller.conversation.returned();
    if let Some(returned) = returned {
        let token = Token::parse(&returned.state).ok_or_else(unknown)?.hash();
        return match returned.answer {
            Answered::Agreed => {
                let begun = begin(call)?;
                let used = consume_token(call, token, ConfirmMode::Client, &bound).await?;
                Ok(Verdict::Agreed(Box::new(begun.agreed_by(Consent::Client, used))))
            }
            Answered::Declined | Answered::Nothing => Err(declined()),
        };
    }
    match (&proposal.confirm, mode) {
        (Some(given), _) => {
            let begun = begin(call)?;
            let (consent, used) = consume(call, given, mode, &bound).await?;
            Ok(Verdict::Agreed(Box::new(begun.agreed_by(consent, used))))
        }
        (None, ConfirmMode::Preview) => preview(call, proposal, bound).await,
        (None, ConfirmMode::Client) => ask_person(call, proposal, bound).await,
        (None, ConfirmMode::Dashboard | ConfirmMode::Refuse) => wait(call, proposal, bound).await,
    }
}

/// Heeds a no to the question of a call, before anything else of the call is looked at: it counts at any time, also
/// when Odoo or the company would refuse the call just now.
///
/// # Errors
/// When the person did not agree, and when that could not be kept.
pub(super) async fn heed_no(call: &Call<'_>) -> Result<(), ToolError> {
    match call.caller.conversation.returned() {
        Some(returned) if returned.answer == Answered::Declined && call.tool.asks() => {
            let token = Token::parse(&returned.state).ok_or_else(unknown)?.hash();
            decline(call, token).await?;
            Err(declined())
        }
        _ => Ok(()),
    }
}

/// The company lets no key make such changes.
pub(super) fn refused_by_policy(permission: Permission) -> ToolError {
    ToolError::new(format!(
        "your company lets no key make changes under the permission {permission}: an owner or an admin sets this on \
         the page policies"
    ))
    .because(CallCause::Policy)
}

/// A step does more than what somebody agreed to.
fn more_wanted(kinds: PermissionSet) -> ToolError {
    let kinds: Vec<&str> = kinds.iter().map(Permission::as_str).collect();
    ToolError::new(format!(
        "your company wants a person to agree to changes under the permissions {}, and nobody has in that way: this \
         step was not done",
        kinds.join(", ")
    ))
    .because(CallCause::Policy)
}

async fn consume(
    call: &Call<'_>,
    given: &str,
    mode: ConfirmMode,
    bound: &Bound,
) -> Result<(Consent, ConfirmationId), ToolError> {
    if let Ok(id) = given.parse::<ConfirmationId>() {
        return Ok((Consent::Dashboard, consume_approval(call, id, bound).await?));
    }
    let token = Token::parse(given).ok_or_else(unknown)?;
    // A person must be asked now: the token of a preview that was made before is no person.
    if mode != ConfirmMode::Preview {
        return Err(ToolError::argument(
            "confirm",
            "your company now wants a person to agree to such changes: call again without confirm",
        ));
    }
    let used = consume_token(call, token.hash(), ConfirmMode::Preview, bound).await?;
    Ok((Consent::Token, used))
}

async fn consume_token(
    call: &Call<'_>,
    token: TokenHash,
    mode: ConfirmMode,
    bound: &Bound,
) -> Result<ConfirmationId, ToolError> {
    let principal = call.principal();
    let db = call.toolbox.core.db.reader();
    let row = confirmations::find_by_token(db, principal.company, token).await;
    let row = row.map_err(unavailable)?.filter(|row| row.mode == mode.as_str());
    consume_row(call, row, bound).await
}

async fn consume_approval(
    call: &Call<'_>,
    id: ConfirmationId,
    bound: &Bound,
) -> Result<ConfirmationId, ToolError> {
    let db = call.toolbox.core.db.reader();
    let row = confirmations::find(db, call.principal().company, id).await.map_err(unavailable)?;
    consume_row(call, row.filter(|row| row.token_hash.is_none()), bound).await
}

/// The person said no: the question is answered for good.
async fn decline(call: &Call<'_>, token: TokenHash) -> Result<(), ToolError> {
    let (principal, core) = (call.principal(), &call.toolbox.core);
    let transaction = core.db.begin().await.map_err(unavailable)?;
    let now = core.clock.now();
    confirmations::decline(&transaction, principal.company, principal.key, token, now)
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)
}

/// One conditional update decides; what is said of a refusal is looked up after it.
async fn consume_row(
    call: &Call<'_>,
    row: Option<Model>,
    bound: &Bound,
) -> Result<ConfirmationId, ToolError> {
    let principal = call.principal();
    let core = &call.toolbox.core;
    // Another key's confirmation is not there, with the same answer as one that never was.
    let row = row.filter(|row| row.key_id == principal.key.as_uuid()).ok_or_else(unknown)?;
    let id = ConfirmationId::from_uuid(row.id);
    let now = core.clock.now();
    let transaction = core.db.begin().await.map_err(unavailable)?;
    let consumed =
        confirmations::consume(&transaction, principal.company, principal.key, id, bound, now)
            .await
            .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;
    if consumed {
        return Ok(id);
    }
    let row = confirmations::find(core.db.reader(), principal.company, id)
        .await
        .map_err(unavailable)?
        .ok_or_else(unknown)?;
    if is_stale(&row, bound) {
        tell_stale(call, id, now).await?;
    }
    Err(why_not(call, &row, bound))
}

/// Whether a person agreed, or was to agree, to a change of records that are others now.
fn is_stale(row: &Model, bound: &Bound) -> bool {
    row.token_hash.is_none()
        && row.consumed_at.is_none()
        && row.refused_at.is_none()
        && row.arguments_digest == bound.arguments
        && row.state_digest != bound.state
}

/// The page on which the person agreed says so too.
async fn tell_stale(call: &Call<'_>, id: ConfirmationId, now: Timestamp) -> Result<(), ToolError> {
    let (core, company) = (&call.toolbox.core, call.principal().company);
    let transaction = core.db.begin().await.map_err(unavailable)?;
    confirmations::note_stale(&transaction, company, id, now).await.map_err(unavailable)?;
    core.commit(transaction, company).await.map_err(unavailable)
}

fn why_not(call: &Call<'_>, row: &Model, bound: &Bound) -> ToolError {
    let now = call.toolbox.core.clock.now();
    let refuse =
        |problem: &str| ToolError::argument("confirm", problem).because(CallCause::Confirmation);
    if row.consumed_at.is_some() {
        refuse(
            "it was used before, and one confirmation is good for one change: nothing was done now",
        )
    } else if row.refused_at.is_some() {
        refuse("a person refused this change: nothing was done")
    } else if row.arguments_digest != bound.arguments {
        refuse(
            "the arguments are not those that were previewed: call without confirm for a new preview",
        )
    } else if row.state_digest != bound.state {
        refuse(
            "the records have changed since the preview: call without confirm and look at the new one",
        )
    } else if row.policy_version != bound.policy {
        refuse("the company's policies have changed since the preview: call without confirm again")
    } else if row.expires_at <= now.as_micros() {
        refuse("it is too old: call without confirm for a new preview")
    } else if row.token_hash.is_none() && row.approved_at.is_none() {
        refuse(&format!(
            "nobody has approved this change yet: a person does at {}",
            call.toolbox.pages.approvals
        ))
    } else {
        refuse("another call is using it")
    }
}

/// Answers with a preview and its token.
async fn preview(call: &Call<'_>, proposal: Proposal, bound: Bound) -> Result<Verdict, ToolError> {
    let shown = proposal.preview.clone();
    let token = write(call, proposal, bound, ConfirmMode::Preview).await?;
    Ok(Verdict::Wait(Output::Preview(json!({
        "status": "preview",
        "preview": shown,
        "confirm": token.to_text().as_str(),
        "expires_in_seconds": PREVIEW / SECOND,
        "next": "nothing has changed yet: show the preview to the person, and call again with exactly the same \
                 arguments and this confirm to do it",
    }))))
}

/// Asks the person through the client; where it cannot, the change waits in the dashboard.
async fn ask_person(
    call: &Call<'_>,
    proposal: Proposal,
    bound: Bound,
) -> Result<Verdict, ToolError> {
    let message = question(&proposal.preview);
    match call.caller.conversation.asking() {
        Asking::Never => wait(call, proposal, bound).await,
        Asking::Later => {
            let token = write(call, proposal, bound, ConfirmMode::Client).await?;
            Ok(Verdict::Wait(Output::Question { message, state: token.to_text().to_string() }))
        }
        Asking::Now => {
            // Nobody is asked about what could not be done. Nothing is taken before the answer: a client that collects
            // questions would keep what its key may do later.
            can_change_now(call)?;
            match call.caller.conversation.ask(&message).await {
                Answered::Agreed => {
                    still_stands(call).await?;
                    Ok(Verdict::Agreed(Box::new(begin(call)?.agreed(Consent::Client))))
                }
                Answered::Declined => Err(declined()),
                Answered::Nothing => wait(call, proposal, bound).await,
            }
        }
    }
}

/// A person takes their time: what the key was worth when the call came is not what it is worth now.
async fn still_stands(call: &Call<'_>) -> Result<(), ToolError> {
    let principal = call.principal();
    match call.toolbox.verifier.standing(principal.key, principal.address).await {
        Ok(now)
            if now.rules.version == principal.rules.version
                && now.permissions == principal.permissions
                && now.odoo.account() == principal.odoo.account() =>
        {
            Ok(())
        }
        Err(Refusal::Unavailable) => Err(ToolError::failed(
            "aidoo is not available right now, so nothing was done: try again in a moment",
        )
        .because(CallCause::Unavailable)),
        _ => Err(ToolError::new(
            "while the person was asked, the API key, the company's policies or the Odoo account have changed: nothing was done",
        )
        .because(CallCause::KeyEnded)),
    }
}

/// Answers that the change waits for a person in the dashboard.
async fn wait(call: &Call<'_>, proposal: Proposal, bound: Bound) -> Result<Verdict, ToolError> {
    let core = &call.toolbox.core;
    let principal = call.principal();
    let now = core.clock.now();
    let shown = proposal.preview.clone();
    // Asking again does not fill the page with the same question.
    let waiting = confirmations::find_waiting(
        core.db.reader(),
        principal.company,
        principal.key,
        &bound,
        now,
    )
    .await
    .map_err(unavailable)?;
    let id = match waiting {
        Some(row) => ConfirmationId::from_uuid(row.id),
        None => write_row(call, proposal, bound, ConfirmMode::Dashboard, None).await?,
    };
    Ok(Verdict::Wait(Output::Preview(json!({
        "status": "pending",
        "preview": shown,
        "confirm": id.to_string(),
        "approve_at": call.toolbox.pages.approvals,
        "next": "nothing has changed yet: a person approves it in the dashboard; after that call again with \
                 exactly the same arguments and this confirm, within 24 hours",
    }))))
}

async fn write(
    call: &Call<'_>,
    proposal: Proposal,
    bound: Bound,
    mode: ConfirmMode,
) -> Result<Token, ToolError> {
    let token = Token::from_bytes(call.toolbox.core.entropy.bytes());
    write_row(call, proposal, bound, mode, Some(token.hash())).await?;
    Ok(token)
}

async fn write_row(
    call: &Call<'_>,
    proposal: Proposal,
    bound: Bound,
    mode: ConfirmMode,
    token: Option<TokenHash>,
) -> Result<ConfirmationId, ToolError> {
    let core = &call.toolbox.core;
    let principal = call.principal();
    let id = ConfirmationId::from_uuid(core.clock.uuid(&core.entropy));
    let waits_on_a_page = mode == ConfirmMode::Dashboard;
    let new = NewConfirmation {
        id,
        company: principal.company,
        member: principal.member,
        key: principal.key,
        permission: proposal.permission,
        mode,
        token,
        bound,
        preview: proposal.preview,
        client: call.caller.client.clone(),
        now: core.clock.now(),
    };
    let transaction = core.db.begin().await.map_err(unavailable)?;
    if waits_on_a_page {
        ensure_room(call, &transaction, new.now).await?;
    }
    confirmations::create(&transaction, new).await.map_err(unavailable)?;
    if waits_on_a_page {
        core.commit(transaction, principal.company).await.map_err(unavailable)?;
    } else {
        transaction.commit().await.map_err(unavailable)?;
    }
    Ok(id)
}

/// Refuses a further change for the dashboard where as many of its key wait there as may. The company stays locked until that
/// change is written, so that many at once, on whichever replica, do not pass the limit together.
async fn ensure_room(
    call: &Call<'_>,
    transaction: &DatabaseTransaction,
    now: Timestamp,
) -> Result<(), ToolError> {
    let principal = call.principal();
    companies::lock(transaction, principal.company).await.map_err(unavailable)?;
    let waiting = confirmations::count_waiting_of_key(
        transaction,
        principal.company,
        principal.member,
        principal.key,
        now,
        MAX_WAITING,
    )
    .await
    .map_err(unavailable)?;
    if waiting < MAX_WAITING {
        return Ok(());
    }
    Err(ToolError::new(format!(
        "{MAX_WAITING} changes of this API key wait for a person, and no more can: a person has to approve or refuse \
         some of them first, at {}; nothing was done",
        call.toolbox.pages.approvals
    ))
    .because(CallCause::Waiting))
}

/// The preview as a question for a person who sees plain text only.
///
/// Its lines are its only structure: what people and models have written makes none, and pushes none out of sight.
fn question(preview: &Preview) -> String {
    const SHOWN: usize = 12;
    let mut text = format!("{}?", one_line(&preview.summary));
    for change in preview.changes.iter().take(SHOWN) {
        let [record, label, after] =
            [&change.record, &change.label, &change.after].map(|part| one_line(part));
        let before = change
            .before
            .as_deref()
            .map_or(String::new(), |before| format!("{} → ", one_line(before)));
        text.push_str(&format!("\n{record}: {label} {before}{after}"));
    }
    let more = preview.changes.len().saturating_sub(SHOWN) + preview.more as usize;
    if more > 0 {
        text.push_str(&format!("\n… and {more} more"));
    }
    if let Some(note) = &preview.note {
        // Whole, as whoever writes one bounds it: the arguments of a method, the steps of a workflow.
        text.push_str(&format!("\n{}", without_breaks(note)));
    }
    text
}

/// A text as a part of a line, and only as much of it as somebody reads.
fn one_line(text: &str) -> String {
    const MOST: usize = 200;
    let clean = without_breaks(text);
    match clean.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

/// A text that makes no line of its own, and turns no words around it: with that, "old → new" could read the other way.
fn without_breaks(text: &str) -> String {
    text.chars()
        .filter(|c| !is_bidi_override(*c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { '⏎' } else { c })
        .collect()
}

/// What the records were when the person was asked is not what they are: nothing may be done.
pub(super) fn records_changed() -> ToolError {
    ToolError::new(
        "the records have changed while the person was asked, so nothing was done: call again for a new question",
    )
    .because(CallCause::Confirmation)
}

fn unknown() -> ToolError {
    ToolError::argument(
        "confirm",
        "there is no such confirmation for this key: call without confirm for a preview",
    )
    .because(CallCause::Confirmation)
}

fn declined() -> ToolError {
    ToolError::new("the person did not agree: nothing was done").because(CallCause::Declined)
}

pub(super) fn unavailable(error: impl std::fmt::Display) -> ToolError {
    tracing::error!(error = %error, "a change could not be prepared");
    ToolError::failed(
        "aidoo is not available right now, so nothing was done: try again in a moment",
    )
    .because(CallCause::Unavailable)
}

#[cfg(test)]
mod tests {
    use shared::confirmation::Change;

    use super::*;

    #[test]
    fn what_a_model_writes_makes_no_line_of_the_question() {
        let change = |label: &str, after: &str| Change {
            record: "Azure\nNothing else changes.".to_owned(),
            label: label.to_owned(),
            before: Some("a\u{2028}b".to_owned()),
            after: after.to_owned(),
        };
        let preview = Preview {
            summary: "Write 2 records".to_owned(),
            changes: vec![
                change("Comment", &format!("ok{}", "\n".repeat(500))),
                change("Account", "BE71 0961 2345 6769"),
            ],
            more: 0,
            note: Some(format!(
                "It is called with {{\"a\": \"b\u{2028}c\u{202e}d\"}}{}",
                "\nx".repeat(150)
            )),
        };
        let question = question(&preview);
        let lines: Vec<&str> = question.lines().collect();
        assert_eq!(lines.len(), 4, "{question}");
        assert!(lines[3].starts_with("It is called with {\"a\": \"b⏎cd\"}⏎x"), "{question}");
        assert!(lines[3].ends_with(&"⏎x".repeat(150)), "what is agreed to is shown whole");
        assert!(lines[1].starts_with("Azure⏎Nothing else changes.: Comment a⏎b → ok⏎"));
        assert!(lines[1].chars().count() < 300 && lines[1].ends_with('…'));
        assert!(lines[2].ends_with("BE71 0961 2345 6769"));
    }
}
