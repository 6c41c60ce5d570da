//! Changing keys that exist: revoking several, replacing one, renaming it, taking permissions away.
//! Each in one transaction with its audit entries, under the company's lock.

use std::collections::BTreeSet;

use app::backend::Actor;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;
use shared::{
    Error, FieldError,
    api_key::{ApiKeyState, Expiry, GeneratedKey},
    error::{Field, Problem},
    handover::HandoverLink,
    id::{ApiKeyId, CompanyId, MemberId},
    key_change::{
        EditApiKey, Grace, MOST_AT_ONCE, ReduceApiKey, RevokeApiKeys, RotateApiKey, life_days,
        reduced, successor_end,
    },
    key_rules::KeyRules,
    name::Name,
    notice::Notice,
    permission::PermissionSet,
    role::{Action, Role, Subject},
    time::{DAY, Timestamp},
};

use super::{
    access::{self, Membership},
    api_keys::{ApiKeysService, Fresh, ensure_room, may_make, subject},
    key_handovers::{Prepared, may_hand_over},
    notices,
};
use crate::{
    domain::folding::fold,
    entities::api_key,
    error::Outcome,
    store::{
        api_keys::{self, Change},
        key_ends, key_handovers,
        memberships::{self, parse_role},
        policies,
    },
};

impl ApiKeysService {
    /// All of the keys, or none: where the actor may not revoke one of them, nothing happens. A key that
    /// is over already stays as it is, as somebody else may have been quicker.
    pub(super) async fn revoke_keys(&self, actor: Actor, input: RevokeApiKeys) -> Outcome<()> {
        let RevokeApiKeys { company, keys } = input;
        let keys: BTreeSet<ApiKeyId> = keys.into_iter().collect();
        if keys.is_empty() || keys.len() > MOST_AT_ONCE {
            return Err(Error::BadRequest.into());
        }
        let transaction = self.core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let now = self.core.clock.now();
        let by = notices::name_of(&transaction, actor.user).await?;
        let mut revoked = 0_usize;
        for key in keys {
            let owner =
                api_keys::find_owner(&transaction, company, key).await?.ok_or(Error::NotFound)?;
            let member = MemberId::from_uuid(owner.member_id);
            let subject = subject(me, member, parse_role(&owner.role)?);
            access::allow(me.role, Action::RevokeKey(subject))?;
            if key_ends::revoke(&transaction, company, key, me.id, now).await? {
                let detail = json!({ "member": member });
                self.core
                    .audit(&transaction, actor, company, "api_key.revoked", key, detail)
                    .await?;
                if member != me.id {
                    self.tell_of_revocation(&transaction, &by, company, key, member).await?;
                }
                revoked += 1;
            }
        }
        if revoked == 0 {
            return Err(Error::KeyEnded.into());
        }
        self.core.commit(transaction, company).await?;
        tracing::info!(keys = revoked, company.id = %company, "revoked several API keys");
        Ok(())
    }

    /// The successor has the key's name, and of its permissions what the person's keys may allow now.
    pub(super) async fn rotate_key(
        &self,
        actor: Actor,
        input: RotateApiKey,
    ) -> Outcome<GeneratedKey> {
        let RotateApiKey { company, key, request, grace } = input;
        let transaction = self.core.db.begin().await?;
        // Said before what became of the key, since a repeated request finds it replaced. Whoever has no
        // place in the company hears nothing.
        access::membership(&transaction, &actor, company).await?;
        if api_keys::was_made(&transaction, request).await? {
            return Err(Error::AlreadyGenerated.into());
        }
        let found = self.open(&transaction, actor, company, key, Action::RotateKey).await?;
        let (name, permissions, rules) = successor(&transaction, company, &found, grace).await?;
        let (created_at, old_end) = found.life();
        let Found { me, member, now, .. } = found;
        let latest = rules.longest_days.map(|days| now.plus(i64::from(days) * DAY));
        let expires_at = match (successor_end(created_at, old_end, now), latest) {
            (Some(end), Some(latest)) => Some(end.min(latest)),
            (end, latest) => end.or(latest),
        };
        let fresh = Fresh { member, request, name: &name, permissions, expires_at };
        let (successor, text) = self.keep(&transaction, company, me, fresh, now).await?;
        self.retire(&transaction, actor, company, &found, Some(successor), grace).await?;
        let created = json!({
            "member": member,
            "identifier": text.identifier(),
            "name": name.as_str(),
            "permissions": permissions,
            "expires_at": expires_at,
            "replaces": key,
        });
        self.core
            .audit(&transaction, actor, company, "api_key.created", successor, created)
            .await?;
        if member != me.id {
            let holder = memberships::get(&transaction, company, member).await?;
            let by = notices::name_of(&transaction, actor.user).await?;
            let waits = rules.must_accept;
            let notice = Notice::KeyMade { by, key: name.as_str().to_owned(), waits };
            notices::tell(&self.core, &transaction, holder.user, Some(company), &notice).await?;
        }
        self.core.commit(transaction, company).await?;
        tracing::info!(key.id = %key, company.id = %company, "rotated an API key");
        Ok(self.show(company, successor, &name, found.person, &text))
    }

    /// The same for somebody else's key, whose successor waits for them to pick it up.
    pub(super) async fn rotate_key_by_link(
        &self,
        actor: Actor,
        input: RotateApiKey,
    ) -> Outcome<HandoverLink> {
        let RotateApiKey { company, key, request, grace } = input;
        let transaction = self.core.db.begin().await?;
        access::locked_membership(&transaction, &actor, company).await?;
        // The answer got lost, and the link in it is known to nobody: the same wish gets another.
        let made = key_handovers::find_by_request(&transaction, company, request).await?;
        if let Some(made) = made {
            if made.replaces != Some(key) || !made.is_open {
                return Err(Error::AlreadyGenerated.into());
            }
            return self.renew(transaction, actor, company, made.id).await;
        }
        let found = self.open(&transaction, actor, company, key, Action::RotateKey).await?;
        let (name, permissions, rules) = successor(&transaction, company, &found, grace).await?;
        let target = memberships::get(&transaction, company, found.member).await?;
        may_hand_over(found.me, target, rules.makers)?;
        self.retire(&transaction, actor, company, &found, None, grace).await?;
        // How long the company lets keys live is looked at when it is picked up, as with every link.
        let (created_at, old_end) = found.life();
        let expiry = life_days(created_at, old_end).map_or(Expiry::Never, Expiry::Days);
        let (name, replaces) = (&name, Some(key));
        let prepared = Prepared { target, request, name, permissions, expiry, replaces };
        let link = self.prepare(&transaction, actor, found.me, prepared, found.now).await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(key.id = %key, company.id = %company, "rotated an API key by a link");
        Ok(link)
    }

    /// Lets a key that is replaced end as `grace` says.
    async fn retire(
        &self,
        transaction: &DatabaseTransaction,
        actor: Actor,
        company: CompanyId,
        found: &Found,
        successor: Option<ApiKeyId>,
        grace: Grace,
    ) -> Outcome<()> {
        let Found { me, member, row, now, .. } = found;
        let key = ApiKeyId::from_uuid(row.id);
        if grace == Grace::None && !key_ends::revoke(transaction, company, key, me.id, *now).await?
        {
            return Err(Error::KeyEnded.into());
        }
        let (_, old_end) = found.life();
        let end = grace.end(*now, old_end);
        if !key_ends::retire(transaction, company, key, successor, end, *now).await? {
            return Err(Error::KeyRotated.into());
        }
        let rotated = json!({
            "member": member,
            "successor": successor,
            "ends_at": end,
            "ended_before_at": old_end,
        });
        self.core.audit(transaction, actor, company, "api_key.rotated", key, rotated).await?;
        if grace == Grace::None {
            let revoked = json!({ "member": member });
            self.core.audit(transaction, actor, company, "api_key.revoked", key, revoked).await?;
        }
        Ok(())
    }

    pub(super) async fn edit_key(&self, actor: Actor, input: EditApiKey) -> Outcome<()> {
        let EditApiKey { company, key, name, permissions } = input;
        let transaction = self.core.db.begin().await?;
        let found = self.open(&transaction, actor, company, key, Action::EditKey).await?;
        let own = policies::permissions(found.row.permissions);
        let mut errors = Vec::new();
        let mut note = |field, problem| errors.push(FieldError { field, problem });
        let name = Name::parse(&name).map_err(|problem| note(Field::KeyName, problem)).ok();
        let left = parse_permissions(&permissions)
            .and_then(|wanted| reduced(own, wanted))
            .map_err(|problem| note(Field::Permissions, problem))
            .ok();
        let (Some(name), Some(left)) = (name, left) else {
            return Err(Error::Invalid(errors).into());
        };
        self.change(transaction, actor, company, &found, &name, left).await
    }

    pub(super) async fn reduce_key(&self, actor: Actor, input: ReduceApiKey) -> Outcome<()> {
        let ReduceApiKey { company, key, remove } = input;
        let transaction = self.core.db.begin().await?;
        let found = self.open(&transaction, actor, company, key, Action::EditKey).await?;
        let own = policies::permissions(found.row.permissions);
        let left = parse_permissions(&remove)
            // Nothing to take away is a form that lost its boxes on the way here.
            .and_then(|remove| match remove.is_empty() {
                true => Err(Problem::NoPermission),
                false => reduced(own, own.without(remove)),
            })
            .map_err(|problem| Error::field(Field::Permissions, problem))?;
        let name = Name::parse(&found.row.name)
            .map_err(|problem| Error::field(Field::KeyName, problem))?;
        self.change(transaction, actor, company, &found, &name, left).await
    }

    /// The key and whose it is, when the actor may do `action` to it and it is live. The company stays
    /// locked until the transaction ends, so that what is read here still holds when it is written.
    async fn open(
        &self,
        transaction: &DatabaseTransaction,
        actor: Actor,
        company: CompanyId,
        key: ApiKeyId,
        action: fn(Subject) -> Action,
    ) -> Outcome<Found> {
        let me = access::locked_membership(transaction, &actor, company).await?;
        let owner =
            api_keys::find_owner(transaction, company, key).await?.ok_or(Error::NotFound)?;
        let member = MemberId::from_uuid(owner.member_id);
        let role = parse_role(&owner.role)?;
        access::allow(me.role, action(subject(me, member, role)))?;
        let row = api_keys::find(transaction, company, key).await?.ok_or(Error::NotFound)?;
        let now = self.core.clock.now();
        let (expires_at, revoked_at) = (
            row.expires_at.map(Timestamp::from_micros),
            row.revoked_at.map(Timestamp::from_micros),
        );
        if !ApiKeyState::at(now, expires_at, revoked_at).is_live() {
            return Err(Error::KeyEnded.into());
        }
        Ok(Found { me, member, role, person: owner.person, row, now })
    }

    /// Gives the key this name and leaves it these permissions, with an audit entry for each that differs.
    async fn change(
        &self,
        transaction: DatabaseTransaction,
        actor: Actor,
        company: CompanyId,
        found: &Found,
        name: &Name,
        left: PermissionSet,
    ) -> Outcome<()> {
        let Found { member, row, now, .. } = found;
        let key = ApiKeyId::from_uuid(row.id);
        let own = policies::permissions(row.permissions);
        let change =
            Change { name: name.as_str(), name_folded: &fold(name.as_str()), permissions: left };
        if !api_keys::change(&transaction, company, key, change, *now).await? {
            return Err(Error::KeyEnded.into());
        }
        if row.name != name.as_str() {
            let detail = json!({ "member": member, "from": row.name, "to": name.as_str() });
            self.core.audit(&transaction, actor, company, "api_key.renamed", key, detail).await?;
        }
        if own != left {
            let detail = json!({ "member": member, "removed": own.without(left), "left": left });
            self.core.audit(&transaction, actor, company, "api_key.reduced", key, detail).await?;
        }
        self.core.commit(transaction, company).await?;
        Ok(())
    }
}

/// A live key, whose it is, and who changes it.
struct Found {
    me: Membership,
    member: MemberId,
    role: Role,
    person: String,
    row: api_key::Model,
    now: Timestamp,
}

impl Found {
    /// When the key was made, and when it ends by itself.
    fn life(&self) -> (Timestamp, Option<Timestamp>) {
        let end = self.row.expires_at.map(Timestamp::from_micros);
        (Timestamp::from_micros(self.row.created_at), end)
    }
}

/// The name and the permissions of what takes the place of a key that works on for `grace`, if it may be given one, and the
/// company's rules.
async fn successor(
    db: &impl ConnectionTrait,
    company: CompanyId,
    found: &Found,
    grace: Grace,
) -> Outcome<(Name, PermissionSet, KeyRules)> {
    let Found { me, member, role, row, now, .. } = found;
    let (ceilings, rules) = policies::about_keys(db, company).await?;
    may_make(me.role, subject(*me, *member, *role), rules.makers)?;
    if row.rotated_at.is_some() {
        return Err(Error::KeyRotated.into());
    }
    if grace != Grace::None {
        ensure_room(db, company, *member, *now).await?;
    }
    let permissions = policies::permissions(row.permissions).intersection(ceilings.of(*role));
    if permissions.is_empty() {
        return Err(Error::field(Field::Permissions, Problem::AboveCeiling).into());
    }
    let name = Name::parse(&row.name).map_err(|problem| Error::field(Field::KeyName, problem))?;
    Ok((name, permissions, rules))
}

fn parse_permissions(names: &[String]) -> Result<PermissionSet, Problem> {
    names.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(|_| Problem::Unknown)
}
