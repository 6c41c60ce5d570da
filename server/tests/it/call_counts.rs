//! What days come to is what their calls say, however these ended, and also for calls that were there before
//! anybody counted.

use app::backend::ActivityLog as _;
use migrations::Migrator;
use sea_orm::{Database, EntityTrait as _};
use sea_orm_migration::MigratorTrait as _;
use server::{
    entities::call_day,
    services::{Core, activity_pages::ActivityPages},
    store::{
        call_days,
        call_figures::{self, NameCount, Of},
        calls::{self, Ended, NewCall},
    },
};
use shared::{
    activity::CallResult,
    id::{ApiKeyId, CallId, WorkflowRunId},
    time::{DAY, MINUTE, Timestamp},
};
use uuid::Uuid;

use crate::support::{
    core::{NOW, for_both_databases},
    keys::{ADDRESS, Keys},
};

/// The change from which on days are counted.
const COUNTS: &str = "m20261127_000101_call_days";

fn call(keys: &Keys, key: ApiKeyId, result: CallResult) -> NewCall {
    NewCall {
        id: CallId::from_uuid(keys.core.clock.uuid(&keys.core.entropy)),
        company: keys.company.id,
        member: keys.company.member.member,
        key,
        tool: "aidoo_execute",
        model: Some("sale.order".to_owned()),
        method: Some("action_confirm".to_owned()),
        records: None,
        result,
        cause: None,
        problem: (result != CallResult::Ok).then(|| "a reason".to_owned()),
        consent: None,
        duration: Some(250_000),
        client: Some("Cursor".to_owned()),
        address: ADDRESS,
        digest: vec![1],
        arguments: None,
        at: NOW,
        step_of: None,
    }
}

async fn write(core: &Core, calls: Vec<NewCall>) {
    let transaction = core.db.begin().await.expect("begins");
    calls::create(&transaction, calls).await.expect("is written");
    transaction.commit().await.expect("commits");
}

async fn complete(keys: &Keys, id: CallId, result: CallResult, problem: Option<&str>) {
    let transaction = keys.core.db.begin().await.expect("begins");
    let problem = problem.map(str::to_owned);
    let ended = Ended { result, records: Some(1), cause: None, problem, duration: Some(5_000_000) };
    calls::complete(&transaction, keys.company.id, id, ended).await.expect("is completed");
    transaction.commit().await.expect("commits");
}

/// All counts but those that came to nothing, in an order of their own.
async fn counts(core: &Core) -> Vec<(Uuid, String, i64, String, i64, i64)> {
    let rows = call_day::Entity::find().all(core.db.reader()).await.expect("answers");
    let mut counts: Vec<_> = rows
        .into_iter()
        .filter(|row| row.calls != 0)
        .map(|row| (row.subject_id, row.kind, row.day, row.name, row.calls, row.last_at))
        .collect();
    counts.sort();
    counts
}

fn told(counts: &[NameCount]) -> Vec<(&str, i64)> {
    counts.iter().map(|count| (count.name.as_str(), count.calls)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_counts_once_as_it_ended_at_last() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let key = keys.make(keys.company.member, "Cursor").await.id;
        let (company, db) = (keys.company.id, keys.core.db.reader());
        let since = NOW.plus(-29 * DAY);
        let results = async || {
            let days = call_figures::days_of_key(db, company, key, since).await.expect("counts");
            let days = days.into_iter().map(|day| (day.result, day.calls));
            let mut days: Vec<_> = days.collect();
            days.sort();
            days
        };
        let pair = |name: &str, calls: i64| (name.to_owned(), calls);

        let started = call(&keys, key, CallResult::Started);
        let (id, lost) = (started.id, call(&keys, key, CallResult::Started));
        let lost_id = lost.id;
        write(&keys.core, vec![started, lost]).await;
        assert_eq!(results().await, [], "what is at odoo counts when it has ended");

        complete(&keys, id, CallResult::Ok, None).await;
        assert_eq!(results().await, [pair("ok", 1)]);
        complete(&keys, id, CallResult::Failed, Some("again")).await;
        assert_eq!(results().await, [pair("ok", 1)], "it ends once");

        for _ in 0..2 {
            let transaction = keys.core.db.begin().await.expect("begins");
            calls::give_up(&transaction, NOW.plus(MINUTE), NOW).await.expect("gives up");
            transaction.commit().await.expect("commits");
            assert_eq!(results().await, [pair("ok", 1), pair("unknown", 1)]);
        }
        complete(&keys, lost_id, CallResult::Failed, Some("it was refused")).await;
        assert_eq!(results().await, [pair("failed", 1), pair("ok", 1)]);

        let causes = call_figures::causes(db, company, Of::Company, since).await.expect("counts");
        assert_eq!(told(&causes), [("it was refused", 1)]);
        let speeds = call_figures::speeds(db, company, Of::Company, since).await.expect("counts");
        assert_eq!(told(&speeds), [("4", 2)]);
        let other = Of::Member(keys.company.owner.member);
        let none = call_figures::models(db, company, other, since).await.expect("counts");
        assert!(none.is_empty(), "another person's");
        let tools = call_figures::tools(db, company, key, since).await.expect("counts");
        let tools: Vec<_> =
            tools.iter().map(|one| (one.tool.as_str(), one.method.as_deref())).collect();
        assert_eq!(tools, [("aidoo_execute", Some("action_confirm"))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_took_as_long_as_a_limit_counts_with_the_slower_ones() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let key = keys.make(keys.company.member, "Cursor").await.id;
        let took = |milliseconds: i64| NewCall {
            duration: Some(milliseconds * 1_000),
            ..call(&keys, key, CallResult::Ok)
        };
        let calls = [99, 100, 299, 300, 999, 1_000, 2_999, 3_000].map(took);
        write(&keys.core, calls.into()).await;
        let pages = ActivityPages::new(keys.core.clone());
        for who in [keys.company.owner, keys.company.member] {
            let figures = pages.figures(who.actor, keys.company.id).await.expect("are shown");
            assert_eq!(figures.speeds, [1, 2, 2, 2, 1]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_were_there_before_are_counted_as_those_that_come() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let key = keys.make(keys.company.member, "Cursor").await.id;
        let own = keys.make(keys.company.owner, "Own").await.id;
        let mut rows = Vec::new();
        for (number, result) in CallResult::ALL.into_iter().cycle().take(130).enumerate() {
            let mut new = call(&keys, key, result);
            let number = i64::try_from(number).expect("fits");
            new.at = Timestamp::from_micros(NOW.as_micros() - number * DAY / 9);
            new.duration = (number % 7 != 0).then_some(number * 40_000);
            match number % 5 {
                0 => new.model = None,
                1 => new.method = None,
                2 => new.client = None,
                3 => (new.key, new.member) = (own, keys.company.owner.member),
                _ => new.step_of = Some(WorkflowRunId::from_uuid(Uuid::from_u128(1))),
            }
            rows.push(new);
        }
        write(&keys.core, rows).await;
        let counted = counts(&keys.core).await;
        assert!(counted.len() > 100, "{}", counted.len());

        let connection = Database::connect(url).await.expect("connects");
        let changes = Migrator::migrations();
        let at = changes.iter().position(|change| change.name() == COUNTS).expect("is there");
        let steps = u32::try_from(changes.len() - at).expect("fits");
        Migrator::down(&connection, Some(steps)).await.expect("reverses");
        Migrator::up(&connection, None).await.expect("applies again");
        connection.close().await.expect("closes");
        assert_eq!(counts(&keys.core).await, counted);

        let transaction = keys.core.db.begin().await.expect("begins");
        call_days::delete_old(&transaction, NOW.plus(-7 * DAY)).await.expect("deletes");
        transaction.commit().await.expect("commits");
        let oldest = NOW.as_micros().div_euclid(DAY) - 7;
        let kept: Vec<_> = counted.into_iter().filter(|count| count.2 >= oldest).collect();
        assert_eq!(counts(&keys.core).await, kept);
    })
    .await;
}
