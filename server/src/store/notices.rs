//! Rows of `notices`. They belong to a person; what a company's page shows of them is that company's, and
//! what concerns the person alone.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use shared::{
    id::{CompanyId, NoticeId, UserId},
    notice::Notice,
    time::Timestamp,
};

use crate::entities::notice::{ActiveModel, Column, Entity, Model};

/// The most that one page shows.
pub const MOST: u64 = 50;

/// A notice before it is written.
#[derive(Debug)]
pub struct NewNotice<'a> {
    /// The row's id.
    pub id: NoticeId,
    /// To whom.
    pub user: UserId,
    /// The company that it is about; `None` for what concerns the person alone.
    pub company: Option<CompanyId>,
    /// What happened.
    pub notice: &'a Notice,
    /// The name of what is told once only.
    pub once: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// Writes a notice. One that was told before, and is to be told once, is left out.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, new: NewNotice<'_>) -> Result<bool, DbErr> {
    let NewNotice { id, user, company, notice, once, now } = new;
    let detail = serde_json::to_string(notice).map_err(|error| DbErr::Json(error.to_string()))?;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        company_id: Set(company.map(CompanyId::as_uuid)),
        kind: Set(notice.kind().to_owned()),
        detail: Set(detail),
        once: Set(once),
        created_at: Set(now.as_micros()),
        read_at: Set(None),
    };
    let rows = Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Once).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(rows > 0)
}

/// The latest notices to `user` about `company` or about the person alone, or those before `before`, the newest first. None before
/// one that is not theirs.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    company: CompanyId,
    user: UserId,
    before: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut list = Entity::find().filter(shown(company, user));
    if let Some(before) = before {
        let found = Entity::find_by_id(before.as_uuid()).filter(shown(company, user)).one(db);
        let Some(Model { id, created_at, .. }) = found.await? else { return Ok(Vec::new()) };
        list =
            list.filter(Condition::any().add(Column::CreatedAt.lt(created_at)).add(
                Condition::all().add(Column::CreatedAt.eq(created_at)).add(Column::Id.lt(id)),
            ));
    }
    list.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit).all(db).await
}

/// How many of them are unread.
///
/// # Errors
/// When the database refuses.
pub async fn count_unread(
    db: &impl ConnectionTrait,
    company: CompanyId,
    user: UserId,
) -> Result<u64, DbErr> {
    Entity::find().filter(shown(company, user)).filter(Column::ReadAt.is_null()).count(db).await
}

/// Marks those of `notices` as read that were not.
///
/// # Errors
/// When the database refuses.
pub async fn update_read(
    db: &impl ConnectionTrait,
    company: CompanyId,
    user: UserId,
    notices: &[NoticeId],
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(now.as_micros()))
        .filter(shown(company, user))
        .filter(Column::ReadAt.is_null())
        .filter(Column::Id.is_in(notices.iter().map(|one| one.as_uuid())))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes what was told before `before`. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::CreatedAt.lt(before.as_micros())).exec(db).await?;
    Ok(())
}

fn shown(company: CompanyId, user: UserId) -> Condition {
    Condition::all().add(Column::UserId.eq(user.as_uuid())).add(
        Condition::any()
            .add(Column::CompanyId.is_null())
            .add(Column::CompanyId.eq(company.as_uuid())),
    )
}
