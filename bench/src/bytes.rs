//! What a page costs over the wire, as brotli: on a first visit the page and the files that it names, and
//! after it what each other page adds to the program.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use anyhow::{Context as _, ensure};
use reqwest::header;

use crate::{figures::judged, program::Program};

/// Where a link leads that invites somebody; behind it comes the link's token.
const INVITATION: &str = "/invitation";
/// The same of a link for a new password.
const RESET: &str = "/reset";

/// The most that a page may have with the program on a first visit, in bytes.
const FIRST_GOAL: usize = 300_000;
/// The most that a page may have without it, or add to it, in bytes.
const GOAL: usize = 60_000;

/// Pages that are looked at, and the part of the program that somebody who is signed in needs for it.
const PAGES: [(&str, Option<&str>); 5] = [
    ("/sign-in", None),
    ("/sign-up", None),
    (INVITATION, None),
    (RESET, None),
    ("/api-keys", Some("api_keys")),
];

/// What was weighed.
pub(crate) struct Weights {
    first: Vec<First>,
    /// By the part's name, what it adds to the program in bytes when the last of the first pages was seen.
    later: BTreeMap<String, usize>,
}

/// A page, and what it and its files have in bytes.
struct First {
    page: &'static str,
    bytes: usize,
    /// What of it is the program.
    program: usize,
}

/// The files of each part of the program, without their ending.
type Parts = BTreeMap<String, BTreeSet<String>>;

/// Weighs the pages. Those before the sign-in name the program too, and load it when somebody begins to use
/// them: it is not counted there.
pub(crate) async fn weigh(program: &Program) -> anyhow::Result<Weights> {
    let session = program.sign_in().await?;
    let (mut first, mut later) = (Vec::with_capacity(PAGES.len()), BTreeMap::new());
    for (page, part) in PAGES {
        let cookie = part.is_some().then_some(session.as_str());
        // With the form that somebody fills in, which a link that leads nowhere has not.
        let path = match page {
            INVITATION => {
                let token = program.invitation(&session, "weighed@nordwind.example").await?;
                format!("{page}/{token}")
            }
            RESET => format!("{page}/{}", program.reset_link(&session).await?),
            _ => page.to_owned(),
        };
        // Read as it is for the names in it, and compressed for its weight.
        let text = String::from_utf8(fetch(program, &path, cookie, "identity").await?)?;
        let mut bytes = fetch(program, &path, cookie, "br").await?.len();
        let mut of_program = 0;
        for file in files(&text) {
            let is_program = file.ends_with(".js") || file.ends_with(".wasm");
            match (is_program, part) {
                (true, None) => {}
                (true, Some(_)) => of_program += weight(program, file).await?,
                (false, _) => bytes += weight(program, file).await?,
            }
        }
        if let Some(part) = part {
            let folder = folder(&text).context("the page names no script")?;
            let list = fetch(program, &format!("{folder}/parts.json"), None, "identity").await?;
            let parts: Parts = serde_json::from_slice(&list)?;
            let here = parts.get(part).with_context(|| format!("no part is called {part}"))?;
            of_program += weight(program, &format!("{folder}/parts.js")).await?;
            for file in here {
                of_program += weight(program, &format!("{folder}/{file}.wasm")).await?;
            }
            for (name, files) in parts.iter().filter(|(name, _)| *name != part) {
                let mut added = 0;
                for file in files.difference(here) {
                    added += weight(program, &format!("{folder}/{file}.wasm")).await?;
                }
                later.insert(name.clone(), added);
            }
        }
        first.push(First { page, bytes: bytes + of_program, program: of_program });
    }
    Ok(Weights { first, later })
}

/// The files that the page names between quotes.
fn files(page: &str) -> BTreeSet<&str> {
    page.split('"')
        .map(|part| part.trim_end_matches('\\'))
        .filter(|part| part.starts_with("/pkg/") || part.starts_with("/favicon"))
        .collect()
}

/// The folder of the program that the page names.
fn folder(page: &str) -> Option<&str> {
    let script = files(page).into_iter().find(|file| file.ends_with(".js"))?;
    script.rsplit_once('/').map(|(folder, _)| folder)
}

async fn weight(program: &Program, path: &str) -> anyhow::Result<usize> {
    fetch(program, path, None, "br").await.map(|bytes| bytes.len())
}

async fn fetch(
    program: &Program,
    path: &str,
    cookie: Option<&str>,
    encoding: &str,
) -> anyhow::Result<Vec<u8>> {
    let mut request = program
        .client
        .get(format!("{}{path}", program.url))
        .header(header::ACCEPT_ENCODING, encoding);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let response = request.send().await.with_context(|| path.to_owned())?;
    ensure!(response.status().is_success(), "{path}: {}", response.status());
    Ok(response.bytes().await?.to_vec())
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, later } = self;
        let kb = |bytes: usize| bytes as f64 / 1_000.0;
        let at_most =
            |goal: usize, bytes: usize| judged(&format!("≤ {} KB", kb(goal)), bytes <= goal);
        writeln!(
            f,
            "Brotli, without headers. Pages before the sign-in load the program when somebody begins to use \
             them.\n\n\
             | first visit | KB | of it the program | goal |\n| --- | --- | --- | --- |"
        )?;
        for First { page, bytes, program } in first {
            let goal = at_most(if *program > 0 { FIRST_GOAL } else { GOAL }, *bytes);
            writeln!(f, "| `{page}` | {:.0} | {:.0} | {goal} |", kb(*bytes), kb(*program))?;
        }
        writeln!(
            f,
            "\nWhat each page adds to the program after `/api-keys`:\n\n\
             | later page | KB | goal |\n| --- | --- | --- |"
        )?;
        for (part, bytes) in later {
            let (part, goal) = (part.replace('_', " "), at_most(GOAL, *bytes));
            writeln!(f, "| {part} | {:.0} | {goal} |", kb(*bytes))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{First, Weights, files, folder};

    #[test]
    fn the_files_of_a_page_are_found_wherever_it_names_them() {
        let page = r#"<link href="/pkg/ab/a.css"><script>import("/pkg/ab/a.js"); "x"</script>"#;
        assert_eq!(files(page).into_iter().collect::<Vec<_>>(), ["/pkg/ab/a.css", "/pkg/ab/a.js"]);
        assert_eq!(folder(page), Some("/pkg/ab"));
        assert_eq!(folder("<p>\"/other/a.js\"</p>"), None);
    }

    #[test]
    fn what_weighs_more_than_its_goal_has_missed_it() {
        let weights = Weights {
            first: vec![
                First { page: "/sign-in", bytes: 60_000, program: 0 },
                First { page: "/api-keys", bytes: 427_000, program: 411_000 },
            ],
            later: [("workflow_builder".to_owned(), 60_001)].into(),
        };
        let text = weights.to_string();
        assert!(text.contains("| `/sign-in` | 60 | 0 | ≤ 60 KB, met |"), "{text}");
        assert!(text.contains("| `/api-keys` | 427 | 411 | ≤ 300 KB, missed |"), "{text}");
        assert!(text.contains("| workflow builder | 60 | ≤ 60 KB, missed |"), "{text}");
    }
}
