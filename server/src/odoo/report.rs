//! PDF reports. Odoo has no method for them: they come from the portal, by a path that a method
//! returns, or from the web client, by a session that a password opens.

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use shared::connection::Protocol;

use super::{
    Client, Identity, Target,
    client::Raw,
    errors::{OdooError, failed},
    wire::{Answer, Asked, wire},
};

/// What every PDF begins with (ISO 32000-1, 7.5.2).
const MAGIC: &[u8] = b"%PDF-";

impl Client {
    /// Fetches the PDF behind a portal path. The path's token is the credential, so none is sent.
    ///
    /// # Errors
    /// When the path is no path of this server, or what comes is no PDF.
    pub async fn portal_pdf(&self, target: &Target, path: &str) -> Result<Vec<u8>, OdooError> {
        // A single slash: two would name another host.
        let is_path = path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['\\', '\r', '\n', '#'])
            && path.len() <= 2_000;
        if !is_path {
            return Err(OdooError::NotOdoo);
        }
        let raw = self
            .raw(&target.origin, |pool, url| pool.get(url).header(ACCEPT, "application/pdf"), path)
            .await?;
        pdf(&asked(target, None), raw)
    }

    /// Fetches a PDF report by a web session, which only a password opens.
    ///
    /// # Errors
    /// [`OdooError::AccessDenied`] where the secret opens no session; otherwise why there is no PDF.
    pub async fn report_by_session(
        &self,
        target: &Target,
        identity: &Identity,
        report: &str,
        ids: &[i64],
    ) -> Result<Vec<u8>, OdooError> {
        let database = target.database.as_deref().ok_or(OdooError::NoSuchDatabase)?;
        let body = json!({
            "jsonrpc": "2.0",
            "method": "call",
            "params": {
                "db": database,
                "login": identity.login,
                "password": identity.secret.expose_secret(),
            },
        });
        let path = "/web/session/authenticate";
        let opened = self.raw(&target.origin, |pool, url| pool.post(url).json(&body), path).await?;
        let cookie = session_cookie(&opened);
        let kind = opened.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let answer = Answer::read(opened.status, kind, opened.body).await?;
        let asked = asked(target, Some(identity));
        let session = wire(Protocol::JsonRpc).interpret(&asked, answer)?;
        if session["uid"].as_i64() != Some(identity.uid) {
            return Err(OdooError::AccessDenied);
        }
        let cookie = cookie.ok_or(OdooError::NotOdoo)?;
        let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let path = format!("/report/pdf/{report}/{ids}");
        let raw =
            self.raw(&target.origin, |pool, url| pool.get(url).header(COOKIE, &cookie), &path);
        let outcome = raw.await.and_then(|raw| pdf(&asked, raw));
        // A session left open would stay good for months.
        let end = json!({ "jsonrpc": "2.0", "method": "call", "params": {} });
        let ended = self
            .raw(
                &target.origin,
                |pool, url| pool.post(url).header(COOKIE, &cookie).json(&end),
                "/web/session/destroy",
            )
            .await;
        if let Err(error) = ended {
            tracing::debug!(error = %error, "a web session could not be ended");
        }
        outcome
    }
}

fn session_cookie(raw: &Raw) -> Option<String> {
    raw.headers.get_all(SET_COOKIE).iter().find_map(|cookie| {
        let pair = cookie.to_str().ok()?.split(';').next()?.trim();
        let value = pair.strip_prefix("session_id=")?;
        (!value.is_empty()).then(|| pair.to_owned())
    })
}

fn asked<'a>(target: &'a Target, identity: Option<&'a Identity>) -> Asked<'a> {
    Asked {
        host: target.origin.host(),
        secret: identity.map(|identity| &identity.secret),
        uid: identity.map(|identity| identity.uid),
        model: "report",
        method: "pdf",
    }
}

fn pdf(asked: &Asked<'_>, raw: Raw) -> Result<Vec<u8>, OdooError> {
    let Raw { status, headers: _, body } = raw;
    match status.as_u16() {
        200..=299 if body.starts_with(MAGIC) => Ok(body),
        300..=399 => Err(OdooError::Redirect),
        403 | 404 => Err(OdooError::MissingRecord(
            "there is no such report, or it may not be printed".to_owned(),
        )),
        429 | 503 => Err(OdooError::Busy),
        _ => Err(failed(asked, "no pdf")),
    }
}

/// Whether the secret is surely an API key, which opens no web session: Odoo's are 40 hexadecimal digits.
#[must_use]
pub fn is_api_key(secret: &str) -> bool {
    secret.len() == 40 && secret.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The path in the answer of `get_portal_url`: a text, or a list with one.
#[must_use]
pub fn portal_path(answer: &Value) -> Option<&str> {
    answer.as_str().or_else(|| answer.as_array()?.first()?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_from_a_password() {
        assert!(is_api_key("0123456789abcdef0123456789abcdef01234567"));
        assert!(!is_api_key("correct horse battery staple correct hor"));
        assert!(!is_api_key("abc"));
    }
}
