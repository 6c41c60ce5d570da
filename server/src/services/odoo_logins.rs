//! Trying a login at an Odoo, at a rate that makes Aidoo no use for guessing: Odoo itself does not
//! throttle wrong passwords that come over its external interface.

use secrecy::SecretString;
use shared::{
    error::OdooProblem,
    time::{HOUR, MINUTE},
};
use uuid::Uuid;

use crate::{
    error::Outcome,
    odoo::{Authenticated, Client, OdooError, Target},
    services::Core,
    store::odoo_login_failures::{self, Attempt},
};

/// Refused logins of one login at one server within [`LOGIN_WINDOW`]. This and the other three are chosen: a person who mistypes
/// gets through, and whoever guesses does not.
const LOGIN_LIMIT: u64 = 5;
const LOGIN_WINDOW: i64 = 15 * MINUTE;
/// Refused logins of all logins at one server within [`ORIGIN_WINDOW`].
const ORIGIN_LIMIT: u64 = 30;
const ORIGIN_WINDOW: i64 = HOUR;

/// Tries a login; `Err` within the answer is what the Odoo, or the way to it, said.
///
/// # Errors
/// [`OdooProblem::TooManyAttempts`] when the limits are reached; then nothing is sent.
pub async fn try_login(
    core: &Core,
    client: &Client,
    target: &Target,
    login: &str,
    secret: &SecretString,
) -> Outcome<Result<Authenticated, OdooError>> {
    let reserved = reserve(core, &target.origin.to_string(), login).await?;
    let answer = client.authenticate(target, login, secret).await;
    if !matches!(answer, Err(OdooError::AccessDenied)) {
        let transaction = core.db.begin().await?;
        odoo_login_failures::delete(&transaction, reserved).await?;
        transaction.commit().await?;
    }
    Ok(answer)
}

/// Counts the attempt as refused before it is made, and takes that back when it was not: so attempts
/// that run at the same time cannot pass together.
async fn reserve(core: &Core, origin: &str, login: &str) -> Outcome<Uuid> {
    let now = core.clock.now();
    // Whoever varies capitals tries the same login.
    let login = login.to_lowercase();
    let digest = core.vault.digest(&[b"odoo-login", origin.as_bytes(), login.as_bytes()]);
    let attempt = Attempt { origin, login_digest: &digest };

    let transaction = core.db.begin().await?;
    odoo_login_failures::lock(&transaction, origin).await?;
    odoo_login_failures::delete_until(&transaction, now.plus(-ORIGIN_WINDOW)).await?;
    let of_login =
        odoo_login_failures::count_of_login(&transaction, attempt, now.plus(-LOGIN_WINDOW)).await?;
    let of_origin =
        odoo_login_failures::count_of_origin(&transaction, attempt, now.plus(-ORIGIN_WINDOW))
            .await?;
    if of_login >= LOGIN_LIMIT || of_origin >= ORIGIN_LIMIT {
        return Err(shared::Error::Odoo(OdooProblem::TooManyAttempts).into());
    }
    let id = core.clock.uuid(&core.entropy);
    odoo_login_failures::create(&transaction, id, attempt, now).await?;
    transaction.commit().await?;
    Ok(id)
}
