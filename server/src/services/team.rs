//! Members and invitations.

mod invitations;
mod members;
mod page;
mod reset_link;
mod seen_keys;

use std::sync::{Arc, Mutex};

use app::backend::{Actor, Team};
use async_trait::async_trait;
use shared::{
    Error,
    id::CompanyId,
    member::{
        ChangeRole, InvitationLink, Invite, MakeResetLink, RemoveMember, RenewInvitation,
        ResetLink, TeamView, WithdrawInvitation,
    },
    time::HOUR,
};

use super::Core;
use crate::{
    domain::throttle::{Limit, Throttle},
    error::Fault,
};

pub(super) use invitations::may_still_invite;

/// How often a company invites: whoever has an account is told of it in all of their companies, and no team grows by more
/// in an hour.
const INVITATIONS: Limit = Limit { attempts: 100, period: HOUR };
/// Companies whose invitations are counted; some hundred bytes each.
const CAPACITY: usize = 10_000;

/// Implements [`Team`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TeamService {
    core: Core,
    /// Invitations, by company.
    invitations: Arc<Mutex<Throttle<CompanyId>>>,
}

impl TeamService {
    /// The service.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let invitations = Throttle::new(INVITATIONS, CAPACITY);
        Self { core, invitations: Arc::new(Mutex::new(invitations)) }
    }
}

#[async_trait]
impl Team for TeamService {
    async fn team(&self, actor: Actor, company: CompanyId) -> Result<TeamView, Error> {
        self.view(actor, company).await.map_err(Fault::into_answer)
    }

    async fn invite(&self, actor: Actor, input: Invite) -> Result<InvitationLink, Error> {
        self.make_invitation(actor, input).await.map_err(Fault::into_answer)
    }

    async fn renew_invitation(
        &self,
        actor: Actor,
        input: RenewInvitation,
    ) -> Result<InvitationLink, Error> {
        self.replace_link(actor, input).await.map_err(Fault::into_answer)
    }

    async fn withdraw_invitation(
        &self,
        actor: Actor,
        input: WithdrawInvitation,
    ) -> Result<(), Error> {
        self.end_invitation(actor, input).await.map_err(Fault::into_answer)
    }

    async fn make_reset_link(
        &self,
        actor: Actor,
        input: MakeResetLink,
    ) -> Result<ResetLink, Error> {
        self.make_reset(actor, input).await.map_err(Fault::into_answer)
    }

    async fn change_role(&self, actor: Actor, input: ChangeRole) -> Result<(), Error> {
        self.set_role(actor, input).await.map_err(Fault::into_answer)
    }

    async fn remove_member(&self, actor: Actor, input: RemoveMember) -> Result<(), Error> {
        self.take_out(actor, input).await.map_err(Fault::into_answer)
    }
}
