//! Keys that wait for their person to pick them up, above the list; their links can be replaced and withdrawn.

use leptos::prelude::*;
use shared::{
    api_key::ApiKeyPage,
    handover::{HandoverLink, HandoverView, RenewHandover},
    id::{CompanyId, HandoverId},
    time::Distance,
};

use crate::{
    components::{
        ButtonKind, LoadError, PermissionTags, StateBadge, Time, Tone, use_elapsed, use_live_list,
        use_toaster,
    },
    error::Answer,
    pages::{
        dialog::{Confirm, on_success, use_leave},
        made::Made,
        query::{Query, use_query},
        team::link::{AskForLink, ShowLink},
    },
    parts,
    posting::Posting,
    server_fns::api_keys::{WithdrawHandoverCall, handovers, renew_handover},
    texts::{rich, text},
    words,
};

/// A dialog about a key that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Replace its link.
    Renew(HandoverId),
    /// Withdraw it.
    Withdraw(HandoverId),
}

impl Open {
    /// Whether the dialog makes what is shown once.
    #[cfg(feature = "split")]
    pub(crate) const fn makes(self) -> bool {
        matches!(self, Self::Renew(_))
    }

    /// The dialog that `query` names. What cannot be read opens nothing.
    pub(super) fn parse(query: &Query) -> Option<Self> {
        let id = |name| query.get(name).and_then(|id| id.parse().ok());
        id("new-link").map(Self::Renew).or_else(|| id("withdraw").map(Self::Withdraw))
    }

    fn within(self, query: Query) -> Query {
        match self {
            Self::Renew(id) => query.with("new-link", &id.to_string()),
            Self::Withdraw(id) => query.with("withdraw", &id.to_string()),
        }
    }
}

/// What every dialog about a key that waits needs.
#[derive(Clone, Copy)]
struct Surroundings {
    company: CompanyId,
    /// The page without a dialog.
    close: Signal<String>,
    /// Called with a new link.
    on_link: Callback<HandoverLink>,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
}

/// A dialog that somebody asks for.
pub struct Asked {
    around: Surroundings,
    /// What it can be about.
    rows: Vec<HandoverView>,
    pub(crate) open: Open,
}

/// The dialog, or nothing: a key that waits no more, or that the viewer may not touch, opens none, as the address
/// may be old.
pub fn dialog(Asked { around, rows, open }: Asked) -> AnyView {
    let Surroundings { company, close, on_link, on_done } = around;
    let close = close.get_untracked();
    let find = |id| rows.iter().find(|row| row.handover == id).cloned();
    match open {
        Open::Renew(id) => find(id)
            .filter(|row| row.may_renew)
            .map(|waiting| view! { <RenewDialog company waiting close on_link/> })
            .into_any(),
        Open::Withdraw(id) => find(id)
            .filter(|row| row.may_withdraw)
            .map(|waiting| view! { <WithdrawDialog company waiting close on_done/> })
            .into_any(),
    }
}

/// The keys that wait, as far as the viewer may see them; nothing when none does. It stands within a `Transition`.
#[component]
pub(super) fn WaitingKeys(
    /// The company.
    company: CompanyId,
    /// The page with its filters and without a dialog.
    close: Signal<String>,
    /// Where a new link goes; the dialog that shows it once takes it from there.
    made: RwSignal<Option<Made>>,
    /// The list that stands beneath: where that could not be read either, it says so for both.
    page: Resource<Answer<ApiKeyPage>>,
    /// Counts what was done on the page: a rotation can make a key wait.
    also: Signal<usize>,
) -> impl IntoView {
    let query = use_query();
    let open = Memo::new(move |_| query.with(Open::parse));
    let live = use_live_list();
    let waiting = Resource::new(move || (live.news(), also.get()), move |_| handovers(company));
    let toaster = use_toaster();
    let leave = use_leave();
    let changed = Callback::new(move |()| {
        leave(&close.get_untracked());
        waiting.refetch();
    });
    let on_link = Callback::new(move |link| {
        made.set(Some(Made::Handover(link)));
        changed.run(());
    });
    let on_done = Callback::new(move |sentence: String| {
        changed.run(());
        toaster.say(sentence);
    });
    let around = Surroundings { company, close, on_link, on_done };
    view! {
        {move || Suspend::new(async move {
            let is_failure_told = page.await.is_err();
            live.show(waiting, move |read| match read {
                Ok(rows) if rows.is_empty() => ().into_any(),
                Ok(rows) => {
                    let dialog = {
                        let rows = rows.clone();
                        move || {
                            let rows = rows.clone();
                            open.get().map(|open| parts::waiting_dialog(Asked { around, rows, open }))
                        }
                    };
                    view! { <List rows close/> {dialog} }.into_any()
                }
                Err(_) if is_failure_told => ().into_any(),
                Err(error) => view! { <LoadError error=error.0/> }.into_any(),
            })
            .await
        })}
    }
    .into_any()
}

#[component]
fn List(rows: Vec<HandoverView>, close: Signal<String>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <Row row close/> }).collect_view();
    view! {
        <section class="card" aria-labelledby="waiting-keys">
            <div class="card-head">
                <h2 id="waiting-keys">{text!(waiting_keys.title)}</h2>
                <p>{text!(waiting_keys.lead)}</p>
            </div>
            <ul class="named in-card waiting">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Row(row: HandoverView, close: Signal<String>) -> impl IntoView {
    let HandoverView {
        handover,
        name,
        permissions,
        person,
        is_own,
        made_by,
        made,
        expires,
        ended,
        may_renew,
        may_withdraw,
    } = row;
    let link = move |open: Open| {
        move || {
            let here = close.get();
            let (path, query) = here.split_once('?').unwrap_or((&here, ""));
            open.within(Query::parse(query)).href(path)
        }
    };
    let state = if ended {
        view! { <StateBadge tone=Tone::Gone label=text!(waiting_keys.ended)/> }
    } else {
        view! { <StateBadge tone=Tone::Warn label=text!(waiting_keys.waits)/> }
    };
    let advice = is_own.then(|| {
        view! {
            <span class="soft">{text!(waiting_keys.yours, person = words::isolated(&words::by(&made_by)))}</span>
        }
    });
    let elapsed = use_elapsed();
    let until = move || until(expires.distance_after(elapsed()), ended);
    let told = rich!(
        waiting_keys.about,
        person = person,
        by = words::by(&made_by),
        until = until,
        <bdi> = <bdi/>,
        <time/> = move || view! { <Time time=made.clone()/> }
    );
    view! {
        <li>
            <div>
                <b dir="auto">{name.clone()}</b> " " {state}
                <div class="soft">{told}</div>
                {advice}
                <PermissionTags permissions/>
            </div>
            <div class="act">
                {may_renew.then(|| view! {
                    <a
                        class="btn small"
                        href=link(Open::Renew(handover))
                        data-noscroll=""
                        aria-label=text!(waiting_keys.new_link_for, name = name.clone())
                    >
                        {text!(team.new_link)}
                    </a>
                })}
                {may_withdraw.then(|| view! {
                    <a
                        class="btn small danger"
                        href=link(Open::Withdraw(handover))
                        data-noscroll=""
                        aria-label=text!(waiting_keys.withdraw_of, name = name.clone())
                    >
                        {text!(waiting_keys.withdraw)}
                    </a>
                })}
            </div>
        </li>
    }
    .into_any()
}

/// "the link works for another 2 days", "the link works no more".
fn until(expires: Distance, ended: bool) -> String {
    match expires {
        _ if ended => text!(waiting_keys.link_ended).to_owned(),
        Distance::Ahead(span) => text!(waiting_keys.link_valid, span = words::span(span)),
        Distance::Now | Distance::Past(_) => text!(waiting_keys.link_moment).to_owned(),
    }
}

#[component]
fn RenewDialog(
    company: CompanyId,
    waiting: HandoverView,
    close: String,
    on_link: Callback<HandoverLink>,
) -> impl IntoView {
    let HandoverView { handover, name, .. } = waiting;
    view! {
        <AskForLink
            heading=text!(waiting_keys.renew_heading, name = words::isolated(&name))
            lead=text!(waiting_keys.renew_lead)
            needs=text!(invite_dialog.renew_needs_script)
            button=text!(invite_dialog.renew)
            make=move || renew_handover(RenewHandover { company, handover })
            on_link
            close
        />
    }
}

#[component]
fn WithdrawDialog(
    company: CompanyId,
    waiting: HandoverView,
    close: String,
    on_done: Callback<String>,
) -> impl IntoView {
    let action = Posting::removing::<WithdrawHandoverCall>();
    let HandoverView { handover, name, person, .. } = waiting;
    let withdrawn = name.clone();
    on_success(action, move || {
        on_done.run(text!(waiting_keys.withdrawn, name = words::isolated(&withdrawn)));
    });
    view! {
        <Confirm
            heading=text!(waiting_keys.withdraw_heading, name = words::isolated(&name))
            lead=text!(waiting_keys.withdraw_lead, person = words::isolated(&person))
            close
            action
            fields=vec![("input[company]", company.to_string()), ("input[handover]", handover.to_string())]
            verb=text!(waiting_keys.withdraw)
            kind=ButtonKind::Danger
        />
    }
}

/// Shows the link, once.
#[component]
pub(in crate::pages) fn HandoverLinkDialog(
    /// The link.
    link: HandoverLink,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let HandoverLink { handover: _, name, person, url } = link;
    view! {
        <ShowLink
            heading=text!(waiting_keys.link_heading, person = words::isolated(&person))
            lead=text!(waiting_keys.link_lead)
            url
            on_copied
        >
            <p class="soft">{rich!(waiting_keys.link_about, name = name, person = person, <bdi> = <bdi/>)}</p>
        </ShowLink>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialog_is_found_again_in_its_address_beside_the_filters() {
        let id: HandoverId = "hnd_0198a7c6b2f07d3f8e1c2a4b5c6d7e8f".parse().expect("an id");
        for open in [Open::Renew(id), Open::Withdraw(id)] {
            let href = open.within(Query::parse("state=live")).href("/api-keys");
            let query = Query::parse(href.split_once('?').expect("a query").1);
            assert_eq!((Open::parse(&query), query.get("state")), (Some(open), Some("live")));
        }
        assert_eq!(Open::parse(&Query::parse("new-link=key_1&withdraw=")), None);
    }
}
