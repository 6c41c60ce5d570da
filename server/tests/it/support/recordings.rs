//! Recordings of real Odoo servers, which are no part of the project.

use std::{
    io::{Write as _, stderr},
    path::PathBuf,
};

/// The folder of recordings that `AIDOO_ODOO_RECORDINGS` names. Without one a test that plays them does nothing and
/// says so: past the runner, which keeps to itself what a test prints that passes.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("AIDOO_ODOO_RECORDINGS").map(PathBuf::from);
    if folder.is_none() {
        let _ =
            writeln!(stderr(), "\nskipped: AIDOO_ODOO_RECORDINGS names no folder of recordings");
    }
    folder
}
