//! Names of people and keys by their ids, for lists that were read without them. Members who left have
//! theirs too.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use shared::{id::CompanyId, role::Role};
use uuid::Uuid;

use super::plans::unindexed;
use crate::entities::{api_key, invitation, membership, user, workflow, workflow_version};

/// A member, present or past.
#[derive(Clone)]
pub struct NamedMember {
    /// Their name.
    pub name: String,
    /// Their role, the last one if they left.
    pub role: Role,
    /// The person.
    pub user: Uuid,
}

/// Members of `company` by id.
///
/// # Errors
/// When the database refuses, or holds a role that this version does not know.
pub async fn members(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, NamedMember>, DbErr> {
    let rows = membership::Entity::find()
        .filter(membership::Column::CompanyId.eq(company.as_uuid()))
        .filter(membership::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let people = users(db, rows.iter().map(|row| row.user_id)).await?;
    rows.into_iter()
        .map(|row| {
            let role = row.role.parse().map_err(|_| DbErr::Custom("unknown role".to_owned()))?;
            let name = people.get(&row.user_id).cloned().unwrap_or_default();
            Ok((row.id, NamedMember { name, role, user: row.user_id }))
        })
        .collect()
}

/// Names of API keys of `company` by id.
///
/// # Errors
/// When the database refuses.
pub async fn keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = api_key::Entity::find()
        .select_only()
        .column(api_key::Column::Id)
        .column(api_key::Column::Name)
        // By the company, SQLite would look through all of its keys for a handful.
        .filter(unindexed(Expr::col(api_key::Column::CompanyId)).eq(company.as_uuid()))
        .filter(api_key::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// E-mails of those who were invited to `company`, by the invitation's id; whatever became of it.
///
/// # Errors
/// When the database refuses.
pub async fn invited(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::Id)
        .column(invitation::Column::Email)
        .filter(invitation::Column::CompanyId.eq(company.as_uuid()))
        .filter(invitation::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Names of workflows of `company` by id, those that are out of use too.
///
/// # Errors
/// When the database refuses.
pub async fn workflows(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = workflow::Entity::find()
        .select_only()
        .column(workflow::Column::Id)
        .column(workflow::Column::Name)
        .filter(workflow::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Names of versions of workflows of `company` by id, as they were validated.
///
/// # Errors
/// When the database refuses.
pub async fn workflow_versions(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = workflow_version::Entity::find()
        .select_only()
        .column(workflow_version::Column::Id)
        .column(workflow_version::Column::Name)
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Names of people by id.
///
/// # Errors
/// When the database refuses.
pub async fn users(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .column(user::Column::Name)
        .filter(user::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
