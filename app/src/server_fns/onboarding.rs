//! The way to the first answered question.

use leptos::prelude::*;
use shared::{id::CompanyId, onboarding::StepView};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::error::Answer;

/// The person's own steps; none when their first question was answered.
#[server(name = StepsCall, endpoint = "onboarding/steps")]
pub async fn steps(company: CompanyId) -> Answer<Vec<StepView>> {
    answer(backend()?.onboarding.steps(actor()?, company).await)
}
