//! Changes that wait for a person.

use leptos::{prelude::*, server_fn::codec::PostUrl};
#[cfg(feature = "ssr")]
use shared::confirmation::ApprovalView;
use shared::{
    confirmation::{ApprovalPage, DecideApproval},
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
#[cfg(feature = "ssr")]
use crate::words;
use crate::{error::Answer, wire::Wire};

/// Changes that wait, the longest waiting first, and then the newest that are decided.
#[server(name = ApprovalsCall, endpoint = "approvals/list", protocol = Wire<PostUrl>)]
pub async fn approvals(company: CompanyId) -> Answer<ApprovalPage> {
    let page = answer(backend()?.approvals.list(actor()?, company).await)?;
    let told = |one: ApprovalView| ApprovalView { preview: words::preview(one.preview), ..one };
    Ok(ApprovalPage { approvals: page.approvals.into_iter().map(told).collect(), ..page })
}

/// Approves or refuses one.
#[server(name = DecideApprovalCall, endpoint = "approvals/decide")]
pub async fn decide_approval(input: DecideApproval) -> Answer<()> {
    answer(backend()?.approvals.decide(actor()?, input).await)
}
