//! What was made and is shown once, a key or a link: it lives in the page until it is copied, and nowhere else.

use leptos::prelude::*;
use shared::{
    api_key::GeneratedKey,
    handover::HandoverLink,
    member::{InvitationLink, ResetLink},
};

use super::{
    api_keys::HandoverLinkDialog,
    team::{
        LinkDialog, ResetLinkDialog,
        shown_once::{Holder, ShownOnceDialog},
    },
};

/// A key or a link.
#[derive(Clone)]
pub enum Made {
    /// A key, and whose it is.
    Key(GeneratedKey, Holder),
    /// A link by which a key is picked up.
    Handover(HandoverLink),
    /// A link by which somebody joins.
    Invitation(InvitationLink),
    /// A link by which somebody sets a new password.
    Reset(ResetLink),
}

/// Something made that is shown.
pub struct Shown {
    /// What.
    pub made: Made,
    /// Called by *I have copied it*.
    pub on_copied: Callback<()>,
}

impl Shown {
    /// Shows what `made` holds until it is copied.
    pub(super) fn from(made: RwSignal<Option<Made>>) -> Option<Self> {
        let on_copied = Callback::new(move |()| made.set(None));
        made.get().map(|made| Self { made, on_copied })
    }
}

/// The dialog that shows it.
pub fn dialog(Shown { made, on_copied }: Shown) -> AnyView {
    match made {
        Made::Key(key, holder) => view! { <ShownOnceDialog key holder on_copied/> }.into_any(),
        Made::Handover(link) => view! { <HandoverLinkDialog link on_copied/> }.into_any(),
        Made::Invitation(link) => view! { <LinkDialog link on_copied/> }.into_any(),
        Made::Reset(link) => view! { <ResetLinkDialog link on_copied/> }.into_any(),
    }
}
