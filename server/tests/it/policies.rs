//! What a company lets its keys do, on both databases.

use app::backend::{ApiKeys as _, Policies as _};
use sea_orm::EntityTrait as _;
use server::entities::{audit_entry, policy};
use shared::{
    Error,
    api_key::ListApiKeys,
    company::{Ceilings, MAX_CALLS_PER_MINUTE, SetCeilings, SetGatewayRules},
    error::{Field, FieldError, Problem},
    id::CompanyId,
    permission::{Permission, PermissionSet},
};
use uuid::Uuid;

use crate::support::{
    core::{Company, for_both_databases},
    keys::Keys,
};

fn input(company: CompanyId, member: &[&str]) -> SetCeilings {
    let all = || Permission::ALL.iter().map(ToString::to_string).collect();
    let member = member.iter().map(|name| (*name).to_owned()).collect();
    SetCeilings { company, owner: all(), admin: all(), member }
}

#[tokio::test(flavor = "multi_thread")]
async fn ceilings_are_set_shown_counted_and_written_down() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id, owner, admin, member } = keys.company;
        let shown = async || keys.policies.policies(admin.actor, id).await.expect("is shown");
        assert_eq!(shown().await.ceilings, Ceilings::DEFAULT);
        keys.make(member, "within").await;
        let ended = keys.make(member, "ended").await;
        keys.revoke(ended.id).await.expect("is revoked");
        keys.make(admin, "of another role").await;
        assert_eq!(shown().await.keys_above_ceiling, 0);

        let set = async |actor, names: &[&str]| {
            keys.policies.set_ceilings(actor, input(id, names)).await.expect("is set");
        };
        set(owner.actor, &["query", "read"]).await;
        let read_only = PermissionSet::of(&[Permission::Query, Permission::Read]);
        let view = shown().await;
        assert_eq!(view.ceilings, Ceilings { member: read_only, ..Ceilings::DEFAULT });
        // Only the live key of a member: the ended one is over, and the admin's has no such ceiling.
        assert_eq!(view.keys_above_ceiling, 1);
        let page = keys.service.list(member.actor, id, ListApiKeys::default()).await;
        for key in page.expect("is listed").keys {
            assert_eq!((key.permissions, key.effective), (PermissionSet::DEFAULT, read_only));
        }

        set(admin.actor, &["query", "read", "schema"]).await;
        assert_eq!(shown().await.keys_above_ceiling, 0);
        let row = policy::Entity::find_by_id(id.as_uuid()).one(keys.core.db.reader()).await;
        assert_eq!(row.expect("answers").expect("is there").version, 2);
        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await;
        let changes = entries.expect("answers").into_iter();
        assert_eq!(changes.filter(|entry| entry.action == "policy.changed").count(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_strangers_set_no_policies() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let never = CompanyId::from_uuid(Uuid::from_u128(7));
        for (actor, company, expected) in [
            (keys.company.member.actor, keys.company.id, Error::Forbidden),
            (other.owner.actor, keys.company.id, Error::NotFound),
            (other.owner.actor, never, Error::NotFound),
        ] {
            let shown = keys.policies.policies(actor, company).await;
            assert_eq!(shown.expect_err("is refused"), expected);
            let set = keys.policies.set_ceilings(actor, input(company, &[])).await;
            assert_eq!(set.expect_err("is refused"), expected);
        }
        let rows = policy::Entity::find().all(keys.core.db.reader()).await;
        assert!(rows.expect("answers").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rate_is_refused_at_its_own_field() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let range = Problem::OutOfRange { min: 1, max: MAX_CALLS_PER_MINUTE };
        for (calls, writes, wrong) in [
            ("0", "30", vec![Field::CallRate]),
            ("120", "often", vec![Field::WriteRate]),
            ("", "-1", vec![Field::CallRate, Field::WriteRate]),
        ] {
            let input = SetGatewayRules {
                company: keys.company.id,
                create: "preview".to_owned(),
                write: "preview".to_owned(),
                execute: "preview".to_owned(),
                workflow: "preview".to_owned(),
                calls_per_minute: calls.to_owned(),
                writes_per_minute: writes.to_owned(),
                record_arguments: String::new(),
                open_models: String::new(),
                closed_models: String::new(),
                secret_fields: String::new(),
                open_methods: String::new(),
            };
            let refused = keys.policies.set_gateway(keys.company.owner.actor, input).await;
            let wrong = wrong.into_iter().map(|field| FieldError { field, problem: range });
            assert_eq!(refused, Err(Error::Invalid(wrong.collect())), "{calls} {writes}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_permission_is_told_and_nothing_is_set() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        for name in ["delete", "Query", "", "query read", "query\0"] {
            let refused = keys
                .policies
                .set_ceilings(keys.company.owner.actor, input(keys.company.id, &[name]));
            let refused = refused.await.expect_err("is refused");
            assert_eq!(refused, Error::field(Field::Permissions, Problem::Unknown), "{name:?}");
        }
        let rows = policy::Entity::find().all(keys.core.db.reader()).await;
        assert!(rows.expect("answers").is_empty());
    })
    .await;
}
