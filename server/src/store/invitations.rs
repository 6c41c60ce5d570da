//! Rows of `invitations`. An invitation is *open* until it is accepted or withdrawn; an open one may
//! have lapsed.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Select, sea_query::Expr,
};
use shared::{
    Error,
    email::Email,
    id::{CompanyId, InvitationId, MemberId},
    role::Role,
    time::Timestamp,
};

use super::memberships::parse_role;
use crate::{
    domain::token::TokenHash,
    entities::invitation::{ActiveModel, Column, Entity, Model},
    error::Outcome,
};

/// An open invitation.
#[derive(Clone)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// The company.
    pub company: CompanyId,
    /// Whom it is for.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// The membership that made or renewed it.
    pub invited_by: MemberId,
    /// When it was made or renewed.
    pub created_at: Timestamp,
    /// When its link stops working.
    pub expires_at: Timestamp,
}

// An e-mail belongs in no log.
impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The open invitation `invitation` of `company`.
///
/// # Errors
/// [`Error::NotFound`] when there is none: it never was, it is another company's, it was accepted or
/// withdrawn.
pub async fn get(
    db: &impl ConnectionTrait,
    company: CompanyId,
    invitation: InvitationId,
) -> Outcome<Invitation> {
    let row = open_of(company).filter(Column::Id.eq(invitation.as_uuid())).one(db).await?;
    Ok(row.map(Invitation::try_from).transpose()?.ok_or(Error::NotFound)?)
}

/// The open invitation of `company` for this e-mail: there is one at most.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_email(
    db: &impl ConnectionTrait,
    company: CompanyId,
    email: &Email,
) -> Result<Option<Invitation>, DbErr> {
    let row = open_of(company).filter(Column::Email.eq(email.as_str())).one(db).await?;
    row.map(Invitation::try_from).transpose()
}

/// The open invitation with this token, whichever company's.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    token: TokenHash,
) -> Result<Option<Invitation>, DbErr> {
    let row = open().filter(Column::TokenHash.eq(token.to_vec())).one(db).await?;
    row.map(Invitation::try_from).transpose()
}

/// All open invitations of `company`, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(db: &impl ConnectionTrait, company: CompanyId) -> Result<Vec<Invitation>, DbErr> {
    let rows =
        open_of(company).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(db).await?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// Writes a new invitation.
///
/// # Errors
/// When the database refuses, as it does a second open one for the same e-mail.
pub async fn create(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    token: TokenHash,
) -> Result<(), DbErr> {
    let Invitation { id, company, email, role, invited_by, created_at, expires_at } = invitation;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        email: Set(email.clone()),
        role: Set(role.as_str().to_owned()),
        token_hash: Set(token.to_vec()),
        invited_by: Set(invited_by.as_uuid()),
        created_at: Set(created_at.as_micros()),
        expires_at: Set(expires_at.as_micros()),
        accepted_at: Set(None),
        accepted_by: Set(None),
        withdrawn_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Gives an open invitation a new token, role, inviter and time. Gives whether it was still open.
///
/// # Errors
/// When the database refuses.
pub async fn renew(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    token: TokenHash,
) -> Result<bool, DbErr> {
    let Invitation { id, company, email: _, role, invited_by, created_at, expires_at } = invitation;
    let done = Entity::update_many()
        .col_expr(Column::TokenHash, Expr::value(token.to_vec()))
        .col_expr(Column::Role, Expr::value(role.as_str()))
        .col_expr(Column::InvitedBy, Expr::value(invited_by.as_uuid()))
        .col_expr(Column::CreatedAt, Expr::value(created_at.as_micros()))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Withdraws an open invitation. Gives whether it was still open.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(
    db: &impl ConnectionTrait,
    company: CompanyId,
    invitation: InvitationId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::WithdrawnAt, Expr::value(now.as_micros()))
        .filter(is_open())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(invitation.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Uses an open invitation up, if it still has this token and has not lapsed. Gives whether it was so:
/// of two that come at once, one gets `true`.
///
/// # Errors
/// When the database refuses.
pub async fn accept(
    db: &impl ConnectionTrait,
    invitation: InvitationId,
    token: TokenHash,
    member: MemberId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(now.as_micros()))
        .col_expr(Column::AcceptedBy, Expr::value(member.as_uuid()))
        .filter(is_open())
        .filter(Column::Id.eq(invitation.as_uuid()))
        .filter(Column::TokenHash.eq(token.to_vec()))
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

fn is_open() -> sea_orm::Condition {
    sea_orm::Condition::all().add(Column::AcceptedAt.is_null()).add(Column::WithdrawnAt.is_null())
}

fn open() -> Select<Entity> {
    Entity::find().filter(is_open())
}

fn open_of(company: CompanyId) -> Select<Entity> {
    open().filter(Column::CompanyId.eq(company.as_uuid()))
}

impl TryFrom<Model> for Invitation {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            company: CompanyId::from_uuid(row.company_id),
            email: row.email,
            role: parse_role(&row.role)?,
            invited_by: MemberId::from_uuid(row.invited_by),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}
