//! What a person sets for themselves: their name, their time zone, their language, their devices.

use app::{
    backend::{Actor, Settings},
    texts::Locale,
};
use async_trait::async_trait;
use serde_json::json;
use shared::{
    Error,
    error::{Field, Problem},
    id::CompanyId,
    name::Name,
    role::Role,
    settings::{
        ChangePassword, CompanySettings, DeviceView, EndSession, SaveProfile, SettingsView,
    },
};

use super::AccountsService;
use crate::{
    domain::browser,
    error::{Fault, Outcome},
    services::{
        access,
        fields::Fields,
        notices, sessions as session_audit,
        time_view::{Face, parse_zone, zone_names},
    },
    store::{companies, memberships, sessions, users},
};

#[async_trait]
impl Settings for AccountsService {
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<SettingsView, Error> {
        self.settings(actor, company).await.map_err(Fault::into_answer)
    }

    async fn save_profile(
        &self,
        actor: Actor,
        input: SaveProfile,
    ) -> Result<Option<Locale>, Error> {
        self.set_profile(actor, input).await.map_err(Fault::into_answer)
    }

    async fn set_language(&self, actor: Actor, language: Locale) -> Result<(), Error> {
        self.keep_language(actor, language).await.map_err(Fault::into_answer)
    }

    async fn change_password(&self, actor: Actor, input: ChangePassword) -> Result<(), Error> {
        self.set_password(actor, input).await.map_err(Fault::into_answer)
    }

    async fn end_session(&self, actor: Actor, input: EndSession) -> Result<(), Error> {
        self.end_one(actor, input).await.map_err(Fault::into_answer)
    }

    async fn end_other_sessions(&self, actor: Actor) -> Result<(), Error> {
        self.end_others(actor).await.map_err(Fault::into_answer)
    }
}

impl AccountsService {
    async fn settings(&self, actor: Actor, company: CompanyId) -> Outcome<SettingsView> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        let user = users::find(db, actor.user).await?.ok_or(Error::SignedOut)?;
        let face = Face::of(&self.core, actor).await?;
        let mut devices: Vec<DeviceView> = sessions::list(db, actor.user)
            .await?
            .into_iter()
            .filter(|device| device.session.times.is_live(face.now))
            .map(|device| DeviceView {
                session: device.session.id,
                browser: browser::describe(&device.user_agent),
                address: device.address,
                signed_in: face.view(device.session.times.created_at),
                seen: face.view(device.session.times.last_seen_at),
                is_this: device.session.id == actor.session,
            })
            .collect();
        devices.sort_by_key(|device| !device.is_this);

        let people = memberships::list(db, company).await?;
        let owners: Vec<String> = people
            .into_iter()
            .filter(|(member, _)| member.role == Role::Owner)
            .map(|(_, person)| person.name)
            .collect();
        Ok(SettingsView {
            name: user.name,
            email: user.email,
            time_zone: user.time_zone,
            time_zones: zone_names(),
            devices,
            company: CompanySettings {
                name: companies::get_name(db, company).await?,
                member: me.id,
                is_last_owner: me.role == Role::Owner && owners.len() <= 1,
                owners,
                deletion: companies::get_deletion(db, company).await?.map(|at| face.view(at)),
            },
        })
    }

    async fn set_profile(&self, actor: Actor, input: SaveProfile) -> Outcome<Option<Locale>> {
        let SaveProfile { name, time_zone, language } = input;
        let mut fields = Fields::default();
        let name = fields.take(Field::PersonName, Name::parse(&name));
        let time_zone = fields.take(Field::TimeZone, parse_zone(&time_zone));
        let language = fields.take(Field::Language, parse_language(&language));
        let (Some(name), Some(time_zone), Some(language)) = (name, time_zone, language) else {
            return Err(fields.into_error().into());
        };
        let tx = self.core.db.begin().await?;
        users::update_profile(&tx, actor.user, &name, time_zone).await?;
        if let Some(language) = language {
            users::update_language(&tx, actor.user, language.as_ref()).await?;
        }
        let detail = json!({});
        session_audit::audit(&self.core, &tx, actor, "user.profile_saved", actor.user, detail)
            .await?;
        tx.commit().await?;
        notices::announce_to(&self.core, actor.user).await;
        tracing::info!(user.id = %actor.user, "saved a profile");
        Ok(language)
    }

    async fn keep_language(&self, actor: Actor, language: Locale) -> Outcome<()> {
        let tx = self.core.db.begin().await?;
        users::update_language(&tx, actor.user, language.as_ref()).await?;
        let detail = json!({ "language": language.to_string() });
        session_audit::audit(&self.core, &tx, actor, "user.language_chosen", actor.user, detail)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Another person's session is not found, with the same answer as for one that never was.
    async fn end_one(&self, actor: Actor, input: EndSession) -> Outcome<()> {
        let EndSession { session } = input;
        let tx = self.core.db.begin().await?;
        if !sessions::end(&tx, actor.user, session, self.core.clock.now()).await? {
            return Err(Error::NotFound.into());
        }
        session_audit::audit(&self.core, &tx, actor, "session.revoked", session, json!({})).await?;
        tx.commit().await?;
        self.core.news.announce_ended_session(actor.user);
        tracing::info!(user.id = %actor.user, session.id = %session, "signed a device out");
        Ok(())
    }

    async fn end_others(&self, actor: Actor) -> Outcome<()> {
        let tx = self.core.db.begin().await?;
        let now = self.core.clock.now();
        let ended = sessions::end_all(&tx, actor.user, Some(actor.session), now).await?;
        let detail = json!({ "ended": ended });
        session_audit::audit(&self.core, &tx, actor, "session.others_revoked", actor.user, detail)
            .await?;
        tx.commit().await?;
        self.core.news.announce_ended_session(actor.user);
        tracing::info!(user.id = %actor.user, ended, "signed all other devices out");
        Ok(())
    }
}

/// The language with this code; nothing leaves it as it is.
fn parse_language(code: &str) -> Result<Option<Locale>, Problem> {
    match code.trim() {
        "" => Ok(None),
        code => code.parse().map(Some).map_err(|_| Problem::Unknown),
    }
}
