//! What is noted of the use of keys, in their rows of `api_keys`: when and by what client they were used, and when and
//! why they were refused.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockBehavior, LockType},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId},
    key_rules::KeyRefusal,
    time::Timestamp,
};
use uuid::Uuid;

use super::api_keys::{is_live, of_member};
use crate::entities::api_key::{Column, Entity, Model};

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
pub type KeyRow = Model;

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
