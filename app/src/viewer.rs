//! Who looks at the signed-in pages: loaded once, drawn as the frame, handed to the pages.

use std::future::{Future, IntoFuture, poll_fn};

use leptos::prelude::*;
use leptos_router::components::Outlet;
use shared::{
    Error,
    account::{CurrentCompany, Viewer},
    news::End,
    time::TimeView,
};

use crate::{
    components::{
        GatePage, Line, Live, LoadError, Skeleton,
        frame::{Frame, SignOut, Told},
        once_hydrated, provide_news, use_news,
    },
    error::Answer,
    server_fns::accounts,
    texts::{rich, text},
};

/// The layout of all pages of a company: shows them once it is known who looks.
#[component]
pub fn SignedIn() -> impl IntoView {
    // Another may be chosen in another tab meanwhile: this one goes on with its own.
    let shown = StoredValue::new(None);
    let viewer = Resource::new(|| (), move |()| accounts::viewer(shown.get_value()));
    provide_context(ViewerResource(viewer));
    view! {
        <Transition fallback=Waiting>
            {move || Suspend::new(async move {
                match once(viewer).await {
                    Ok(Viewer { current: None, email, .. }) => {
                        view! { <NoCompany email/> }.into_any()
                    }
                    Ok(viewer @ Viewer { current: Some(_), .. }) => {
                        shown.set_value(viewer.current.as_ref().map(|current| current.company));
                        view! { <Inside viewer/> }.into_any()
                    }
                    Err(error) => view! {
                        <GatePage title=text!(common.in_the_way)><LoadError error=error.0/></GatePage>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
}

/// The company that the page shows, with the viewer's role in it.
///
/// # Panics
/// Outside [`SignedIn`]'s pages.
#[must_use]
pub fn use_company() -> CurrentCompany {
    expect_context()
}

/// Reads the viewer again, once the frame is alive: it shows what has changed, the page stays as it is.
pub fn refresh_viewer() {
    let ViewerResource(latest) = expect_context();
    once_hydrated(move || latest.refetch());
}

/// The viewer, without following it: when it is read again the page stays as it is. The future of
/// a resource tracks it at every poll, so it is the polls that have to be untracked.
fn once(viewer: Resource<Answer<Viewer>>) -> impl Future<Output = Answer<Viewer>> {
    let mut loaded = Box::pin(viewer.into_future());
    poll_fn(move |context| untrack(|| loaded.as_mut().poll(context)))
}

/// The version of the Odoo that is connected now, if one is.
///
/// # Panics
/// Outside [`SignedIn`]'s pages.
#[must_use]
pub fn use_connected() -> Signal<Option<String>> {
    expect_context::<Connected>().0
}

/// Whether the company's keys are refused, all of them, as it is to be deleted.
///
/// # Panics
/// Outside [`SignedIn`]'s pages.
#[must_use]
pub fn use_refusing() -> Signal<bool> {
    let Deletion(at) = expect_context();
    Signal::derive(move || at.with(Option::is_some))
}

#[derive(Clone, Copy)]
struct Deletion(Signal<Option<TimeView>>);

#[derive(Clone, Copy)]
struct Connected(Signal<Option<String>>);

#[derive(Clone, Copy)]
struct ViewerResource(Resource<Answer<Viewer>>);

/// The frame, and the page in it.
#[component]
fn Inside(viewer: Viewer) -> impl IntoView {
    let Some(current) = viewer.current.clone() else { return ().into_any() };
    provide_context(current.clone());
    let ViewerResource(latest) = expect_context();
    let at_first = current.clone();
    // What could not be read leaves what was there.
    let now = Memo::new(move |before: Option<&CurrentCompany>| {
        let viewer = latest.get().and_then(Result::ok);
        viewer
            .and_then(|viewer| viewer.current)
            .or_else(|| before.cloned())
            .unwrap_or_else(|| at_first.clone())
    });
    let Live { line, doubts } = provide_news(current.company);
    let news = use_news();
    Effect::new(move |before: Option<(u32, u32)>| {
        let now = (news.get(), doubts.get());
        if before.is_some_and(|before| before != now) {
            refresh_viewer();
        }
        now
    });
    let is_signed_out = Memo::new(move |_| {
        latest.with(|viewer| matches!(viewer, Some(Err(error)) if error.0 == Error::SignedOut))
    });
    let line =
        Signal::derive(
            move || {
                if is_signed_out.get() { Line::Ended(End::SignedOut) } else { line.get() }
            },
        );
    let told = Told {
        connection: Signal::derive(move || now.with(|now| now.connection.clone())),
        waiting: Signal::derive(move || now.with(|now| now.waiting)),
        unread: Signal::derive(move || now.with(|now| now.unread)),
        deletion: Signal::derive(move || now.with(|now| now.deletion.clone())),
        line,
    };
    provide_context(Connected(told.connection));
    provide_context(Deletion(told.deletion));
    view! { <Frame viewer current told><Outlet/></Frame> }.into_any()
}

/// The frame's place while the viewer is read.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="frame">
            <div class="side"></div>
            <main class="main"><Skeleton/></main>
        </div>
    }
}

/// For somebody who is in no company any more.
#[component]
fn NoCompany(email: String) -> impl IntoView {
    view! {
        <GatePage title=text!(no_company.title)>
            <p>{rich!(no_company.why, email = email, <b> = <b/>)}</p>
            <SignOut class="btn"/>
        </GatePage>
    }
}
