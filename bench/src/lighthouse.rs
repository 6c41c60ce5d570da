//! What Lighthouse says of pages, asked through `end2end/lighthouse`: Chromium, the mobile profile.

use std::fmt;

use serde::Deserialize;

use crate::{chromium, figures::judged, program::Program};

/// Keys that the list shows: a whole page of it.
const KEYS: usize = 50;
const RUNS: usize = 5;
/// The least of performance, accessibility and best practices.
const GOALS: [u32; 3] = [95, 100, 100];

/// What was said of each page.
pub(crate) struct Said(Vec<Page>);

/// Each list has an entry for every run: scores from 0 to 100, times in milliseconds.
#[derive(Deserialize)]
struct Page {
    path: String,
    performance: Vec<u32>,
    accessibility: Vec<u32>,
    best_practices: Vec<u32>,
    largest_contentful_paint: Vec<u32>,
    total_blocking_time: Vec<u32>,
    failed: Vec<String>,
}

/// Asks for the page before the sign-in, and for a whole list of keys after it.
pub(crate) async fn ask(program: &Program) -> anyhow::Result<Said> {
    program.make_keys(KEYS).await?;
    let cookie = program.sign_in().await?;
    let mut pages = measure(program, "-", "/sign-in").await?;
    pages.extend(measure(program, &cookie, "/api-keys").await?);
    Ok(Said(pages))
}

async fn measure(program: &Program, cookie: &str, path: &str) -> anyhow::Result<Vec<Page>> {
    chromium::ask("measure.mjs", &[&RUNS.to_string(), &program.url, cookie, path]).await
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The mobile profile (a slow phone on slow 4G) in Chromium, median of {RUNS} runs. `/api-keys` is signed \
             in, with {KEYS} keys and more.\n\n\
             | page | performance | accessibility | best practices | largest paint | blocked | goal |\n\
             | --- | --- | --- | --- | --- | --- | --- |"
        )?;
        for page in &self.0 {
            let Page {
                path,
                performance,
                accessibility,
                best_practices,
                largest_contentful_paint,
                total_blocking_time,
                failed,
            } = page;
            let scores = [performance, accessibility, best_practices].map(|of| median(of));
            let [fast, accessible, good] = scores;
            let is_met = scores.iter().zip(GOALS).all(|(score, goal)| *score >= goal);
            let [least, other, last] = GOALS;
            writeln!(
                f,
                "| `{path}` | {fast} | {accessible} | {good} | {:.1} s | {} ms | {} |",
                f64::from(median(largest_contentful_paint)) / 1_000.0,
                median(total_blocking_time),
                judged(&format!("≥ {least}, {other}, {last}"), is_met),
            )?;
            for audit in failed {
                writeln!(f, "\n`{path}` failed {audit}")?;
            }
        }
        Ok(())
    }
}

/// The value in the middle; 0 of none.
fn median(values: &[u32]) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Page, Said, median};

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(&[97, 12, 99, 98, 96]), 97);
        assert_eq!(median(&[3]), 3);
        assert_eq!(median(&[]), 0);
    }

    #[test]
    fn a_page_whose_scores_are_too_low_has_missed_the_goal() {
        let page = |performance| Page {
            path: "/sign-in".to_owned(),
            performance: vec![performance],
            accessibility: vec![100],
            best_practices: vec![100],
            largest_contentful_paint: vec![900],
            total_blocking_time: vec![0],
            failed: Vec::new(),
        };
        let text = Said(vec![page(95), page(94)]).to_string();
        assert!(text.contains("| 95 | 100 | 100 | 0.9 s | 0 ms | ≥ 95, 100, 100, met |"), "{text}");
        assert!(
            text.contains("| 94 | 100 | 100 | 0.9 s | 0 ms | ≥ 95, 100, 100, missed |"),
            "{text}"
        );
    }
}
