//! Picking up a key that somebody prepared: it is made when its person asks for it here, and shown once. That
//! waits for hydration: what a plain form post returns nobody sees.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_params_map;
use shared::{
    Error, Field as F,
    api_key::GeneratedKey,
    handover::{PickUpKey, PickUpPreview},
    id::RequestId,
};

use super::{
    dialog::{NeedsScript, NotShown, draw_request_id, use_making},
    team::shown_once::{Holder, ShownOnceDialog},
};
use crate::{
    components::{
        DatedTime, FieldProblem, GatePage, LoadError, Note, PermissionTags, Skeleton, SubmitButton,
        Tone, frame::SignOut, use_ready,
    },
    error::AppError,
    forms,
    server_fns::{
        accounts,
        api_keys::{pick_up_key, pick_up_preview},
    },
    texts::{rich, text},
};

/// What waits behind the link, for the person for whom it is.
#[component]
pub fn PickUpPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let preview = {
        let token = token.clone();
        Resource::new_blocking(move || token.clone(), pick_up_preview)
    };
    // The key lives here until it is copied, and nowhere else.
    let generated = RwSignal::new(None::<GeneratedKey>);
    let is_done = RwSignal::new(false);
    view! {
        <GatePage title=text!(pick_up.title)>
            <Suspense fallback=|| view! { <Skeleton/> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match preview.await {
                            Ok(preview) => {
                                view! { <Waiting preview token generated is_done/> }.into_any()
                            }
                            Err(AppError(error @ (Error::HandoverEnded | Error::NotFound))) => {
                                view! { <Ended error/> }.into_any()
                            }
                            Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </GatePage>
        {move || generated.get().map(|shown| view! {
            <ShownOnceDialog key=shown holder=Holder::Viewer on_copied=Callback::new(move |()| {
                generated.set(None);
                is_done.set(true);
            })/>
        })}
    }
    .into_any()
}

/// What the key will be, and the button that makes it; then the way on.
#[component]
fn Waiting(
    preview: PickUpPreview,
    token: String,
    generated: RwSignal<Option<GeneratedKey>>,
    is_done: RwSignal<bool>,
) -> impl IntoView {
    let PickUpPreview { company, name, made_by, permissions, ends, expires } = preview;
    let ready = use_ready();
    // One for each opening: whatever is sent twice, a double click or a retry, makes one key.
    let request = StoredValue::new(None::<RequestId>);
    // The action's own value would keep the key until the next call: it goes to `generated` alone.
    let pick_up = Action::new(move |input: &PickUpKey| {
        let input = input.clone();
        async move {
            let key = pick_up_key(input).await?;
            generated.set(Some(key));
            Ok::<(), AppError>(())
        }
    });
    let busy = use_making(pick_up.pending());
    // A link works once: the button goes with the first answer.
    let unready = Signal::derive(move || !ready.get() || generated.with(Option::is_some));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let drawn = request.get_value().or_else(draw_request_id);
        request.set_value(drawn);
        let Some(request) = drawn else { return };
        pick_up.dispatch(PickUpKey { token: token.clone(), request });
    };
    let error = forms::error_of(pick_up);
    let end = match ends {
        Some(end) => view! { <DatedTime time=end/> }.into_any(),
        None => text!(key_page.no_end).into_any(),
    };
    view! {
        <p class="lead">
            {rich!(pick_up.lead, person = made_by, company = company, <bdi> = <bdi/>, <b> = <b dir="auto"/>)}
        </p>
        <dl class="facts plain">
            <div><dt>{text!(generate.name)}</dt><dd dir="auto">{name}</dd></div>
            <div><dt>{text!(generate.permissions)}</dt><dd><PermissionTags permissions/></dd></div>
            <div><dt>{text!(key_page.end)}</dt><dd>{end}</dd></div>
            <div hidden=is_done><dt>{text!(pick_up.link_until)}</dt><dd><DatedTime time=expires/></dd></div>
        </dl>
        <NeedsScript what=text!(generate.needs_script)/>
        <NotShown error/>
        <FieldProblem id="name" problem=forms::problem(error, F::KeyName)/>
        <div class="form" hidden=is_done>
            <form class="form" on:submit=submit>
                <p class="soft">{text!(pick_up.once)}</p>
                <SubmitButton pending=busy disabled=unready busy=text!(generate.busy)>{text!(pick_up.make)}</SubmitButton>
            </form>
        </div>
        <div class="form" hidden=move || !is_done.get()>
            <Note tone=Tone::Good>{text!(pick_up.done)}</Note>
            <a class="btn primary" href="/connect" rel="external">{text!(pick_up.connect)}</a>
        </div>
    }
    .into_any()
}

/// For a link that works no more, and for one that is somebody else's: they look the same to a stranger.
#[component]
fn Ended(error: Error) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(error.status());
    let (why, advice) = match error {
        Error::HandoverEnded => {
            (text!(pick_up.ended), view! { <p>{text!(pick_up.ask_again)}</p> }.into_any())
        }
        _ => (text!(pick_up.not_yours), view! { <Another/> }.into_any()),
    };
    view! {
        <Note tone=Tone::Gone>{why}</Note>
        {advice}
        <a class="btn" href="/api-keys" rel="external">{text!(pick_up.to_keys)}</a>
    }
    .into_any()
}

/// Says who is signed in, as the link may be for another account of the same person, and how to change that.
#[component]
fn Another() -> impl IntoView {
    let viewer = Resource::new_blocking(|| (), |()| accounts::viewer(None));
    let who = move || {
        Suspend::new(async move {
            viewer.await.ok().map(|viewer| {
                view! { <p>{rich!(pick_up.signed_in_as, email = viewer.email, <b> = <b dir="auto"/>)}</p> }
            })
        })
    };
    view! {
        <Suspense>{who}</Suspense>
        <SignOut class="btn primary"/>
    }
    .into_any()
}
