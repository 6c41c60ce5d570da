//! Cuts the compiled program into a main part and one for each page.
//!
//! The compiler leaves where to cut: `app::parts` marks the functions, and `--emit-relocs` says who needs
//! whom. What only one page needs goes into its part, what several need into chunks that they share. Of
//! chunks there would be one for each set of pages, hundreds of a few bytes: so the program is cut twice, and
//! the second time what is small or needed nearly everywhere stays in the main part.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use wasm_split_cli_support::{Options, transform};

use crate::{script::Files, wasm};

/// The script that loads the parts; the main part asks it for them.
const LOADER: &str = "parts.js";
/// The files of each part, without their ending, for whoever wants to know what a page costs.
const LIST: &str = "parts.json";
/// What the exports are called that keep a function in the main part.
pub(crate) const KEPT: &str = "kept_";
/// A chunk below this size, in bytes before compression, is not worth a request of its own.
const SMALL: usize = 32_000;
/// A module below this size is less than what asking for it sends to and fro: the loader brings it along.
const TINY: usize = 2_000;
/// A chunk that this many pages need is needed by whoever looks around.
const MANY: usize = 6;

/// The main part, for wasm-bindgen, and the files that lie beside what that makes of it.
pub(crate) struct Parts {
    pub(crate) main: Vec<u8>,
    pub(crate) others: Files,
}

/// Cuts `wasm`; `name` is what the script of the main part will be called, without its ending.
///
/// # Errors
/// When the program was not linked for it.
pub(crate) fn split(wasm: &[u8], name: &str) -> Result<Parts> {
    let kept = kept(wasm, &cut(wasm, name)?)?;
    let Cut { main, parts, mut loader, mut list } = cut(&wasm::with_exports(wasm, &kept)?, name)?;
    let mut main = wasm::without_code_of(&main, is_never_called)?;
    let mut others = Files::new();
    for (file, part) in parts {
        let pages = list.values().filter(|files| files.contains(&file)).count();
        let part = wasm::compacted(&wasm::without_code_of(&part, is_never_called)?)?;
        // What is left of a chunk without its functions: texts that several pages say.
        if stays(pages, part.len()) && !wasm::has_code(&part)? {
            main = wasm::with_data_of(&main, &part)?;
            loader = without_chunk(&loader, &file)?;
            list.values_mut().for_each(|files| _ = files.remove(&file));
            continue;
        }
        if part.len() < TINY {
            loader = with_module(&loader, &file, &part)?;
            list.values_mut().for_each(|files| _ = files.remove(&file));
            continue;
        }
        others.insert(format!("{file}.wasm"), part);
    }
    others.insert(LOADER.to_owned(), loader.into_bytes());
    others.insert(LIST.to_owned(), serde_json::to_vec(&list)?);
    Ok(Parts { main, others })
}

/// A program that was cut.
struct Cut {
    main: Vec<u8>,
    /// The other modules, by their names without the ending.
    parts: BTreeMap<String, Vec<u8>>,
    loader: String,
    /// The modules that each page's part is made of.
    list: BTreeMap<String, BTreeSet<String>>,
}

fn cut(wasm: &[u8], name: &str) -> Result<Cut> {
    let folder = tempfile::tempdir()?;
    let main = folder.path().join("main.wasm");
    let (link_name, main_module) = (format!("./{LOADER}"), format!("./{name}.js"));
    let mut options = Options::new(wasm);
    options.output_dir = folder.path();
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = &main_module;
    let made = transform(options).map_err(|error| anyhow!("cutting the program: {error:#}"))?;

    let read = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
    let mut parts = BTreeMap::new();
    for path in made.split_modules {
        let name = path.file_stem().and_then(|name| name.to_str()).context("a part's name")?;
        parts.insert(name.to_owned(), read(&path)?);
    }
    let list = made.prefetch_map.into_iter();
    Ok(Cut {
        main: read(&main)?,
        parts,
        loader: String::from_utf8(read(&folder.path().join(LOADER))?)?,
        list: list.map(|(part, files)| (part, files.into_iter().collect())).collect(),
    })
}

/// The functions that are to stay in the main part, by their index, and what they are exported as: what is
/// exported stays there.
fn kept(wasm: &[u8], cut: &Cut) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeSet::new();
    for (file, part) in &cut.parts {
        let pages = cut.list.values().filter(|files| files.contains(file)).count();
        let size = wasm::without_notes(part)?.len();
        if stays(pages, size) {
            names.extend(wasm::function_names(part)?.into_values().map(str::to_owned));
        }
    }
    let functions = wasm::function_names(wasm)?.into_iter();
    Ok(functions
        .filter(|(_, name)| names.contains(*name))
        .map(|(index, _)| (index, format!("{KEPT}{index}")))
        .collect())
}

/// Whether it hydrates a view piece by piece, by its mangled name and the bytes of its code: every type of view has
/// functions for that, which are a tenth of the program, and the pages are hydrated in one go (`frontend`). The compiler makes
/// one of functions that do the same, under either's name: so only closures and asynchronous bodies go, which hold where
/// they would panic, and nothing so small that it may hold nothing. Every test in a browser would meet one too many.
fn is_never_called(name: &str, size: usize) -> bool {
    const SMALLEST: usize = 100;
    const CLOSURE: &str = "28_$u7b$$u7b$closure$u7d$$u7d$";
    const HASH: &str = "17h";
    size >= SMALLEST
        && name.split_once("13hydrate_async").is_some_and(|(_, within)| {
            within.starts_with(CLOSURE) && within.trim_start_matches(CLOSURE).starts_with(HASH)
        })
}

/// The loader, when a chunk is no longer to be loaded: neither the chunk's own lines, nor its name in what parts
/// wait for.
fn without_chunk(loader: &str, file: &str) -> Result<String> {
    const END: &str = "\n, []);\n";
    let name = format!("__{file}");
    let beginning = format!("const {name} = makeLoad(");
    let start = loader.find(&beginning).with_context(|| format!("the loader has no {file}"))?;
    let length = loader[start..].find(END).with_context(|| format!("{file} has no end"))?;
    let others = [&loader[..start], &loader[start + length + END.len()..]].concat();
    // In the middle or at the end of a list, at its beginning, alone.
    Ok([
        (format!(", {name},"), ","),
        (format!(", {name}]"), "]"),
        (format!("[{name}, "), "["),
        (format!("[{name}]"), "[]"),
    ]
    .into_iter()
    .fold(others, |text, (from, to)| text.replace(&from, to)))
}

/// The loader, which has the module itself instead of fetching it.
fn with_module(loader: &str, file: &str, module: &[u8]) -> Result<String> {
    let fetched = format!(
        "    const src = fetch(new URL(\"./{file}.wasm\", import.meta.url));\n    \
         src.catch(() => {{}});\n    \
         return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n"
    );
    let kept = format!(
        "    const bytes = Uint8Array.from(atob(\"{}\"), (one) => one.charCodeAt(0));\n    \
         return async (imports) => (WebAssembly.instantiate(bytes, imports));\n",
        STANDARD.encode(module)
    );
    ensure!(loader.matches(&fetched).count() == 1, "the loader does not fetch {file} once");
    Ok(loader.replace(&fetched, &kept))
}

/// Whether a module that so many pages need, and of that size, stays in the main part. A page's own never does.
const fn stays(pages: usize, size: usize) -> bool {
    pages > 1 && (pages >= MANY || size < SMALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hydrates_piece_by_piece_is_told_from_what_does_not() {
        let named = |path: &str| format!("_ZN6tachys4view{path}17h0123456789abcdefE");
        let closure = "28_$u7b$$u7b$closure$u7d$$u7d$";
        let goes = |path: &str| is_never_called(&named(path), 100);
        assert!(goes(&format!("13hydrate_async{closure}")));
        assert!(goes(&format!("13hydrate_async{closure}{closure}")));
        assert!(!is_never_called(&named(&format!("13hydrate_async{closure}")), 99));
        // They share what they call with others.
        assert!(!goes("13hydrate_async"));
        assert!(!goes(&format!("13hydrate_async{closure}4prep")));
        assert!(!goes(&format!("7hydrate{closure}")));
    }

    #[test]
    fn a_page_s_own_part_is_cut_off_whatever_its_size() {
        assert!(!stays(1, 10));
        assert!(!stays(1, 1_000_000));
    }

    #[test]
    fn a_tiny_module_comes_with_the_loader() {
        let chunk = |number: u8| {
            format!(
                "const __chunk_{number} = makeLoad(() => {{\n    \
                 const src = fetch(new URL(\"./chunk_{number}.wasm\", import.meta.url));\n    \
                 src.catch(() => {{}});\n    \
                 return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n\
                 }}\n, []);\n"
            )
        };
        let loader = chunk(1) + &chunk(12);
        let kept = with_module(&loader, "chunk_1", b"\0asm").unwrap();
        assert!(kept.contains("atob(\"AGFzbQ==\")") && kept.ends_with(&chunk(12)), "{kept}");
        assert!(with_module(&kept, "chunk_1", b"\0asm").is_err());
    }

    #[test]
    fn a_chunk_that_is_no_longer_loaded_leaves_the_loader_whole() {
        let chunk = |number: u8| {
            format!("/* a, b */\nconst __chunk_{number} = makeLoad(() => {{\n    x;\n}}\n, []);\n")
        };
        let parts = |lists: [&str; 4]| {
            lists
                .map(|list| format!("export const p = wrapAsyncCb(makeLoad(f, [{list}]));\n"))
                .concat()
        };
        let loader = chunk(1)
            + &chunk(12)
            + &parts([
                "__chunk_1, __chunk_12",
                "__chunk_12, __chunk_1, __chunk_2",
                "__chunk_1",
                "__chunk_12, __chunk_1",
            ]);
        let left = "/* a, b */\n".to_owned()
            + &chunk(12)
            + &parts(["__chunk_12", "__chunk_12, __chunk_2", "", "__chunk_12"]);
        assert_eq!(without_chunk(&loader, "chunk_1").unwrap(), left);
        assert!(without_chunk(&left, "chunk_1").is_err());
    }

    #[test]
    fn shared_chunks_stay_when_they_are_small_or_needed_by_many() {
        assert!(stays(2, SMALL - 1));
        assert!(!stays(2, SMALL));
        assert!(stays(MANY, 1_000_000));
    }
}
