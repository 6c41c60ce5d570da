//! The pages as the router knows them. In a release each is a part of the program of its own, loaded when
//! somebody goes there: the feature `split` makes them so, and `frontend/bundle` cuts them apart. Without the
//! feature, and on the server, they are in one piece.
//!
//! Here stands only where the program is cut; what a page shows stands in `pages`.

use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::pages;

/// Declares pages: the name that the routes use, the component, and two names for its part.
macro_rules! parts {
    ($($name:ident: $component:path, $part:ident, $load:ident;)*) => {$(
        #[doc = concat!("[`", stringify!($component), "`], loaded when it is needed.")]
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name;

        impl ChooseView for $name {
            #[cfg(feature = "split")]
            async fn choose(self) -> AnyView {
                $part().await.unwrap_or_else(|_| missing::instead())
            }

            #[cfg(not(feature = "split"))]
            async fn choose(self) -> AnyView {
                $part()
            }

            async fn preload(&self) {
                #[cfg(feature = "split")]
                missing::look_after($load().await).await;
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

parts! {
    HomePage: pages::home::HomePage, home, load_home;
    SignInPage: pages::sign_in::SignInPage, sign_in, load_sign_in;
    SignUpPage: pages::sign_up::SignUpPage, sign_up, load_sign_up;
    InvitationPage: pages::invitation::InvitationPage, invitation, load_invitation;
    ResetPage: pages::reset::ResetPage, reset, load_reset;
    TeamPage: pages::team::TeamPage, team, load_team;
    ApiKeysPage: pages::api_keys::ApiKeysPage, api_keys, load_api_keys;
    KeyPage: pages::api_keys::KeyPage, key, load_key;
    WorkflowsPage: pages::workflows::WorkflowsPage, workflows, load_workflows;
    ApprovalsPage: pages::approvals::ApprovalsPage, approvals, load_approvals;
    ActivityPage: pages::activity::ActivityPage, activity, load_activity;
    ConnectPage: pages::connect::ConnectPage, connect, load_connect;
    OdooPage: pages::odoo::OdooPage, odoo, load_odoo;
    PoliciesPage: pages::policies::PoliciesPage, policies, load_policies;
    PickUpPage: pages::pick_up::PickUpPage, pick_up, load_pick_up;
    SettingsPage: pages::settings::SettingsPage, settings, load_settings;
    NoticesPage: pages::notices::NoticesPage, notices, load_notices;
}

/// What happens when a part does not come: the network is gone, or the server has a newer program and no
/// longer this one's parts.
#[cfg(feature = "split")]
mod missing {
    use std::future::pending;

    use leptos::{prelude::*, wasm_split::SplitLoaderError};
    use leptos_router::hooks::use_url;
    use shared::Error;

    use crate::components::LoadError;

    /// Returns when the page can be shown, or its stand-in. The first page of a document is whole without its
    /// part, and goes on working by plain forms; for a later one the browser goes there by itself, as it would
    /// without the program, unless it knows that it is offline.
    pub(super) async fn look_after(loaded: Result<(), SplitLoaderError>) {
        if loaded.is_ok() {
            return;
        }
        let is_first =
            Owner::current_shared_context().is_some_and(|context| context.during_hydration());
        if !is_first {
            if !window().navigator().on_line() {
                return;
            }
            let there = use_url().with_untracked(|url| match url.search() {
                "" => url.path().to_owned(),
                search => format!("{}?{search}", url.path()),
            });
            let _ = window().location().set_href(&there);
        }
        pending().await
    }

    /// Stands for a page whose part did not come: the reason, and a way to try again.
    pub(super) fn instead() -> AnyView {
        view! { <LoadError error=Error::Unavailable/> }.into_any()
    }
}
