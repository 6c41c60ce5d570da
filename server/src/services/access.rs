//! Who may do what: where every service begins.

use app::backend::Actor;
use sea_orm::ConnectionTrait;
use shared::{
    Error,
    id::{CompanyId, MemberId},
    role::{Action, Role, Subject, Verdict, allows},
};

use crate::{
    error::Outcome,
    store::{companies, memberships},
};

pub use crate::store::memberships::Membership;

/// The actor's membership in `company`, as the database has it now.
///
/// # Errors
/// [`Error::NotFound`] when the actor is no member, with the same answer as for a company that never
/// was.
pub async fn membership(
    db: &impl ConnectionTrait,
    actor: &Actor,
    company: CompanyId,
) -> Outcome<Membership> {
    let membership = memberships::find_of_user(db, company, actor.user).await?;
    Ok(membership.ok_or(Error::NotFound)?)
}

/// The same under the company's lock: what it says, and what is read of the company after it, holds until the
/// transaction `db` ends.
///
/// # Errors
/// As [`membership`].
pub async fn locked_membership(
    db: &impl ConnectionTrait,
    actor: &Actor,
    company: CompanyId,
) -> Outcome<Membership> {
    companies::lock(db, company).await?;
    membership(db, actor, company).await
}

/// Whether `role` may do `action`.
///
/// # Errors
/// [`Error::NotFound`] for what the role may not even see, [`Error::Forbidden`] for what it sees but
/// may not do.
pub const fn allow(role: Role, action: Action) -> Result<(), Error> {
    match allows(role, action) {
        Verdict::Allowed => Ok(()),
        Verdict::Forbidden => Err(Error::Forbidden),
        Verdict::Hidden => Err(Error::NotFound),
    }
}

/// The only member whose things `me` sees, where those are not everybody's. `see` is what it takes to see one.
#[must_use]
pub fn only_own(me: &Membership, see: impl FnOnce(Subject) -> Action) -> Option<MemberId> {
    // Nobody stands above an owner: who sees theirs sees all.
    let sees_all = allows(me.role, see(Subject::Other(Role::Owner))).is_allowed();
    (!sees_all).then_some(me.id)
}

/// Whose thing it is, for the rule table, when `viewer` looks at something of `member`, both of one
/// company.
#[must_use]
pub fn subject(viewer: &Membership, member: &Membership) -> Subject {
    if viewer.id == member.id { Subject::Own } else { Subject::Other(member.role) }
}
