//! The workflows page: what there is, what ran, and the builder.

mod builder;
mod card;
mod flow;
mod remove;
mod runs;

use leptos::prelude::*;
use shared::{
    id::{CompanyId, WorkflowId},
    role::{Action as RoleAction, allows},
    workflow::NameWorkflow,
};

pub use self::builder::{Edited, builder};
use self::{card::Card, remove::RemoveDialog, runs::Runs};
use crate::{
    components::{
        EmptyState, Heard, InPlace, LoadError, PageHead, Skeleton, SubmitButton, find,
        focus_is_nowhere, keep_current, use_kept_list, use_ready, use_toaster,
    },
    error::Answer,
    forms,
    pages::{
        dialog::{Failure, on_success},
        query::use_query,
    },
    parts,
    posting::{PostForm, Posting},
    server_fns::workflows::{
        AcceptWorkflowCall, ArchiveWorkflowCall, UseTemplateCall, ValidateWorkflowCall, draft,
        workflows,
    },
    texts::text,
    told::{self, Draft, Template},
    viewer::use_company,
};

/// The page's path.
const WORKFLOWS: &str = "/workflows";
/// What `edit` says for a workflow that does not exist yet; an id otherwise.
const NEW: &str = "new";

/// What the page's forms do.
#[derive(Clone, Copy)]
struct Doing {
    accept: Posting,
    archive: Posting,
    validate: Posting,
    template: Posting,
}

/// The draft that an address names, if it names one.
async fn draft_of(company: CompanyId, id: Option<String>) -> Answer<Option<Draft>> {
    match id.and_then(|id| id.parse().ok()) {
        Some(workflow) => draft(NameWorkflow { company, workflow }).await,
        None => Ok(None),
    }
}

/// Whether the page opens the builder for this query.
#[cfg(feature = "split")]
pub(crate) fn opens(query: &crate::pages::query::Query) -> bool {
    query.get("edit").is_some()
}

/// The company's workflows.
#[component]
pub fn WorkflowsPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let manages = allows(here.role, RoleAction::ManageWorkflows).is_allowed();
    let query = use_query();
    let edited = Memo::new(move |_| query.with(|query| query.get("edit").map(str::to_owned)));
    let doing = Doing {
        accept: Posting::to::<AcceptWorkflowCall>(),
        archive: Posting::removing::<ArchiveWorkflowCall>(),
        validate: Posting::to::<ValidateWorkflowCall>(),
        template: Posting::to::<UseTemplateCall>(),
    };
    let (accepted, archived) = (forms::successes(doing.accept), forms::successes(doing.archive));
    let (validated, made) = (forms::successes(doing.validate), forms::successes(doing.template));
    let (saved, count_saved) = signal(0_usize);
    let is_new = Memo::new(move |_| manages && edited.with(|id| id.as_deref() == Some(NEW)));
    // Read once for each edit, and not with the list: news takes away nothing that is being typed.
    let begun = Resource::new(
        move || edited.get().filter(|id| manages && id != NEW),
        move |id| draft_of(company, id),
    );
    let unwanted = Memo::new(move |_| query.with(|query| query.get("remove").map(str::to_owned)));
    let leaving =
        Resource::new(move || unwanted.get().filter(|_| manages), move |id| draft_of(company, id));
    let (view, heard) = use_kept_list(|| (), move |()| workflows(company));
    let done = Signal::derive(move || {
        accepted.get() + archived.get() + validated.get() + made.get() + saved.get()
    });
    let toaster = use_toaster();
    on_success(doing.template, move || toaster.say(text!(workflows.made)));
    parts::when_approached(parts::load_builder);
    let on_saved = Callback::new(move |()| count_saved.update(|count| *count += 1));
    let ready = use_ready();
    let edit = move |workflow| {
        let is_opened = ready.get_untracked();
        parts::builder(Edited { company, workflow, is_opened, on_saved })
    };
    let new = manages.then(|| {
        view! {
            <a class="btn primary" href=format!("{WORKFLOWS}?edit={NEW}")>
                <crate::components::Glyph icon=icondata::LuPlus/>
                {text!(workflows.build_new)}
            </a>
        }
    });
    view! {
        <PageHead
            title=text!(workflows.title)
            lead=text!(workflows.lead)
        >
            {new}
        </PageHead>
        <Failure action=doing.accept/>
        <Failure action=doing.validate/>
        <Failure action=doing.template/>
        {move || is_new.get().then(|| edit(None))}
        <Transition>
            {move || Suspend::new(async move {
                match begun.await {
                    Ok(workflow) => workflow.map(|workflow| edit(Some(workflow.whole))).into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
        <Transition>
            {move || Suspend::new(async move {
                match leaving.await {
                    // One that is not there any more needs no question.
                    Ok(workflow) => workflow
                        .map(|workflow| view! { <RemoveDialog company workflow action=doing.archive/> })
                        .into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Lists company view heard edited done manages doing/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Lists(
    company: CompanyId,
    view: told::Workflows,
    heard: Heard,
    edited: Memo<Option<String>>,
    done: Signal<usize>,
    manages: bool,
    doing: Doing,
) -> impl IntoView {
    // They are Odoo's own, and the same for as long as the page is open.
    let templates = view.templates.clone();
    let shown = RwSignal::new(view);
    keep_current(shown, heard, done, move || workflows(company));
    bring_new_draft(shown, doing.template);
    let has_any = Memo::new(move |_| shown.with(|view| !view.workflows.is_empty()));
    let has_run = Memo::new(move |_| shown.with(|view| !view.runs.is_empty()));
    let listed = Signal::derive(move || shown.with(|view| view.workflows.clone()));
    let runs = Signal::derive(move || shown.with(|view| view.runs.clone()));
    let list = move || {
        if !has_any.get() {
            return view! { <NoWorkflows/> }.into_any();
        }
        let draw = move |workflow| view! { <Card company workflow edited manages doing/> };
        view! { <InPlace items=listed key=|workflow| workflow.id draw/> }.into_any()
    };
    view! {
        {list}
        {(!templates.is_empty()).then(|| view! { <Templates company templates doing/> })}
        {move || has_run.get().then(|| view! { <Runs runs/> })}
    }
    .into_any()
}

/// A draft that was made of an action stands above the button, maybe out of sight: whoever made it goes on there.
fn bring_new_draft(shown: RwSignal<told::Workflows>, action: Posting) {
    let before = StoredValue::new(Vec::<WorkflowId>::new());
    Effect::new(move |_| {
        if action.pending().get() {
            let there = |view: &told::Workflows| view.workflows.iter().map(|one| one.id).collect();
            before.set_value(shown.with_untracked(there));
        }
    });
    let made = forms::successes(action);
    Effect::new(move |seen: Option<usize>| {
        let count = made.get();
        let seen = seen.unwrap_or(count);
        if count == seen {
            return seen;
        }
        let is_new = |id: &WorkflowId| before.with_value(|before| !before.contains(id));
        let new = shown.with(|view| view.workflows.iter().map(|one| one.id).find(is_new));
        // The list that has it is on its way.
        let Some(new) = new else { return seen };
        request_animation_frame(move || {
            let is_waiting = focus_is_nowhere() || find(".templates :focus").is_some();
            if let Some(heading) = find(&format!("#workflow-{new}")).filter(|_| is_waiting) {
                heading.set_tab_index(-1);
                let _ = heading.focus();
            }
        });
        count
    });
}

#[component]
fn NoWorkflows() -> impl IntoView {
    view! {
        <section class="card">
            <EmptyState icon=icondata::LuWorkflow heading=text!(workflows.none)>
                <p>{text!(workflows.none_why)}</p>
            </EmptyState>
        </section>
    }
}

#[component]
fn Templates(company: CompanyId, templates: Vec<Template>, doing: Doing) -> impl IntoView {
    let options = templates
        .into_iter()
        .map(|Template { id, label }| view! { <option value=id>{label}</option> })
        .collect_view();
    view! {
        <section class="card in-card templates" aria-labelledby="templates">
            <h2 id="templates">{text!(workflows.begin)}</h2>
            <p class="soft">{text!(workflows.begin_why)}</p>
            <PostForm action=doing.template attr:class="form">
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <div class="field">
                    <label for="template">{text!(workflows.action)}</label>
                    <select class="input select" id="template" name="input[template]">{options}</select>
                </div>
                <div class="buttons"><SubmitButton pending=doing.template.pending() busy=text!(workflows.making)>{text!(workflows.make)}</SubmitButton></div>
            </PostForm>
        </section>
    }
    .into_any()
}
