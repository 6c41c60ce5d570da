//! Changes that wait for a person: what each would do, before and after, and the two answers.

use leptos::prelude::*;
use shared::{
    confirmation::{ApprovalState, ApprovalView, Change, Preview},
    id::CompanyId,
};

use crate::{
    components::{
        ButtonKind, EmptyState, LoadError, PageHead, Skeleton, StateBadge, SubmitButton, Time,
        Tone, use_news,
    },
    forms,
    pages::dialog::Failure,
    server_fns::approvals::{DecideApprovalCall, approvals},
    viewer::use_company,
    words,
};

/// The newest changes that wait, or waited.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let company = use_company().company;
    let action = ServerAction::<DecideApprovalCall>::new();
    let decided = forms::successes(action);
    let news = use_news();
    let list = Resource::new(move || (decided.get(), news.get()), move |_| approvals(company));
    view! {
        <PageHead
            title="Approvals"
            lead="Changes that a client asked for and that wait for a person. What you approve can run once, within 24 hours, when the client asks again."
        />
        <Failure action/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) if list.is_empty() => view! { <Nothing/> }.into_any(),
                    Ok(list) => list
                        .into_iter()
                        .map(|approval| view! { <Approval company approval action/> })
                        .collect_view()
                        .into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="card">
            <EmptyState icon=icondata::LuCircleCheckBig heading="Nothing waits for you">
                <p>"When the policies want a person to agree to a change, it appears here at once."</p>
            </EmptyState>
        </section>
    }
}

#[component]
fn Approval(
    company: CompanyId,
    approval: ApprovalView,
    action: ServerAction<DecideApprovalCall>,
) -> impl IntoView {
    let ApprovalView {
        id,
        preview,
        permission,
        person,
        key_name,
        asked_at,
        expires_at,
        state,
        decided_by,
        can_decide,
    } = approval;
    let Preview { summary, changes, more, note } = preview;
    let heading = format!("approval-{id}");
    let labelled = heading.clone();
    let table = (!changes.is_empty()).then(|| view! { <Changes changes more/> });
    let answers = can_decide.then(|| {
        view! {
            <div class="buttons">
                <ActionForm action>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <input type="hidden" name="input[approval]" value=id.to_string()/>
                    <input type="hidden" name="input[decision]" value="approve"/>
                    <SubmitButton pending=action.pending() busy="Approving…">"Approve"</SubmitButton>
                </ActionForm>
                <ActionForm action>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <input type="hidden" name="input[approval]" value=id.to_string()/>
                    <input type="hidden" name="input[decision]" value="refuse"/>
                    <SubmitButton pending=action.pending() busy="Refusing…" kind=ButtonKind::Danger>
                        "Refuse"
                    </SubmitButton>
                </ActionForm>
            </div>
        }
    });
    let decided = decided_by.map(|by| view! { <span>" · by " <bdi>{by}</bdi></span> });
    view! {
        <section class="card approval" aria-labelledby=labelled>
            <header>
                <h2 id=heading dir="auto">{summary}</h2>
                <StateBadge tone=tone(state) label=state.label()/>
            </header>
            <p class="sub">
                <code>{permission.as_str()}</code> " · as " <bdi>{person}</bdi> " · key “"
                <bdi>{key_name}</bdi> "” · asked " <Time time=asked_at/>
                {(state == ApprovalState::Waiting || state == ApprovalState::Approved)
                    .then(|| view! { <span>" · until " {words::date_time(&expires_at)}</span> })}
                {decided}
            </p>
            {table}
            {note.map(|note| view! { <p class="soft" dir="auto">{note}</p> })}
            {answers}
        </section>
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
                    <td dir="auto">{record}</td>
                    <td data-l="Field" dir="auto">{label}</td>
                    <td data-l="Before" class="before" dir="auto">{before.unwrap_or_else(|| "—".to_owned())}</td>
                    <td data-l="After" class="after" dir="auto">{after}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="changes">
            <caption class="visually-hidden">"Values before and after"</caption>
            <thead>
                <tr>
                    <th scope="col">"Record"</th>
                    <th scope="col">"Field"</th>
                    <th scope="col">"Before"</th>
                    <th scope="col">"After"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {(more > 0).then(|| view! { <p class="sub">{format!("and {more} more values")}</p> })}
    }
    .into_any()
}

const fn tone(state: ApprovalState) -> Tone {
    match state {
        ApprovalState::Waiting => Tone::Warn,
        ApprovalState::Approved | ApprovalState::Done => Tone::Good,
        ApprovalState::Refused => Tone::Bad,
        ApprovalState::Expired => Tone::Gone,
    }
}
