//! Who may hear a company's news, for as long as they listen.

use app::backend::Actor;
use shared::{id::CompanyId, news::End};
use tokio::sync::broadcast::Receiver;

use super::{Core, access, news::Signal, sessions::SessionsService};
use crate::{error::Outcome, store::memberships};

/// An open page: whose it is, and of which company.
#[derive(Clone, Debug)]
pub struct NewsWatch {
    core: Core,
    actor: Actor,
    company: CompanyId,
}

impl NewsWatch {
    /// A page of the actor that shows `company`.
    ///
    /// # Errors
    /// [`shared::Error::NotFound`] when the actor is no member of it.
    pub async fn open(core: Core, actor: Actor, company: CompanyId) -> Outcome<Self> {
        access::membership(core.db.reader(), &actor, company).await?;
        Ok(Self { core, actor, company })
    }

    /// Why the page is told nothing more, if it is not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(&self) -> Outcome<Option<End>> {
        let sessions = SessionsService::new(self.core.clone());
        if !sessions.is_live(self.actor.session).await? {
            return Ok(Some(End::SignedOut));
        }
        let reader = self.core.db.reader();
        let member = memberships::find_of_user(reader, self.company, self.actor.user).await?;
        Ok(member.is_none().then_some(End::Removed))
    }

    /// Hears what is told from now on.
    #[must_use]
    pub fn listen(&self) -> Receiver<Signal> {
        self.core.news.listen()
    }

    /// Whether the page may have missed something just before it began to listen.
    #[must_use]
    pub fn has_missed(&self) -> bool {
        self.core.news.is_fresh(self.company)
    }

    /// Whether the page is told of `signal`.
    #[must_use]
    pub fn concerns(&self, signal: Signal) -> bool {
        match signal {
            Signal::Company(company) => company == self.company,
            Signal::Person(user) => user == self.actor.user,
            Signal::Gap => true,
        }
    }
}
