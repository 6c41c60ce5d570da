//! Keys, of every company, that their people should be told of: those that end soon, were never used, or are old.
//! The column `warned` is this file's alone.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use shared::{
    api_key::EXPIRING_WITHIN,
    key_care::{OLD_AFTER, UNUSED_AFTER, Warning},
    time::Timestamp,
};
use uuid::Uuid;

use super::api_keys::is_live;
use crate::entities::{
    api_key::{Column, Entity},
    company,
};

/// A key that is to be told of.
#[derive(Debug, FromQueryResult)]
pub struct WarnedKey {
    pub id: Uuid,
    pub name: String,
    pub company_id: Uuid,
    pub member_id: Uuid,
    pub expires_at: Option<i64>,
}

/// Gives the keys that deserve `warning` at `now` and were not told of it before, and marks them: of two replicas,
/// one gets each. The conditions are those of [`shared::key_care::warnings`], which a test compares.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    db: &impl ConnectionTrait,
    warning: Warning,
    now: Timestamp,
) -> Result<Vec<WarnedKey>, DbErr> {
    let Some((bit, due)) = due(warning, now) else { return Ok(Vec::new()) };
    let warned = || Expr::col("warned");
    let going = company::Entity::find()
        .select_only()
        .column(company::Column::Id)
        .filter(company::Column::DeleteAt.is_not_null())
        .into_query();
    let update = Query::update()
        .table(Entity)
        .value("warned", warned().bit_or(bit))
        .cond_where(is_live(now))
        .cond_where(due)
        .and_where(Expr::col((Entity, Column::RotatedAt)).is_null())
        .and_where(warned().bit_and(bit).eq(0_i16))
        .and_where(Expr::col((Entity, Column::CompanyId)).not_in_subquery(going))
        .returning(Query::returning().columns([
            Column::Id,
            Column::Name,
            Column::CompanyId,
            Column::MemberId,
            Column::ExpiresAt,
        ]))
        .to_owned();
    WarnedKey::find_by_statement(db.get_database_backend().build(&update)).all(db).await
}

/// The bit of a warning that is told, and which keys deserve it.
fn due(warning: Warning, now: Timestamp) -> Option<(i16, Condition)> {
    let made_before = |age: i64| Column::CreatedAt.lte(now.plus(-age).as_micros());
    let condition = Condition::all();
    Some(match warning {
        // It is seen where the key is, and ends by itself.
        Warning::StillUsed => return None,
        Warning::Expiring => {
            let soon = now.plus(EXPIRING_WITHIN).as_micros();
            (1, condition.add(Column::ExpiresAt.lte(soon)))
        }
        Warning::NeverUsed => {
            (2, condition.add(Column::LastUsedAt.eq(0)).add(made_before(UNUSED_AFTER)))
        }
        Warning::Old => (4, condition.add(Column::LastUsedAt.ne(0)).add(made_before(OLD_AFTER))),
    })
}
