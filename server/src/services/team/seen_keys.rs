//! The keys of others that somebody has seen, as whoever generates or rotates a key for somebody else is shown it: how many there
//! are, and what becomes of them when that person goes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::backend::Actor;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde_json::json;
use shared::{
    id::{CompanyId, MemberId, UserId},
    member::SeenKeys,
    notice::Notice,
    role::{Action, Role},
    time::Timestamp,
};
use uuid::Uuid;

use super::TeamService;
use crate::{
    error::Outcome,
    services::{
        access::{self, Membership},
        notices,
    },
    store::{
        audit_entries::REVOKED_WITH_MAKER,
        key_ends,
        memberships::{self, Person},
        names,
        seen_keys::{self, SeenKey},
    },
};

/// What each person of `company` has seen, of those who have seen anything. `people` are its members, in whose order they are
/// named.
///
/// # Errors
/// When the database refuses.
pub(super) async fn by_maker(
    db: &impl ConnectionTrait,
    company: CompanyId,
    people: &[(Membership, Person)],
    now: Timestamp,
) -> Result<HashMap<UserId, SeenKeys>, DbErr> {
    let counted = seen_keys::count(db, company, now).await?;
    let makers: BTreeSet<Uuid> = counted.iter().map(|one| one.maker.as_uuid()).collect();
    if makers.is_empty() {
        return Ok(HashMap::new());
    }
    // Somebody who has come back has seen what they saw before.
    let makers = names::members(db, company, makers).await?;
    let places: HashMap<MemberId, usize> =
        people.iter().enumerate().map(|(at, (one, _))| (one.id, at)).collect();
    let mut counts: BTreeMap<(usize, Uuid), u32> = BTreeMap::new();
    for one in counted {
        let maker = makers.get(&one.maker.as_uuid());
        if let (Some(at), Some(maker)) = (places.get(&one.member), maker) {
            *counts.entry((*at, maker.user)).or_default() += one.count;
        }
    }
    let mut seen: HashMap<UserId, SeenKeys> = HashMap::new();
    for ((at, maker), count) in counts {
        let (_, person) = &people[at];
        seen.entry(UserId::from_uuid(maker)).or_default().add(&person.name, count);
    }
    Ok(seen)
}

impl TeamService {
    /// Revokes what `leaver` has seen, in the name of `viewer`, and tells each key's person why. All of it, or nothing where the
    /// viewer may not revoke one of these keys. The company is locked.
    pub(super) async fn revoke_seen_keys(
        &self,
        tx: &DatabaseTransaction,
        actor: Actor,
        viewer: &Membership,
        leaver: &Membership,
        now: Timestamp,
    ) -> Outcome<()> {
        let company = leaver.company;
        let seen = seen_keys::list(tx, company, leaver.user, now).await?;
        let people = memberships::list(tx, company).await?;
        let by = notices::name_of(tx, actor.user).await?;
        let maker = notices::name_of(tx, leaver.user).await?;
        for SeenKey { id, member, name } in seen {
            let Some((holder, _)) = people.iter().find(|(one, _)| one.id == member) else {
                continue;
            };
            access::allow(viewer.role, Action::RevokeKey(access::subject(viewer, holder)))?;
            if !key_ends::revoke(tx, company, id, viewer.id, now).await? {
                continue;
            }
            let detail = json!({ "member": member, "why": REVOKED_WITH_MAKER, "maker": leaver.id });
            self.core.audit(tx, actor, company, "api_key.revoked", id, detail).await?;
            if member != viewer.id {
                let (by, maker) = (by.clone(), Some(maker.clone()));
                let notice = Notice::KeyRevoked { by, key: name, maker };
                notices::tell(&self.core, tx, holder.user, Some(company), &notice).await?;
            }
        }
        Ok(())
    }

    /// Tells the people of the keys that `leaver` has seen, and those who run the company, that these keys should be rotated:
    /// each once. The leaver's membership has ended.
    pub(super) async fn tell_of_seen_keys(
        &self,
        tx: &DatabaseTransaction,
        leaver: &Membership,
        now: Timestamp,
    ) -> Outcome<()> {
        let company = leaver.company;
        let seen = seen_keys::list(tx, company, leaver.user, now).await?;
        if seen.is_empty() {
            return Ok(());
        }
        let people = memberships::list(tx, company).await?;
        let maker = notices::name_of(tx, leaver.user).await?;
        for (reader, _) in &people {
            if let Some(notice) = notice_to(reader, &maker, &seen, &people) {
                notices::tell(&self.core, tx, reader.user, Some(company), &notice).await?;
            }
        }
        Ok(())
    }
}

/// What `reader` is told of the keys that somebody called `maker` has seen: of all of them if they run the company, else of
/// their own.
fn notice_to(
    reader: &Membership,
    maker: &str,
    seen: &[SeenKey],
    people: &[(Membership, Person)],
) -> Option<Notice> {
    let runs = matches!(reader.role, Role::Owner | Role::Admin);
    let shown: Vec<&SeenKey> = seen.iter().filter(|key| runs || key.member == reader.id).collect();
    let maker = maker.to_owned();
    match shown.as_slice() {
        [] => None,
        [key] => {
            let holder = people.iter().find(|(one, _)| one.id == key.member);
            let other = holder.filter(|(one, _)| one.id != reader.id);
            let person = other.map(|(_, person)| person.name.clone());
            Some(Notice::KeyMakerLeft { maker, key: key.name.clone(), person })
        }
        several => {
            let count = u32::try_from(several.len()).unwrap_or(u32::MAX);
            let own = several.iter().all(|key| key.member == reader.id);
            Some(Notice::KeysMakerLeft { maker, count, own })
        }
    }
}
