//! Links by which somebody who has forgotten their password sets a new one: made by an owner of their
//! company, or on the command line by whoever runs the server.
//!
//! A link is the whole account. So an owner makes one only for somebody who works in that company alone,
//! and the link ends when that, or the owner's standing, has changed.

use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error,
    email::Email,
    id::{CompanyId, MemberId, PasswordResetId, UserId},
    role::{Action, Subject, allows},
    time::{HOUR, Timestamp},
};
use url::Url;
use zeroize::Zeroizing;

use super::Core;
use crate::{
    domain::token::{Token, TokenHash},
    error::{Fault, Outcome},
    store::{
        memberships,
        password_resets::{self, PasswordReset},
        users,
    },
};

/// How long a link works, in microseconds.
pub const LIFETIME: i64 = HOUR;

/// Makes a link in the transaction `db` and ends those that there were.
pub(super) async fn make(
    core: &Core,
    db: &impl ConnectionTrait,
    user: UserId,
    made_by: Option<(CompanyId, MemberId)>,
) -> Outcome<(PasswordResetId, Zeroizing<String>)> {
    let now = core.clock.now();
    password_resets::end_all(db, user, now).await?;
    let token = Token::from_bytes(core.entropy.bytes());
    let id = PasswordResetId::from_uuid(core.clock.uuid(&core.entropy));
    let reset = PasswordReset { id, user, made_by, expires_at: now.plus(LIFETIME) };
    password_resets::create(db, reset, token.hash(), now).await?;
    let url = link_url(&core.settings.public_url, &token)
        .ok_or_else(|| Fault::Internal("the public address takes no path".to_owned()))?;
    Ok((id, url))
}

/// Makes a link for the person with this e-mail, for whoever has a hand on the server. `None` when there
/// is no such person.
///
/// # Errors
/// When the database refuses.
pub async fn make_by_hand(core: &Core, email: &Email) -> Outcome<Option<Zeroizing<String>>> {
    let tx = core.db.begin().await?;
    let Some(user) = users::find_by_email(&tx, email).await? else { return Ok(None) };
    let (id, url) = make(core, &tx, user.id, None).await?;
    let (now, detail) = (core.clock.now(), json!({ "link": id }));
    core.audit_own(&tx, now, None, "user.reset_link_made", user.id, detail).await?;
    tx.commit().await?;
    Ok(Some(url))
}

/// The link with this token, if it can be used now.
pub(super) async fn find_good(
    db: &impl ConnectionTrait,
    token: &str,
    now: Timestamp,
) -> Outcome<PasswordReset> {
    let token = Token::parse(token).map(|token: Token| -> TokenHash { token.hash() });
    let token = token.ok_or(Error::ResetEnded)?;
    let reset = password_resets::find_by_token(db, token).await?.ok_or(Error::ResetEnded)?;
    let stands = match reset.made_by {
        None => true,
        Some((company, maker)) => stands(db, company, maker, reset.user).await?,
    };
    if reset.expires_at <= now || !stands {
        return Err(Error::ResetEnded.into());
    }
    Ok(reset)
}

/// Whether `user` works in `company` and in no other.
pub(super) async fn works_here_only(
    db: &impl ConnectionTrait,
    company: CompanyId,
    user: UserId,
) -> Outcome<bool> {
    let companies = memberships::list_of_user(db, user).await?;
    Ok(companies.iter().all(|(membership, _)| membership.company == company))
}

/// Whether the link's maker could still make it.
async fn stands(
    db: &impl ConnectionTrait,
    company: CompanyId,
    maker: MemberId,
    user: UserId,
) -> Outcome<bool> {
    let Some(member) = memberships::find_of_user(db, company, user).await? else {
        return Ok(false);
    };
    let maker = match memberships::get(db, company, maker).await {
        Ok(maker) => maker,
        Err(Fault::Refused(Error::NotFound)) => return Ok(false),
        Err(fault) => return Err(fault),
    };
    let may = allows(maker.role, Action::ResetPassword(Subject::Other(member.role))).is_allowed();
    Ok(may && works_here_only(db, company, user).await?)
}

fn link_url(public_url: &Url, token: &Token) -> Option<Zeroizing<String>> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.clear().extend(["reset", &token.to_text()]);
    Some(Zeroizing::new(url.into()))
}
