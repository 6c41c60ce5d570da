//! Rows of `policies`. A company without one has the defaults.

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbErr, EntityTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use shared::{
    company::Ceilings,
    confirmation::ConfirmModes,
    id::CompanyId,
    key_rules::{KeyRules, UnknownMakers},
    permission::PermissionSet,
    time::Timestamp,
};

use crate::entities::policy::{ActiveModel, Column, Entity, Model};

/// The ceilings in force in `company`.
///
/// # Errors
/// When the database refuses.
pub async fn ceilings(db: &impl ConnectionTrait, company: CompanyId) -> Result<Ceilings, DbErr> {
    Ok(find(db, company).await?.as_ref().map_or(Ceilings::DEFAULT, ceilings_of))
}

/// The ceilings in force, and what the company asks of its keys: one row has both.
///
/// # Errors
/// When the database refuses, or holds a choice that this version does not know.
pub async fn about_keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<(Ceilings, KeyRules), DbErr> {
    match find(db, company).await? {
        Some(row) => Ok((ceilings_of(&row), key_rules_of(&row)?)),
        None => Ok((Ceilings::DEFAULT, KeyRules::default())),
    }
}

fn ceilings_of(row: &Model) -> Ceilings {
    Ceilings {
        owner: permissions(row.ceiling_owner),
        admin: permissions(row.ceiling_admin),
        member: permissions(row.ceiling_member),
    }
}

fn key_rules_of(row: &Model) -> Result<KeyRules, DbErr> {
    let days = |days: i32| Some(days.unsigned_abs()).filter(|days| *days > 0);
    Ok(KeyRules {
        longest_days: days(row.longest_days),
        unused_days: days(row.unused_days),
        addresses: row.key_addresses.lines().map(str::to_owned).collect(),
        makers: row
            .makers
            .parse()
            .map_err(|error: UnknownMakers| DbErr::Custom(error.to_string()))?,
        must_accept: row.must_accept,
    })
}

/// Sets the ceilings and counts the version of the policies up.
///
/// # Errors
/// When the database refuses.
pub async fn set_ceilings(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ceilings: Ceilings,
    now: Timestamp,
) -> Result<(), DbErr> {
    let Ceilings { owner, admin, member } = ceilings;
    let row = ActiveModel {
        ceiling_owner: Set(number(owner)),
        ceiling_admin: Set(number(admin)),
        ceiling_member: Set(number(member)),
        ..first(company, now)
    };
    let changed =
        [Column::CeilingOwner, Column::CeilingAdmin, Column::CeilingMember, Column::UpdatedAt];
    upsert(db, row, &changed).await
}

/// The company's row, if it has set any policy.
///
/// # Errors
/// When the database refuses.
pub async fn find(db: &impl ConnectionTrait, company: CompanyId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(company.as_uuid()).one(db).await
}

/// How changes are confirmed, what is open and closed, and the rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayRules {
    /// How each kind of change is confirmed.
    pub confirm: ConfirmModes,
    /// What the company opens and closes, as JSON.
    pub guards: String,
    /// Calls of one key in a minute.
    pub calls_per_minute: i32,
    /// Changes of one key in a minute.
    pub writes_per_minute: i32,
    /// Whether the arguments of calls are kept.
    pub record_arguments: bool,
}

/// The company's rules for the gateway, if it has set any.
///
/// # Errors
/// When the database refuses, or holds a mode that this version does not know.
pub async fn gateway_rules(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Option<GatewayRules>, DbErr> {
    let Some(row) = find(db, company).await? else { return Ok(None) };
    let confirm = ConfirmModes::parse(
        &row.confirm_create,
        &row.confirm_write,
        &row.confirm_execute,
        &row.confirm_workflow,
    )
    .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(Some(GatewayRules {
        confirm,
        guards: row.guards,
        calls_per_minute: row.calls_per_minute,
        writes_per_minute: row.writes_per_minute,
        record_arguments: row.record_arguments,
    }))
}

/// Sets the company's rules for the gateway and counts the version of the policies up: confirmations
/// that were given under the old ones are worth nothing.
///
/// # Errors
/// When the database refuses.
pub async fn set_gateway_rules(
    db: &impl ConnectionTrait,
    company: CompanyId,
    rules: GatewayRules,
    now: Timestamp,
) -> Result<(), DbErr> {
    let GatewayRules { confirm, guards, calls_per_minute, writes_per_minute, record_arguments } =
        rules;
    let ConfirmModes { create, write, execute, workflow } = confirm;
    let row = ActiveModel {
        confirm_create: Set(create.to_string()),
        confirm_write: Set(write.to_string()),
        confirm_execute: Set(execute.to_string()),
        confirm_workflow: Set(workflow.to_string()),
        guards: Set(guards),
        calls_per_minute: Set(calls_per_minute),
        writes_per_minute: Set(writes_per_minute),
        record_arguments: Set(record_arguments),
        ..first(company, now)
    };
    let changed = [
        Column::ConfirmCreate,
        Column::ConfirmWrite,
        Column::ConfirmExecute,
        Column::ConfirmWorkflow,
        Column::Guards,
        Column::CallsPerMinute,
        Column::WritesPerMinute,
        Column::RecordArguments,
        Column::UpdatedAt,
    ];
    upsert(db, row, &changed).await
}

/// Sets what the company asks of its keys and counts the version of the policies up.
///
/// # Errors
/// When the database refuses.
pub async fn set_key_rules(
    db: &impl ConnectionTrait,
    company: CompanyId,
    rules: KeyRules,
    now: Timestamp,
) -> Result<(), DbErr> {
    let KeyRules { longest_days, unused_days, addresses, makers, must_accept } = rules;
    let days = |days: Option<u32>| days.and_then(|days| i32::try_from(days).ok()).unwrap_or(0);
    let row = ActiveModel {
        longest_days: Set(days(longest_days)),
        unused_days: Set(days(unused_days)),
        key_addresses: Set(addresses.join("\n")),
        makers: Set(makers.to_string()),
        must_accept: Set(must_accept),
        ..first(company, now)
    };
    let changed = [
        Column::LongestDays,
        Column::UnusedDays,
        Column::KeyAddresses,
        Column::Makers,
        Column::MustAccept,
        Column::UpdatedAt,
    ];
    upsert(db, row, &changed).await
}

/// The row of a company that has set nothing before: what it does not say has the database's defaults.
fn first(company: CompanyId, now: Timestamp) -> ActiveModel {
    let everything = number(PermissionSet::ALL);
    ActiveModel {
        company_id: Set(company.as_uuid()),
        ceiling_owner: Set(everything),
        ceiling_admin: Set(everything),
        ceiling_member: Set(everything),
        version: Set(1),
        updated_at: Set(now.as_micros()),
        ..ActiveModel::default()
    }
}

/// Keeps a row, or changes these columns of the one that is there and counts its version up.
async fn upsert(
    db: &impl ConnectionTrait,
    row: ActiveModel,
    changed: &[Column],
) -> Result<(), DbErr> {
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::CompanyId)
                .update_columns(changed.iter().copied())
                .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The set that a number in the database stands for. Bits beyond the eight, which a later version may
/// know, allow nothing here.
#[must_use]
pub fn permissions(number: i16) -> PermissionSet {
    PermissionSet::from_bits(number.to_le_bytes()[0])
}

/// The number that stands for a set in the database.
#[must_use]
pub fn number(permissions: PermissionSet) -> i16 {
    i16::from(permissions.bits())
}
