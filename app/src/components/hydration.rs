//! The script that starts the wasm.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};

/// Loads the program and hydrates the page, from wherever the site's files stand.
///
/// It replaces leptos' `HydrationScripts`, which looks for files beside the running program: an
/// embedded site has none. There is no preload link for the wasm: without one the text is on screen
/// earlier, and it works before the wasm is there.
#[component]
pub fn Hydration(
    /// Where the files are.
    options: LeptosOptions,
) -> impl IntoView {
    let LeptosOptions { site_pkg_dir, output_name, .. } = options;
    let base = format!("/{site_pkg_dir}/{output_name}");
    let script = format!(
        "import init, {{ hydrate }} from {:?};\
         await init({{ module_or_path: {:?} }});\
         hydrate();",
        format!("{base}.js"),
        format!("{base}.wasm"),
    );
    view! { <script type="module" nonce=use_nonce()>{script}</script> }
}
