//! Which permissions a call may have needed, from what the activity keeps of it.

use shared::permission::{Permission, PermissionSet};

use super::odoo_methods::{self, Generic};

/// Everything that a call of `tool` may have needed. Where the record does not tell, more rather than less: a
/// permission that is said to be unused must be, since a key never gets it back.
#[must_use]
pub fn needed(tool: &str, method: Option<&str>) -> PermissionSet {
    use Permission::{Create, Execute, Query, Read, Report, Schema, Write};
    match tool {
        // With `read` a search also gives fields.
        "aidoo_query" => PermissionSet::of(&[Query, Read]),
        "aidoo_read" => PermissionSet::of(&[Read]),
        // The lines of a record are created and changed with it.
        "aidoo_create" | "aidoo_write" => PermissionSet::of(&[Create, Write]),
        "aidoo_schema" => PermissionSet::of(&[Schema]),
        "aidoo_report" => PermissionSet::of(&[Report]),
        "aidoo_execute" => {
            let generic = method.and_then(odoo_methods::generic);
            let needs = generic.map_or(&[][..], |one| one.needs);
            // A method of a model's own may be the button of a wizard, which may have been filled in with lines.
            let lines: &[Permission] =
                if generic.is_none() || needs.iter().any(|one| matches!(one, Create | Write)) {
                    &[Create, Write]
                } else {
                    &[]
                };
            let reads_back = generic.is_some_and(Generic::reads_back).then_some(Read);
            needs.iter().chain(lines).copied().chain(reads_back).chain([Execute]).collect()
        }
        "aidoo_context" => PermissionSet::EMPTY,
        // The steps of a workflow need theirs, and a tool that this version does not know may need any.
        _ => PermissionSet::ALL,
    }
}

/// What of `own` none of the calls has needed; nothing when there were none, as such a key is better revoked.
#[must_use]
pub fn unused(own: PermissionSet, calls: &[(String, Option<String>)]) -> PermissionSet {
    let used = calls.iter().fold(PermissionSet::EMPTY, |used, (tool, method)| {
        used.iter().chain(needed(tool, method.as_deref()).iter()).collect()
    });
    let left = own.intersection(used);
    if left.is_empty() { PermissionSet::EMPTY } else { own.without(used) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &str) -> PermissionSet {
        names.parse().expect("permissions")
    }

    fn unused_after(own: &str, calls: &[(&str, Option<&str>)]) -> PermissionSet {
        let calls: Vec<_> = calls
            .iter()
            .map(|(tool, method)| ((*tool).to_owned(), method.map(str::to_owned)))
            .collect();
        unused(set(own), &calls)
    }

    #[test]
    fn only_what_no_call_can_have_needed_is_unused() {
        let all = "query read create write execute schema report workflow";
        assert_eq!(
            unused_after(all, &[("aidoo_query", None), ("aidoo_schema", None)]),
            set("create write execute report workflow")
        );
        assert_eq!(
            unused_after("query read create write", &[("aidoo_write", None)]),
            set("query read")
        );
        assert_eq!(
            unused_after("query read execute", &[("aidoo_execute", Some("search_read"))]),
            set("")
        );
        assert_eq!(
            unused_after("query read execute", &[("aidoo_execute", Some("action_confirm"))]),
            set("query read")
        );
        assert_eq!(
            unused_after("create write execute", &[("aidoo_execute", Some("process"))]),
            set("")
        );
        assert_eq!(
            unused_after("query read create write execute", &[("aidoo_execute", Some("web_save"))]),
            set("query")
        );
        assert_eq!(unused_after(all, &[("aidoo_workflow", None)]), set(""));
    }

    #[test]
    fn a_key_never_loses_everything() {
        assert_eq!(unused_after("query read", &[]), set(""));
        assert_eq!(unused_after("query read", &[("aidoo_context", None)]), set(""));
        assert_eq!(unused_after("query", &[("aidoo_schema", None)]), set(""));
    }
}
