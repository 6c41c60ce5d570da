//! Signing up and in, sessions, accepting invitations.

mod acceptance;
mod attempts;
mod passwords;
mod people;
mod settings;
mod sign_in;
mod sign_up;
mod throttles;
mod viewer;

use std::sync::Arc;

use app::backend::{Accounts, Actor, Caller, SessionCookie, SignedIn};
use async_trait::async_trait;
use shared::{
    Error,
    account::{
        AcceptAsMe, AcceptAsNew, InvitationPreview, ResetPassword, ResetPreview, SignIn, SignUp,
        SignupState, Viewer,
    },
    company::SwitchCompany,
    error::Problem,
    id::CompanyId,
};
use zeroize::Zeroizing;

use super::{Core, HashingPool, sessions};
use crate::{
    domain::{password::Password, session_cookie::CookieKind, token::Token},
    error::{Fault, Outcome},
};
use throttles::Throttles;

/// Implements [`Accounts`].
#[derive(Clone, Debug)]
pub struct AccountsService {
    core: Core,
    hashing: HashingPool,
    throttles: Arc<Throttles>,
}

impl AccountsService {
    /// The service. One for the process: its throttles live in it.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self { core, hashing: HashingPool::new(), throttles: Arc::default() }
    }

    fn start_cookie(&self, token: &Token) -> SessionCookie {
        SessionCookie(CookieKind::of(&self.core.settings.public_url).start(token))
    }

    /// Reads a new password; the outer result is a fault, the inner one is for the form.
    async fn choose_password(
        &self,
        text: String,
        hints: Vec<String>,
    ) -> Outcome<Result<Password, Problem>> {
        let text = Zeroizing::new(text);
        let choose = move || {
            let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
            Password::choose(&text, &hints)
        };
        self.hashing.run(choose).await
    }

    async fn hash_password(&self, password: Password) -> Outcome<String> {
        let salt = self.core.entropy.bytes();
        self.hashing.run(move || password.hash(&salt)).await
    }

    async fn end_session(&self, caller: &Caller) -> Outcome<SessionCookie> {
        if let Some(actor) = caller.session {
            let tx = self.core.db.begin().await?;
            sessions::end(&self.core, &tx, actor).await?;
            tx.commit().await?;
            self.core.news.announce_ended_session(actor.user);
        }
        Ok(SessionCookie(CookieKind::of(&self.core.settings.public_url).end()))
    }
}

#[async_trait]
impl Accounts for AccountsService {
    async fn signup_state(&self) -> Result<SignupState, Error> {
        self.find_signup_state().await.map_err(Fault::into_answer)
    }

    async fn sign_up(&self, caller: &Caller, input: SignUp) -> Result<SessionCookie, Error> {
        self.found_company(caller, input).await.map_err(Fault::into_answer)
    }

    async fn sign_in(&self, caller: &Caller, input: SignIn) -> Result<SignedIn, Error> {
        self.start_session(caller, input).await.map_err(Fault::into_answer)
    }

    async fn sign_out(&self, caller: &Caller) -> Result<SessionCookie, Error> {
        self.end_session(caller).await.map_err(Fault::into_answer)
    }

    async fn viewer(&self, actor: Actor, shown: Option<CompanyId>) -> Result<Viewer, Error> {
        self.view(actor, shown).await.map_err(Fault::into_answer)
    }

    async fn switch_company(&self, actor: Actor, input: SwitchCompany) -> Result<(), Error> {
        self.show_company(actor, input).await.map_err(Fault::into_answer)
    }

    async fn invitation(&self, caller: &Caller, token: String) -> Result<InvitationPreview, Error> {
        self.preview_invitation(caller, &token).await.map_err(Fault::into_answer)
    }

    async fn accept_as_new(
        &self,
        caller: &Caller,
        input: AcceptAsNew,
    ) -> Result<SessionCookie, Error> {
        self.join_as_new(caller, input).await.map_err(Fault::into_answer)
    }

    async fn reset_preview(&self, token: String) -> Result<ResetPreview, Error> {
        self.preview_reset(&token).await.map_err(Fault::into_answer)
    }

    async fn reset_password(&self, caller: &Caller, input: ResetPassword) -> Result<(), Error> {
        self.set_by_link(caller, input).await.map_err(Fault::into_answer)
    }

    async fn accept_as_me(&self, actor: Actor, input: AcceptAsMe) -> Result<(), Error> {
        self.join_as_me(actor, input).await.map_err(Fault::into_answer)
    }
}
