//! People, as they are written when they sign up.

use sea_orm::ConnectionTrait;
use shared::{
    Error,
    email::Email,
    error::{Field, Problem},
    id::UserId,
    name::Name,
    time::Timestamp,
};

use crate::{
    error::Outcome,
    services::{Core, time_view::parse_zone},
    store::users::{self, NewUser},
};

/// A person who signs up, founding a company or joining one.
pub(super) struct NewPerson<'a> {
    pub(super) name: &'a Name,
    pub(super) email: &'a Email,
    pub(super) password_hash: String,
    /// The name of the browser's time zone; whatever is none counts as UTC.
    pub(super) time_zone: &'a str,
}

/// Writes a person in the transaction `db`, which has locked the users.
///
/// # Errors
/// [`Problem::Taken`] when somebody has the e-mail.
pub(super) async fn create(
    core: &Core,
    db: &impl ConnectionTrait,
    person: NewPerson<'_>,
    now: Timestamp,
) -> Outcome<UserId> {
    let NewPerson { name, email, password_hash, time_zone } = person;
    if users::find_by_email(db, email).await?.is_some() {
        return Err(Error::field(Field::Email, Problem::Taken).into());
    }
    let id = UserId::from_uuid(core.clock.uuid(&core.entropy));
    let time_zone = parse_zone(time_zone).unwrap_or_default();
    let user = NewUser { id, name, email, password_hash, created_at: now, time_zone };
    users::create(db, user).await?;
    Ok(id)
}
