//! How each MCP client is connected, and whether one has called.

use leptos::prelude::*;
use shared::{
    activity::{CallResult, CallView},
    connection::ConnectView,
    snippet::{Guide, guides},
};

use crate::{
    components::{
        Copyable, Glyph, LoadError, Note, PageHead, Shape, Skeleton, StateBadge, Tabs, Time, Tone,
        use_news,
    },
    pages::team::Open,
    server_fns::activity::connect,
    viewer::use_company,
};

/// The question that shows at once whether all of it works.
const FIRST: &str = "What are my 5 latest purchase orders in Odoo?";

/// Steps for each client, and the newest calls.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let news = use_news();
    let view = Resource::new(move || news.get(), move |_| connect(company));
    view! {
        <PageHead
            title="Connect a client"
            lead="Your assistant reaches Odoo through Aidoo with your own API key. Choose the client that you use."
        >
            <a class="btn primary" href=Open::Generate(here.member).href()>
                <Glyph icon=icondata::LuPlus/>
                "Generate a key"
            </a>
        </PageHead>
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Steps view/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Steps(view: ConnectView) -> impl IntoView {
    let ConnectView { mcp_url, sse_url, has_key, calls } = view;
    let panels = guides(&mcp_url, &sse_url)
        .into_iter()
        .map(|guide| (guide.client, view! { <OneClient guide/> }.into_any()))
        .collect();
    view! {
        {(!has_key).then(|| view! {
            <Note tone=Tone::Warn>"You have no API key yet. Generate one first: it is shown once."</Note>
        })}
        <section class="card connect" aria-label="Clients">
            <Tabs id="clients" label="Client" panels/>
        </section>
        <section class="card connect" aria-labelledby="first">
            <h2 id="first">"Then ask"</h2>
            <Copyable text=FIRST what="the question" shape=Shape::Line/>
            <Seen calls/>
        </section>
        <section class="card connect" aria-labelledby="trouble">
            <h2 id="trouble">"When it does not work"</h2>
            <dl class="trouble">
                <dt>"The client says 401, or asks you to sign in"</dt>
                <dd>"The key is mistyped, expired or revoked, or the header is missing. It reads Authorization: Bearer, a space, and the key; and it stands in the header, never in the address."</dd>
                <dt>"Odoo is not connected, or not linked"</dt>
                <dd>"An owner or admin connects Odoo, and you link your own login, both on the page " <a class="link" href="/odoo">"Odoo connection"</a> "."</dd>
                <dt>"A tool is missing"</dt>
                <dd>"A client sees the tools that the key allows. Generate a key with the permission, and mind the company's policies."</dd>
                <dt>"429"</dt>
                <dd>"The key has made as many calls as it may in a minute. Wait as long as the answer says."</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn OneClient(guide: Guide) -> impl IntoView {
    let Guide { client, places, block, note, install } = guide;
    let places = places
        .iter()
        .map(|(system, place)| view! { <li><b>{*system}</b> " " <code>{*place}</code></li> })
        .collect_view();
    view! {
        <ul class="places">{places}</ul>
        <Copyable text=block what="the block" shape=Shape::Block/>
        <p class="soft">{note}</p>
        {install.map(|link| view! {
            <a class="btn" href=link>{format!("Install in {client}")}</a>
            <p class="sub">"The link holds no key: the client asks you for it, or takes it from AIDOO_API_KEY."</p>
        })}
    }
    .into_any()
}

/// Whether a client of the viewer's has called, and how the last calls ended.
#[component]
fn Seen(calls: Vec<CallView>) -> impl IntoView {
    if calls.is_empty() {
        return view! { <p class="waiting" role="status">"Waiting for your client…"</p> }
            .into_any();
    }
    let rows = calls
        .into_iter()
        .map(|CallView { at, tool, client, result, problem, .. }| {
            let tone = match result {
                CallResult::Ok => Tone::Good,
                CallResult::Failed | CallResult::Unknown => Tone::Bad,
                CallResult::Asked | CallResult::Started | CallResult::Refused => Tone::Warn,
            };
            view! {
                <li>
                    <StateBadge tone label=result.label()/>
                    " " <bdi>{client.unwrap_or_else(|| "A client".to_owned())}</bdi> " called " <code>{tool}</code> " " <Time time=at/>
                    {problem.map(|problem| view! { <div class="sub" dir="auto">{problem}</div> })}
                </li>
            }
        })
        .collect_view();
    // The list keeps its own role: an item outside a list is none to a screen reader.
    view! { <div role="status"><ul class="seen">{rows}</ul></div> }.into_any()
}
