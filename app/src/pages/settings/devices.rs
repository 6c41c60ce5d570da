//! Where a person is signed in.

use leptos::prelude::*;
use shared::settings::DeviceView;

use crate::{
    components::{ButtonKind, StateBadge, SubmitButton, Time, Tone},
    pages::dialog::Failure,
    server_fns::settings::{EndOtherSessionsCall, EndSessionCall},
};

/// The devices, each with the way to sign it out.
#[component]
pub(super) fn Devices(
    /// This device first.
    devices: Vec<DeviceView>,
    /// What signs one out.
    end: ServerAction<EndSessionCall>,
    /// What signs all others out.
    end_others: ServerAction<EndOtherSessionsCall>,
) -> impl IntoView {
    let has_others = devices.len() > 1;
    let rows = devices.into_iter().map(|device| view! { <DeviceRow device end/> }).collect_view();
    view! {
        <section class="card" aria-labelledby="devices">
            <div class="card-head">
                <h2 id="devices">"Signed-in devices"</h2>
                <p>"Sign out what you do not know, then change your password. It holds at once."</p>
            </div>
            <div class="in-card slim"><Failure action=end/><Failure action=end_others/></div>
            <table class="devices">
                <caption class="visually-hidden">"Devices on which you are signed in"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Device"</th>
                        <th scope="col">"Signed in"</th>
                        <th scope="col">"Last seen"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {has_others.then(|| view! {
                <div class="card-foot">
                    <ActionForm action=end_others>
                        <SubmitButton pending=end_others.pending() kind=ButtonKind::Plain>
                            "Sign out everywhere else"
                        </SubmitButton>
                    </ActionForm>
                </div>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn DeviceRow(device: DeviceView, end: ServerAction<EndSessionCall>) -> impl IntoView {
    let DeviceView { session, browser, address, signed_in, seen, is_this } = device;
    let action = if is_this {
        view! { <StateBadge tone=Tone::Good label="This device"/> }.into_any()
    } else {
        let label = format!("Sign out {browser}, {address}");
        view! {
            <ActionForm action=end>
                <input type="hidden" name="input[session]" value=session.to_string()/>
                <button class="btn small" type="submit" aria-label=label>"Sign out"</button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <td>
                <span class="name">{browser}</span>
                <div class="sub">{address}</div>
            </td>
            <td data-l="Signed in"><Time time=signed_in/></td>
            <td data-l="Last seen"><Time time=seen/></td>
            <td class="end">{action}</td>
        </tr>
    }
    .into_any()
}
