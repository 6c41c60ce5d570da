//! What a person presses, types in and chooses from.

use leptos::prelude::*;
use shared::Problem;

use super::Sample;
use crate::{
    components::{
        ButtonKind, CheckCard, Choice, CloseLink, Closing, CodeDetails, Copyable, Dialog, Field,
        Glyph, MoreMenu, PasswordField, SelectField, Shape, SubmitButton, Tabs, TextArea,
        use_toaster,
    },
    pages::query::use_query,
};

const STYLEGUIDE: &str = "/styleguide";

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
        <Sample name="Button" states="Each kind: as it is, hover, active, focus, disabled, busy, as a link with an icon.">
            {rows}
            <form class="buttons">
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
    let problem = || Signal::stored(Some(Problem::Unknown));
    view! {
        <Sample name="Field" states="Empty, with a value and a hint, wrong, read only, disabled, a password, several lines.">
            <Field id="guide-empty" label="Name" name="a" placeholder="Cursor, office" required=false/>
            <Field id="guide-hint" label="Address" name="b" kind="url" value="https://erp.example.com" hint="As you open it in a browser."/>
            <Field id="guide-wrong" label="E-mail" name="c" kind="email" value="not an e-mail" problem=problem() hint="Where the invitation goes."/>
            <div class="field">
                <label for="guide-focus">"In focus"</label>
                <input class="input is-focus" id="guide-focus" value="A value"/>
            </div>
            <div class="field">
                <label for="guide-read">"Read only"</label>
                <input class="input" id="guide-read" value="marie@nordwind.example" readonly/>
            </div>
            <div class="field">
                <label for="guide-off">"Disabled"</label>
                <input class="input" id="guide-off" value="Not now" disabled/>
            </div>
            <PasswordField id="guide-password" label="Password" name="d" autocomplete="off" hint="At least 15 characters."/>
            <SelectField id="guide-list" label="Language" name="f" choices=languages() chosen="fr" hint="One of few."/>
            <SelectField id="guide-list-wrong" label="Time zone" name="g" choices=languages() chosen="en" problem=problem()/>
            <TextArea id="guide-lines" label="Models" name="e" value="res.partner\nsale.order" hint="One a line."/>
        </Sample>
    }
}

fn languages() -> Vec<Choice> {
    vec![
        Choice::new("en", "English"),
        Choice { lang: Some("fr".to_owned()), ..Choice::new("fr", "Français") },
    ]
}

#[component]
pub(super) fn Choices() -> impl IntoView {
    let card = |label: &'static str, checked: bool| {
        view! {
            <CheckCard name="guide" value=label label=label description="What it allows, in one sentence." checked=checked/>
        }
    };
    view! {
        <Sample name="Select, check cards, checkbox" states="As they are, wrong, disabled; cards ticked and not.">
            <div class="field">
                <label for="guide-select">"Select"</label>
                <select class="input select" id="guide-select"><option>"Everybody"</option><option>"Anna Vogel"</option></select>
            </div>
            <div class="field">
                <label for="guide-select-wrong">"Wrong"</label>
                <select class="input select" id="guide-select-wrong" aria-invalid="true" aria-describedby="guide-select-problem">
                    <option>"Nothing"</option>
                </select>
                <span class="problem" id="guide-select-problem">"Choose one."</span>
            </div>
            <div class="field">
                <label for="guide-select-off">"Disabled"</label>
                <select class="input select" id="guide-select-off" disabled><option>"Not now"</option></select>
            </div>
            <div class="grid">
                {card("query", true)}
                {card("write", false)}
                <label class="opt is-hover"><input type="checkbox"/><b>"hover"</b><small>"Under the pointer."</small></label>
                <label class="opt"><input type="checkbox" disabled/><b>"execute"</b><small>"The company does not allow it."</small></label>
            </div>
            <label class="check"><input type="checkbox" checked/>"A plain checkbox"</label>
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
                    <label class="chip"><input type="radio" disabled/>"Disabled"</label>
                </div>
            </fieldset>
            <div class="presets" role="group" aria-label="Permissions">{filters}</div>
        </Sample>
    }
}

#[component]
pub(super) fn Menus() -> impl IntoView {
    view! {
        <Sample name="Menu" states="Behind three dots: links, an action that takes away, why something cannot be done.">
            <div class="buttons">
                <MoreMenu id="guide-menu" label="More for Anna Vogel">
                    <a href=STYLEGUIDE><Glyph icon=icondata::LuPencil/>"Rename"</a>
                    <a href=STYLEGUIDE class="danger"><Glyph icon=icondata::LuTrash2/>"Remove"</a>
                    <p class="why">"The last owner cannot be removed."</p>
                </MoreMenu>
            </div>
        </Sample>
    }
}

#[component]
pub(super) fn TabsAndCode() -> impl IntoView {
    let block = r#"{
  "mcpServers": {
    "aidoo": { "url": "https://mcp.example.com/sse" }
  }
}"#;
    let panels = vec![
        ("Cursor", view! { <Copyable text=block what="the block" shape=Shape::Block/> }.into_any()),
        ("Windsurf", view! { <p>"Another panel."</p> }.into_any()),
        ("Other", view! { <Copyable text="aid_live_a_sample_and_no_key" what="the key" shape=Shape::Line/> }.into_any()),
    ];
    view! {
        <Sample name="Tabs, code block" states="Arrows go between the tabs; a text is copied at a click; one that few want is folded.">
            <Tabs id="guide-tabs" label="Client" panels/>
            <Copyable text="What are my 5 latest purchase orders in Odoo?" what="the question" shape=Shape::Line/>
            <CodeDetails summary="Exactly" code=block.to_owned()/>
        </Sample>
    }
}

#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let query = use_query();
    let open = Memo::new(move |_| query.with(|query| query.get("dialog").map(|how| how == "busy")));
    let toaster = use_toaster();
    let dialog = move || {
        open.get().map(|is_busy| {
            view! {
                <Dialog
                    heading="Remove Anna Vogel?"
                    lead="Her keys stop working at once."
                    closing=Closing::To(STYLEGUIDE.to_owned())
                    busy=Signal::stored(is_busy)
                >
                    <div class="body">
                        <Field id="guide-typed" label="To confirm, type “Anna”" name="typed"/>
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
        <Sample name="Dialog, toast" states="A dialog keeps the focus and gives it back; a toast is read aloud when there is time.">
            <div class="buttons">
                <a class="btn" href=format!("{STYLEGUIDE}?dialog=") data-noscroll="">"Open the dialog"</a>
                <a class="btn" href=format!("{STYLEGUIDE}?dialog=busy") data-noscroll="">"Open it while it is busy"</a>
                <button type="button" class="btn" on:click=move |_| toaster.say("Anna Vogel was removed.")>"Say something"</button>
                <p class="toast">"A toast as it stands"</p>
            </div>
        </Sample>
        {dialog}
    }
}
