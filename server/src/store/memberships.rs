//! Rows of `memberships`: who is in which company, and as what. A removed membership is none.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, sea_query::Expr,
};
use shared::{
    Error,
    api_key::PersonChoice,
    id::{CompanyId, MemberId, UserId},
    role::Role,
    time::Timestamp,
};

use crate::{
    domain::folding::fold,
    entities::{
        company,
        membership::{ActiveModel, Column, Entity, Model},
        user,
    },
    error::Outcome,
};

/// A live membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The membership.
    pub id: MemberId,
    /// The company.
    pub company: CompanyId,
    /// The person.
    pub user: UserId,
    /// Their role.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// Who a member is.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
}

// A name and an e-mail belong in no log.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// The live membership `member` of `company`.
///
/// # Errors
/// [`Error::NotFound`] when there is none: it never was, it ended, or it is another company's.
pub async fn get(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Outcome<Membership> {
    let row = live_of(company).filter(Column::Id.eq(member.as_uuid())).one(db).await?;
    Ok(row.map(Membership::try_from).transpose()?.ok_or(Error::NotFound)?)
}

/// The live membership of `user` in `company`, if there is one.
///
/// # Errors
/// When the database refuses.
pub async fn find_of_user(
    db: &impl ConnectionTrait,
    company: CompanyId,
    user: UserId,
) -> Result<Option<Membership>, DbErr> {
    let row = live_of(company).filter(Column::UserId.eq(user.as_uuid())).one(db).await?;
    row.map(Membership::try_from).transpose()
}

/// The live memberships of `user` with their companies' names, by name.
///
/// # Errors
/// When the database refuses.
pub async fn list_of_user(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<(Membership, String)>, DbErr> {
    let to_company: RelationDef =
        Entity::belongs_to(company::Entity).from(Column::CompanyId).to(company::Column::Id).into();
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::RemovedAt.is_null())
        .join(JoinType::InnerJoin, to_company)
        .select_also(company::Entity)
        .all(db)
        .await?;
    let mut companies = rows
        .into_iter()
        .filter_map(|(row, company)| Some((row, company?.name)))
        .map(|(row, name)| Ok((Membership::try_from(row)?, name)))
        .collect::<Result<Vec<_>, DbErr>>()?;
    companies.sort_by_cached_key(|(membership, name)| (fold(name), membership.company));
    Ok(companies)
}

/// The live memberships of `company` with the people's names and e-mails: owners first, then admins,
/// then members, each by name.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Vec<(Membership, Person)>, DbErr> {
    let to_user: RelationDef =
        Entity::belongs_to(user::Entity).from(Column::UserId).to(user::Column::Id).into();
    let rows = live_of(company)
        .join(JoinType::InnerJoin, to_user)
        .select_also(user::Entity)
        .order_by_asc(user::Column::NameFolded)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let mut members = rows
        .into_iter()
        .filter_map(|(row, user)| Some((row, user?)))
        .map(|(row, user::Model { name, email, .. })| {
            Ok((Membership::try_from(row)?, Person { name, email }))
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    members.sort_by_key(|(membership, _)| membership.role);
    Ok(members)
}

/// The person behind a membership of `company`, present or past.
///
/// # Errors
/// When the database refuses.
pub async fn find_user(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<Option<UserId>, DbErr> {
    let row = Entity::find_by_id(member.as_uuid())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .one(db)
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// Whoever is or was a member of `company`, with their name and whether they left, by name.
///
/// # Errors
/// When the database refuses.
pub async fn list_everybody(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Vec<PersonChoice>, DbErr> {
    let to_user: RelationDef =
        Entity::belongs_to(user::Entity).from(Column::UserId).to(user::Column::Id).into();
    let rows = Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .join(JoinType::InnerJoin, to_user)
        .select_also(user::Entity)
        .order_by_asc(user::Column::NameFolded)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(row, user)| Some((row, user?)))
        .map(|(row, user)| PersonChoice {
            member: MemberId::from_uuid(row.id),
            name: user.name,
            is_removed: row.removed_at.is_some(),
        })
        .collect())
}

/// How many owners `company` has. To act on it, lock the company first.
///
/// # Errors
/// When the database refuses.
pub async fn count_owners(db: &impl ConnectionTrait, company: CompanyId) -> Result<u64, DbErr> {
    live_of(company).filter(Column::Role.eq(Role::Owner.as_str())).count(db).await
}

/// Writes a new membership.
///
/// # Errors
/// When the database refuses, as it does a second live membership of one person.
pub async fn create(db: &impl ConnectionTrait, membership: Membership) -> Result<(), DbErr> {
    let Membership { id, company, user, role, joined_at } = membership;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        user_id: Set(user.as_uuid()),
        role: Set(role.as_str().to_owned()),
        joined_at: Set(joined_at.as_micros()),
        removed_at: Set(None),
        steps_folded_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Gives a live membership another role.
///
/// # Errors
/// When the database refuses.
pub async fn update_role(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    role: Role,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Role, Expr::value(role.as_str()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(member.as_uuid()))
        .filter(Column::RemovedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Ends a live membership.
///
/// # Errors
/// When the database refuses.
pub async fn remove(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RemovedAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(member.as_uuid()))
        .filter(Column::RemovedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

fn live_of(company: CompanyId) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::RemovedAt.is_null())
}

impl TryFrom<Model> for Membership {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: MemberId::from_uuid(row.id),
            company: CompanyId::from_uuid(row.company_id),
            user: UserId::from_uuid(row.user_id),
            role: parse_role(&row.role)?,
            joined_at: Timestamp::from_micros(row.joined_at),
        })
    }
}

/// A role as the database has it.
///
/// # Errors
/// When the text is no role, which only a hand that wrote into the database can bring about.
pub(crate) fn parse_role(text: &str) -> Result<Role, DbErr> {
    text.parse().map_err(|_| DbErr::Type("not a role".to_owned()))
}
