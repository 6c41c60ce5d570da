//! The dialog that replaces a key. It waits for hydration: what a plain form post returns nobody sees.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    Field as F,
    api_key::ApiKeyView,
    id::{CompanyId, RequestId},
    key_change::{Grace, RotateApiKey, life_days},
    key_format,
    permission::PermissionSet,
    time::TimeView,
};

use crate::{
    components::{CloseLink, Closing, Dialog, FieldProblem, Note, SubmitButton, Tone, use_ready},
    error::AppError,
    forms,
    pages::{
        delivery::{Delivery, DeliveryPicker},
        dialog::{NeedsScript, NotShown, draw_request_id, use_making},
        made::Made,
        team::shown_once::Holder,
    },
    server_fns::api_keys::{rotate_api_key, rotate_by_link},
    texts::{rich, text},
    words,
};

/// Says what the new key will be, asks how long the old one goes on working, and makes it.
#[component]
pub(super) fn RotateDialog(
    /// The company.
    company: CompanyId,
    /// Which key.
    key: ApiKeyView,
    /// The page without the dialog.
    close: String,
    /// Where the new key goes; the dialog that shows it once takes it from there.
    made: RwSignal<Option<Made>>,
    /// Called with what was done, as a sentence.
    on_done: Callback<String>,
) -> impl IntoView {
    let ApiKeyView {
        id,
        name,
        identifier,
        permissions,
        effective,
        person,
        is_own,
        created,
        expires,
        successor_waits,
        ..
    } = key;
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let grace = RwSignal::new(Grace::default());
    let delivery = RwSignal::new(Delivery::Shown);
    // One for each opening: whatever is sent twice, a double click or a retry, makes one key.
    let request = StoredValue::new(None::<RequestId>);

    let rotated = name.clone();
    // The action's own value would keep the key until the next call: it goes to `made` alone.
    let rotate = Action::new(move |(input, delivery): &(RotateApiKey, Delivery)| {
        let (input, delivery, rotated) = (input.clone(), *delivery, rotated.clone());
        async move {
            let new = match delivery {
                Delivery::Shown => Made::Key(rotate_api_key(input).await?, Holder::of(is_own)),
                Delivery::Link => Made::Handover(rotate_by_link(input).await?),
            };
            made.try_set(Some(new));
            on_done.try_run(text!(rotate_key.done, name = words::isolated(&rotated)));
            Ok::<(), AppError>(())
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if rotate.pending().get_untracked() {
            return;
        }
        let drawn = request.get_value().or_else(draw_request_id);
        request.set_value(drawn);
        let Some(request) = drawn else { return };
        let input = RotateApiKey { company, key: id, request, grace: grace.get_untracked() };
        rotate.dispatch((input, delivery.get_untracked()));
    };
    let error = forms::error_of(rotate);
    let busy = use_making(rotate.pending());
    let withheld = permissions.without(effective);
    let life = life(&created, expires.as_ref());
    let start = move || match delivery.get() {
        Delivery::Link => Start::PickedUp,
        Delivery::Shown if successor_waits => Start::Accepted,
        Delivery::Shown => Start::AtOnce,
    };
    let waits = text!(rotate_key.waits, person = words::isolated(&person));
    let waits = move || {
        let waits = waits.clone();
        (start() == Start::Accepted).then(|| view! { <Note tone=Tone::Warn>{waits}</Note> })
    };
    let chips = Grace::ALL
        .map(|one| {
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="grace"
                        prop:checked=move || grace.get() == one
                        checked=grace.get_untracked() == one
                        disabled=move || !ready.get()
                        on:change=move |_| grace.set(one)
                    />
                    {grace_label(one)}
                </label>
            }
        })
        .collect_view();

    view! {
        <Dialog
            heading=text!(rotate_key.heading, name = words::isolated(&name))
            lead=text!(rotate_key.lead)
            closing=Closing::To(close.clone())
            busy
        >
            <form on:submit=submit novalidate>
                <div class="body">
                    <NeedsScript what=text!(rotate_key.needs_script)/>
                    <NotShown error/>
                    <p>{text!(rotate_key.may, names = list(effective), life = life)}</p>
                    {(!withheld.is_empty()).then(|| view! {
                        <Note tone=Tone::Warn>
                            {text!(rotate_key.withheld, names = list(withheld))}
                        </Note>
                    })}
                    {waits}
                    <FieldProblem id="name" problem=forms::problem(error, F::KeyName)/>
                    <FieldProblem id="permissions" problem=forms::problem(error, F::Permissions)/>
                    <fieldset class="field" aria-describedby="grace-help">
                        <legend>
                            {rich!(rotate_key.grace, key = key_format::display(&identifier), <code> = <code/>)}
                        </legend>
                        <div class="presets">{chips}</div>
                        <small id="grace-help">{move || help(grace.get(), expires.as_ref(), start())}</small>
                    </fieldset>
                    {(!is_own).then(|| view! { <DeliveryPicker delivery person ready/> })}
                </div>
                <footer>
                    <CloseLink to=close>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=busy disabled=unready busy=text!(rotate_key.rotating)>{text!(rotate_key.verb)}</SubmitButton>
                </footer>
            </form>
        </Dialog>
    }
}

/// "query, read", or "none".
fn list(permissions: PermissionSet) -> String {
    if permissions.is_empty() {
        text!(rotate_key.nothing).to_owned()
    } else {
        words::permissions(permissions)
    }
}

/// How long the new key will live.
fn life(created: &TimeView, expires: Option<&TimeView>) -> String {
    match life_days(created.at, expires.map(|end| end.at)) {
        None => text!(rotate_key.life_none).to_owned(),
        Some(1) => text!(rotate_key.life_day).to_owned(),
        Some(days) => text!(rotate_key.life_days, days = days),
    }
}

/// From when on the new key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    AtOnce,
    /// Once its person has accepted it.
    Accepted,
    /// Once they have picked it up.
    PickedUp,
}

fn help(grace: Grace, expires: Option<&TimeView>, start: Start) -> String {
    match (grace, start, expires) {
        (Grace::None, ..) => text!(rotate_key.help_none).to_owned(),
        // That both work until then is not for sure.
        (_, Start::PickedUp, _) => text!(rotate_key.help_link).to_owned(),
        (_, Start::Accepted, _) => text!(rotate_key.help_waits).to_owned(),
        // Only an end of its own that comes first cuts the time that was chosen.
        (grace, Start::AtOnce, Some(end)) if end.at < grace.end(end.seen_at, None) => {
            text!(rotate_key.help_end, when = words::dated(end, 0))
        }
        _ => text!(rotate_key.help).to_owned(),
    }
}

fn grace_label(grace: Grace) -> &'static str {
    match grace {
        Grace::None => text!(rotate_key.graces.none),
        Grace::FifteenMinutes => text!(rotate_key.graces.fifteen_minutes),
        Grace::Hour => text!(rotate_key.graces.hour),
        Grace::Day => text!(rotate_key.graces.day),
        Grace::Week => text!(rotate_key.graces.week),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::time::{HOUR, Timestamp};

    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn only_an_end_that_comes_first_cuts_the_time_that_was_chosen() {
        let ends_in = |hours: i64| TimeView {
            at: Timestamp::from_micros(hours * HOUR),
            iso: String::new(),
            local: "2026-11-24T09:12 UTC".to_owned(),
            seen_at: Timestamp::default(),
        };
        let told = |grace, end: Option<TimeView>, start| {
            in_locale(Locale::en, || help(grace, end.as_ref(), start))
        };
        let soon = told(Grace::Day, Some(ends_in(5)), Start::AtOnce);
        assert!(soon.ends_with("not beyond its own end, 24 Nov 2026, in 5 hours."), "{soon}");
        for (grace, end) in [
            (Grace::Hour, Some(ends_in(5))),
            (Grace::Day, Some(ends_in(24 * 60))),
            (Grace::Week, Some(ends_in(24 * 7))),
            (Grace::Day, None),
        ] {
            assert!(told(grace, end, Start::AtOnce).starts_with("Both keys work until then. "));
        }
        assert_eq!(
            told(Grace::Day, Some(ends_in(5)), Start::Accepted),
            "Revoke the old key earlier at any time."
        );
    }
}
