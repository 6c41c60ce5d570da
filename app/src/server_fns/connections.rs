//! The Odoo connection and Odoo accounts.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    connection::{
        ConnectionPage, LinkOdooAccount, ProbeConnection, ProbeView, RemoveConnection,
        SaveConnection, UnlinkOdooAccount,
    },
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::{error::Answer, wire::Wire};

/// The Odoo connection page.
#[server(name = ConnectionPageCall, endpoint = "connections/page", protocol = Wire<PostUrl>)]
pub async fn connection_page(company: CompanyId) -> Answer<ConnectionPage> {
    answer(backend()?.connections.page(actor()?, company).await)
}

/// Looks at a server without saving anything.
#[server(name = ProbeConnectionCall, endpoint = "connections/probe", protocol = Wire<PostUrl>)]
pub async fn probe_connection(input: ProbeConnection) -> Answer<ProbeView> {
    answer(backend()?.connections.probe(actor()?, input).await)
}

/// Tests and saves the connection.
#[server(name = SaveConnectionCall, endpoint = "connections/save")]
pub async fn save_connection(input: SaveConnection) -> Answer<()> {
    answer(backend()?.connections.save(actor()?, input).await)
}

/// Removes the connection and every linked secret.
#[server(name = RemoveConnectionCall, endpoint = "connections/remove")]
pub async fn remove_connection(input: RemoveConnection) -> Answer<()> {
    answer(backend()?.connections.remove(actor()?, input).await)
}

/// Tests and links the viewer's own Odoo account.
#[server(name = LinkOdooAccountCall, endpoint = "connections/link")]
pub async fn link_odoo_account(input: LinkOdooAccount) -> Answer<()> {
    answer(backend()?.connections.link(actor()?, input).await)
}

/// Erases the viewer's own Odoo secret.
#[server(name = UnlinkOdooAccountCall, endpoint = "connections/unlink")]
pub async fn unlink_odoo_account(input: UnlinkOdooAccount) -> Answer<()> {
    answer(backend()?.connections.unlink(actor()?, input).await)
}
