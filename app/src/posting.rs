//! Forms that the program sends: the fields that the browser would send itself, so that no code for each form has to read and
//! write them again.

use std::ops::Deref;

use leptos::{
    ev::SubmitEvent,
    form::form_data_from_event,
    html,
    prelude::*,
    server_fn::{
        Http, ServerFn,
        client::Client,
        codec::{Json, PostUrl},
        error::ServerFnUrlError,
    },
    web_sys::UrlSearchParams,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::Error;

use crate::{
    error::{Answer, AppError},
    pages::query::Query,
    wire::{self, Coming},
};

/// What a form does: an action whose input are the form's fields, encoded.
///
/// It begins with the error of the last sending, if that was a plain form post that led to this page.
#[derive(Clone, Copy)]
pub struct Posting {
    url: &'static str,
    action: Action<String, Answer<()>>,
}

impl Posting {
    /// Sends to the server function `S`.
    #[must_use]
    pub fn to<S>() -> Self
    where
        S: ServerFn<Error = AppError, Protocol = Http<PostUrl, Json>>,
        S::Client: Client<AppError>,
    {
        Self::at(S::PATH, wire::post::<S::Client>, Gone::IsAnError)
    }

    /// As [`Posting::to`], for what takes something away: where that is not there any more, it is done. Somebody else was
    /// faster, or the answer to the first sending got lost.
    #[must_use]
    pub fn removing<S>() -> Self
    where
        S: ServerFn<Error = AppError, Protocol = Http<PostUrl, Json>>,
        S::Client: Client<AppError>,
    {
        Self::at(S::PATH, wire::post::<S::Client>, Gone::IsDone)
    }

    /// The field `name` of what is being sent, as long as it is.
    pub(crate) fn sending(self, name: &str) -> Option<String> {
        self.action
            .input()
            .with(|fields| Some(Query::parse(fields.as_ref()?).get(name)?.to_owned()))
    }

    /// Whether a form is on its way that has these values in these fields: one of several that share this.
    pub(crate) fn is_sending(self, fields: Vec<(&'static str, String)>) -> Signal<bool> {
        let pending = self.action.pending();
        Signal::derive(move || {
            pending.get()
                && fields.iter().all(|(name, value)| self.sending(name).as_ref() == Some(value))
        })
    }

    fn at(url: &'static str, post: fn(&str, String) -> Coming<()>, gone: Gone) -> Self {
        let refused = use_context::<ServerActionError>()
            .filter(|error| error.path() == url)
            .map(|error| Err(ServerFnUrlError::decode_err(error.err())));
        let action = Action::new_with_value(refused, move |fields: &String| {
            let coming = post(url, fields.clone());
            async move {
                match coming.await {
                    Err(AppError(Error::NotFound | Error::NotConnected))
                        if gone == Gone::IsDone =>
                    {
                        Ok(())
                    }
                    answer => answer,
                }
            }
        });
        Self { url, action }
    }
}

/// What it means that what a form is about is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    IsAnError,
    IsDone,
}

impl Deref for Posting {
    type Target = Action<String, Answer<()>>;

    fn deref(&self) -> &Self::Target {
        &self.action
    }
}

impl From<Posting> for Action<String, Answer<()>> {
    fn from(posting: Posting) -> Self {
        posting.action
    }
}

/// A form that works without the program too, and that the program sends once it is there.
#[component]
pub fn PostForm(
    /// What it does.
    action: Posting,
    /// Where the form is to be found.
    #[prop(optional)]
    node_ref: NodeRef<html::Form>,
    /// Fields and buttons; the field of the button that was pressed goes along.
    children: Children,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        // What stands there until the answer to something else has come has lost its action: then the browser sends it.
        if action.value().try_get_untracked().is_none() {
            return;
        }
        if let Some(fields) = take_fields(&event) {
            action.dispatch(fields);
        }
    };
    view! {
        <form action=action.url method="post" node_ref=node_ref on:submit=submit>{children()}</form>
    }
    .into_any()
}

/// A form whose fields become the query of a page's address. It works without the program too.
#[component]
pub fn QueryForm(
    /// The page's path.
    action: &'static str,
    /// Fields and buttons; the field of the button that was pressed goes along.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        if let Some(fields) = take_fields(&event) {
            let options = NavigateOptions { scroll: false, ..Default::default() };
            navigate(&format!("{action}?{fields}"), options);
        }
    };
    // What a browser puts back after Back is no choice: told as one it would lead on again.
    view! { <form action=action method="get" autocomplete="off" on:submit=submit>{children()}</form> }.into_any()
}

/// Takes from the browser what it would send, encoded; none where it is to send that itself.
fn take_fields(event: &SubmitEvent) -> Option<String> {
    // Somebody has something to ask first.
    if event.default_prevented() {
        return None;
    }
    // What cannot be read is left to the browser.
    let fields = form_data_from_event(event).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    event.prevent_default();
    // A button that was pressed is among them, also one without a name.
    fields.delete("");
    Some(String::from(fields.to_string()))
}
