//! The dialog that shows a key: the only time that anybody sees it.

use leptos::prelude::*;
use shared::{
    api_key::GeneratedKey,
    snippet::{self, Client},
};

use crate::components::{Closing, Copyable, Dialog, Note, Shape, Tabs, Tone, use_stay};

/// Shows the key and how to use it. Only *I have copied it* closes it, which forgets the key; Back does not,
/// and the browser asks before the page is left.
#[component]
pub fn ShownOnceDialog(
    /// The key.
    key: GeneratedKey,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let GeneratedKey { id: _, name, person, identifier: _, key, sse_url, mcp_url } = key;
    let tries = use_stay();
    let kept = move || {
        (tries.get() > 0).then(|| {
            view! {
                <div role="alert">
                    <Note tone=Tone::Bad>
                        "Going back would lose the key. Copy it first, then press “I have copied it”."
                    </Note>
                </div>
            }
        })
    };
    let panels = Client::ALL
        .map(|client| {
            let panel = match client.file() {
                Some(file) => {
                    in_file(client, file, snippet::mcp_servers(&sse_url, &key)).into_any()
                }
                None => by_hand(&key, &sse_url, &mcp_url).into_any(),
            };
            (client.label(), panel)
        })
        .into();
    view! {
        <Dialog
            heading="Copy your key now"
            lead="This is the only time it is shown. It can’t be retrieved later."
            closing=Closing::ByButton
        >
            <div class="body">
                {kept}
                <div>
                    <p class="soft whose">
                        <bdi>{name}</bdi> ", for " <bdi>{person}</bdi>
                    </p>
                    <Copyable text=key what="the key" shape=Shape::Line/>
                </div>
                <Tabs id="client" label="Your client" panels/>
                <p class="soft">
                    "Then ask your assistant: " <q>"What are my 5 latest purchase orders in Odoo?"</q>
                    " It proposes a call of an " <code>"aidoo_"</code>
                    " tool; approve it, and the orders come back."
                </p>
                <Note tone=Tone::Warn>
                    "One key a person: don’t share it, and keep it out of Git and shared files. If in doubt, revoke it and make a new one."
                </Note>
            </div>
            <footer>
                <button type="button" class="btn primary" on:click=move |_| on_copied.run(())>
                    "I have copied it"
                </button>
            </footer>
        </Dialog>
    }
}

fn in_file(client: Client, file: &'static str, block: String) -> impl IntoView {
    view! {
        <p class="soft">"Add this to " <code>{file}</code> ", then reload the window."</p>
        <Copyable text=block what=format!("the block for {}", client.label()) shape=Shape::Block/>
    }
}

fn by_hand(key: &str, sse_url: &str, mcp_url: &str) -> impl IntoView {
    view! {
        <p class="soft">"Any client takes an address, a transport and a header. Reload its window afterwards."</p>
        <dl class="facts plain">
            <div>
                <dt>"Address, transport SSE"</dt>
                <dd><code translate="no">{sse_url.to_owned()}</code></dd>
            </div>
            <div>
                <dt>"Or: address, transport Streamable HTTP"</dt>
                <dd><code translate="no">{mcp_url.to_owned()}</code></dd>
            </div>
        </dl>
        <Copyable text=format!("Authorization: Bearer {key}") what="the header" shape=Shape::Line/>
    }
}
