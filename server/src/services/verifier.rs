//! The key check: from what a request presents to what it may do at this moment.
//!
//! Nothing is cached between a revocation and its effect, and checking a key writes nothing.

use std::{
    collections::HashMap,
    hint::black_box,
    net::IpAddr,
    sync::{Arc, LazyLock},
};

use shared::{
    api_key::ApiKeyState,
    company::Ceilings,
    confirmation::ConfirmModes,
    connection::{Pace, Protocol},
    id::{ApiKeyId, CompanyId, ConnectionId, MemberId, OdooAccountId, UserId},
    key_format::ApiKey,
    key_rules::KeyRefusal,
    permission::PermissionSet,
    time::Timestamp,
};

use super::{
    Core,
    access::Membership,
    last_used::LastUsed,
    peppers::Peppers,
    principal::{LinkedAccount, NO_KEY, Principal, Refusal, Rules, Standing},
};
use crate::{
    domain::{
        credential::{Meant, Presented},
        guards::Guards,
        key_rules::{self, Asked},
        key_throttle::{KeyThrottle, Throttled},
        pepper::MAC_LENGTH,
    },
    odoo::{Origin, Target},
    store::{
        companies, names, odoo_accounts, odoo_connections,
        policies::{self, permissions},
        principals::{self, PrincipalRow},
    },
};

/// Checks API keys. Clones share the count of wrong keys.
#[derive(Clone, Debug)]
pub struct Verifier {
    core: Core,
    peppers: Arc<Peppers>,
    throttle: Arc<KeyThrottle>,
    /// Of keys where none belongs, which are refused unread and so count apart: they keep nobody from calling.
    misplaced: Arc<KeyThrottle>,
    last_used: LastUsed,
}

impl Verifier {
    /// A verifier that has seen no wrong key yet, and notes good ones in `last_used`.
    #[must_use]
    pub fn new(core: Core, peppers: Arc<Peppers>, last_used: LastUsed) -> Self {
        Self { core, peppers, throttle: Arc::default(), misplaced: Arc::default(), last_used }
    }

    /// What the credential that a request presents stands for now. `client` is what the client calls
    /// itself, as far as it has said.
    ///
    /// # Errors
    /// [`Refusal`]. Whatever is wrong with a key, the answer is the same, and it counts against the
    /// address.
    pub async fn verify(
        &self,
        presented: Presented<'_>,
        address: IpAddr,
        client: Option<&str>,
    ) -> Result<Principal, Refusal> {
        let now = self.core.clock.now();
        let (text, meant) = match presented {
            Presented::None(meant) => {
                self.note_misplaced(meant, address);
                return Err(Refusal::NoCredential);
            }
            Presented::Several(meant) | Presented::InUrl(meant) => {
                self.note_misplaced(meant, address);
                return Err(Refusal::InvalidRequest);
            }
            Presented::Unreadable(meant) => ("", meant),
            Presented::One(text) => (text, None),
        };
        let key = ApiKey::parse(text).ok();
        // What is no key has no identifier that was ever valid here.
        let identifier = key.as_ref().map_or("", ApiKey::identifier);
        self.throttle.check(address, identifier, now).map_err(
            |Throttled { retry_after_seconds }| Refusal::TooMany { retry_after_seconds },
        )?;
        let Some(key) = key else {
            if let Some(meant) = meant.or_else(|| Meant::by_token(text)) {
                self.last_used.record_meant(meant, now);
            }
            return Err(self.wrong(address, now));
        };

        let row = principals::find_by_identifier(&self.core.db, key.identifier())
            .await
            .map_err(unavailable)?;
        let Some(row) = row else {
            // As much work as for a key that exists, which the compiler must not leave out.
            let (_, pepper) = self.peppers.newest();
            black_box(pepper.matches(&key, &[0; MAC_LENGTH]));
            return Err(self.wrong(address, now));
        };
        let pepper = self.peppers.find(row.pepper_id).await.map_err(unavailable)?;
        let is_right = pepper.is_some_and(|pepper| pepper.matches(&key, &row.mac));
        // The time at which the row was read: a key that ended while the database answered is over.
        let at = self.core.clock.now();
        let refusal =
            if is_right { obstacle(&row, Some(address), at) } else { Some(KeyRefusal::Mistyped) };
        if let Some(refusal) = refusal {
            let (key, company) =
                (ApiKeyId::from_uuid(row.key_id), CompanyId::from_uuid(row.company_id));
            self.last_used.record_refusal(key, company, now, refusal);
            return Err(self.wrong(address, now));
        }
        let principal = principal(row, Some(address))?;
        self.throttle.record_valid(address, key.identifier(), now);
        self.last_used.record(principal.key, principal.company, now, client);
        Ok(principal)
    }

    /// Notes the key that a request which is refused unread holds where none belongs, for the page of its person: of one
    /// address as many as it may present wrong keys.
    pub fn note_misplaced(&self, meant: Option<Meant>, address: IpAddr) {
        let Some(meant) = meant else { return };
        let now = self.core.clock.now();
        if self.misplaced.check(address, "", now).is_ok() {
            self.misplaced.record_wrong(address, now);
            self.last_used.record_meant(meant, now);
        }
    }

    /// What a key that was verified before stands for now, if it comes from `address`: for open streams,
    /// and for calls that waited.
    ///
    /// # Errors
    /// [`Refusal::InvalidToken`] when it is over, [`Refusal::Unavailable`] when the database does not
    /// answer.
    pub async fn standing(
        &self,
        key: ApiKeyId,
        address: Option<IpAddr>,
    ) -> Result<Principal, Refusal> {
        let row = principals::find_by_key(&self.core.db, key).await.map_err(unavailable)?;
        match row {
            Some(row) if obstacle(&row, address, self.core.clock.now()).is_none() => {
                principal(row, address)
            }
            _ => Err(Refusal::InvalidToken),
        }
    }

    /// How many keys [`Verifier::standings`] reads at once.
    pub const AT_ONCE: usize = principals::AT_ONCE;

    /// What each of at most [`Verifier::AT_ONCE`] keys allows now from where it was presented, in one
    /// statement: for the open streams of all of them. `None` for one that is over.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the database does not answer.
    pub async fn standings(
        &self,
        presented: &[(ApiKeyId, Option<IpAddr>)],
    ) -> Result<Vec<((ApiKeyId, Option<IpAddr>), Option<PermissionSet>)>, Refusal> {
        let keys: Vec<ApiKeyId> = presented.iter().map(|(key, _)| *key).collect();
        let rows =
            principals::list_by_keys(self.core.db.reader(), &keys).await.map_err(unavailable)?;
        let now = self.core.clock.now();
        let found: HashMap<ApiKeyId, PrincipalRow> =
            rows.into_iter().map(|row| (ApiKeyId::from_uuid(row.key_id), row)).collect();
        let allowed = |key: &ApiKeyId, address: Option<IpAddr>| {
            let row = found.get(key).filter(|row| obstacle(row, address, now).is_none())?;
            let role = row.role.parse().ok()?;
            Some(permissions(row.permissions).intersection(ceilings(row).of(role)))
        };
        Ok(presented.iter().map(|one| (*one, allowed(&one.0, one.1))).collect())
    }

    /// What a person can do on Odoo by themselves, without a key: for trying something in the dashboard.
    /// It has no permissions; whoever uses it says what may be done.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the database does not answer.
    pub async fn person(&self, member: &Membership) -> Result<Principal, Refusal> {
        let db = self.core.db.reader();
        let company = member.company;
        let named = names::users(db, [member.user.as_uuid()]).await.map_err(unavailable)?;
        let company_name = companies::get_name(db, company).await.map_err(unavailable)?;
        let policy = policies::find(db, company).await.map_err(unavailable)?;
        let connection = odoo_connections::find(db, company).await.map_err(unavailable)?;
        let account = odoo_accounts::find_of_member(db, company, member.id)
            .await
            .map_err(unavailable)?
            .filter(|account| {
                connection.as_ref().is_some_and(|connection| connection.id == account.connection_id)
            });
        let (policy, connection) = (policy.as_ref(), connection.as_ref());
        let account = account.as_ref();
        let row = PrincipalRow {
            key_id: NO_KEY.as_uuid(),
            key_name: "no key".to_owned(),
            mac: Vec::new(),
            pepper_id: 0,
            permissions: 0,
            expires_at: None,
            revoked_at: None,
            created_at: 0,
            created_by: member.id.as_uuid(),
            last_used_at: 0,
            accepted_at: None,
            company_id: company.as_uuid(),
            company_name,
            member_id: member.id.as_uuid(),
            role: member.role.to_string(),
            removed_at: None,
            delete_at: None,
            kept_at: None,
            user_id: member.user.as_uuid(),
            person: named.into_values().next().unwrap_or_default(),
            ceiling_owner: policy.map(|row| row.ceiling_owner),
            ceiling_admin: policy.map(|row| row.ceiling_admin),
            ceiling_member: policy.map(|row| row.ceiling_member),
            policy_version: policy.map(|row| row.version),
            confirm_create: policy.map(|row| row.confirm_create.clone()),
            confirm_write: policy.map(|row| row.confirm_write.clone()),
            confirm_execute: policy.map(|row| row.confirm_execute.clone()),
            confirm_workflow: policy.map(|row| row.confirm_workflow.clone()),
            guards: policy.map(|row| row.guards.clone()),
            calls_per_minute: policy.map(|row| row.calls_per_minute),
            writes_per_minute: policy.map(|row| row.writes_per_minute),
            record_arguments: policy.map(|row| row.record_arguments),
            // These are about keys, and there is none.
            unused_days: None,
            key_addresses: None,
            must_accept: None,
            connection_id: connection.map(|row| row.id),
            origin: connection.map(|row| row.origin.clone()),
            database: connection.map(|row| row.database.clone()),
            version: connection.map(|row| row.version.clone()),
            calls_per_second: connection.map(|row| row.calls_per_second),
            calls_at_once: connection.map(|row| row.calls_at_once),
            account_id: account.map(|row| row.id),
            login: account.map(|row| row.login.clone()),
            sealed: account.map(|row| row.sealed.clone()),
            protocol: account.map(|row| row.protocol.clone()),
            uid: account.map(|row| row.uid),
            refused_at: account.and_then(|row| row.refused_at),
        };
        principal(row, None)
    }

    /// Where the use of keys is noted: for a client that says its name only after the check.
    #[must_use]
    pub const fn last_used(&self) -> &LastUsed {
        &self.last_used
    }

    fn wrong(&self, address: IpAddr, now: Timestamp) -> Refusal {
        self.throttle.record_wrong(address, now);
        Refusal::InvalidToken
    }
}

/// Why the key may not be used at `now` from `address`, if anything keeps it.
fn obstacle(row: &PrincipalRow, address: Option<IpAddr>, now: Timestamp) -> Option<KeyRefusal> {
    let time = |micros: Option<i64>| micros.map(Timestamp::from_micros);
    match ApiKeyState::at(now, time(row.expires_at), time(row.revoked_at)) {
        ApiKeyState::Revoked => return Some(KeyRefusal::Revoked),
        ApiKeyState::Expired => return Some(KeyRefusal::Expired),
        ApiKeyState::Active | ApiKeyState::Expiring => {}
    }
    // Whoever is taken out loses their keys in the same transaction: nothing is left to tell them apart.
    if row.removed_at.is_some() {
        return Some(KeyRefusal::Revoked);
    }
    // A company that is to be deleted is as good as gone, but for those who may keep it.
    if row.delete_at.is_some() {
        return Some(KeyRefusal::Deleting);
    }
    let asked = Asked {
        created_at: Timestamp::from_micros(row.created_at),
        // 0 stands for never: columns that are sorted by hold no nulls.
        last_used_at: time(Some(row.last_used_at).filter(|at| *at != 0)),
        accepted_at: time(row.accepted_at),
        company_kept_at: time(row.kept_at),
        is_self_made: row.created_by == row.member_id,
        unused_days: row.unused_days.map_or(0, i32::unsigned_abs),
        networks: row.key_addresses.as_deref().unwrap_or_default(),
        must_accept: row.must_accept.unwrap_or_default(),
    };
    key_rules::obstacle(asked, address, now)
}

fn principal(row: PrincipalRow, address: Option<IpAddr>) -> Result<Principal, Refusal> {
    let role = row.role.parse().map_err(unavailable)?;
    let (own, ceiling) = (permissions(row.permissions), ceilings(&row).of(role));
    let rules = rules(&row)?;
    let odoo = standing(&row)?;
    Ok(Principal {
        key: ApiKeyId::from_uuid(row.key_id),
        key_name: row.key_name,
        company: CompanyId::from_uuid(row.company_id),
        company_name: row.company_name,
        member: MemberId::from_uuid(row.member_id),
        user: UserId::from_uuid(row.user_id),
        person: row.person,
        role,
        permissions: own.intersection(ceiling),
        withheld: own.without(ceiling),
        rules,
        odoo,
        address,
    })
}

fn ceilings(row: &PrincipalRow) -> Ceilings {
    match (row.ceiling_owner, row.ceiling_admin, row.ceiling_member) {
        (Some(owner), Some(admin), Some(member)) => Ceilings {
            owner: permissions(owner),
            admin: permissions(admin),
            member: permissions(member),
        },
        _ => Ceilings::DEFAULT,
    }
}

/// The defaults are shared: most companies have them, and most requests read them.
fn rules(row: &PrincipalRow) -> Result<Arc<Rules>, Refusal> {
    static DEFAULT: LazyLock<Arc<Rules>> = LazyLock::new(Arc::default);
    let PrincipalRow {
        policy_version: Some(version),
        confirm_create: Some(create),
        confirm_write: Some(write),
        confirm_execute: Some(execute),
        confirm_workflow: Some(workflow),
        guards: Some(guards),
        calls_per_minute: Some(calls),
        writes_per_minute: Some(writes),
        record_arguments: Some(record_arguments),
        ..
    } = row
    else {
        return Ok(Arc::clone(&DEFAULT));
    };
    Ok(Arc::new(Rules {
        version: *version,
        confirm: ConfirmModes::parse(create, write, execute, workflow).map_err(unavailable)?,
        guards: Guards::from_json(guards).map_err(unavailable)?,
        calls_per_minute: calls.unsigned_abs(),
        writes_per_minute: writes.unsigned_abs(),
        record_arguments: *record_arguments,
    }))
}

fn standing(row: &PrincipalRow) -> Result<Standing, Refusal> {
    let (Some(connection), Some(origin), Some(database), Some(version)) =
        (row.connection_id, &row.origin, &row.database, &row.version)
    else {
        return Ok(Standing::NotConnected);
    };
    let (Some(account), Some(login), Some(sealed), Some(protocol), Some(uid)) =
        (row.account_id, &row.login, &row.sealed, &row.protocol, row.uid)
    else {
        return Ok(Standing::NotLinked);
    };
    if row.refused_at.is_some() {
        return Ok(Standing::Refused);
    }
    let target = Target {
        origin: Origin::parse(origin).map_err(unavailable)?,
        database: Some(database.clone()).filter(|database| !database.is_empty()),
        protocol: protocol.parse::<Protocol>().map_err(unavailable)?,
    };
    Ok(Standing::Linked(Box::new(LinkedAccount {
        account: OdooAccountId::from_uuid(account),
        connection: ConnectionId::from_uuid(connection),
        target,
        version: version.clone(),
        pace: Pace {
            per_second: row.calls_per_second.unwrap_or(0).unsigned_abs(),
            at_once: row.calls_at_once.unwrap_or(1).unsigned_abs().max(1),
        },
        login: login.clone(),
        uid,
        sealed: sealed.clone(),
    })))
}

/// Whatever keeps a key from being checked, it is not accepted.
fn unavailable(error: impl std::fmt::Display) -> Refusal {
    tracing::error!(error = %error, "a key could not be checked");
    Refusal::Unavailable
}
