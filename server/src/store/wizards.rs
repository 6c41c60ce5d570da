//! Rows of `wizards`: what a method returned to be answered, and by which key.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query},
};
use serde_json::json;
use shared::{
    id::{ApiKeyId, CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    domain::lifetimes::WIZARD,
    entities::{
        api_key,
        wizard::{ActiveModel, Column, Entity, Model},
    },
};

/// A wizard before it is written.
pub struct NewWizard<'a> {
    pub id: Uuid,
    pub company: CompanyId,
    pub key: ApiKeyId,
    pub model: &'a str,
    /// The wizard's record, where Odoo has made one already.
    pub record: Option<i64>,
    /// The context that Odoo wants back, as JSON.
    pub context: String,
    /// The records for whose sake it asks.
    pub about: Option<&'a About>,
    pub now: Timestamp,
}

/// The records of the call that returned a wizard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub model: String,
    pub ids: Vec<i64>,
}

impl About {
    /// Those of a row, where its call was on records.
    ///
    /// # Errors
    /// When the row holds no list of ids.
    pub fn of(row: &Model) -> Result<Option<Self>, serde_json::Error> {
        match (&row.about_model, &row.about_ids) {
            (Some(model), Some(ids)) => {
                Ok(Some(Self { model: model.clone(), ids: serde_json::from_str(ids)? }))
            }
            _ => Ok(None),
        }
    }
}

/// Writes one.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, new: NewWizard<'_>) -> Result<(), DbErr> {
    let NewWizard { id, company, key, model, record, context, about, now } = new;
    let row = ActiveModel {
        id: Set(id),
        company_id: Set(company.as_uuid()),
        key_id: Set(key.as_uuid()),
        model: Set(model.to_owned()),
        record_id: Set(record),
        context: Set(context),
        about_model: Set(about.map(|about| about.model.clone())),
        about_ids: Set(about.map(|about| json!(about.ids).to_string())),
        created_at: Set(now.as_micros()),
        expires_at: Set(now.plus(WIZARD).as_micros()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Uses the wizard up. Gives whether it was still there: of two at once, one has it.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    id: Uuid,
) -> Result<bool, DbErr> {
    let done = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Whether a wizard of this model was returned to any of the company's keys and has not been answered.
///
/// # Errors
/// When the database refuses.
pub async fn is_asked(
    db: &impl ConnectionTrait,
    company: CompanyId,
    model: &str,
) -> Result<bool, DbErr> {
    let found = Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Model.eq(model))
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Ends the company's wizards; `member` narrows them to those that this member's keys were given. A record of one is in
/// the Odoo that it was made in.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut ended = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::ExpiresAt.gt(now.as_micros()));
    if let Some(member) = member {
        let theirs = Query::select()
            .column(api_key::Column::Id)
            .from(api_key::Entity)
            .and_where(api_key::Column::MemberId.eq(member.as_uuid()))
            .to_owned();
        ended = ended.filter(Column::KeyId.in_subquery(theirs));
    }
    ended.exec(db).await?;
    Ok(())
}

/// Deletes the wizards that expired before `before`. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn delete_expired(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before.as_micros())).exec(db).await?;
    Ok(())
}

/// The wizard with this id that this key's call returned, if it can still be answered.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .one(db)
        .await
}
