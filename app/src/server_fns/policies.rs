//! What keys may allow.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    company::{PoliciesView, SetCeilings, SetGatewayRules},
    id::CompanyId,
    key_rules::SetKeyRules,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::{error::Answer, wire::Wire};

/// The policies in force.
#[server(name = PoliciesCall, endpoint = "policies/policies", protocol = Wire<PostUrl>)]
pub async fn policies(company: CompanyId) -> Answer<PoliciesView> {
    answer(backend()?.policies.policies(actor()?, company).await)
}

/// Sets the ceilings.
#[server(name = SetCeilingsCall, endpoint = "policies/set_ceilings")]
pub async fn set_ceilings(input: SetCeilings) -> Answer<()> {
    answer(backend()?.policies.set_ceilings(actor()?, input).await)
}

/// Sets how changes are confirmed, what is open and closed, and how often keys may call.
#[server(name = SetGatewayCall, endpoint = "policies/set_gateway")]
pub async fn set_gateway(input: SetGatewayRules) -> Answer<()> {
    answer(backend()?.policies.set_gateway(actor()?, input).await)
}

/// Sets how long keys live, from where they come, and who makes them for whom.
#[server(name = SetKeyRulesCall, endpoint = "policies/set_key_rules")]
pub async fn set_key_rules(input: SetKeyRules) -> Answer<()> {
    answer(backend()?.policies.set_key_rules(actor()?, input).await)
}
