//! Who is signed in, and what is theirs alone: settings, language, colours, the way out.
//!
//! It is a popover with forms, so that all of it works without the wasm. Two buttons open the one
//! menu: at the foot of the side menu, and on a phone in the top bar.

use leptos::{html, prelude::*, server_fn::ServerFn};
use shared::{role::Role, settings::ColorMode};

use super::{Avatar, Glyph, Languages, LeavingForm, menu};
use crate::{
    colors,
    posting::{PostForm, Posting},
    server_fns::{accounts::SignOutCall, settings::SetColorsCall},
    texts::text,
    words,
};

/// The menu's id.
const PERSON: &str = "person-menu";

/// The button at the foot of the side menu: who is signed in.
#[component]
pub fn PersonButton(
    /// The person's name.
    name: String,
    /// Their role in the company that the pages show.
    role: Role,
) -> impl IntoView {
    view! {
        <button type="button" class="me" popovertarget=PERSON>
            <Avatar name=name.clone()/>
            <span class="names"><b dir="auto">{name}</b><small>{words::role(role)}</small></span>
            <span class="visually-hidden">{text!(frame.account)}</span>
            <Glyph icon=icondata::LuChevronsUpDown/>
        </button>
    }
    .into_any()
}

/// The button of the top bar, which has room for initials only.
#[component]
pub fn PersonInitials(
    /// The person's name.
    name: String,
) -> impl IntoView {
    view! {
        <button type="button" class="btn quiet initials" popovertarget=PERSON>
            <Avatar name=name.clone()/>
            <span class="visually-hidden"><bdi>{name}</bdi> {text!(frame.account)}</span>
        </button>
    }
    .into_any()
}

/// What the buttons open.
#[component]
pub fn PersonMenu(
    /// The person's name.
    name: String,
    /// Their e-mail.
    email: String,
    /// The side menu that it may have been opened from.
    side: NodeRef<html::Div>,
) -> impl IntoView {
    let sheet = NodeRef::<html::Div>::new();
    let leave = move |_| {
        menu::hide(sheet.get_untracked());
        menu::hide(side.get_untracked());
    };
    view! {
        <div
                class="menu person-menu"
                id=PERSON
                popover="auto"
                role="region"
                aria-label=text!(frame.account)
                node_ref=sheet
            >
            <div class="who names"><b dir="auto">{name}</b><small dir="auto">{email}</small></div>
            <a href="/settings" on:click=leave><Glyph icon=icondata::LuSettings/>{text!(frame.settings)}</a>
            <div class="choice-row"><span>{text!(settings.profile.colors)}</span><Colors/></div>
            <div class="choice-row"><span>{text!(languages.choose)}</span><Languages/></div>
            <SignOut class="out"/>
        </div>
    }
    .into_any()
}

/// One button for each way to colour the pages. With the wasm it acts at once.
#[component]
fn Colors() -> impl IntoView {
    let action = Posting::to::<SetColorsCall>();
    let chosen = colors::use_chosen();
    let buttons = ColorMode::ALL
        .map(|mode| {
            let current = move || (chosen.get() == mode).then_some("true");
            view! {
                <button
                    class="btn small quiet"
                    name="input[colors]"
                    value=mode.as_str()
                    aria-current=current
                    aria-label=words::color_mode(mode)
                    title=words::color_mode(mode)
                    // Before it is kept: where that fails the page looks as asked all the same.
                    on:click=move |_| colors::show(chosen, mode)
                >
                    <Glyph icon=icon(mode)/>
                </button>
            }
        })
        .collect_view();
    view! {
        <PostForm action attr:class="choices" attr:aria-label=text!(settings.profile.colors)>{buttons}</PostForm>
    }
    .into_any()
}

fn icon(mode: ColorMode) -> icondata::Icon {
    match mode {
        ColorMode::System => icondata::LuMonitor,
        ColorMode::Light => icondata::LuSun,
        ColorMode::Dark => icondata::LuMoon,
    }
}

/// The button that ends the session. It is a plain form, so that nothing stays in memory.
#[component]
pub fn SignOut(
    /// How it looks.
    class: &'static str,
) -> impl IntoView {
    view! {
        <LeavingForm action=SignOutCall::url()>
            <button class=class><Glyph icon=icondata::LuLogOut/>{text!(frame.sign_out)}</button>
        </LeavingForm>
    }
    .into_any()
}
