//! How each MCP client is connected, and whether one has called.

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlUListElement},
};
use shared::{
    activity::{CallResult, CallView},
    connection::{ConnectView, RefusedKey},
    role::{Action as RoleAction, allows},
    snippet::{Guide, GuideNote, Place, guides, set_variable},
};

use crate::{
    components::{
        CallTrouble, ClientLine, Copyable, Glyph, LoadError, Note, PageHead, Shape, Skeleton,
        StateBadge, Time, Tone, use_news,
    },
    error::Answer,
    pages::{
        onboarding::{Checklist, Extent},
        query::{Query, use_query},
        team::Open,
    },
    server_fns::activity::connect,
    texts::{rich, text},
    viewer::{use_company, use_connected},
    words,
};

/// The page's path.
const CONNECT: &str = "/connect";

/// Steps for each client, and the newest calls.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let news = use_news();
    let view = Resource::new(move || news.get(), move |_| connect(company));
    let connected = use_connected();
    let is_missing = Memo::new(move |_| connected.with(Option::is_none));
    let may_connect = allows(here.role, RoleAction::ManageConnection).is_allowed();
    let no_odoo = move || {
        is_missing.get().then(|| {
            let told = if may_connect {
                rich!(connect.no_odoo_yours, <a> = <a class="link" href="/odoo"/>).into_any()
            } else {
                rich!(connect.no_odoo, <a> = <a class="link" href="/odoo"/>).into_any()
            };
            view! { <Note tone=Tone::Warn>{told}</Note> }
        })
    };
    view! {
        <PageHead
            title=text!(connect.title)
            lead=text!(connect.lead)
        >
            <a class="btn primary" href=Open::Generate(here.member).href_from(CONNECT)>
                <Glyph icon=icondata::LuPlus/>
                {text!(connect.generate)}
            </a>
        </PageHead>
        <Checklist extent=Extent::Slim/>
        {no_odoo}
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            <Steps view/>
        </Transition>
    }
}

/// What is read once, and what changes with every piece of news: nobody loses the block that they select.
#[component]
fn Steps(view: Resource<Answer<ConnectView>>) -> impl IntoView {
    // What cannot be read again leaves what was there.
    let latest = Memo::new(move |before: Option<&Option<Answer<ConnectView>>>| match view.get() {
        Some(Err(error)) => match before {
            Some(Some(Ok(before))) => Some(Ok(before.clone())),
            _ => Some(Err(error)),
        },
        read => read,
    });
    let addresses =
        Memo::new(move |_| latest.get().map(|view| view.map(|view| (view.mcp_url, view.sse_url))));
    move || {
        addresses.get().map(|addresses| match addresses {
            Ok((mcp_url, sse_url)) => view! {
                {move || latest.get().and_then(Result::ok).filter(|view| !view.has_key).map(|_| view! {
                    <Note tone=Tone::Warn>{text!(connect.no_key)}</Note>
                })}
                <Clients mcp_url sse_url/>
                <section class="card connect" aria-labelledby="first">
                    <h2 id="first">{text!(connect.then_ask)}</h2>
                    <Copyable text=text!(connect.question) what=text!(connect.the_question) shape=Shape::Line/>
                    <p class="soft">{rich!(connect.then_approve, <code> = <code/>)}</p>
                    <Progress latest/>
                </section>
                <Advice/>
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
        .map(|(at, guide)| {
            let slug = guide.slug;
            let current = move || (chosen.get() == at).then_some("page");
            let href = Query::default().with("client", slug).href(CONNECT);
            view! {
                <li><a href=href data-noscroll="" aria-current=current>{client(guide)}</a></li>
            }
        })
        .collect_view();
    let row = NodeRef::<html::Ul>::new();
    Effect::new(move |_| {
        chosen.track();
        let Some(row) = row.get() else { return };
        // It is marked in this turn, maybe after this.
        request_animation_frame(move || show_chosen(&row));
    });
    view! {
        <section class="card connect" aria-label=text!(connect.clients)>
            <nav class="choice" aria-label=text!(connect.client)><ul node_ref=row>{links}</ul></nav>
            {move || guides.get(chosen.get()).cloned().map(|guide| view! { <OneClient guide/> })}
        </section>
    }
    .into_any()
}

/// Scrolls the row of clients to the one that is chosen, where it has no room for all. The page stays where it is.
fn show_chosen(row: &HtmlUListElement) {
    let Ok(Some(chosen)) = row.query_selector("[aria-current]") else { return };
    let chosen: HtmlElement = chosen.unchecked_into();
    row.set_scroll_left(chosen.offset_left() - (row.client_width() - chosen.offset_width()) / 2);
}

/// Whether the client is there, and what kept it away. Only the first is read aloud by itself: the rest changes with every call,
/// and its times with every minute.
#[component]
fn Progress(latest: Memo<Option<Answer<ConnectView>>>) -> impl IntoView {
    let read = move || latest.get().and_then(Result::ok);
    let connected = Signal::derive(move || read()?.connected);
    let refused = move || {
        let RefusedKey { key, why, at } = read()?.refused?;
        Some(view! {
            <Note tone=Tone::Bad>
                {rich!(
                    connect.refused,
                    key = key,
                    advice = words::refusal_advice(why),
                    <bdi> = <bdi/>,
                    <time/> = move || view! { <Time time=at.clone()/> }
                )}
            </Note>
        })
    };
    let calls = move || read().map(|view| view! { <Calls calls=view.calls/> });
    view! { <div><ClientLine client=connected/> {refused} {calls}</div> }.into_any()
}

#[component]
fn Advice() -> impl IntoView {
    view! {
        <section class="card connect" aria-labelledby="safe">
            <h2 id="safe">{text!(connect.safe)}</h2>
            <ul class="advice">
                <li>{text!(connect.safe_own)}</li>
                <li>{text!(connect.safe_least)}</li>
                <li>{rich!(connect.safe_doubt, <a> = <a class="link" href="/api-keys"/>)}</li>
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Trouble() -> impl IntoView {
    view! {
        <section class="card connect" aria-labelledby="trouble">
            <h2 id="trouble">{text!(connect.trouble)}</h2>
            <dl class="trouble">
                <dt>{text!(connect.trouble_401)}</dt>
                <dd>{text!(connect.trouble_401_why)}</dd>
                <dt>{text!(connect.trouble_odoo)}</dt>
                <dd>{rich!(connect.trouble_odoo_why, <a> = <a class="link" href="/odoo"/>)}</dd>
                <dt>{text!(connect.trouble_tool)}</dt>
                <dd>{text!(connect.trouble_tool_why)}</dd>
                <dt>{text!(connect.trouble_429)}</dt>
                <dd>{text!(connect.trouble_429_why)}</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn OneClient(guide: Guide) -> impl IntoView {
    let client = client(&guide);
    let Guide { slug: _, client: _, places, block, note, install } = guide;
    let places = places
        .iter()
        .map(|place| {
            let (system, place) = whereabouts(*place);
            view! { <li><b>{system}</b> " " {place}</li> }
        })
        .collect_view();
    view! {
        <ul class="places">{places}</ul>
        <Copyable text=block what=text!(connect.the_block) shape=Shape::Block/>
        <p class="soft">{note_text(note)}</p>
        {note.takes_variable().then(|| view! { <Variable/> })}
        {install.map(|link| view! {
            <div class="install">
                <a class="btn" href=link rel="external"><Glyph icon=icondata::LuDownload/>{text!(connect.install, client = client)}</a>
                <p class="sub">{text!(connect.install_why)}</p>
            </div>
        })}
    }
    .into_any()
}

/// How to set the variable that holds the key, on each system.
#[component]
fn Variable() -> impl IntoView {
    let ways = set_variable()
        .map(|(system, place, line)| view! { <li><b>{system}</b> " " {place} <pre tabindex="0" role="group" aria-label=system><code>{line}</code></pre></li> })
        .into_iter()
        .collect_view();
    view! {
        <details class="how">
            <summary>{text!(connect.variable)}</summary>
            <ul class="places">{ways}</ul>
            <p class="sub">{text!(connect.variable_then)}</p>
        </details>
    }
    .into_any()
}

/// A client's name: what has none of its own is called in the person's language.
fn client(guide: &Guide) -> &'static str {
    guide.client.unwrap_or_else(|| text!(shown_once.other))
}

/// For which system or project a place is, and the place: a path as code, and what is said of it as prose.
fn whereabouts(place: Place) -> (&'static str, AnyView) {
    let code = |path: &'static str| view! { <code>{path}</code> }.into_any();
    match place {
        Place::File { system, path } => (system, code(path)),
        Place::Project { path } => (text!(connect.one_project), code(path)),
        Place::AllProjects { command } => {
            (text!(connect.all_projects), text!(connect.the_command, command = command).into_any())
        }
        Place::Terminal => (text!(connect.terminal), text!(connect.run_once).into_any()),
    }
}

/// What to do with the block, and where the key goes.
fn note_text(note: GuideNote) -> &'static str {
    match note {
        GuideNote::Reload => text!(connect.notes.reload),
        GuideNote::Refresh => text!(connect.notes.refresh),
        GuideNote::Asks => text!(connect.notes.asks),
        GuideNote::ClaudeCode => text!(connect.notes.claude_code),
        GuideNote::ClaudeDesktop => text!(connect.notes.claude_desktop),
        GuideNote::Sample => text!(connect.notes.sample),
        GuideNote::Gemini => text!(connect.notes.gemini),
        GuideNote::Apply => text!(connect.notes.apply),
        GuideNote::Secret => text!(connect.notes.secret),
        GuideNote::Any => text!(connect.notes.any),
    }
}

/// How the viewer's last calls ended.
#[component]
fn Calls(calls: Vec<CallView>) -> impl IntoView {
    let is_empty = calls.is_empty();
    let rows = calls
        .into_iter()
        .map(|CallView { at, tool, client, result, cause, problem, .. }| {
            let problem = words::call_problem(cause, problem);
            let tone = match result {
                CallResult::Ok => Tone::Good,
                CallResult::Failed | CallResult::Unknown => Tone::Bad,
                CallResult::Asked | CallResult::Started | CallResult::Refused => Tone::Warn,
            };
            let client = words::client_or_some(client);
            view! {
                <li>
                    <StateBadge tone label=words::result(result)/>
                    " "
                    {rich!(
                        connect.called,
                        client = client,
                        tool = tool,
                        <bdi> = <bdi/>,
                        <code> = <code/>,
                        <time/> = move || view! { <Time time=at.clone()/> }
                    )}
                    {problem.map(|problem| view! { <CallTrouble problem class="sub"/> })}
                </li>
            }
        })
        .collect_view();
    (!is_empty).then(|| view! { <ul class="seen">{rows}</ul> }).into_any()
}
