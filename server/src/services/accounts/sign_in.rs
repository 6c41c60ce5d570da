//! Signing in.

use app::backend::{Caller, SessionCookie};
use shared::{
    Error,
    account::SignIn,
    email::Email,
    error::{Field, Problem},
};
use zeroize::Zeroizing;

use super::AccountsService;
use crate::{
    domain::password::{Password, Verdict},
    error::Outcome,
    services::{fields::Fields, sessions},
    store::users,
};

impl AccountsService {
    /// Signs in. An unknown e-mail and a wrong password get the same answer after the same work.
    pub(super) async fn start_session(
        &self,
        caller: &Caller,
        input: SignIn,
    ) -> Outcome<SessionCookie> {
        // Where to go afterwards is the page's business.
        let SignIn { email, password, next: _ } = input;
        let password = Zeroizing::new(password);
        let mut fields = Fields::default();
        let email = fields.take(Field::Email, Email::parse(&email));
        let given = if password.is_empty() { Err(Problem::Required) } else { Ok(()) };
        let given = fields.take(Field::Password, given);
        let (Some(email), Some(())) = (email, given) else {
            return Err(fields.into_error().into());
        };

        let now = self.core.clock.now();
        self.throttles.take(&email, caller.address, now).inspect_err(|_| {
            tracing::warn!("a sign-in was refused unread: too many attempts");
        })?;

        let user = users::find_by_email(self.core.db.reader(), &email).await?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let password = Password::typed(&password);
        let verdict = {
            let password = password.clone();
            self.hashing.run(move || password.verify(stored.as_deref())).await?
        };
        let user = match (user, verdict) {
            (Some(user), Verdict::Right | Verdict::RightButOutdated) => user,
            (user, _) => {
                let known = user.map(|user| user.id.to_string());
                tracing::info!(user.id = known, "a sign-in was refused: wrong credentials");
                return Err(Error::WrongCredentials.into());
            }
        };
        let rehashed = match verdict {
            Verdict::RightButOutdated => Some(self.hash_password(password).await?),
            Verdict::Right | Verdict::Wrong => None,
        };

        let tx = self.core.db.begin().await?;
        if let Some(to) = rehashed {
            users::update_password_hash(&tx, user.id, &user.password_hash, to).await?;
        }
        let started = sessions::start(&self.core, &tx, caller, user.id, None).await?;
        tx.commit().await?;

        self.throttles.give_back(&email, caller.address, now);
        tracing::info!(user.id = %user.id, session.id = %started.actor.session, "signed in");
        Ok(self.start_cookie(&started.token))
    }
}
