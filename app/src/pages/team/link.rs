//! What asks before a link is made, and shows it once, on this page and others. It waits for hydration: what a plain form post returns
//! nobody sees.

use leptos::{ev::SubmitEvent, prelude::*};

use super::open::TEAM;
use crate::{
    components::{
        CloseLink, Closing, Copyable, Dialog, ErrorNote, Note, Shape, SubmitButton, Tone, use_ready,
    },
    error::{Answer, AppError},
    forms,
    pages::dialog::{NeedsScript, use_making},
    texts::text,
};

/// Asks before a link is made.
#[component]
pub fn AskForLink<L, F, A>(
    /// The question.
    heading: String,
    /// What comes of it.
    lead: &'static str,
    /// What is said where there is no JavaScript.
    needs: &'static str,
    /// The button's word.
    button: &'static str,
    /// Makes the link.
    make: F,
    /// Called with the link.
    on_link: Callback<L>,
    /// The page without the dialog; the Team page, unless said otherwise.
    #[prop(optional, into)]
    close: Option<String>,
    /// What else there is to know.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    L: Send + Sync + 'static,
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Answer<L>> + Send + 'static,
{
    let close = close.unwrap_or_else(|| TEAM.to_owned());
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let make = Action::new(move |(): &()| {
        let made = make();
        async move {
            on_link.try_run(made.await?);
            Ok::<(), AppError>(())
        }
    });
    let busy = use_making(make.pending());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            make.dispatch(());
        }
    };
    let error = forms::error_of(make);
    view! {
        <Dialog heading lead closing=Closing::To(close.clone()) busy>
            <form on:submit=submit>
                <div class="body">
                    <NeedsScript what=needs/>
                    {move || error.get().map(|error| view! { <ErrorNote error/> })}
                    {children.map(|children| children())}
                </div>
                <footer>
                    <CloseLink to=close>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=busy disabled=unready>{button}</SubmitButton>
                </footer>
            </form>
        </Dialog>
    }
}

/// Shows a link, once.
#[component]
pub fn ShowLink(
    /// For whom it is.
    heading: String,
    /// How to hand it over.
    lead: &'static str,
    /// The link.
    url: String,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
    /// What else there is to know.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let is_kept = RwSignal::new(false);
    let stay = Callback::new(move |()| is_kept.set(true));
    let kept = move || {
        is_kept.get().then(|| {
            view! { <div role="alert"><Note tone=Tone::Bad>{text!(invite_dialog.stays)}</Note></div> }
        })
    };
    view! {
        <Dialog heading lead closing=Closing::ByButton(stay)>
            <div class="body">
                {kept}
                <Copyable text=url what=text!(invite_dialog.the_link) shape=Shape::Line/>
                {children.map(|children| children())}
            </div>
            <footer>
                <button type="button" class="btn primary" on:click=move |_| on_copied.run(())>
                    {text!(invite_dialog.copied)}
                </button>
            </footer>
        </Dialog>
    }
}
