//! Which of the dialogs about keys stands on the page: the list and a key's own page have the same ones.

use leptos::prelude::*;
use shared::{api_key::ApiKeyView, id::CompanyId, permission::PermissionSet};

use super::{
    edit::EditDialog,
    open::Open,
    reduce::ReduceDialog,
    revoke::{RevokeDialog, RevokeManyDialog},
    rotate::RotateDialog,
};
use crate::pages::made::Made;

/// What every dialog about keys needs.
#[derive(Clone, Copy)]
pub struct Surroundings {
    /// The company.
    pub(super) company: CompanyId,
    /// The page without a dialog.
    pub(super) close: Signal<String>,
    /// Called with what was done, as a sentence.
    pub(super) on_done: Callback<String>,
    /// Where a new key goes; the dialog that shows it once takes it from there.
    pub(super) made: RwSignal<Option<Made>>,
}

/// A dialog that somebody asks for.
pub struct Asked {
    /// Where it will stand.
    pub(super) around: Surroundings,
    /// Which.
    pub(crate) open: Open,
    /// What it can be about.
    pub(super) keys: Vec<ApiKeyView>,
    /// What of its permissions a key did not use, where that is known.
    pub(super) unused: PermissionSet,
}

/// The dialog, or nothing: a key that is gone, or that the viewer may not touch, opens none, as the address may be
/// old.
pub fn dialog(Asked { around, open, keys, unused }: Asked) -> AnyView {
    chosen(around, open, &keys, unused).into_any()
}

fn chosen(
    around: Surroundings,
    open: Open,
    keys: &[ApiKeyView],
    unused: PermissionSet,
) -> Option<AnyView> {
    let Surroundings { company, close, on_done, made } = around;
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
            Some(view! { <RotateDialog company key close made on_done/> }.into_any())
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
