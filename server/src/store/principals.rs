//! What a key stands for, in one statement: the key, its member, person and company, the company's
//! ceilings, its Odoo connection and the member's Odoo account.

use std::sync::LazyLock;

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::id::ApiKeyId;
use uuid::Uuid;

use crate::entities::{api_key, company, membership, odoo_account, odoo_connection, policy, user};

/// How many keys are read in one statement.
pub const AT_ONCE: usize = 64;

/// A key and everything that decides what it is worth. No `Debug`: it holds a hash and a sealed secret.
#[derive(FromQueryResult)]
pub struct PrincipalRow {
    pub key_id: Uuid,
    pub key_name: String,
    pub mac: Vec<u8>,
    pub pepper_id: i32,
    pub permissions: i16,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub created_at: i64,
    pub created_by: Uuid,
    pub last_used_at: i64,
    pub accepted_at: Option<i64>,
    pub company_id: Uuid,
    pub company_name: String,
    pub delete_at: Option<i64>,
    pub member_id: Uuid,
    pub role: String,
    pub removed_at: Option<i64>,
    pub user_id: Uuid,
    pub person: String,
    pub ceiling_owner: Option<i16>,
    pub ceiling_admin: Option<i16>,
    pub ceiling_member: Option<i16>,
    pub policy_version: Option<i64>,
    pub confirm_create: Option<String>,
    pub confirm_write: Option<String>,
    pub confirm_execute: Option<String>,
    pub confirm_workflow: Option<String>,
    pub guards: Option<String>,
    pub calls_per_minute: Option<i32>,
    pub writes_per_minute: Option<i32>,
    pub record_arguments: Option<bool>,
    pub unused_days: Option<i32>,
    pub key_addresses: Option<String>,
    pub must_accept: Option<bool>,
    pub connection_id: Option<Uuid>,
    pub origin: Option<String>,
    pub database: Option<String>,
    pub version: Option<String>,
    pub calls_per_second: Option<i32>,
    pub calls_at_once: Option<i32>,
    pub account_id: Option<Uuid>,
    pub login: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub protocol: Option<String>,
    pub uid: Option<i64>,
    pub refused_at: Option<i64>,
}

/// The key with this identifier. It is looked up by a unique index and everything else by primary or
/// unique keys.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_identifier(
    db: &impl ConnectionTrait,
    identifier: &str,
) -> Result<Option<PrincipalRow>, DbErr> {
    find(db, &BY_IDENTIFIER, identifier.into()).await
}

/// The key in this row.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_key(
    db: &impl ConnectionTrait,
    key: ApiKeyId,
) -> Result<Option<PrincipalRow>, DbErr> {
    find(db, &BY_KEY, key.as_uuid().into()).await
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
            (api_key::Entity, Key::MemberId),
        ])
        .expr_as(Expr::col((company::Entity, company::Column::Name)), "company_name")
        .column((company::Entity, company::Column::DeleteAt))
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
        .expr_as(Expr::col((policy::Entity, policy::Column::Version)), "policy_version")
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
    use crate::store::Db;

    #[tokio::test]
    async fn no_statement_scans_a_table() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        let db = Db::connect(&url).await.expect("connects");
        let ids = vec![Value::from(Uuid::nil()); AT_ONCE];
        for (statement, index) in [
            (BY_IDENTIFIER.with(db.reader(), ["Xk29TqLm".into()]), "(identifier=?)"),
            (BY_KEY.with(db.reader(), [Uuid::nil().into()]), "(id=?)"),
            (BY_KEYS.with(db.reader(), ids), "(id=?)"),
        ] {
            let mut statement = statement;
            statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let rows = db.reader().query_all_raw(statement).await.expect("is explained");
            let plan: Vec<String> =
                rows.iter().map(|row| row.try_get("", "detail").expect("a text")).collect();
            assert_eq!(plan.len(), 7, "{plan:#?}");
            assert!(plan.iter().all(|step| step.starts_with("SEARCH ")), "{plan:#?}");
            assert!(plan[0].contains(index), "{plan:#?}");
        }
    }
}
