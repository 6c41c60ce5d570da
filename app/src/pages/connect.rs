//! How each MCP client is connected, and whether one has called.

use leptos::prelude::*;
use shared::{
    activity::{CallResult, CallView},
    connection::{ConnectView, ConnectedClient, RefusedKey},
    snippet::{Guide, guides},
};

use crate::{
    components::{
        Copyable, Glyph, LoadError, Note, PageHead, Shape, Skeleton, StateBadge, Time, Tone,
        use_news,
    },
    error::Answer,
    pages::{
        query::{Query, use_query},
        team::Open,
    },
    server_fns::activity::connect,
    viewer::use_company,
};

/// The page's path.
const CONNECT: &str = "/connect";
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
            <Steps view/>
        </Transition>
    }
}

/// What is read once, and what changes with every piece of news: nobody loses the block that they select.
#[component]
fn Steps(view: Resource<Answer<ConnectView>>) -> impl IntoView {
    let addresses =
        Memo::new(move |_| view.get().map(|view| view.map(|view| (view.mcp_url, view.sse_url))));
    let progress = move || view.get().and_then(Result::ok).map(|view| view! { <Progress view/> });
    move || {
        addresses.get().map(|addresses| match addresses {
            Ok((mcp_url, sse_url)) => view! {
                {move || view.get().and_then(Result::ok).filter(|view| !view.has_key).map(|_| view! {
                    <Note tone=Tone::Warn>"You have no API key yet. Generate one first: it is shown once."</Note>
                })}
                <Clients mcp_url sse_url/>
                <section class="card connect" aria-labelledby="first">
                    <h2 id="first">"Then ask"</h2>
                    <Copyable text=FIRST what="the question" shape=Shape::Line/>
                    {progress}
                </section>
                <Trouble/>
            }
            .into_any(),
            Err(error) => view! { <LoadError error=error.0/> }.into_any(),
        })
    }
}

/// The clients, one at a time. Which stands in the address, so that each has a link, with or without the
/// wasm.
#[component]
fn Clients(mcp_url: String, sse_url: String) -> impl IntoView {
    let guides = guides(&mcp_url, &sse_url);
    let query = use_query();
    let slugs: Vec<&'static str> = guides.iter().map(|guide| guide.slug).collect();
    let chosen = Memo::new(move |_| {
        query.with(|query| {
            let asked = query.get("client").unwrap_or_default();
            slugs.iter().position(|slug| *slug == asked).unwrap_or_default()
        })
    });
    let links = guides
        .iter()
        .enumerate()
        .map(|(at, Guide { slug, client, .. })| {
            let current = move || (chosen.get() == at).then_some("page");
            let href = Query::default().with("client", slug).href(CONNECT);
            view! {
                <li><a href=href data-noscroll="" aria-current=current>{*client}</a></li>
            }
        })
        .collect_view();
    view! {
        <section class="card connect" aria-label="Clients">
            <nav class="choice" aria-label="Client"><ul>{links}</ul></nav>
            {move || guides.get(chosen.get()).cloned().map(|guide| view! { <OneClient guide/> })}
        </section>
    }
    .into_any()
}

/// Whether the client is there, and what kept it away.
#[component]
fn Progress(view: ConnectView) -> impl IntoView {
    let ConnectView { connected, refused, calls, .. } = view;
    let line = match connected {
        Some(ConnectedClient { client, key, tools, at }) => {
            let tools = if tools == 1 { "1 tool".to_owned() } else { format!("{tools} tools") };
            view! {
                <p class="connected">
                    <StateBadge tone=Tone::Good label="Connected"/>
                    " " <bdi>{client.unwrap_or_else(|| "A client".to_owned())}</bdi>
                    {format!(", {tools}, with the key ")} <bdi>{key}</bdi> ", " <Time time=at/>
                </p>
            }
            .into_any()
        }
        None => view! { <p class="waiting">"Waiting for your client…"</p> }.into_any(),
    };
    let refused = refused.map(|RefusedKey { key, why, at }| {
        view! {
            <Note tone=Tone::Bad>
                "Your key " <bdi>{key}</bdi> " was refused, " <Time time=at/> ". " {why.advice()}
            </Note>
        }
    });
    view! { <div role="status">{line} {refused} <Calls calls/></div> }.into_any()
}

#[component]
fn Trouble() -> impl IntoView {
    view! {
        <section class="card connect" aria-labelledby="trouble">
            <h2 id="trouble">"When it does not work"</h2>
            <dl class="trouble">
                <dt>"The client says 401, or asks you to sign in"</dt>
                <dd>"The key is mistyped, expired or revoked, or the header is missing. It reads Authorization: Bearer, a space, and the key; and it stands in the header, never in the address. If the key is one of yours, the reason stands above."</dd>
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
    let Guide { slug: _, client, places, block, note, install } = guide;
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

/// How the viewer's last calls ended.
#[component]
fn Calls(calls: Vec<CallView>) -> impl IntoView {
    let is_empty = calls.is_empty();
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
    (!is_empty).then(|| view! { <ul class="seen">{rows}</ul> }).into_any()
}
