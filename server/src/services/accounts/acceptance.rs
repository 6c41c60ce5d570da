//! Accepting an invitation.

use app::backend::{Actor, Caller, SessionCookie};
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error,
    account::{AcceptAsMe, AcceptAsNew, Acceptance, InvitationPreview},
    email::Email,
    error::Field,
    id::MemberId,
    name::Name,
    notice::Notice,
    time::Timestamp,
};

use super::{
    AccountsService,
    people::{self, NewPerson},
};
use crate::{
    domain::token::{Token, TokenHash},
    error::{Fault, Outcome},
    services::{Core, fields::Fields, notices, sessions, team::may_still_invite},
    store::{
        companies,
        invitations::{self, Invitation},
        memberships::{self, Membership},
        sessions as session_rows, users,
    },
};

impl AccountsService {
    /// What an invitation's link shows.
    pub(super) async fn preview_invitation(
        &self,
        caller: &Caller,
        token: &str,
    ) -> Outcome<InvitationPreview> {
        let db = self.core.db.reader();
        let invitation = find_good(db, parse(token)?, self.core.clock.now()).await?;
        let inviter = memberships::get(db, invitation.company, invitation.invited_by).await?;
        let inviter = users::find(db, inviter.user).await?.ok_or(Error::InvitationEnded)?;
        let viewer = match caller.session {
            Some(actor) => users::find(db, actor.user).await?,
            None => None,
        };
        let acceptance = match viewer {
            Some(viewer) if viewer.email == invitation.email => Acceptance::SignedIn,
            Some(_) => Acceptance::SignedInAsAnother,
            None => match users::find_by_email(db, &email_of(&invitation)?).await? {
                Some(_) => Acceptance::SignInFirst,
                None => Acceptance::NewPerson,
            },
        };
        Ok(InvitationPreview {
            company: companies::get_name(db, invitation.company).await?,
            invited_by: inviter.name,
            email: invitation.email,
            role: invitation.role,
            acceptance,
        })
    }

    /// Accepts as a new person and signs them in.
    pub(super) async fn join_as_new(
        &self,
        caller: &Caller,
        input: AcceptAsNew,
    ) -> Outcome<SessionCookie> {
        let AcceptAsNew { token, name, password, time_zone } = input;
        let core = &self.core;
        let token = parse(&token)?;
        let invitation = find_good(core.db.reader(), token, core.clock.now()).await?;
        let email = email_of(&invitation)?;
        self.throttles.take_address(caller.address, core.clock.now())?;

        let company_name = companies::get_name(core.db.reader(), invitation.company).await?;
        let hints = vec![name.clone(), company_name, invitation.email.clone()];
        let chosen = self.choose_password(password, hints).await?;
        let mut fields = Fields::default();
        let name = fields.take(Field::PersonName, Name::parse(&name));
        let password = fields.take(Field::Password, chosen);
        let (Some(name), Some(password)) = (name, password) else {
            return Err(fields.into_error().into());
        };
        let password_hash = self.hash_password(password).await?;

        let now = core.clock.now();
        let tx = core.db.begin().await?;
        // Another company may have invited the same person, who may accept both at once.
        users::lock(&tx).await?;
        let invitation = find_good_locked(&tx, &invitation, token, now).await?;
        let person = NewPerson { name: &name, email: &email, password_hash, time_zone: &time_zone };
        let user = people::create(core, &tx, person, now).await?;
        let started = sessions::start(core, &tx, caller, user, Some(invitation.company)).await?;
        core.audit(&tx, started.actor, invitation.company, "user.signed_up", user, json!({}))
            .await?;
        join(core, &tx, started.actor, &invitation, token).await?;
        core.commit(tx, invitation.company).await?;

        tracing::info!(user.id = %user, company.id = %invitation.company, "accepted an invitation");
        Ok(self.start_cookie(&started.token))
    }

    /// Accepts as the person who is signed in.
    pub(super) async fn join_as_me(&self, actor: Actor, input: AcceptAsMe) -> Outcome<()> {
        let AcceptAsMe { token } = input;
        let core = &self.core;
        let token = parse(&token)?;
        let invitation = find_good(core.db.reader(), token, core.clock.now()).await?;

        let tx = core.db.begin().await?;
        let invitation = find_good_locked(&tx, &invitation, token, core.clock.now()).await?;
        let user = users::find(&tx, actor.user).await?.ok_or(Error::SignedOut)?;
        if user.email != invitation.email {
            return Err(Error::InvitationForAnother.into());
        }
        if memberships::find_of_user(&tx, invitation.company, actor.user).await?.is_some() {
            return Err(Error::AlreadyMember.into());
        }
        join(core, &tx, actor, &invitation, token).await?;
        session_rows::update_company(&tx, actor.session, invitation.company).await?;
        core.commit(tx, invitation.company).await?;

        tracing::info!(user.id = %actor.user, company.id = %invitation.company, "accepted an invitation");
        Ok(())
    }
}

/// Makes the actor a member and uses the invitation up.
async fn join(
    core: &Core,
    db: &impl ConnectionTrait,
    actor: Actor,
    invitation: &Invitation,
    token: TokenHash,
) -> Outcome<()> {
    let now = core.clock.now();
    let member = MemberId::from_uuid(core.clock.uuid(&core.entropy));
    let membership = Membership {
        id: member,
        company: invitation.company,
        user: actor.user,
        role: invitation.role,
        joined_at: now,
    };
    memberships::create(db, membership).await?;
    if !invitations::accept(db, invitation.id, token, member, now).await? {
        return Err(Error::InvitationEnded.into());
    }
    let detail = json!({ "invitation": invitation.id, "role": invitation.role });
    core.audit(db, actor, invitation.company, "member.joined", member, detail).await?;
    // The inviter's standing was checked with the invitation.
    let inviter = memberships::get(db, invitation.company, invitation.invited_by).await?;
    let person = notices::name_of(db, actor.user).await?;
    let notice = Notice::InvitationAccepted { person, role: invitation.role };
    notices::tell(core, db, inviter.user, Some(invitation.company), &notice).await?;
    Ok(())
}

fn parse(token: &str) -> Result<TokenHash, Error> {
    Token::parse(token).map(|token| token.hash()).ok_or(Error::InvitationEnded)
}

/// The invitation with this token, if it can still be accepted.
async fn find_good(
    db: &impl ConnectionTrait,
    token: TokenHash,
    now: Timestamp,
) -> Outcome<Invitation> {
    let invitation = invitations::find_by_token(db, token).await?.ok_or(Error::InvitationEnded)?;
    if invitation.expires_at <= now || !may_still_invite(db, &invitation).await? {
        return Err(Error::InvitationEnded.into());
    }
    Ok(invitation)
}

/// The same once more, with the company locked: what it says now holds until the transaction ends.
async fn find_good_locked(
    db: &impl ConnectionTrait,
    seen: &Invitation,
    token: TokenHash,
    now: Timestamp,
) -> Outcome<Invitation> {
    companies::lock(db, seen.company).await?;
    find_good(db, token, now).await
}

fn email_of(invitation: &Invitation) -> Outcome<Email> {
    Email::parse(&invitation.email)
        .map_err(|_| Fault::Internal(format!("{} is for no e-mail", invitation.id)))
}
