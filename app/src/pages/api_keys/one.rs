//! A key's own page: what it is, how it was used, and what was done to it.

mod trail;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    Error,
    activity::CallView,
    api_key::{ApiKeyState, ApiKeyView, RevokedView, RotatedView},
    call_figures::{DAYS, DayView, ToolDays},
    id::{ApiKeyId, CompanyId},
    key_format,
    key_page::{ApiKeyDetail, ClientView},
    permission::PermissionSet,
    time::TimeView,
};

use self::trail::Trail;
use super::{
    dialogs::{Asked, Surroundings},
    filters::API_KEYS,
    open::Open,
    table::{Replaced, detail, label, tone, withheld},
};
use crate::{
    components::{
        CallTrouble, DatedTime, DayChart, LoadError, Note, PageHead, PermissionTags, Skeleton,
        StateBadge, TabTitle, Time, Tone, ToolChart, use_arrivals, use_live_list, use_toaster,
    },
    error::{Answer, AppError},
    pages::{
        dialog::{Failure, use_leave},
        made::{Made, Shown},
        query::{Query, use_query},
    },
    parts,
    posting::{PostForm, Posting},
    server_fns::api_keys::{AcceptApiKeyCall, api_key_detail},
    texts::{counted, rich, text},
    viewer::{use_company, use_refusing},
    words,
};

/// The key that the address names.
#[component]
pub fn KeyPage() -> impl IntoView {
    let company = use_company().company;
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("key").and_then(|id| id.parse::<ApiKeyId>().ok()))
    });
    use_arrivals(id);
    let query = use_query();
    let open = Memo::new(move |_| query.with(Open::parse));
    let by_tool = Memo::new(move |_| query.with(|query| query.get("by") == Some("tool")));
    let live = use_live_list();
    let accept = Posting::to::<AcceptApiKeyCall>();
    let answers = accept.version();
    let page = Resource::new(
        move || (id.get(), live.news(), answers.get()),
        move |(id, ..)| read(company, id),
    );
    let toaster = use_toaster();
    let close = Signal::derive(move || id.get().map(address).unwrap_or_default());
    let leave = use_leave();
    let on_done = Callback::new(move |sentence: String| {
        leave(&close.get_untracked());
        toaster.say(sentence);
        page.refetch();
    });
    // A new key lives here until it is copied, and nowhere else.
    let made = RwSignal::new(None::<Made>);
    parts::when_approached(parts::load_all_of_keys);
    let around = Surroundings { company, close, on_done, made };
    // Which key the page shows: one is not left standing under the address of another.
    let drawn = StoredValue::new(None);
    let body = move || {
        let here = id.get_untracked();
        if drawn.get_value() != here {
            live.forget();
        }
        Suspend::new(live.show(page, move |read| {
            let _ = drawn.try_set_value(here);
            match read {
                Ok(detail) => {
                    let tab = detail.key.name.clone();
                    let keys = vec![detail.key.clone()];
                    let unused = detail.unused;
                    let shown = detail.key.id;
                    let dialog = move || {
                        // The address may name another key before that one has been read.
                        let open = open.get().filter(|_| id.get() == Some(shown));
                        let keys = keys.clone();
                        open.map(|open| parts::key_dialog(Asked { around, open, keys, unused }))
                    };
                    view! { <TabTitle heading=tab/> <Detail detail company accept by_tool/> {dialog} }
                        .into_any()
                }
                Err(error) => view! { <LoadError error=error.0/> }.into_any(),
            }
        }))
    };
    let name = move || {
        view! {
            <Transition fallback=|| text!(key_page.title)>
                {move || Suspend::new(async move {
                    page.await.map_or_else(|_| text!(key_page.title).to_owned(), |detail| detail.key.name)
                })}
            </Transition>
        }
    };
    view! {
        <PageHead
            title=text!(key_page.title)
            named=name
            lead=text!(key_page.lead)
            above=(text!(api_keys.title), API_KEYS)
        />
        <Failure action=accept/>
        <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition>
        {move || Shown::from(made).map(parts::made)}
    }
}

/// An id that is none names no key.
async fn read(company: CompanyId, id: Option<ApiKeyId>) -> Answer<ApiKeyDetail> {
    match id {
        Some(id) => api_key_detail(company, id).await,
        None => Err(AppError(Error::NotFound)),
    }
}

fn address(id: ApiKeyId) -> String {
    format!("{API_KEYS}/{id}")
}

#[component]
fn Detail(
    detail: ApiKeyDetail,
    company: CompanyId,
    accept: Posting,
    by_tool: Memo<bool>,
) -> impl IntoView {
    let ApiKeyDetail { key, unused, clients, days, tools, problems, trail } = detail;
    let id = key.id;
    view! {
        <Facts key unused company accept/>
        <section class="card" aria-labelledby="key-calls">
            <div class="card-head">
                <h2 id="key-calls">{text!(key_page.calls)}</h2>
                <p>{text!(key_page.calls_lead, days = DAYS)}</p>
            </div>
            <Calls id days tools by_tool/>
            <Clients clients/>
            <Problems problems id/>
        </section>
        <section class="card" aria-labelledby="key-trail">
            <div class="card-head">
                <h2 id="key-trail">{text!(key_page.history)}</h2>
            </div>
            <Trail trail/>
        </section>
    }
    .into_any()
}

/// The chart, by result or by tool as the address says: a link shows the other, without the wasm too.
#[component]
fn Calls(id: ApiKeyId, days: Vec<DayView>, tools: ToolDays, by_tool: Memo<bool>) -> impl IntoView {
    let choice = move |is_tool: bool, label: &'static str| {
        let by = if is_tool { "tool" } else { "" };
        let href = Query::default().with("by", by).href(&address(id));
        let current = move || (by_tool.get() == is_tool).then_some("true");
        view! { <li><a class="chip" href=href data-noscroll="" aria-current=current>{label}</a></li> }
    };
    let chart = move || {
        if by_tool.get() {
            view! { <ToolChart tools=tools.clone()/> }.into_any()
        } else {
            view! { <DayChart days=days.clone()/> }.into_any()
        }
    };
    view! {
        <ul class="chips above-chart" aria-label=text!(key_page.by)>
            {choice(false, text!(key_page.by_result))}
            {choice(true, text!(key_page.by_tool))}
        </ul>
        {chart}
    }
    .into_any()
}

/// State, what the owner should look at, and what can be done.
#[component]
fn Facts(
    key: ApiKeyView,
    unused: PermissionSet,
    company: CompanyId,
    accept: Posting,
) -> impl IntoView {
    let lost = withheld(&key);
    let ApiKeyView {
        id,
        name: _,
        identifier,
        permissions,
        effective: _,
        person,
        is_own,
        made_by,
        state,
        created,
        expires,
        last_used,
        last_client,
        revoked,
        rotated,
        warnings,
        may_revoke,
        may_edit,
        may_rotate,
        waits,
        successor_waits: _,
    } = key;
    let replaced = Replaced::of(rotated.as_ref());
    let refusing = use_refusing();
    let badge = move || {
        let (tone, label) = if state.is_live() && refusing.get() {
            (Tone::Gone, text!(api_keys.refused))
        } else if waits {
            (Tone::Warn, text!(key_page.waits))
        } else {
            (tone(state, replaced), label(state, replaced))
        };
        view! { <StateBadge tone label/> }
    };
    let link = move |open: Open| open.within(Query::default()).href(&address(id));
    let notes = warnings
        .into_iter()
        .map(|warning| view! { <Note tone=Tone::Warn>{words::warning(warning).1}</Note> })
        .collect_view();
    let button = move |open: Open, class: &'static str, verb: &'static str| {
        view! { <a class=class href=link(open) data-noscroll="">{verb}</a> }
    };
    let reduce = (!unused.is_empty()).then(|| {
        view! {
            <Note tone=Tone::Gone>
                {text!(key_page.unused, days = DAYS, names = words::permissions(unused))} " "
                <a class="link" href=link(Open::Reduce(id)) data-noscroll="">{text!(key_page.reduce)}</a>
            </Note>
        }
    });
    view! {
        <section class="card" aria-labelledby="key-facts">
            <div class="card-head with-state">
                <h2 id="key-facts">{text!(key_page.facts)}</h2>
                {badge}
            </div>
            <dl class="facts three">
                <div><dt>{text!(key_page.identifier)}</dt><dd><code>{key_format::display(&identifier)}</code></dd></div>
                <div>
                    <dt>{text!(api_keys.person)}</dt>
                    <dd><bdi>{person}</bdi> {is_own.then(|| view! { " " {text!(team.you)} })}</dd>
                </div>
                <div>
                    <dt>{text!(api_keys.permissions)}</dt>
                    <dd>
                        <PermissionTags permissions/>
                        {(!lost.is_empty()).then(|| view! { <div class="sub">{text!(api_keys.withheld, names = words::permissions(lost))}</div> })}
                    </dd>
                </div>
                <div>
                    <dt>{text!(key_page.created)}</dt>
                    <dd>
                        <Time time=created/>
                        {made_by.map(|by| view! { " " {rich!(api_keys.by, person = words::by(&by), <bdi> = <bdi/>)} })}
                    </dd>
                </div>
                <div>
                    <dt>{text!(api_keys.last_used)}</dt>
                    <dd>
                        {match last_used {
                            Some(at) => view! { <Time time=at/> }.into_any(),
                            None => text!(api_keys.never).into_any(),
                        }}
                        {last_client.map(|client| view! { ", " <bdi>{words::client(&client)}</bdi> })}
                    </dd>
                </div>
                <div>
                    <dt>{text!(key_page.end)}</dt>
                    <dd>{end(state, expires, revoked)}</dd>
                </div>
                {rotated.map(|rotated| view! {
                    <div>
                        <dt>{text!(key_page.replaced)}</dt>
                        <dd>{replaced_by(rotated)}</dd>
                    </div>
                })}
            </dl>
            <div class="in-card notes">{notes}{reduce}</div>
            {(may_edit || may_rotate || may_revoke).then(|| view! {
                <div class="card-foot actions">
                    {(waits && is_own).then(|| view! {
                        <PostForm action=accept attr:class="inline">
                            <input type="hidden" name="input[company]" value=company.to_string()/>
                            <input type="hidden" name="input[key]" value=id.to_string()/>
                            <button class="btn primary">{text!(api_keys.accept)}</button>
                        </PostForm>
                    })}
                    {may_edit.then(|| button(Open::Edit(id), "btn", text!(api_keys.edit)))}
                    {may_rotate.then(|| button(Open::Rotate(id), "btn", text!(api_keys.rotate)))}
                    {may_revoke.then(|| button(Open::Revoke(vec![id]), "btn danger", text!(api_keys.revoke)))}
                </div>
            })}
        </section>
    }
    .into_any()
}

/// When a key was replaced, and by which, if that is there.
fn replaced_by(RotatedView { at, successor }: RotatedView) -> AnyView {
    match successor {
        Some(successor) => rich!(
            key_page.replaced_by,
            <time/> = move || view! { <Time time=at.clone()/> },
            <a> = <a class="link" href=address(successor)/>
        )
        .into_any(),
        None => rich!(key_page.replaced_waits, <time/> = move || view! { <Time time=at.clone()/> })
            .into_any(),
    }
}

/// When a key ends or ended, with the day; of one that was revoked, by whom and when.
fn end(state: ApiKeyState, expires: Option<TimeView>, revoked: Option<RevokedView>) -> AnyView {
    match (state, expires) {
        (ApiKeyState::Active | ApiKeyState::Expiring | ApiKeyState::Expired, Some(end)) => {
            view! { <DatedTime time=end/> }.into_any()
        }
        _ => detail(state, None, revoked).unwrap_or_else(|| text!(key_page.no_end).into_any()),
    }
}

#[component]
fn Clients(clients: Vec<ClientView>) -> impl IntoView {
    (!clients.is_empty())
        .then(|| {
            let rows = clients
                .into_iter()
                .map(|ClientView { name, calls, last }| {
                    let name = name.map_or_else(
                        || text!(key_page.unknown_client).to_owned(),
                        |name| words::client(&name),
                    );
                    let told = rich!(
                        key_page.client_calls,
                        calls = counted!(calls, key_page.call_count),
                        <bdi> = <bdi/>,
                        <time/> = move || view! { <Time time=last.clone()/> }
                    );
                    view! {
                        <li>
                            <b dir="auto">{name}</b>
                            <span class="soft">{told}</span>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="in-card">
                    <h3>{text!(key_page.clients)}</h3>
                    <ul class="named">{rows}</ul>
                </div>
            }
        })
        .into_any()
}

/// The last calls that did not end well.
#[component]
fn Problems(problems: Vec<CallView>, id: ApiKeyId) -> impl IntoView {
    (!problems.is_empty())
        .then(|| {
            let rows = problems
                .into_iter()
                .map(|call| {
                    let CallView { at, tool, model, cause, problem, result, .. } = call;
                    let problem = words::call_problem(cause, problem);
                    let on = model.map(|model| format!(" {}", text!(key_page.on_model, model = model)));
                    view! {
                        <li>
                            <span><code>{tool}</code>{on} ", " {words::result(result)} ", " <Time time=at/></span>
                            {problem.map(|problem| view! { <CallTrouble problem class="soft"/> })}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="in-card">
                    <h3>{text!(key_page.errors)}</h3>
                    <ul class="named">{rows}</ul>
                    <p><a class="link" href=format!("/activity?key={id}")>{text!(key_page.all_calls)}</a></p>
                </div>
            }
        })
        .into_any()
}
