//! The pages as the router knows them. In a release each is a part of the program of its own, loaded when
//! somebody goes there: the feature `split` makes them so, and `frontend/bundle` cuts them apart. Without the
//! feature, and on the server, they are in one piece.
//!
//! Here stands only where the program is cut; what a page shows stands in `pages`.

use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::pages;

/// Declares pages: the name that the routes use, the component, and two names for its part. After `with` comes
/// what loads the dialogs that its address may open, and after each `if` whether it does.
macro_rules! parts {
    ($($name:ident: $component:path, $part:ident, $load:ident $(, with $($dialogs:ident if $opens:path),+)?;)*) => {$(
        #[doc = concat!("[`", stringify!($component), "`], loaded when it is needed.")]
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name;

        impl ChooseView for $name {
            #[cfg(feature = "split")]
            async fn choose(self) -> AnyView {
                $part().await.unwrap_or_else(|_| missing::page())
            }

            #[cfg(not(feature = "split"))]
            async fn choose(self) -> AnyView {
                $part()
            }

            async fn preload(&self) {
                #[cfg(feature = "split")]
                {
                    futures::join!(
                        $($(missing::dialogs_of_address($dialogs, $opens),)+)?
                        async { missing::look_after($load().await).await },
                    );
                }
            }
        }

        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split(
            $part,
            wasm_split_path = leptos::wasm_split,
            preload(#[doc(hidden)] $load),
            fallible
        )]
        fn $part() -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
            Ok($component().into_any())
        }

        #[cfg(not(feature = "split"))]
        fn $part() -> AnyView {
            $component().into_any()
        }
    )*};
}

/// Declares dialogs, each a function that makes a view of what it is given. Those of one page are one part, which
/// is loaded when the first of them is to be shown, or somebody is about to open one. After `once` comes what is loaded
/// before one that makes something: what shows a key once must be there before there is a key.
macro_rules! dialogs {
    ($($of:ident, $load:ident: {$($name:ident($asked:ty) => $make:path, $part:ident, $load_one:ident $(, once $first:ident)?;)*})*) => {$(
        $(
            #[doc = concat!("What [`", stringify!($make), "`] makes, as soon as its part is there.")]
            pub(crate) fn $name(asked: $asked) -> AnyView {
                #[cfg(feature = "split")]
                return missing::later(async move {
                    $(
                        if asked.open.makes() {
                            $first().await?;
                        }
                    )?
                    $part(asked).await
                });
                #[cfg(not(feature = "split"))]
                $make(asked)
            }

            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split(
                $of,
                wasm_split_path = leptos::wasm_split,
                preload(#[doc(hidden)] $load_one),
                fallible
            )]
            fn $part(asked: $asked) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
                Ok($make(asked))
            }
        )*

        /// Loads the part of these dialogs, if it is one: once for all of them. If it cannot be now, it is tried again when
        /// one is to be shown.
        pub(crate) async fn $load() -> Loaded {
            $(
                #[cfg(feature = "split")]
                $load_one().await?;
            )*
            Ok(())
        }
    )*};
}

/// Whether a part came.
#[cfg(feature = "split")]
type Loaded = Result<(), leptos::wasm_split::SplitLoaderError>;
#[cfg(not(feature = "split"))]
type Loaded = Result<(), std::convert::Infallible>;

dialogs! {
    team_dialogs, load_team_dialogs: {
        team_dialog(pages::team::Asked) => pages::team::dialog, team_dialog_part, load_team_dialog, once load_made;
    }
    key_dialogs, load_key_dialogs: {
        key_dialog(pages::api_keys::Asked) => pages::api_keys::dialog, key_dialog_part, load_key_dialog, once load_made;
        waiting_dialog(pages::api_keys::AskedOfWaiting) => pages::api_keys::waiting_dialog, waiting_dialog_part, load_waiting_dialog, once load_made;
    }
    made_dialogs, load_made: {
        made(pages::made::Shown) => pages::made::dialog, made_part, load_made_part;
    }
    workflow_builder, load_builder: {
        builder(pages::workflows::Edited) => pages::workflows::builder, builder_part, load_builder_part;
    }
}

/// Loads whatever dialog somebody may open on the Team page, and what they make.
pub(crate) async fn load_all_of_team() -> Loaded {
    load_team_dialogs().await?;
    load_made().await
}

/// The same of a page about keys.
pub(crate) async fn load_all_of_keys() -> Loaded {
    load_key_dialogs().await?;
    load_made().await
}

parts! {
    HomePage: pages::home::HomePage, home, load_home;
    SignInPage: pages::sign_in::SignInPage, sign_in, load_sign_in;
    SignUpPage: pages::sign_up::SignUpPage, sign_up, load_sign_up;
    InvitationPage: pages::invitation::InvitationPage, invitation, load_invitation;
    ResetPage: pages::reset::ResetPage, reset, load_reset;
    TeamPage: pages::team::TeamPage, team, load_team, with load_team_dialogs if pages::team::opens, load_made if pages::team::makes;
    ApiKeysPage: pages::api_keys::ApiKeysPage, api_keys, load_api_keys, with load_key_dialogs if pages::api_keys::opens, load_made if pages::api_keys::makes;
    KeyPage: pages::api_keys::KeyPage, key, load_key, with load_key_dialogs if pages::api_keys::opens, load_made if pages::api_keys::makes;
    WorkflowsPage: pages::workflows::WorkflowsPage, workflows, load_workflows, with load_builder if pages::workflows::opens;
    ApprovalsPage: pages::approvals::ApprovalsPage, approvals, load_approvals;
    ActivityPage: pages::activity::ActivityPage, activity, load_activity;
    ConnectPage: pages::connect::ConnectPage, connect, load_connect;
    OdooPage: pages::odoo::OdooPage, odoo, load_odoo;
    PoliciesPage: pages::policies::PoliciesPage, policies, load_policies;
    PickUpPage: pages::pick_up::PickUpPage, pick_up, load_pick_up;
    SettingsPage: pages::settings::SettingsPage, settings, load_settings;
    NoticesPage: pages::notices::NoticesPage, notices, load_notices;
}

/// Loads dialogs once somebody points at a link or button of the page, or reaches one by the keyboard: they open at
/// the click.
#[cfg_attr(
    not(feature = "split"),
    expect(unused_variables, reason = "in one piece everything is there already")
)]
pub(crate) fn when_approached<Loading>(load: fn() -> Loading)
where
    Loading: Future<Output = Loaded> + 'static,
{
    #[cfg(feature = "split")]
    approach::load_then(load);
}

#[cfg(feature = "split")]
mod approach {
    use std::{cell::Cell, rc::Rc};

    use leptos::{
        ev,
        prelude::*,
        reactive::spawn_local,
        wasm_bindgen::JsCast,
        web_sys::{Element, Event},
    };

    use super::Loaded;

    /// What opens dialogs, which stand in the query of an address.
    const OPENERS: &str = "main :is(a[href*='?'], button)";

    pub(super) fn load_then<Loading>(load: fn() -> Loading)
    where
        Loading: Future<Output = Loaded> + 'static,
    {
        Effect::new(move |_| {
            let is_done = Rc::new(Cell::new(false));
            let heard = move |event: &Event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let opener = target.and_then(|target| target.closest(OPENERS).ok().flatten());
                if opener.is_some() && !is_done.replace(true) {
                    let loading = load();
                    spawn_local(async move {
                        let _ = loading.await;
                    });
                }
            };
            let by_keyboard = heard.clone();
            let over = window_event_listener(ev::pointerover, move |event| heard(&event));
            let focus = window_event_listener(ev::focusin, move |event| by_keyboard(&event));
            on_cleanup(move || {
                over.remove();
                focus.remove();
            });
        });
    }
}

/// What happens when a part does not come: the network is gone, or the server has a newer program and no
/// longer this one's parts.
#[cfg(feature = "split")]
mod missing {
    use std::future::pending;

    use leptos::{prelude::*, wasm_split::SplitLoaderError};
    use leptos_router::hooks::use_url;
    use send_wrapper::SendWrapper;
    use shared::Error;

    use super::Loaded;
    use crate::{
        components::{LoadError, STUCK, TabTitle, address_of, find, is_away, use_page_mark},
        pages::query::Query,
        server_fns::accounts::viewer,
        texts::text,
    };

    /// Returns when the page can be shown, or its stand-in. The first page of a document is whole without its
    /// part, and goes on working by plain forms and links; for a later one the browser goes there by itself, as it would
    /// without the program, unless it knows that it is offline.
    pub(super) async fn look_after(loaded: Loaded) {
        if loaded.is_ok() {
            return;
        }
        if is_first() {
            if let Some(html) = document().document_element() {
                let _ = html.set_attribute(STUCK, "");
            }
            pending().await
        }
        go_to(&use_url().with_untracked(address_of)).await;
    }

    /// Loads the dialogs of a page if its address opens one, before the page is shown: on the first page of a document the
    /// server has drawn it already, and on a later one a dialog that comes after its page is not shown.
    pub(super) async fn dialogs_of_address(
        load: impl AsyncFnOnce() -> Loaded,
        opens: impl FnOnce(&Query) -> bool,
    ) {
        let query = if is_first() {
            window().location().search().unwrap_or_default()
        } else {
            use_url().with_untracked(|url| url.search().to_owned())
        };
        if opens(&Query::parse(&query)) {
            look_after(load().await).await;
        }
    }

    /// A view that is shown as soon as it can be made; or its page, drawn with it by the server, if that answers; or the
    /// reason, where the person who waits for the view sees it.
    pub(super) fn later(
        view: impl Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
    ) -> AnyView {
        let address = use_url().with_untracked(address_of);
        let made = async move {
            match view.await {
                Ok(view) => view,
                Err(_) => {
                    // The page that is there works: it is not left for the browser's own words about a server that is away.
                    if !viewer(None).await.is_err_and(|error| is_away(&error)) {
                        go_to(&address).await;
                    }
                    // The focus brings what has it into sight.
                    request_animation_frame(|| {
                        if let Some(again) = find("main .load-error a") {
                            let _ = again.focus();
                        }
                    });
                    instead()
                }
            }
        };
        // The browser has one thread.
        Suspend::new(SendWrapper::new(made)).into_any()
    }

    /// Stands for what did not come: the reason, and a way to try again.
    pub(super) fn instead() -> AnyView {
        view! { <LoadError error=Error::Unavailable/> }.into_any()
    }

    /// The same for a whole page, which has a heading and a title.
    pub(super) fn page() -> AnyView {
        let (heading, title) = (use_page_mark(), text!(common.in_the_way));
        view! {
            <TabTitle heading=title/>
            <div class="head"><h1 tabindex="-1" node_ref=heading>{title}</h1></div>
            {instead()}
        }
        .into_any()
    }

    /// Whether this is the page that the document came with. [`crate::first_page`] loads it before there is an owner of
    /// anything; when it is hydrated then, it is there.
    fn is_first() -> bool {
        Owner::current_shared_context().is_none_or(|context| context.during_hydration())
    }

    /// Has the browser go there as it would without the program, and does not return; unless the browser knows that it is
    /// offline.
    async fn go_to(address: &str) {
        if window().navigator().on_line() {
            let _ = window().location().set_href(address);
            pending().await
        }
    }
}
