//! Rows of `api_keys`, one at a time. [`super::api_key_lists`] has the pages of them, and
//! [`super::principals`] what a request's key stands for.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, TryInsertResult,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId, RequestId},
    key_rules::KeyRefusal,
    permission::PermissionSet,
    time::{DAY, Timestamp},
};
use uuid::Uuid;

use super::{plans::unindexed, policies::number};
use crate::{
    domain::pepper::MAC_LENGTH,
    entities::{
        api_key::{ActiveModel, Column, Entity, Model},
        membership, policy, user,
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

/// Marks a key as replaced by `successor` at `now`, and lets it end at `end`. Gives whether it was not
/// replaced before.
///
/// # Errors
/// When the database refuses.
pub async fn retire(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    successor: ApiKeyId,
    end: Timestamp,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RotatedAt, Expr::value(now.as_micros()))
        .col_expr(Column::SuccessorId, Expr::value(successor.as_uuid()))
        .col_expr(Column::ExpiresAt, Expr::value(end.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(Column::RotatedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Revokes a key that is live at `now`. Gives whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn revoke(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    revoked_by: MemberId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .col_expr(Column::RevokedBy, Expr::value(revoked_by.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
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

/// Revokes every key of `member` that is not revoked yet, in the transaction that takes the member
/// out. Gives which.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_all_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    revoked_by: MemberId,
    now: Timestamp,
) -> Result<Vec<ApiKeyId>, DbErr> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .col_expr(Column::RevokedBy, Expr::value(revoked_by.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(db)
        .await?;
    Ok(revoked.into_iter().map(|row| ApiKeyId::from_uuid(row.id)).collect())
}

/// Locks those of `keys` that nobody else has locked, and gives them. Whoever waits for no row can be
/// in no circle of waiting. (SQLite has one writer, and gives all.)
///
/// # Errors
/// When the database refuses.
pub async fn lock_free(
    db: &impl ConnectionTrait,
    keys: impl IntoIterator<Item = ApiKeyId>,
) -> Result<Vec<ApiKeyId>, DbErr> {
    let locked: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(keys.into_iter().map(ApiKeyId::as_uuid)))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple()
        .all(db)
        .await?;
    Ok(locked.into_iter().map(ApiKeyId::from_uuid).collect())
}

/// Notes that a key was used at `at`, by `client` if that is known; an older use changes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn touch(
    db: &impl ConnectionTrait,
    key: ApiKeyId,
    at: Timestamp,
    client: Option<&str>,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(at.as_micros()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(Column::LastUsedAt.lte(at.as_micros()));
    if let Some(client) = client {
        update = update.col_expr(Column::LastClient, Expr::value(client));
    }
    update.exec(db).await?;
    Ok(())
}

/// The keys, and their companies, that have these identifiers, by them.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_identifiers(
    db: &impl ConnectionTrait,
    identifiers: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, (ApiKeyId, CompanyId)>, DbErr> {
    let found: Vec<(String, Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Identifier, Column::Id, Column::CompanyId])
        .filter(Column::Identifier.is_in(identifiers))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .map(|(identifier, key, company)| {
            (identifier, (ApiKeyId::from_uuid(key), CompanyId::from_uuid(company)))
        })
        .collect())
}

/// Notes that a key was refused at `at`, and why; an older refusal changes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn note_refusal(
    db: &impl ConnectionTrait,
    key: ApiKeyId,
    at: Timestamp,
    why: KeyRefusal,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LastRefusedAt, Expr::value(at.as_micros()))
        .col_expr(Column::LastRefusal, Expr::value(why.as_str()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(
            Condition::any()
                .add(Column::LastRefusedAt.is_null())
                .add(Column::LastRefusedAt.lt(at.as_micros())),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets that a key was refused, if that was before `at`.
///
/// # Errors
/// When the database refuses.
pub async fn settle_refusal(
    db: &impl ConnectionTrait,
    key: ApiKeyId,
    at: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LastRefusedAt, Expr::value(None::<i64>))
        .col_expr(Column::LastRefusal, Expr::value(None::<String>))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(Column::LastRefusedAt.lt(at.as_micros()))
        .exec(db)
        .await?;
    Ok(())
}

/// A key of a member, as far as it tells of the clients that use it. No `Debug`: it is a whole row.
pub type KeyRow = crate::entities::api_key::Model;

/// The member's key of those that work at `now` that was used last, if any was; of those used in the same minute, which is as
/// near as is noted, the one that was made last.
///
/// # Errors
/// When the database refuses.
pub async fn find_last_used(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<KeyRow>, DbErr> {
    last_used(company, member, now).one(db).await
}

fn last_used(company: CompanyId, member: MemberId, now: Timestamp) -> sea_orm::Select<Entity> {
    of_member(company, member)
        .filter(is_live(now))
        .filter(Column::LastUsedAt.ne(0))
        .order_by_desc(Column::LastUsedAt)
        .order_by_desc(Column::Id)
}

/// The key, if it was ever used.
///
/// # Errors
/// When the database refuses.
pub async fn find_used(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
) -> Result<Option<KeyRow>, DbErr> {
    Entity::find_by_id(key.as_uuid())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::LastUsedAt.ne(0))
        .one(db)
        .await
}

/// The member's key that was refused last, if any ever was.
///
/// # Errors
/// When the database refuses.
pub async fn find_last_refused(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<Option<KeyRow>, DbErr> {
    of_member(company, member)
        .filter(Column::LastRefusedAt.is_not_null())
        .order_by_desc(Column::LastRefusedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await
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

/// Brings the end of every live key forward to `longest` microseconds after it was made, where it lies
/// later. Gives how many keys end sooner now.
///
/// # Errors
/// When the database refuses.
pub async fn shorten_lives(
    db: &impl ConnectionTrait,
    company: CompanyId,
    longest: i64,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let end = column(Column::CreatedAt).add(longest);
    let done = Entity::update_many()
        .col_expr(Column::ExpiresAt, end.clone())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(is_live(now))
        .filter(
            Condition::any()
                .add(Column::ExpiresAt.is_null())
                .add(column(Column::ExpiresAt).gt(end)),
        )
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// A key that a company's policy on unused keys ends.
#[derive(Debug, FromQueryResult)]
pub struct UnusedKey {
    /// The key.
    pub id: Uuid,
    /// Its company.
    pub company_id: Uuid,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub user_id: Uuid,
}

/// Revokes, at most `limit` at once, the live keys that were not used for as many days as their company
/// allows, in the name of nobody, and gives them.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_unused(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<UnusedKey>, DbErr> {
    let unused_since = |last_sign: Expr| {
        last_sign.lt(Expr::value(now.as_micros())
            .sub(Expr::col((policy::Entity, policy::Column::UnusedDays)).mul(DAY)))
    };
    let select = Query::select()
        .columns([Column::Id, Column::CompanyId, Column::Name].map(|column| (Entity, column)))
        .column((membership::Entity, membership::Column::UserId))
        .from(Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((Entity, Column::MemberId)),
        )
        .inner_join(
            policy::Entity,
            Expr::col((policy::Entity, policy::Column::CompanyId))
                .equals((Entity, Column::CompanyId)),
        )
        .and_where(Expr::col((policy::Entity, policy::Column::UnusedDays)).gt(0))
        .cond_where(is_live(now))
        .and_where(unused_since(column(Column::CreatedAt)))
        .and_where(unused_since(column(Column::LastUsedAt)))
        .cond_where(
            Condition::any()
                .add(column(Column::AcceptedAt).is_null())
                .add(unused_since(column(Column::AcceptedAt))),
        )
        .limit(limit)
        .take();
    let found =
        UnusedKey::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
    let mut revoked = Vec::new();
    for key in found {
        let done = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
            .filter(Column::Id.eq(key.id))
            .filter(is_live(now))
            .exec(db)
            .await?;
        if done.rows_affected == 1 {
            revoked.push(key);
        }
    }
    Ok(revoked)
}

/// That a key is neither revoked nor expired at `now`: it is over *at* its end.
pub(super) fn is_live(now: Timestamp) -> Condition {
    Condition::all().add(column(Column::RevokedAt).is_null()).add(
        Condition::any()
            .add(column(Column::ExpiresAt).is_null())
            .add(column(Column::ExpiresAt).gt(now.as_micros())),
    )
}

fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait as _;

    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn the_key_that_was_used_last_is_looked_for_among_the_members_own() {
        let (_folder, db) = empty().await;
        let (company, member) =
            (CompanyId::from_uuid(Uuid::nil()), MemberId::from_uuid(Uuid::nil()));
        let question = last_used(company, member, Timestamp::from_micros(0)).limit(1);
        let plan = plan(&db, question.build(db.backend())).await;
        assert!(plan[0].contains("INDEX api_keys_by_member (member_id=?)"), "{plan:#?}");
    }
}
