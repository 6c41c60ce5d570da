//! What a person presses, types in and chooses from.

use leptos::prelude::*;
use shared::{Error, Problem};

use super::{STYLEGUIDE, Sample, hold, press, samples::STRANGE};
use crate::{
    components::{
        ButtonKind, CheckCard, Choice, CloseLink, Closing, CodeDetails, Copied, Copyable, Dialog,
        ErrorNote, Field, Glyph, MoreMenu, PasswordField, SelectField, Shape, SubmitButton, Tabs,
        TextArea, use_toaster,
    },
    pages::query::use_query,
};

/// Classes of a button, and what it is for.
const KINDS: [(&str, &str); 6] = [
    ("btn primary", "Primary"),
    ("btn", "Plain"),
    ("btn danger", "Danger"),
    ("btn danger solid", "Danger, final"),
    ("btn quiet", "Quiet"),
    ("btn small", "Small"),
];

#[component]
pub(super) fn Buttons() -> impl IntoView {
    let rows = KINDS
        .map(|(class, name)| {
            let state = |state: &str| format!("{class} {state}");
            view! {
                <div class="buttons">
                    <button type="button" class=class>{name}</button>
                    <button type="button" class=state("is-hover")>"Hover"</button>
                    <button type="button" class=state("is-active")>"Active"</button>
                    <button type="button" class=state("is-focus")>"Focus"</button>
                    <button type="button" class=class disabled>"Disabled"</button>
                    <button type="button" class=class disabled aria-busy="true"><span class="busy">"Busy…"</span></button>
                    <a class=class href=STYLEGUIDE><Glyph icon=icondata::LuPlus/>"Link"</a>
                </div>
            }
        })
        .collect_view();
    view! {
        <Sample name="SubmitButton" states="Each kind: as it is, hover, active, focus, disabled, busy, as a link with an icon.">
            {rows}
            <form class="buttons">
                <SubmitButton pending=Signal::stored(false) disabled=Signal::stored(true)>"Save"</SubmitButton>
                <SubmitButton pending=Signal::stored(false) kind=ButtonKind::Plain>"Try"</SubmitButton>
                <SubmitButton pending=Signal::stored(true) kind=ButtonKind::Plain>"Try"</SubmitButton>
                <SubmitButton pending=Signal::stored(false)>"Save"</SubmitButton>
                <SubmitButton pending=Signal::stored(true)>"Save"</SubmitButton>
                <SubmitButton pending=Signal::stored(false) kind=ButtonKind::Danger>"Revoke"</SubmitButton>
                <SubmitButton pending=Signal::stored(true) kind=ButtonKind::Danger busy="Revoking…">"Revoke"</SubmitButton>
            </form>
        </Sample>
    }
}

#[component]
pub(super) fn Fields() -> impl IntoView {
    view! {
        <Sample name="Field, FieldProblem" states="Empty, with a value and a hint, with a long one, read only; wrong, hover, focus, disabled.">
            <Field id="guide-empty" label="Name" name="a" placeholder="Cursor, office" required=false/>
            <Field id="guide-hint" label="Address" name="b" kind="url" value="https://erp.example.com" hint="As you open it in a browser."/>
            <Field id="guide-long" label="Long" name="c" value=STRANGE[0] hint=STRANGE[0]/>
            <div class="field">
                <label for="guide-read">"Read only"</label>
                <input class="input" id="guide-read" value="marie@nordwind.example" readonly/>
            </div>
            {states("input", ["guide-wrong", "guide-hover", "guide-focus", "guide-off"], |id, label, problem| {
                view! { <Field id label name="d" value="A value" hint="Where the invitation goes." problem/> }.into_any()
            })}
        </Sample>
        <Sample name="PasswordField" states="Hidden and shown; wrong, hover, focus, disabled.">
            <PasswordField id="guide-password" label="Password" name="e" autocomplete="off" hint="At least 15 characters."/>
            {press("button", view! { <PasswordField id="guide-password-shown" label="Shown" name="e" autocomplete="off"/> }.into_any())}
            {states(
                "input",
                ["guide-password-wrong", "guide-password-hover", "guide-password-focus", "guide-password-off"],
                |id, label, problem| view! { <PasswordField id label name="e" autocomplete="off" problem/> }.into_any(),
            )}
        </Sample>
        <Sample name="SelectField" states="With a hint; wrong, hover, focus, disabled.">
            <SelectField id="guide-list" label="Language" name="f" choices=languages() chosen="fr" hint="One of few."/>
            {states("select", ["guide-list-wrong", "guide-list-hover", "guide-list-focus", "guide-list-off"], |id, label, problem| {
                view! { <SelectField id label name="f" choices=languages() chosen="en" problem/> }.into_any()
            })}
        </Sample>
        <Sample name="TextArea" states="Empty, with lines of which one is long; wrong, hover, focus, disabled.">
            <TextArea id="guide-lines-empty" label="Models" name="g" value="" hint="One a line."/>
            <TextArea id="guide-lines" label="Long" name="g" value=format!("res.partner\n{}", STRANGE[0]) hint="One a line."/>
            {states("textarea", ["guide-lines-wrong", "guide-lines-hover", "guide-lines-focus", "guide-lines-off"], |id, label, problem| {
                view! { <TextArea id label name="g" value="res.partner\nsale.order" hint="One a line." problem/> }.into_any()
            })}
        </Sample>
    }
}

/// What `draw` draws by an id, a label and a problem, in the states that every field has; `on` selects what is typed in.
fn states(
    on: &'static str,
    ids: [&'static str; 4],
    draw: impl Fn(&'static str, &'static str, Signal<Option<Problem>>) -> AnyView,
) -> AnyView {
    let ([wrong, hover, focus, off], fine) = (ids, Signal::stored(None));
    view! {
        {draw(wrong, "Wrong", Signal::stored(Some(Problem::Unknown)))}
        <div class="grid two">
            {hold("is-hover", on, draw(hover, "Hover", fine))}
            {hold("is-focus", on, draw(focus, "Focus", fine))}
        </div>
        <fieldset disabled>{draw(off, "Disabled", fine)}</fieldset>
    }
    .into_any()
}

fn languages() -> Vec<Choice> {
    vec![
        Choice::new("en", "English"),
        Choice { lang: Some("fr".to_owned()), ..Choice::new("fr", "Français") },
    ]
}

#[component]
pub(super) fn Cards() -> impl IntoView {
    let card = |label: &'static str, checked: bool| {
        view! {
            <CheckCard name="guide" value=label label=label description="What it allows, in one sentence." checked=checked/>
        }
        .into_any()
    };
    view! {
        <Sample name="CheckCard" states="Ticked and not, with a long name; hover, focus, disabled; a plain checkbox.">
            <div class="grid">
                {card("query", true)}
                {card("write", false)}
                {hold("is-hover", ".opt", card("hover", false))}
                {hold("is-hover", ".opt", card("hover, ticked", true))}
                {hold("is-focus", "input", card("focus", false))}
                {hold("is-focus", "input", card("focus, ticked", true))}
                <fieldset disabled>{card("disabled", false)}</fieldset>
                <fieldset disabled>{card("disabled, ticked", true)}</fieldset>
                {card(STRANGE[0], false)}
            </div>
            <label class="check"><input type="checkbox" checked/>"A plain checkbox"</label>
            <label class="check"><input type="checkbox" class="is-focus"/>"In focus"</label>
            <label class="check"><input type="checkbox" disabled/>"Disabled"</label>
        </Sample>
    }
}

#[component]
pub(super) fn Chips() -> impl IntoView {
    let links = ["All", "Live", "Revoked"]
        .map(|label| {
            let current = (label == "Live").then_some("true");
            view! { <li><a class="chip" href=STYLEGUIDE aria-current=current>{label}</a></li> }
        })
        .collect_view();
    let radios = ["Never", "In 30 days", "On a date"]
        .map(|label| {
            view! { <label class="chip"><input type="radio" name="guide-chip" checked={label == "Never"}/>{label}</label> }
        })
        .collect_view();
    let filters = [("Default", "true"), ("Reporting", "false")]
        .map(|(label, pressed)| {
            view! {
                <button type="button" class="chip" aria-pressed=pressed>{label}</button>
                <button type="button" class="chip is-hover" aria-pressed=pressed>{label} ", hover"</button>
                <button type="button" class="chip is-focus" aria-pressed=pressed>{label} ", focus"</button>
                <button type="button" class="chip" aria-pressed=pressed disabled>{label} ", disabled"</button>
            }
        })
        .collect_view();
    view! {
        <Sample name="Chip" states="As links, radio buttons and filters, each chosen and not; hover, focus, disabled.">
            <ul class="chips" aria-label="State">{links}</ul>
            <fieldset>
                <legend class="visually-hidden">"Ends"</legend>
                <div class="presets">
                    {radios}
                    <label class="chip is-hover"><input type="radio"/>"Hover"</label>
                    <label class="chip"><input type="radio" class="is-focus"/>"Focus"</label>
                    <label class="chip"><input type="radio" disabled/>"Disabled"</label>
                </div>
            </fieldset>
            <div class="presets" role="group" aria-label="Permissions">{filters}</div>
        </Sample>
    }
}

#[component]
pub(super) fn Menus() -> impl IntoView {
    let items = [
        ("As it is", ""),
        ("Hover", "is-hover"),
        ("Focus", "is-focus"),
        ("It takes away", "danger"),
        ("Hover", "danger is-hover"),
        ("Focus", "danger is-focus"),
    ]
    .map(|(label, class)| {
        view! { <a href=STYLEGUIDE class=class><Glyph icon=icondata::LuPencil/>{label}</a> }
    })
    .collect_view();
    view! {
        <Sample name="MoreMenu" states="Closed behind three dots, and open: links, actions that take away, hover, focus, why something cannot be done.">
            <div class="buttons">
                <MoreMenu id="guide-menu" label="More for Anna Vogel">
                    <a href=STYLEGUIDE><Glyph icon=icondata::LuPencil/>"Rename"</a>
                    <a href=STYLEGUIDE class="danger"><Glyph icon=icondata::LuTrash2/>"Remove"</a>
                </MoreMenu>
                // No popover, of which the browser keeps but one open, above the page and until the next click.
                <div class="menu">{items}<p class="why">"The last owner cannot be removed."</p></div>
            </div>
        </Sample>
    }
}

const QUESTION: &str = "What are my 5 latest purchase orders in Odoo?";
const BLOCK: &str = r#"{
  "mcpServers": {
    "aidoo": { "url": "https://mcp.example.com/sse" }
  }
}"#;

#[component]
pub(super) fn TabsAndCode() -> impl IntoView {
    let copyable = |text: &'static str, shape: Shape, copied: Copied| {
        view! { <Copyable text what="the text" shape copied/> }.into_any()
    };
    let tabs = |id: &'static str| {
        let panels = ["Cursor", "Windsurf"]
            .map(|name| (name, view! { <p>"The panel of " {name}</p> }.into_any()));
        view! { <Tabs id label="Client" panels=panels.into()/> }.into_any()
    };
    let code = || view! { <CodeDetails summary="Exactly" code=BLOCK.to_owned()/> }.into_any();
    view! {
        <Sample name="Tabs" states="Chosen and not, hover, focus; arrows go between the tabs.">
            {tabs("guide-tabs")}
            <div class="grid two">
                {hold("is-hover", "[aria-selected=false]", tabs("guide-tabs-hover"))}
                {hold("is-focus", "[aria-selected=true]", tabs("guide-tabs-focus"))}
            </div>
        </Sample>
        <Sample name="Copyable" states="A line and a block, and one long word; copied, refused; the text in focus.">
            {copyable(QUESTION, Shape::Line, Copied::NotYet)}
            {copyable(BLOCK, Shape::Block, Copied::NotYet)}
            {copyable(STRANGE[0], Shape::Line, Copied::NotYet)}
            {copyable(STRANGE[0], Shape::Block, Copied::NotYet)}
            {copyable(QUESTION, Shape::Line, Copied::Done)}
            {copyable(BLOCK, Shape::Block, Copied::Done)}
            {copyable(QUESTION, Shape::Line, Copied::Refused)}
            {hold("is-focus", "pre", copyable(QUESTION, Shape::Line, Copied::NotYet))}
            {hold("is-focus", "pre", copyable(BLOCK, Shape::Block, Copied::NotYet))}
        </Sample>
        <Sample name="CodeDetails" states="Folded, in focus, unfolded.">
            {code()}
            {hold("is-focus", "summary", code())}
            {press("summary", code())}
        </Sample>
    }
}

/// The dialogs, by what the address calls them.
const DIALOGS: [(&str, &str); 3] = [
    ("", "Open the dialog"),
    ("busy", "Open it while it is busy"),
    ("wrong", "Open it with a long name, after an error"),
];

#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let query = use_query();
    let open = Memo::new(move |_| query.with(|query| query.get("dialog").map(str::to_owned)));
    let toaster = use_toaster();
    let offers = DIALOGS
        .map(|(how, label)| {
            view! { <a class="btn" href=format!("{STYLEGUIDE}?dialog={how}") data-noscroll="">{label}</a> }
        })
        .collect_view();
    let dialog = move || {
        open.get().map(|how| {
            let (is_busy, is_wrong) = (how == "busy", how == "wrong");
            let name = if is_wrong { STRANGE[0] } else { "Anna Vogel" };
            let problem = Signal::stored(is_wrong.then_some(Problem::Unknown));
            view! {
                <Dialog
                    heading=format!("Remove {name}?")
                    lead="Her keys stop working at once."
                    closing=Closing::To(STYLEGUIDE.to_owned())
                    busy=Signal::stored(is_busy)
                >
                    <div class="body">
                        {is_wrong.then(|| view! { <ErrorNote error=Error::Unavailable/> })}
                        <Field id="guide-typed" label=format!("To confirm, type “{name}”") name="typed" problem/>
                    </div>
                    <footer>
                        <span class="hint">"A word beside the buttons"</span>
                        <CloseLink to=STYLEGUIDE>"Cancel"</CloseLink>
                        <SubmitButton pending=Signal::stored(is_busy) kind=ButtonKind::Danger busy="Removing…">"Remove"</SubmitButton>
                    </footer>
                </Dialog>
            }
        })
    };
    view! {
        <Sample name="Dialog, CloseLink, Toasts" states="A dialog keeps the focus and gives it back; a toast is read aloud when there is time.">
            <div class="buttons">
                {offers}
                <button type="button" class="btn" on:click=move |_| toaster.say("Anna Vogel was removed.")>"Say something"</button>
                <p class="toast">"A toast as it stands"</p>
                <p class="toast">{STRANGE[0]} " was removed."</p>
            </div>
        </Sample>
        {dialog}
    }
}
