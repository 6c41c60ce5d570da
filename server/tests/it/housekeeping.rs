//! What is done now and then: keys that end soon are told once, what nobody can use any more is forgotten, and a
//! removed company leaves nothing.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, EntityTrait as _, Statement};
use server::{
    domain::token::Token,
    entities::{confirmation, download, download_part, notice, wizard},
    services::housekeeping,
    store::{
        Db, companies, company_removal,
        confirmations::{self, Bound, NewConfirmation},
        downloads::{self, NewDownload},
        wizards::{self, NewWizard},
    },
};
use shared::{
    api_key::{CreateApiKey, Expiry},
    confirmation::{ConfirmMode, Preview},
    id::{ConfirmationId, DownloadId, RequestId},
    permission::{Permission, PermissionSet},
    settings::DeleteCompany,
    time::{DAY, HOUR},
};

use crate::support::app::{TestApp, Who};

#[tokio::test]
async fn a_key_that_ends_soon_is_told_to_its_person_once() {
    let app = TestApp::start().await;
    let core = &app.state.core;
    let (company, (actor, member)) = app.membership(Who::Member2).await;
    let keys = [("Soon", Expiry::Days(7)), ("Later", Expiry::Days(30)), ("Never", Expiry::Never)];
    for (name, expiry) in keys {
        let input = CreateApiKey {
            company,
            member,
            request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
            name: name.to_owned(),
            permissions: PermissionSet::DEFAULT,
            expiry,
        };
        app.state.backend.api_keys.create(actor, input).await.unwrap();
    }
    for _ in 0..2 {
        let (one, two) = tokio::join!(housekeeping::run(core), housekeeping::run(core));
        one.unwrap();
        two.unwrap();
    }
    let rows = notice::Entity::find().all(core.db.reader()).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.kind == "key_expiring" && row.user_id == actor.user.as_uuid())
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].detail.contains("Soon"), "{}", told[0].detail);
}

#[tokio::test]
async fn a_wizard_is_forgotten_a_week_after_its_end() {
    let app = TestApp::start().await;
    let core = &app.state.core;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let key = app.make_key(actor, company, member, PermissionSet::DEFAULT).await.id;
    let now = core.clock.now();
    // It can be answered for an hour.
    let begun = [now, now.plus(-7 * DAY), now.plus(-7 * DAY - 2 * HOUR)];
    for (record, now) in (1..).zip(begun) {
        let wizard = NewWizard {
            about: None,
            id: core.clock.uuid(&core.entropy),
            company,
            key,
            model: "stock.backorder.confirmation",
            record: Some(record),
            context: "{}".to_owned(),
            now,
        };
        let tx = core.db.begin().await.unwrap();
        wizards::create(&tx, wizard).await.unwrap();
        tx.commit().await.unwrap();
    }
    housekeeping::run(core).await.unwrap();
    let kept = wizard::Entity::find().all(core.db.reader()).await.unwrap();
    let mut kept: Vec<_> = kept.iter().filter_map(|row| row.record_id).collect();
    kept.sort_unstable();
    assert_eq!(kept, [1, 2]);
}

/// Both hold what came from the company's Odoo.
#[tokio::test]
async fn files_and_previews_are_forgotten_when_nobody_can_use_them_any_more() {
    let app = TestApp::start().await;
    let core = &app.state.core;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let key = app.make_key(actor, company, member, PermissionSet::ALL).await.id;
    let now = core.clock.now();
    let tx = core.db.begin().await.unwrap();
    for ago in [0, 2 * HOUR, 3 * DAY] {
        let token = || Token::from_bytes(core.entropy.bytes()).hash();
        let id = DownloadId::from_uuid(core.clock.uuid(&core.entropy));
        let file = NewDownload {
            id,
            company,
            key,
            permission: Permission::Report,
            token: token(),
            name: "res-partner.csv".to_owned(),
            media_type: "text/csv",
            bytes: 8,
            now: now.plus(-ago),
        };
        downloads::create(&tx, file).await.unwrap();
        for number in 0..2 {
            downloads::add_part(&tx, company, id, number, b"Acme".to_vec()).await.unwrap();
        }
        // A preview is good for five minutes, and what waits for the dashboard for a day.
        for token in [Some(token()), None] {
            let preview =
                Preview { summary: ago.to_string(), changes: Vec::new(), more: 0, note: None };
            let new = NewConfirmation {
                id: ConfirmationId::from_uuid(core.clock.uuid(&core.entropy)),
                company,
                member,
                key,
                permission: Permission::Write,
                mode: ConfirmMode::Preview,
                token,
                bound: Bound { arguments: vec![1], state: vec![1], policy: 1 },
                preview,
                client: None,
                now: now.plus(-ago),
            };
            confirmations::create(&tx, new).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    housekeeping::run(core).await.unwrap();

    let files = download::Entity::find().all(core.db.reader()).await.unwrap();
    assert_eq!(files.len(), 3);
    let waiting = files.iter().find(|file| file.expires_at > now.as_micros()).expect("is there");
    let parts = download_part::Entity::find().all(core.db.reader()).await.unwrap();
    assert_eq!(parts.iter().filter(|part| part.download_id == waiting.id).count(), 2);
    assert_eq!(parts.len(), 2, "of the others nothing is left");
    let previews = confirmation::Entity::find().all(core.db.reader()).await.unwrap();
    assert_eq!(previews.len(), 4, "those of three days ago are gone");
    assert!(previews.iter().all(|row| !row.preview.contains(&(3 * DAY).to_string())));
}

#[tokio::test]
async fn every_table_of_a_company_is_emptied_when_it_is_removed() {
    let app = TestApp::start().await;
    let core = &app.state.core;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let with_company = tables_with_company(&core.db).await;
    let known: BTreeSet<String> =
        company_removal::TABLES.iter().map(|table| (*table).to_owned()).collect();
    assert_eq!(with_company, known, "a table of companies is missing in the list");

    let name = companies::get_name(core.db.reader(), company).await.unwrap();
    let input = DeleteCompany { company, name };
    app.state.backend.companies.delete(owner, input).await.unwrap();
    let tx = core.db.begin().await.unwrap();
    let now = core.clock.now();
    assert!(!company_removal::delete(&tx, company, now).await.unwrap(), "not before its time");
    assert!(company_removal::delete(&tx, company, now.plus(7 * DAY)).await.unwrap());
    tx.commit().await.unwrap();
    for table in with_company {
        let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE company_id = ?");
        let values = [company.as_uuid().into()];
        let count = Statement::from_sql_and_values(core.db.backend(), sql, values);
        let row = core.db.reader().query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0, "{table}");
    }
    assert!(companies::get_name(core.db.reader(), company).await.is_err());
}

/// The tables with a column `company_id`; sessions only remember which company they show.
async fn tables_with_company(db: &Db) -> BTreeSet<String> {
    let sql = "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
               WHERE m.type = 'table' AND c.name = 'company_id' AND m.name <> 'sessions'";
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}
