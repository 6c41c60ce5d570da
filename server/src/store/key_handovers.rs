//! Rows of `key_handovers`. One is *open* until it is picked up or withdrawn; an open one may have lapsed.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, TryInsertResult,
    sea_query::{Expr, OnConflict},
};
use shared::{
    Error,
    api_key::Expiry,
    handover::MOST_SHOWN,
    id::{ApiKeyId, CompanyId, HandoverId, MemberId, RequestId},
    permission::PermissionSet,
    time::Timestamp,
};

use super::policies::{number, permissions};
use crate::{
    domain::token::TokenHash,
    entities::key_handover::{ActiveModel, Column, Entity, Model},
    error::Outcome,
};

/// A key that waits, or waited, to be picked up.
#[derive(Clone)]
pub struct Handover {
    /// Which.
    pub id: HandoverId,
    /// The company.
    pub company: CompanyId,
    /// For whom.
    pub member: MemberId,
    /// The key's name.
    pub name: String,
    /// What the key will allow at most.
    pub permissions: PermissionSet,
    /// When the key will end, as it was chosen.
    pub expiry: Expiry,
    /// Who made the link, or replaced it last.
    pub made_by: MemberId,
    /// When.
    pub made_at: Timestamp,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Whether it was neither picked up nor withdrawn.
    pub is_open: bool,
    /// The key that it takes the place of, if that was rotated for it.
    pub replaces: Option<ApiKeyId>,
}

impl Handover {
    /// Whether `other` is for the same key, and from the same person.
    #[must_use]
    pub fn wants_the_same(&self, other: &Self) -> bool {
        let wish =
            |one: &Self| (one.company, one.member, one.permissions, one.made_by, one.replaces);
        wish(self) == wish(other) && self.name == other.name && self.expiry == other.expiry
    }
}

// A key's name belongs in no log.
impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handover").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Writes a new one. Gives whether it did: `request` may have made one before.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    handover: &Handover,
    request: RequestId,
    token: TokenHash,
) -> Result<bool, DbErr> {
    let Handover {
        id,
        company,
        member,
        name,
        permissions,
        expiry,
        made_by,
        made_at,
        expires_at,
        is_open: _,
        replaces,
    } = handover;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        member_id: Set(member.as_uuid()),
        request_id: Set(request.as_uuid()),
        token_hash: Set(token.to_vec()),
        name: Set(name.clone()),
        permissions: Set(number(*permissions)),
        expiry: Set(serde_json::to_string(expiry).map_err(|error| DbErr::Json(error.to_string()))?),
        made_by: Set(made_by.as_uuid()),
        made_at: Set(made_at.as_micros()),
        expires_at: Set(expires_at.as_micros()),
        picked_up_at: Set(None),
        withdrawn_at: Set(None),
        replaces_id: Set(replaces.map(ApiKeyId::as_uuid)),
    };
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::column(Column::RequestId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
}

/// The open handover `handover` of `company`.
///
/// # Errors
/// [`Error::NotFound`] when there is none: it never was, it is another company's, it was picked up or
/// withdrawn.
pub async fn get_open(
    db: &impl ConnectionTrait,
    company: CompanyId,
    handover: HandoverId,
) -> Outcome<Handover> {
    let row = open_of(company).filter(Column::Id.eq(handover.as_uuid())).one(db).await?;
    Ok(row.map(Handover::try_from).transpose()?.ok_or(Error::NotFound)?)
}

/// The one with this token, whichever company's and whatever became of it.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    token: TokenHash,
) -> Result<Option<Handover>, DbErr> {
    let row = Entity::find().filter(Column::TokenHash.eq(token.to_vec())).one(db).await?;
    row.map(Handover::try_from).transpose()
}

/// The one that this request made, whatever became of it.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_request(
    db: &impl ConnectionTrait,
    company: CompanyId,
    request: RequestId,
) -> Result<Option<Handover>, DbErr> {
    let of_company = Entity::find().filter(Column::CompanyId.eq(company.as_uuid()));
    let row = of_company.filter(Column::RequestId.eq(request.as_uuid())).one(db).await?;
    row.map(Handover::try_from).transpose()
}

/// The newest open ones of `company`, of `member` alone if one is named.
///
/// # Errors
/// When the database refuses.
pub async fn list_open(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
) -> Result<Vec<Handover>, DbErr> {
    let mut select = open_of(company);
    if let Some(member) = member {
        select = select.filter(Column::MemberId.eq(member.as_uuid()));
    }
    let rows = select
        .order_by_desc(Column::MadeAt)
        .order_by_desc(Column::Id)
        .limit(MOST_SHOWN)
        .all(db)
        .await?;
    rows.into_iter().map(Handover::try_from).collect()
}

/// Gives an open one a new token, maker and time. Gives whether it was still open.
///
/// # Errors
/// When the database refuses.
pub async fn renew(
    db: &impl ConnectionTrait,
    handover: &Handover,
    token: TokenHash,
) -> Result<bool, DbErr> {
    let Handover { id, company, made_by, made_at, expires_at, .. } = handover;
    let done = Entity::update_many()
        .col_expr(Column::TokenHash, Expr::value(token.to_vec()))
        .col_expr(Column::MadeBy, Expr::value(made_by.as_uuid()))
        .col_expr(Column::MadeAt, Expr::value(made_at.as_micros()))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Withdraws an open one. Gives whether it was still open.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(
    db: &impl ConnectionTrait,
    company: CompanyId,
    handover: HandoverId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::WithdrawnAt, Expr::value(now.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(handover.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Withdraws all open ones that are for `member` or were made by them: they leave the company.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw_all_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let theirs = Condition::any()
        .add(Column::MemberId.eq(member.as_uuid()))
        .add(Column::MadeBy.eq(member.as_uuid()));
    let done = Entity::update_many()
        .col_expr(Column::WithdrawnAt, Expr::value(now.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(theirs)
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Uses an open one up, if it still has this token and has not lapsed. Gives whether it was so: of two that
/// come at once, one gets `true`.
///
/// # Errors
/// When the database refuses.
pub async fn pick_up(
    db: &impl ConnectionTrait,
    company: CompanyId,
    handover: HandoverId,
    token: TokenHash,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::PickedUpAt, Expr::value(now.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(handover.as_uuid()))
        .filter(Column::TokenHash.eq(token.to_vec()))
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes what lapsed before `before`, whatever became of it. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn delete_expired(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before.as_micros())).exec(db).await?;
    Ok(())
}

fn is_open() -> Condition {
    Condition::all().add(Column::PickedUpAt.is_null()).add(Column::WithdrawnAt.is_null())
}

fn open_of(company: CompanyId) -> Select<Entity> {
    Entity::find().filter(is_open()).filter(Column::CompanyId.eq(company.as_uuid()))
}

impl TryFrom<Model> for Handover {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        let expiry =
            serde_json::from_str(&row.expiry).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Self {
            id: HandoverId::from_uuid(row.id),
            company: CompanyId::from_uuid(row.company_id),
            member: MemberId::from_uuid(row.member_id),
            name: row.name,
            permissions: permissions(row.permissions),
            expiry,
            made_by: MemberId::from_uuid(row.made_by),
            made_at: Timestamp::from_micros(row.made_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            is_open: row.picked_up_at.is_none() && row.withdrawn_at.is_none(),
            replaces: row.replaces_id.map(ApiKeyId::from_uuid),
        })
    }
}
