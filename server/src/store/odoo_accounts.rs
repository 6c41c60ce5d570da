//! Rows of `odoo_accounts`: a member's own Odoo login with its sealed secret.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, sea_query::Expr,
};
use shared::{
    connection::Protocol,
    id::{CompanyId, ConnectionId, MemberId, OdooAccountId},
    time::Timestamp,
};

use crate::entities::odoo_account::{ActiveModel, Column, Entity, Model};

/// An account before it is written.
#[derive(Debug)]
pub struct NewOdooAccount {
    /// The row's id: a new one for each secret, so that what is learnt of an old secret never touches
    /// the one that replaced it.
    pub id: OdooAccountId,
    /// The company's connection.
    pub connection: ConnectionId,
    /// The member.
    pub member: MemberId,
    /// The login in Odoo.
    pub login: String,
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// The protocol that the secret works with.
    pub protocol: Protocol,
    /// The user's id in Odoo.
    pub uid: i64,
    /// When it was linked.
    pub linked_at: Timestamp,
}

/// The member's account, if one is linked.
///
/// # Errors
/// When the database refuses.
pub async fn find_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .one(db)
        .await
}

/// How many members of the company have linked an account.
///
/// # Errors
/// When the database refuses.
pub async fn count(db: &impl ConnectionTrait, company: CompanyId) -> Result<u64, DbErr> {
    Entity::find().filter(Column::CompanyId.eq(company.as_uuid())).count(db).await
}

/// Writes an account in the place of the one that the member had.
///
/// # Errors
/// When the database refuses.
pub async fn replace(
    db: &impl ConnectionTrait,
    company: CompanyId,
    account: NewOdooAccount,
) -> Result<(), DbErr> {
    let NewOdooAccount { id, connection, member, login, sealed, protocol, uid, linked_at } =
        account;
    delete_of_member(db, company, member).await?;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        connection_id: Set(connection.as_uuid()),
        member_id: Set(member.as_uuid()),
        login: Set(login),
        sealed: Set(sealed),
        protocol: Set(protocol.as_str().to_owned()),
        uid: Set(uid),
        linked_at: Set(linked_at.as_micros()),
        refused_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that Odoo refused the account's secret.
///
/// # Errors
/// When the database refuses.
pub async fn mark_refused(
    db: &impl ConnectionTrait,
    company: CompanyId,
    account: OdooAccountId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RefusedAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(account.as_uuid()))
        .filter(Column::RefusedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Lets every account of the company use JSON-RPC: its server has nothing else any more.
///
/// # Errors
/// When the database refuses.
pub async fn use_json_rpc(db: &impl ConnectionTrait, company: CompanyId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Protocol, Expr::value(Protocol::JsonRpc.as_str()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Erases the member's account, also in the transaction that takes the member out. Gives whether there
/// was one.
///
/// # Errors
/// When the database refuses.
pub async fn delete_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<bool, DbErr> {
    let done = Entity::delete_many()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Erases every account of the company. Gives how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn delete_all(db: &impl ConnectionTrait, company: CompanyId) -> Result<u64, DbErr> {
    let done =
        Entity::delete_many().filter(Column::CompanyId.eq(company.as_uuid())).exec(db).await?;
    Ok(done.rows_affected)
}
