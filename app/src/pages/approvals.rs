//! Changes that wait for a person: what each would do, before and after, and the two answers.

use leptos::prelude::*;
use shared::{
    confirmation::{ApprovalPage, ApprovalState, ApprovalView, Change, Preview},
    id::CompanyId,
};

use crate::{
    components::{
        ButtonKind, EmptyState, Heard, InPlace, LoadError, Note, PageHead, Skeleton, StateBadge,
        SubmitButton, Time, Tone, keep_current, use_kept_list,
    },
    forms,
    pages::dialog::Failure,
    posting::{PostForm, Posting},
    server_fns::approvals::{DecideApprovalCall, approvals},
    texts::{counted, rich, text},
    viewer::use_company,
    words,
};

/// Changes that wait, those that wait longest first, and beneath them those that are decided.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let company = use_company().company;
    let action = Posting::to::<DecideApprovalCall>();
    let decided = forms::successes(action);
    let (list, heard) = use_kept_list(|| (), move |()| approvals(company));
    view! {
        <PageHead
            title=text!(approvals.title)
            lead=text!(approvals.lead)
        />
        <Failure action/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <List company page heard decided=decided.into() action/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn List(
    company: CompanyId,
    page: ApprovalPage,
    heard: Heard,
    decided: Signal<usize>,
    action: Posting,
) -> impl IntoView {
    let shown = RwSignal::new(page);
    keep_current(shown, heard, decided, move || approvals(company));
    let items: Signal<Vec<ApprovalView>> =
        Memo::new(move |_| shown.with(|page| page.approvals.clone())).into();
    let is_empty = Memo::new(move |_| items.with(Vec::is_empty));
    let more = Memo::new(move |_| shown.with(|page| page.more_waiting));
    let list = move || {
        if is_empty.get() {
            return view! { <Nothing/> }.into_any();
        }
        let draw = move |approval| view! { <Approval company approval action/> };
        view! { <InPlace items key=|approval| approval.id draw/> }.into_any()
    };
    view! {
        {move || Some(more.get()).filter(|more| *more > 0).map(more_waiting)}
        {list}
    }
    .into_any()
}

/// Says how many wait that are not shown: their time runs out as well.
fn more_waiting(more: u32) -> impl IntoView {
    view! { <Note tone=Tone::Warn><p>{counted!(more, approvals.more_waiting)}</p></Note> }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="card">
            <EmptyState icon=icondata::LuCircleCheckBig heading=text!(approvals.none)>
                <p>{text!(approvals.none_why)}</p>
            </EmptyState>
        </section>
    }
}

#[component]
fn Approval(company: CompanyId, approval: ApprovalView, action: Posting) -> impl IntoView {
    let ApprovalView {
        id,
        preview,
        person,
        key_name,
        client,
        asked_at,
        expires_at,
        state,
        decided_by,
        can_decide,
    } = approval;
    let Preview { summary, changes, more, note } = preview;
    let (does, technical) = parted(&summary);
    let (does, technical) = (does.to_owned(), technical.map(str::to_owned));
    let heading = format!("approval-{id}");
    let labelled = heading.clone();
    let table = (!changes.is_empty()).then(|| view! { <Changes changes more/> });
    // The others are not what is on its way.
    let sends = move |decision: &str| {
        action.is_sending(vec![
            ("input[approval]", id.to_string()),
            ("input[decision]", decision.to_owned()),
        ])
    };
    let answers = can_decide.then(|| {
        view! {
            <div class="buttons">
                <PostForm action>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <input type="hidden" name="input[approval]" value=id.to_string()/>
                    <input type="hidden" name="input[decision]" value="approve"/>
                    <SubmitButton pending=sends("approve") busy=text!(approvals.approving)>{text!(approvals.approve)}</SubmitButton>
                </PostForm>
                <PostForm action>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <input type="hidden" name="input[approval]" value=id.to_string()/>
                    <input type="hidden" name="input[decision]" value="refuse"/>
                    <SubmitButton pending=sends("refuse") busy=text!(approvals.refusing) kind=ButtonKind::Plain>
                        {text!(approvals.refuse)}
                    </SubmitButton>
                </PostForm>
            </div>
        }
    });
    let decided = decided_by.map(|by| {
        view! { <span>" · " {rich!(approvals.decided, person = by, <bdi> = <bdi/>)}</span> }
    });
    view! {
        <article class="card approval" aria-labelledby=labelled>
            <header>
                <h2 id=heading dir="auto">
                    {does} {technical.map(|name| view! { <span class="soft">{name}</span> })}
                </h2>
                <StateBadge tone=tone(state) label=words::approval_state(state)/>
            </header>
            <p class="sub">
                {rich!(
                    approvals.asked,
                    person = person,
                    key = key_name,
                    <bdi> = <bdi/>,
                    <time/> = move || view! { <Time time=asked_at.clone()/> }
                )}
                {client.map(|client| view! { " · " {rich!(approvals.client, client = client, <bdi> = <bdi/>)} })}
                {(state == ApprovalState::Waiting || state == ApprovalState::Approved)
                    .then(|| view! { <span>" · " {text!(approvals.until, time = words::date_time(&expires_at))}</span> })}
                {decided}
            </p>
            {why(state).map(|why| view! { <Note tone=Tone::Warn><p>{why}</p></Note> })}
            {table}
            {note.map(|note| view! { <p class="soft" dir="auto">{note}</p> })}
            {answers}
        </article>
    }
    .into_any()
}

/// The single values, before and after.
#[component]
pub(crate) fn Changes(
    /// The values.
    changes: Vec<Change>,
    /// How many more there are.
    more: u32,
) -> impl IntoView {
    let rows = changes
        .into_iter()
        .map(|Change { record, label, before, after }| {
            view! {
                <tr>
                    <td><bdi>{record}</bdi></td>
                    <td data-l=text!(approvals.field)><bdi>{label}</bdi></td>
                    <td data-l=text!(approvals.before) class="before"><bdi>{before.unwrap_or_else(|| "—".to_owned())}</bdi></td>
                    <td data-l=text!(approvals.after) class="after"><bdi>{after}</bdi></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="changes">
            <caption class="visually-hidden">{text!(approvals.caption)}</caption>
            <thead>
                <tr>
                    <th scope="col">{text!(approvals.record)}</th>
                    <th scope="col">{text!(approvals.field)}</th>
                    <th scope="col">{text!(approvals.before)}</th>
                    <th scope="col">{text!(approvals.after)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {(more > 0).then(|| view! { <p class="sub">{counted!(more, approvals.more)}</p> })}
    }
    .into_any()
}

/// What a summary says, and the technical name of a model, in brackets, at its end: people read past that.
fn parted(summary: &str) -> (&str, Option<&str>) {
    let bracket = summary.rfind(" (").map(|at| at + 1);
    match bracket.map(|at| summary.split_at(at)) {
        Some((does, technical)) if is_technical(technical) => (does, Some(technical)),
        _ => (summary, None),
    }
}

/// Whether this is the name of a model in brackets: `(res.partner)`.
fn is_technical(text: &str) -> bool {
    let name = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    name.is_some_and(|name| {
        let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
        name.contains('.') && name.chars().all(of_name)
    })
}

/// What is to be said of a state beside its word.
fn why(state: ApprovalState) -> Option<&'static str> {
    match state {
        ApprovalState::Changed => Some(text!(approvals.changed_why)),
        ApprovalState::Failed => Some(text!(approvals.failed_why)),
        ApprovalState::Unknown => Some(text!(approvals.unknown_why)),
        ApprovalState::Used => Some(text!(approvals.used_why)),
        ApprovalState::Waiting
        | ApprovalState::Approved
        | ApprovalState::Running
        | ApprovalState::Done
        | ApprovalState::Refused
        | ApprovalState::Expired => None,
    }
}

const fn tone(state: ApprovalState) -> Tone {
    match state {
        ApprovalState::Waiting | ApprovalState::Running => Tone::Warn,
        ApprovalState::Approved | ApprovalState::Done => Tone::Good,
        ApprovalState::Refused
        | ApprovalState::Changed
        | ApprovalState::Failed
        | ApprovalState::Unknown => Tone::Bad,
        ApprovalState::Expired | ApprovalState::Used => Tone::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_technical_name_of_a_model_is_told_from_what_people_call_it() {
        assert_eq!(
            parted("Change a record of Bill of Material (mrp.bom)"),
            ("Change a record of Bill of Material ", Some("(mrp.bom)"))
        );
        for whole in [
            "Change a record of res.partner",
            "Call action_confirm, on S00012 (draft)",
            "Run “Month’s end (all)”, version 2",
            "",
        ] {
            assert_eq!(parted(whole), (whole, None));
        }
    }
}
