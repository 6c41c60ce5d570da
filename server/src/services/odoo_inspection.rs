//! A look at an Odoo server: what it is, and which database is meant. It needs nobody's secret.

use shared::{
    Error,
    error::{Field, OdooProblem, Problem},
};

use crate::{
    domain::odoo_address::NotAllowed,
    error::Outcome,
    odoo::{Client, Detected, MAX_DATABASE_NAME, OdooError, Origin, Target},
};

/// The oldest version that can be used.
const FIRST_MAJOR: u32 = 17;

/// What a look found.
#[derive(Debug)]
pub struct Inspection {
    /// The server.
    pub origin: Origin,
    /// Its version and protocol.
    pub detected: Detected,
    /// The databases that it lists.
    pub databases: Vec<String>,
    /// The database that is meant.
    pub database: Database,
}

/// Which database of a server is meant.
#[derive(Debug, PartialEq, Eq)]
pub enum Database {
    /// This one: it exists.
    Named(String),
    /// The server's only one, which it does not name.
    Only,
    /// None was given and the server has several, or does not tell.
    Undecided,
}

/// Looks at the server at `url` and for `database`, which may be empty.
///
/// # Errors
/// What is wrong with a field, or why the server cannot be used.
pub async fn inspect(client: &Client, url: &str, database: &str) -> Outcome<Inspection> {
    let origin = Origin::parse(url).map_err(|problem| Error::field(Field::OdooUrl, problem))?;
    client.check(&origin).map_err(|reason| Error::field(Field::OdooUrl, problem_of(reason)))?;
    let name = parse_database(database)?;
    let detected = client.detect(&origin).await.map_err(odoo_error)?;
    if detected.major < FIRST_MAJOR {
        return Err(Error::Odoo(OdooProblem::TooOld).into());
    }
    let databases = client.databases(&origin).await.map_err(odoo_error)?;
    let database = match (name, databases.as_slice()) {
        (None, [only]) => Database::Named(only.clone()),
        (None, [_, ..]) => Database::Undecided,
        (Some(name), [_, ..]) if databases.contains(&name) => Database::Named(name),
        (Some(_), [_, ..]) => return Err(Error::Odoo(OdooProblem::NoSuchDatabase).into()),
        (name, []) => {
            let target = Target {
                origin: origin.clone(),
                database: name.clone(),
                protocol: detected.protocol,
            };
            let is_there = client.has_database(&target).await.map_err(odoo_error)?;
            match (name, is_there) {
                (Some(name), true) => Database::Named(name),
                (Some(_), false) => return Err(Error::Odoo(OdooProblem::NoSuchDatabase).into()),
                (None, true) => Database::Only,
                (None, false) => Database::Undecided,
            }
        }
    };
    Ok(Inspection { origin, detected, databases, database })
}

/// What a person is told of a failed call in the dashboard: an address that turned out to be forbidden
/// is a matter of its field.
fn odoo_error(error: OdooError) -> Error {
    match error {
        OdooError::AddressNotAllowed => Error::field(Field::OdooUrl, Problem::AddressNotAllowed),
        error => Error::Odoo(error.problem()),
    }
}

const fn problem_of(reason: NotAllowed) -> Problem {
    match reason {
        NotAllowed::HttpsRequired => Problem::HttpsRequired,
        NotAllowed::Address => Problem::AddressNotAllowed,
    }
}

fn parse_database(text: &str) -> Result<Option<String>, Error> {
    let text = text.trim();
    let problem = if text.chars().count() > MAX_DATABASE_NAME as usize {
        Problem::TooLong { max: MAX_DATABASE_NAME }
    } else if text.chars().any(char::is_control) {
        Problem::ControlCharacters
    } else {
        return Ok(Some(text.to_owned()).filter(|text| !text.is_empty()));
    };
    Err(Error::field(Field::OdooDatabase, problem))
}
