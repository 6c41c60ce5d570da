//! Founding a company.

use app::backend::{Caller, SessionCookie};
use serde_json::json;
use shared::{
    Error,
    account::{SignUp, SignupState},
    email::Email,
    error::Field,
    id::{CompanyId, MemberId},
    name::Name,
    role::Role,
};

use super::{
    AccountsService,
    people::{self, NewPerson},
};
use crate::{
    config::SignupMode,
    error::Outcome,
    services::{fields::Fields, sessions},
    store::{
        companies,
        memberships::{self, Membership},
        users,
    },
};

impl AccountsService {
    /// Whether anybody may found a company now.
    pub(super) async fn find_signup_state(&self) -> Outcome<SignupState> {
        let first = !users::exists(self.core.db.reader()).await?;
        Ok(SignupState { open: self.is_open(first), first })
    }

    /// Founds a company and its first owner, and signs them in.
    pub(super) async fn found_company(
        &self,
        caller: &Caller,
        input: SignUp,
    ) -> Outcome<SessionCookie> {
        let SignUp { name, company, email, password, time_zone } = input;
        if !self.find_signup_state().await?.open {
            return Err(Error::SignupClosed.into());
        }
        self.throttles.take_address(caller.address, self.core.clock.now())?;

        let hints = vec![name.clone(), company.clone(), email.clone()];
        let chosen = self.choose_password(password, hints).await?;
        let mut fields = Fields::default();
        let name = fields.take(Field::PersonName, Name::parse(&name));
        let company_name = fields.take(Field::CompanyName, Name::parse(&company));
        let email = fields.take(Field::Email, Email::parse(&email));
        let password = fields.take(Field::Password, chosen);
        let (Some(name), Some(company_name), Some(email), Some(password)) =
            (name, company_name, email, password)
        else {
            return Err(fields.into_error().into());
        };
        let password_hash = self.hash_password(password).await?;

        let core = &self.core;
        let now = core.clock.now();
        let tx = core.db.begin().await?;
        // From here on nobody else signs up: of two first ones at once, the second finds a person.
        users::lock(&tx).await?;
        if !self.is_open(!users::exists(&tx).await?) {
            return Err(Error::SignupClosed.into());
        }
        let person = NewPerson { name: &name, email: &email, password_hash, time_zone: &time_zone };
        let user = people::create(core, &tx, person, now).await?;
        let company = CompanyId::from_uuid(core.clock.uuid(&core.entropy));
        let member = MemberId::from_uuid(core.clock.uuid(&core.entropy));
        companies::create(&tx, company, &company_name, now).await?;
        let owner = Membership { id: member, company, user, role: Role::Owner, joined_at: now };
        memberships::create(&tx, owner).await?;
        let started = sessions::start(core, &tx, caller, user, Some(company)).await?;
        core.audit(&tx, started.actor, company, "user.signed_up", user, json!({})).await?;
        core.audit(&tx, started.actor, company, "company.founded", company, json!({})).await?;
        tx.commit().await?;

        tracing::info!(user.id = %user, company.id = %company, "founded a company");
        Ok(self.start_cookie(&started.token))
    }

    /// Whether sign-up is open; `first` says that there is no person yet.
    fn is_open(&self, first: bool) -> bool {
        match self.core.settings.signup {
            SignupMode::First => first,
            SignupMode::Invite => false,
            SignupMode::Open => true,
        }
    }
}
