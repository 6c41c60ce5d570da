//! What happened, one moment beneath the other, along a line.

use leptos::prelude::*;

use super::{Glyph, Tone};

/// Moments in their order, as a list; the children are [`Moment`]s.
#[component]
pub fn Timeline(
    /// Stands above the line: a day. Without it the list is named by what is around it.
    #[prop(optional, into)]
    heading: Option<String>,
    /// [`Moment`]s.
    children: Children,
) -> impl IntoView {
    let moments = view! { <ol class="timeline">{children()}</ol> };
    match heading {
        Some(heading) => {
            let label = heading.clone();
            view! {
                <section class="timeline-part" aria-label=label>
                    <h3 aria-hidden="true">{heading}</h3>
                    {moments}
                </section>
            }
            .into_any()
        }
        None => moments.into_any(),
    }
}

/// One moment: a mark on the line, what happened, and beneath it when, from where and the like.
#[component]
pub fn Moment(
    /// A drawing for the eye; the words say the same.
    icon: icondata::Icon,
    /// What it is worth, which decides the mark's colour.
    #[prop(default = Tone::Gone)]
    tone: Tone,
    /// Beneath what happened, smaller.
    #[prop(optional, into)]
    below: Option<AnyView>,
    /// What happened: a sentence, or more.
    children: Children,
) -> impl IntoView {
    let class = match tone {
        Tone::Good => "moment good",
        Tone::Warn => "moment warn",
        Tone::Bad => "moment bad",
        Tone::Gone => "moment",
    };
    view! {
        <li class=class>
            <span class="mark"><Glyph icon/></span>
            <div class="told">
                <div>{children()}</div>
                {below.map(|below| view! { <div class="sub">{below}</div> })}
            </div>
        </li>
    }
    .into_any()
}
