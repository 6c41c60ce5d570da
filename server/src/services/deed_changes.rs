//! What exactly an audit entry changed: the details that it kept, of which each has a name on the page. What an
//! entry was before stands beneath `before`, in the same shape.

use serde_json::Value;
use shared::{
    key_format,
    permission::PermissionSet,
    time::Timestamp,
    timeline::{Change, Detail, Told},
};

use super::time_view::Face;
use crate::store::audit_lists::ListedEntry;

/// How a detail is read.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Identifier,
    Number,
    Flag,
    List,
    Time,
    Role,
    Permissions,
    Confirm,
    Makers,
}

/// The details that are told, by their place in an entry. What is not here stays in the audit: ids of things that the
/// sentence names already, and those of requests.
const DETAILS: [(&str, Detail, Shape); 36] = [
    ("/name", Detail::Name, Shape::Text),
    ("/identifier", Detail::Identifier, Shape::Identifier),
    ("/role", Detail::Role, Shape::Role),
    ("/permissions", Detail::Permissions, Shape::Permissions),
    ("/expires_at", Detail::Ends, Shape::Time),
    ("/keys_revoked", Detail::KeysRevoked, Shape::Number),
    ("/delete_at", Detail::DeletedAt, Shape::Time),
    ("/origin", Detail::OdooAddress, Shape::Text),
    ("/database", Detail::OdooDatabase, Shape::Text),
    ("/version", Detail::OdooVersion, Shape::Text),
    ("/calls_per_second", Detail::CallsPerSecond, Shape::Number),
    ("/calls_at_once", Detail::CallsAtOnce, Shape::Number),
    ("/erased_accounts", Detail::AccountsErased, Shape::Number),
    ("/owner", Detail::OwnersMay, Shape::Permissions),
    ("/admin", Detail::AdminsMay, Shape::Permissions),
    ("/member", Detail::MembersMay, Shape::Permissions),
    ("/keys/longest_days", Detail::LongestDays, Shape::Number),
    ("/keys/unused_days", Detail::UnusedDays, Shape::Number),
    ("/keys/addresses", Detail::Networks, Shape::List),
    ("/keys/makers", Detail::Makers, Shape::Makers),
    ("/keys/must_accept", Detail::MustAccept, Shape::Flag),
    ("/shortened_keys", Detail::KeysShortened, Shape::Number),
    ("/confirm/create", Detail::ConfirmCreate, Shape::Confirm),
    ("/confirm/write", Detail::ConfirmWrite, Shape::Confirm),
    ("/confirm/execute", Detail::ConfirmExecute, Shape::Confirm),
    ("/confirm/workflow", Detail::ConfirmWorkflow, Shape::Confirm),
    ("/calls_per_minute", Detail::CallsPerMinute, Shape::Number),
    ("/writes_per_minute", Detail::WritesPerMinute, Shape::Number),
    ("/record_arguments", Detail::RecordArguments, Shape::Flag),
    ("/guards/open_models", Detail::OpenModels, Shape::List),
    ("/guards/closed_models", Detail::ClosedModels, Shape::List),
    ("/guards/secret_fields", Detail::SecretFields, Shape::List),
    ("/guards/open_methods", Detail::OpenMethods, Shape::List),
    ("/steps", Detail::Steps, Shape::Number),
    ("/left", Detail::Permissions, Shape::Permissions),
    ("/ends_at", Detail::Ends, Shape::Time),
];

/// What `entry` changed, in the order of [`DETAILS`]. Of what it kept with what was before, only what became another.
pub(super) fn changes(entry: &ListedEntry, face: &Face) -> Vec<Change> {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    if let Some(change) = moved(&entry.action, &detail) {
        return vec![change];
    }
    let told = |value: &Value, shape| told(value, shape, face);
    DETAILS
        .into_iter()
        .filter(|(place, ..)| !is_something_else(&entry.action, place))
        .filter_map(|(place, what, shape)| {
            let to = detail.pointer(place).and_then(|value| told(value, shape))?;
            let from = before(&detail, place, shape).and_then(|value| told(&value, shape));
            (from.as_ref() != Some(&to)).then_some(Change { what, from, to })
        })
        .collect()
}

/// Whether an entry of this action means by that detail something else than the others: the version of a workflow is none
/// of Odoo, and of a key that waits to be picked up it is the link that ends.
fn is_something_else(action: &str, place: &str) -> bool {
    matches!(
        (action, place),
        ("workflow.validated", "/version") | ("key_handover.made", "/expires_at")
    )
}

/// What stood at `place` before.
fn before(detail: &Value, place: &str, shape: Shape) -> Option<Value> {
    match (place, shape) {
        ("/left", _) => {
            let set = |name: &str| detail[name].as_str()?.parse::<PermissionSet>().ok();
            let (left, removed) = (set("left")?, set("removed")?);
            Some(left.iter().chain(removed.iter()).collect::<PermissionSet>().to_string().into())
        }
        ("/ends_at", _) => detail.get("ended_before_at").cloned(),
        _ => detail.get("before")?.pointer(place).cloned(),
    }
}

/// Entries about one thing alone say it as `from` and `to`.
fn moved(action: &str, detail: &Value) -> Option<Change> {
    let text = |name: &str| detail[name].as_str().map(str::to_owned);
    let (from, to) = (text("from")?, text("to")?);
    match action {
        "member.role_changed" => Some(Change {
            what: Detail::Role,
            from: from.parse().ok().map(Told::Role),
            to: Told::Role(to.parse().ok()?),
        }),
        "company.renamed" | "api_key.renamed" => {
            Some(Change { what: Detail::Name, from: Some(Told::Text(from)), to: Told::Text(to) })
        }
        _ => None,
    }
}

/// The value for a person; none where it is of another shape, as one of a newer version may be.
fn told(value: &Value, shape: Shape, face: &Face) -> Option<Told> {
    let text = || value.as_str();
    if value.is_null() && !matches!(shape, Shape::Text | Shape::Identifier) {
        return Some(Told::Nothing);
    }
    Some(match shape {
        Shape::Text => Told::Text(text().filter(|text| !text.is_empty())?.to_owned()),
        // As everywhere else, so that a search for it finds it.
        Shape::Identifier => {
            Told::Text(key_format::display(text().filter(|text| !text.is_empty())?))
        }
        Shape::Number => Told::Number(value.as_u64()?),
        Shape::Flag => Told::Flag(value.as_bool()?),
        Shape::Time => Told::Time(face.view(Timestamp::from_micros(value.as_i64()?))),
        Shape::Role => Told::Role(text()?.parse().ok()?),
        Shape::Permissions => match text()?.parse::<PermissionSet>().ok()? {
            none if none.is_empty() => Told::Nothing,
            some => Told::Permissions(some),
        },
        Shape::Confirm => Told::Confirm(text()?.parse().ok()?),
        Shape::Makers => Told::Makers(text()?.parse().ok()?),
        Shape::List => {
            let items = value.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned);
            match items.collect::<Vec<_>>() {
                none if none.is_empty() => Told::Nothing,
                some => Told::List(some),
            }
        }
    })
}
