//! Changes that wait for a person.

use server::{
    services::Core,
    store::confirmations::{self, Bound, NewConfirmation},
};
use shared::{
    confirmation::{ConfirmMode, Preview},
    id::{ApiKeyId, CompanyId, ConfirmationId, MemberId},
    permission::Permission,
};

/// Writes `count` changes of one key that wait on the page Approvals, and gives them.
pub async fn wait_on_page(
    core: &Core,
    (company, member, key): (CompanyId, MemberId, ApiKeyId),
    count: usize,
) -> Vec<ConfirmationId> {
    let transaction = core.db.begin().await.expect("begins");
    let mut written = Vec::with_capacity(count);
    for _ in 0..count {
        let id = ConfirmationId::from_uuid(core.clock.uuid(&core.entropy));
        let new = NewConfirmation {
            id,
            company,
            member,
            key,
            permission: Permission::Write,
            mode: ConfirmMode::Dashboard,
            token: None,
            bound: Bound { arguments: vec![1], state: vec![2], policy: 0 },
            preview: Preview { summary: "Change".into(), changes: vec![], more: 0, note: None },
            client: None,
            now: core.clock.now(),
        };
        confirmations::create(&transaction, new).await.expect("is written");
        written.push(id);
    }
    transaction.commit().await.expect("commits");
    written
}
