//! What a key stands for, in one statement: the key, its member, person and company, the company's
//! ceilings, its Odoo connection and the member's Odoo account.

use std::sync::LazyLock;

use rusqlite::ToSql;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::id::ApiKeyId;
use uuid::Uuid;

use super::Db;
use crate::entities::{api_key, company, membership, odoo_account, odoo_connection, policy, user};

/// How many keys are read in one statement.
pub const AT_ONCE: usize = 64;

/// Makes a row of its columns, which either driver brings in this order.
macro_rules! row {
    ($(#[$about:meta])* $name:ident { $($column:ident: $kind:ty,)* }) => {
        $(#[$about])*
        pub struct $name {
            $(pub $column: $kind,)*
        }

        impl $name {
            /// The names of its columns.
            #[cfg(test)]
            const COLUMNS: &[&str] = &[$(stringify!($column)),*];

            /// By their places: finding 50 names takes longer than finding the row.
            fn from_direct(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                let mut places = 0..;
                let mut next = || places.next().unwrap_or_default();
                Ok(Self { $($column: row.get(next())?,)* })
            }
        }
    };
}

row! {
    /// A key and everything that decides what it is worth. No `Debug`: it holds a hash and a sealed secret.
    #[derive(FromQueryResult)]
    PrincipalRow {
        key_id: Uuid,
        key_name: String,
        mac: Vec<u8>,
        pepper_id: i32,
        permissions: i16,
        expires_at: Option<i64>,
        revoked_at: Option<i64>,
        created_at: i64,
        created_by: Uuid,
        last_used_at: i64,
        accepted_at: Option<i64>,
        company_id: Uuid,
        company_name: String,
        delete_at: Option<i64>,
        kept_at: Option<i64>,
        member_id: Uuid,
        role: String,
        removed_at: Option<i64>,
        user_id: Uuid,
        person: String,
        ceiling_owner: Option<i16>,
        ceiling_admin: Option<i16>,
        ceiling_member: Option<i16>,
        policy_version: Option<i64>,
        confirm_create: Option<String>,
        confirm_write: Option<String>,
        confirm_execute: Option<String>,
        confirm_workflow: Option<String>,
        guards: Option<String>,
        calls_per_minute: Option<i32>,
        writes_per_minute: Option<i32>,
        record_arguments: Option<bool>,
        unused_days: Option<i32>,
        key_addresses: Option<String>,
        must_accept: Option<bool>,
        connection_id: Option<Uuid>,
        origin: Option<String>,
        database: Option<String>,
        version: Option<String>,
        calls_per_second: Option<i32>,
        calls_at_once: Option<i32>,
        account_id: Option<Uuid>,
        login: Option<String>,
        sealed: Option<Vec<u8>>,
        protocol: Option<String>,
        uid: Option<i64>,
        refused_at: Option<i64>,
    }
}

/// The key with this identifier. It is looked up by a unique index and everything else by primary or
/// unique keys.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_identifier(db: &Db, identifier: &str) -> Result<Option<PrincipalRow>, DbErr> {
    if let Some(found) = find_directly(db, &BY_IDENTIFIER, identifier).await {
        return Ok(found);
    }
    find(db.reader(), &BY_IDENTIFIER, identifier.into()).await
}

/// The key in this row.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_key(db: &Db, key: ApiKeyId) -> Result<Option<PrincipalRow>, DbErr> {
    if let Some(found) = find_directly(db, &BY_KEY, key.as_uuid()).await {
        return Ok(found);
    }
    find(db.reader(), &BY_KEY, key.as_uuid().into()).await
}

/// The rows of at most [`AT_ONCE`] keys, as far as they are there, in no order.
///
/// # Errors
/// When the database does not answer.
pub async fn list_by_keys(
    db: &impl ConnectionTrait,
    keys: &[ApiKeyId],
) -> Result<Vec<PrincipalRow>, DbErr> {
    let Some(last) = keys.last() else { return Ok(Vec::new()) };
    // The statement is the same for any number of them: the last stands in the places that are left.
    let ids = keys.iter().chain(std::iter::repeat(last)).take(AT_ONCE);
    let ids = ids.map(|key| key.as_uuid().into());
    PrincipalRow::find_by_statement(BY_KEYS.with(db, ids)).all(db).await
}

/// The quicker way, where there is one. Whatever it meets, the other way says what there is to say.
async fn find_directly(db: &Db, by: &Prepared, value: impl ToSql) -> Option<Option<PrincipalRow>> {
    // It waits for nothing, and one who asks again and again would keep the thread from all others.
    tokio::task::coop::consume_budget().await;
    let found = db.direct()?.find(&by.sqlite, [value], PrincipalRow::from_direct);
    found.inspect_err(|error| tracing::debug!(%error, "a key was not read directly")).ok()
}

async fn find(
    db: &impl ConnectionTrait,
    by: &Prepared,
    value: Value,
) -> Result<Option<PrincipalRow>, DbErr> {
    PrincipalRow::find_by_statement(by.with(db, [value])).one(db).await
}

/// The text of a statement on either database, built once: it is needed at every request, and building
/// it takes longer than looking the row up.
struct Prepared {
    sqlite: LazyLock<String>,
    postgres: LazyLock<String>,
}

static BY_IDENTIFIER: Prepared = Prepared {
    sqlite: LazyLock::new(|| text(DbBackend::Sqlite, by_identifier())),
    postgres: LazyLock::new(|| text(DbBackend::Postgres, by_identifier())),
};
static BY_KEY: Prepared = Prepared {
    sqlite: LazyLock::new(|| text(DbBackend::Sqlite, by_key())),
    postgres: LazyLock::new(|| text(DbBackend::Postgres, by_key())),
};
static BY_KEYS: Prepared = Prepared {
    sqlite: LazyLock::new(|| text(DbBackend::Sqlite, by_keys())),
    postgres: LazyLock::new(|| text(DbBackend::Postgres, by_keys())),
};

impl Prepared {
    fn with(
        &self,
        db: &impl ConnectionTrait,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        let backend = db.get_database_backend();
        let text = match backend {
            DbBackend::Sqlite => &self.sqlite,
            _ => &self.postgres,
        };
        Statement::from_sql_and_values(backend, text.as_str(), values)
    }
}

/// The text alone: the values are other ones at every use.
fn text(backend: DbBackend, which: Expr) -> String {
    let mut select = everything();
    select.and_where(which);
    backend.build(&select).sql
}

fn by_identifier() -> Expr {
    Expr::col((api_key::Entity, api_key::Column::Identifier)).eq("")
}

fn by_key() -> Expr {
    Expr::col((api_key::Entity, api_key::Column::Id)).eq(Uuid::nil())
}

fn by_keys() -> Expr {
    Expr::col((api_key::Entity, api_key::Column::Id)).is_in([Uuid::nil(); AT_ONCE])
}

fn everything() -> SelectStatement {
    use api_key::Column as Key;
    use odoo_account::Column as Account;
    use odoo_connection::Column as Connection;

    // The row takes them in this order.
    Query::select()
        .expr_as(Expr::col((api_key::Entity, Key::Id)), "key_id")
        .expr_as(Expr::col((api_key::Entity, Key::Name)), "key_name")
        .columns([
            (api_key::Entity, Key::Mac),
            (api_key::Entity, Key::PepperId),
            (api_key::Entity, Key::Permissions),
            (api_key::Entity, Key::ExpiresAt),
            (api_key::Entity, Key::RevokedAt),
            (api_key::Entity, Key::CreatedAt),
            (api_key::Entity, Key::CreatedBy),
            (api_key::Entity, Key::LastUsedAt),
            (api_key::Entity, Key::AcceptedAt),
            (api_key::Entity, Key::CompanyId),
        ])
        .expr_as(Expr::col((company::Entity, company::Column::Name)), "company_name")
        .columns([
            (company::Entity, company::Column::DeleteAt),
            (company::Entity, company::Column::KeptAt),
        ])
        .column((api_key::Entity, Key::MemberId))
        .columns([
            (membership::Entity, membership::Column::Role),
            (membership::Entity, membership::Column::RemovedAt),
            (membership::Entity, membership::Column::UserId),
        ])
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person")
        .columns([
            (policy::Entity, policy::Column::CeilingOwner),
            (policy::Entity, policy::Column::CeilingAdmin),
            (policy::Entity, policy::Column::CeilingMember),
        ])
        .expr_as(Expr::col((policy::Entity, policy::Column::Version)), "policy_version")
        .columns([
            (policy::Entity, policy::Column::ConfirmCreate),
            (policy::Entity, policy::Column::ConfirmWrite),
            (policy::Entity, policy::Column::ConfirmExecute),
            (policy::Entity, policy::Column::ConfirmWorkflow),
            (policy::Entity, policy::Column::Guards),
            (policy::Entity, policy::Column::CallsPerMinute),
            (policy::Entity, policy::Column::WritesPerMinute),
            (policy::Entity, policy::Column::RecordArguments),
            (policy::Entity, policy::Column::UnusedDays),
            (policy::Entity, policy::Column::KeyAddresses),
            (policy::Entity, policy::Column::MustAccept),
        ])
        .expr_as(Expr::col((odoo_connection::Entity, Connection::Id)), "connection_id")
        .columns([
            (odoo_connection::Entity, Connection::Origin),
            (odoo_connection::Entity, Connection::Database),
            (odoo_connection::Entity, Connection::Version),
            (odoo_connection::Entity, Connection::CallsPerSecond),
            (odoo_connection::Entity, Connection::CallsAtOnce),
        ])
        .expr_as(Expr::col((odoo_account::Entity, Account::Id)), "account_id")
        .columns([
            (odoo_account::Entity, Account::Login),
            (odoo_account::Entity, Account::Sealed),
            (odoo_account::Entity, Account::Protocol),
            (odoo_account::Entity, Account::Uid),
            (odoo_account::Entity, Account::RefusedAt),
        ])
        .from(api_key::Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((api_key::Entity, Key::MemberId)),
        )
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .inner_join(
            company::Entity,
            Expr::col((company::Entity, company::Column::Id))
                .equals((api_key::Entity, Key::CompanyId)),
        )
        .left_join(
            policy::Entity,
            Expr::col((policy::Entity, policy::Column::CompanyId))
                .equals((api_key::Entity, Key::CompanyId)),
        )
        .left_join(
            odoo_connection::Entity,
            Expr::col((odoo_connection::Entity, Connection::CompanyId))
                .equals((api_key::Entity, Key::CompanyId)),
        )
        .left_join(
            odoo_account::Entity,
            Expr::col((odoo_account::Entity, Account::MemberId))
                .equals((api_key::Entity, Key::MemberId))
                .and(
                    Expr::col((odoo_account::Entity, Account::ConnectionId))
                        .equals((odoo_connection::Entity, Connection::Id)),
                ),
        )
        .take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[test]
    fn the_columns_come_in_the_order_of_the_row() {
        let text = &BY_KEY.sqlite;
        let columns = text["SELECT ".len()..text.find(" FROM ").expect("a table")].split(", ");
        let names: Vec<&str> =
            columns.map(|column| column.rsplit('"').nth(1).expect("a name in quotes")).collect();
        assert_eq!(names, PrincipalRow::COLUMNS);
    }

    #[tokio::test]
    async fn no_statement_scans_a_table() {
        let (_folder, db) = empty().await;
        let ids = vec![Value::from(Uuid::nil()); AT_ONCE];
        for (statement, index) in [
            (BY_IDENTIFIER.with(db.reader(), ["Xk29TqLm".into()]), "(identifier=?)"),
            (BY_KEY.with(db.reader(), [Uuid::nil().into()]), "(id=?)"),
            (BY_KEYS.with(db.reader(), ids), "(id=?)"),
        ] {
            let plan = plan(&db, statement).await;
            assert_eq!(plan.len(), 7, "{plan:#?}");
            assert!(plan.iter().all(|step| step.starts_with("SEARCH ")), "{plan:#?}");
            assert!(plan[0].contains(index), "{plan:#?}");
        }
    }
}
