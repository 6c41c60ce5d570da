//! What keys may allow.

use leptos::prelude::*;
use shared::{
    company::{PoliciesView, SetCeilings},
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::error::Answer;

/// The policies in force.
#[server(name = PoliciesCall, endpoint = "policies/policies")]
pub async fn policies(company: CompanyId) -> Answer<PoliciesView> {
    answer(backend()?.policies.policies(actor()?, company).await)
}

/// Sets the ceilings.
#[server(name = SetCeilingsCall, endpoint = "policies/set_ceilings")]
pub async fn set_ceilings(input: SetCeilings) -> Answer<()> {
    answer(backend()?.policies.set_ceilings(actor()?, input).await)
}
