//! What was done in a company: on Odoo through its keys, and in the dashboard.

use leptos::{
    prelude::*,
    server_fn::codec::{Json, PostUrl},
};
use shared::{
    activity::ListActivity, call_figures::CallFigures, connection::ConnectView, id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
#[cfg(feature = "ssr")]
use crate::told::Entry;
use crate::{error::Answer, told::Timeline, wire::Wire};

/// One page of calls and of what people did.
#[server(name = TimelineCall, endpoint = "activity/timeline", protocol = Wire<Json>)]
pub async fn timeline(company: CompanyId, filter: ListActivity) -> Answer<Timeline> {
    let page = answer(backend()?.activity.timeline(actor()?, company, filter).await)?;
    Ok(page.map(Entry::from))
}

/// What the calls of the last days come to.
#[server(name = CallFiguresCall, endpoint = "activity/figures", protocol = Wire<PostUrl>)]
pub async fn call_figures(company: CompanyId) -> Answer<CallFigures> {
    answer(backend()?.activity.figures(actor()?, company).await)
}

/// What the page *Connect a client* needs.
#[server(name = ConnectCall, endpoint = "activity/connect", protocol = Wire<PostUrl>)]
pub async fn connect(company: CompanyId) -> Answer<ConnectView> {
    answer(backend()?.activity.connect(actor()?, company).await)
}
