//! Where a person is signed in.

use leptos::prelude::*;
use shared::settings::DeviceView;

use crate::{
    components::{ButtonKind, Head, StateBadge, SubmitButton, Table, Time, Tone},
    pages::dialog::Failure,
    posting::{PostForm, Posting},
    texts::text,
    words,
};

/// The devices, each with the way to sign it out.
#[component]
pub(super) fn Devices(
    /// This device first.
    devices: Vec<DeviceView>,
    /// What signs one out.
    end: Posting,
    /// What signs all others out.
    end_others: Posting,
) -> impl IntoView {
    let has_others = devices.len() > 1;
    let rows = devices.into_iter().map(|device| view! { <DeviceRow device end/> }).collect_view();
    let heads = vec![
        Head::Named(text!(settings.devices.device)),
        Head::Named(text!(settings.devices.signed_in)),
        Head::Named(text!(settings.devices.seen)),
        Head::Unseen(text!(team.actions)),
    ];
    view! {
        <section class="card" aria-labelledby="devices">
            <div class="card-head">
                <h2 id="devices">{text!(settings.devices.heading)}</h2>
                <p>{text!(settings.devices.lead)}</p>
            </div>
            <div class="in-card slim"><Failure action=end/><Failure action=end_others/></div>
            <Table class="devices" caption=text!(settings.devices.caption) heads>{rows}</Table>
            {has_others.then(|| view! {
                <div class="card-foot">
                    <PostForm action=end_others>
                        <SubmitButton pending=end_others.pending() kind=ButtonKind::Plain>
                            {text!(settings.devices.others)}
                        </SubmitButton>
                    </PostForm>
                </div>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn DeviceRow(device: DeviceView, end: Posting) -> impl IntoView {
    let DeviceView { session, browser, address, signed_in, seen, is_this } = device;
    let browser = words::browser(&browser);
    let action = if is_this {
        view! { <StateBadge tone=Tone::Good label=text!(settings.devices.this)/> }.into_any()
    } else {
        let label = text!(
            settings.devices.sign_out_one,
            browser = browser.clone(),
            address = address.clone()
        );
        view! {
            <PostForm action=end>
                <input type="hidden" name="input[session]" value=session.to_string()/>
                <button class="btn small" type="submit" aria-label=label>{text!(settings.devices.sign_out)}</button>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <td>
                <span class="name">{browser}</span>
                <div class="sub">{address}</div>
            </td>
            <td data-l=text!(settings.devices.signed_in)><Time time=signed_in/></td>
            <td data-l=text!(settings.devices.seen)><Time time=seen/></td>
            <td class="end">{action}</td>
        </tr>
    }
    .into_any()
}
