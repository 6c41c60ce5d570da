//! Telling people of keys that they should look at: the person whose key it is, and the owners and admins of the
//! company, each thing once.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DbErr;
use shared::{
    id::{ApiKeyId, CompanyId, UserId},
    key_care::Warning,
    notice::Notice,
    role::Role,
    time::Timestamp,
};

use super::{Core, notices, time_view};
use crate::store::{
    key_warnings::{self, WarnedKey},
    memberships,
};

/// What is told. That a replaced key is still in use is shown beside the key.
const TOLD: [Warning; 3] = [Warning::Expiring, Warning::NeverUsed, Warning::Old];
/// More keys of one kind at once are told of as a number.
const EACH: usize = 5;

/// Tells of all that became due since the last time.
///
/// # Errors
/// When the database refuses; what was not told is told the next time.
pub(super) async fn tell(core: &Core) -> Result<(), DbErr> {
    for warning in TOLD {
        let transaction = core.db.begin().await?;
        let mut of_company: BTreeMap<CompanyId, Vec<WarnedKey>> = BTreeMap::new();
        for key in key_warnings::take(&transaction, warning, core.clock.now()).await? {
            of_company.entry(CompanyId::from_uuid(key.company_id)).or_default().push(key);
        }
        let told: BTreeSet<CompanyId> = of_company.keys().copied().collect();
        for (company, keys) in of_company {
            let people = memberships::list(&transaction, company).await?;
            for (membership, _) in &people {
                let runs = matches!(membership.role, Role::Owner | Role::Admin);
                let (mut own, mut others) = (Vec::new(), Vec::new());
                for key in &keys {
                    if key.member_id == membership.id.as_uuid() {
                        own.push((key, None));
                    } else if runs {
                        let holder =
                            people.iter().find(|(one, _)| one.id.as_uuid() == key.member_id);
                        others.push((key, holder.map(|(_, holder)| holder.name.clone())));
                    }
                }
                for keys in [own, others] {
                    tell_one(core, &transaction, membership.user, company, warning, keys).await?;
                }
            }
        }
        transaction.commit().await?;
        for company in told {
            core.news.announce(company);
        }
    }
    Ok(())
}

/// Tells one person of these keys, each with the name of whose it is, if it is not theirs.
async fn tell_one(
    core: &Core,
    db: &sea_orm::DatabaseTransaction,
    user: UserId,
    company: CompanyId,
    warning: Warning,
    keys: Vec<(&WarnedKey, Option<String>)>,
) -> Result<(), DbErr> {
    if keys.len() > EACH {
        let count = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        let notice = Notice::KeysToLookAt { warning, count };
        return notices::tell(core, db, user, Some(company), &notice).await;
    }
    for (key, person) in keys {
        let id = ApiKeyId::from_uuid(key.id);
        let whose = if person.is_some() { "of_another" } else { "own" };
        let name = key.name.clone();
        let (kind, notice) = match warning {
            Warning::Expiring => {
                let end = Timestamp::from_micros(key.expires_at.unwrap_or_default());
                let day = time_view::day(end);
                ("key_expiring", Notice::KeyExpiring { key: name, day, person })
            }
            Warning::NeverUsed => ("key_unused", Notice::KeyUnused { key: name, person }),
            Warning::Old | Warning::StillUsed => ("key_old", Notice::KeyOld { key: name, person }),
        };
        // Earlier versions told of a key's end under this name.
        let once = match whose {
            "own" => format!("{kind}:{id}"),
            _ => format!("{kind}:{id}:{user}"),
        };
        notices::tell_once(core, db, user, Some(company), &notice, once).await?;
    }
    Ok(())
}
