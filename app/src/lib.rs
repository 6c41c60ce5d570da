//! What a person sees: the shell, the routes, the pages, and the server functions behind them.

// A page's type names every element in it.
#![recursion_limit = "256"]

use leptos::{config::LeptosOptions, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};
#[cfg(feature = "hydrate")]
use leptos_router::{ChooseView, MatchInterface, RouteDefs};
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute as _,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

#[cfg(feature = "ssr")]
pub mod backend;
pub mod colors;
pub mod components;
pub mod error;
mod forms;
pub mod json_text;
pub mod pages;
mod parts;
pub mod posting;
pub mod server_fns;
pub mod texts;
pub mod told;
pub mod viewer;
pub mod wire;
pub mod words;

use crate::{
    components::{Hydration, Toaster, Visits, never_lose_focus, provide_minutes},
    pages::not_found::NotFoundPage,
    parts::{
        ActivityPage, ApiKeysPage, ApprovalsPage, ConnectPage, HomePage, InvitationPage, KeyPage,
        NoticesPage, OdooPage, PickUpPage, PoliciesPage, ResetPage, SettingsPage, SignInPage,
        SignUpPage, TeamPage, WorkflowsPage,
    },
    viewer::SignedIn,
};

#[cfg(debug_assertions)]
use crate::pages::styleguide::StyleguideRoute;

/// No route: a release has no style guide.
#[cfg(not(debug_assertions))]
#[component(transparent)]
fn StyleguideRoute() -> impl leptos_router::MatchNestedRoutes + Clone {
    leptos::tachys::view::iterators::StaticVec::<()>::from(Vec::new()).into_any_nested_route()
}

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    texts::provide_locale();
    let style = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=texts::locale().to_string() data-theme=colors::chosen().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content=texts::text!(site.description)/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
                <AutoReload options=options.clone()/>
                <Hydration options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The routes. Every one is rendered whole before it is sent: with scripts off, content that is
/// streamed later would never show.
#[component(transparent)]
fn PageRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
        <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
        <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async/>
        <Route path=path!("/invitation/:token") view=InvitationPage ssr=SsrMode::Async/>
        <Route path=path!("/reset/:token") view=ResetPage ssr=SsrMode::Async/>
        <Route path=path!("/pick-up/:token") view=PickUpPage ssr=SsrMode::Async/>
        <ParentRoute path=path!("") view=SignedIn ssr=SsrMode::Async>
            <Route path=path!("/team") view=TeamPage ssr=SsrMode::Async/>
            <Route path=path!("/api-keys") view=ApiKeysPage ssr=SsrMode::Async/>
            <Route path=path!("/api-keys/:key") view=KeyPage ssr=SsrMode::Async/>
            <Route path=path!("/workflows") view=WorkflowsPage ssr=SsrMode::Async/>
            <Route path=path!("/approvals") view=ApprovalsPage ssr=SsrMode::Async/>
            <Route path=path!("/activity") view=ActivityPage ssr=SsrMode::Async/>
            <Route path=path!("/connect") view=ConnectPage ssr=SsrMode::Async/>
            <Route path=path!("/odoo") view=OdooPage ssr=SsrMode::Async/>
            <Route path=path!("/policies") view=PoliciesPage ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
            <Route path=path!("/notices") view=NoticesPage ssr=SsrMode::Async/>
        </ParentRoute>
        <StyleguideRoute/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Loads what the document's page is made of. Returns when it can be hydrated in one go, and never when its part does not
/// come: then it goes on working by plain forms and links.
#[cfg(feature = "hydrate")]
pub async fn first_page() {
    components::hydrate_before_leaving();
    components::hear_back();
    components::keep_places();
    let path = window().location().pathname().unwrap_or_default();
    let routes = RouteDefs::new(PageRoutes());
    let Some(page) = routes.match_route(&path) else { return };
    let (view, child) = page.into_view_and_child();
    view.preload().await;
    if let Some(child) = child {
        child.into_view_and_child().0.preload().await;
    }
}

/// Calls `hydrate`, which makes the document's page alive: what somebody has entered in it by then stays.
#[cfg(feature = "hydrate")]
pub fn keep_entered(hydrate: impl FnOnce()) {
    components::keep_entered_in_page(hydrate);
}

/// The whole of what is in the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Visits::new());
    provide_context(Toaster::new());
    provide_minutes();
    colors::provide_chosen();
    never_lose_focus();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <PageRoutes/>
            </Routes>
        </Router>
    }
}
