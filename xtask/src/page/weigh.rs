//! Weighs the page's WebAssembly: which crate's code takes how much of it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// What one crate, or the data, adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// The crate, or what else it is.
    pub(crate) name: String,
    /// As it is in the file.
    pub(crate) bytes: usize,
    /// Compressed by itself; together they compress a little better.
    pub(crate) brotli: usize,
}

/// The ids of sections, <https://webassembly.github.io/spec/core/binary/modules.html#sections>.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;

/// The magic number and the version.
const HEAD: usize = 8;

/// A section: its id, all of it, and its content.
struct Section<'a> {
    id: u8,
    whole: &'a [u8],
    content: &'a [u8],
}

/// The module without its custom sections, which hold names and say who made it.
///
/// # Errors
/// When it is not a WebAssembly module.
pub(crate) fn stripped(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut out = wasm.get(..HEAD).context("no WebAssembly")?.to_vec();
    for section in sections(wasm)? {
        if section.id != CUSTOM {
            out.extend_from_slice(section.whole);
        }
    }
    Ok(out)
}

/// What the module is made of, the heaviest first. `compress` tells how long bytes are when compressed.
///
/// The optimizer puts small functions into those that call them, so that a crate's weight is what is left under its name.
///
/// # Errors
/// When it is not a WebAssembly module, or has no names.
pub(crate) fn weigh(wasm: &[u8], compress: impl Fn(&[u8]) -> Result<usize>) -> Result<Vec<Weight>> {
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    let mut imported = 0;
    let mut bodies = Vec::new();
    for section in sections(wasm)? {
        let mut reader = Reader(section.content);
        match section.id {
            CUSTOM => {
                if reader.name()? == "name" {
                    names = function_names(reader)?;
                }
            }
            IMPORT => imported = imported_functions(reader)?,
            CODE => {
                for _ in 0..reader.number()? {
                    bodies.push(reader.block()?);
                }
            }
            DATA => parts
                .entry("data: tables and texts".to_owned())
                .or_default()
                .extend_from_slice(section.content),
            _ => parts
                .entry("other sections".to_owned())
                .or_default()
                .extend_from_slice(section.content),
        }
    }
    if names.is_empty() {
        bail!("the module has no names");
    }
    for (index, body) in bodies.into_iter().enumerate() {
        let name = names.get(&(imported + index)).copied().unwrap_or_default();
        // wasm-bindgen has done it for one of the two modules.
        let name = format!("{:#}", rustc_demangle::demangle(name));
        let part = parts.entry(crate_of(&name).to_owned()).or_default();
        part.extend_from_slice(body);
    }
    let mut weights = Vec::new();
    for (name, bytes) in parts {
        weights.push(Weight {
            name,
            bytes: bytes.len(),
            brotli: compress(&bytes)?,
        });
    }
    weights.sort_by_key(|weight| std::cmp::Reverse(weight.brotli));
    Ok(weights)
}

/// The crate that a function's name begins with: `<a::B as c::D>::e` is of `a`.
fn crate_of(name: &str) -> &str {
    let mut bare = name;
    loop {
        let next = bare.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let next = ["dyn ", "mut ", "const "]
            .iter()
            .find_map(|word| next.strip_prefix(word))
            .unwrap_or(next);
        if next.len() == bare.len() {
            break;
        }
        bare = next;
    }
    let end = bare.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    match (bare.get(..end.unwrap_or(bare.len())), end) {
        (Some(word), Some(end)) if bare[end..].starts_with("::") => word,
        _ => "without a crate's name",
    }
}

fn sections(wasm: &[u8]) -> Result<Vec<Section<'_>>> {
    if !wasm.starts_with(b"\0asm\x01\0\0\0") {
        bail!("no WebAssembly");
    }
    let mut rest = &wasm[HEAD..];
    let mut out = Vec::new();
    while let Some((&id, behind)) = rest.split_first() {
        let mut reader = Reader(behind);
        let content = reader.block()?;
        let (whole, next) = rest.split_at(rest.len() - reader.0.len());
        out.push(Section { id, whole, content });
        rest = next;
    }
    Ok(out)
}

/// The names of functions: the subsection 1 of the section `name`.
fn function_names(mut reader: Reader<'_>) -> Result<BTreeMap<usize, &str>> {
    let mut names = BTreeMap::new();
    while let Some(id) = reader.byte() {
        let mut subsection = Reader(reader.block()?);
        if id != 1 {
            continue;
        }
        for _ in 0..subsection.number()? {
            let index = subsection.number()?;
            names.insert(index, subsection.name()?);
        }
    }
    Ok(names)
}

/// How many functions are imported: they have the first indices.
fn imported_functions(mut reader: Reader<'_>) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..reader.number()? {
        reader.name()?;
        reader.name()?;
        match reader.byte().context("an import")? {
            0 => {
                reader.number()?;
                functions += 1;
            }
            // A table has the type of its elements before its limits, a memory has limits alone.
            kind @ (1 | 2) => {
                if kind == 1 {
                    reader.byte();
                }
                let limits = reader.byte().context("limits")?;
                reader.number()?;
                if limits & 1 == 1 {
                    reader.number()?;
                }
            }
            3 => {
                reader.byte();
                reader.byte();
            }
            other => bail!("an import of kind {other}"),
        }
    }
    Ok(functions)
}

/// Reads the format's numbers, blocks and names.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte().context("a number breaks off")?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        bail!("a number is too long")
    }

    /// Bytes behind their length.
    fn block(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        let (block, rest) = self
            .0
            .split_at_checked(length)
            .context("a block breaks off")?;
        self.0 = rest;
        Ok(block)
    }

    fn name(&mut self) -> Result<&'a str> {
        Ok(std::str::from_utf8(self.block()?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function and two of its own, with names for all.
    fn module() -> Vec<u8> {
        let section = |id: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap();
            [&[id, length], content].concat()
        };
        let named = |text: &str| {
            let mut out = vec![u8::try_from(text.len()).unwrap()];
            out.extend_from_slice(text.as_bytes());
            out
        };
        let import = [vec![1], named("m"), named("f"), vec![0, 0]].concat();
        let functions = [
            vec![3, 0],
            named("m::f"),
            vec![1],
            named("<alpha::B as core::fmt::Debug>::fmt"),
            vec![2],
            named("beta::go"),
        ]
        .concat();
        let names = [named("name"), section(1, &functions)].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(IMPORT, &import),
            section(3, &[2, 0, 0]),
            section(CODE, &[2, 2, 0, 0x0b, 3, 0, 1, 0x0b]),
            section(DATA, &[0]),
            section(CUSTOM, &names),
        ]
        .concat()
    }

    #[test]
    fn each_crate_weighs_what_its_functions_do() {
        let weights = weigh(&module(), |bytes| Ok(bytes.len())).unwrap();
        let of = |name: &str| weights.iter().find(|w| w.name == name).map(|w| w.bytes);
        assert_eq!(of("alpha"), Some(2));
        assert_eq!(of("beta"), Some(3));
        assert_eq!(of("data: tables and texts"), Some(1));
        assert_eq!(of("m"), None, "what is imported weighs nothing");
    }

    #[test]
    fn what_is_stripped_has_no_names_and_all_the_rest() {
        let module = module();
        let bare = stripped(&module).unwrap();
        assert!(module.starts_with(&bare));
        assert!(weigh(&bare, |bytes| Ok(bytes.len())).is_err());
        assert!(stripped(b"no module").is_err());
    }

    #[test]
    fn the_crate_is_the_first_word_of_the_path() {
        assert_eq!(crate_of("regex_automata::meta::new"), "regex_automata");
        assert_eq!(crate_of("<&mut [dyn a::B] as c::D>::e"), "a");
        assert_eq!(crate_of("<dyn a::B>::e"), "a");
        assert_eq!(crate_of("memcpy"), "without a crate's name");
    }
}
