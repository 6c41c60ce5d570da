//! What the frame tells wherever the person is: unread notices, and that the company is to be deleted.

use leptos::{prelude::*, server_fn::ServerFn};
use shared::{
    id::CompanyId,
    role::{Action, Role, allows},
    time::TimeView,
};

use crate::{
    components::{Glyph, LeavingForm, Time},
    server_fns::companies::KeepCompanyCall,
    texts::{is_one, locale, rich, text},
};

/// The way to the notices, with how many are unread.
#[component]
pub fn Bell(
    /// How many are unread.
    unread: Signal<u32>,
) -> impl IntoView {
    let count = move || {
        let unread = unread.get();
        let word = if is_one(locale(), unread.into()) {
            text!(notices.unread_one)
        } else {
            text!(notices.unread)
        };
        (unread > 0).then(|| {
            view! {
                <span class="count">{unread}<span class="visually-hidden">" " {word}</span></span>
            }
        })
    };
    view! {
        <a class="btn quiet bell" href="/notices">
            <Glyph icon=icondata::LuBell/>
            <span class="visually-hidden">{text!(notices.title)} " "</span>
            {count}
        </a>
    }
    .into_any()
}

/// Says on every page that the company is to be deleted, with the way back for owners.
#[component]
pub fn Deletion(
    /// The company.
    company: CompanyId,
    /// The viewer's role in it.
    role: Role,
    /// When it goes, if it does.
    deletion: Signal<Option<TimeView>>,
) -> impl IntoView {
    let manages = allows(role, Action::ManageCompany).is_allowed();
    let heard = move || deletion.with(Option::is_some).then(|| text!(deletion.heard));
    let banner = move || {
        deletion.get().map(|at| {
            view! {
                <div class="banner">
                    <Glyph icon=icondata::LuTriangleAlert/>
                    <p>{rich!(deletion.told, <time/> = move || view! { <Time time=at.clone()/> })}</p>
                    {manages.then(|| view! {
                        <LeavingForm action=KeepCompanyCall::url()>
                            <input type="hidden" name="input[company]" value=company.to_string()/>
                            <button class="btn small">{text!(deletion.undo)}</button>
                        </LeavingForm>
                    })}
                </div>
            }
        })
    };
    // The region stands before it has something to say, and without the time, or all of it is read aloud whenever that changes.
    view! {
        <p class="visually-hidden" role="status">{heard}</p>
        {banner}
    }
    .into_any()
}
