//! A link by which a member who has forgotten their password sets a new one.

use app::backend::Actor;
use serde_json::json;
use shared::{
    Error,
    member::{MakeResetLink, ResetLink},
    notice::Notice,
    role::Action,
};

use super::TeamService;
use crate::{
    error::Outcome,
    services::{access, notices, password_resets},
    store::memberships,
};

impl TeamService {
    /// Makes the link. The one that there was stops working.
    pub(super) async fn make_reset(
        &self,
        actor: Actor,
        input: MakeResetLink,
    ) -> Outcome<ResetLink> {
        let MakeResetLink { company, member } = input;
        let core = &self.core;
        let tx = core.db.begin().await?;
        access::membership(&tx, &actor, company).await?;
        let viewer = access::locked_membership(&tx, &actor, company).await?;
        let target = memberships::get(&tx, company, member).await?;
        access::allow(viewer.role, Action::ResetPassword(access::subject(&viewer, &target)))?;
        if !password_resets::works_here_only(&tx, company, target.user).await? {
            return Err(Error::NotYoursToReset.into());
        }
        let (link, url) =
            password_resets::make(core, &tx, target.user, Some((company, viewer.id))).await?;
        let detail = json!({ "link": link });
        core.audit(&tx, actor, company, "member.reset_link_made", member, detail).await?;
        let by = notices::name_of(&tx, actor.user).await?;
        let notice = Notice::ResetLinkMade { by };
        notices::tell(core, &tx, target.user, Some(company), &notice).await?;
        let name = notices::name_of(&tx, target.user).await?;
        core.commit(tx, company).await?;
        tracing::info!(company.id = %company, member.id = %member, "made a link for a new password");
        Ok(ResetLink { name, url: url.to_string() })
    }
}
