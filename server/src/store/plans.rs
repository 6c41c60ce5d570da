//! How SQLite is led to the index that is best, and what it takes: it knows how many rows of a table are of a kind only when
//! somebody has told it.

use sea_orm::sea_query::{Expr, Func};

/// The column as its value alone, for which no index is looked up.
pub(super) fn unindexed(column: Expr) -> Expr {
    Func::coalesce([column, Expr::cust("NULL")]).into()
}

#[cfg(test)]
pub(super) mod tests {
    use sea_orm::{ConnectionTrait as _, Statement};

    use crate::store::Db;

    /// A database of its own, with all its indexes and no rows. The folder goes with the value.
    pub(crate) async fn empty() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        let db = Db::connect(&url).await.expect("connects");
        (folder, db)
    }

    /// The steps in which SQLite would go about `statement`.
    pub(crate) async fn plan(db: &Db, mut statement: Statement) -> Vec<String> {
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let rows = db.reader().query_all_raw(statement).await.expect("is explained");
        rows.iter().map(|row| row.try_get("", "detail").expect("a text")).collect()
    }
}
