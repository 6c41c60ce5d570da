//! What stands around every page: the side menu, notices, the person's menu, the lines above.

use leptos::{html, prelude::*};
use shared::{
    account::{CompanyChoice, CurrentCompany},
    api_key::PersonChoice,
    id::{CompanyId, MemberId},
    news::End,
    role::Role,
};

use super::{
    STYLEGUIDE, Sample, hold,
    samples::{self, STRANGE},
};
use crate::components::{
    Avatar, Brand, Glyph, Languages, Line, LineNote, PersonSelect,
    bell::{Bell, Deletion},
    frame::CompanySwitcher,
    person_menu::{PersonButton, PersonInitials, PersonMenu},
};

const PERSON: &str = "Marie Lenoir";
const COMPANY: &str = "com_00000000000000000000000000000001";
const OTHER_COMPANY: &str = "com_00000000000000000000000000000002";
const HERE: &str = "mem_00000000000000000000000000000001";
const GONE: &str = "mem_00000000000000000000000000000002";

#[component]
pub(super) fn Around() -> impl IntoView {
    let side = NodeRef::<html::Div>::new();
    let line = |line| Signal::stored(line);
    let person = || view! { <PersonButton name=PERSON.to_owned() role=Role::Owner/> }.into_any();
    let entries = [
        ("As it is", "nav", None),
        ("Where one is", "nav", Some("page")),
        ("Hover", "nav is-hover", None),
        ("Focus", "nav is-focus", None),
    ]
    .map(|(label, class, current)| {
        view! { <li><a class=class href=STYLEGUIDE aria-current=current><Glyph icon=icondata::LuUsers/>{label}</a></li> }
    })
    .collect_view();
    // What has an id stands here by one that is nobody's.
    let deletions = COMPANY.parse::<CompanyId>().map(|company| {
        [Role::Owner, Role::Member].map(|role| {
            let at = Signal::stored(Some(samples::hours_ago(1)));
            view! { <Deletion company role deletion=at/> }
        })
    });
    view! {
        <Sample
            name="CompanySwitcher"
            states="The only company; one of several, with a long name, hover, focus. Beneath it the entries of the menu: where one is, and how many wait."
        >
            <div class="grid two">{switchers()}</div>
            <ul class="links">
                {entries}
                <li class="apart">
                    <a class="nav" href=STYLEGUIDE>
                        <Glyph icon=icondata::LuCircleCheckBig/>"Approvals"
                        <span class="count">"3"<span class="visually-hidden">" waiting"</span></span>
                    </a>
                </li>
            </ul>
        </Sample>
        <Sample name="Bell" states="None unread, one, very many.">
            <div class="buttons">
                <Bell unread=Signal::stored(0)/>
                <Bell unread=Signal::stored(1)/>
                <Bell unread=Signal::stored(1204)/>
            </div>
        </Sample>
        <Sample
            name="PersonMenu, PersonButton, PersonInitials, SignOut"
            states="Its button at the foot of the side menu, hover, focus, with a long name; in the top bar of a phone. Each opens it."
        >
            <div class="grid two">
                {person()}
                {hold("is-hover", "button", person())}
                {hold("is-focus", "button", person())}
                <PersonButton name=STRANGE[0].to_owned() role=Role::Member/>
            </div>
            <div class="buttons"><PersonInitials name=PERSON.to_owned()/></div>
            <PersonMenu name=PERSON.to_owned() email="marie@nordwind.example".to_owned() side/>
        </Sample>
        <Sample name="Languages, LeavingForm" states="One is chosen; its form says when nobody answers.">
            <Languages/>
            <p class="unreachable">"Aidoo cannot be reached: check your connection, then try again."</p>
        </Sample>
        <Sample name="LineNote, Deletion" states="Above a page: a deletion, to an owner and to a member; the server lost, the session over, the membership over.">
            {deletions.ok()}
            <LineNote line=line(Line::Lost)/>
            <LineNote line=line(Line::Ended(End::SignedOut))/>
            <LineNote line=line(Line::Ended(End::Removed))/>
        </Sample>
        <Sample name="PersonSelect" states="Everybody, and one who has left.">
            <PersonSelect people=people() chosen=None/>
            <PersonSelect people=people() chosen=GONE.parse().ok()/>
        </Sample>
        <Sample name="Brand, Glyph" states="The sign and the name; a drawing.">
            <Brand/>
            <Glyph icon=icondata::LuKeyRound/>
        </Sample>
    }
}

/// The only company of somebody, and one of several. That one has a menu by an id, so it stands but once.
fn switchers() -> Option<AnyView> {
    let company = COMPANY.parse::<CompanyId>().ok()?;
    let other = OTHER_COMPANY.parse::<CompanyId>().ok()?;
    let member = HERE.parse::<MemberId>().ok()?;
    let choice = |company: CompanyId, name: &str, role| {
        let name = name.to_owned();
        CompanyChoice { company, name, role }
    };
    let switcher = |name: &str, version: Option<&str>, companies: Vec<CompanyChoice>| {
        let current = CurrentCompany {
            company,
            name: name.to_owned(),
            member,
            role: Role::Owner,
            connection: None,
            waiting: 0,
            unread: 0,
            deletion: None,
        };
        let connection = Signal::stored(version.map(str::to_owned));
        view! { <CompanySwitcher companies current connection/> }.into_any()
    };
    let several =
        vec![choice(company, STRANGE[0], Role::Owner), choice(other, "Südwind Café", Role::Member)];
    let held = [("is-hover", "Hover"), ("is-focus", "Focus")]
        .map(|(state, told)| {
            view! {
                <button type="button" class=format!("company {state}")>
                    <Avatar name="Nordwind"/>
                    <span class="names"><b>"Nordwind"</b><small>{told}</small></span>
                    <Glyph icon=icondata::LuChevronsUpDown/>
                </button>
            }
        })
        .collect_view();
    let all = view! {
        {switcher("Nordwind", Some("19"), Vec::new())}
        {switcher(STRANGE[0], None, several)}
        {held}
    };
    Some(all.into_any())
}

fn people() -> Vec<PersonChoice> {
    [(HERE, PERSON, false), (GONE, "Bruno Keller", true)]
        .into_iter()
        .filter_map(|(id, name, is_removed)| {
            let member = id.parse::<MemberId>().ok()?;
            Some(PersonChoice { member, name: name.to_owned(), is_removed })
        })
        .collect()
}
