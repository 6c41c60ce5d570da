//! The dialog that shows a key: the only time that anybody sees it.

use leptos::prelude::*;
use shared::{
    api_key::GeneratedKey,
    connection::ConnectedClient,
    id::{ApiKeyId, CompanyId},
    snippet::{Client, Place},
};

use crate::{
    components::{
        ClientLine, Closing, Copyable, Dialog, Note, Shape, Tabs, Tone, use_news_of, use_stay,
    },
    server_fns::api_keys::key_client,
    texts::{rich, text},
};

/// Whose a key is that somebody is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Their own.
    Viewer,
    /// Somebody else's, to whom they hand it.
    Another,
}

impl Holder {
    /// The viewer, or not.
    pub(in crate::pages) const fn of(is_viewer: bool) -> Self {
        if is_viewer { Self::Viewer } else { Self::Another }
    }
}

/// Shows the key and how to use it. Only *I have copied it* closes it, which forgets the key; Back does not,
/// and the browser asks before the page is left.
#[component]
pub fn ShownOnceDialog(
    /// The key.
    key: GeneratedKey,
    /// Whose it is.
    holder: Holder,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let GeneratedKey { company, id, name, person, identifier: _, key, sse_url, mcp_url } = key;
    let tries = use_stay(|| true);
    let is_kept = RwSignal::new(false);
    let stay = Callback::new(move |()| is_kept.set(true));
    let kept = move || {
        (is_kept.get() || tries.get() > 0).then(|| {
            view! {
                <div role="alert">
                    <Note tone=Tone::Bad>
                        {text!(shown_once.stays)}
                    </Note>
                </div>
            }
        })
    };
    let panels = Client::ALL
        .map(|client| {
            let panel = match client.place().zip(client.block(&sse_url, &mcp_url, &key)) {
                Some((place, block)) => view! { <ForClient client place block/> }.into_any(),
                None => by_hand(&key, &sse_url, &mcp_url).into_any(),
            };
            (label(client), panel)
        })
        .into();
    // Whoever hands it over asks nothing with it, and is not told to keep it for themselves.
    let (then_ask, warning) = match holder {
        Holder::Viewer => (
            Some(
                view! { <p class="soft">{rich!(shown_once.then_ask, <q> = <q/>, <code> = <code/>)}</p> },
            ),
            text!(shown_once.warning).into_any(),
        ),
        Holder::Another => {
            (None, rich!(shown_once.hand_over, person = person.clone(), <bdi> = <bdi/>).into_any())
        }
    };
    view! {
        <Dialog
            heading=text!(shown_once.heading)
            lead=text!(shown_once.lead)
            closing=Closing::ByButton(stay)
        >
            <div class="body">
                {kept}
                <div>
                    <p class="soft whose">
                        {rich!(shown_once.whose, name = name, person = person, <bdi> = <bdi/>)}
                    </p>
                    <Copyable text=key what=text!(shown_once.the_key) shape=Shape::Line/>
                </div>
                <Tabs id="client" label=text!(shown_once.your_client) panels/>
                <Arrival company id/>
                {then_ask}
                <Note tone=Tone::Warn>{warning}</Note>
            </div>
            <footer>
                <button type="button" class="btn primary" on:click=move |_| on_copied.run(())>
                    {text!(shown_once.copied)}
                </button>
            </footer>
        </Dialog>
    }
}

/// Whether a client has come with the key.
#[component]
fn Arrival(company: CompanyId, id: ApiKeyId) -> impl IntoView {
    let news = use_news_of(company);
    let latest = Resource::new(move || news.get(), move |_| key_client(company, id));
    // What could not be read leaves what was there.
    let client = Memo::new(move |before: Option<&Option<ConnectedClient>>| {
        let now = latest.get().and_then(Result::ok).flatten();
        now.or_else(|| before.cloned().flatten())
    });
    view! { <ClientLine client=client.into()/> }.into_any()
}

/// A client's name; only the last of them is a word.
fn label(client: Client) -> &'static str {
    match client {
        Client::Other => text!(shown_once.other),
        Client::Cursor | Client::Windsurf | Client::VsCode | Client::ClaudeCode => client.label(),
    }
}

/// What goes into one client, and where.
#[component]
fn ForClient(client: Client, place: Place, block: String) -> impl IntoView {
    let whither = match place {
        Place::File { path, .. } | Place::Project { path } => {
            rich!(shown_once.add_to, file = path, <code> = <code/>).into_any()
        }
        Place::AllProjects { command } => {
            rich!(shown_once.by_command, command = command, <b> = <b/>).into_any()
        }
        Place::Terminal => text!(shown_once.in_terminal).into_any(),
    };
    view! {
        <p class="soft">{whither}</p>
        <Copyable text=block what=text!(shown_once.the_block, client = client.label()) shape=Shape::Block/>
    }
    .into_any()
}

fn by_hand(key: &str, sse_url: &str, mcp_url: &str) -> impl IntoView {
    view! {
        <p class="soft">{text!(shown_once.any_client)}</p>
        <dl class="facts plain">
            <div>
                <dt>{text!(shown_once.address_sse)}</dt>
                <dd><code translate="no">{sse_url.to_owned()}</code></dd>
            </div>
            <div>
                <dt>{text!(shown_once.address_http)}</dt>
                <dd><code translate="no">{mcp_url.to_owned()}</code></dd>
            </div>
        </dl>
        <Copyable text=format!("Authorization: Bearer {key}") what=text!(shown_once.the_header) shape=Shape::Line/>
    }
}
