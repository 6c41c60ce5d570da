//! Rows of `confirmations`: changes that were previewed. One is consumed once, by one conditional update.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    confirmation::{ConfirmMode, Preview},
    id::{ApiKeyId, CallId, CompanyId, ConfirmationId, MemberId, UserId},
    permission::Permission,
    time::Timestamp,
};
use uuid::Uuid;

use super::plans::unindexed;
use crate::{
    domain::{
        lifetimes::{APPROVAL, PREVIEW},
        token::TokenHash,
    },
    entities::confirmation::{ActiveModel, Column, Entity, Model},
};

/// A change before it is written.
pub struct NewConfirmation {
    pub id: ConfirmationId,
    pub company: CompanyId,
    pub member: MemberId,
    pub key: ApiKeyId,
    pub permission: Permission,
    pub mode: ConfirmMode,
    /// The token's hash; a change that waits for the dashboard has none.
    pub token: Option<TokenHash>,
    pub bound: Bound,
    pub preview: Preview,
    /// What the client calls itself.
    pub client: Option<String>,
    pub now: Timestamp,
}

/// What a confirmation is for, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// A digest of the tool and its exact arguments.
    pub arguments: Vec<u8>,
    /// A digest of what the change would meet: the old values.
    pub state: Vec<u8>,
    /// The version of the company's policies.
    pub policy: i64,
}

/// Writes one.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, new: NewConfirmation) -> Result<(), DbErr> {
    let NewConfirmation {
        id,
        company,
        member,
        key,
        permission,
        mode,
        token,
        bound,
        preview,
        client,
        now,
    } = new;
    let life = if token.is_some() { PREVIEW } else { APPROVAL };
    let preview =
        serde_json::to_string(&preview).map_err(|error| DbErr::Custom(error.to_string()))?;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        member_id: Set(member.as_uuid()),
        key_id: Set(key.as_uuid()),
        permission: Set(permission as i16),
        mode: Set(mode.to_string()),
        token_hash: Set(token.map(TokenHash::to_vec)),
        arguments_digest: Set(bound.arguments),
        state_digest: Set(bound.state),
        policy_version: Set(bound.policy),
        preview: Set(preview),
        client: Set(client),
        created_at: Set(now.as_micros()),
        expires_at: Set(now.plus(life).as_micros()),
        ..ActiveModel::default()
    };
    Entity::insert(row).exec_without_returning(db).await?;
    if token.is_some() { delete_beyond(db, company, key).await } else { Ok(()) }
}

/// Previews that one key may hold: whoever makes more, as a client that goes in circles, loses the oldest of them.
const MAX_PREVIEWS: u64 = 100;

/// Deletes the key's oldest previews that were confirmed by nobody, if it has more than it may hold.
async fn delete_beyond(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
) -> Result<(), DbErr> {
    let of_key = sea_orm::Condition::all()
        .add(Column::CompanyId.eq(company.as_uuid()))
        .add(Column::KeyId.eq(key.as_uuid()))
        .add(Column::TokenHash.is_not_null())
        .add(Column::ConsumedAt.is_null());
    let first_beyond: Option<i64> = Entity::find()
        .select_only()
        .column(Column::CreatedAt)
        .filter(of_key.clone())
        .order_by_desc(Column::CreatedAt)
        .offset(MAX_PREVIEWS)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    if let Some(first_beyond) = first_beyond {
        Entity::delete_many()
            .filter(of_key)
            .filter(Column::CreatedAt.lte(first_beyond))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The one with this token.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    company: CompanyId,
    token: TokenHash,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::TokenHash.eq(token.to_vec()))
        .one(db)
        .await
}

/// The one with this id.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConfirmationId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id.as_uuid()).filter(Column::CompanyId.eq(company.as_uuid())).one(db).await
}

/// Notes that its key came back with it, and the records were not those that it is for any more.
///
/// # Errors
/// When the database refuses.
pub async fn note_stale(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConfirmationId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::StaleAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::ConsumedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Consumes it, if it is this key's, for exactly this, not consumed, not over, and, where a person in
/// the dashboard must agree, agreed to. Of two at once one succeeds, on any replica. Says whether it did.
///
/// # Errors
/// When the database refuses.
pub async fn consume(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    id: ConfirmationId,
    bound: &Bound,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::ConsumedAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .filter(Column::ArgumentsDigest.eq(bound.arguments.clone()))
        .filter(Column::StateDigest.eq(bound.state.clone()))
        .filter(Column::PolicyVersion.eq(bound.policy))
        .filter(Column::ConsumedAt.is_null())
        .filter(Column::RefusedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .filter(Column::TokenHash.is_not_null().or(Column::ApprovedAt.is_not_null()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes the call that one was consumed for, whose row says what becomes of the change.
///
/// # Errors
/// When the database refuses.
pub async fn note_call(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConfirmationId,
    call: CallId,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::CallId, Expr::value(call.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks one as refused by the person whom the client asked: agreeing to the same question later is
/// worth nothing.
///
/// # Errors
/// When the database refuses.
pub async fn decline(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    token: TokenHash,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RefusedAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .filter(Column::TokenHash.eq(token.to_vec()))
        .filter(Column::ConsumedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Decides one that waits for the dashboard, once. An approved one may run within [`APPROVAL`] from now. Says
/// whether it was still to be decided.
///
/// # Errors
/// When the database refuses.
pub async fn approve(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConfirmationId,
    by: UserId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::ApprovedAt, Expr::value(now.as_micros()))
        .col_expr(Column::DecidedBy, Expr::value(by.as_uuid()))
        .col_expr(Column::ExpiresAt, Expr::value(now.plus(APPROVAL).as_micros()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(undecided(company, now))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Refuses one that waits for the dashboard. Says whether it was still to be decided.
///
/// # Errors
/// When the database refuses.
pub async fn refuse(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConfirmationId,
    by: UserId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RefusedAt, Expr::value(now.as_micros()))
        .col_expr(Column::DecidedBy, Expr::value(by.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(undecided(company, now))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// What waits for a person's decision.
fn undecided(company: CompanyId, now: Timestamp) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::CompanyId.eq(company.as_uuid()))
        .add(is_for_dashboard())
        .add(Column::ApprovedAt.is_null())
        .add(Column::RefusedAt.is_null())
        .add(Column::StaleAt.is_null())
        .add(Column::ConsumedAt.is_null())
        .add(Column::ExpiresAt.gt(now.as_micros()))
}

/// That it has no token, as what waits, or waited, for a person in the dashboard. The indexes of these say it in the same words:
/// for `token_hash IS NULL` alone, SQLite would look through those of all companies in the index of the tokens.
fn is_for_dashboard() -> Expr {
    unindexed(Expr::col((Entity, Column::TokenHash))).is_null()
}

/// A change of this key for exactly this that a person has still to decide, or has approved, so that asking twice makes one.
///
/// # Errors
/// When the database refuses.
pub async fn find_waiting(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    bound: &Bound,
    now: Timestamp,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .filter(is_for_dashboard())
        .filter(Column::ArgumentsDigest.eq(bound.arguments.clone()))
        .filter(Column::StateDigest.eq(bound.state.clone()))
        .filter(Column::PolicyVersion.eq(bound.policy))
        .filter(Column::ConsumedAt.is_null())
        .filter(Column::RefusedAt.is_null())
        .filter(Column::StaleAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .order_by_desc(Column::CreatedAt)
        .one(db)
        .await
}

/// The newest that wait, or waited, for the dashboard; `member` narrows them to one member's.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    select_newest(company, member).limit(limit).all(db).await
}

fn select_newest(company: CompanyId, member: Option<MemberId>) -> sea_orm::Select<Entity> {
    let mut select =
        Entity::find().filter(Column::CompanyId.eq(company.as_uuid())).filter(is_for_dashboard());
    if let Some(member) = member {
        select = select.filter(Column::MemberId.eq(member.as_uuid()));
    }
    select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id)
}

/// Those that have waited longest for a decision; `member` narrows them to one member's.
///
/// # Errors
/// When the database refuses.
pub async fn list_waiting(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    select_waiting(company, member, now)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// How many wait for a decision; `member` narrows them to one member's.
///
/// # Errors
/// When the database refuses.
pub async fn count_waiting(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
    now: Timestamp,
) -> Result<u64, DbErr> {
    use sea_orm::PaginatorTrait as _;
    select_waiting(company, member, now).count(db).await
}

/// How many changes of this key of a member wait for a decision, counted no further than to `most`.
///
/// # Errors
/// When the database refuses.
pub async fn count_waiting_of_key(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    key: ApiKeyId,
    now: Timestamp,
    most: u64,
) -> Result<u64, DbErr> {
    let found: Vec<Uuid> = select_waiting_of_key(company, member, key, now)
        .select_only()
        .column(Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.len() as u64)
}

/// They are looked for among the few that wait: the index of a key's confirmations leads to all that it ever had.
fn select_waiting_of_key(
    company: CompanyId,
    member: MemberId,
    key: ApiKeyId,
    now: Timestamp,
) -> sea_orm::Select<Entity> {
    select_waiting(company, Some(member), now)
        .filter(unindexed(Expr::col((Entity, Column::KeyId))).eq(key.as_uuid()))
}

fn select_waiting(
    company: CompanyId,
    member: Option<MemberId>,
    now: Timestamp,
) -> sea_orm::Select<Entity> {
    let select = Entity::find().filter(undecided(company, now));
    match member {
        Some(member) => select.filter(Column::MemberId.eq(member.as_uuid())),
        None => select,
    }
}

/// Ends what the member's keys have asked for and what has not run: none of it can any more.
///
/// # Errors
/// When the database refuses.
pub async fn end_all_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .filter(Column::ConsumedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes previews that nobody can confirm any more since `before`, with the values that they show; what a
/// person has decided in the dashboard stays. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn delete_expired(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before.as_micros()))
        .filter(Column::DecidedBy.is_null())
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait as _;

    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn changes_for_the_dashboard_are_found_among_those_of_their_company() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let member = Some(MemberId::from_uuid(Uuid::nil()));
        for (member, index) in [
            (None, "confirmations_waiting (company_id=?)"),
            (member, "confirmations_by_member (company_id=? AND member_id=?)"),
        ] {
            let newest = plan(&db, select_newest(company, member).build(db.backend())).await;
            assert!(newest[0].contains(index), "{newest:#?}");
            assert!(newest.iter().all(|step| !step.contains("TEMP B-TREE")), "{newest:#?}");

            // Few wait: putting them in order takes no time.
            let now = Timestamp::from_micros(0);
            let waiting = select_waiting(company, member, now).build(db.backend());
            let waiting = plan(&db, waiting).await;
            let index = "confirmations_undecided (company_id=? AND expires_at>?)";
            assert!(waiting[0].contains(index), "{waiting:#?}");
        }
    }

    #[tokio::test]
    async fn what_waits_of_a_key_is_counted_among_what_waits() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let member = MemberId::from_uuid(Uuid::nil());
        let key = ApiKeyId::from_uuid(Uuid::nil());
        let waiting = select_waiting_of_key(company, member, key, Timestamp::from_micros(0));
        let waiting = plan(&db, waiting.build(db.backend())).await;
        let index = "confirmations_undecided (company_id=? AND expires_at>?)";
        assert!(waiting[0].contains(index), "{waiting:#?}");
    }
}
