//! Turns the locale files into the module `i18n`, which checks every text at compile time.
//!
//! `leptos_i18n_build` is made of the same two parts, and of ICU's data tools besides, which these texts do not
//! need and which take longer to build than everything else here.

use std::{env, error::Error, fs, path::PathBuf};

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().file_format(FileFormat::Json).interpolate_display(true);
    let config = Config::new("en")?.add_locale("fr")?.parse_options(options);
    let parsed = parse_locales(None, config)?;
    // A text that one language lacks is one.
    for warning in parsed.diag.warnings().iter() {
        println!("cargo::error={warning}");
    }
    for error in parsed.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    for path in parsed.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    let attributes = "#![allow(missing_docs, unreachable_pub)]".parse()?;
    let module = gen_code(&parsed, None, false, Some(&attributes), false)?;
    let folder = PathBuf::from(env::var("OUT_DIR")?).join("i18n");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("mod.rs"), module.to_string())?;
    Ok(())
}
