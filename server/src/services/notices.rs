//! Telling people what happened to them, and the page that shows it.

use app::backend::{Actor, Notices};
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    Error,
    id::{CompanyId, NoticeId, UserId},
    notice::{Notice, NoticePage, NoticeView},
    time::{SECOND, Timestamp},
};

use super::{Core, access, time_view::Face};
use crate::{
    entities::notice::Model,
    error::{Fault, Outcome},
    store::{
        memberships,
        notices::{self, MOST, NewNotice},
        users,
    },
};

/// How long what was read stays new, in microseconds. A page that is being drawn may ask more than once, and what it
/// sends has to be what comes alive in the browser.
const STILL_NEW: i64 = 10 * SECOND;

/// Implements [`Notices`].
#[derive(Clone, Debug)]
pub struct NoticesService {
    core: Core,
}

impl NoticesService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// The latest notices, or those before `before`.
    async fn show(
        &self,
        actor: Actor,
        company: CompanyId,
        before: Option<NoticeId>,
        marks: Marks,
    ) -> Outcome<NoticePage> {
        let core = &self.core;
        access::membership(core.db.reader(), &actor, company).await?;
        let face = Face::of(core, actor).await?;
        let mut rows =
            notices::list(core.db.reader(), company, actor.user, before, MOST + 1).await?;
        let has_older = rows.len() as u64 > MOST;
        rows.truncate(MOST as usize);
        if marks == Marks::Read && rows.iter().any(|row| row.read_at.is_none()) {
            let tx = core.db.begin().await?;
            // Those that are shown alone: one that came meanwhile, or stands on another page, stays unread.
            let shown: Vec<_> = rows.iter().map(|row| NoticeId::from_uuid(row.id)).collect();
            notices::update_read(&tx, company, actor.user, &shown, face.now).await?;
            tx.commit().await?;
        }
        let notices = rows.into_iter().filter_map(|row| view(row, &face)).collect();
        Ok(NoticePage { notices, has_older })
    }
}

/// What showing notices does to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// They are read from now on.
    Read,
    /// They stay as they are.
    Left,
}

#[async_trait]
impl Notices for NoticesService {
    async fn open(
        &self,
        actor: Actor,
        company: CompanyId,
        before: Option<NoticeId>,
    ) -> Result<NoticePage, Error> {
        self.show(actor, company, before, Marks::Read).await.map_err(Fault::into_answer)
    }

    async fn list(
        &self,
        actor: Actor,
        company: CompanyId,
        before: Option<NoticeId>,
    ) -> Result<NoticePage, Error> {
        self.show(actor, company, before, Marks::Left).await.map_err(Fault::into_answer)
    }
}

/// Tells `user` in the transaction `db` what happened; with a company, in that company's pages only.
/// Whoever commits announces it.
///
/// # Errors
/// When the database refuses.
pub(super) async fn tell(
    core: &Core,
    db: &impl ConnectionTrait,
    user: UserId,
    company: Option<CompanyId>,
    notice: &Notice,
) -> Result<(), DbErr> {
    create(core, db, user, company, notice, None).await.map(|_| ())
}

/// The same, but only the first time for what `once` names. Gives whether it was that.
///
/// # Errors
/// When the database refuses.
pub(super) async fn tell_once(
    core: &Core,
    db: &impl ConnectionTrait,
    user: UserId,
    company: Option<CompanyId>,
    notice: &Notice,
    once: String,
) -> Result<bool, DbErr> {
    create(core, db, user, company, notice, Some(once)).await
}

/// The name of whoever did what a notice tells of.
///
/// # Errors
/// When the database refuses.
pub(super) async fn name_of(db: &impl ConnectionTrait, user: UserId) -> Result<String, DbErr> {
    Ok(users::find(db, user).await?.map(|user| user.name).unwrap_or_default())
}

/// Announces what was told to a person alone: in all their companies. What was committed is done, also when it cannot be
/// announced.
pub(super) async fn announce_to(core: &Core, user: UserId) {
    match memberships::list_of_user(core.db.reader(), user).await {
        Ok(of_user) => {
            of_user.into_iter().for_each(|(one, _)| core.news.announce(one.company));
        }
        Err(error) => {
            tracing::warn!(error = %error, user.id = %user, "a person's open pages were not told");
        }
    }
}

async fn create(
    core: &Core,
    db: &impl ConnectionTrait,
    user: UserId,
    company: Option<CompanyId>,
    notice: &Notice,
    once: Option<String>,
) -> Result<bool, DbErr> {
    let id = NoticeId::from_uuid(core.clock.uuid(&core.entropy));
    let new = NewNotice { id, user, company, notice, once, now: core.clock.now() };
    notices::create(db, new).await
}

/// A kind that this version does not know, as an older one may find after a newer, is left out.
fn view(row: Model, face: &Face) -> Option<NoticeView> {
    Some(NoticeView {
        id: NoticeId::from_uuid(row.id),
        notice: serde_json::from_str::<Notice>(&row.detail).ok()?,
        at: face.view(Timestamp::from_micros(row.created_at)),
        is_new: row
            .read_at
            .is_none_or(|read| face.now.since(Timestamp::from_micros(read)) < STILL_NEW),
    })
}
