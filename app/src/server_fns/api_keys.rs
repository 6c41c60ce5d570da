//! API keys.

use leptos::{
    prelude::*,
    server_fn::codec::{Json, PostUrl},
};
use shared::{
    api_key::{AcceptApiKey, ApiKeyPage, CreateApiKey, GeneratedKey, ListApiKeys, RevokeApiKey},
    connection::ConnectedClient,
    handover::{
        HandOverKey, HandoverLink, HandoverView, PickUpKey, PickUpPreview, RenewHandover,
        WithdrawHandover,
    },
    id::{ApiKeyId, CompanyId},
    key_change::{EditApiKey, ReduceApiKey, RevokeApiKeys, RotateApiKey},
    key_page::ApiKeyDetail,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, leave_form, no_store};
use crate::{error::Answer, wire::Wire};

/// One page of the keys that the viewer may see.
#[server(name = ListApiKeysCall, endpoint = "api_keys/list", protocol = Wire<Json>)]
pub async fn list_api_keys(company: CompanyId, filter: ListApiKeys) -> Answer<ApiKeyPage> {
    answer(backend()?.api_keys.list(actor()?, company, filter).await)
}

/// Generates a key. JSON, so that no plain form can call it: what a form post returns nobody sees.
#[server(name = CreateApiKeyCall, endpoint = "api_keys/create", protocol = Wire<Json>)]
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
#[server(name = RotateApiKeyCall, endpoint = "api_keys/rotate", protocol = Wire<Json>)]
pub async fn rotate_api_key(input: RotateApiKey) -> Answer<GeneratedKey> {
    no_store();
    answer(backend()?.api_keys.rotate(actor()?, input).await)
}

/// Replaces somebody else's key by one that they pick up. JSON, as for handing one over.
#[server(name = RotateByLinkCall, endpoint = "api_keys/rotate_by_link", protocol = Wire<Json>)]
pub async fn rotate_by_link(input: RotateApiKey) -> Answer<HandoverLink> {
    no_store();
    answer(backend()?.api_keys.rotate_by_link(actor()?, input).await)
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

/// Prepares a key for somebody else. JSON, as for generating one: only who asked sees the link.
#[server(name = HandOverKeyCall, endpoint = "api_keys/hand_over", protocol = Wire<Json>)]
pub async fn hand_over_key(input: HandOverKey) -> Answer<HandoverLink> {
    no_store();
    answer(backend()?.api_keys.hand_over(actor()?, input).await)
}

/// Replaces the link of a key that waits. JSON, as for making one.
#[server(name = RenewHandoverCall, endpoint = "api_keys/renew_handover", protocol = Wire<Json>)]
pub async fn renew_handover(input: RenewHandover) -> Answer<HandoverLink> {
    no_store();
    answer(backend()?.api_keys.renew_handover(actor()?, input).await)
}

/// Ends the link of a key that waits.
#[server(name = WithdrawHandoverCall, endpoint = "api_keys/withdraw_handover")]
pub async fn withdraw_handover(input: WithdrawHandover) -> Answer<()> {
    answer(backend()?.api_keys.withdraw_handover(actor()?, input).await)
}

/// The keys that wait to be picked up, as far as the viewer may see them.
#[server(name = HandoversCall, endpoint = "api_keys/handovers", protocol = Wire<PostUrl>)]
pub async fn handovers(company: CompanyId) -> Answer<Vec<HandoverView>> {
    answer(backend()?.api_keys.handovers(actor()?, company).await)
}

/// What a link shows to the person for whom it is.
#[server(name = PickUpPreviewCall, endpoint = "api_keys/pick_up_preview", protocol = Wire<PostUrl>)]
pub async fn pick_up_preview(token: String) -> Answer<PickUpPreview> {
    answer(backend()?.api_keys.pick_up_preview(actor()?, token).await)
}

/// Makes the key that a link is for. JSON, as for generating one.
#[server(name = PickUpKeyCall, endpoint = "api_keys/pick_up", protocol = Wire<Json>)]
pub async fn pick_up_key(input: PickUpKey) -> Answer<GeneratedKey> {
    no_store();
    answer(backend()?.api_keys.pick_up(actor()?, input).await)
}

/// A key's own page.
#[server(name = ApiKeyDetailCall, endpoint = "api_keys/detail", protocol = Wire<Json>)]
pub async fn api_key_detail(company: CompanyId, key: ApiKeyId) -> Answer<ApiKeyDetail> {
    answer(backend()?.api_keys.detail(actor()?, company, key).await)
}

/// The client that used a key last.
#[server(name = KeyClientCall, endpoint = "api_keys/client", protocol = Wire<Json>)]
pub async fn key_client(company: CompanyId, key: ApiKeyId) -> Answer<Option<ConnectedClient>> {
    answer(backend()?.api_keys.client(actor()?, company, key).await)
}
