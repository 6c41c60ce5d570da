//! What kind of Odoo a server is, and which databases it has.

use serde_json::{Value, json};
use shared::connection::Protocol;

use super::{
    Client, Origin, Target,
    errors::{OdooError, Reached},
    json2,
    wire::{Answer, Asked, Prepared},
};

/// The first version whose JSON-2 is used: earlier ones have only JSON-RPC.
const FIRST_JSON2: u32 = 19;
/// The most databases that are taken from a server's list.
const MAX_DATABASES: usize = 200;
/// The most characters of a database's name: it is shown on a page and put into a header.
pub const MAX_DATABASE_NAME: u32 = 128;

/// What a server turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The version as people name it: "19.0", "saas~18.3".
    pub version: String,
    /// Its first number.
    pub major: u32,
    /// The protocol to use.
    pub protocol: Protocol,
}

impl Client {
    /// Finds out the version, which tells the protocol.
    ///
    /// # Errors
    /// Why the server could not be asked, or [`OdooError::NotOdoo`].
    pub async fn detect(&self, origin: &Origin) -> Result<Detected, OdooError> {
        // Earlier versions answer this path with a page of their own or a redirect to one: only what
        // JSON-RPC says then counts.
        match self.get(origin, "/web/version").await {
            Ok(answer) => {
                if let Some(detected) = from_web_version(&answer) {
                    return Ok(detected);
                }
            }
            // Such a page may be long.
            Err(OdooError::TooLarge) => {}
            Err(error) => return Err(error),
        }
        let version = self.service(origin, None, "common", "version", json!([])).await;
        match version {
            Ok(version) => from_common_version(&version).ok_or(OdooError::NotOdoo),
            Err(OdooError::Failed { .. } | OdooError::TooLarge) => Err(OdooError::NotOdoo),
            Err(error) => Err(error),
        }
    }

    /// The databases that the server lists; none where it does not list them.
    ///
    /// # Errors
    /// Why the server could not be asked.
    pub async fn databases(&self, origin: &Origin) -> Result<Vec<String>, OdooError> {
        match self.service(origin, None, "db", "list", json!([])).await {
            Ok(Value::Array(names)) => Ok(names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| is_database_name(name))
                .take(MAX_DATABASES)
                .map(ToOwned::to_owned)
                .collect()),
            Ok(_) => Ok(Vec::new()),
            Err(error) if error.reached() == Reached::Refused && error != OdooError::Busy => {
                Ok(Vec::new())
            }
            // Without JSON-RPC there is nobody to ask; and of so many databases nobody chooses from a list.
            Err(OdooError::NotOdoo | OdooError::TooLarge) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Whether the target's database exists, found out without anybody's secret. A target without one
    /// means the server's only one.
    ///
    /// # Errors
    /// Why the server could not be asked.
    pub async fn has_database(&self, target: &Target) -> Result<bool, OdooError> {
        let Target { origin, database, protocol } = target;
        match (protocol, database) {
            (Protocol::Json2, _) => {
                let request = Prepared {
                    path: "/json/2/res.users/context_get".to_owned(),
                    body: json!({}),
                    bearer: None,
                    database: database.clone(),
                };
                let answer = match self.post(origin, request).await {
                    Err(OdooError::NoSuchDatabase) => return Ok(false),
                    answer => answer?,
                };
                let asked = Asked {
                    host: origin.host(),
                    secret: None,
                    uid: None,
                    model: "res.users",
                    method: "context_get",
                };
                json2::is_database_there(&asked, answer)
            }
            (Protocol::JsonRpc, None) => Ok(false),
            (Protocol::JsonRpc, Some(database)) => {
                // Nobody is user 0: the database is opened, and the login refused.
                let call = json!([database, 0, "-", "res.users", "context_get", [], {}]);
                match self.service(origin, None, "object", "execute_kw", call).await {
                    Err(OdooError::NoSuchDatabase) => Ok(false),
                    Err(error)
                        if error.reached() == Reached::Refused && error != OdooError::Busy =>
                    {
                        Ok(true)
                    }
                    Err(error) => Err(error),
                    Ok(_) => Ok(true),
                }
            }
        }
    }
}

fn is_database_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= MAX_DATABASE_NAME as usize
        && !text.chars().any(char::is_control)
}

fn from_web_version(answer: &Answer) -> Option<Detected> {
    let body = answer.json.as_ref().filter(|_| answer.status.is_success())?;
    detected(body["version"].as_str()?, &body["version_info"])
}

fn from_common_version(result: &Value) -> Option<Detected> {
    detected(result["server_version"].as_str()?, &result["server_version_info"])
}

/// `text` is "19.0", "17.0-20240709", "saas~18.3+e"; `info` begins with 19, or with "saas~18".
fn detected(text: &str, info: &Value) -> Option<Detected> {
    let version = text.split(['-', '+']).next()?.trim();
    let major = match &info[0] {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok()?,
        Value::String(text) => leading_number(text)?,
        _ => leading_number(version)?,
    };
    let is_short = version.len() <= 20
        && version.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    let protocol = if major >= FIRST_JSON2 { Protocol::Json2 } else { Protocol::JsonRpc };
    (is_short && !version.is_empty()).then(|| Detected {
        version: version.to_owned(),
        major,
        protocol,
    })
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches(|char: char| !char.is_ascii_digit());
    digits.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_every_form() {
        for (text, info, version, major, protocol) in [
            ("19.0", json!([19, 0, 0, "final", 0, ""]), "19.0", 19, Protocol::Json2),
            ("17.0-20240709", json!([17, 0, 0, "final", 0, ""]), "17.0", 17, Protocol::JsonRpc),
            ("18.0+e", Value::Null, "18.0", 18, Protocol::JsonRpc),
            ("saas~18.3+e", json!(["saas~18", 3, 0]), "saas~18.3", 18, Protocol::JsonRpc),
            ("saas~19.1", Value::Null, "saas~19.1", 19, Protocol::Json2),
            ("8.0", json!([8, 0]), "8.0", 8, Protocol::JsonRpc),
        ] {
            let expected = Detected { version: version.to_owned(), major, protocol };
            assert_eq!(detected(text, &info), Some(expected), "{text}");
        }
        for text in ["", "-", "final", "<script>1</script>", &"1".repeat(50)] {
            assert_eq!(detected(text, &Value::Null), None, "{text}");
        }
    }
}
