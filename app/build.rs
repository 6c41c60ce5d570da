//! Turns the locale files into the module `i18n`, which checks every text at compile time.

use std::{env, error::Error, path::PathBuf};

use leptos_i18n_build::{
    Config, FileFormat, ParseOptions, TranslationsInfos, options::CodegenOptions,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().file_format(FileFormat::Json).interpolate_display(true);
    let config = Config::new("en")?.add_locale("fr")?.parse_options(options);
    let infos = TranslationsInfos::parse(config)?;
    infos.emit_diagnostics();
    infos.rerun_if_locales_changed();
    let attributes = "#![allow(missing_docs, unreachable_pub)]".parse()?;
    let options = CodegenOptions::default().top_level_attributes(Some(attributes)).gen_docs(false);
    let out = PathBuf::from(env::var("OUT_DIR")?).join("i18n");
    infos.generate_i18n_module_with_options(out, options)?;
    Ok(())
}
