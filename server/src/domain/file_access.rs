//! Under which permission a key makes files, and so may have them.

use shared::permission::{Permission, PermissionSet};

/// The permission under which a key that allows this makes a file: the one to report, or else the one to run a
/// workflow, of which a step made it.
#[must_use]
pub const fn made_under(permissions: PermissionSet) -> Permission {
    if permissions.contains(Permission::Report) { Permission::Report } else { Permission::Workflow }
}

/// Whether a key that allows this now may have a file that it made under `made`: what it may not make any more, it may
/// not have. A file from before it was noted (`None`) was made under one of the two.
#[must_use]
pub fn may_fetch(made: Option<i16>, permissions: PermissionSet) -> bool {
    [Permission::Report, Permission::Workflow].into_iter().any(|permission| {
        permissions.contains(permission) && made.is_none_or(|made| made == permission as i16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: PermissionSet = PermissionSet::of(&[Permission::Report]);
    const WORKFLOW: PermissionSet = PermissionSet::of(&[Permission::Workflow]);

    #[test]
    fn a_key_has_what_it_may_still_make() {
        for permissions in [REPORT, WORKFLOW, PermissionSet::ALL] {
            let made = made_under(permissions) as i16;
            assert!(may_fetch(Some(made), permissions));
            assert!(may_fetch(None, permissions));
            for less in [PermissionSet::EMPTY, PermissionSet::DEFAULT] {
                assert!(!may_fetch(Some(made), less) && !may_fetch(None, less));
            }
        }
        let (report, workflow) = (made_under(PermissionSet::ALL), made_under(WORKFLOW));
        assert!(!may_fetch(Some(report as i16), WORKFLOW), "a workflow does not bring it back");
        assert!(!may_fetch(Some(workflow as i16), REPORT));
    }
}
