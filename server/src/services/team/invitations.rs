//! Inviting people.

use app::backend::Actor;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error,
    email::Email,
    error::{Field, Problem},
    id::{CompanyId, InvitationId, MemberId, UserId},
    member::{InvitationLink, Invite, RenewInvitation, WithdrawInvitation},
    notice::Notice,
    role::{Action, Role, allows},
    time::DAY,
};
use url::Url;

use super::TeamService;
use crate::{
    domain::token::Token,
    error::{Fault, Outcome},
    services::{
        access::{self, Membership},
        fields::Fields,
        notices, time_view,
    },
    store::{
        companies,
        invitations::{self, Invitation},
        memberships, users,
    },
    sync::locked,
};

/// How long a link works, in microseconds.
const LIFETIME: i64 = 7 * DAY;

impl TeamService {
    /// Invites somebody. An open invitation for the same e-mail is replaced: its link stops working.
    pub(super) async fn make_invitation(
        &self,
        actor: Actor,
        input: Invite,
    ) -> Outcome<InvitationLink> {
        let Invite { company, email, role } = input;
        // Whoever may not invite learns nothing about what they sent.
        let viewer = access::membership(self.core.db.reader(), &actor, company).await?;
        access::allow(viewer.role, Action::Invite(Role::Member))?;
        let mut fields = Fields::default();
        let email = fields.take(Field::Email, Email::parse(&email));
        let role = fields.take(Field::Role, role.parse::<Role>().map_err(|_| Problem::Unknown));
        let (Some(email), Some(role)) = (email, role) else {
            return Err(fields.into_error().into());
        };

        let core = &self.core;
        let taken = locked(&self.invitations).take(&company, core.clock.now());
        taken.map_err(Error::from)?;
        let tx = core.db.begin().await?;
        let viewer = access::locked_membership(&tx, &actor, company).await?;
        access::allow(viewer.role, Action::Invite(role))?;
        let known = users::find_by_email(&tx, &email).await?.map(|user| user.id);
        if let Some(user) = known
            && memberships::find_of_user(&tx, company, user).await?.is_some()
        {
            return Err(Error::AlreadyMember.into());
        }
        let open = invitations::find_by_email(&tx, company, &email).await?;
        let (invitation, token, told) = match open {
            Some(open) => {
                access::allow(viewer.role, Action::Invite(open.role))?;
                let open = Invitation { role, ..open };
                let (renewed, token) = self.renew(&tx, &viewer, open).await?;
                (renewed, token, None)
            }
            None => {
                let id = InvitationId::from_uuid(core.clock.uuid(&core.entropy));
                let invitation = self.made_by(&viewer, id, email.as_str().to_owned(), role);
                let token = Token::from_bytes(core.entropy.bytes());
                invitations::create(&tx, &invitation, token.hash()).await?;
                let told = self.tell_invited(&tx, actor, company, known).await?;
                (invitation, token, told)
            }
        };
        let detail = json!({ "role": role });
        core.audit(&tx, actor, company, "member.invited", invitation.id, detail).await?;
        core.commit(tx, company).await?;
        if let Some(user) = told {
            notices::announce_to(core, user).await;
        }
        tracing::info!(company.id = %company, invitation.id = %invitation.id, "invited somebody");
        self.link(invitation, &token)
    }

    /// Replaces an invitation's link.
    pub(super) async fn replace_link(
        &self,
        actor: Actor,
        input: RenewInvitation,
    ) -> Outcome<InvitationLink> {
        let RenewInvitation { company, invitation } = input;
        let tx = self.core.db.begin().await?;
        let (viewer, open) = self.lock_open(&tx, actor, company, invitation).await?;
        let (renewed, token) = self.renew(&tx, &viewer, open).await?;
        let detail = json!({ "role": renewed.role });
        self.core.audit(&tx, actor, company, "invitation.renewed", invitation, detail).await?;
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, invitation.id = %invitation, "renewed an invitation");
        self.link(renewed, &token)
    }

    /// Withdraws an invitation.
    pub(super) async fn end_invitation(
        &self,
        actor: Actor,
        input: WithdrawInvitation,
    ) -> Outcome<()> {
        let WithdrawInvitation { company, invitation } = input;
        let tx = self.core.db.begin().await?;
        let (_, open) = self.lock_open(&tx, actor, company, invitation).await?;
        invitations::withdraw(&tx, company, open.id, self.core.clock.now()).await?;
        let detail = json!({ "role": open.role });
        self.core.audit(&tx, actor, company, "invitation.withdrawn", invitation, detail).await?;
        self.core.commit(tx, company).await?;
        tracing::info!(company.id = %company, invitation.id = %invitation, "withdrew an invitation");
        Ok(())
    }

    /// Locks the company and finds the open invitation, which the actor may change. For those who may
    /// invite nobody, invitations are not visible.
    async fn lock_open(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        company: CompanyId,
        invitation: InvitationId,
    ) -> Outcome<(Membership, Invitation)> {
        access::membership(db, &actor, company).await?;
        let viewer = access::locked_membership(db, &actor, company).await?;
        access::allow(viewer.role, Action::Invite(Role::Member))?;
        let open = invitations::get(db, company, invitation).await?;
        access::allow(viewer.role, Action::Invite(open.role))?;
        Ok((viewer, open))
    }

    /// Gives an open invitation a new link under the viewer's own standing.
    async fn renew(
        &self,
        db: &impl ConnectionTrait,
        viewer: &Membership,
        open: Invitation,
    ) -> Outcome<(Invitation, Token)> {
        let Invitation { id, email, role, .. } = open;
        let renewed = self.made_by(viewer, id, email, role);
        let token = Token::from_bytes(self.core.entropy.bytes());
        if !invitations::renew(db, &renewed, token.hash()).await? {
            return Err(Error::NotFound.into());
        }
        Ok((renewed, token))
    }

    /// Tells whoever has an account that `company` invited them, once on a day (in UTC): that is shown in all of their companies,
    /// where whoever invites and withdraws in turns would leave room for nothing else. Gives whom, if they are told now.
    async fn tell_invited(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        company: CompanyId,
        invited: Option<UserId>,
    ) -> Outcome<Option<UserId>> {
        let Some(user) = invited else { return Ok(None) };
        let core = &self.core;
        let by = notices::name_of(db, actor.user).await?;
        let name = companies::get_name(db, company).await?;
        let notice = Notice::Invited { by, company: name };
        let once = format!("invited:{company}:{user}:{}", time_view::day(core.clock.now()));
        let is_new = notices::tell_once(core, db, user, None, &notice, once).await?;
        Ok(is_new.then_some(user))
    }

    fn made_by(
        &self,
        viewer: &Membership,
        id: InvitationId,
        email: String,
        role: Role,
    ) -> Invitation {
        let created_at = self.core.clock.now();
        let invited_by: MemberId = viewer.id;
        let expires_at = created_at.plus(LIFETIME);
        Invitation { id, company: viewer.company, email, role, invited_by, created_at, expires_at }
    }

    fn link(&self, invitation: Invitation, token: &Token) -> Outcome<InvitationLink> {
        let url = link_url(&self.core.settings.public_url, token)
            .ok_or_else(|| Fault::Internal("the public address takes no path".to_owned()))?;
        Ok(InvitationLink {
            invitation: invitation.id,
            email: invitation.email,
            url: url.to_string(),
        })
    }
}

/// Whether the member who made the invitation is still one, and may still give that role.
pub(in crate::services) async fn may_still_invite(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
) -> Outcome<bool> {
    match memberships::get(db, invitation.company, invitation.invited_by).await {
        Ok(inviter) => Ok(allows(inviter.role, Action::Invite(invitation.role)).is_allowed()),
        Err(Fault::Refused(Error::NotFound)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

fn link_url(public_url: &Url, token: &Token) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.clear().extend(["invitation", &token.to_text()]);
    Some(url)
}
