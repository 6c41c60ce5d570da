//! Changing a password by the old one, and setting one by a link.

use app::backend::{Actor, Caller};
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error,
    account::{ResetPassword, ResetPreview},
    email::Email,
    error::{Field, Problem},
    id::{SessionId, UserId},
    notice::Notice,
    settings::ChangePassword,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::AccountsService;
use crate::{
    domain::password::{Password, Verdict},
    error::{Fault, Outcome},
    services::{fields::Fields, notices, password_resets, sessions},
    store::{
        memberships, password_resets as reset_rows, sessions as session_rows,
        users::{self, User},
    },
};

impl AccountsService {
    /// Changes the actor's password. All their other sessions end, and every link that would set it.
    pub(super) async fn set_password(&self, actor: Actor, input: ChangePassword) -> Outcome<()> {
        let ChangePassword { current, password } = input;
        let current = Zeroizing::new(current);
        let core = &self.core;
        let user = users::find(core.db.reader(), actor.user).await?.ok_or(Error::SignedOut)?;
        let wanted = Password::typed(&password);
        let chosen = self.choose_password(password, self.hints(&user).await?).await?;
        let mut fields = Fields::default();
        let given = if current.is_empty() { Err(Problem::Required) } else { Ok(()) };
        let given = fields.take(Field::CurrentPassword, given);
        let chosen = fields.take(Field::Password, chosen);
        let (Some(()), Some(chosen)) = (given, chosen) else {
            return Err(fields.into_error().into());
        };

        // Whoever found the browser open guesses no better here than at sign-in.
        let email = email_of(&user)?;
        let take = || async {
            let attempt = self.take_of_address(&email, actor.address)?;
            self.take_of_account(attempt, Some(user.id)).await
        };
        let attempt = take().await?;
        let (typed, stored) = (Password::typed(&current), user.password_hash.clone());
        let verdict = self.hashing.run(move || typed.verify(Some(&stored))).await?;
        if verdict == Verdict::Wrong {
            // The answer to the first sending may have got lost: then it is the new one by now. To ask is another guess.
            let another = take().await?;
            let stored = user.password_hash.clone();
            let verdict = self.hashing.run(move || wanted.verify(Some(&stored))).await?;
            if verdict != Verdict::Wrong {
                self.give_back(another);
                self.give_back(attempt);
                return Ok(());
            }
            tracing::info!(user.id = %user.id, "a change of password was refused: wrong password");
            return Err(Error::field(Field::CurrentPassword, Problem::NotYourPassword).into());
        }
        self.give_back(attempt);
        let hash = self.hash_password(chosen).await?;

        let tx = core.db.begin().await?;
        // Somebody who changed it meanwhile did not mean this password to be the old one.
        if !users::update_password_hash(&tx, user.id, &user.password_hash, hash).await? {
            return Err(Error::field(Field::CurrentPassword, Problem::NotYourPassword).into());
        }
        self.end_what_knew_it(&tx, user.id, Some(actor.session)).await?;
        sessions::audit(core, &tx, actor, "user.password_changed", user.id, json!({})).await?;
        notices::tell(core, &tx, user.id, None, &Notice::PasswordChanged).await?;
        tx.commit().await?;
        core.news.announce_ended_session(user.id);
        notices::announce_to(core, user.id).await;
        tracing::info!(user.id = %user.id, "changed a password");
        Ok(())
    }

    /// Whose password a link sets.
    pub(super) async fn preview_reset(&self, token: &str) -> Outcome<ResetPreview> {
        let db = self.core.db.reader();
        let reset = password_resets::find_good(db, token, self.core.clock.now()).await?;
        let user = users::find(db, reset.user).await?.ok_or(Error::ResetEnded)?;
        Ok(ResetPreview { email: user.email })
    }

    /// Sets a password by a link, which is used up. All sessions of the person end.
    pub(super) async fn set_by_link(&self, caller: &Caller, input: ResetPassword) -> Outcome<()> {
        let ResetPassword { token, password } = input;
        let token = Zeroizing::new(token);
        let core = &self.core;
        self.throttles.take_address(caller.address, core.clock.now())?;
        let reset = password_resets::find_good(core.db.reader(), &token, core.clock.now()).await?;
        let user = users::find(core.db.reader(), reset.user).await?.ok_or(Error::ResetEnded)?;
        let chosen = self
            .choose_password(password, self.hints(&user).await?)
            .await?
            .map_err(|problem| Error::field(Field::Password, problem))?;
        let hash = self.hash_password(chosen).await?;

        let tx = core.db.begin().await?;
        let now = core.clock.now();
        // The maker may have lost their standing while the password was hashed.
        let reset = password_resets::find_good(&tx, &token, now).await?;
        if !reset_rows::use_up(&tx, reset.id, now).await? {
            return Err(Error::ResetEnded.into());
        }
        users::replace_password_hash(&tx, user.id, hash).await?;
        self.end_what_knew_it(&tx, user.id, None).await?;
        // Nobody is signed in: whoever has the link acts as the person.
        let session = SessionId::from_uuid(Uuid::nil());
        let actor = Actor { user: user.id, session, address: caller.address };
        let detail = json!({ "link": reset.id });
        sessions::audit(core, &tx, actor, "user.password_reset", user.id, detail).await?;
        notices::tell(core, &tx, user.id, None, &Notice::PasswordReset).await?;
        tx.commit().await?;
        core.news.announce_ended_session(user.id);
        notices::announce_to(core, user.id).await;
        tracing::info!(user.id = %user.id, "set a password by a link");
        Ok(())
    }

    /// Ends what was started under the old password, or could set another one.
    async fn end_what_knew_it(
        &self,
        db: &impl ConnectionTrait,
        user: UserId,
        but: Option<SessionId>,
    ) -> Outcome<()> {
        let now = self.core.clock.now();
        session_rows::end_all(db, user, but, now).await?;
        reset_rows::end_all(db, user, now).await?;
        Ok(())
    }

    /// What an attacker knows of a person, too.
    async fn hints(&self, user: &User) -> Outcome<Vec<String>> {
        let companies = memberships::list_of_user(self.core.db.reader(), user.id).await?;
        let names = companies.into_iter().map(|(_, name)| name);
        Ok([user.name.clone(), user.email.clone()].into_iter().chain(names).collect())
    }
}

fn email_of(user: &User) -> Outcome<Email> {
    Email::parse(&user.email).map_err(|_| Fault::Internal(format!("{} has no e-mail", user.id)))
}
