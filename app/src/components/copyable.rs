//! A text that a person takes along: shown, and copied at a click.

use leptos::{html, prelude::*, task::spawn_local};

use super::{Glyph, page::use_ready};
use crate::texts::text;

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// In one line, which breaks where it must: a key, a link.
    Line,
    /// As it is, line by line: a configuration.
    Block,
}

/// What became of copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copied {
    /// Nobody has tried yet.
    #[default]
    NotYet,
    /// The browser has the text.
    Done,
    /// The browser did not take it.
    Refused,
}

/// A text with a button that copies it. When the browser refuses, it says so and selects the text.
#[component]
pub fn Copyable(
    /// The text.
    #[prop(into)]
    text: String,
    /// What the text is, as it stands in a sentence: "the key", "the link".
    #[prop(into)]
    what: String,
    /// How it is laid out.
    shape: Shape,
    /// What has become of copying it at first.
    #[prop(optional)]
    copied: Copied,
) -> impl IntoView {
    let node = NodeRef::<html::Code>::new();
    let copied = RwSignal::new(copied);
    let ready = use_ready();
    let copy = {
        let text = text.clone();
        move |_| {
            let text = text.clone();
            spawn_local(async move {
                if write_clipboard(&text).await {
                    copied.set(Copied::Done);
                } else {
                    copied.set(Copied::Refused);
                    select(node);
                }
            });
        }
    };
    let refusal = text!(common.copy_refused, what = what.clone());
    let told = move || match copied.get() {
        Copied::NotYet => String::new(),
        Copied::Done => text!(common.copied_told).to_owned(),
        Copied::Refused => refusal.clone(),
    };
    let (class, button) = match shape {
        Shape::Line => ("copyable line", "btn small primary"),
        Shape::Block => ("copyable block", "btn small"),
    };
    view! {
        <div class="copy">
            <div class=class>
                // A region that scrolls must be reachable with the keyboard.
                <pre tabindex="0" role="group" aria-label=capitalised(&what)>
                    <code node_ref=node translate="no">{text}</code>
                </pre>
                <button
                    type="button"
                    class=button
                    disabled=move || !ready.get()
                    on:click=copy
                >
                    {move || match copied.get() {
                        Copied::Done => view! { <Glyph icon=icondata::LuCheck/> {text!(common.copied)} }.into_any(),
                        _ => view! { <Glyph icon=icondata::LuCopy/> {text!(common.copy)} }.into_any(),
                    }}
                    <span class="visually-hidden">" " {what.clone()}</span>
                </button>
            </div>
            <p class="told" role="status">{told}</p>
        </div>
    }
    .into_any()
}

/// Whether the browser took the text. It has no clipboard at all on an unencrypted page.
async fn write_clipboard(text: &str) -> bool {
    let window = window();
    window.is_secure_context() && window.navigator().clipboard().write_text(text).await.is_ok()
}

fn select(node: NodeRef<html::Code>) {
    if let (Some(code), Ok(Some(selection))) =
        (node.try_get_untracked().flatten(), window().get_selection())
    {
        // It fails for a node that has left the page, and then there is nothing to select.
        let _ = selection.select_all_children(&code);
    }
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}
