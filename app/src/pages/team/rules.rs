//! What the viewer may do to a member, asked of the one table.

use shared::{
    key_rules::Makers,
    member::MemberView,
    role::{Action, Role, Subject, allows},
};

/// Whose thing `member` is, as the viewer sees it.
pub(super) const fn subject(member: &MemberView) -> Subject {
    if member.is_viewer { Subject::Own } else { Subject::Other(member.role) }
}

/// The roles that the viewer may give to `member` besides the one they have.
pub(super) fn other_roles(viewer: Role, member: &MemberView) -> Vec<Role> {
    let subject = subject(member);
    Role::ALL
        .into_iter()
        .filter(|to| *to != member.role)
        .filter(|to| allows(viewer, Action::ChangeRole(subject, *to)).is_allowed())
        .collect()
}

/// Whether the viewer may take `member` out, or leave.
pub(super) fn may_remove(viewer: Role, member: &MemberView) -> bool {
    allows(viewer, Action::RemoveMember(subject(member))).is_allowed()
}

/// Whether the viewer may generate a key for `member`.
pub(super) fn may_generate(viewer: Role, member: &MemberView, makers: Makers) -> bool {
    allows(viewer, Action::GenerateKey(subject(member))).is_allowed()
        && (member.is_viewer || makers.include(viewer))
}

/// Whether the viewer may let `member` set a new password.
pub(super) const fn may_reset(viewer: Role, member: &MemberView) -> bool {
    allows(viewer, Action::ResetPassword(subject(member))).is_allowed()
}

/// The roles that the viewer may invite somebody to.
pub(super) fn invitable(viewer: Role) -> Vec<Role> {
    Role::ALL
        .into_iter()
        .filter(|role| allows(viewer, Action::Invite(*role)).is_allowed())
        .collect()
}

/// Whether the viewer may invite anybody.
pub(super) fn may_invite(viewer: Role) -> bool {
    !invitable(viewer).is_empty()
}

/// Whether `member` is the only owner, who can neither go nor take a lesser role.
pub(super) const fn is_last_owner(member: &MemberView, owners: u32) -> bool {
    matches!(member.role, Role::Owner) && owners <= 1
}

#[cfg(test)]
mod tests {
    use shared::{permission::PermissionSet, time::TimeView};

    use super::*;

    fn member(role: Role, is_viewer: bool) -> MemberView {
        let time = |text: &str| text.to_owned();
        MemberView {
            member: "mem_0198a7c6b2f07d3f8e1c2a4b5c6d7e8f".parse().expect("an id"),
            name: "Idris Benali".to_owned(),
            email: "idris@nordwind.example".to_owned(),
            role,
            is_viewer,
            odoo_linked: true,
            live_keys: Some(1),
            seen_keys: None,
            ceiling: PermissionSet::ALL,
            joined: TimeView {
                at: Default::default(),
                iso: time("1970-01-01T00:00:00Z"),
                local: time("1970-01-01T00:00 UTC"),
                seen_at: Default::default(),
            },
        }
    }

    #[test]
    fn an_admin_finds_no_button_for_an_owner() {
        let owner = member(Role::Owner, false);
        assert!(!may_generate(Role::Admin, &owner, Makers::default()));
        assert!(!may_remove(Role::Admin, &owner));
        assert!(other_roles(Role::Admin, &owner).is_empty());
        assert_eq!(invitable(Role::Admin), [Role::Admin, Role::Member]);
    }

    #[test]
    fn a_member_finds_buttons_for_themselves_only() {
        assert!(may_generate(Role::Member, &member(Role::Member, true), Makers::Nobody));
        assert!(may_remove(Role::Member, &member(Role::Member, true)));
        assert!(!may_generate(Role::Member, &member(Role::Member, false), Makers::default()));
        assert!(!may_remove(Role::Member, &member(Role::Admin, false)));
        assert!(!may_invite(Role::Member));
    }

    #[test]
    fn an_owner_gives_any_role_but_the_one_that_is_there() {
        assert_eq!(
            other_roles(Role::Owner, &member(Role::Admin, false)),
            [Role::Owner, Role::Member]
        );
        assert!(is_last_owner(&member(Role::Owner, true), 1));
        assert!(!is_last_owner(&member(Role::Owner, true), 2));
    }
}
