//! Rows of `api_keys`, one at a time: made, found, changed, accepted. [`super::key_uses`] has what is noted of their use,
//! [`super::key_ends`] how they end, [`super::api_key_lists`] the pages of them, and [`super::principals`] what a
//! request's key stands for.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QuerySelect, TryInsertResult,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId, RequestId},
    permission::PermissionSet,
    time::Timestamp,
};
use uuid::Uuid;

use super::{plans::unindexed, policies::number};
use crate::{
    domain::pepper::MAC_LENGTH,
    entities::{
        api_key::{ActiveModel, Column, Entity, Model},
        membership, user,
    },
};

/// A key before it is kept. No `Debug`: it holds a hash.
pub struct NewApiKey<'a> {
    pub id: ApiKeyId,
    pub member: MemberId,
    pub request: RequestId,
    pub identifier: &'a str,
    pub mac: [u8; MAC_LENGTH],
    pub pepper: i32,
    pub name: &'a str,
    pub name_folded: &'a str,
    pub permissions: PermissionSet,
    pub created_at: Timestamp,
    pub created_by: MemberId,
    pub expires_at: Option<Timestamp>,
}

/// Whether a key was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// It was.
    Done,
    /// Its request made a key before, or another key has its identifier.
    Taken,
}

/// Keeps a key, unless its request or its identifier is there already. Of two at once, the second
/// waits for the first.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: NewApiKey<'_>,
) -> Result<Creation, DbErr> {
    let NewApiKey {
        id,
        member,
        request,
        identifier,
        mac,
        pepper,
        name,
        name_folded,
        permissions,
        created_at,
        created_by,
        expires_at,
    } = key;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        member_id: Set(member.as_uuid()),
        request_id: Set(request.as_uuid()),
        identifier: Set(identifier.to_owned()),
        mac: Set(mac.to_vec()),
        pepper_id: Set(pepper),
        name: Set(name.to_owned()),
        name_folded: Set(name_folded.to_owned()),
        permissions: Set(number(permissions)),
        created_at: Set(created_at.as_micros()),
        created_by: Set(created_by.as_uuid()),
        expires_at: Set(expires_at.map(Timestamp::as_micros)),
        revoked_at: Set(None),
        revoked_by: Set(None),
        last_used_at: Set(0),
        last_client: Set(None),
        accepted_at: Set(None),
        last_refused_at: Set(None),
        last_refusal: Set(None),
        rotated_at: Set(None),
        successor_id: Set(None),
    };
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(match inserted {
        TryInsertResult::Inserted(1..) => Creation::Done,
        TryInsertResult::Inserted(0) | TryInsertResult::Conflicted | TryInsertResult::Empty => {
            Creation::Taken
        }
    })
}

/// Whether `request` made a key before.
///
/// # Errors
/// When the database refuses.
pub async fn was_made(db: &impl ConnectionTrait, request: RequestId) -> Result<bool, DbErr> {
    let found: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::RequestId.eq(request.as_uuid()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Whose a key is.
#[derive(Debug, FromQueryResult)]
pub struct KeyOwner {
    /// The member.
    pub member_id: Uuid,
    /// Their role.
    pub role: String,
    /// Their name.
    pub person: String,
}

/// Whose the key `key` of `company` is.
///
/// # Errors
/// When the database refuses.
pub async fn find_owner(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
) -> Result<Option<KeyOwner>, DbErr> {
    let select = Query::select()
        .column((Entity, Column::MemberId))
        .column((membership::Entity, membership::Column::Role))
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person")
        .from(Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((Entity, Column::MemberId)),
        )
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .and_where(column(Column::Id).eq(key.as_uuid()))
        .and_where(column(Column::CompanyId).eq(company.as_uuid()))
        .take();
    KeyOwner::find_by_statement(db.get_database_backend().build(&select)).one(db).await
}

/// The row of a key.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(key.as_uuid()).filter(Column::CompanyId.eq(company.as_uuid())).one(db).await
}

/// The rows of those of `keys` that are of `company`, by their ids.
///
/// # Errors
/// When the database refuses.
pub async fn list_by_id(
    db: &impl ConnectionTrait,
    company: CompanyId,
    keys: impl IntoIterator<Item = ApiKeyId>,
) -> Result<HashMap<ApiKeyId, Model>, DbErr> {
    let rows = Entity::find()
        // By the company, SQLite would look through all of its keys for a handful.
        .filter(unindexed(Expr::col(Column::CompanyId)).eq(company.as_uuid()))
        .filter(Column::Id.is_in(keys.into_iter().map(ApiKeyId::as_uuid)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (ApiKeyId::from_uuid(row.id), row)).collect())
}

/// What a key is called and allows after a change.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub name: &'a str,
    pub name_folded: &'a str,
    pub permissions: PermissionSet,
}

/// Changes a key that is live at `now`. Gives whether it was, and allowed all that it is to allow: no
/// statement gives a key what it had not.
///
/// # Errors
/// When the database refuses.
pub async fn change(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    change: Change<'_>,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let Change { name, name_folded, permissions } = change;
    let left = number(permissions);
    let done = Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .col_expr(Column::NameFolded, Expr::value(name_folded))
        .col_expr(Column::Permissions, Expr::value(left))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(column(Column::Permissions).bit_and(left).eq(left))
        .filter(is_live(now))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many keys of the member work at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn count_live(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<u64, DbErr> {
    of_member(company, member).filter(is_live(now)).count(db).await
}

/// The member's keys. SQLite takes those of the whole company for as few, and would read all of them for somebody who has
/// not used theirs.
pub(super) fn of_member(company: CompanyId, member: MemberId) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::MemberId.eq(member.as_uuid()))
        .filter(unindexed(Expr::col(Column::CompanyId)).eq(company.as_uuid()))
}

/// What became of accepting a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is accepted now.
    Now,
    /// It was before.
    Before,
    /// The key has ended.
    Ended,
}

/// Notes that the person of `key` has accepted it.
///
/// # Errors
/// When the database refuses.
pub async fn accept(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    now: Timestamp,
) -> Result<Accepted, DbErr> {
    let live = Condition::all()
        .add(Column::CompanyId.eq(company.as_uuid()))
        .add(Column::Id.eq(key.as_uuid()))
        .add(is_live(now));
    let done = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(now.as_micros()))
        .filter(live.clone())
        .filter(Column::AcceptedAt.is_null())
        .exec(db)
        .await?;
    if done.rows_affected == 1 {
        return Ok(Accepted::Now);
    }
    let is_live = Entity::find().filter(live).count(db).await? == 1;
    Ok(if is_live { Accepted::Before } else { Accepted::Ended })
}

/// Somebody whose keys others made.
#[derive(Debug, FromQueryResult)]
pub struct Unaccepted {
    /// Who.
    pub user_id: Uuid,
    /// How many of these they have not accepted.
    pub keys: i64,
}

/// Those whose live keys others made, if they have not accepted all of them.
///
/// # Errors
/// When the database refuses.
pub async fn list_unaccepted(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<Vec<Unaccepted>, DbErr> {
    let select = unaccepted(company, now);
    Unaccepted::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// They are few beside all keys, and have an index of their own, whose words these are.
fn unaccepted(company: CompanyId, now: Timestamp) -> SelectStatement {
    Query::select()
        .column((membership::Entity, membership::Column::UserId))
        .expr_as(column(Column::Id).count(), "keys")
        .from(Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((Entity, Column::MemberId)),
        )
        .and_where(column(Column::CompanyId).eq(company.as_uuid()))
        .and_where(column(Column::CreatedBy).ne(column(Column::MemberId)))
        .and_where(column(Column::AcceptedAt).is_null())
        .cond_where(is_live(now))
        .group_by_col((membership::Entity, membership::Column::UserId))
        .take()
}

/// That a key is neither revoked nor expired at `now`: it is over *at* its end.
pub(super) fn is_live(now: Timestamp) -> Condition {
    Condition::all().add(column(Column::RevokedAt).is_null()).add(
        Condition::any()
            .add(column(Column::ExpiresAt).is_null())
            .add(column(Column::ExpiresAt).gt(now.as_micros())),
    )
}

/// The column of this table, for statements that read several.
pub(super) fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn keys_that_nobody_accepted_are_found_among_themselves() {
        let (_folder, db) = empty().await;
        let select = unaccepted(CompanyId::from_uuid(Uuid::nil()), Timestamp::from_micros(0));
        let plan = plan(&db, db.backend().build(&select)).await;
        let is_led = |step: &String| step.contains("api_keys_unaccepted (company_id=?)");
        assert!(plan.iter().any(is_led), "{plan:#?}");
    }
}
