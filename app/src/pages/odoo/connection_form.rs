//! The form that connects an Odoo or changes the connection, with a look at the server before saving.

use leptos::{html, prelude::*};
use shared::{
    Error, Field as F, Problem,
    connection::{ConnectionView, Pace, ProbeConnection, ProbeView},
    id::CompanyId,
};

use crate::{
    components::{
        ErrorNote, Field, FieldProblem, Glyph, Note, SubmitButton, Tone, give_focus_back,
        until_changed, use_ready,
    },
    error::AppError,
    forms,
    posting::{PostForm, Posting},
    server_fns::connections::ProbeConnectionCall,
    texts::text,
};

/// Fields that say themselves what is wrong with them.
const SHOWN: &[F] = &[F::OdooUrl, F::OdooDatabase, F::CallsPerSecond, F::CallsAtOnce];

/// Address, database and how much the server is asked. The server is tested before anything is saved; *Look* only shows what it would find.
#[component]
pub(super) fn ConnectionForm(
    /// The company.
    company: CompanyId,
    /// What is connected now.
    connection: Option<ConnectionView>,
    /// How many members have linked an account to it.
    linked_members: u32,
    /// Saves.
    action: Posting,
) -> impl IntoView {
    let probe = ServerAction::<ProbeConnectionCall>::new();
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    forms::focus_first_wrong(form, probe);
    let error = {
        let (saving, looking) = (forms::error_of(action), forms::error_of(probe));
        // An answer is news, also one that says the same again; that another is forgotten is not.
        let told = Memo::new(move |before: Option<&Told>| {
            let (saves, looks) = (action.version().get(), probe.version().get());
            let (saving, looking) = (saving.get(), looking.get());
            let is_of_look = match before {
                Some(before) if before.looks != looks => looking.is_some(),
                Some(before) if before.saves == saves => before.is_of_look,
                _ => false,
            };
            Told { saves, looks, is_of_look, error: if is_of_look { looking } else { saving } }
        });
        Memo::new_with_compare(move |_| told.with(|told| told.error.clone()), |_, _| true)
    };
    let other = forms::general(error, SHOWN);

    // Without a connection the fields are empty, and the server takes what suits the address.
    let (per_second, at_once) = connection
        .as_ref()
        .map(|ConnectionView { pace: Pace { per_second, at_once }, .. }| {
            (per_second.to_string(), at_once.to_string())
        })
        .unwrap_or_default();
    let (url_now, database_now) = connection
        .map(|connection| (connection.url, connection.database.unwrap_or_default()))
        .unwrap_or_default();
    let url = RwSignal::new(url_now.clone());
    let database = RwSignal::new(database_now.clone());
    let is_known = !url_now.is_empty();
    let moves = Memo::new(move |_| {
        is_known && (url.get().trim() != url_now || database.get().trim() != database_now)
    });
    let understood = RwSignal::new(false);
    let must_understand = Signal::derive(move || linked_members > 0 && moves.get());

    let found = Signal::derive(move || probe.value().get().and_then(Result::ok));
    let ready = use_ready();
    let looking = probe.pending();
    let test = NodeRef::<html::Button>::new();
    give_focus_back(test, looking.into());
    let ask = move || {
        probe.dispatch(ProbeConnectionCall {
            input: ProbeConnection {
                company,
                url: url.get_untracked(),
                database: database.get_untracked(),
            },
        });
    };
    let look = move |_| {
        action.clear();
        ask();
    };
    // A database has to be named: what there is to choose from is shown without being asked for.
    Effect::new(move |_| {
        let lacks = match action.value().get() {
            Some(Err(AppError(error))) => error.problem_of(F::OdooDatabase),
            Some(Ok(_)) | None => None,
        };
        // Of a form that was sent before the program came, the address is not known here.
        if lacks == Some(Problem::Required) && !url.read_untracked().trim().is_empty() {
            ask();
        }
    });
    let choose = move |name: String| {
        action.clear();
        database.set(name);
    };
    let busy = action.pending();
    let (url_problem, is_url_changed) = until_changed(forms::problem(error, F::OdooUrl));
    let (database_problem, is_database_changed) =
        until_changed(forms::problem(error, F::OdooDatabase));

    view! {
        <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ConnectionError error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <div class="field">
                <label for="odoo-url">{text!(odoo.address)}</label>
                <input
                    class="input"
                    id="odoo-url"
                    type="url"
                    name="input[url]"
                    placeholder="https://mycompany.odoo.com"
                    autocomplete="url"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    value=url.get_untracked()
                    aria-invalid=move || url_problem.get().map(|_| "true")
                    aria-describedby="odoo-url-problem"
                    on:input:target=move |event| {
                        url.set(event.target().value());
                        probe.clear();
                        is_url_changed.set(true);
                    }
                />
                <FieldProblem id="odoo-url" problem=url_problem/>
            </div>
            <div class="field">
                <label for="odoo-database">{text!(odoo.database)} " " <span class="optional">{text!(odoo.optional)}</span></label>
                <input
                    class="input"
                    id="odoo-database"
                    name="input[database]"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    list="odoo-databases"
                    value=database.get_untracked()
                    prop:value=database
                    aria-invalid=move || database_problem.get().map(|_| "true")
                    aria-describedby="odoo-database-problem odoo-database-hint"
                    on:input:target=move |event| {
                        database.set(event.target().value());
                        is_database_changed.set(true);
                    }
                />
                <datalist id="odoo-databases">
                    {move || found.get().map(|found| {
                        found.databases.into_iter().map(|name| view! { <option value=name></option> }).collect_view()
                    })}
                </datalist>
                <FieldProblem id="odoo-database" problem=database_problem/>
                <small id="odoo-database-hint">
                    {text!(odoo.database_hint)}
                </small>
            </div>
            <div class="grid two">
                <Field
                    id="per-second" label=text!(odoo.per_second) name="input[calls_per_second]" kind="number"
                    value=per_second required=false
                    hint=text!(odoo.per_second_hint)
                    problem=forms::problem(error, F::CallsPerSecond)
                />
                <Field
                    id="at-once" label=text!(odoo.at_once) name="input[calls_at_once]" kind="number"
                    value=at_once required=false
                    hint=text!(odoo.at_once_hint)
                    problem=forms::problem(error, F::CallsAtOnce)
                />
            </div>
            <div aria-live="polite">
                {move || found.get().map(|found| view! { <Found found database choose/> })}
            </div>
            {(is_known && linked_members > 0).then(|| view! {
                <Note tone=Tone::Warn>{warning(linked_members)}</Note>
            })}
            {move || must_understand.get().then(|| view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=understood
                        on:change:target=move |event| understood.set(event.target().checked())
                    />
                    {text!(odoo.understood)}
                </label>
            })}
            <div class="buttons">
                <SubmitButton
                    pending=busy
                    busy=text!(odoo.save_busy)
                    disabled=Signal::derive(move || must_understand.get() && !understood.get())
                >
                    {text!(odoo.save)}
                </SubmitButton>
                <button
                    node_ref=test
                    type="button"
                    class="btn"
                    disabled=move || !ready.get() || looking.get() || busy.get()
                    aria-busy=move || looking.get().then_some("true")
                    on:click=look
                >
                    <Glyph icon=icondata::LuSearch/>
                    {move || if looking.get() { text!(odoo.looking) } else { text!(odoo.look) }}
                </button>
            </div>
        </PostForm>
    }
}

/// What is told to be wrong: the error of the answer that came last, so that none before it comes back when that is forgotten. A
/// look that found something tells nothing of what was refused before it.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    /// How many answers to saving there were.
    saves: usize,
    /// How many looks were answered.
    looks: usize,
    /// Whether the error is that of a look.
    is_of_look: bool,
    error: Option<Error>,
}

/// What a look at the server found.
#[component]
fn Found<Choose>(
    found: ProbeView,
    /// The database that stands in the field.
    database: RwSignal<String>,
    /// Puts another one there.
    choose: Choose,
) -> impl IntoView
where
    Choose: Fn(String) + Copy + 'static,
{
    let ProbeView { version, protocol, databases, database: works } = found;
    let what = match &works {
        Some(name) => text!(
            odoo.found_database,
            version = version,
            database = name.clone(),
            protocol = protocol.label()
        ),
        None => text!(odoo.found, version = version, protocol = protocol.label()),
    };
    let several = (databases.len() > 1).then(|| {
        let chips = databases
            .into_iter()
            .map(|name| {
                let value = name.clone();
                let pressed = {
                    let name = name.clone();
                    move || if database.with(|now| *now == name) { "true" } else { "false" }
                };
                view! {
                    <button type="button" class="chip" aria-pressed=pressed on:click=move |_| choose(value.clone())>
                        {name}
                    </button>
                }
            })
            .collect_view();
        view! { <p>{text!(odoo.choose_database)}</p><div class="chips">{chips}</div> }
    });
    view! { <Note tone=Tone::Good>{what}{several}</Note> }
}

/// An error of the connection, with a heading that says that nothing was saved.
#[component]
fn ConnectionError(error: Error) -> impl IntoView {
    let unsaved = matches!(error, Error::Odoo(_));
    view! {
        <ErrorNote error/>
        {unsaved.then(|| view! { <p class="soft">{text!(odoo.unsaved)}</p> })}
    }
}

fn warning(linked_members: u32) -> String {
    match linked_members {
        1 => text!(odoo.warns_one).to_owned(),
        count => text!(odoo.warns_many, count = count),
    }
}
