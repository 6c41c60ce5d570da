//! One line about a client that is awaited, and then there.

use leptos::prelude::*;
use shared::connection::ConnectedClient;

use super::{Glyph, Time};
use crate::{
    texts::{counted, rich, text},
    words,
};

/// *Waiting for your client…*, or which client is connected and how many tools it sees. Whoever shows it puts it where
/// changes are told.
#[component]
pub fn ClientLine(
    /// The client that was there last.
    client: Option<ConnectedClient>,
) -> impl IntoView {
    let Some(ConnectedClient { client, key, tools, at }) = client else {
        return view! { <p class="client-line waiting">{text!(connect.waiting)}</p> }.into_any();
    };
    let client = words::client_or_some(client);
    let tools = counted!(tools, connect.tool_count);
    view! {
        <p class="client-line connected">
            <Glyph icon=icondata::LuCircleCheck/>
            <span>
                {rich!(
                    connect.connected_as,
                    client = client,
                    tools = tools,
                    key = key,
                    <b> = <b/>,
                    <bdi> = <bdi/>,
                    <time/> = move || view! { <Time time=at.clone()/> }
                )}
            </span>
        </p>
    }
    .into_any()
}
