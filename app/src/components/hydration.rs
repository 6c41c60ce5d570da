//! The script that starts the wasm.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};

/// Pages for somebody who is not signed in: a text and a form that works by itself. They load the program
/// when somebody begins to use them, so that it is there for the page behind.
const GATES: [&str; 4] = ["/sign-in", "/sign-up", "/invitation/", "/reset/"];
/// On `<html>` when the program, or its part for the page, did not come: a dialog that does nothing without it says so (`note.css`).
pub const STUCK: &str = "data-stuck";

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
    let load = format!(
        "const load = async () => {{\
         const program = await import({script:?});\
         await program.default({{ module_or_path: {wasm:?} }});\
         await program.hydrate();\
         }};\
         const start = () => load().catch((error) => {{\
         document.documentElement.setAttribute({STUCK:?}, '');\
         console.warn('Without its program the page works by plain forms alone.', error);\
         }});",
        script = format!("{base}.js"),
        wasm = format!("{base}.wasm"),
    );
    let begin = if is_gate(&path()) {
        // A page that comes up beneath a pointer hears of a move, by nothing.
        "const signs = ['pointermove', 'pointerdown', 'keydown', 'focusin'];\
         const begin = (event) => {\
         if (event.type === 'pointermove' && !event.movementX && !event.movementY) return;\
         signs.forEach((sign) => removeEventListener(sign, begin));\
         start();\
         };\
         signs.forEach((sign) => addEventListener(sign, begin));"
    } else {
        "start();"
    };
    view! { <script type="module" nonce=use_nonce()>{load + begin}</script> }
}

fn is_gate(path: &str) -> bool {
    GATES
        .iter()
        .any(|gate| if gate.ends_with('/') { path.starts_with(gate) } else { path == *gate })
}

/// The path of the page that is asked for. The document is drawn on the server only.
fn path() -> String {
    #[cfg(feature = "ssr")]
    return use_context::<http::request::Parts>()
        .map(|parts| parts.uri.path().to_owned())
        .unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_before_the_sign_in_wait_for_somebody_to_use_them() {
        for path in ["/sign-in", "/sign-up", "/invitation/abc", "/reset/abc"] {
            assert!(is_gate(path), "{path}");
        }
        for path in ["/", "/team", "/sign-in/other", "/resets", "/nowhere"] {
            assert!(!is_gate(path), "{path}");
        }
    }
}
