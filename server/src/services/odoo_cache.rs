//! What is asked of an Odoo again and again and seldom changes: its models and their fields, and a person's
//! language and time zone. Kept for ten minutes, for each linked account by itself, since all depend on
//! the user; another connection, database or account is another entry, and so is the same one after its server
//! was found to have another version or to speak another protocol.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use moka::sync::Cache;
use serde_json::{Map, Value};
use shared::{connection::Protocol, id::OdooAccountId, time::Timestamp};

use super::principal::LinkedAccount;
use crate::{clock::Clock, odoo::Target};

/// How long an answer is good for.
pub const LIFE: Duration = Duration::from_secs(600);
/// The most bytes of definitions that are kept: a large model has 200 fields of about 300 bytes.
const MOST_BYTES: u64 = 24 * 1024 * 1024;

/// The fields of one model as one user sees them, `fields_get` with all attributes.
#[derive(Debug)]
pub struct Definitions {
    /// By the field's name.
    pub fields: Map<String, Value>,
    /// When they were read.
    pub read_at: Timestamp,
    size: u32,
}

impl Definitions {
    /// The definition of a field; null where there is none: an Odoo may leave out what it likes.
    pub fn of(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }
}

/// A person's language and time zone, as their Odoo user has them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locale {
    /// `fr_FR`.
    pub language: Option<String>,
    /// `Europe/Brussels`.
    pub zone: Option<String>,
}

impl Locale {
    /// As a call's context carries it.
    #[must_use]
    pub fn context(&self) -> BTreeMap<String, Value> {
        let pair = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str())))
        };
        [pair("lang", &self.language), pair("tz", &self.zone)].into_iter().flatten().collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Account {
    id: OdooAccountId,
    uid: i64,
    origin: String,
    database: Option<String>,
    version: String,
    protocol: Protocol,
}

/// The cache. Clones share it.
#[derive(Clone, Debug)]
pub struct OdooCache {
    clock: Clock,
    definitions: Cache<(Account, String), Arc<Definitions>>,
    locales: Cache<Account, Locale>,
    lasting_models: Cache<Account, Arc<BTreeMap<String, String>>>,
}

impl OdooCache {
    /// An empty one.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let definitions = Cache::builder()
            .weigher(|_, definitions: &Arc<Definitions>| definitions.size)
            .max_capacity(MOST_BYTES)
            .time_to_live(LIFE)
            .build();
        let locales = Cache::builder().max_capacity(10_000).time_to_live(LIFE).build();
        // About a thousand names and titles each.
        let lasting_models = Cache::builder().max_capacity(200).time_to_live(LIFE).build();
        Self { clock, definitions, locales, lasting_models }
    }

    /// The fields of `model`, if they are known.
    #[must_use]
    pub fn definitions(&self, account: &LinkedAccount, model: &str) -> Option<Arc<Definitions>> {
        let known = self.definitions.get(&(key(account), model.to_owned()))?;
        // A caller is told their age, and that it is never more.
        let age = self.clock.now().since(known.read_at);
        (age <= i64::try_from(LIFE.as_micros()).unwrap_or(i64::MAX)).then_some(known)
    }

    /// Keeps the fields of `model`.
    pub fn keep_definitions(
        &self,
        account: &LinkedAccount,
        model: &str,
        fields: Map<String, Value>,
    ) -> Arc<Definitions> {
        let bytes: usize = fields.iter().map(|(name, field)| name.len() + weight(field)).sum();
        let size = u32::try_from(bytes).unwrap_or(u32::MAX);
        let definitions = Arc::new(Definitions { fields, read_at: self.clock.now(), size });
        self.definitions.insert((key(account), model.to_owned()), Arc::clone(&definitions));
        definitions
    }

    /// The models whose records last and that the person may read, with what Odoo calls each in their language, if they
    /// are known; none where Odoo does not say.
    #[must_use]
    pub fn lasting_models(&self, account: &LinkedAccount) -> Option<Arc<BTreeMap<String, String>>> {
        self.lasting_models.get(&key(account))
    }

    /// Keeps them.
    pub fn keep_lasting_models(
        &self,
        account: &LinkedAccount,
        titles: BTreeMap<String, String>,
    ) -> Arc<BTreeMap<String, String>> {
        let titles = Arc::new(titles);
        self.lasting_models.insert(key(account), Arc::clone(&titles));
        titles
    }

    /// The person's locale, if it is known.
    #[must_use]
    pub fn locale(&self, account: &LinkedAccount) -> Option<Locale> {
        self.locales.get(&key(account))
    }

    /// Keeps the person's locale.
    pub fn keep_locale(&self, account: &LinkedAccount, locale: Locale) {
        self.locales.insert(key(account), locale);
    }
}

fn key(account: &LinkedAccount) -> Account {
    let Target { origin, database, protocol } = &account.target;
    Account {
        id: account.account,
        uid: account.uid,
        origin: origin.to_string(),
        database: database.clone(),
        version: account.version.clone(),
        protocol: *protocol,
    }
}

/// About how many bytes a value takes in memory.
fn weight(value: &Value) -> usize {
    const NODE: usize = 32;
    NODE + match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + NODE + weight(value)).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use shared::{connection::Pace, id::ConnectionId};
    use uuid::Uuid;

    use super::*;
    use crate::odoo::Origin;

    fn account(origin: &str, database: &str, version: &str, protocol: Protocol) -> LinkedAccount {
        LinkedAccount {
            account: OdooAccountId::from_uuid(Uuid::from_u128(1)),
            connection: ConnectionId::from_uuid(Uuid::from_u128(2)),
            target: Target {
                origin: Origin::parse(origin).expect("an origin"),
                database: Some(database.to_owned()),
                protocol,
            },
            version: version.to_owned(),
            pace: Pace::USUAL,
            login: "anna".to_owned(),
            uid: 2,
            sealed: Vec::new(),
        }
    }

    const HOST: &str = "https://odoo.example.com";

    #[test]
    fn nothing_is_kept_from_another_address_database_version_or_protocol() {
        let cache = OdooCache::new(Clock::system());
        let before = account(HOST, "prod", "18.0", Protocol::JsonRpc);
        cache.keep_definitions(&before, "res.partner", Map::new());
        cache.keep_locale(&before, Locale::default());
        cache.keep_lasting_models(&before, BTreeMap::new());
        let elsewhere = "https://odoo.example.org";
        for (account, is_kept) in [
            (account(HOST, "prod", "18.0", Protocol::JsonRpc), true),
            (account(elsewhere, "prod", "18.0", Protocol::JsonRpc), false),
            (account(HOST, "test", "18.0", Protocol::JsonRpc), false),
            (account(HOST, "prod", "19.0", Protocol::JsonRpc), false),
            (account(HOST, "prod", "18.0", Protocol::Json2), false),
        ] {
            assert_eq!(cache.definitions(&account, "res.partner").is_some(), is_kept);
            assert_eq!(cache.locale(&account).is_some(), is_kept);
            assert_eq!(cache.lasting_models(&account).is_some(), is_kept);
        }
    }
}
