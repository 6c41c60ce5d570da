//! One line about a client that is awaited, and then there.

use leptos::prelude::*;
use shared::connection::ConnectedClient;

use super::{Glyph, Time};
use crate::{
    texts::{counted, rich, text},
    words,
};

/// *Waiting for your client…*, or which client is connected and how many tools it sees, which is read aloud when it changes.
/// When the client was there last is not: that changes with every minute.
#[component]
pub fn ClientLine(
    /// The client that was there last.
    client: Signal<Option<ConnectedClient>>,
) -> impl IntoView {
    let told = Memo::new(move |_| {
        let ConnectedClient { client, key, tools, at: _ } = client.get()?;
        Some((client, key, tools))
    });
    let seen = Memo::new(move |_| client.get().map(|client| client.at));
    let is_there = move || told.with(Option::is_some);
    let class = move || if is_there() { "client-line connected" } else { "client-line waiting" };
    let icon = move || is_there().then(|| view! { <Glyph icon=icondata::LuCircleCheck/> });
    let sentence = move || match told.get() {
        None => text!(connect.waiting).into_any(),
        Some((client, key, tools)) => {
            let client = words::client_or_some(client);
            let tools = counted!(tools, connect.tool_count);
            let told = rich!(
                connect.connected_as,
                client = client,
                tools = tools,
                key = key,
                <b> = <b/>,
                <bdi> = <bdi/>
            );
            told.into_any()
        }
    };
    view! {
        <p class=class>
            {icon}
            <span>
                <span role="status">{sentence}</span>
                {move || seen.get().map(|time| view! { ", " <Time time/> })}
            </span>
        </p>
    }
    .into_any()
}
