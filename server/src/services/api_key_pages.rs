//! The list of API keys, page by page.

use app::backend::Actor;
use sea_orm::DbErr;
use shared::{
    api_key::{
        ApiKeyPage, ApiKeyState, ApiKeyView, By, ListApiKeys, PAGE_SIZE, PersonChoice, RevokedView,
        RotatedView,
    },
    company::Ceilings,
    id::{ApiKeyId, CompanyId, MemberId, UserId},
    key_care::{KeyTimes, warnings},
    key_format::{IDENTIFIER_LENGTH, PREFIX},
    key_rules::KeyRules,
    role::{Action, Subject, allows},
    time::Timestamp,
};

use super::{
    Core,
    access::{self, Membership},
    api_keys::{may_make, subject},
    time_view::Face,
};
use crate::{
    domain::folding::fold,
    error::Outcome,
    store::{
        api_key_lists::{self, Filter, Found, KeyHolder, ListedKey},
        keyset::{Cursor, Page},
        memberships::parse_role,
        policies::{self, permissions},
    },
};

/// The most characters of a search that are looked at.
const LONGEST_SEARCH: usize = 200;
/// The most words of a search that are looked at.
const MOST_WORDS: usize = 8;

/// One page of the keys that the actor may see: all of the company's, or their own.
///
/// A cursor of another list, or that is none, means the first page.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub(super) async fn list(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    filter: ListApiKeys,
) -> Outcome<ApiKeyPage> {
    let ListApiKeys { search, state, member, sort, cursor } = filter;
    let (db, now) = (core.db.reader(), core.clock.now());
    let me = access::membership(db, &actor, company).await?;
    let visible = Filter { member: access::only_own(&me, Action::SeeKey), ..Filter::default() };
    let sees_all = visible.member.is_none();
    let filter =
        Filter { key: None, member: visible.member.or(member), words: words(&search), state };
    let cursor = cursor.and_then(|text| api_key_lists::parse_cursor(&text, sort));

    // Those that were found need no counting. Many are counted after it: at once, two searches through all names take SQLite
    // longer than one after the other, as each waits for the other's pages.
    let searched = async {
        let found = api_key_lists::find(db, company, &filter, now).await?;
        let counted = match &found {
            _ if filter == visible => None,
            Found::Few(ids) => Some(ids.len() as u64),
            Found::Many => Some(api_key_lists::count(db, company, &filter, now).await?),
        };
        Ok::<_, DbErr>((found, counted))
    };
    let ((found, counted), total_unfiltered) =
        tokio::try_join!(searched, api_key_lists::count(db, company, &visible, now))?;
    let total = counted.unwrap_or(total_unfiltered);
    let place = |row: &ListedKey| api_key_lists::cursor_of(row, sort);
    let (filter, found) = (&filter, &found);
    let Page { rows, previous, next } =
        Page::read(cursor, PAGE_SIZE as usize, place, |at, limit| {
            api_key_lists::page(db, company, filter, found, sort, at, limit, now)
        })
        .await?;

    let (ceilings, rules) = policies::about_keys(db, company).await?;
    let people = if sees_all { api_key_lists::list_holders(db, company).await? } else { vec![] };
    let face = Face::of(core, actor).await?;
    let onlooker = Onlooker { actor, me, ceilings, rules, face };
    Ok(ApiKeyPage {
        keys: rows.into_iter().map(|row| onlooker.view(row)).collect::<Outcome<_>>()?,
        total,
        total_unfiltered,
        next: next.map(|cursor| cursor.encode()),
        previous: previous.map(|cursor| cursor.encode()),
        people: people.into_iter().map(choice).collect(),
    })
}

/// At most `limit` keys after `cursor`, for a file, and the place of the next ones. They are the same ones as
/// the pages show, under the same filter. A file is read by others too, later: it has everybody by name.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub(super) async fn rows(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    filter: ListApiKeys,
    cursor: Option<Cursor>,
    limit: u64,
) -> Outcome<(Vec<ApiKeyView>, Option<Cursor>)> {
    let ListApiKeys { search, state, member, sort, cursor: _ } = filter;
    let (db, now) = (core.db.reader(), core.clock.now());
    let me = access::membership(db, &actor, company).await?;
    let member = access::only_own(&me, Action::SeeKey).or(member);
    let filter = Filter { key: None, member, words: words(&search), state };
    let found = api_key_lists::find(db, company, &filter, now).await?;
    let rows = api_key_lists::page(db, company, &filter, &found, sort, cursor, limit, now).await?;
    let is_full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| is_full).map(|row| api_key_lists::cursor_of(row, sort));
    let (ceilings, rules) = policies::about_keys(db, company).await?;
    let face = Face::of(core, actor).await?;
    let onlooker = Onlooker { actor, me, ceilings, rules, face };
    Ok((rows.into_iter().map(|row| onlooker.named_view(row)).collect::<Outcome<_>>()?, next))
}

/// Who looks at keys, and when.
pub(super) struct Onlooker {
    pub(super) actor: Actor,
    pub(super) me: Membership,
    pub(super) ceilings: Ceilings,
    pub(super) rules: KeyRules,
    pub(super) face: Face,
}

impl Onlooker {
    /// A key as they see it.
    pub(super) fn view(&self, row: ListedKey) -> Outcome<ApiKeyView> {
        let ListedKey {
            id,
            name,
            name_folded: _,
            identifier,
            permissions: own,
            created_at,
            expires_at,
            revoked_at,
            last_used_at,
            last_client,
            accepted_at,
            rotated_at,
            successor_id,
            member_id,
            user_id,
            role,
            person,
            made_by,
            made_by_name,
            revoked_by,
            revoked_by_name,
        } = row;
        let role = parse_role(&role)?;
        let own = permissions(own);
        let (expires_at, revoked_at) =
            (expires_at.map(Timestamp::from_micros), revoked_at.map(Timestamp::from_micros));
        let created_at = Timestamp::from_micros(created_at);
        // 0 stands for never: columns that are sorted by hold no nulls.
        let last_used_at = (last_used_at != 0).then(|| Timestamp::from_micros(last_used_at));
        let rotated_at = rotated_at.map(Timestamp::from_micros);
        let times = KeyTimes { created_at, expires_at, revoked_at, rotated_at, last_used_at };
        let state = ApiKeyState::at(self.face.now, expires_at, revoked_at);
        let member = MemberId::from_uuid(member_id);
        let subject = subject(self.me, member, role);
        let view = |at| self.face.view(at);
        let may = |action| state.is_live() && allows(self.me.role, action).is_allowed();
        Ok(ApiKeyView {
            id: ApiKeyId::from_uuid(id),
            name,
            identifier,
            permissions: own,
            effective: own.intersection(self.ceilings.of(role)),
            person,
            is_own: subject == Subject::Own,
            made_by: (made_by != user_id)
                .then(|| self.call(UserId::from_uuid(made_by), made_by_name)),
            state,
            created: view(created_at),
            expires: expires_at.map(view),
            // Uses are kept to the minute, and none was before the key was there.
            last_used: last_used_at.map(|used| view(used.max(created_at))),
            last_client,
            revoked: revoked_at.map(|at| RevokedView {
                at: view(at),
                by: match revoked_by.zip(revoked_by_name) {
                    Some((by, name)) => self.call(UserId::from_uuid(by), name),
                    // Only the server ends a key in nobody's name.
                    None => By::UnusedRule,
                },
            }),
            waits: state.is_live()
                && self.rules.must_accept
                && made_by != user_id
                && accepted_at.is_none(),
            rotated: rotated_at.map(|at| RotatedView {
                at: view(at),
                successor: successor_id.map(ApiKeyId::from_uuid),
            }),
            warnings: warnings(times, self.face.now),
            may_revoke: may(Action::RevokeKey(subject)),
            may_edit: may(Action::EditKey(subject)),
            may_rotate: rotated_at.is_none()
                && may(Action::RotateKey(subject))
                && may_make(self.me.role, subject, self.rules.makers).is_ok(),
            successor_waits: self.rules.must_accept && subject != Subject::Own,
        })
    }

    /// The same with the names of whoever made and revoked it, also where that was the onlooker or the key's own person.
    fn named_view(&self, row: ListedKey) -> Outcome<ApiKeyView> {
        let (maker, revoker) = (row.made_by_name.clone(), row.revoked_by_name.clone());
        let key = self.view(row)?;
        let revoked = key
            .revoked
            .map(|RevokedView { at, by }| RevokedView { at, by: revoker.map_or(by, By::Person) });
        Ok(ApiKeyView { made_by: Some(By::Person(maker)), revoked, ..key })
    }

    /// The name of a person in a sentence such as "revoked by …".
    pub(super) fn call(&self, user: UserId, name: String) -> By {
        if user == self.actor.user { By::You } else { By::Person(name) }
    }
}

/// The holder of keys as a list of people offers them.
pub(super) fn choice(holder: KeyHolder) -> PersonChoice {
    let KeyHolder { member_id, person, removed_at } = holder;
    // Somebody who left and came back stands there twice.
    let is_removed = removed_at.is_some();
    PersonChoice { member: MemberId::from_uuid(member_id), name: person, is_removed }
}

/// The words that are searched for. Of a key that was pasted, whole or as the list shows it, only the
/// identifier is.
fn words(search: &str) -> Vec<String> {
    let search: String =
        search.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_SEARCH).collect();
    search
        .split_whitespace()
        .map(|word| match word.strip_prefix(PREFIX) {
            Some(rest) => {
                rest.chars().take(IDENTIFIER_LENGTH).filter(char::is_ascii_alphanumeric).collect()
            }
            None => word.to_owned(),
        })
        .map(|word: String| fold(&word))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_folded_words_and_the_identifier_of_a_pasted_key() {
        assert_eq!(words("  Cursor\tMARIE "), ["cursor", "marie"]);
        assert_eq!(words("aid_live_Xk29TqLm…"), ["xk29tqlm"]);
        assert_eq!(words("aid_live_Xk29TqLmSECRETSECRET"), ["xk29tqlm"]);
        assert_eq!(words("aid_live_"), Vec::<String>::new());
        assert_eq!(words("a\0b 100%"), ["a", "b", "100%"]);
        assert_eq!(words(&"w ".repeat(100)).len(), MOST_WORDS);
        assert_eq!(words(&"é".repeat(5_000)).concat().chars().count(), LONGEST_SEARCH);
    }
}
