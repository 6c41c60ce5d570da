//! API keys.

use leptos::{prelude::*, server_fn::codec::Json};
use shared::{
    api_key::{AcceptApiKey, ApiKeyPage, CreateApiKey, GeneratedKey, ListApiKeys, RevokeApiKey},
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, no_store};
use crate::error::Answer;

/// One page of the keys that the viewer may see.
#[server(name = ListApiKeysCall, endpoint = "api_keys/list", input = Json)]
pub async fn list_api_keys(company: CompanyId, filter: ListApiKeys) -> Answer<ApiKeyPage> {
    answer(backend()?.api_keys.list(actor()?, company, filter).await)
}

/// Generates a key. JSON, so that no plain form can call it: what a form post returns nobody sees.
#[server(name = CreateApiKeyCall, endpoint = "api_keys/create", input = Json)]
pub async fn create_api_key(input: CreateApiKey) -> Answer<GeneratedKey> {
    no_store();
    answer(backend()?.api_keys.create(actor()?, input).await)
}

/// Revokes a key: at once, and for good.
#[server(name = RevokeApiKeyCall, endpoint = "api_keys/revoke")]
pub async fn revoke_api_key(input: RevokeApiKey) -> Answer<()> {
    answer(backend()?.api_keys.revoke(actor()?, input).await)
}

/// Accepts a key that somebody else made for the viewer.
#[server(name = AcceptApiKeyCall, endpoint = "api_keys/accept")]
pub async fn accept_api_key(input: AcceptApiKey) -> Answer<()> {
    answer(backend()?.api_keys.accept(actor()?, input).await)
}
