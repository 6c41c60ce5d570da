//! Which dialog about keys is open: kept in the page's address, so that it opens before the wasm has
//! loaded, and the browser's Back closes it.

use shared::id::ApiKeyId;

use crate::pages::query::Query;

/// A dialog, and which keys it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// Revoke one or several.
    Revoke(Vec<ApiKeyId>),
    /// Replace one.
    Rotate(ApiKeyId),
    /// Rename one, or take permissions away from it.
    Edit(ApiKeyId),
    /// Take away what was not used.
    Reduce(ApiKeyId),
}

impl Open {
    /// Whether the dialog makes what is shown once.
    #[cfg(feature = "split")]
    pub(crate) const fn makes(&self) -> bool {
        matches!(self, Self::Rotate(_))
    }

    /// The dialog that `query` names. What cannot be read opens nothing.
    pub(super) fn parse(query: &Query) -> Option<Self> {
        let revoke: Vec<ApiKeyId> = query.all("revoke").filter_map(|id| id.parse().ok()).collect();
        if !revoke.is_empty() {
            return Some(Self::Revoke(revoke));
        }
        let key = |name| query.get(name).and_then(|id| id.parse().ok());
        key("rotate")
            .map(Self::Rotate)
            .or_else(|| key("edit").map(Self::Edit))
            .or_else(|| key("reduce").map(Self::Reduce))
    }

    /// `query` with what opens it.
    pub(super) fn within(&self, query: Query) -> Query {
        match self {
            Self::Revoke(keys) => {
                keys.iter().fold(query, |query, key| query.with("revoke", &key.to_string()))
            }
            Self::Rotate(key) => query.with("rotate", &key.to_string()),
            Self::Edit(key) => query.with("edit", &key.to_string()),
            Self::Reduce(key) => query.with("reduce", &key.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialog_is_found_again_in_its_address() {
        let key: ApiKeyId = "key_0198a7c6b2f07d3f8e1c2a4b5c6d7e8f".parse().expect("an id");
        for open in [
            Open::Revoke(vec![key]),
            Open::Revoke(vec![key, key]),
            Open::Rotate(key),
            Open::Edit(key),
            Open::Reduce(key),
        ] {
            let href = open.within(Query::default()).href("/api-keys");
            let (_, query) = href.split_once('?').expect("a query");
            assert_eq!(Open::parse(&Query::parse(query)), Some(open));
        }
        assert_eq!(Open::parse(&Query::parse("revoke=x&rotate=&edit=1")), None);
    }
}
