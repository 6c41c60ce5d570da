//! API keys.

use leptos::{prelude::*, server_fn::codec::Json};
use shared::{
    api_key::{AcceptApiKey, ApiKeyPage, CreateApiKey, GeneratedKey, ListApiKeys, RevokeApiKey},
    id::{ApiKeyId, CompanyId},
    key_change::{EditApiKey, ReduceApiKey, RevokeApiKeys, RotateApiKey},
    key_page::ApiKeyDetail,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, leave_form, no_store};
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

/// Revokes several keys: at once, and for good.
#[server(name = RevokeApiKeysCall, endpoint = "api_keys/revoke_many")]
pub async fn revoke_api_keys(input: RevokeApiKeys) -> Answer<()> {
    answer(backend()?.api_keys.revoke_many(actor()?, input).await)
}

/// Replaces a key. JSON, as for generating one.
#[server(name = RotateApiKeyCall, endpoint = "api_keys/rotate", input = Json)]
pub async fn rotate_api_key(input: RotateApiKey) -> Answer<GeneratedKey> {
    no_store();
    answer(backend()?.api_keys.rotate(actor()?, input).await)
}

/// Renames a key and takes permissions away from it.
#[server(name = EditApiKeyCall, endpoint = "api_keys/edit")]
pub async fn edit_api_key(input: EditApiKey) -> Answer<()> {
    let own_page = format!("/api-keys/{}", input.key);
    answer(backend()?.api_keys.edit(actor()?, input).await)?;
    leave_form(&own_page);
    Ok(())
}

/// Takes permissions away from a key.
#[server(name = ReduceApiKeyCall, endpoint = "api_keys/reduce")]
pub async fn reduce_api_key(input: ReduceApiKey) -> Answer<()> {
    let own_page = format!("/api-keys/{}", input.key);
    answer(backend()?.api_keys.reduce(actor()?, input).await)?;
    leave_form(&own_page);
    Ok(())
}

/// A key's own page.
#[server(name = ApiKeyDetailCall, endpoint = "api_keys/detail", input = Json)]
pub async fn api_key_detail(company: CompanyId, key: ApiKeyId) -> Answer<ApiKeyDetail> {
    answer(backend()?.api_keys.detail(actor()?, company, key).await)
}
