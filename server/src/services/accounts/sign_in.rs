//! Signing in.

use std::net::IpAddr;

use app::backend::{Caller, SignedIn};
use sea_orm::ConnectionTrait;
use shared::{
    Error,
    account::SignIn,
    email::Email,
    error::{Field, Problem},
    id::UserId,
    notice::Notice,
};
use zeroize::Zeroizing;

use super::{AccountsService, attempts::is_on_network};
use crate::{
    domain::{
        browser,
        password::{Password, Verdict},
    },
    error::Outcome,
    services::{fields::Fields, notices, sessions},
    store::{sessions as session_rows, users},
};

impl AccountsService {
    /// Signs in. An unknown e-mail and a wrong password get the same answer after the same work.
    pub(super) async fn start_session(&self, caller: &Caller, input: SignIn) -> Outcome<SignedIn> {
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

        let attempt = self.take_of_address(&email, caller.address)?;
        let user = users::find_by_email(self.core.db.reader(), &email).await?;
        let attempt = self.take_of_account(attempt, user.as_ref().map(|user| user.id)).await?;

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
        // Hashing took its time: a password that was replaced meanwhile, which ended all sessions, starts none. Whoever
        // replaces it from now on waits for this transaction, and ends this session too.
        let verified = user.password_hash.as_str();
        let kept = rehashed.unwrap_or_else(|| verified.to_owned());
        if !users::update_password_hash(&tx, user.id, verified, kept).await? {
            tracing::info!(user.id = %user.id, "a sign-in was refused: the password is another by now");
            return Err(Error::WrongCredentials.into());
        }
        let device = browser::describe(&caller.user_agent);
        let is_new = is_new_device(&tx, user.id, &device, caller.address).await?;
        let started = sessions::start(&self.core, &tx, caller, user.id, None).await?;
        if is_new {
            let address = caller.address.to_string();
            let notice = Notice::NewDevice { browser: device, address };
            notices::tell(&self.core, &tx, user.id, None, &notice).await?;
        }
        tx.commit().await?;
        if is_new {
            notices::announce_to(&self.core, user.id).await;
        }

        self.give_back(attempt);
        tracing::info!(user.id = %user.id, session.id = %started.actor.session, "signed in");
        let language = user.language.and_then(|language| language.parse().ok());
        Ok(SignedIn { cookie: self.start_cookie(&started.token), language })
    }
}

/// Whether no session that is kept of `user` was started by such a browser on that network. The first of
/// all is none: nobody else can have been there before.
async fn is_new_device(
    db: &impl ConnectionTrait,
    user: UserId,
    browser: &str,
    address: IpAddr,
) -> Outcome<bool> {
    let known = session_rows::list(db, user).await?;
    let is_same = known.iter().any(|device| {
        browser::describe(&device.user_agent) == browser && is_on_network(device, address)
    });
    Ok(!known.is_empty() && !is_same)
}
