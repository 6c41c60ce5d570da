//! One style sheet from `style/main.css` and what it imports.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{ParserOptions, PrinterOptions},
};

/// Takes the path of the first style sheet and gives all of them as one, with whitespace and
/// comments removed. No browser targets are set: nesting and `light-dark()` stay as written, since
/// every browser that can run the wasm knows them.
///
/// # Errors
/// When a file is missing or is not CSS; the text names file and line.
pub(crate) fn bundle(main: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let sheet = bundler.bundle(main).map_err(|error| anyhow!("{}: {error}", main.display()))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })
        .map_err(|error| anyhow!("{}: {error}", main.display()))?;
    Ok(printed.code)
}

/// The sheet with classes beside the states that need a pointer or the focus, so that the style guide can
/// show them: `is-hover`, `is-active`, `is-focus`. They weigh as much as what they stand beside, and what has no other class
/// counts as without one.
pub(crate) fn with_held_states(css: &str) -> String {
    [
        (":hover", ".is-hover"),
        (":active", ".is-active"),
        (":focus-visible", ".is-focus"),
        (":not([class])", "[class=is-hover],[class=is-active],[class=is-focus]"),
    ]
    .into_iter()
    .fold(css.to_owned(), |css, (state, class)| {
        css.replace(state, &format!(":is({state},{class})"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_inlined_and_modern_css_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("main.css"),
            "@import './base.css';\n/* a note */\n.a { & .b { margin: 0px } }",
        )
        .unwrap();
        fs::write(folder.path().join("base.css"), ":root { color: light-dark(#111, #eee) }")
            .unwrap();
        let css = bundle(&folder.path().join("main.css")).unwrap();
        assert_eq!(css, ":root{color:light-dark(#111,#eee)}.a{& .b{margin:0}}");
    }

    #[test]
    fn a_state_can_be_held_by_a_class_without_weighing_more() {
        assert_eq!(
            with_held_states(".a{&:hover{x:y}}:is(h1,main):focus-visible{z:0}:focus{w:1}"),
            ".a{&:is(:hover,.is-hover){x:y}}\
             :is(h1,main):is(:focus-visible,.is-focus){z:0}:focus{w:1}"
        );
        assert_eq!(
            with_held_states("a:where(:not([class])){x:y}"),
            "a:where(:is(:not([class]),[class=is-hover],[class=is-active],[class=is-focus])){x:y}"
        );
    }

    #[test]
    fn a_missing_import_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.css"), "@import './gone.css';").unwrap();
        let error = bundle(&folder.path().join("main.css")).unwrap_err();
        assert!(format!("{error:#}").contains("main.css"), "{error:#}");
    }
}
