//! The way to the first answered question.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    id::CompanyId,
    onboarding::{FoldSteps, StepsView},
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::{error::Answer, wire::Wire};

/// The person's own steps; none when their first question was answered.
#[server(name = StepsCall, endpoint = "onboarding/steps", protocol = Wire<PostUrl>)]
pub async fn steps(company: CompanyId) -> Answer<StepsView> {
    answer(backend()?.onboarding.steps(actor()?, company).await)
}

/// Keeps whether the person has folded the list of their steps up.
#[server(name = FoldStepsCall, endpoint = "onboarding/fold")]
pub async fn fold_steps(input: FoldSteps) -> Answer<()> {
    answer(backend()?.onboarding.fold(actor()?, input).await)
}
