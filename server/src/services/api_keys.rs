//! API keys: generating and revoking them. [`super::api_key_changes`] changes those that exist,
//! [`super::key_handovers`] hands new ones over, [`super::api_key_pages`] lists them, [`super::api_key_page`] tells about
//! one.

use std::sync::Arc;

use app::backend::{Actor, ApiKeys};
use async_trait::async_trait;
use serde_json::json;
use shared::{
    Error, FieldError,
    api_key::{
        AcceptApiKey, ApiKeyPage, CreateApiKey, Expiry, GeneratedKey, ListApiKeys, RevokeApiKey,
    },
    connection::ConnectedClient,
    error::{Field, Problem},
    handover::{
        HandOverKey, HandoverLink, HandoverView, PickUpKey, PickUpPreview, RenewHandover,
        WithdrawHandover,
    },
    id::{ApiKeyId, CompanyId, MemberId, RequestId},
    key_change::{EditApiKey, ReduceApiKey, RevokeApiKeys, RotateApiKey},
    key_format::ApiKey,
    key_page::ApiKeyDetail,
    key_rules::Makers,
    name::Name,
    notice::Notice,
    permission::PermissionSet,
    role::{Action, Role, Subject},
    time::Timestamp,
};
use url::Url;

use super::{
    Core,
    access::{self, Membership},
    api_key_page, api_key_pages, notices,
    peppers::Peppers,
};
use crate::{
    clock::Entropy,
    domain::{expiry::expires_at, folding::fold},
    error::{Fault, Outcome},
    store::{
        api_keys::{self, Accepted, Creation, NewApiKey},
        key_ends,
        memberships::{self, parse_role},
        names, policies,
    },
};

/// How often a key is drawn anew because another has its identifier. With 62⁸ identifiers, a second
/// draw is needed about never.
const DRAWS: usize = 5;

/// API keys, in the database.
#[derive(Debug, Clone)]
pub struct ApiKeysService {
    pub(super) core: Core,
    peppers: Arc<Peppers>,
}

/// The most live keys of a member: each has limits of its own, on calls, streams and files.
const MAX_LIVE: u32 = 250;

/// Refuses a further key for a member who has as many as they may. The company is locked.
///
/// # Errors
/// [`Problem::TooManyKeys`].
pub(super) async fn ensure_room(
    db: &impl sea_orm::ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Outcome<()> {
    if api_keys::count_live(db, company, member, now).await? >= u64::from(MAX_LIVE) {
        return Err(Error::field(Field::KeyName, Problem::TooManyKeys { max: MAX_LIVE }).into());
    }
    Ok(())
}

impl ApiKeysService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core, peppers: Arc<Peppers>) -> Self {
        Self { core, peppers }
    }

    async fn create_key(&self, actor: Actor, input: CreateApiKey) -> Outcome<GeneratedKey> {
        let CreateApiKey { company, member, request, name, permissions, expiry } = input;
        let transaction = self.core.db.begin().await?;
        // Whoever removes a member or lowers a ceiling takes the same lock, so that what is read from
        // here on still holds when the key is kept.
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let target = memberships::get(&transaction, company, member).await?;
        let (ceilings, rules) = policies::about_keys(&transaction, company).await?;
        may_make(me.role, access::subject(&me, &target), rules.makers)?;

        let now = self.core.clock.now();
        // Sent again, it is told that it was made, and not that there is no room for another.
        if api_keys::was_made(&transaction, request).await? {
            return Err(Error::AlreadyGenerated.into());
        }
        ensure_room(&transaction, company, target.id, now).await?;
        let wanted = Wanted::parse(
            &name,
            permissions,
            &expiry,
            ceilings.of(target.role),
            rules.longest_days,
            now,
        )?;
        let fresh = Fresh {
            member: target.id,
            request,
            name: &wanted.name,
            permissions: wanted.permissions,
            expires_at: wanted.expires_at,
        };
        let (id, key) = self.keep(&transaction, company, me, fresh, now).await?;
        let detail = json!({
            "member": target.id,
            "identifier": key.identifier(),
            "name": wanted.name.as_str(),
            "permissions": wanted.permissions,
            "expires_at": wanted.expires_at,
        });
        self.core.audit(&transaction, actor, company, "api_key.created", id, detail).await?;
        let owner =
            api_keys::find_owner(&transaction, company, id).await?.ok_or(Error::NotFound)?;
        if target.id != me.id {
            let by = notices::name_of(&transaction, actor.user).await?;
            let (key, waits) = (wanted.name.as_str().to_owned(), rules.must_accept);
            let notice = Notice::KeyMade { by, key, waits };
            notices::tell(&self.core, &transaction, target.user, Some(company), &notice).await?;
        }
        self.core.commit(transaction, company).await?;

        Ok(self.show(company, id, &wanted.name, owner.person, &key))
    }

    /// The answer that holds the key.
    pub(super) fn show(
        &self,
        company: CompanyId,
        id: ApiKeyId,
        name: &Name,
        person: String,
        key: &ApiKey,
    ) -> GeneratedKey {
        GeneratedKey {
            company,
            id,
            name: name.as_str().to_owned(),
            person,
            identifier: key.identifier().to_owned(),
            key: key.expose().to_owned(),
            sse_url: address(&self.core.settings.public_url, "/sse"),
            mcp_url: address(&self.core.settings.public_url, "/mcp"),
        }
    }

    /// Draws a key and keeps its hash.
    pub(super) async fn keep(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        company: CompanyId,
        me: Membership,
        fresh: Fresh<'_>,
        now: Timestamp,
    ) -> Outcome<(ApiKeyId, ApiKey)> {
        let Fresh { member, request, name, permissions, expires_at } = fresh;
        let id = ApiKeyId::from_uuid(self.core.clock.uuid(&self.core.entropy));
        let (pepper_number, pepper) = self.peppers.newest();
        for _ in 0..DRAWS {
            let key = draw(&self.core.entropy);
            let row = NewApiKey {
                id,
                member,
                request,
                identifier: key.identifier(),
                mac: pepper.mac(&key),
                pepper: pepper_number,
                name: name.as_str(),
                name_folded: &fold(name.as_str()),
                permissions,
                created_at: now,
                created_by: me.id,
                expires_at,
            };
            match api_keys::create(db, company, row).await? {
                Creation::Done => return Ok((id, key)),
                Creation::Taken if api_keys::was_made(db, request).await? => {
                    return Err(Error::AlreadyGenerated.into());
                }
                Creation::Taken => {}
            }
        }
        Err(Fault::Internal(format!("{DRAWS} drawn identifiers were all taken")))
    }

    /// Tells a key's person that somebody else, `by`, revoked it.
    pub(super) async fn tell_of_revocation(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        by: &str,
        company: CompanyId,
        key: ApiKeyId,
        member: MemberId,
    ) -> Outcome<()> {
        let holder = memberships::get(db, company, member).await?;
        let named = names::keys(db, company, [key.as_uuid()]).await?;
        let key = named.get(&key.as_uuid()).cloned().unwrap_or_default();
        let notice = Notice::KeyRevoked { by: by.to_owned(), key, maker: None };
        notices::tell(&self.core, db, holder.user, Some(company), &notice).await?;
        Ok(())
    }

    async fn revoke_key(&self, actor: Actor, input: RevokeApiKey) -> Outcome<()> {
        let RevokeApiKey { company, key } = input;
        let transaction = self.core.db.begin().await?;
        // Before the key, as everywhere: two transactions that lock in one order never wait for each other.
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let owner =
            api_keys::find_owner(&transaction, company, key).await?.ok_or(Error::NotFound)?;
        let member = MemberId::from_uuid(owner.member_id);
        let subject = subject(me, member, parse_role(&owner.role)?);
        access::allow(me.role, Action::RevokeKey(subject))?;

        let now = self.core.clock.now();
        if !key_ends::revoke(&transaction, company, key, me.id, now).await? {
            return Err(Error::KeyEnded.into());
        }
        let detail = json!({ "member": member });
        self.core.audit(&transaction, actor, company, "api_key.revoked", key, detail).await?;
        // A key of somebody who left is revoked already.
        if member != me.id {
            let by = notices::name_of(&transaction, actor.user).await?;
            self.tell_of_revocation(&transaction, &by, company, key, member).await?;
        }
        self.core.commit(transaction, company).await?;
        tracing::info!(key.id = %key, company.id = %company, "revoked an API key");
        Ok(())
    }
}

impl ApiKeysService {
    async fn accept_key(&self, actor: Actor, input: AcceptApiKey) -> Outcome<()> {
        let AcceptApiKey { company, key } = input;
        let transaction = self.core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let owner =
            api_keys::find_owner(&transaction, company, key).await?.ok_or(Error::NotFound)?;
        let subject = subject(me, MemberId::from_uuid(owner.member_id), parse_role(&owner.role)?);
        access::allow(me.role, Action::AcceptKey(subject))?;
        let now = self.core.clock.now();
        match api_keys::accept(&transaction, company, key, now).await? {
            Accepted::Now => {}
            // The answer to the first time may have been lost.
            Accepted::Before => return Ok(()),
            Accepted::Ended => return Err(Error::KeyEnded.into()),
        }
        self.core.audit(&transaction, actor, company, "api_key.accepted", key, json!({})).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }
}

#[async_trait]
impl ApiKeys for ApiKeysService {
    async fn list(
        &self,
        actor: Actor,
        company: CompanyId,
        filter: ListApiKeys,
    ) -> Result<ApiKeyPage, Error> {
        api_key_pages::list(&self.core, actor, company, filter).await.map_err(Fault::into_answer)
    }

    async fn create(&self, actor: Actor, input: CreateApiKey) -> Result<GeneratedKey, Error> {
        self.create_key(actor, input).await.map_err(Fault::into_answer)
    }

    async fn revoke(&self, actor: Actor, input: RevokeApiKey) -> Result<(), Error> {
        self.revoke_key(actor, input).await.map_err(Fault::into_answer)
    }

    async fn accept(&self, actor: Actor, input: AcceptApiKey) -> Result<(), Error> {
        self.accept_key(actor, input).await.map_err(Fault::into_answer)
    }
    async fn revoke_many(&self, actor: Actor, input: RevokeApiKeys) -> Result<(), Error> {
        self.revoke_keys(actor, input).await.map_err(Fault::into_answer)
    }

    async fn rotate(&self, actor: Actor, input: RotateApiKey) -> Result<GeneratedKey, Error> {
        self.rotate_key(actor, input).await.map_err(Fault::into_answer)
    }

    async fn rotate_by_link(
        &self,
        actor: Actor,
        input: RotateApiKey,
    ) -> Result<HandoverLink, Error> {
        self.rotate_key_by_link(actor, input).await.map_err(Fault::into_answer)
    }

    async fn edit(&self, actor: Actor, input: EditApiKey) -> Result<(), Error> {
        self.edit_key(actor, input).await.map_err(Fault::into_answer)
    }

    async fn reduce(&self, actor: Actor, input: ReduceApiKey) -> Result<(), Error> {
        self.reduce_key(actor, input).await.map_err(Fault::into_answer)
    }

    async fn detail(
        &self,
        actor: Actor,
        company: CompanyId,
        key: ApiKeyId,
    ) -> Result<ApiKeyDetail, Error> {
        api_key_page::detail(&self.core, actor, company, key).await.map_err(Fault::into_answer)
    }

    async fn client(
        &self,
        actor: Actor,
        company: CompanyId,
        key: ApiKeyId,
    ) -> Result<Option<ConnectedClient>, Error> {
        api_key_page::client(&self.core, actor, company, key).await.map_err(Fault::into_answer)
    }

    async fn hand_over(&self, actor: Actor, input: HandOverKey) -> Result<HandoverLink, Error> {
        self.make_handover(actor, input).await.map_err(Fault::into_answer)
    }

    async fn renew_handover(
        &self,
        actor: Actor,
        input: RenewHandover,
    ) -> Result<HandoverLink, Error> {
        self.replace_handover(actor, input).await.map_err(Fault::into_answer)
    }

    async fn withdraw_handover(&self, actor: Actor, input: WithdrawHandover) -> Result<(), Error> {
        self.end_handover(actor, input).await.map_err(Fault::into_answer)
    }

    async fn handovers(
        &self,
        actor: Actor,
        company: CompanyId,
    ) -> Result<Vec<HandoverView>, Error> {
        self.waiting_handovers(actor, company).await.map_err(Fault::into_answer)
    }

    async fn pick_up_preview(&self, actor: Actor, token: String) -> Result<PickUpPreview, Error> {
        self.preview_handover(actor, &token).await.map_err(Fault::into_answer)
    }

    async fn pick_up(&self, actor: Actor, input: PickUpKey) -> Result<GeneratedKey, Error> {
        self.pick_up_key(actor, input).await.map_err(Fault::into_answer)
    }
}

/// A key before it is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'a> {
    pub(super) member: MemberId,
    pub(super) request: RequestId,
    pub(super) name: &'a Name,
    pub(super) permissions: PermissionSet,
    pub(super) expires_at: Option<Timestamp>,
}

/// A key as it was asked for, checked.
pub(super) struct Wanted {
    pub(super) name: Name,
    permissions: PermissionSet,
    expires_at: Option<Timestamp>,
}

impl Wanted {
    /// Checks all fields, so that a person hears of everything that is wrong at once.
    pub(super) fn parse(
        name: &str,
        permissions: PermissionSet,
        expiry: &Expiry,
        ceiling: PermissionSet,
        longest_days: Option<u32>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut errors = Vec::new();
        let mut note = |field, problem| errors.push(FieldError { field, problem });

        let name = Name::parse(name).map_err(|problem| note(Field::KeyName, problem)).ok();
        if permissions.is_empty() {
            note(Field::Permissions, Problem::NoPermission);
        } else if !permissions.is_subset_of(ceiling) {
            note(Field::Permissions, Problem::AboveCeiling);
        }
        let expires_at = expires_at(expiry, longest_days, now)
            .map_err(|problem| note(Field::Expiry, problem))
            .ok();
        match (name, expires_at) {
            (Some(name), Some(expires_at)) if errors.is_empty() => {
                Ok(Self { name, permissions, expires_at })
            }
            _ => Err(Error::Invalid(errors)),
        }
    }
}

/// Whether a `maker` may make a key for `subject`: by the role, and by the company's choice.
pub(super) fn may_make(maker: Role, subject: Subject, makers: Makers) -> Result<(), Error> {
    access::allow(maker, Action::GenerateKey(subject))?;
    match subject {
        Subject::Other(_) if !makers.include(maker) => Err(Error::Forbidden),
        _ => Ok(()),
    }
}

/// Whose thing it is that `member`, who has `role`, owns, as `me` sees it.
pub(super) fn subject(me: Membership, member: MemberId, role: Role) -> Subject {
    if me.id == member { Subject::Own } else { Subject::Other(role) }
}

fn draw(entropy: &Entropy) -> ApiKey {
    let drawn = ApiKey::generate(|bytes| {
        entropy.fill(bytes);
        Ok::<(), std::convert::Infallible>(())
    });
    match drawn {
        Ok(key) => key,
        Err(never) => match never {},
    }
}

/// `path` under the public address, which has no path of its own.
fn address(public_url: &Url, path: &str) -> String {
    let mut url = public_url.clone();
    url.set_path(path);
    url.into()
}
