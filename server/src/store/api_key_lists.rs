//! Pages of `api_keys` with the people around each key.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, FromQueryResult, Order,
    sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement},
};
use shared::{
    api_key::{EXPIRING_WITHIN, KeySort, StateFilter},
    company::Ceilings,
    id::{ApiKeyId, CompanyId, MemberId},
    role::Role,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    api_keys::is_live,
    keyset::{self, Cursor, SortValue},
    policies::number,
};
use crate::entities::{api_key, membership, user};

/// Which keys of a company are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this one.
    pub key: Option<ApiKeyId>,
    /// Only this member's.
    pub member: Option<MemberId>,
    /// Folded words, each of which must be in the key's name, its identifier or the person's name.
    pub words: Vec<String>,
    /// Their state.
    pub state: StateFilter,
}

/// One key of a page.
#[derive(Clone, FromQueryResult)]
pub struct ListedKey {
    pub id: Uuid,
    pub name: String,
    pub name_folded: String,
    pub identifier: String,
    pub permissions: i16,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub last_used_at: i64,
    pub last_client: Option<String>,
    pub accepted_at: Option<i64>,
    pub rotated_at: Option<i64>,
    pub successor_id: Option<Uuid>,
    pub member_id: Uuid,
    pub user_id: Uuid,
    pub role: String,
    pub person: String,
    pub made_by: Uuid,
    pub made_by_name: String,
    pub revoked_by: Option<Uuid>,
    pub revoked_by_name: Option<String>,
}

/// At most `limit` keys after `cursor`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: &Filter,
    sort: KeySort,
    cursor: Option<Cursor>,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<ListedKey>, DbErr> {
    let mut select = ordered(company, filter, sort, cursor, now);
    select.limit(limit);
    let statement = db.get_database_backend().build(&select);
    ListedKey::find_by_statement(statement).all(db).await
}

/// All keys after `cursor`, with the columns of [`ListedKey`].
fn ordered(
    company: CompanyId,
    filter: &Filter,
    sort: KeySort,
    cursor: Option<Cursor>,
    now: Timestamp,
) -> SelectStatement {
    use api_key::Column as Key;
    let mut select = matching(company, filter, now);
    select.columns([
        (api_key::Entity, Key::Id),
        (api_key::Entity, Key::Name),
        (api_key::Entity, Key::NameFolded),
        (api_key::Entity, Key::Identifier),
        (api_key::Entity, Key::Permissions),
        (api_key::Entity, Key::CreatedAt),
        (api_key::Entity, Key::ExpiresAt),
        (api_key::Entity, Key::RevokedAt),
        (api_key::Entity, Key::LastUsedAt),
        (api_key::Entity, Key::LastClient),
        (api_key::Entity, Key::AcceptedAt),
        (api_key::Entity, Key::RotatedAt),
        (api_key::Entity, Key::SuccessorId),
        (api_key::Entity, Key::MemberId),
    ]);
    select
        .column((membership::Entity, membership::Column::UserId))
        .column((membership::Entity, membership::Column::Role))
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person");
    join_person(&mut select, Key::CreatedBy, "made_by");
    join_person(&mut select, Key::RevokedBy, "revoked_by");

    let (column, order) = match sort {
        KeySort::Newest => (Key::CreatedAt, Order::Desc),
        KeySort::Oldest => (Key::CreatedAt, Order::Asc),
        KeySort::Name => (Key::NameFolded, Order::Asc),
        KeySort::LastUsed => (Key::LastUsedAt, Order::Desc),
    };
    keyset::page(&mut select, key(column), key(Key::Id), order, cursor);
    select
}

/// The place of `row` in a list sorted by `sort`.
#[must_use]
pub fn cursor_of(row: &ListedKey, sort: KeySort) -> Cursor {
    let value = match sort {
        KeySort::Newest | KeySort::Oldest => row.created_at.into(),
        KeySort::Name => row.name_folded.clone().into(),
        KeySort::LastUsed => row.last_used_at.into(),
    };
    Cursor { order: sort as u8, value, id: row.id }
}

/// The place that the text of a cursor means in a list sorted by `sort`, if it means any there.
#[must_use]
pub fn parse_cursor(text: &str, sort: KeySort) -> Option<Cursor> {
    let like: SortValue = match sort {
        KeySort::Newest | KeySort::Oldest | KeySort::LastUsed => 0.into(),
        KeySort::Name => String::new().into(),
    };
    Cursor::decode(text, sort as u8, &like)
}

/// How many keys there are.
///
/// # Errors
/// When the database refuses.
pub async fn count(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: &Filter,
    now: Timestamp,
) -> Result<u64, DbErr> {
    count_rows(db, matching(company, filter, now)).await
}

/// How many live keys allow more than the ceiling of their member's role.
///
/// # Errors
/// When the database refuses.
pub async fn count_above(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ceilings: Ceilings,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let above = Role::ALL.into_iter().fold(Condition::any(), |any, role| {
        // Within the eight bits, so that an unknown ninth one counts nowhere.
        let beyond = shared::permission::PermissionSet::ALL.without(ceilings.of(role));
        any.add(
            Expr::col((membership::Entity, membership::Column::Role))
                .eq(role.as_str())
                .and(key(api_key::Column::Permissions).bit_and(number(beyond)).ne(0)),
        )
    });
    let live = Filter { state: StateFilter::Live, ..Filter::default() };
    let mut select = matching(company, &live, now);
    select.cond_where(above);
    count_rows(db, select).await
}

/// A member who has keys.
#[derive(Debug, FromQueryResult)]
pub struct KeyHolder {
    pub member_id: Uuid,
    pub person: String,
    pub removed_at: Option<i64>,
}

/// The members of `company` who have keys, by name; those who left too.
///
/// # Errors
/// When the database refuses.
pub async fn list_holders(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Vec<KeyHolder>, DbErr> {
    let has_key = Query::select()
        .expr(Expr::val(1))
        .from(api_key::Entity)
        .and_where(
            key(api_key::Column::MemberId).equals((membership::Entity, membership::Column::Id)),
        )
        .take();
    let select = Query::select()
        .expr_as(Expr::col((membership::Entity, membership::Column::Id)), "member_id")
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person")
        .column((membership::Entity, membership::Column::RemovedAt))
        .from(membership::Entity)
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .and_where(
            Expr::col((membership::Entity, membership::Column::CompanyId)).eq(company.as_uuid()),
        )
        .and_where(Expr::exists(has_key))
        .order_by((user::Entity, user::Column::NameFolded), Order::Asc)
        .order_by((membership::Entity, membership::Column::Id), Order::Asc)
        .take();
    let statement = db.get_database_backend().build(&select);
    KeyHolder::find_by_statement(statement).all(db).await
}

/// The keys that `filter` means, with their member and person, and no columns yet.
fn matching(company: CompanyId, filter: &Filter, now: Timestamp) -> SelectStatement {
    let Filter { key: one, member, words, state } = filter;
    let mut select = Query::select()
        .from(api_key::Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((api_key::Entity, api_key::Column::MemberId)),
        )
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .and_where(key(api_key::Column::CompanyId).eq(company.as_uuid()))
        .take();
    if let Some(one) = one {
        select.and_where(key(api_key::Column::Id).eq(one.as_uuid()));
    }
    if let Some(member) = member {
        select.and_where(key(api_key::Column::MemberId).eq(member.as_uuid()));
    }
    for word in words {
        select.cond_where(
            Condition::any()
                .add(key(api_key::Column::NameFolded).like(containing(word)))
                .add(
                    Expr::expr(Func::lower(key(api_key::Column::Identifier)))
                        .like(containing(word)),
                )
                .add(Expr::col((user::Entity, user::Column::NameFolded)).like(containing(word))),
        );
    }
    let expiring_until = now.plus(EXPIRING_WITHIN).as_micros();
    match state {
        StateFilter::All => {}
        StateFilter::Live => {
            select.cond_where(is_live(now));
        }
        StateFilter::Expiring => {
            select.cond_where(is_live(now).add(api_key::Column::ExpiresAt.lte(expiring_until)));
        }
        StateFilter::Ended => {
            // `NOT live` would leave out the keys without an end: their comparison is null.
            select.cond_where(
                Condition::any()
                    .add(key(api_key::Column::RevokedAt).is_not_null())
                    .add(key(api_key::Column::ExpiresAt).lte(now.as_micros())),
            );
        }
        StateFilter::Expired => {
            select.cond_where(
                Condition::all()
                    .add(key(api_key::Column::RevokedAt).is_null())
                    .add(key(api_key::Column::ExpiresAt).lte(now.as_micros())),
            );
        }
        StateFilter::Revoked => {
            select.cond_where(Condition::all().add(key(api_key::Column::RevokedAt).is_not_null()));
        }
    }
    select
}

/// Adds the person behind the membership in `column` as `NAME` (the user's id) and `NAME_name`.
fn join_person(select: &mut SelectStatement, column: api_key::Column, name: &'static str) {
    let member = Alias::new(format!("{name}_member"));
    let person = Alias::new(format!("{name}_user"));
    select
        .expr_as(Expr::col((person.clone(), user::Column::Id)), name)
        .expr_as(Expr::col((person.clone(), user::Column::Name)), format!("{name}_name"))
        .join_as(
            sea_orm::JoinType::LeftJoin,
            membership::Entity,
            member.clone(),
            Expr::col((member.clone(), membership::Column::Id)).equals((api_key::Entity, column)),
        )
        .join_as(
            sea_orm::JoinType::LeftJoin,
            user::Entity,
            person.clone(),
            Expr::col((person, user::Column::Id)).equals((member, membership::Column::UserId)),
        );
}

async fn count_rows(db: &impl ConnectionTrait, mut select: SelectStatement) -> Result<u64, DbErr> {
    select.expr_as(Expr::col((api_key::Entity, api_key::Column::Id)).count(), "rows");
    let row = db.query_one(&select).await?;
    let rows: i64 = row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or_default();
    Ok(rows.unsigned_abs())
}

/// The pattern of texts that hold `word`, whatever characters it has.
fn containing(word: &str) -> LikeExpr {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}

/// Not the backslash, which PostgreSQL and SQLite read differently in a literal.
const ESCAPE: char = '!';

fn key(column: api_key::Column) -> Expr {
    Expr::col((api_key::Entity, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Db;

    #[tokio::test]
    async fn a_page_deep_in_the_companys_list_is_read_in_the_order_of_an_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        let db = Db::connect(&url).await.expect("connects");
        let (company, now) = (CompanyId::from_uuid(Uuid::nil()), Timestamp::from_micros(0));
        for sort in [KeySort::Newest, KeySort::Oldest, KeySort::Name, KeySort::LastUsed] {
            let value: SortValue = match sort {
                KeySort::Name => "cursor".to_owned().into(),
                _ => 7.into(),
            };
            let cursor = Some(Cursor { order: sort as u8, value, id: Uuid::nil() });
            let select = ordered(company, &Filter::default(), sort, cursor, now);
            let mut statement = db.backend().build(&select);
            statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let rows = db.reader().query_all_raw(statement).await.expect("is explained");
            let plan: Vec<String> =
                rows.iter().map(|row| row.try_get("", "detail").expect("a text")).collect();
            assert!(plan.iter().all(|step| step.starts_with("SEARCH ")), "{plan:#?}");
            assert!(plan[0].contains("(company_id=? AND ("), "{plan:#?}");
        }
    }
}
