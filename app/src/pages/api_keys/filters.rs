//! How the list of API keys is filtered, as the page's address says it.

use shared::api_key::{KeySort, ListApiKeys, StateFilter};

use crate::{pages::query::Query, texts::text};

/// A word in the person's language.
type Label = fn() -> &'static str;

/// The page without filters.
pub(super) const API_KEYS: &str = "/api-keys";

/// The filters that `query` asks for. What cannot be read is as if it were not there: an address comes
/// from bookmarks and hands, and showing all keys is the plain answer.
pub(super) fn parse(query: &Query) -> ListApiKeys {
    let get = |name| query.get(name).unwrap_or_default();
    ListApiKeys {
        search: get("q").to_owned(),
        state: STATES
            .into_iter()
            .find(|(_, value, _)| *value == get("state"))
            .map_or(StateFilter::All, |(state, ..)| state),
        member: get("person").parse().ok(),
        sort: SORTS
            .into_iter()
            .find(|(_, value, _)| *value == get("sort"))
            .map_or(KeySort::Newest, |(sort, ..)| sort),
        cursor: Some(get("from").to_owned()).filter(|cursor| !cursor.is_empty()),
    }
}

/// The query that asks for these filters: the reverse of [`parse`].
pub(super) fn query(filter: &ListApiKeys) -> Query {
    let ListApiKeys { search, state, member, sort, cursor } = filter;
    Query::default()
        .with("q", search)
        .with("state", state_value(*state))
        .with("person", &member.map(|member| member.to_string()).unwrap_or_default())
        .with("sort", sort_value(*sort))
        .with("from", cursor.as_deref().unwrap_or_default())
}

/// The states to choose from: the filter, its value in an address, its name on screen.
pub(super) const STATES: [(StateFilter, &str, Label); 6] = [
    (StateFilter::All, "", || text!(api_keys.filters.all)),
    (StateFilter::Live, "live", || text!(api_keys.filters.live)),
    (StateFilter::Expiring, "expiring", || text!(api_keys.filters.expiring)),
    (StateFilter::Ended, "ended", || text!(api_keys.filters.ended)),
    (StateFilter::Expired, "expired", || text!(api_keys.filters.expired)),
    (StateFilter::Revoked, "revoked", || text!(api_keys.filters.revoked)),
];

/// The orders to choose from: the order, its value in an address, its name on screen.
pub(super) const SORTS: [(KeySort, &str, Label); 8] = [
    (KeySort::Newest, "", || text!(api_keys.orders.newest)),
    (KeySort::Oldest, "oldest", || text!(api_keys.orders.oldest)),
    (KeySort::Name, "name", || text!(api_keys.orders.name)),
    (KeySort::NameReversed, "name_reversed", || text!(api_keys.orders.name_reversed)),
    (KeySort::LastUsed, "last_used", || text!(api_keys.orders.last_used)),
    (KeySort::UnusedLongest, "unused_longest", || text!(api_keys.orders.unused_longest)),
    (KeySort::EndsFirst, "ends_first", || text!(api_keys.orders.ends_first)),
    (KeySort::EndsLast, "ends_last", || text!(api_keys.orders.ends_last)),
];

pub(super) fn state_value(state: StateFilter) -> &'static str {
    STATES.into_iter().find(|(one, ..)| *one == state).map_or("", |(_, value, _)| value)
}

fn sort_value(sort: KeySort) -> &'static str {
    SORTS.into_iter().find(|(one, ..)| *one == sort).map_or("", |(_, value, _)| value)
}

#[cfg(test)]
mod tests {
    use shared::{key_care::Warning, notice::Notice};

    use super::*;
    use crate::pages::notices::place;

    /// The filters of the list that this notice leads to.
    fn led_to(notice: &Notice) -> ListApiKeys {
        let (_, address) = place(notice);
        let address = address.expect("a place");
        let (path, text) = address.split_once('?').expect("a query");
        assert_eq!(path, API_KEYS);
        parse(&Query::parse(text))
    }

    #[test]
    fn a_notice_about_one_key_leads_to_what_has_its_name() {
        let key = || "R&D 50% + \"<b>\"".to_owned();
        let by = || "Anna".to_owned();
        let day = "2026-12-01".to_owned();
        for notice in [
            Notice::KeyMade { by: by(), key: key(), waits: false },
            Notice::KeyRevoked { by: by(), key: key(), maker: None },
            Notice::KeyMakerLeft { maker: by(), key: key(), person: None },
            Notice::KeyPickedUp { person: by(), key: key() },
            Notice::KeyExpiring { key: key(), day, person: None },
            Notice::KeyUnused { key: key(), person: Some(by()) },
            Notice::KeyOld { key: key(), person: None },
            Notice::KeyEndedUnused { key: key() },
        ] {
            let filter = ListApiKeys { search: key(), ..ListApiKeys::default() };
            assert_eq!(led_to(&notice), filter, "{}", notice.kind());
        }
    }

    #[test]
    fn a_notice_about_several_keys_leads_to_those_first() {
        for (warning, state, sort) in [
            (Warning::Expiring, StateFilter::Expiring, KeySort::Newest),
            (Warning::NeverUsed, StateFilter::Live, KeySort::UnusedLongest),
            (Warning::Old, StateFilter::Live, KeySort::Oldest),
        ] {
            let filter = ListApiKeys { state, sort, ..ListApiKeys::default() };
            assert_eq!(led_to(&Notice::KeysToLookAt { warning, count: 7 }), filter);
        }
        let filter = ListApiKeys { state: StateFilter::Expired, ..ListApiKeys::default() };
        assert_eq!(led_to(&Notice::KeysEnded { by: "Anna".to_owned(), count: 7 }), filter);
        let left = Notice::KeysMakerLeft { maker: "Anna".to_owned(), count: 7, own: false };
        let filter = ListApiKeys { state: StateFilter::Live, ..ListApiKeys::default() };
        assert_eq!(led_to(&left), filter);
    }

    #[test]
    fn every_filter_is_found_again_in_its_address() {
        let member = "mem_0198a7c6b2f07d3f8e1c2a4b5c6d7e8f".parse().ok();
        assert!(member.is_some());
        for (state, ..) in STATES {
            for (sort, ..) in SORTS {
                let filter = ListApiKeys {
                    search: "50% & <b>".to_owned(),
                    state,
                    member,
                    sort,
                    cursor: Some("a/b+c=".to_owned()),
                };
                let href = query(&filter).href(API_KEYS);
                let (_, text) = href.split_once('?').expect("a query");
                assert_eq!(parse(&Query::parse(text)), filter);
            }
        }
    }

    #[test]
    fn an_unreadable_filter_is_none() {
        let query = Query::parse("state=DROP&person=key_1&sort=%00&from=");
        assert_eq!(parse(&query), ListApiKeys::default());
    }

    #[test]
    fn no_filter_leaves_the_address_bare() {
        assert_eq!(super::query(&ListApiKeys::default()).href(API_KEYS), "/api-keys");
    }
}
