//! Services for keys on a fresh database, and keys to test them with.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use app::backend::{ApiKeys as _, Policies as _};
use http::{HeaderMap, HeaderValue, Uri, header::AUTHORIZATION};
use server::{
    domain::credential::Presented,
    services::{
        Core,
        api_keys::ApiKeysService,
        last_used::LastUsed,
        peppers::Peppers,
        policies::PoliciesService,
        principal::{Principal, Refusal},
        verifier::Verifier,
    },
};
use shared::{
    api_key::{CreateApiKey, Expiry, GeneratedKey, RevokeApiKey},
    company::SetCeilings,
    id::{ApiKeyId, RequestId},
    permission::PermissionSet,
};

use super::core::{Company, Person, core_on};

/// From where requests come unless a test says otherwise.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// The services and one company.
pub struct Keys {
    pub core: Core,
    pub peppers: Arc<Peppers>,
    pub service: ApiKeysService,
    pub policies: PoliciesService,
    pub verifier: Verifier,
    pub company: Company,
}

impl Keys {
    /// On this database, with a company of this process's own.
    pub async fn on(url: &str) -> Self {
        let core = core_on(url).await;
        let peppers = Arc::new(Peppers::load(core.clone()).await.expect("loads"));
        let company = Company::found(&core, "Lumen").await;
        Self {
            service: ApiKeysService::new(core.clone(), peppers.clone()),
            policies: PoliciesService::new(core.clone()),
            verifier: Verifier::new(core.clone(), peppers.clone(), LastUsed::default()),
            peppers,
            company,
            core,
        }
    }

    /// What asks for a key of `person`, with a request id of its own.
    pub fn wish(&self, person: Person, name: &str) -> CreateApiKey {
        CreateApiKey {
            company: self.company.id,
            member: person.member,
            request: RequestId::from_uuid(self.core.clock.uuid(&self.core.entropy)),
            name: name.to_owned(),
            permissions: PermissionSet::DEFAULT,
            expiry: Expiry::Never,
        }
    }

    /// Generates a key of `person`, by themselves.
    pub async fn make(&self, person: Person, name: &str) -> GeneratedKey {
        self.service.create(person.actor, self.wish(person, name)).await.expect("is made")
    }

    /// Revokes a key as the owner.
    pub async fn revoke(&self, key: ApiKeyId) -> Result<(), shared::Error> {
        let input = RevokeApiKey { company: self.company.id, key };
        self.service.revoke(self.company.owner.actor, input).await
    }

    /// Sets the ceiling of members' keys, as the owner.
    pub async fn limit_members(&self, permissions: &[&str]) {
        let all = || PermissionSet::ALL.iter().map(|one| one.to_string()).collect();
        let input = SetCeilings {
            company: self.company.id,
            owner: all(),
            admin: all(),
            member: permissions.iter().map(|name| (*name).to_owned()).collect(),
        };
        self.policies.set_ceilings(self.company.owner.actor, input).await.expect("is set");
    }

    /// Presents `key` as a client does.
    pub async fn verify(&self, key: &str) -> Result<Principal, Refusal> {
        self.verify_from(ADDRESS, key).await
    }

    /// Presents `key` from this address.
    pub async fn verify_from(&self, address: IpAddr, key: &str) -> Result<Principal, Refusal> {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&format!("Bearer {key}")).expect("a header");
        headers.insert(AUTHORIZATION, value);
        let presented = Presented::of(&headers, &Uri::from_static("/mcp"));
        self.verifier.verify(presented, address, Some("Cursor")).await
    }
}
