//! The script and the wasm that a browser loads, from the wasm that Cargo compiled.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// Files by their path inside one folder, parts separated by `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Takes the compiled wasm and gives `NAME.js`, `NAME.wasm` and the snippets that the script imports.
///
/// # Errors
/// When the wasm was made with another version of wasm-bindgen, or needs packages from npm.
pub(crate) fn translate(wasm: Vec<u8>, name: &str) -> Result<Files> {
    let mut bindgen = Bindgen::new();
    let mut output = bindgen
        .input_bytes(name, wasm)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page says where the wasm is: it lies as NAME.wasm, not under the default's NAME_bg.wasm.
        .omit_default_module_path(true)
        .web(true)
        .and_then(Bindgen::generate_output)
        .context("wasm-bindgen")?;
    ensure!(output.npm_dependencies().is_empty(), "the site is built without packages from npm");

    let mut files = Files::new();
    for (folder, snippets) in output.snippets() {
        for (index, snippet) in snippets.iter().enumerate() {
            files.insert(
                format!("snippets/{folder}/inline{index}.js"),
                snippet.clone().into_bytes(),
            );
        }
    }
    for (path, module) in output.local_modules() {
        files.insert(format!("snippets/{path}"), module.clone().into_bytes());
    }
    files.insert(format!("{name}.js"), output.js().as_bytes().to_vec());
    files.insert(format!("{name}.wasm"), output.wasm_mut().emit_wasm());
    Ok(files)
}
