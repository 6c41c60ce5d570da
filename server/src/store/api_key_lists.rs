//! Pages of `api_keys` with the people around each key.

use sea_orm::{
    Condition, ConnectionTrait, DbBackend, DbErr, FromQueryResult, Order,
    sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement},
};
use shared::{
    api_key::{EXPIRING_WITHIN, KeyColumn, KeySort, StateFilter},
    company::Ceilings,
    id::{ApiKeyId, CompanyId, MemberId},
    key_format::IDENTIFIER_LENGTH,
    role::Role,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    keyset::{self, Cursor, Side, SortValue},
    plans::unindexed,
    policies::number,
};
use crate::entities::{api_key, membership, user};

/// Which keys of a company are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

/// Keys that are found by themselves before they are put in order. Of more, so many match that walking through the
/// list in its order soon fills a page.
pub const FEW: u64 = 200;

/// The keys that a filter means.
#[derive(Debug, Clone)]
pub enum Found {
    /// These.
    Few(Vec<Uuid>),
    /// More than [`FEW`].
    Many,
}

impl Filter {
    /// Whether it means every key of the company.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Self { key, member, words, state } = self;
        key.is_none() && member.is_none() && words.is_empty() && *state == StateFilter::All
    }
}

/// Which keys `filter` means, if they are few.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: &Filter,
    now: Timestamp,
) -> Result<Found, DbErr> {
    if filter.is_open() {
        return Ok(Found::Many);
    }
    let mut select = matching(db.get_database_backend(), company, filter, now, By::AnyIndex);
    select.expr_as(key(api_key::Column::Id), "id").limit(FEW + 1);
    let rows = db.query_all(&select).await?;
    if rows.len() as u64 > FEW {
        return Ok(Found::Many);
    }
    let ids = rows.into_iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    Ok(Found::Few(ids))
}

/// At most `limit` keys after `cursor`, of those that `filter` means and [`find`] has found.
///
/// # Errors
/// When the database refuses.
#[expect(clippy::too_many_arguments, reason = "a page is what all of them say")]
pub async fn page(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: &Filter,
    found: &Found,
    sort: KeySort,
    cursor: Option<Cursor>,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<ListedKey>, DbErr> {
    let backend = db.get_database_backend();
    let mut select = ordered(backend, company, filter, found, sort, cursor, now);
    select.limit(limit);
    let statement = backend.build(&select);
    ListedKey::find_by_statement(statement).all(db).await
}

/// All keys after `cursor`, with the columns of [`ListedKey`].
fn ordered(
    backend: DbBackend,
    company: CompanyId,
    filter: &Filter,
    found: &Found,
    sort: KeySort,
    cursor: Option<Cursor>,
    now: Timestamp,
) -> SelectStatement {
    use api_key::Column as Key;
    let mut select = match found {
        // They are looked up one by one: by the company, all of its keys would be looked through again for them.
        Found::Few(ids) => Query::select()
            .from(api_key::Entity)
            .and_where(unindexed(key(Key::CompanyId)).eq(company.as_uuid()))
            .and_where(key(Key::Id).is_in(ids.iter().copied()))
            .take(),
        Found::Many => matching(backend, company, filter, now, By::Order),
    };
    join_holder(&mut select);
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

    let column = match sort.column() {
        KeyColumn::Created => key(Key::CreatedAt),
        KeyColumn::Name => key(Key::NameFolded),
        KeyColumn::LastUsed => key(Key::LastUsedAt),
        KeyColumn::End => Expr::cust(END),
    };
    let order = if sort.is_ascending() { Order::Asc } else { Order::Desc };
    if let (KeyColumn::End, Some(cursor)) = (sort.column(), &cursor) {
        keyset::bound(&mut select, column.clone(), &order, cursor);
    }
    keyset::page(&mut select, column, key(Key::Id), order, cursor);
    select
}

/// When a key ends, without nulls: as the index `api_keys_by_company_end` has it.
const END: &str = "COALESCE(\"api_keys\".\"expires_at\", 9223372036854775807)";

/// The place of `row` in a list sorted by `sort`.
#[must_use]
pub fn cursor_of(row: &ListedKey, sort: KeySort) -> Cursor {
    let value = match sort.column() {
        KeyColumn::Created => row.created_at.into(),
        KeyColumn::Name => row.name_folded.clone().into(),
        KeyColumn::LastUsed => row.last_used_at.into(),
        KeyColumn::End => row.expires_at.unwrap_or(i64::MAX).into(),
    };
    Cursor { order: sort as u8, side: Side::After, value, id: row.id }
}

/// The place that the text of a cursor means in a list sorted by `sort`, if it means any there.
#[must_use]
pub fn parse_cursor(text: &str, sort: KeySort) -> Option<Cursor> {
    let like: SortValue = match sort.column() {
        KeyColumn::Created | KeyColumn::LastUsed | KeyColumn::End => 0.into(),
        KeyColumn::Name => String::new().into(),
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
    count_rows(db, matching(db.get_database_backend(), company, filter, now, By::AnyIndex)).await
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
        let members = Query::select()
            .column(membership::Column::Id)
            .from(membership::Entity)
            .and_where(Expr::col(membership::Column::CompanyId).eq(company.as_uuid()))
            .and_where(Expr::col(membership::Column::Role).eq(role.as_str()))
            .take();
        any.add(
            key(api_key::Column::MemberId)
                .in_subquery(members)
                .and(key(api_key::Column::Permissions).bit_and(number(beyond)).ne(0)),
        )
    });
    let live = Filter { state: StateFilter::Live, ..Filter::default() };
    let mut select = matching(db.get_database_backend(), company, &live, now, By::AnyIndex);
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

/// How keys are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// By whatever index is best for the filter.
    AnyIndex,
    /// In the order of the list, whatever the filter is: many match, and putting them all in order takes longer.
    Order,
}

impl By {
    /// The column as something that an index may be looked up for, or only as its value.
    fn column(self, column: api_key::Column) -> Expr {
        match self {
            Self::AnyIndex => key(column),
            Self::Order => unindexed(key(column)),
        }
    }
}

/// The keys that `filter` means, and no columns yet.
fn matching(
    backend: DbBackend,
    company: CompanyId,
    filter: &Filter,
    now: Timestamp,
    by: By,
) -> SelectStatement {
    use api_key::Column as Key;
    let Filter { key: one, member, words, state } = filter;
    // A person's keys are few beside those of the company, whose index SQLite would take where it has all that is asked for.
    let of_company = match (by, member) {
        (By::AnyIndex, Some(_)) => unindexed(key(Key::CompanyId)),
        _ => key(Key::CompanyId),
    };
    let mut select =
        Query::select().from(api_key::Entity).and_where(of_company.eq(company.as_uuid())).take();
    if let Some(one) = one {
        select.and_where(key(Key::Id).eq(one.as_uuid()));
    }
    if let Some(member) = member {
        select.and_where(by.column(Key::MemberId).eq(member.as_uuid()));
    }
    let (revoked_at, expires_at) = (|| by.column(Key::RevokedAt), || by.column(Key::ExpiresAt));
    let (now, soon) = (now.as_micros(), now.plus(EXPIRING_WITHIN).as_micros());
    // `NOT live` would leave out the keys without an end: their comparison is null.
    let is_over = || expires_at().lte(now);
    let is_live = || {
        Condition::all()
            .add(revoked_at().is_null())
            .add(Condition::any().add(expires_at().is_null()).add(expires_at().gt(now)))
    };
    match state {
        StateFilter::All => {}
        StateFilter::Live => {
            select.cond_where(is_live());
        }
        StateFilter::Expiring => {
            select
                .and_where(revoked_at().is_null())
                .and_where(expires_at().gt(now))
                .and_where(expires_at().lte(soon));
        }
        StateFilter::Ended => {
            select.cond_where(Condition::any().add(revoked_at().is_not_null()).add(is_over()));
        }
        StateFilter::Expired => {
            select.and_where(revoked_at().is_null()).and_where(is_over());
        }
        StateFilter::Revoked => {
            select.and_where(revoked_at().is_not_null());
        }
    }
    // After the state, which is quicker to look at than a text.
    for word in words {
        let mut anywhere = Condition::any()
            .add(holds(backend, key(Key::NameFolded), word))
            .add(by.column(Key::MemberId).in_subquery(called(backend, company, word)));
        // Most words can be no part of an identifier, and a search looks through all of them.
        if word.len() <= IDENTIFIER_LENGTH && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            let identifier = Func::lower(key(Key::Identifier)).into();
            anywhere = anywhere.add(holds(backend, identifier, word));
        }
        select.cond_where(anywhere);
    }
    select
}

/// The members of `company` whose names hold `word`.
fn called(backend: DbBackend, company: CompanyId, word: &str) -> SelectStatement {
    Query::select()
        .column((membership::Entity, membership::Column::Id))
        .from(membership::Entity)
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .and_where(
            Expr::col((membership::Entity, membership::Column::CompanyId)).eq(company.as_uuid()),
        )
        .and_where(holds(backend, Expr::col((user::Entity, user::Column::NameFolded)), word))
        .take()
}

/// That a text holds `word`, whatever characters it has.
fn holds(backend: DbBackend, text: Expr, word: &str) -> Expr {
    // Both say where it begins, from 1. `LIKE` takes several times as long.
    let place = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    Expr::from(Func::cust(place).args([text, Expr::val(word)])).gt(0)
}

/// Adds the member and the person whose a key is.
fn join_holder(select: &mut SelectStatement) {
    select
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((api_key::Entity, api_key::Column::MemberId)),
        )
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        );
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
    select.expr_as(Expr::cust("count(*)"), "rows");
    let row = db.query_one(&select).await?;
    let rows: i64 = row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or_default();
    Ok(rows.unsigned_abs())
}

fn key(column: api_key::Column) -> Expr {
    Expr::col((api_key::Entity, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Db,
        plans::tests::{self, empty},
    };

    async fn plan(db: &Db, select: &SelectStatement) -> Vec<String> {
        tests::plan(db, db.backend().build(select)).await
    }

    /// A filter by everything that it can be by.
    fn narrow(state: StateFilter) -> Filter {
        let member = Some(MemberId::from_uuid(Uuid::nil()));
        Filter { key: None, member, words: vec!["a".to_owned()], state }
    }

    #[tokio::test]
    async fn pages_are_read_in_order_and_counts_without_a_key() {
        let (_folder, db) = empty().await;
        let (company, now) = (CompanyId::from_uuid(Uuid::nil()), Timestamp::from_micros(0));
        for (sort, side) in KeySort::ALL.into_iter().zip([Side::After, Side::Before].repeat(4)) {
            let value: SortValue = match sort.column() {
                KeyColumn::Name => "cursor".to_owned().into(),
                _ => 7.into(),
            };
            let begun = match sort.column() {
                KeyColumn::End => "(company_id=? AND <expr>",
                _ => "(company_id=? AND (",
            };
            let cursor = Some(Cursor { order: sort as u8, side, value, id: Uuid::nil() });
            for filter in
                [Filter::default(), narrow(StateFilter::Live), narrow(StateFilter::Expired)]
            {
                let many = Found::Many;
                let cursor = cursor.clone();
                let select = ordered(db.backend(), company, &filter, &many, sort, cursor, now);
                let plan = plan(&db, &select).await;
                assert!(plan[0].contains(begun), "{plan:#?}");
                assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:#?}");
                assert!(plan.iter().all(|step| !step.starts_with("SCAN ")), "{plan:#?}");
            }
        }
        let count = |filter: &Filter| {
            let mut select = matching(db.backend(), company, filter, now, By::AnyIndex);
            select.expr_as(Expr::cust("count(*)"), "rows").take()
        };
        let of = |state| Filter { state, ..Filter::default() };
        let searched = Filter { words: vec!["a".to_owned()], ..Filter::default() };
        let both = Filter { state: StateFilter::Live, ..searched.clone() };
        for filter in [of(StateFilter::Live), of(StateFilter::Revoked), searched, both] {
            let plan = plan(&db, &count(&filter)).await;
            assert!(plan[0].contains("USING COVERING INDEX"), "{filter:?}: {plan:#?}");
        }
    }

    #[tokio::test]
    async fn a_persons_keys_and_a_few_are_not_looked_for_among_all_of_the_company() {
        let (_folder, db) = empty().await;
        let (company, now) = (CompanyId::from_uuid(Uuid::nil()), Timestamp::from_micros(0));
        let of_member = Filter { words: Vec::new(), ..narrow(StateFilter::All) };
        for filter in [of_member, narrow(StateFilter::All), narrow(StateFilter::Live)] {
            let mut select = matching(db.backend(), company, &filter, now, By::AnyIndex);
            select.expr_as(key(api_key::Column::Id), "id").limit(FEW + 1);
            let plan = plan(&db, &select).await;
            assert!(plan[0].contains("INDEX api_keys_by_member (member_id=?)"), "{plan:#?}");
        }
        let few = Found::Few(vec![Uuid::nil(); 60]);
        for sort in KeySort::ALL {
            let filter = Filter::default();
            let select = ordered(db.backend(), company, &filter, &few, sort, None, now);
            let plan = plan(&db, &select).await;
            assert!(plan[0].contains(" api_keys ") && plan[0].ends_with("(id=?)"), "{plan:#?}");
        }
    }
}
