//! A module of WebAssembly as a row of sections (WebAssembly Core Specification, 5.5 and 7.4).

use std::{borrow::Cow, collections::BTreeMap};

use anyhow::{Context as _, Result, anyhow, ensure};
use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasmparser::Parser;

const HEADER: &[u8; 8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;
/// In the section of names, the names of functions.
const FUNCTIONS: u8 = 1;
/// In an import or export, that it is one of a function.
const FUNCTION: u8 = 0;
const TABLE: u8 = 1;
const MEMORY: u8 = 2;
const GLOBAL: u8 = 3;
/// A function without locals that fails when it is called.
const TRAP: &[u8] = &[0, 0x00, 0x0b];

/// The module without its custom sections: names and the like, which no browser needs. (They were three
/// quarters of a page's part.)
///
/// # Errors
/// When it is no module.
pub(crate) fn without_notes(module: &[u8]) -> Result<Vec<u8>> {
    let kept = sections(module)?.into_iter().filter(|(id, _)| *id != CUSTOM);
    Ok(assembled(kept))
}

/// The module with numbers in its code that take as few bytes as they can, where the linker left room for any; without its
/// custom sections.
///
/// # Errors
/// When it is no module.
pub(crate) fn compacted(module: &[u8]) -> Result<Vec<u8>> {
    let mut compact = wasm_encoder::Module::new();
    RoundtripReencoder
        .parse_core_module(&mut compact, Parser::new(0), &without_notes(module)?)
        .map_err(|error| anyhow!("a module that cannot be read: {error}"))?;
    Ok(compact.finish())
}

/// The names of the functions by their index, as the linker has left them.
///
/// # Errors
/// When it is no module.
pub(crate) fn function_names(module: &[u8]) -> Result<BTreeMap<u32, &str>> {
    let sections = sections(module)?;
    let names = sections.iter().filter(|(id, _)| *id == CUSTOM).find_map(|(_, content)| {
        let mut rest = Reader(content);
        (rest.text()? == "name").then_some(rest)
    });
    let Some(mut names) = names else { return Ok(BTreeMap::new()) };
    let mut found = BTreeMap::new();
    while let Some(kind) = names.byte() {
        let mut part = Reader(names.bytes().context("names that are cut off")?);
        if kind != FUNCTIONS {
            continue;
        }
        for _ in 0..part.number().context("names without a count")? {
            let (index, name) = part.number().zip(part.text()).context("names that are cut off")?;
            found.insert(index, name);
        }
    }
    Ok(found)
}

/// The module with more functions exported, each by the name that is given.
///
/// # Errors
/// When it is no module, or one without exports.
pub(crate) fn with_exports(module: &[u8], functions: &BTreeMap<u32, String>) -> Result<Vec<u8>> {
    let sections = sections(module)?;
    ensure!(sections.iter().any(|(id, _)| *id == EXPORT), "a module without exports");
    rewritten(&sections, |id, content| match id {
        EXPORT => exports(content, functions).map(Some),
        _ => Ok(None),
    })
}

/// The module with those of its own functions emptied of which `is_never_called` says so, by name and bytes of code: they
/// fail if they are.
///
/// # Errors
/// When it is no module.
pub(crate) fn without_code_of(
    module: &[u8],
    is_never_called: impl Fn(&str, usize) -> bool,
) -> Result<Vec<u8>> {
    let names = function_names(module)?;
    let sections = sections(module)?;
    let imports = sections.iter().find(|(id, _)| *id == IMPORT);
    let imported = imports.map_or(Ok(0), |(_, content)| imported_functions(content))?;
    rewritten(&sections, |id, content| {
        if id != CODE {
            return Ok(None);
        }
        let mut rest = Reader(content);
        let count = rest.number().context("code without a count")?;
        let mut section = Vec::with_capacity(content.len());
        write_number(count, &mut section);
        for index in imported..imported + count {
            let code = rest.bytes().context("code that is cut off")?;
            let is_called = names.get(&index).is_none_or(|name| !is_never_called(name, code.len()));
            let code = if is_called { code } else { TRAP };
            write_number(u32::try_from(code.len())?, &mut section);
            section.extend_from_slice(code);
        }
        Ok(Some(section))
    })
}

/// How many of the imports are functions, which come before the module's own in their numbering.
fn imported_functions(section: &[u8]) -> Result<u32> {
    let mut rest = Reader(section);
    let mut functions = 0;
    for _ in 0..rest.number().context("imports without a count")? {
        let _ = rest.text().zip(rest.text()).context("an import without a name")?;
        let kind = rest.byte();
        if kind == Some(FUNCTION) {
            functions += 1;
        }
        let is_read = match kind {
            Some(FUNCTION) => rest.number().is_some(),
            Some(TABLE) => rest.byte().is_some() && rest.limits().is_some(),
            Some(MEMORY) => rest.limits().is_some(),
            // The type of what it holds, and whether it changes.
            Some(GLOBAL) => rest.byte().zip(rest.byte()).is_some(),
            _ => false,
        };
        ensure!(is_read, "an import that cannot be read");
    }
    Ok(functions)
}

/// Whether the module has functions of its own.
///
/// # Errors
/// When it is no module.
pub(crate) fn has_code(module: &[u8]) -> Result<bool> {
    // A module without any has a section all the same, which counts none.
    Ok(sections(module)?
        .iter()
        .any(|(id, content)| *id == CODE && Reader(content).number() != Some(0)))
}

/// The module with the data of `other` behind its own. Both are of one memory, in which each has its places.
///
/// # Errors
/// When one is no module, or the first has no data.
pub(crate) fn with_data_of(module: &[u8], other: &[u8]) -> Result<Vec<u8>> {
    let other = sections(other)?;
    let Some((_, more)) = other.iter().find(|(id, _)| *id == DATA) else {
        return Ok(module.to_vec());
    };
    let mut more = Reader(more);
    let count = more.number().context("data without a count")?;
    let sections = sections(module)?;
    ensure!(sections.iter().any(|(id, _)| *id == DATA), "a module without data");
    rewritten(&sections, |id, content| {
        if id != DATA && id != DATA_COUNT {
            return Ok(None);
        }
        let mut rest = Reader(content);
        let mut section = Vec::new();
        write_number(rest.number().context("data without a count")? + count, &mut section);
        section.extend_from_slice(rest.0);
        if id == DATA {
            section.extend_from_slice(more.0);
        }
        Ok(Some(section))
    })
}

fn exports(section: &[u8], more: &BTreeMap<u32, String>) -> Result<Vec<u8>> {
    let mut rest = Reader(section);
    let count = rest.number().context("exports without a count")?;
    let mut section = Vec::new();
    write_number(count + u32::try_from(more.len())?, &mut section);
    section.extend_from_slice(rest.0);
    for (index, name) in more {
        write_number(u32::try_from(name.len())?, &mut section);
        section.extend_from_slice(name.as_bytes());
        section.push(FUNCTION);
        write_number(*index, &mut section);
    }
    Ok(section)
}

/// The sections in their order: what each is, and its content.
fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut rest = Reader(module.strip_prefix(HEADER).context("no module of WebAssembly")?);
    let mut found = Vec::new();
    while let Some(id) = rest.byte() {
        found.push((id, rest.bytes().context("a section that is cut off")?));
    }
    Ok(found)
}

/// A module of these sections, each with what `rewrite` makes of it by its kind and content, or as it is where that makes
/// nothing.
fn rewritten(
    sections: &[(u8, &[u8])],
    rewrite: impl Fn(u8, &[u8]) -> Result<Option<Vec<u8>>>,
) -> Result<Vec<u8>> {
    let new: Vec<_> = sections
        .iter()
        .map(|&(id, content)| {
            let content = rewrite(id, content)?.map_or(Cow::Borrowed(content), Cow::Owned);
            Ok((id, content))
        })
        .collect::<Result<_>>()?;
    Ok(assembled(new.iter().map(|(id, content)| (*id, content.as_ref()))))
}

fn assembled<'a>(sections: impl Iterator<Item = (u8, &'a [u8])>) -> Vec<u8> {
    let mut module = HEADER.to_vec();
    for (id, content) in sections {
        module.push(id);
        // A section has less than 4 GB, or it could not be in a module.
        write_number(u32::try_from(content.len()).unwrap_or(u32::MAX), &mut module);
        module.extend_from_slice(content);
    }
    module
}

/// Reads from the front; nothing when there is too little.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number as LEB128 writes it.
    fn number(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Bytes with their number before them.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// How large something is at first, and at most if the first bit of what stands before says that it has a limit.
    fn limits(&mut self) -> Option<()> {
        let has_limit = self.byte()? & 1 == 1;
        self.number()?;
        if has_limit {
            self.number()?;
        }
        Some(())
    }

    fn text(&mut self) -> Option<&'a str> {
        self.bytes().and_then(|bytes| str::from_utf8(bytes).ok())
    }
}

fn write_number(mut value: u32, into: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            into.push(low);
            return;
        }
        into.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        assembled(sections.iter().copied())
    }

    #[test]
    fn custom_sections_go_and_the_others_stay_as_they_are() {
        let long = [7; 300];
        let noted = module(&[(0, b"\x04name"), (1, &long), (0, b""), (10, b"code")]);
        assert_eq!(without_notes(&noted).unwrap(), module(&[(1, &long), (10, b"code")]));
        assert_eq!(without_notes(HEADER).unwrap(), HEADER);
    }

    #[test]
    fn numbers_take_as_few_bytes_as_they_can() {
        let types: (u8, &[u8]) = (1, b"\x01\x60\0\0");
        let functions: (u8, &[u8]) = (3, b"\x01\0");
        // A function that calls itself, by a number with room for any.
        let roomy = module(&[
            types,
            functions,
            (10, b"\x01\x08\0\x10\x80\x80\x80\x80\0\x0b"),
            (0, b"\x04name"),
        ]);
        let compact = module(&[types, functions, (10, b"\x01\x04\0\x10\0\x0b")]);
        assert_eq!(compacted(&roomy).unwrap(), compact);
        assert!(compacted(&module(&[(10, b"\x01\x08\0\x10\x80")])).is_err());
    }

    #[test]
    fn names_of_functions_are_found_among_other_names() {
        let names = b"\x04name\x00\x02\x01m\x01\x0b\x02\x01\x02ab\x83\x01\x03\xc3\xa9!\x07\x01\x00";
        let found = module(&[(0, b"\x05other"), (0, names)]);
        let found = function_names(&found).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(1, "ab"), (131, "é!")]);
        assert!(function_names(&module(&[(1, b"x")])).unwrap().is_empty());
    }

    #[test]
    fn exports_are_added_behind_the_others() {
        let before = module(&[(7, b"\x01\x01m\x02\x00"), (10, b"code")]);
        let after = with_exports(&before, &BTreeMap::from([(200, "p".to_owned())])).unwrap();
        assert_eq!(after, module(&[(7, b"\x02\x01m\x02\x00\x01p\x00\xc8\x01"), (10, b"code")]));
        assert!(with_exports(&module(&[(10, b"code")]), &BTreeMap::new()).is_err());
    }

    #[test]
    fn data_comes_behind_the_data_that_is_there() {
        let main = module(&[(12, b"\x01"), (10, b"\x01code"), (11, b"\x01one")]);
        let chunk = module(&[(2, b"memory"), (10, b"\0"), (11, b"\x02two three")]);
        assert!(has_code(&main).unwrap() && !has_code(&chunk).unwrap());
        let joined = module(&[(12, b"\x03"), (10, b"\x01code"), (11, b"\x03onetwo three")]);
        assert_eq!(with_data_of(&main, &chunk).unwrap(), joined);
        assert_eq!(with_data_of(&main, &module(&[(2, b"memory")])).unwrap(), main);
        assert!(with_data_of(&module(&[(10, b"code")]), &chunk).is_err());
    }

    #[test]
    fn functions_that_are_never_called_are_emptied_and_others_stay() {
        // A table, a memory and a global with or without limits, and a function before the module's own.
        let imports = b"\x04\x01m\x01t\x01\x70\x00\x05\x01m\x01y\x02\x01\x10\x20\x01m\x01g\x03\x7f\x01\x01m\x01f\x00\x02";
        let names = b"\x04name\x01\x0f\x03\x00\x02im\x01\x03one\x02\x03two";
        let before = module(&[(2, imports), (10, b"\x02\x04long\x02fn"), (0, names)]);
        let after = module(&[(2, imports), (10, b"\x02\x04long\x03\0\0\x0b"), (0, names)]);
        assert_eq!(
            without_code_of(&before, |name, size| name == "two" && size == 2).unwrap(),
            after
        );
        assert_eq!(without_code_of(&before, |name, _| name == "im").unwrap(), before);
        let unnamed = module(&[(10, b"\x01\x02fn")]);
        assert_eq!(without_code_of(&unnamed, |_, _| true).unwrap(), unnamed);
        assert!(without_code_of(&module(&[(10, b"\x02\x02fn")]), |_, _| true).is_err());
        assert!(without_code_of(&module(&[(2, b"\x01\x01m\x01t\x09")]), |_, _| true).is_err());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(without_notes(b"").is_err());
        assert!(without_notes(b"\0asm\x02\0\0\0").is_err());
        let mut cut = module(&[(1, b"code")]);
        cut.pop();
        assert!(without_notes(&cut).is_err());
        cut.truncate(9);
        assert!(without_notes(&cut).is_err());
        let endless = [HEADER.as_slice(), &[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]].concat();
        assert!(without_notes(&endless).is_err());
    }
}
