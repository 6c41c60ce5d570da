//! A key's permissions at a glance.

use leptos::prelude::*;
use shared::permission::{Permission, PermissionSet};

use crate::texts::text;

/// Reading permissions are grey, those that change Odoo are amber; a full set says so in two words.
#[component]
pub fn PermissionTags(
    /// The set.
    permissions: PermissionSet,
) -> impl IntoView {
    let tags = if permissions == PermissionSet::ALL {
        vec![("perm writing", text!(permissions.all_eight))]
    } else if permissions.is_empty() {
        vec![("perm", text!(permissions.none))]
    } else {
        permissions.iter().map(|one| (class(one), one.as_str())).collect()
    };
    let tags = tags
        .into_iter()
        // The space is for those who copy or hear the list.
        .map(|(class, name)| view! { <span class=class>{name}</span> " " })
        .collect_view();
    view! { <span class="perms">{tags}</span> }.into_any()
}

const fn class(permission: Permission) -> &'static str {
    if permission.changes_odoo() { "perm writing" } else { "perm" }
}
