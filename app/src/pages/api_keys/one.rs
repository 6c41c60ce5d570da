//! A key's own page: what it is, how it was used, and what was done to it.

mod chart;
mod trail;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use shared::{
    Error,
    activity::CallView,
    api_key::{ApiKeyView, GeneratedKey},
    id::{ApiKeyId, CompanyId},
    key_format,
    key_page::{ApiKeyDetail, ClientView, DAYS},
    permission::PermissionSet,
};

use self::{chart::Chart, trail::Trail};
use super::{
    dialogs::{Surroundings, dialog},
    filters::API_KEYS,
    open::Open,
    table::{Replaced, detail, label, tone},
};
use crate::{
    components::{
        Glyph, LoadError, Note, PageHead, PermissionTags, Skeleton, StateBadge, Time, Tone,
        use_toaster,
    },
    error::{Answer, AppError},
    pages::{
        query::{Query, use_query},
        team::shown_once::ShownOnceDialog,
    },
    server_fns::api_keys::api_key_detail,
    viewer::use_company,
};

/// The key that the address names.
#[component]
pub fn KeyPage() -> impl IntoView {
    let company = use_company().company;
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("key").and_then(|id| id.parse::<ApiKeyId>().ok()))
    });
    let page = Resource::new(move || id.get(), move |id| read(company, id));
    let query = use_query();
    let open = Memo::new(move |_| query.with(Open::parse));
    let toaster = use_toaster();
    let close = Signal::derive(move || id.get().map(address).unwrap_or_default());
    let navigate = use_navigate();
    let on_done = Callback::new(move |sentence: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&close.get_untracked(), options);
        toaster.say(sentence);
        page.refetch();
    });
    // A new key lives here until it is copied, and nowhere else.
    let generated = RwSignal::new(None::<GeneratedKey>);
    let around = Surroundings { company, close, on_done, generated };
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(detail) => {
                    let keys = [detail.key.clone()];
                    let unused = detail.unused;
                    let dialog = move || dialog(around, open.get()?, &keys, unused);
                    view! { <Detail detail/> {dialog} }.into_any()
                }
                Err(error) => view! { <LoadError error=error.0/> }.into_any(),
            }
        })
    };
    view! {
        <PageHead title="API key" lead="What it may do, how it was used, and what was done to it.">
            <a class="btn" href=API_KEYS>
                <Glyph icon=icondata::LuArrowLeft/>
                "All keys"
            </a>
        </PageHead>
        <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition>
        {move || generated.get().map(|shown| view! {
            <ShownOnceDialog key=shown on_copied=Callback::new(move |()| generated.set(None))/>
        })}
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
fn Detail(detail: ApiKeyDetail) -> impl IntoView {
    let ApiKeyDetail { key, unused, clients, days, problems, trail } = detail;
    let id = key.id;
    view! {
        <Facts key unused/>
        <section class="card" aria-labelledby="key-calls">
            <div class="card-head">
                <h2 id="key-calls">"Calls"</h2>
                <p>{format!("The last {DAYS} days, by day (UTC).")}</p>
            </div>
            <Chart days/>
            <Clients clients/>
            <Problems problems id/>
        </section>
        <section class="card" aria-labelledby="key-trail">
            <div class="card-head">
                <h2 id="key-trail">"History"</h2>
            </div>
            <Trail trail/>
        </section>
    }
    .into_any()
}

/// Name, state, what the owner should look at, and what can be done.
#[component]
fn Facts(key: ApiKeyView, unused: PermissionSet) -> impl IntoView {
    let ApiKeyView {
        id,
        name,
        identifier,
        permissions,
        effective,
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
    } = key;
    let replaced = Replaced::of(rotated.as_ref());
    let link = move |open: Open| open.within(Query::default()).href(&address(id));
    let notes = warnings
        .into_iter()
        .map(|warning| view! { <Note tone=Tone::Warn>{warning.advice()}</Note> })
        .collect_view();
    let lost = permissions.without(effective);
    let button = move |open: Open, class: &'static str, verb: &'static str| {
        view! { <a class=class href=link(open) data-noscroll="">{verb}</a> }
    };
    let reduce = (!unused.is_empty()).then(|| {
        view! {
            <Note tone=Tone::Gone>
                {format!("Not used for {DAYS} days: {unused}.")} " "
                <a class="link" href=link(Open::Reduce(id)) data-noscroll="">"Remove what is not used"</a>
            </Note>
        }
    });
    view! {
        <section class="card" aria-labelledby="key-name-heading">
            <div class="card-head with-state">
                <h2 id="key-name-heading" dir="auto">{name}</h2>
                {if waits {
                    view! { <StateBadge tone=Tone::Warn label="Waits until its person accepts it"/> }
                } else {
                    view! { <StateBadge tone=tone(state, replaced) label=label(state, replaced)/> }
                }}
            </div>
            <dl class="facts">
                <div><dt>"Identifier"</dt><dd><code>{key_format::display(&identifier)}</code></dd></div>
                <div>
                    <dt>"Person"</dt>
                    <dd><bdi>{person}</bdi> {is_own.then_some(" (you)")}</dd>
                </div>
                <div>
                    <dt>"Permissions"</dt>
                    <dd>
                        <PermissionTags permissions/>
                        {(!lost.is_empty()).then(|| view! { <div class="sub">{format!("Policy withholds {lost}")}</div> })}
                    </dd>
                </div>
                <div>
                    <dt>"Created"</dt>
                    <dd>
                        <Time time=created/>
                        {made_by.map(|by| view! { " by " <bdi>{by}</bdi> })}
                    </dd>
                </div>
                <div>
                    <dt>"Last used"</dt>
                    <dd>
                        {match last_used {
                            Some(at) => view! { <Time time=at/> }.into_any(),
                            None => "Never".into_any(),
                        }}
                        {last_client.map(|client| view! { ", " <bdi>{client}</bdi> })}
                    </dd>
                </div>
                <div>
                    <dt>"End"</dt>
                    <dd>{detail(state, expires, revoked).unwrap_or_else(|| "Never by itself".into_any())}</dd>
                </div>
                {rotated.map(|rotated| view! {
                    <div>
                        <dt>"Replaced"</dt>
                        <dd>
                            <Time time=rotated.at/> " by "
                            <a class="link" href=address(rotated.successor)>"this key"</a>
                        </dd>
                    </div>
                })}
            </dl>
            <div class="in-card notes">{notes}{reduce}</div>
            {(may_edit || may_rotate || may_revoke).then(|| view! {
                <div class="card-foot actions">
                    {may_edit.then(|| button(Open::Edit(id), "btn", "Edit"))}
                    {may_rotate.then(|| button(Open::Rotate(id), "btn", "Rotate"))}
                    {may_revoke.then(|| button(Open::Revoke(vec![id]), "btn danger", "Revoke"))}
                </div>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Clients(clients: Vec<ClientView>) -> impl IntoView {
    (!clients.is_empty())
        .then(|| {
            let rows = clients
                .into_iter()
                .map(|ClientView { name, calls, last }| {
                    let times = if calls == 1 { "call" } else { "calls" };
                    view! {
                        <li>
                            <b dir="auto">{name.unwrap_or_else(|| "unknown client".to_owned())}</b>
                            <span class="soft">{format!("{calls} {times}, the last ")} <Time time=last/></span>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="in-card">
                    <h3>"Clients"</h3>
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
                    let CallView { at, tool, model, problem, result, .. } = call;
                    let on = model.map(|model| format!(" on {model}"));
                    view! {
                        <li>
                            <span><code>{tool}</code>{on} ", " {result.label()} ", " <Time time=at/></span>
                            {problem.map(|problem| view! { <span class="soft" dir="auto">{problem}</span> })}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="in-card">
                    <h3>"Last errors"</h3>
                    <ul class="named">{rows}</ul>
                    <p><a class="link" href=format!("/activity?key={id}")>"All calls of this key"</a></p>
                </div>
            }
        })
        .into_any()
}
