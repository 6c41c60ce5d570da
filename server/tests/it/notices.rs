//! What people are told, and that nobody else reads it; and the steps to the first answer.

use std::collections::BTreeSet;

use app::backend::{ApiKeys as _, Notices as _, Onboarding as _};
use server::{
    domain::news::Signal,
    services::{Core, notices::NoticesService, onboarding::OnboardingService, team::TeamService},
    store::notices::{self as notice_rows, NewNotice},
};
use shared::{
    Error,
    api_key::Expiry,
    id::{CompanyId, NoticeId},
    member::{ChangeRole, Invite, WithdrawInvitation},
    notice::Notice,
    onboarding::{Fold, FoldSteps, Step},
    permission::PermissionSet,
    role::Role,
    time::{DAY, SECOND},
};

use app::backend::{Actor, Team as _};

use crate::support::{
    app::{PASSWORD, TestApp, Who},
    core::{Company, Person, core_on, for_both_databases},
    keys::Keys,
};

struct House {
    core: Core,
    notices: NoticesService,
    team: TeamService,
    ours: Company,
    theirs: Company,
}

impl House {
    async fn open(url: &str) -> Self {
        let core = core_on(url).await;
        let ours = Company::found(&core, "Nordwind").await;
        let theirs = Company::found(&core, "Suedwind").await;
        let notices = NoticesService::new(core.clone());
        Self { notices, team: TeamService::new(core.clone()), core, ours, theirs }
    }

    async fn promote(&self, who: Person, role: Role) {
        let input = ChangeRole {
            company: self.ours.id,
            member: who.member,
            role: role.as_str().to_owned(),
        };
        self.team.change_role(self.ours.owner.actor, input).await.unwrap();
    }

    /// What a person is told, and whether it is new.
    async fn told(&self, actor: Actor, company: CompanyId) -> Vec<(Notice, bool)> {
        let notices = self.notices.open(actor, company, None).await.unwrap().notices;
        notices.into_iter().map(|one| (one.notice, one.is_new)).collect()
    }
}

#[tokio::test]
async fn a_new_role_is_told_to_its_person_and_read_once_opened() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { id, member, admin, .. } = house.ours;
        let mut news = house.core.news.listen();
        house.promote(member, Role::Admin).await;
        assert_eq!(news.recv().await.unwrap(), Signal::Company(id), "open pages hear of it");
        let notice = Notice::RoleChanged { by: "Owner Nordwind".to_owned(), to: Role::Admin };
        assert_eq!(house.told(admin.actor, id).await, []);
        // A page that is being drawn may ask twice, and both answers are the same.
        for _ in 0..2 {
            assert_eq!(house.told(member.actor, id).await, [(notice.clone(), true)]);
        }
        house.core.clock.advance(10 * SECOND);
        assert_eq!(house.told(member.actor, id).await, [(notice, false)]);
    })
    .await;
}

#[tokio::test]
async fn notices_are_read_a_page_at_a_time_and_those_on_another_stay_unread() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { id, owner, member, .. } = house.ours;
        let tell = async |who: Person, key: String| {
            let notice = Notice::KeyMade { by: "Owner Nordwind".to_owned(), key, waits: false };
            let new = NewNotice {
                id: NoticeId::from_uuid(house.core.clock.uuid(&house.core.entropy)),
                user: who.actor.user,
                company: Some(id),
                notice: &notice,
                once: None,
                now: house.core.clock.now(),
            };
            let transaction = house.core.db.begin().await.unwrap();
            notice_rows::create(&transaction, new).await.unwrap();
            transaction.commit().await.unwrap();
        };
        for number in 0..60 {
            // Some are of one moment, also where the first page ends.
            if number % 3 == 0 {
                house.core.clock.advance(SECOND);
            }
            tell(member, number.to_string()).await;
        }
        let unread = async || {
            let db = house.core.db.reader();
            notice_rows::count_unread(db, id, member.actor.user).await.unwrap()
        };
        let open = async |before: Option<NoticeId>| {
            house.notices.open(member.actor, id, before).await.unwrap()
        };
        house.notices.list(member.actor, id, None).await.unwrap();
        assert_eq!(unread().await, 60, "looking on reads nothing");
        let first = open(None).await;
        assert_eq!((first.notices.len(), first.has_older), (50, true));
        assert_eq!(unread().await, 10);
        let second = open(first.notices.last().map(|one| one.id)).await;
        assert_eq!((second.notices.len(), second.has_older), (10, false));
        assert_eq!(unread().await, 0);
        let all = first.notices.iter().chain(&second.notices);
        assert!(all.clone().is_sorted_by_key(|one| std::cmp::Reverse(one.at.at)));
        assert_eq!(all.map(|one| one.id).collect::<BTreeSet<_>>().len(), 60, "each is there once");

        tell(owner, "another's".to_owned()).await;
        let owners = house.notices.open(owner.actor, id, None).await.unwrap().notices[0].id;
        let never = NoticeId::from_uuid(house.core.clock.uuid(&house.core.entropy));
        for not_theirs in [owners, never] {
            let none = open(Some(not_theirs)).await;
            assert_eq!((none.notices.len(), none.has_older), (0, false));
        }
    })
    .await;
}

#[tokio::test]
async fn notices_of_a_company_are_shown_in_no_other_and_to_nobody_outside() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let house = House::open(&url).await;
    let Company { id, member, .. } = house.ours;
    house.promote(member, Role::Admin).await;
    for (actor, company) in [(house.theirs.owner.actor, id), (member.actor, house.theirs.id)] {
        assert_eq!(house.notices.open(actor, company, None).await, Err(Error::NotFound));
    }
    assert_eq!(house.told(house.theirs.owner.actor, house.theirs.id).await, []);
    assert!(house.told(member.actor, id).await[0].1, "nobody has read it for them");
}

#[tokio::test]
async fn an_invitation_is_told_once_a_day_however_often_it_is_made_anew() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let (ours, member) = (house.ours.id, house.ours.member);
        let email = format!("{}@example.com", member.actor.user.as_uuid());
        let invite = async |theirs: Company| {
            let role = Role::Member.as_str().to_owned();
            let input = Invite { company: theirs.id, email: email.clone(), role };
            let invitation = house.team.invite(theirs.owner.actor, input).await.unwrap().invitation;
            let withdraw = WithdrawInvitation { company: theirs.id, invitation };
            house.team.withdraw_invitation(theirs.owner.actor, withdraw).await.unwrap();
        };
        let mut news = house.core.news.listen();
        let mut heard = || -> BTreeSet<CompanyId> {
            std::iter::from_fn(|| news.try_recv().ok())
                .filter_map(|signal| match signal {
                    Signal::Company(company) => Some(company),
                    Signal::Person(_) | Signal::Gap => None,
                })
                .collect()
        };
        let invited =
            |name: &str| Notice::Invited { by: format!("Owner {name}"), company: name.to_owned() };
        let told = async || {
            let told = house.told(member.actor, ours).await.into_iter();
            told.map(|(notice, _)| notice).collect::<Vec<_>>()
        };

        invite(house.theirs).await;
        assert!(heard().contains(&ours), "open pages of the person hear of it");
        for _ in 0..5 {
            invite(house.theirs).await;
        }
        assert_eq!(heard(), BTreeSet::from([house.theirs.id]), "and no more");
        assert_eq!(told().await, [invited("Suedwind")]);

        // Another company's is another, and so is the next day's.
        house.core.clock.advance(SECOND);
        invite(Company::found(&house.core, "Ostwind").await).await;
        assert!(heard().contains(&ours));
        assert_eq!(told().await, [invited("Ostwind"), invited("Suedwind")]);
        house.core.clock.advance(DAY);
        invite(house.theirs).await;
        assert!(heard().contains(&ours));
        assert_eq!(told().await, ["Suedwind", "Ostwind", "Suedwind"].map(invited));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_somebody_else_made_or_revoked_is_told_and_ones_own_is_not() {
    let app = TestApp::start().await;
    let (company, (owner, own)) = app.membership(Who::Owner).await;
    let (_, (member, theirs)) = app.membership(Who::Member2).await;
    app.make_key(owner, company, own, PermissionSet::DEFAULT).await;
    let made = app.make_key(owner, company, theirs, PermissionSet::DEFAULT).await;
    let revoke = shared::api_key::RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(owner, revoke).await.unwrap();
    let notices = &app.state.backend.notices;
    let kinds = async |actor| {
        let told = notices.open(actor, company, None).await.unwrap().notices;
        told.into_iter().map(|one| one.notice.kind()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(member).await, ["key_revoked", "key_made"]);
    assert!(!kinds(owner).await.contains(&"key_made"));
}

#[tokio::test]
async fn an_accepted_invitation_is_told_to_its_maker_and_a_changed_password_to_its_person() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let invite = Invite {
        company,
        email: "ines@nordwind.example".to_owned(),
        role: Role::Member.as_str().to_owned(),
    };
    let link = app.state.backend.team.invite(owner, invite).await.unwrap();
    let browser = app.browser();
    let token = link.url.rsplit('/').next().unwrap();
    let fields = [("input[token]", token), ("input[name]", "Inès"), ("input[password]", PASSWORD)];
    let (status, body) = browser.form("accounts/accept_as_new", &fields).await;
    assert!(status.is_success(), "{body}");
    let told = app.state.backend.notices.open(owner, company, None).await.unwrap().notices;
    let accepted = Notice::InvitationAccepted { person: "Inès".to_owned(), role: Role::Member };
    assert!(told.iter().any(|one| one.notice == accepted));

    let fields = [("input[current]", PASSWORD), ("input[password]", "lantern quartz obey drift")];
    let (status, body) = browser.form("settings/change_password", &fields).await;
    assert!(status.is_success(), "{body}");
    let company = company.to_string();
    let (_, told) = browser.form("notices/open", &[("company", &company)]).await;
    assert_eq!(told["notices"][0]["notice"]["kind"], "password_changed", "{told}");
}

#[tokio::test]
async fn a_new_device_is_told_and_a_known_one_is_not() {
    let app = TestApp::start().await;
    let (company, (member, _)) = app.membership(Who::Member).await;
    let count = async || {
        let told = app.state.backend.notices.open(member, company, None).await.unwrap().notices;
        told.iter().filter(|one| one.notice.kind() == "new_device").count()
    };
    app.signed_in(Who::Member).await;
    let before = count().await;
    app.signed_in(Who::Member).await;
    assert_eq!(count().await, before, "it was here before");
    let answer = reqwest::Client::new()
        .post(format!("{}/api/accounts/sign_in", app.url))
        .header("origin", &app.url)
        .header("user-agent", "Mozilla/5.0 (iPhone) Safari/604.1")
        .form(&[
            ("input[email]", app.var("AIDOO_MEMBER_EMAIL")),
            ("input[password]", app.var("AIDOO_MEMBER_PASSWORD")),
        ])
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success() || answer.status().is_redirection());
    assert_eq!(count().await, before + 1);
}

#[tokio::test]
async fn unread_notices_are_counted_in_the_frame_until_they_are_opened() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let (_, (_, member)) = app.membership(Who::Member).await;
    let browser = app.signed_in(Who::Member).await;
    let unread = async || {
        let (_, viewer) = browser.form("accounts/viewer", &[]).await;
        viewer["current"]["unread"].as_u64().unwrap()
    };
    let before = unread().await;
    app.make_key(owner, company, member, PermissionSet::DEFAULT).await;
    assert_eq!(unread().await, before + 1);
    // A link on another site shows them, and changes nothing.
    let (status, page) = browser.follow("/notices", "cross-site").await;
    assert!(status == 200 && page.contains("made the API key"), "{page}");
    assert_eq!(unread().await, before + 1);
    let (status, page) = browser.open("/notices").await;
    assert!(status == 200 && page.contains("made the API key"), "{page}");
    assert_eq!(unread().await, 0);
}

#[tokio::test]
async fn steps_are_ones_own_and_a_member_connects_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let house = House::open(&url).await;
    let onboarding = OnboardingService::new(house.core.clone());
    let Company { id, owner, admin, member } = house.ours;
    let steps = async |person: Person| {
        let steps = onboarding.steps(person.actor, id).await.unwrap().steps;
        assert!(steps.iter().all(|one| !one.done));
        steps.into_iter().map(|one| one.step).collect::<Vec<_>>()
    };
    let of_all = [Step::Link, Step::Generate, Step::Client, Step::Ask];
    assert_eq!(steps(member).await, of_all);
    for person in [owner, admin] {
        assert_eq!(steps(person).await[0], Step::Connect);
        assert_eq!(steps(person).await[1..], of_all);
    }
    let outside = onboarding.steps(house.theirs.owner.actor, id).await;
    assert_eq!(outside, Err(Error::NotFound));
}

#[tokio::test]
async fn steps_tick_themselves_and_go_with_the_first_answer() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Member2).await;
    let done = async || {
        let steps = app.state.backend.onboarding.steps(actor, company).await.unwrap().steps;
        steps.into_iter().filter(|one| one.done).map(|one| one.step).collect::<Vec<_>>()
    };
    assert!(!done().await.contains(&Step::Generate));
    let mut news = app.state.core.news.listen();
    let key = app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
    assert_eq!(news.recv().await.unwrap(), Signal::Company(company));
    assert!(done().await.contains(&Step::Generate));
    let call = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "aidoo_context", "arguments": {} } });
    assert_eq!(app.mcp(&key.key, call).await.0, 200);
    app.state.toolbox.activity.flush().await.unwrap();
    app.state.verifier.last_used().flush(&app.state.core).await.unwrap();
    let steps = app.state.backend.onboarding.steps(actor, company).await.unwrap().steps;
    assert_eq!(steps, [], "the list is gone");
}

#[tokio::test]
async fn a_key_that_has_ended_ticks_no_step() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let onboarding = OnboardingService::new(keys.core.clone());
        let member = keys.company.member;
        let has_key = async || {
            let steps = onboarding.steps(member.actor, keys.company.id).await.unwrap().steps;
            steps.into_iter().any(|one| one.step == Step::Generate && one.done)
        };
        let mut wish = keys.wish(member, "Cursor");
        wish.expiry = Expiry::Days(30);
        keys.service.create(member.actor, wish).await.unwrap();
        keys.core.clock.advance(30 * DAY - 1);
        assert!(has_key().await);
        keys.core.clock.advance(1);
        assert!(!has_key().await);
        keys.make(member, "its successor").await;
        assert!(has_key().await);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_somebody_folds_up_stays_so_for_them_alone_until_they_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let house = House::open(&url).await;
    let onboarding = OnboardingService::new(house.core.clone());
    let Company { id, owner, member, .. } = house.ours;
    let fold = async |person: Person| onboarding.steps(person.actor, id).await.unwrap().fold;
    assert_eq!(fold(owner).await, Fold::Open);
    let asked = |fold| FoldSteps { company: id, fold };
    onboarding.fold(owner.actor, asked(Fold::Folded)).await.unwrap();
    assert_eq!((fold(owner).await, fold(member).await), (Fold::Folded, Fold::Open));
    onboarding.fold(owner.actor, asked(Fold::Open)).await.unwrap();
    assert_eq!(fold(owner).await, Fold::Open);
    let outside = onboarding.fold(house.theirs.owner.actor, asked(Fold::Folded)).await;
    assert_eq!(outside, Err(Error::NotFound));
}
