//! The script and the wasm that a browser loads, from the wasm that Cargo compiled.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    project::Profile,
    split::{KEPT, Parts, split},
};

/// Files by their path inside one folder, parts separated by `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Takes the compiled wasm and gives `NAME.js`, `NAME.wasm` and the snippets that the script imports. For
/// people the program is cut into parts, which lie beside them.
///
/// # Errors
/// When the wasm was made with another version of wasm-bindgen, or needs packages from npm.
pub(crate) fn translate(profile: Profile, wasm: Vec<u8>, name: &str) -> Result<Files> {
    let mut bindgen = Bindgen::new();
    let (wasm, mut files) = match profile {
        Profile::Dev => (wasm, Files::new()),
        Profile::Release => {
            // The parts find what they share with the main part by what the linker exports.
            bindgen.keep_lld_exports(true).demangle(false);
            let Parts { main, others } = split(&wasm, name)?;
            (main, others)
        }
    };
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
    // They have done their work, and their names are bytes.
    let exports = &mut output.wasm_mut().exports;
    let kept: Vec<_> = exports
        .iter()
        .filter(|export| export.name.starts_with(KEPT))
        .map(|export| export.id())
        .collect();
    for export in kept {
        exports.delete(export);
    }
    files.insert(format!("{name}.js"), output.js().as_bytes().to_vec());
    files.insert(format!("{name}.wasm"), output.wasm_mut().emit_wasm());
    Ok(files)
}
