//! What was done on Odoo through the company's keys.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use shared::{
    activity::{CallPage, ListCalls},
    call_figures::CallFigures,
    connection::ConnectView,
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::error::Answer;

/// One page of calls.
#[server(name = ListCallsCall, endpoint = "activity/calls", input = Json)]
pub async fn list_calls(company: CompanyId, filter: ListCalls) -> Answer<CallPage> {
    answer(backend()?.activity.calls(actor()?, company, filter).await)
}

/// What the calls of the last days come to.
#[server(name = CallFiguresCall, endpoint = "activity/figures")]
pub async fn call_figures(company: CompanyId) -> Answer<CallFigures> {
    answer(backend()?.activity.figures(actor()?, company).await)
}

/// What the page *Connect a client* needs.
#[server(name = ConnectCall, endpoint = "activity/connect")]
pub async fn connect(company: CompanyId) -> Answer<ConnectView> {
    answer(backend()?.activity.connect(actor()?, company).await)
}
