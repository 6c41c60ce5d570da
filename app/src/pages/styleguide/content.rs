//! What a person reads.

use leptos::prelude::*;
use shared::{
    Error,
    connection::ConnectedClient,
    permission::{Permission, PermissionSet},
};

use super::{
    Sample, hold, press,
    samples::{STRANGE, days, hours_ago, hours_ahead, tool_days},
};
use crate::components::{
    Avatar, BarChart, Beside, Breadcrumb, CallTrouble, ClientLine, DatedTime, DayChart, Direction,
    EmptyState, ErrorNote, Glyph, Head, LoadError, Moment, MoreMenu, Note, Pages, PermissionTags,
    Skeleton, StateBadge, Table, Time, Timeline, Tone, ToolChart,
};
use crate::words::CallProblem;

const TONES: [(Tone, &str); 4] = [
    (Tone::Good, "Active"),
    (Tone::Warn, "Expiring"),
    (Tone::Bad, "Failed"),
    (Tone::Gone, "Revoked"),
];

/// Why a call was refused, in both wordings.
fn refused() -> CallProblem {
    CallProblem {
        said: "An argument is wrong, or names what is closed.".to_owned(),
        told: Some("argument model: ir.mail_server is closed to every tool".to_owned()),
    }
}

#[component]
pub(super) fn States() -> impl IntoView {
    let badges = TONES.map(|(tone, label)| view! { <StateBadge tone label/> }).collect_view();
    let notes = TONES
        .map(|(tone, label)| view! { <Note tone>{label} ", and a sentence with " <a href="/styleguide">"a link"</a> "."</Note> })
        .collect_view();
    view! {
        <Sample name="StateBadge, Avatar, PermissionTags, Note, ErrorNote, CallTrouble" states="Colour speaks of state only, and never alone.">
            <div class="buttons">{badges} <span class="badge">"Ends soon"</span></div>
            <div class="buttons">
                <Avatar name="Marie Lenoir"/>
                <Avatar name="王 小明"/>
                <Avatar name="lea@nordwind.example"/>
                <Avatar name="– –"/>
                <span class="person"><Avatar name="Anna Vogel"/>"Anna Vogel"</span>
            </div>
            <PermissionTags permissions=PermissionSet::DEFAULT/>
            <PermissionTags permissions=PermissionSet::of(&Permission::ALL[1..])/>
            <PermissionTags permissions=PermissionSet::ALL/>
            <PermissionTags permissions=PermissionSet::EMPTY/>
            {notes}
            <ErrorNote error=Error::Unavailable/>
            <ErrorNote error=Error::SignedOut/>
            <CallTrouble problem=refused() class="soft"/>
            <div class="banner">
                <Glyph icon=icondata::LuTriangleAlert/><p>"Something that holds for every page."</p>
                <button type="button" class="btn small">"Undo"</button>
            </div>
        </Sample>
    }
}

#[component]
pub(super) fn Clients() -> impl IntoView {
    let client = |name: Option<&str>, tools| {
        let client = ConnectedClient {
            client: name.map(str::to_owned),
            key: "Cursor - Marie".to_owned(),
            tools,
            at: hours_ago(0),
        };
        Signal::stored(Some(client))
    };
    view! {
        <Sample name="ClientLine" states="Awaited, and then there, also by no name or a strange one.">
            <ClientLine client=Signal::stored(None)/>
            <ClientLine client=client(Some("Cursor/2.4.1 (darwin arm64)"), 9)/>
            <ClientLine client=client(None, 1)/>
            <ClientLine client=client(Some(STRANGE[0]), 9)/>
        </Sample>
    }
}

#[component]
pub(super) fn Texts() -> impl IntoView {
    let strange = STRANGE.map(|text| view! { <li dir="auto">{text}</li> }).collect_view();
    let above = ["API keys", "Hover", "Focus"].map(|name| (name, "/api-keys")).to_vec();
    let crumbs = view! { <Breadcrumb above here=|| STRANGE[0]/> }.into_any();
    view! {
        <Sample
            name="Breadcrumb, Time, DatedTime"
            states="As it is, hover, focus; a time gone by and one to come. Whatever people type is shown as text and stays in its box."
        >
            // The only one of the page: two would be two landmarks of one name.
            {hold("is-focus", "li:nth-child(3) a", hold("is-hover", "li:nth-child(2) a", crumbs))}
            <dl class="facts plain">
                <div><dt>"Person"</dt><dd>"Marie Lenoir"</dd></div>
                <div><dt>"Last used"</dt><dd><Time time=hours_ago(3)/></dd></div>
                <div><dt>"Just used"</dt><dd><Time time=hours_ago(0)/></dd></div>
                <div><dt>"Ended"</dt><dd><DatedTime time=hours_ago(48)/></dd></div>
                <div><dt>"Ends"</dt><dd><DatedTime time=hours_ahead(48)/></dd></div>
            </dl>
            <ul class="named">{strange}</ul>
        </Sample>
    }
}

#[component]
pub(super) fn Lists() -> impl IntoView {
    let rows = STRANGE
        .iter()
        .zip(TONES)
        .zip(1_u32..)
        .map(|((name, (tone, label)), at)| {
            let class = match tone {
                Tone::Warn => Some("is-hover"),
                Tone::Gone => Some("gone"),
                Tone::Good | Tone::Bad => None,
            };
            view! {
                <tr class=class>
                    <td><div class="name" dir="auto">{*name}</div><div class="sub">"aid_live_Xk29TqLm…"</div></td>
                    <td data-l="Permissions"><PermissionTags permissions=PermissionSet::DEFAULT/></td>
                    <td data-l="Last used"><Time time=hours_ago(at)/></td>
                    <td><StateBadge tone label/></td>
                    <td class="end actions">
                        <a class="btn small" href="/styleguide">"Edit"</a>
                        <MoreMenu id=format!("guide-row-{at}") label=format!("More for row {at}")>
                            <a href="/styleguide" class="danger"><Glyph icon=icondata::LuBan/>"Revoke"</a>
                        </MoreMenu>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let sorting = |label, now| Head::Sorting { label, href: "/styleguide".to_owned(), now };
    let heads = vec![
        sorting("Key", Some(Direction::Ascending)),
        Head::Named("Permissions"),
        sorting("Last used", None),
        sorting("State, end", Some(Direction::Descending)),
        Head::Unseen("Actions"),
    ];
    let table = view! { <Table class="sample" caption="Table" heads>{rows}</Table> }.into_any();
    view! {
        <section class="card" aria-label="Table, Pages">
            {hold("is-focus", "th:nth-child(4) a", hold("is-hover", "th:nth-child(3) a", table))}
            <Pages beside=Signal::stored(Beside { previous: None, next: Some("/styleguide".to_owned()) })>
                <span>"4 of 120"</span>
            </Pages>
        </section>
        <section class="card" aria-label="EmptyState">
            <EmptyState icon=icondata::LuKeyRound heading="No key yet">
                <p>"Make one, and your assistant can ask Odoo."</p>
                <a class="btn primary" href="/styleguide">"Generate a key"</a>
            </EmptyState>
        </section>
        <Sample name="Skeleton" states="Where a list will be.">
            <Skeleton lines=3/>
        </Sample>
        <Sample name="LoadError" states="To be tried again, not there, signed out.">
            <LoadErrors/>
        </Sample>
    }
}

/// As each [`LoadError`] stands in a page; drawn once the page is there, as it would give the answer its status.
#[component]
fn LoadErrors() -> impl IntoView {
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(true));
    let errors = || {
        [Error::Unavailable, Error::NotFound, Error::SignedOut]
            .map(|error| view! { <LoadError error/> })
            .collect_view()
    };
    move || shown.get().then(errors)
}

#[component]
pub(super) fn Histories() -> impl IntoView {
    let at = |hours| view! { <Time time=hours_ago(hours)/> ", from 192.0.2.7" }.into_any();
    view! {
        <Sample name="Timeline, Moment" states="A good thing, one that wants attention, a bad one, and one that is just told.">
            <Timeline heading="Today">
                <Moment icon=icondata::LuKeyRound tone=Tone::Good below=at(1)>"Generated by you"</Moment>
                <Moment icon=icondata::LuTriangleAlert tone=Tone::Warn below=at(2)>{STRANGE[0]}</Moment>
                <Moment icon=icondata::LuBan tone=Tone::Bad below=at(3)>"Revoked by Anna Vogel"</Moment>
                <Moment icon=icondata::LuPencil below=at(4)>"Renamed from “A” to “B”"</Moment>
            </Timeline>
            <Timeline heading="Yesterday">
                <Moment icon=icondata::LuInfo>"Without a line beneath it"</Moment>
            </Timeline>
        </Sample>
    }
}

#[component]
pub(super) fn Charts() -> impl IntoView {
    let bars = |is_code: bool| {
        let rows = vec![
            ("sale.order".to_owned(), 120),
            (STRANGE[0].to_owned(), 40),
            (STRANGE[1].to_owned(), 1),
            ("res.partner".to_owned(), 0),
        ];
        view! { <BarChart caption="Calls by model" name="Model" count="Calls" rows is_code/> }
    };
    view! {
        <section class="card" aria-label="DayChart, ToolChart">
            <div class="card-head"><h2>"Chart"</h2><p>"Bars of days, their table folded, in hover, and unfolded; nothing to draw."</p></div>
            {hold("is-hover", "summary", view! { <DayChart days=days()/> }.into_any())}
            {press("summary", view! { <ToolChart tools=tool_days()/> }.into_any())}
            <DayChart days=Vec::new()/>
        </section>
        <section class="card" aria-label="BarChart">
            <div class="in-card">{bars(true)} {bars(false)}</div>
        </section>
    }
}
