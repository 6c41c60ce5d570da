//! Every server function and route, asked by everybody: nobody, a member, an admin, an owner, and the
//! owner of another company. The tables are reviewed; what lacks its row fails the build.

use std::fmt::Write as _;

use app::{backend::Actor, texts::Locale};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    build_router,
    domain::token::Token,
    router::page_routes,
    store::downloads::{self, NewDownload},
    web::routes::Route,
};
use shared::{
    api_key::{Expiry, RevokeApiKey},
    handover::{HandOverKey, HandoverLink},
    id::{ApiKeyId, CompanyId, ConfirmationId, DownloadId, MemberId, RequestId, WorkflowId},
    member::{InvitationLink, Invite, MakeResetLink},
    permission::{Permission, PermissionSet},
    workflow::UseTemplate,
};
use uuid::Uuid;

use crate::support::{
    app::{Browser, PASSWORD, TestApp, Who},
    waiting::wait_on_page,
    workflows,
};

const STYLE_GUIDE: &str = "/styleguide";

/// How a server function takes its input.
enum Body {
    Form(Vec<(&'static str, String)>),
    Json(Value),
}

/// A company of four and another company, on one server that lets anybody found one.
struct World {
    app: TestApp,
    company: CompanyId,
    owner: (Actor, MemberId),
    target: MemberId,
    browsers: Vec<(&'static str, Browser)>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start_with(&["--signup", "open"]).await;
        let browsers = vec![
            ("nobody", app.browser()),
            ("member", app.signed_in(Who::Member).await),
            ("admin", app.signed_in(Who::Admin).await),
            ("owner", app.signed_in(Who::Owner).await),
            ("stranger", other_owner(&app).await),
        ];
        let (company, owner) = app.membership(Who::Owner).await;
        let (_, (_, target)) = app.membership(Who::Member2).await;
        Self { app, company, owner, target, browsers }
    }

    fn draw(&self) -> Uuid {
        let core = &self.app.state.core;
        core.clock.uuid(&core.entropy)
    }

    async fn invitation(&self, email: &str) -> InvitationLink {
        let input =
            Invite { company: self.company, email: email.to_owned(), role: "member".to_owned() };
        self.app.state.backend.team.invite(self.owner.0, input).await.expect("invites")
    }

    /// What to send to `endpoint`, with everything made anew that the call would use up.
    async fn input(&self, endpoint: &str) -> Body {
        let (company, id) = (self.company.to_string(), self.draw().simple().to_string());
        let email = format!("new-{id}@nordwind.example");
        let with_company = |fields: &[(&'static str, String)]| {
            let mut all = vec![("input[company]", company.clone())];
            all.extend_from_slice(fields);
            Body::Form(all)
        };
        match endpoint {
            "accounts/signup_state" | "accounts/viewer" | "accounts/sign_out" => Body::Form(vec![]),
            "accounts/sign_up" => Body::Form(vec![
                ("input[name]", "Nina".to_owned()),
                ("input[company]", "Another Company".to_owned()),
                ("input[email]", email),
                ("input[password]", PASSWORD.to_owned()),
            ]),
            "accounts/sign_in" => Body::Form(vec![
                ("input[email]", self.app.var("AIDOO_MEMBER2_EMAIL").to_owned()),
                ("input[password]", self.app.var("AIDOO_MEMBER2_PASSWORD").to_owned()),
            ]),
            "accounts/switch_company" => with_company(&[]),
            "accounts/invitation" => {
                Body::Form(vec![("token", token_of(&self.invitation(&email).await))])
            }
            "accounts/accept_as_new" => Body::Form(vec![
                ("input[token]", token_of(&self.invitation(&email).await)),
                ("input[name]", "Nina".to_owned()),
                ("input[password]", PASSWORD.to_owned()),
            ]),
            "accounts/reset_preview" => Body::Form(vec![("token", self.reset(self.target).await)]),
            "accounts/reset_password" => {
                let newcomer = self.newcomer(&email).await;
                Body::Form(vec![
                    ("input[token]", self.reset(newcomer).await),
                    ("input[password]", "lantern quartz obey drift".to_owned()),
                ])
            }
            "accounts/accept_as_me" => {
                Body::Form(vec![("input[token]", token_of(&self.invitation(&email).await))])
            }
            "team/team" | "connections/page" | "policies/policies" | "workflows/page"
            | "activity/connect" | "activity/figures" | "approvals/list" | "approvals/waiting"
            | "settings/page" | "notices/open" | "onboarding/steps" | "api_keys/handovers" => {
                Body::Form(vec![("company", company)])
            }
            "team/invite" => {
                with_company(&[("input[email]", email), ("input[role]", "member".to_owned())])
            }
            "team/renew_invitation" | "team/withdraw_invitation" => {
                let invitation = self.invitation(&email).await.invitation;
                with_company(&[("input[invitation]", invitation.to_string())])
            }
            "team/make_reset_link" => with_company(&[("input[member]", self.target.to_string())]),
            "settings/save_profile" => Body::Form(vec![
                ("input[name]", "Matrix".to_owned()),
                ("input[time_zone]", "Europe/Paris".to_owned()),
            ]),
            "settings/set_colors" => Body::Form(vec![("input[colors]", "dark".to_owned())]),
            // Nobody's: what it does with the right one has tests of its own.
            "settings/change_password" => Body::Form(vec![
                ("input[current]", "not the password".to_owned()),
                ("input[password]", "lantern quartz obey drift".to_owned()),
            ]),
            "settings/end_session" => {
                Body::Form(vec![("input[session]", self.session_of_owner().await)])
            }
            "settings/end_other_sessions" => Body::Form(vec![]),
            "companies/rename" => with_company(&[("input[name]", "Matrix".to_owned())]),
            "companies/delete" => {
                let viewer = self.app.state.backend.accounts.viewer(self.owner.0, None).await;
                let name = viewer.expect("is shown").current.expect("is in one").name;
                with_company(&[("input[name]", name)])
            }
            "companies/keep" => with_company(&[]),
            "team/change_role" => with_company(&[
                ("input[member]", self.target.to_string()),
                ("input[role]", "member".to_owned()),
            ]),
            "team/remove_member" => {
                with_company(&[("input[member]", self.newcomer(&email).await.to_string())])
            }
            "workflows/draft" => {
                let workflow = self.workflow().await.to_string();
                with_company(&[("input[workflow]", workflow)])
            }
            "activity/timeline" => Body::Json(json!({ "company": company, "filter": {} })),
            "approvals/decide" => with_company(&[
                ("input[approval]", self.change().await.to_string()),
                ("input[decision]", "approve".to_owned()),
            ]),
            "workflows/save" => Body::Json(json!({ "input": {
                "company": company, "workflow": null, "name": "Matrix", "description": "",
                "definition": { "inputs": [], "steps": [] },
            }})),
            "workflows/try_steps" => Body::Json(json!({ "input": {
                "company": company, "workflow": null, "name": "Matrix",
                "definition": { "inputs": [], "steps": [] }, "inputs": {}, "steps": 1,
            }})),
            "workflows/models" => with_company(&[("input[search]", "order".to_owned())]),
            "workflows/model" => with_company(&[("input[model]", "sale.order".to_owned())]),
            "workflows/records" => with_company(&[
                ("input[model]", "res.partner".to_owned()),
                ("input[search]", "a".to_owned()),
            ]),
            "workflows/use_template" => {
                with_company(&[("input[template]", "sale.order.action_confirm".to_owned())])
            }
            "workflows/validate" | "workflows/archive" => {
                let (owner, company, workflow) =
                    (self.owner.0, self.company, self.workflow().await);
                workflows::as_if_tried(&self.app, owner, company, workflow).await;
                with_company(&[("input[workflow]", workflow.to_string())])
            }
            "workflows/accept" => {
                let (owner, company, workflow) =
                    (self.owner.0, self.company, self.workflow().await);
                workflows::validate(&self.app, owner, company, workflow).await;
                let backend = &self.app.state.backend.workflows;
                let page = backend.page(owner, company).await.expect("is shown");
                let found = page.workflows.into_iter().find(|one| one.id == workflow);
                let version = found.and_then(|one| one.version).expect("is in force").id;
                with_company(&[("input[version]", version.to_string())])
            }
            "policies/set_gateway" => with_company(&[
                ("input[create]", "preview".to_owned()),
                ("input[write]", "preview".to_owned()),
                ("input[execute]", "dashboard".to_owned()),
                ("input[workflow]", "preview".to_owned()),
                ("input[calls_per_minute]", "120".to_owned()),
                ("input[writes_per_minute]", "20".to_owned()),
            ]),
            "api_keys/list" => Body::Json(json!({ "company": company, "filter": {} })),
            "api_keys/create" => Body::Json(json!({ "input": {
                "company": company,
                "member": self.target,
                "request": RequestId::from_uuid(self.draw()),
                "name": "Matrix",
                "permissions": "query read",
                "expiry": "never",
            }})),
            "api_keys/hand_over" => Body::Json(json!({ "input": {
                "company": company,
                "member": self.target,
                "request": RequestId::from_uuid(self.draw()),
                "name": "Matrix",
                "permissions": "query read",
                "expiry": "never",
            }})),
            "api_keys/renew_handover" => Body::Json(json!({ "input": {
                "company": company, "handover": self.handover().await.handover,
            }})),
            "api_keys/withdraw_handover" => {
                with_company(&[("input[handover]", self.handover().await.handover.to_string())])
            }
            "api_keys/pick_up_preview" => Body::Form(vec![("token", self.link_for_admin().await)]),
            "api_keys/pick_up" => Body::Json(json!({ "input": {
                "token": self.link_for_admin().await,
                "request": RequestId::from_uuid(self.draw()),
            }})),
            "policies/set_key_rules" => {
                with_company(&[("input[makers]", "owners_and_admins".to_owned())])
            }
            "api_keys/accept" => {
                let (actor, member) = self.owner;
                let key =
                    self.app.make_key(actor, self.company, member, PermissionSet::DEFAULT).await;
                with_company(&[("input[key]", key.id.to_string())])
            }
            "api_keys/revoke" => {
                with_company(&[("input[key]", self.owners_key().await.to_string())])
            }
            "api_keys/revoke_many" => {
                let keys = [self.owners_key().await, self.owners_key().await];
                with_company(&keys.map(|key| ("input[keys][]", key.to_string())))
            }
            "api_keys/rotate" => Body::Json(json!({ "input": {
                "company": company,
                "key": self.owners_key().await,
                "request": RequestId::from_uuid(self.draw()),
                "grace": "day",
            }})),
            "api_keys/rotate_by_link" => Body::Json(json!({ "input": {
                "company": company,
                "key": self.key_of(self.target).await,
                "request": RequestId::from_uuid(self.draw()),
                "grace": "day",
            }})),
            "api_keys/edit" => with_company(&[
                ("input[key]", self.owners_key().await.to_string()),
                ("input[name]", "Matrix".to_owned()),
                ("input[permissions][]", "query".to_owned()),
            ]),
            "api_keys/reduce" => with_company(&[
                ("input[key]", self.owners_key().await.to_string()),
                ("input[remove][]", "query".to_owned()),
            ]),
            "onboarding/fold" => with_company(&[("input[fold]", "folded".to_owned())]),
            "api_keys/detail" | "api_keys/client" => {
                Body::Json(json!({ "company": company, "key": self.owners_key().await }))
            }
            "connections/probe" | "connections/save" => with_company(&[
                ("input[url]", self.app.var("AIDOO_DEMO_ODOO_URL").to_owned()),
                ("input[database]", self.app.var("AIDOO_DEMO_ODOO_DATABASE").to_owned()),
            ]),
            "connections/link" => with_company(&[
                ("input[url]", self.app.var("AIDOO_DEMO_ODOO_URL").to_owned()),
                ("input[database]", self.app.var("AIDOO_DEMO_ODOO_DATABASE").to_owned()),
                ("input[login]", self.app.var("AIDOO_MEMBER2_ODOO_LOGIN").to_owned()),
                ("input[secret]", self.app.var("AIDOO_MEMBER2_ODOO_KEY").to_owned()),
            ]),
            "connections/unlink" | "connections/remove" => with_company(&[]),
            "policies/set_ceilings" => with_company(&[
                ("input[owner][]", "query".to_owned()),
                ("input[owner][]", "read".to_owned()),
                ("input[owner][]", "schema".to_owned()),
                ("input[admin][]", "query".to_owned()),
                ("input[member][]", "query".to_owned()),
                ("input[member][]", "read".to_owned()),
            ]),
            _ => panic!("the server function {endpoint} has no row: say here what to send it"),
        }
    }

    /// A live key of the owner's.
    async fn owners_key(&self) -> ApiKeyId {
        self.key_of(self.owner.1).await
    }

    /// A live key of this member's, which the owner has made.
    async fn key_of(&self, member: MemberId) -> ApiKeyId {
        let actor = self.owner.0;
        self.app.make_key(actor, self.company, member, PermissionSet::DEFAULT).await.id
    }

    /// A key that the owner prepared for the member who does not ask.
    async fn handover(&self) -> HandoverLink {
        self.hand_over(self.target).await
    }

    /// The token of a link that the owner made for the admin.
    async fn link_for_admin(&self) -> String {
        let (_, (_, admin)) = self.app.membership(Who::Admin).await;
        let link = self.hand_over(admin).await;
        link.url.rsplit('/').next().unwrap_or_default().to_owned()
    }

    async fn hand_over(&self, member: MemberId) -> HandoverLink {
        let input = HandOverKey {
            company: self.company,
            member,
            request: RequestId::from_uuid(self.draw()),
            name: "Matrix".to_owned(),
            permissions: PermissionSet::DEFAULT,
            expiry: Expiry::Never,
        };
        let backend = &self.app.state.backend.api_keys;
        backend.hand_over(self.owner.0, input).await.expect("is prepared")
    }

    /// A draft without faults.
    async fn workflow(&self) -> WorkflowId {
        let input =
            UseTemplate { company: self.company, template: "sale.order.action_confirm".into() };
        let backend = &self.app.state.backend.workflows;
        backend.use_template(self.owner.0, input, Locale::en).await.expect("makes a draft")
    }

    /// A change of the owner's that waits for a person.
    async fn change(&self) -> ConfirmationId {
        let (actor, member) = self.owner;
        let key = self.app.make_key(actor, self.company, member, PermissionSet::ALL).await;
        let whose = (self.company, member, key.id);
        wait_on_page(&self.app.state.core, whose, 1).await[0]
    }

    /// The token of a link that the owner made for this member.
    async fn reset(&self, member: MemberId) -> String {
        let input = MakeResetLink { company: self.company, member };
        let link = self.app.state.backend.team.make_reset_link(self.owner.0, input).await;
        link.expect("is made").url.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// Another device on which the owner has just signed in.
    async fn session_of_owner(&self) -> String {
        let browser = self.app.signed_in(Who::Owner).await;
        let company = self.company.to_string();
        let (_, page) = browser.form("settings/page", &[("company", &company)]).await;
        page["devices"][0]["session"].as_str().expect("this device").to_owned()
    }

    /// A member who has just joined, to be removed.
    async fn newcomer(&self, email: &str) -> MemberId {
        let link = self.invitation(email).await;
        let browser = self.app.browser();
        let fields = [
            ("input[token]", token_of(&link)),
            ("input[name]", "Newcomer".to_owned()),
            ("input[password]", PASSWORD.to_owned()),
        ];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = browser.form("accounts/accept_as_new", &fields).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let (_, viewer) = browser.form("accounts/viewer", &[]).await;
        serde_json::from_value(viewer["current"]["member"].clone()).expect("a member")
    }
}

#[tokio::test]
async fn every_server_function_answers_everybody_as_reviewed() {
    let world = World::new().await;
    let mut endpoints: Vec<String> = server_fn_paths()
        .map(|(path, _)| path.strip_prefix("/api/").expect("all stand under /api/").to_owned())
        .collect();
    endpoints.sort_unstable();
    // These two take away what the others need, so they come last.
    endpoints.sort_by_key(|endpoint| {
        ["connections/remove", "policies/set_ceilings", "accounts/sign_out"]
            .iter()
            .position(|last| last == endpoint)
            .map_or(0, |at| at + 1)
    });
    assert!(endpoints.len() > 20, "the server functions are linked in");

    let mut table = format!("{:<28}", "server function");
    for (who, _) in &world.browsers {
        let _ = write!(table, "{who:<28}");
    }
    for endpoint in &endpoints {
        let _ = write!(table, "\n{endpoint:<28}");
        for (who, browser) in &world.browsers {
            let answer = match world.input(endpoint).await {
                Body::Form(fields) => {
                    let fields: Vec<_> =
                        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    // Some start or end a session: they get a browser of their own.
                    if endpoint.contains("sign_") || endpoint.ends_with("accept_as_new") {
                        world.app.browser().form(endpoint, &fields).await
                    } else {
                        browser.form(endpoint, &fields).await
                    }
                }
                Body::Json(body) => browser.json(endpoint, &body).await,
            };
            let _ = write!(table, "{:<28}", told(&answer));
            let _ = who;
        }
    }
    let table: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(table);
}

/// Another company, founded by somebody who is in no other.
async fn other_owner(app: &TestApp) -> Browser {
    let browser = app.browser();
    let fields = [
        ("input[name]", "Sven Other"),
        ("input[company]", "Other Company"),
        ("input[email]", "sven@other.example"),
        ("input[password]", PASSWORD),
    ];
    let (status, body) = browser.form("accounts/sign_up", &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    browser
}

fn token_of(link: &InvitationLink) -> String {
    link.url.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A status, and the name of the error where there is one.
fn told((status, body): &(StatusCode, Value)) -> String {
    match body {
        _ if status.is_success() => status.as_u16().to_string(),
        Value::String(name) => format!("{} {name}", status.as_u16()),
        Value::Object(fields) => {
            let name = fields.keys().next().map_or("", String::as_str);
            format!("{} {name}", status.as_u16())
        }
        _ => status.as_u16().to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_everybody_as_reviewed() {
    let world = World::new().await;
    let mut pages: Vec<String> =
        page_routes().iter().map(|route| route.path().to_owned()).collect();
    // A page of development builds, for whoever is signed in: it shows nothing of anybody.
    let style_guide = pages.iter().any(|page| page == STYLE_GUIDE);
    assert_eq!(style_guide, cfg!(debug_assertions), "a release has no style guide");
    for (who, browser) in &world.browsers {
        let (status, _) = browser.open(STYLE_GUIDE).await;
        let expected = match (*who, style_guide) {
            ("nobody", _) => StatusCode::SEE_OTHER,
            (_, true) => StatusCode::OK,
            (_, false) => StatusCode::NOT_FOUND,
        };
        assert_eq!(status, expected, "{who}");
    }
    pages.retain(|page| page != STYLE_GUIDE);
    pages.push("/no-such-page".to_owned());
    pages.sort_unstable();
    pages.dedup();

    let mut table = format!("{:<42}", "page");
    for (who, _) in &world.browsers {
        let _ = write!(table, "{who:<36}");
    }
    for page in &pages {
        let _ = write!(table, "\n{page:<42}");
        let path = match page.as_str() {
            "/invitation/{token}" => "/invitation/no-such-token".to_owned(),
            "/pick-up/{token}" => "/pick-up/no-such-token".to_owned(),
            "/reset/{token}" => "/reset/no-such-token".to_owned(),
            "/api-keys/{key}" => format!("/api-keys/{}", world.owners_key().await),
            path => path.to_owned(),
        };
        assert!(!path.contains('{'), "the page {page} has no row: say here with what to open it");
        for (_, browser) in &world.browsers {
            let (status, text) = browser.open(&path).await;
            let leads = if status.is_redirection() { text } else { String::new() };
            // An id differs each time.
            let leads = match path.rsplit('/').next() {
                Some(id) if path != *page => leads.replace(id, "…"),
                _ => leads,
            };
            let _ = write!(table, "{:<36}", format!("{} {leads}", status.as_u16()));
        }
    }
    let table: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(table);
}

/// Drawing the app for its list of routes stops all loading in the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_answered_while_routers_are_built() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let state = app.state.clone();
    let building = tokio::task::spawn_blocking(move || {
        for _ in 0..100 {
            drop(build_router(&state, None));
        }
    });
    while !building.is_finished() {
        let (status, _) = browser.open("/connect").await;
        assert_eq!(status, StatusCode::OK);
    }
    building.await.expect("builds them");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_bad_request() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Owner).await;
    let (status, body) = browser.form("accounts/switch_company", &[("input[company]", "x")]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
}

/// What to ask of a route: `{company}` and `{file}` stand for the company and for the token of a file that waits for
/// its owner. A new one does not compile until it says so here.
fn requests(route: Route) -> &'static [(&'static str, &'static str)] {
    match route {
        Route::Mcp => &[("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp")],
        Route::McpSlash => &[("POST", "/mcp/"), ("GET", "/mcp/")],
        Route::BelowMcp => &[("POST", "/mcp/a-key"), ("GET", "/mcp/a/key")],
        Route::Sse => &[("GET", "/sse"), ("POST", "/sse")],
        Route::SseSlash => &[("GET", "/sse/"), ("POST", "/sse/")],
        Route::BelowSse => &[("GET", "/sse/a-key"), ("POST", "/sse/a-key")],
        Route::Messages => &[("POST", "/messages?sessionId=none"), ("GET", "/messages")],
        Route::MessagesSlash => &[("POST", "/messages/?sessionId=none"), ("GET", "/messages/")],
        Route::BelowMessages => &[("POST", "/messages/a-key"), ("GET", "/messages/a-key")],
        Route::Download => &[
            ("HEAD", "/downloads/{file}"),
            ("POST", "/downloads/{file}"),
            ("GET", "/downloads/{file}"),
            ("GET", "/downloads/none"),
        ],
        Route::ExportKeys => &[
            ("GET", "/exports/api-keys.csv?company={company}"),
            ("POST", "/exports/api-keys.csv?company={company}"),
        ],
        Route::ExportActivity => &[
            ("GET", "/exports/activity.csv?company={company}"),
            ("POST", "/exports/activity.csv?company={company}"),
        ],
        Route::Language => &[("POST", "/language"), ("GET", "/language")],
        Route::Events => {
            &[("GET", "/events?company={company}"), ("POST", "/events?company={company}")]
        }
        Route::Health => &[("GET", "/health"), ("POST", "/health")],
        Route::Ready => &[("GET", "/ready"), ("POST", "/ready")],
        Route::Metrics => &[("GET", "/metrics"), ("POST", "/metrics")],
        Route::WellKnown => {
            &[("GET", "/.well-known/oauth-authorization-server"), ("POST", "/.well-known/x")]
        }
    }
}

/// The token of a file that this key has made.
async fn waiting_file(world: &World, key: ApiKeyId) -> String {
    let core = &world.app.state.core;
    let token = Token::from_bytes(core.entropy.bytes());
    let id = DownloadId::from_uuid(world.draw());
    let file = NewDownload {
        id,
        company: world.company,
        key,
        permission: Permission::Report,
        token: token.hash(),
        name: "matrix.csv".to_owned(),
        media_type: "text/csv",
        bytes: 3,
        now: core.clock.now(),
    };
    let transaction = core.db.begin().await.expect("begins");
    downloads::create(&transaction, file).await.expect("is kept");
    let part = downloads::add_part(&transaction, world.company, id, 0, b"a,b".to_vec()).await;
    part.expect("is kept");
    transaction.commit().await.expect("commits");
    token.to_text().to_string()
}

/// A company's key that is none any more.
async fn revoked_key(world: &World) -> String {
    let (actor, member) = world.owner;
    let made = world.app.make_key(actor, world.company, member, PermissionSet::DEFAULT).await;
    let input = RevokeApiKey { company: world.company, key: made.id };
    world.app.state.backend.api_keys.revoke(actor, input).await.expect("is revoked");
    made.key
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_route_answers_everybody_as_reviewed() {
    let world = World::new().await;
    let (actor, member) = world.owner;
    let made = world.app.make_key(actor, world.company, member, PermissionSet::ALL).await;
    let (id, key) = (made.id, made.key);
    let revoked = revoked_key(&world).await;
    // People come with a cookie, which the MCP server does not read; clients with a key.
    let mut visitors: Vec<(&str, &reqwest::Client, Option<&str>)> =
        world.browsers.iter().map(|(who, browser)| (*who, &browser.client, None)).collect();
    let nobody = &world.browsers[0].1.client;
    visitors.push(("a key", nobody, Some(&key)));
    visitors.push(("a revoked key", nobody, Some(&revoked)));

    let mut table = format!("{:<52}", "route");
    for (who, ..) in &visitors {
        let _ = write!(table, "{who:<16}");
    }
    for route in Route::ALL {
        for (method, path) in requests(*route) {
            let _ = write!(table, "\n{:<52}", format!("{method} {path}"));
            for (_, client, key) in &visitors {
                let method = method.parse::<reqwest::Method>().expect("a method");
                let mut path = path.replace("{company}", &world.company.to_string());
                if path.contains("{file}") {
                    path = path.replace("{file}", &waiting_file(&world, id).await);
                }
                let mut request =
                    client.request(method.clone(), format!("{}{path}", world.app.url));
                if method == reqwest::Method::POST {
                    // As from one of the site's own pages: what another's gets is no question of who asks.
                    request = request
                        .header("origin", &world.app.url)
                        .header("accept", "application/json, text/event-stream");
                    request = match route {
                        Route::Language => request.form(&[("language", "en")]),
                        _ => request.json(&json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })),
                    };
                }
                if let Some(key) = key {
                    request = request.bearer_auth(key);
                }
                let answer = request.send().await.expect("answers");
                let leads = answer.headers().get("location").and_then(|to| to.to_str().ok());
                let leads = leads.and_then(|to| to.split('?').next()).unwrap_or_default();
                let _ = write!(table, "{:<16}", format!("{} {leads}", answer.status().as_u16()));
            }
        }
    }
    let table: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(table);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_with_a_cookie_takes_a_change_from_elsewhere() {
    let world = World::new().await;
    let company = world.company.to_string();
    for route in [Route::Language, Route::ExportKeys, Route::ExportActivity, Route::Events] {
        for (_, browser) in &world.browsers {
            for origin in [None, Some("https://elsewhere.example")] {
                let address = format!("{}{}?company={company}", world.app.url, route.path());
                let mut request = browser.client.post(address).form(&[("language", "fr")]);
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                let status = request.send().await.expect("answers").status();
                assert_eq!(status, StatusCode::FORBIDDEN, "{}", route.path());
            }
        }
    }
}
