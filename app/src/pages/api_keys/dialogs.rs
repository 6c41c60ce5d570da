//! Which of the dialogs about keys stands on the page: the list and a key's own page have the same ones.

use leptos::prelude::*;
use shared::{
    api_key::{ApiKeyView, GeneratedKey},
    id::CompanyId,
    permission::PermissionSet,
};

use super::{
    edit::EditDialog,
    open::Open,
    reduce::ReduceDialog,
    revoke::{RevokeDialog, RevokeManyDialog},
    rotate::RotateDialog,
};

/// What every dialog about keys needs.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    /// The company.
    pub(super) company: CompanyId,
    /// The page without a dialog.
    pub(super) close: Signal<String>,
    /// Called with what was done, as a sentence.
    pub(super) on_done: Callback<String>,
    /// Where a new key goes; the dialog that shows it once takes it from there.
    pub(super) generated: RwSignal<Option<GeneratedKey>>,
}

/// The dialog that `open` names, if `keys` has what it is about and the viewer may do it: the address may
/// be old.
pub(super) fn dialog(
    around: Surroundings,
    open: Open,
    keys: &[ApiKeyView],
    unused: PermissionSet,
) -> Option<AnyView> {
    let Surroundings { company, close, on_done, generated } = around;
    let close = close.get_untracked();
    let find = |id| keys.iter().find(|key| key.id == id).cloned();
    match open {
        Open::Revoke(asked) => {
            let mut keys: Vec<ApiKeyView> = keys
                .iter()
                .filter(|key| key.may_revoke && asked.contains(&key.id))
                .cloned()
                .collect();
            match keys.len() {
                0 => None,
                1 => {
                    let key = keys.remove(0);
                    Some(view! { <RevokeDialog company key close on_done/> }.into_any())
                }
                _ => Some(view! { <RevokeManyDialog company keys close on_done/> }.into_any()),
            }
        }
        Open::Rotate(id) => {
            let key = find(id).filter(|key| key.may_rotate)?;
            Some(view! { <RotateDialog company key close generated on_done/> }.into_any())
        }
        Open::Edit(id) => {
            let key = find(id).filter(|key| key.may_edit)?;
            Some(view! { <EditDialog company key close on_done/> }.into_any())
        }
        Open::Reduce(id) => {
            let key = find(id).filter(|key| key.may_edit && !unused.is_empty())?;
            Some(view! { <ReduceDialog company key unused close on_done/> }.into_any())
        }
    }
}
