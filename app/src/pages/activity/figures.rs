//! What the calls of the last days come to, above the list.

use leptos::prelude::*;
use shared::call_figures::{CallFigures, Counted, DAYS, SPEEDS};

use crate::{
    components::{BarChart, DayChart, LoadError, Skeleton, use_news},
    server_fns::activity::call_figures,
    texts::text,
    viewer::use_company,
    words,
};

/// The figures; nothing while there is no call.
#[component]
pub(super) fn Figures() -> impl IntoView {
    let company = use_company().company;
    let news = use_news();
    let figures = Resource::new(move || news.get(), move |_| call_figures(company));
    view! {
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match figures.await {
                    Ok(figures) => view! { <Charts figures/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Charts(figures: CallFigures) -> impl IntoView {
    let CallFigures { days, speeds, causes, models } = figures;
    if days.iter().all(|day| day.total() == 0) {
        return ().into_any();
    }
    let named = |rows: Vec<Counted>| rows.into_iter().map(|row| (row.name, row.calls)).collect();
    let is_well = causes.is_empty();
    let causes: Vec<(String, u32)> =
        causes.into_iter().map(|row| (words::cause(row.name), row.calls)).collect();
    let has_models = !models.is_empty();
    view! {
        <section class="card figures-card" aria-labelledby="figures">
            <h2 id="figures">{text!(figures.title, days = DAYS)}</h2>
            <div class="panels">
                <div class="panel wide">
                    <h3>{text!(figures.a_day)}</h3>
                    <DayChart days/>
                </div>
                <div class="panel">
                    <h3>{text!(figures.speed)}</h3>
                    <BarChart
                        caption=text!(figures.speed)
                        name=text!(figures.time)
                        count=text!(activity.calls)
                        rows=speed_names().into_iter().zip(speeds).collect()
                    />
                </div>
                {has_models.then(|| view! {
                    <div class="panel">
                        <h3>{text!(figures.models)}</h3>
                        <BarChart
                            caption=text!(figures.models)
                            name=text!(figures.model)
                            count=text!(activity.calls)
                            rows=named(models)
                            is_code=true
                        />
                    </div>
                })}
                <div class="panel wide">
                    <h3>{text!(figures.causes)}</h3>
                    {if is_well {
                        view! { <p class="soft">{text!(figures.no_cause)}</p> }.into_any()
                    } else {
                        view! {
                            <BarChart
                                caption=text!(figures.causes)
                                name=text!(figures.cause)
                                count=text!(activity.calls)
                                rows=causes
                            />
                        }
                        .into_any()
                    }}
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// "under 0.1 s", "0.1 to 0.3 s", …, "3 s and more".
fn speed_names() -> Vec<String> {
    let seconds =
        |millis: u32| text!(figures.seconds, whole = millis / 1_000, tenth = millis % 1_000 / 100);
    let mut names = vec![text!(figures.below, to = seconds(SPEEDS[0]))];
    names.extend(
        SPEEDS
            .windows(2)
            .map(|pair| text!(figures.between, from = seconds(pair[0]), to = seconds(pair[1]))),
    );
    names.push(text!(figures.above, from = seconds(SPEEDS[SPEEDS.len() - 1])));
    names
}
