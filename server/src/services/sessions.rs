//! Sessions: whose a token is, starting one, ending one.

use std::{fmt::Display, net::IpAddr};

use app::backend::{Actor, Caller};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::id::{CompanyId, SessionId, UserId};

use super::Core;
use crate::{
    domain::token::Token,
    error::Outcome,
    store::{
        sessions::{self, NewSession},
        users,
    },
};

/// Answers, for every request, who it comes from.
#[derive(Clone, Debug)]
pub struct SessionsService {
    core: Core,
}

impl SessionsService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Whose the session with this token is, if it is live now; `address` is where the request comes
    /// from. Notes that the session was used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resolve(&self, token: &Token, address: IpAddr) -> Outcome<Option<Actor>> {
        let now = self.core.clock.now();
        let found = sessions::find_by_token(self.core.db.reader(), token.hash()).await?;
        let Some(session) = found.filter(|session| session.times.is_live(now)) else {
            return Ok(None);
        };
        if session.times.is_due(now) {
            let tx = self.core.db.begin().await?;
            sessions::touch(&tx, session.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some(Actor { user: session.user, session: session.id, address }))
    }

    /// Whether this session is live now, for what stays open longer than a request. It notes no use.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_live(&self, session: SessionId) -> Outcome<bool> {
        let found = sessions::find(self.core.db.reader(), session).await?;
        Ok(found.is_some_and(|session| session.times.is_live(self.core.clock.now())))
    }

    /// Whether anybody has signed up yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_people(&self) -> Outcome<bool> {
        Ok(users::exists(self.core.db.reader()).await?)
    }
}

/// A session that was just started: what goes into the cookie, and who acts from now on.
pub(super) struct Started {
    pub(super) token: Token,
    pub(super) actor: Actor,
}

/// Starts a session of `user` in the transaction `db`. The session that the browser had, whoever's,
/// ends: nobody can prepare a browser with a session that another person then signs in to.
pub(super) async fn start(
    core: &Core,
    db: &impl ConnectionTrait,
    caller: &Caller,
    user: UserId,
    company: Option<CompanyId>,
) -> Outcome<Started> {
    if let Some(old) = caller.session {
        end(core, db, old).await?;
    }
    let now = core.clock.now();
    let token = Token::from_bytes(core.entropy.bytes());
    let id = SessionId::from_uuid(core.clock.uuid(&core.entropy));
    let session = NewSession {
        id,
        user,
        company,
        token: token.hash(),
        address: caller.address,
        user_agent: &caller.user_agent,
        now,
    };
    sessions::create(db, session).await?;
    let actor = Actor { user, session: id, address: caller.address };
    audit(core, db, actor, "session.started", id, json!({})).await?;
    Ok(Started { token, actor })
}

/// Ends the actor's session in the transaction `db`.
pub(super) async fn end(core: &Core, db: &impl ConnectionTrait, actor: Actor) -> Outcome<()> {
    if sessions::end(db, actor.user, actor.session, core.clock.now()).await? {
        audit(core, db, actor, "session.ended", actor.session, json!({})).await?;
    }
    Ok(())
}

/// Writes an entry about what is a person's and no company's: a session, a password.
pub(super) async fn audit(
    core: &Core,
    db: &impl ConnectionTrait,
    actor: Actor,
    action: &'static str,
    target: impl Display,
    detail: Value,
) -> Outcome<()> {
    Ok(core.audit(db, actor, None::<CompanyId>, action, target, detail).await?)
}
