//! Handing a key over by a link. Making the link makes no key: the person for whom it is makes it, once, when they
//! open the link and ask for it there. So nobody else ever sees it, and nothing of it is kept that could be read.
//!
//! What the link gives is looked at again when it is used: its maker's standing, the company's ceiling, how long
//! keys may live, and what has been taken since from the key that it replaces.

use app::backend::Actor;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde_json::json;
use shared::{
    Error,
    api_key::{By, Expiry, GeneratedKey},
    company::Ceilings,
    error::Problem,
    handover::{
        HandOverKey, HandoverLink, HandoverView, LIFETIME, PickUpKey, PickUpPreview, RenewHandover,
        WithdrawHandover,
    },
    id::{ApiKeyId, CompanyId, HandoverId, RequestId},
    key_rules::{KeyRules, Makers},
    name::Name,
    notice::Notice,
    permission::PermissionSet,
    role::{Action, Role, Subject, allows},
    time::{DAY, Timestamp},
};
use url::Url;

use super::{
    access::{self, Membership},
    api_keys::{ApiKeysService, Fresh, Wanted, ensure_room, may_make, subject},
    notices,
    time_view::Face,
};
use crate::{
    domain::{
        expiry::expires_at,
        token::{Token, TokenHash},
    },
    entities::api_key,
    error::{Fault, Outcome},
    store::{
        api_keys, companies, key_ends,
        key_handovers::{self, Handover},
        memberships, names, policies,
    },
};

impl ApiKeysService {
    /// Prepares a key for somebody else.
    pub(super) async fn make_handover(
        &self,
        actor: Actor,
        input: HandOverKey,
    ) -> Outcome<HandoverLink> {
        let HandOverKey { company, member, request, name, permissions, expiry } = input;
        let transaction = self.core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let target = memberships::get(&transaction, company, member).await?;
        let (ceilings, rules) = policies::about_keys(&transaction, company).await?;
        may_hand_over(me, target, rules.makers)?;
        let now = self.core.clock.now();
        let wanted = Wanted::parse(
            &name,
            permissions,
            &expiry,
            ceilings.of(target.role),
            rules.longest_days,
            now,
        )?;
        let name = &wanted.name;
        let prepared = Prepared { target, request, name, permissions, expiry, replaces: None };
        let link = self.prepare(&transaction, actor, me, prepared, now).await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(handover.id = %link.handover, company.id = %company, "prepared an API key");
        Ok(link)
    }

    /// Writes that a key waits for its person, and tells them. The company is locked, and `me` may hand the key over.
    pub(super) async fn prepare(
        &self,
        transaction: &DatabaseTransaction,
        actor: Actor,
        me: Membership,
        prepared: Prepared<'_>,
        now: Timestamp,
    ) -> Outcome<HandoverLink> {
        let Prepared { target, request, name, permissions, expiry, replaces } = prepared;
        let company = me.company;
        let handover = Handover {
            id: HandoverId::from_uuid(self.core.clock.uuid(&self.core.entropy)),
            company,
            member: target.id,
            name: name.as_str().to_owned(),
            permissions,
            expiry,
            made_by: me.id,
            made_at: now,
            expires_at: now.plus(LIFETIME),
            is_open: true,
            replaces,
        };
        let token = Token::from_bytes(self.core.entropy.bytes());
        let is_new = key_handovers::create(transaction, &handover, request, token.hash()).await?;
        let handover = if is_new {
            handover
        } else {
            // The answer got lost, and the link in it is known to nobody: the same wish gets another.
            let made = key_handovers::find_by_request(transaction, company, request).await?;
            let made = made.filter(|made| made.wants_the_same(&handover));
            let id = made.ok_or(Error::AlreadyGenerated)?.id;
            Handover { id, ..handover }
        };
        if !is_new && !key_handovers::renew(transaction, &handover, token.hash()).await? {
            return Err(Error::AlreadyGenerated.into());
        }
        let detail = json!({
            "member": target.id,
            "name": handover.name,
            "permissions": permissions,
            "expires_at": handover.expires_at,
            "replaces": replaces,
        });
        let action = if is_new { "key_handover.made" } else { "key_handover.renewed" };
        let id = handover.id;
        self.core.audit(transaction, actor, company, action, id, detail).await?;
        self.tell_and_link(transaction, actor, target, handover, &token).await
    }

    /// Replaces a link, under the standing of whoever does it.
    pub(super) async fn replace_handover(
        &self,
        actor: Actor,
        input: RenewHandover,
    ) -> Outcome<HandoverLink> {
        let RenewHandover { company, handover } = input;
        let transaction = self.core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        self.renew(transaction, actor, company, handover).await
    }

    /// The same in a transaction that holds the company's lock, and commits it.
    pub(super) async fn renew(
        &self,
        transaction: DatabaseTransaction,
        actor: Actor,
        company: CompanyId,
        handover: HandoverId,
    ) -> Outcome<HandoverLink> {
        let (me, target, open) = self.open_handover(&transaction, actor, company, handover).await?;
        let (_, rules) = policies::about_keys(&transaction, company).await?;
        may_hand_over(me, target, rules.makers)?;
        if find_left(&transaction, &open).await?.is_empty() {
            return Err(Error::HandoverEnded.into());
        }
        let now = self.core.clock.now();
        let renewed =
            Handover { made_by: me.id, made_at: now, expires_at: now.plus(LIFETIME), ..open };
        let token = Token::from_bytes(self.core.entropy.bytes());
        if !key_handovers::renew(&transaction, &renewed, token.hash()).await? {
            return Err(Error::NotFound.into());
        }
        let detail = json!({ "member": target.id, "name": renewed.name });
        let action = "key_handover.renewed";
        self.core.audit(&transaction, actor, company, action, handover, detail).await?;
        let link = self.tell_and_link(&transaction, actor, target, renewed, &token).await?;
        self.core.commit(transaction, company).await?;
        Ok(link)
    }

    /// Ends a link before it was used.
    pub(super) async fn end_handover(&self, actor: Actor, input: WithdrawHandover) -> Outcome<()> {
        let WithdrawHandover { company, handover } = input;
        let transaction = self.core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        let (me, target, open) = self.open_handover(&transaction, actor, company, handover).await?;
        access::allow(me.role, Action::RevokeKey(access::subject(&me, &target)))?;
        if !key_handovers::withdraw(&transaction, company, handover, self.core.clock.now()).await? {
            return Err(Error::NotFound.into());
        }
        let detail = json!({ "member": target.id, "name": open.name });
        let action = "key_handover.withdrawn";
        self.core.audit(&transaction, actor, company, action, handover, detail).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }

    /// The keys that wait, as far as the actor may see them.
    pub(super) async fn waiting_handovers(
        &self,
        actor: Actor,
        company: CompanyId,
    ) -> Outcome<Vec<HandoverView>> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        let only = access::only_own(&me, Action::SeeKey);
        let rows = key_handovers::list_open(db, company, only).await?;
        let (ceilings, rules) = policies::about_keys(db, company).await?;
        let people = rows.iter().flat_map(|row| [row.member.as_uuid(), row.made_by.as_uuid()]);
        let people = names::members(db, company, people).await?;
        let replaced = rows.iter().filter_map(|row| row.replaces);
        let replaced = api_keys::list_by_id(db, company, replaced).await?;
        let face = Face::of(&self.core, actor).await?;
        let mut views = Vec::new();
        for row in rows {
            let (Some(person), Some(maker)) =
                (people.get(&row.member.as_uuid()), people.get(&row.made_by.as_uuid()))
            else {
                continue;
            };
            let subject = subject(me, row.member, person.role);
            let left = left(&row, row.replaces.and_then(|key| replaced.get(&key)));
            let given = given(&row, left, maker.role, person.role, &ceilings, &rules, face.now);
            views.push(HandoverView {
                handover: row.id,
                ended: given.is_err(),
                may_renew: subject != Subject::Own
                    && !left.is_empty()
                    && may_make(me.role, subject, rules.makers).is_ok(),
                may_withdraw: allows(me.role, Action::RevokeKey(subject)).is_allowed(),
                is_own: subject == Subject::Own,
                person: person.name.clone(),
                made_by: if row.made_by == me.id {
                    By::You
                } else {
                    By::Person(maker.name.clone())
                },
                made: face.view(row.made_at),
                expires: face.view(row.expires_at),
                name: row.name,
                permissions: left,
            });
        }
        Ok(views)
    }

    /// What a link shows to its person.
    pub(super) async fn preview_handover(
        &self,
        actor: Actor,
        token: &str,
    ) -> Outcome<PickUpPreview> {
        let db = self.core.db.reader();
        let now = self.core.clock.now();
        let (handover, target) = find_own(db, actor, parse(token)?).await?;
        let grant = grant(db, &handover, target, now).await?;
        let face = Face::of(&self.core, actor).await?;
        Ok(PickUpPreview {
            company: companies::get_name(db, handover.company).await?,
            made_by: notices::name_of(db, grant.maker.user).await?,
            permissions: grant.permissions,
            ends: grant.expires_at.map(|at| face.view(at)),
            expires: face.view(handover.expires_at),
            name: handover.name,
        })
    }

    /// Makes the key that the link is for, in its maker's name, and uses the link up.
    pub(super) async fn pick_up_key(
        &self,
        actor: Actor,
        input: PickUpKey,
    ) -> Outcome<GeneratedKey> {
        let PickUpKey { token, request } = input;
        let token = parse(&token)?;
        let transaction = self.core.db.begin().await?;
        let (seen, _) = find_own(&transaction, actor, token).await?;
        let company = seen.company;
        companies::lock(&transaction, company).await?;
        // What is read from here on holds until the key is kept.
        let (handover, target) = find_own(&transaction, actor, token).await?;
        if api_keys::was_made(&transaction, request).await? {
            return Err(Error::AlreadyGenerated.into());
        }
        let now = self.core.clock.now();
        let Grant { maker, permissions, expires_at } =
            grant(&transaction, &handover, target, now).await?;
        if !key_handovers::pick_up(&transaction, company, handover.id, token, now).await? {
            return Err(Error::HandoverEnded.into());
        }
        ensure_room(&transaction, company, target.id, now).await?;
        let name = Name::parse(&handover.name)
            .map_err(|_| Fault::Internal(format!("{} has no name", handover.id)))?;
        let fresh = Fresh { member: target.id, request, name: &name, permissions, expires_at };
        let (id, key) = self.keep(&transaction, company, maker, fresh, now).await?;
        // Whoever picks a key up has seen what it allows: where keys wait for their person, this one need not. By the same
        // moment `store::seen_keys` knows that its maker has not seen it.
        api_keys::accept(&transaction, company, id, now).await?;
        if let Some(replaced) = handover.replaces {
            key_ends::set_successor(&transaction, company, replaced, id).await?;
        }
        let detail = json!({
            "member": target.id,
            "identifier": key.identifier(),
            "name": name.as_str(),
            "permissions": permissions,
            "expires_at": expires_at,
            "handover": handover.id,
            "prepared_by": maker.id,
            "replaces": handover.replaces,
        });
        self.core.audit(&transaction, actor, company, "api_key.created", id, detail).await?;
        let person = notices::name_of(&transaction, actor.user).await?;
        let notice = Notice::KeyPickedUp { person: person.clone(), key: name.as_str().to_owned() };
        notices::tell(&self.core, &transaction, maker.user, Some(company), &notice).await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(key.id = %id, handover.id = %handover.id, "picked up an API key");
        Ok(self.show(company, id, &name, person, &key))
    }

    /// An open handover that the actor may see, with the person for whom it is. The company is locked.
    async fn open_handover(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        company: CompanyId,
        handover: HandoverId,
    ) -> Outcome<(Membership, Membership, Handover)> {
        let me = access::membership(db, &actor, company).await?;
        let open = key_handovers::get_open(db, company, handover).await?;
        let target = memberships::get(db, company, open.member).await?;
        access::allow(me.role, Action::SeeKey(access::subject(&me, &target)))?;
        Ok((me, target, open))
    }

    /// Tells the person that a link comes, and gives the link.
    async fn tell_and_link(
        &self,
        db: &impl ConnectionTrait,
        actor: Actor,
        target: Membership,
        handover: Handover,
        token: &Token,
    ) -> Outcome<HandoverLink> {
        let Handover { id, company, name, .. } = handover;
        let by = notices::name_of(db, actor.user).await?;
        let notice = Notice::KeyPrepared { by, key: name.clone() };
        notices::tell(&self.core, db, target.user, Some(company), &notice).await?;
        let url = link_url(&self.core.settings.public_url, token)
            .ok_or_else(|| Fault::Internal("the public address takes no path".to_owned()))?;
        let person = notices::name_of(db, target.user).await?;
        Ok(HandoverLink { handover: id, name, person, url: url.to_string() })
    }
}

/// A key that is to wait for its person, before that is written.
pub(super) struct Prepared<'a> {
    pub(super) target: Membership,
    pub(super) request: RequestId,
    pub(super) name: &'a Name,
    pub(super) permissions: PermissionSet,
    pub(super) expiry: Expiry,
    /// The key that it takes the place of.
    pub(super) replaces: Option<ApiKeyId>,
}

/// What a link gives now.
struct Grant {
    maker: Membership,
    permissions: PermissionSet,
    expires_at: Option<Timestamp>,
}

/// The handover with this token, if the actor is the person for whom it is: for anybody else there is none.
async fn find_own(
    db: &impl ConnectionTrait,
    actor: Actor,
    token: TokenHash,
) -> Outcome<(Handover, Membership)> {
    let handover = key_handovers::find_by_token(db, token).await?.ok_or(Error::NotFound)?;
    let me = access::membership(db, &actor, handover.company).await?;
    if me.id != handover.member {
        return Err(Error::NotFound.into());
    }
    Ok((handover, me))
}

/// What `handover` gives to `target` at `now`, if it still gives anything.
async fn grant(
    db: &impl ConnectionTrait,
    handover: &Handover,
    target: Membership,
    now: Timestamp,
) -> Outcome<Grant> {
    let maker = match memberships::get(db, handover.company, handover.made_by).await {
        Err(Fault::Refused(Error::NotFound)) => return Err(Error::HandoverEnded.into()),
        found => found?,
    };
    let left = find_left(db, handover).await?;
    let (ceilings, rules) = policies::about_keys(db, handover.company).await?;
    let (permissions, expires_at) =
        given(handover, left, maker.role, target.role, &ceilings, &rules, now)?;
    Ok(Grant { maker, permissions, expires_at })
}

/// [`left`], with the key that `handover` replaces as it is now.
async fn find_left(db: &impl ConnectionTrait, handover: &Handover) -> Result<PermissionSet, DbErr> {
    let replaced = match handover.replaces {
        Some(key) => api_keys::find(db, handover.company, key).await?,
        None => None,
    };
    Ok(left(handover, replaced.as_ref()))
}

/// What a link may give at most: what was prepared, without what has been taken since from the key that it replaces. Nothing
/// where somebody has revoked that key: whoever does means it.
fn left(handover: &Handover, replaced: Option<&api_key::Model>) -> PermissionSet {
    if handover.replaces.is_none() {
        return handover.permissions;
    }
    match replaced {
        Some(key) if !is_revoked_since_rotation(key) => {
            handover.permissions.intersection(policies::permissions(key.permissions))
        }
        _ => PermissionSet::EMPTY,
    }
}

/// Whether somebody has revoked a key that was rotated. A rotation without grace revokes it too, in its own moment; and the
/// policy about unused keys does so in the name of nobody.
fn is_revoked_since_rotation(key: &api_key::Model) -> bool {
    key.revoked_by.is_some() && key.revoked_at != key.rotated_at
}

/// The permissions of the key that a link of a `maker` gives to a `target`, and when it ends; of those that are `left`, by their
/// roles and the company's rules of `now`. A ceiling that was lowered since cuts the key; a wider one later gives nothing back.
///
/// # Errors
/// [`Error::HandoverEnded`] when it gives nothing any more.
fn given(
    handover: &Handover,
    left: PermissionSet,
    maker: Role,
    target: Role,
    ceilings: &Ceilings,
    rules: &KeyRules,
    now: Timestamp,
) -> Result<(PermissionSet, Option<Timestamp>), Error> {
    let stands = handover.is_open && handover.expires_at > now;
    let may_make = may_make(maker, Subject::Other(target), rules.makers).is_ok();
    let permissions = left.intersection(ceilings.of(target));
    if !stands || !may_make || permissions.is_empty() {
        return Err(Error::HandoverEnded);
    }
    Ok((permissions, end(&handover.expiry, rules, now)?))
}

/// When the key ends: as chosen, or as early as the company asks by now.
fn end(expiry: &Expiry, rules: &KeyRules, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    match expires_at(expiry, rules.longest_days, now) {
        Ok(end) => Ok(end),
        Err(Problem::BeyondPolicy { days }) => Ok(Some(now.plus(i64::from(days) * DAY))),
        Err(_) => Err(Error::HandoverEnded),
    }
}

/// Whether `me` may hand a key over to `target`: as for making one that they see, but never for oneself.
pub(super) fn may_hand_over(
    me: Membership,
    target: Membership,
    makers: Makers,
) -> Result<(), Error> {
    match access::subject(&me, &target) {
        Subject::Own => Err(Error::Forbidden),
        other => may_make(me.role, other, makers),
    }
}

fn parse(token: &str) -> Result<TokenHash, Error> {
    Token::parse(token).map(|token| token.hash()).ok_or(Error::NotFound)
}

fn link_url(public_url: &Url, token: &Token) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.clear().extend(["pick-up", &token.to_text()]);
    Some(url)
}
