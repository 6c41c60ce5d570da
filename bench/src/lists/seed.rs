//! Fills the company of the demonstration with keys, calls and what goes with them, by a few statements that both
//! databases understand. Nothing is random, so that every run measures the same.
//!
//! Most keys rest and some are used all day; one call in twenty-five does not end well; what happened is spread
//! over sixty days, so that a month's charts sum up a million calls.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use migrations::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTrait;
use shared::id::{CompanyId, MemberId};

use super::dialect::{Dialect, mixed, one_of};

/// How much there is of each.
pub(crate) struct Size {
    pub(crate) keys: u64,
    pub(crate) calls: u64,
    pub(crate) members: u64,
    pub(crate) audit: u64,
    pub(crate) confirmations: u64,
    pub(crate) runs: u64,
    pub(crate) notices: u64,
}

/// What is measured.
pub(crate) const SIZE: Size = Size {
    keys: KEYS,
    calls: CALLS,
    members: MEMBERS,
    audit: 300_000,
    confirmations: 100_000,
    runs: 50_000,
    notices: 50_000,
};

pub(super) const KEYS: u64 = 100_000;
const CALLS: u64 = 2_000_000;
pub(super) const MEMBERS: u64 = 500;
/// Keys that were handed over by a link in the last month, of which every tenth waits to be picked up.
const HANDOVERS: u64 = 2_000;

const DAY: i64 = 86_400_000_000;
/// Of so many keys one is used.
const STRIDE: u64 = 33;
/// The change from which on the database keeps counts of days: it counts what is there.
const COUNTS: &str = "m20261127_000101_call_days";

const FIRST: [&str; 16] = [
    "Marie", "Lukas", "Amélie", "Noah", "Chloé", "Jonas", "Inès", "Mathis", "Eva", "Hugo", "Sofia",
    "Liam", "Zoé", "Adam", "Julia", "Milan",
];
const LAST: [&str; 19] = [
    "Martin", "Dubois", "Peeters", "Janssens", "Schmidt", "Garcia", "Rossi", "Novak", "Lefèvre",
    "Moreau", "Jansen", "Weber", "Silva", "Kowalski", "Dupont", "Lambert", "Maes", "Claes",
    "Wouters",
];
const USES: [&str; 10] = [
    "Cursor on laptop",
    "Month end",
    "Stock check",
    "Invoices",
    "Purchase desk",
    "Reports",
    "CRM assistant",
    "Warehouse",
    "Test",
    "Home office",
];
const CLIENTS: [&str; 6] =
    ["Cursor", "Windsurf", "Visual Studio Code", "Claude Code", "Zed", "Continue"];
const TOOLS: [&str; 13] = [
    "aidoo_query",
    "aidoo_read",
    "aidoo_query",
    "aidoo_schema",
    "aidoo_query",
    "aidoo_report",
    "aidoo_read",
    "aidoo_write",
    "aidoo_query",
    "aidoo_context",
    "aidoo_query",
    "aidoo_execute",
    "aidoo_create",
];
const MODELS: [&str; 12] = [
    "sale.order",
    "res.partner",
    "purchase.order",
    "account.move",
    "stock.picking",
    "product.product",
    "crm.lead",
    "project.task",
    "hr.employee",
    "product.template",
    "account.move.line",
    "stock.quant",
];
const PROBLEMS: [&str; 5] = [
    "fields: sale.order has no field partner",
    "your Odoo user has no access to hr.payslip: an administrator of Odoo grants it",
    "Odoo did not answer in time",
    "this API key does not have the permission write",
    "this Odoo has no model sale.orders",
];

/// The e-mail address of the plain member whose keys are called with most.
pub(super) fn busiest() -> String {
    format!("person{}@big.example", MEMBERS - 1)
}

/// Fills `company`, whose owner is `owner`, and gives how many seconds the database then took to become what this
/// version needs. The [`busiest`] member gets the password of the person with the address `email`.
pub(super) async fn fill(
    url: &str,
    company: CompanyId,
    owner: MemberId,
    email: &str,
) -> anyhow::Result<f64> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false).connect_timeout(Duration::from_secs(60));
    let db = Database::connect(options).await?;
    let changes = Migrator::migrations();
    let at = changes.iter().position(|change| change.name() == COUNTS).context("the counts")?;
    Migrator::down(&db, u32::try_from(changes.len() - at).ok()).await?;
    let lite = db.get_database_backend() == DbBackend::Sqlite;
    if lite {
        for pragma in ["synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"] {
            db.execute_unprepared(&format!("PRAGMA {pragma}")).await?;
        }
    }
    let dialect = Dialect { lite };
    let now = shared_now();
    for statement in statements(dialect, now, company, owner) {
        db.execute_unprepared(&statement).await.with_context(|| statement.clone())?;
    }
    let password = format!(
        "UPDATE users SET password_hash = (SELECT one.password_hash FROM users one WHERE one.email = '{email}') \
         WHERE email = '{}'",
        busiest(),
    );
    db.execute_unprepared(&password).await.context("the password")?;
    settle(&db, lite).await?;
    let begun = Instant::now();
    Migrator::up(&db, None).await?;
    let upgrade = begun.elapsed().as_secs_f64();
    // Their table is younger than the counts, and so is the column.
    db.execute_unprepared(&handovers(dialect, now, company, owner)).await.context("the links")?;
    db.execute_unprepared(&used_changes(now)).await.context("the changes")?;
    settle(&db, lite).await?;
    db.close().await?;
    Ok(upgrade)
}

/// What a database does by itself in time: PostgreSQL vacuums, SQLite takes its log into the file.
async fn settle(db: &DatabaseConnection, lite: bool) -> anyhow::Result<()> {
    let by_itself = if lite { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" };
    db.execute_unprepared(by_itself).await?;
    Ok(())
}

/// Microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the program under test reads the same clock")]
fn shared_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or_default())
}

fn folded(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_lowercase()).collect()
}

fn refs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn statements(dialect: Dialect, now: i64, company: CompanyId, owner: MemberId) -> Vec<String> {
    let company = dialect.constant(company.as_uuid());
    let owner = dialect.constant(owner.as_uuid());
    let founded = now - 500 * DAY;
    let numbers = |count| dialect.numbers(count);
    let user = |number: &str| dialect.id(&(founded / 1_000).to_string(), "01", number);
    let member = |number: &str| dialect.id(&(founded / 1_000).to_string(), "02", number);
    let step = 400 * DAY / i64::try_from(KEYS).unwrap_or(i64::MAX);
    let made = |number: &str| format!("({} + ({number}) * {step})", now - 400 * DAY);
    let key = |number: &str| dialect.id(&format!("{} / 1000", made(number)), "03", number);
    let of_key = |number: &str| member(&format!("({number}) % {MEMBERS}"));
    let name = |first: &[&str], last: &[&str]| {
        format!("{} || ' ' || {}", one_of("i", first), one_of("i / 16", last))
    };
    let (first, last, uses) = (folded(&FIRST), folded(&LAST), folded(&USES));
    let (first, last, uses) = (refs(&first), refs(&last), refs(&uses));
    let use_of = mixed("i", 1_000);
    let identifier = format!(
        "{} || {} || 'x' || {}",
        one_of("i", &["B", "C", "D", "F", "G", "H", "J", "K", "L", "M"]),
        one_of("i / 10", &["b", "c", "d", "f", "g", "h", "j", "k", "l", "m"]),
        dialect.five("i % 100000"),
    );
    let between = 60 * DAY / i64::try_from(CALLS).unwrap_or(i64::MAX);
    let called = format!("({now} - ({CALLS} - i) * {between})");
    let ran = format!("i % 9 = 0 AND {} < {}", made("i"), now - DAY);
    let told =
        format!("({now} - i * {})", 60 * DAY / i64::try_from(SIZE.notices).unwrap_or(i64::MAX));
    // The product of three numbers is seldom large: few keys have most of the calls.
    let busy = format!(
        "({KEYS} - 1 - {} * {} * {} / {} * {STRIDE})",
        mixed("i", 997),
        mixed("i / 3", 991),
        mixed("i / 7", 983),
        997 * 991 * 983 / (KEYS / STRIDE),
    );
    vec![
        format!(
            "{} INSERT INTO users (id, name, name_folded, email, password_hash, created_at) \
             SELECT {}, {}, {}, 'person' || i || '@big.example', 'none', {founded} FROM n",
            numbers(MEMBERS),
            user("i"),
            name(&FIRST, &LAST),
            name(&first, &last),
        ),
        format!(
            "{} INSERT INTO memberships (id, company_id, user_id, role, joined_at) \
             SELECT {}, {company}, {}, CASE WHEN i < 10 THEN 'admin' ELSE 'member' END, {founded} FROM n",
            numbers(MEMBERS),
            member("i"),
            user("i"),
        ),
        format!(
            "{} INSERT INTO api_keys (id, company_id, member_id, request_id, identifier, mac, pepper_id, name, \
             name_folded, permissions, created_at, created_by, expires_at, revoked_at, revoked_by, last_used_at, \
             last_client) \
             SELECT {}, {company}, {}, {}, {identifier}, {}, (SELECT min(id) FROM peppers), {} || ' ' || i, \
             {} || ' ' || i, 7, {}, {}, \
             CASE WHEN i % 5 = 0 THEN NULL WHEN i % 100 = 1 THEN {now} + i % 7 * {DAY} \
             ELSE {} + {} END, \
             CASE WHEN i % 3 = 0 THEN {} + {} END, CASE WHEN i % 3 = 0 THEN {owner} END, \
             CASE WHEN i % 4 = 0 THEN 0 ELSE {now} - {} * 60000000 END, {} FROM n",
            numbers(KEYS),
            key("i"),
            of_key("i"),
            dialect.id("0", "04", "i"),
            dialect.bytes("i"),
            one_of(&use_of, &USES),
            one_of(&use_of, &uses),
            made("i"),
            of_key("i"),
            made("i"),
            365 * DAY,
            made("i"),
            5 * DAY,
            mixed("i", 90 * 24 * 60),
            one_of("i", &CLIENTS),
        ),
        format!(
            "{}, c AS (SELECT i, {busy} AS k, {} AS r FROM n) \
             INSERT INTO calls (id, company_id, member_id, key_id, tool, model, method, records, result, problem, \
             duration, client, address, arguments_digest, at) \
             SELECT {}, {company}, {}, {}, {}, {}, CASE WHEN r % 13 = 11 THEN 'action_confirm' END, r % 50, \
             CASE WHEN r % 1000 < 20 THEN 'refused' WHEN r % 1000 < 40 THEN 'failed' \
             WHEN r % 20000 = 50 THEN 'unknown' WHEN r % 13 IN (7, 12) AND r % 2 = 0 THEN 'asked' ELSE 'ok' END, \
             CASE WHEN r % 1000 < 40 OR r % 20000 = 50 THEN {} END, \
             r * 40, {}, '192.0.2.' || r % 200, {}, {called} FROM c",
            numbers(CALLS),
            mixed("i", 100_000),
            dialect.id(&format!("{called} / 1000"), "05", "i"),
            of_key("k"),
            key("k"),
            one_of("r", &TOOLS),
            one_of("r / 13", &MODELS),
            one_of("r", &PROBLEMS),
            one_of("k", &CLIENTS),
            dialect.bytes("i"),
        ),
        format!(
            "{} INSERT INTO audit_entries (id, company_id, user_id, action, target, detail, address, at) \
             SELECT {}, {company}, {}, \
             CASE i % 3 WHEN 0 THEN 'api_key.created' WHEN 1 THEN 'api_key.renamed' ELSE 'api_key.revoked' END, \
             'key_' || {}, '{{}}', '192.0.2.1', {} FROM n",
            numbers(SIZE.audit),
            dialect.id(&format!("{} / 1000", made("i / 3")), "06", "i"),
            user(&format!("i % {MEMBERS}")),
            dialect.digits(&format!("{} / 1000", made("i / 3")), "03", "i / 3"),
            made("i / 3"),
        ),
        // Every ninth change was for the dashboard, where those of the last day wait and the others ran.
        format!(
            "{} INSERT INTO confirmations (id, company_id, member_id, key_id, permission, mode, token_hash, \
             arguments_digest, state_digest, policy_version, preview, created_at, expires_at, decided_by, \
             approved_at, consumed_at) \
             SELECT {}, {company}, {}, {}, 3, 'preview', CASE WHEN i % 9 > 0 THEN {} END, {}, {}, 1, \
             '{{\"summary\":\"a change\",\"changes\":[],\"more\":0,\"note\":null}}', {}, {} + {DAY}, \
             CASE WHEN {ran} THEN {} END, CASE WHEN {ran} THEN {} END, CASE WHEN {ran} THEN {} END FROM n",
            numbers(SIZE.confirmations),
            dialect.id(&format!("{} / 1000", made("i")), "07", "i"),
            of_key("i"),
            key(&format!("i % {KEYS}")),
            dialect.bytes("i"),
            dialect.bytes("i"),
            dialect.bytes("i"),
            made("i"),
            made("i"),
            user("0"),
            made("i"),
            made("i"),
        ),
        format!(
            "{} INSERT INTO notices (id, user_id, company_id, kind, detail, created_at, read_at) \
             SELECT {}, {}, {company}, 'key_revoked', \
             '{{\"kind\":\"key_revoked\",\"by\":\"Marie Martin\",\"key\":\"Reports ' || i || '\"}}', \
             {told}, CASE WHEN i >= {} THEN {told} END FROM n",
            numbers(SIZE.notices),
            dialect.id(&format!("{told} / 1000"), "0d", "i"),
            user(&format!("i % {MEMBERS}")),
            // Everybody's newest ten are unread.
            10 * MEMBERS,
        ),
        format!(
            "INSERT INTO workflows (id, company_id, name, description, draft, changed_by, changed_at) \
             SELECT {}, {company}, 'Load', '', '{{\"inputs\":[],\"steps\":[]}}', {}, {now}",
            dialect.id("0", "08", "1"),
            user("0"),
        ),
        format!(
            "INSERT INTO workflow_versions (id, company_id, workflow_id, number, name, description, definition, \
             validated_by, validated_at) SELECT {}, {company}, {}, 1, 'Load', '', \
             '{{\"inputs\":[],\"steps\":[]}}', {}, {now}",
            dialect.id("0", "09", "1"),
            dialect.id("0", "08", "1"),
            user("0"),
        ),
        format!(
            "{} INSERT INTO workflow_runs (id, company_id, version_id, member_id, key_id, result, steps, \
             started_at, ended_at) SELECT {}, {company}, {}, {}, {}, 'ok', '[]', {}, {} FROM n",
            numbers(SIZE.runs),
            dialect.id(&format!("{} / 1000", made("i")), "0a", "i"),
            dialect.id("0", "09", "1"),
            of_key("i"),
            key(&format!("i % {KEYS}")),
            made("i"),
            made("i"),
        ),
    ]
}

fn handovers(dialect: Dialect, now: i64, company: CompanyId, owner: MemberId) -> String {
    let founded = (now - 500 * DAY) / 1_000;
    let between = 28 * DAY / i64::try_from(HANDOVERS).unwrap_or(i64::MAX);
    let made = format!("({now} - i * {between})");
    format!(
        "{} INSERT INTO key_handovers (id, company_id, member_id, request_id, token_hash, name, permissions, expiry, \
         made_by, made_at, expires_at, picked_up_at) \
         SELECT {}, {}, {}, {}, {}, {} || ' ' || i, 7, '\"never\"', {}, {made}, {made} + {}, \
         CASE WHEN i % 10 > 0 THEN {made} END FROM n",
        dialect.numbers(HANDOVERS),
        dialect.id(&format!("{made} / 1000"), "0b", "i"),
        dialect.constant(company.as_uuid()),
        dialect.id(&founded.to_string(), "02", &format!("i % {MEMBERS}")),
        dialect.id("0", "0c", "i"),
        dialect.bytes("i"),
        one_of("i", &USES),
        dialect.constant(owner.as_uuid()),
        3 * DAY,
    )
}

/// Lets the changes of the last weeks that ran in the dashboard have run as the call that came next.
fn used_changes(now: i64) -> String {
    format!(
        "UPDATE confirmations SET call_id = (SELECT calls.id FROM calls \
         WHERE calls.company_id = confirmations.company_id AND calls.at >= confirmations.created_at \
         ORDER BY calls.at, calls.id LIMIT 1) \
         WHERE decided_by IS NOT NULL AND created_at > {}",
        now - 50 * DAY,
    )
}
