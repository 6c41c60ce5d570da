//! The way to the first answered question.

use app::backend::{Actor, Onboarding};
use async_trait::async_trait;
use shared::{
    Error,
    id::CompanyId,
    onboarding::{Fold, FoldSteps, Step, StepView, StepsView},
    role::{Action, allows},
};

use super::{Core, access};
use crate::{
    error::{Fault, Outcome},
    store::{odoo_accounts, odoo_connections, onboarding},
};

/// Implements [`Onboarding`].
#[derive(Clone, Debug)]
pub struct OnboardingService {
    core: Core,
}

impl OnboardingService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn view(&self, actor: Actor, company: CompanyId) -> Outcome<StepsView> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        if onboarding::has_answer(db, company, me.id).await? {
            return Ok(StepsView::default());
        }
        let (has_key, was_used) =
            onboarding::keys(db, company, me.id, self.core.clock.now()).await?;
        let mut steps = Vec::new();
        // The company's connection is no business of those who may not make it.
        if allows(me.role, Action::ManageConnection).is_allowed() {
            let done = odoo_connections::find(db, company).await?.is_some();
            steps.push(StepView { step: Step::Connect, done });
        }
        let linked = odoo_accounts::find_of_member(db, company, me.id).await?.is_some();
        steps.extend([
            StepView { step: Step::Link, done: linked },
            StepView { step: Step::Generate, done: has_key },
            StepView { step: Step::Client, done: was_used },
            StepView { step: Step::Ask, done: false },
        ]);
        let folded = onboarding::is_folded(db, company, me.id).await?;
        Ok(StepsView { steps, fold: if folded { Fold::Folded } else { Fold::Open } })
    }

    /// How a list looks to one person is no deed: no audit entry.
    async fn keep_fold(&self, actor: Actor, input: FoldSteps) -> Outcome<()> {
        let FoldSteps { company, fold } = input;
        let transaction = self.core.db.begin().await?;
        let me = access::membership(&transaction, &actor, company).await?;
        let folded_at = match fold {
            Fold::Open => None,
            Fold::Folded => Some(self.core.clock.now()),
        };
        onboarding::update_fold(&transaction, company, me.id, folded_at).await?;
        Ok(transaction.commit().await?)
    }
}

#[async_trait]
impl Onboarding for OnboardingService {
    async fn steps(&self, actor: Actor, company: CompanyId) -> Result<StepsView, Error> {
        self.view(actor, company).await.map_err(Fault::into_answer)
    }

    async fn fold(&self, actor: Actor, input: FoldSteps) -> Result<(), Error> {
        self.keep_fold(actor, input).await.map_err(Fault::into_answer)
    }
}
