//! The frame of every signed-in page: the side menu, the company switcher, who is signed in.
//!
//! On a phone the side menu is a popover behind a button of the top bar; both are the browser's own, so
//! that they work without the wasm.

use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use shared::{
    account::{CompanyChoice, CurrentCompany, Viewer},
    role::{Action, Role, allows},
    time::TimeView,
};

use super::{
    Avatar, Brand, Glyph, LeavingForm, Line, LineNote, Toasts,
    bell::{Bell, Deletion},
    lazily_hydrated, menu,
    person_menu::{PersonButton, PersonInitials, PersonMenu},
};
use crate::{server_fns::accounts::SwitchCompanyCall, texts::text, words};

pub use super::person_menu::SignOut;

/// What the frame tells, as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// The version of the Odoo that is connected.
    pub connection: Signal<Option<String>>,
    /// Changes that wait for the viewer.
    pub waiting: Signal<u32>,
    /// Notices that the viewer has not read.
    pub unread: Signal<u32>,
    /// When the company will be removed, if it is to be.
    pub deletion: Signal<Option<TimeView>>,
    /// Whether the page learns what is new.
    pub line: Signal<Line>,
}

/// Draws the frame around a page.
#[component]
pub fn Frame(
    /// Who is signed in.
    viewer: Viewer,
    /// The company that the pages show.
    current: CurrentCompany,
    /// What changes while it stands.
    told: Told,
    /// The page.
    children: Children,
) -> impl IntoView {
    let side = NodeRef::<html::Div>::new();
    let path = use_location().pathname;
    let here = move || {
        let is_here = |link: &&Link| path.with(|path| link.is_at(path).is_some());
        match LINKS.iter().find(is_here) {
            Some(link) => (link.label)(),
            None if path.with(|path| path == NOTICES) => text!(notices.title),
            None => "Aidoo",
        }
    };
    let Told { connection, waiting, unread, deletion, line } = told;
    let (company, role) = (current.company, current.role);
    let Viewer { name, email, companies, .. } = viewer;
    let top = {
        let name = name.clone();
        move || {
            view! {
                <header class="top">
                    <button type="button" class="btn quiet" popovertarget=SIDE aria-label=text!(frame.menu)>
                        <Glyph icon=icondata::LuMenu/>
                    </button>
                    <b>{here}</b>
                    <Bell unread/>
                    <PersonInitials name/>
                </header>
            }
            .into_any()
        }
    };
    let rail = {
        let name = name.clone();
        move || {
            let links = LINKS
                .into_iter()
                .filter(|link| link.is_for(role))
                .map(|link| view! { <SideLink link path=path.into() waiting/> })
                .collect_view();
            view! {
                <div class="side" id=SIDE popover="auto" node_ref=side>
                    <nav class="rail" aria-label=text!(frame.main)>
                        <div class="rail-top"><Brand href="/team"/><Bell unread/></div>
                        <CompanySwitcher companies current connection/>
                        <ul class="links" on:click=move |_| menu::hide(side.get_untracked())>{links}</ul>
                        <PersonButton name role/>
                    </nav>
                </div>
            }
            .into_any()
        }
    };
    view! {
        // The browser's own jump moves the focus; the router's would only scroll.
        <a class="skip" href="#main" rel="external">{text!(frame.skip)}</a>
        <div class="frame">
            {lazily_hydrated(top)}
            {lazily_hydrated(rail)}
            {lazily_hydrated(move || view! { <PersonMenu name email side/> }.into_any())}
            <main class="main" id="main" tabindex="-1">
                <LineNote line/>
                <Deletion company role deletion/>
                {children()}
            </main>
        </div>
        <Toasts/>
    }
    .into_any()
}

/// The page whose entry says how much waits there.
const APPROVALS: &str = "/approvals";
const NOTICES: &str = "/notices";
const SIDE: &str = "side";
const COMPANIES: &str = "companies";

/// An entry of the side menu.
#[derive(Debug, Clone, Copy)]
struct Link {
    path: &'static str,
    label: fn() -> &'static str,
    icon: icondata::Icon,
    /// Who has it: those who may do this.
    needs: Option<Action>,
    group: Group,
}

/// What a menu entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Everyday work.
    Work,
    /// Setting things up; a line stands before it.
    FirstOfSetup,
    /// Setting more things up.
    Setup,
}

impl Link {
    /// The `aria-current` of its entry on the page at `path`. A page beneath it, as of one key, belongs to
    /// it.
    fn is_at(&self, path: &str) -> Option<&'static str> {
        match path.strip_prefix(self.path) {
            Some("") => Some("page"),
            Some(rest) if rest.starts_with('/') => Some("true"),
            _ => None,
        }
    }

    const fn is_for(&self, role: Role) -> bool {
        match self.needs {
            None => true,
            Some(action) => allows(role, action).is_allowed(),
        }
    }
}

static LINKS: [Link; 9] = [
    Link {
        path: "/team",
        label: || text!(frame.team),
        icon: icondata::LuUsers,
        needs: None,
        group: Group::Work,
    },
    Link {
        path: "/api-keys",
        label: || text!(frame.api_keys),
        icon: icondata::LuKeyRound,
        needs: None,
        group: Group::Work,
    },
    Link {
        path: "/workflows",
        label: || text!(frame.workflows),
        icon: icondata::LuWorkflow,
        needs: None,
        group: Group::Work,
    },
    Link {
        path: APPROVALS,
        label: || text!(frame.approvals),
        icon: icondata::LuCircleCheckBig,
        needs: None,
        group: Group::Work,
    },
    Link {
        path: "/activity",
        label: || text!(frame.activity),
        icon: icondata::LuActivity,
        needs: None,
        group: Group::Work,
    },
    Link {
        path: "/odoo",
        label: || text!(frame.odoo),
        icon: icondata::LuPlug,
        needs: None,
        group: Group::FirstOfSetup,
    },
    Link {
        path: "/connect",
        label: || text!(frame.connect),
        icon: icondata::LuMonitorSmartphone,
        needs: None,
        group: Group::Setup,
    },
    Link {
        path: "/policies",
        label: || text!(frame.policies),
        icon: icondata::LuShieldCheck,
        needs: Some(Action::ManagePolicies),
        group: Group::Setup,
    },
    Link {
        path: "/settings",
        label: || text!(frame.settings),
        icon: icondata::LuSettings,
        needs: None,
        group: Group::Setup,
    },
];

#[component]
fn SideLink(link: Link, path: Signal<String>, waiting: Signal<u32>) -> impl IntoView {
    let Link { path: to, label, icon, needs: _, group } = link;
    let current = move || path.with(|path| link.is_at(path));
    let class = (group == Group::FirstOfSetup).then_some("apart");
    // Only this entry has something to count.
    let count = move || if to == APPROVALS { waiting.get() } else { 0 };
    let notice = move || {
        (count() > 0).then(|| {
            view! {
                <span class="count">{count}<span class="visually-hidden">" " {text!(frame.waiting)}</span></span>
            }
        })
    };
    view! {
        <li class=class>
            <a class="nav" href=to aria-current=current><Glyph icon/>{label()}{notice}</a>
        </li>
    }
    .into_any()
}

/// The company, and the way to the person's other companies. Choosing one is a plain form, so that the
/// whole page is loaded anew and nothing of the other company stays in memory.
#[component]
pub fn CompanySwitcher(
    /// All companies of the person.
    companies: Vec<CompanyChoice>,
    /// The company that the pages show.
    current: CurrentCompany,
    /// The version of the Odoo that is connected.
    connection: Signal<Option<String>>,
) -> impl IntoView {
    let CurrentCompany { company: here, name, .. } = current;
    let connection = move || match connection.get() {
        Some(version) => text!(frame.connected, version = version),
        None => text!(frame.not_connected).to_owned(),
    };
    let face = view! {
        <Avatar name=name.clone()/>
        <span class="names"><b dir="auto">{name}</b><small>{connection}</small></span>
    };
    if companies.len() < 2 {
        return view! { <div class="company">{face}</div> }.into_any();
    }
    let choices = companies
        .into_iter()
        .map(|CompanyChoice { company, name, role }| {
            let is_here = company == here;
            view! {
                <LeavingForm action=SwitchCompanyCall::url()>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                    <button aria-current=is_here.then_some("true")>
                        <Avatar name=name.clone()/>
                        <span class="names"><b dir="auto">{name}</b><small>{words::role(role)}</small></span>
                        {is_here.then(|| view! { <Glyph icon=icondata::LuCheck/> })}
                    </button>
                </LeavingForm>
            }
        })
        .collect_view();
    view! {
        <button type="button" class="company" popovertarget=COMPANIES>
            {face}
            <span class="visually-hidden">{text!(frame.change_company)}</span>
            <Glyph icon=icondata::LuChevronsUpDown/>
        </button>
        <div class="menu companies" id=COMPANIES popover="auto">{choices}</div>
    }
    .into_any()
}
