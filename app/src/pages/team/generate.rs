//! The dialog that generates a key. It waits for hydration: what a plain form post returns nobody sees.

mod expiry;
mod permissions;

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    Field as F,
    api_key::CreateApiKey,
    handover::HandOverKey,
    id::{CompanyId, RequestId},
    member::MemberView,
    permission::{Permission, PermissionSet},
};

use self::{
    expiry::{Choice, ExpiryPicker},
    permissions::PermissionPicker,
};
use crate::{
    components::{CloseLink, Closing, Dialog, Field, SubmitButton, use_ready},
    error::AppError,
    forms,
    pages::{
        delivery::{Delivery, DeliveryPicker},
        dialog::{NeedsScript, NotShown, draw_request_id, use_making},
        made::Made,
        team::shown_once::Holder,
    },
    server_fns::api_keys::{create_api_key, hand_over_key},
    texts::text,
    words,
};

/// Asks what a new key for `member` is called and may do, and makes it.
#[component]
pub(super) fn GenerateDialog(
    /// The company.
    company: CompanyId,
    /// Whom the key is for.
    member: MemberView,
    /// The most days that a key lives, if the company says so.
    longest_days: Option<u32>,
    /// The page without the dialog.
    close: &'static str,
    /// Called with the key, or with the link by which it is handed over.
    on_made: Callback<Made>,
) -> impl IntoView {
    let MemberView { member: id, name: person, is_viewer, odoo_linked, ceiling, role, .. } = member;
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let (form, name) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let chosen = RwSignal::new(PermissionSet::DEFAULT.intersection(ceiling));
    let choice = RwSignal::new(Choice::Never);
    let date = RwSignal::new(String::new());
    // One for each opening: whatever is sent twice, a double click or a retry, makes one key.
    let request = StoredValue::new(None::<RequestId>);

    let delivery = RwSignal::new(Delivery::Shown);

    // The action's own value would keep the key until the next call: it goes to `on_made` alone.
    let create = Action::new(move |(input, delivery): &(CreateApiKey, Delivery)| {
        let (input, delivery) = (input.clone(), *delivery);
        async move {
            let made = match delivery {
                Delivery::Shown => Made::Key(create_api_key(input).await?, Holder::of(is_viewer)),
                Delivery::Link => Made::Handover(hand_over_key(by_link(input)).await?),
            };
            on_made.try_run(made);
            Ok::<(), AppError>(())
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if create.pending().get_untracked() {
            return;
        }
        let drawn = request.get_value().or_else(draw_request_id);
        request.set_value(drawn);
        let Some(request) = drawn else { return };
        let input = CreateApiKey {
            company,
            member: id,
            request,
            name: name.get_untracked().map(|input| input.value()).unwrap_or_default(),
            permissions: chosen.get_untracked(),
            expiry: choice.get_untracked().expiry(date.get_untracked()),
        };
        create.dispatch((input, delivery.get_untracked()));
    };

    let error = forms::error_of(create);
    forms::focus_first_wrong(form, create);
    let busy = use_making(create.pending());
    let heading = if is_viewer {
        text!(generate.heading_own).to_owned()
    } else {
        text!(team.generate_for, name = words::isolated(&person))
    };
    let lead = match (is_viewer, odoo_linked) {
        (true, true) => text!(generate.lead_own).to_owned(),
        (true, false) => text!(generate.lead_own_unlinked).to_owned(),
        (false, true) => text!(generate.lead, name = words::isolated(&person)),
        (false, false) => text!(generate.lead_unlinked, name = words::isolated(&person)),
    };
    let create_or_link = move || match delivery.get() {
        Delivery::Shown => text!(generate.create),
        Delivery::Link => text!(invite_dialog.make),
    };

    view! {
        <Dialog heading lead closing=Closing::To(close.to_owned()) busy>
            <form node_ref=form on:submit=submit novalidate>
                <div class="body">
                    <NeedsScript what=text!(generate.needs_script)/>
                    <NotShown error/>
                    <Field
                        id="key-name"
                        label=text!(generate.name)
                        name="name"
                        placeholder=text!(generate.name_example)
                        hint=text!(generate.name_hint)
                        problem=forms::problem(error, F::KeyName)
                        node_ref=name
                    />
                    <PermissionPicker chosen ceiling role ready problem=forms::problem(error, F::Permissions)/>
                    <ExpiryPicker choice date longest_days ready problem=forms::problem(error, F::Expiry)/>
                    {(!is_viewer).then(|| view! { <DeliveryPicker delivery person ready/> })}
                </div>
                <footer>
                    <span class="hint">{move || reach(chosen.get())}</span>
                    <CloseLink to=close>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=busy disabled=unready busy=text!(generate.busy)>{create_or_link}</SubmitButton>
                </footer>
            </form>
        </Dialog>
    }
}

/// The same wish, for a key that its person picks up.
fn by_link(input: CreateApiKey) -> HandOverKey {
    let CreateApiKey { company, member, request, name, permissions, expiry } = input;
    HandOverKey { company, member, request, name, permissions, expiry }
}

/// What the key could do to Odoo, in a word.
fn reach(chosen: PermissionSet) -> &'static str {
    if chosen.is_empty() {
        text!(generate.reach_none)
    } else if chosen.iter().any(Permission::changes_odoo) {
        text!(generate.reach_changes)
    } else {
        text!(generate.reach_reads)
    }
}
