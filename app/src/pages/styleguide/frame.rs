//! What stands around every page: notices, the person's menu, the lines above.

use leptos::{html, prelude::*};
use shared::{
    api_key::PersonChoice,
    id::{CompanyId, MemberId},
    news::End,
    role::Role,
};

use super::{Sample, samples};
use crate::components::{
    Brand, Languages, Line, LineNote, PersonSelect,
    bell::{Bell, Deletion},
    person_menu::{PersonButton, PersonInitials, PersonMenu},
};

const PERSON: &str = "Marie Lenoir";
const COMPANY: &str = "com_00000000000000000000000000000001";
const HERE: &str = "mem_00000000000000000000000000000001";
const GONE: &str = "mem_00000000000000000000000000000002";

#[component]
pub(super) fn Around() -> impl IntoView {
    let side = NodeRef::<html::Div>::new();
    let line = |line| Signal::stored(line);
    // What has an id stands here by one that is nobody's.
    let deletions = COMPANY.parse::<CompanyId>().map(|company| {
        [Role::Owner, Role::Member].map(|role| {
            let at = Signal::stored(Some(samples::hours_ago(1)));
            view! { <Deletion company role deletion=at/> }
        })
    });
    view! {
        <Sample name="Notices" states="None unread, some, very many.">
            <div class="buttons">
                <Bell unread=Signal::stored(0)/>
                <Bell unread=Signal::stored(3)/>
                <Bell unread=Signal::stored(1204)/>
            </div>
        </Sample>
        <Sample name="Person menu" states="Its button at the foot of the side menu, and in the top bar of a phone; both open it.">
            <div class="buttons">
                <PersonButton name=PERSON.to_owned() role=Role::Owner/>
                <PersonInitials name=PERSON.to_owned()/>
            </div>
            <PersonMenu name=PERSON.to_owned() email="marie@nordwind.example".to_owned() side/>
        </Sample>
        <Sample name="Language" states="One is chosen; its form says when nobody answers.">
            <Languages/>
            <p class="unreachable">"Aidoo cannot be reached: check your connection, then try again."</p>
        </Sample>
        <Sample name="Lines above a page" states="A deletion, to an owner and to a member; the server lost, the session over, the membership over.">
            {deletions.ok()}
            <LineNote line=line(Line::Lost)/>
            <LineNote line=line(Line::Ended(End::SignedOut))/>
            <LineNote line=line(Line::Ended(End::Removed))/>
        </Sample>
        <Sample name="Person filter" states="Everybody, and one who has left.">
            <PersonSelect people=people() chosen=None/>
            <PersonSelect people=people() chosen=GONE.parse().ok()/>
        </Sample>
        <Sample name="Brand" states="The sign and the name.">
            <Brand/>
        </Sample>
    }
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
