//! The confirmation before a key loses what it has not used.

use leptos::prelude::*;
use shared::{api_key::ApiKeyView, call_figures::DAYS, id::CompanyId, permission::PermissionSet};

use crate::{
    components::PermissionTags,
    pages::dialog::{Confirm, on_success},
    posting::Posting,
    server_fns::api_keys::ReduceApiKeyCall,
    texts::text,
    words,
};

/// Names the permissions and says what removing them means; a plain form does it.
#[component]
pub(super) fn ReduceDialog(
    /// The company.
    company: CompanyId,
    /// Which key.
    key: ApiKeyView,
    /// What it has not used.
    unused: PermissionSet,
    /// The page without the dialog.
    close: String,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let ApiKeyView { id, name, permissions, .. } = key;
    let action = Posting::to::<ReduceApiKeyCall>();
    on_success(action, move || {
        on_done.run(text!(reduce_key.done, names = words::permissions(unused)));
    });
    let mut fields = vec![("input[company]", company.to_string()), ("input[key]", id.to_string())];
    fields.extend(unused.iter().map(|one| ("input[remove][]", one.to_string())));
    view! {
        <Confirm
            heading=text!(reduce_key.heading, names = words::permissions(unused))
            lead=lead(&name, unused)
            close
            action
            fields
            verb=text!(reduce_key.verb)
            busy=text!(common.removing)
        >
            <div><p>{text!(reduce_key.keeps)}</p><PermissionTags permissions=permissions.without(unused)/></div>
        </Confirm>
    }
}

/// Why the key called `name` can do without them.
fn lead(name: &str, unused: PermissionSet) -> String {
    let name = words::isolated(name);
    match unused.len() {
        1 => text!(reduce_key.lead.one, name = name, days = DAYS),
        _ => text!(reduce_key.lead.many, name = name, days = DAYS),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::permission::Permission::{Create, Write};

    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn several_permissions_are_told_as_several() {
        let told = |unused: PermissionSet| in_locale(Locale::en, || lead("Cursor", unused));
        let one = told(PermissionSet::of(&[Write]));
        assert!(one.starts_with("“Cursor” has not needed it for "), "{one}");
        let both = told(PermissionSet::of(&[Create, Write]));
        assert!(both.starts_with("“Cursor” has not needed them for "), "{both}");
    }
}
