//! Compresses the page's files beforehand, as well as can be, so that no server has to do it while somebody waits.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Endings of files that compression makes smaller. Documents are not among them: whoever serves the page writes settings
/// into them, and a server would go on sending the compressed form without.
const TEXTS: &[&str] = &["js", "css", "wasm", "json", "svg", "txt", "webmanifest"];

/// What a browser may ask for, with the ending of the compressed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `br`, which browsers ask for over https.
    Brotli,
    /// `gzip`, which they ask for anywhere.
    Gzip,
}

impl Encoding {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The ending of a file's name.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// `bytes`, as small as this encoding gets them; the same bytes always give the same.
    ///
    /// # Errors
    /// Never in practice: it writes into memory.
    pub(crate) fn pack(self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut packed = Vec::new();
        match self {
            Self::Brotli => {
                let params = brotli::enc::BrotliEncoderParams {
                    quality: 11,
                    lgwin: 22,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
            }
            Self::Gzip => {
                let format = zopfli::Format::Gzip;
                zopfli::compress(zopfli::Options::default(), format, bytes, &mut packed)?;
            }
        }
        Ok(packed)
    }
}

/// `bytes` as browsers unpack them with `DecompressionStream("deflate-raw")`.
///
/// # Errors
/// Never in practice: it writes into memory.
pub(crate) fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Deflate,
        bytes,
        &mut packed,
    )?;
    Ok(packed)
}

/// Puts the compressed forms of every text in `folder`, and the folders in it, beside it; those that are there already stay.
///
/// # Errors
/// When a file cannot be read or written; the message names it.
pub(crate) fn beside(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            beside(&path)?;
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        let Some(ending) = ending.filter(|ending| TEXTS.contains(ending)) else {
            continue;
        };
        let named = || path.display().to_string();
        let bytes = fs::read(&path).with_context(named)?;
        for encoding in Encoding::ALL {
            let name = path.with_extension(format!("{ending}.{}", encoding.ending()));
            if name.is_file() {
                continue;
            }
            let packed = encoding.pack(&bytes)?;
            if packed.len() < bytes.len() {
                fs::write(name, packed).with_context(named)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    const TEXT: &[u8] = b"postgresql postgresql postgresql postgresql postgresql postgresql";

    #[test]
    fn what_is_packed_is_the_same_when_unpacked() {
        let packed = Encoding::Brotli.pack(TEXT).unwrap();
        assert!(packed.len() < TEXT.len() / 2);
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(&packed[..], 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, TEXT);

        let packed = Encoding::Gzip.pack(TEXT).unwrap();
        assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() < TEXT.len());
    }

    #[test]
    fn texts_get_both_forms_and_pictures_none() {
        let folder = std::env::temp_dir().join(format!("connlint-pack-{}", std::process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep/a.js"), TEXT).unwrap();
        fs::write(folder.join("b.png"), TEXT).unwrap();
        fs::write(folder.join("c.txt"), "x").unwrap();
        fs::write(folder.join("d.html"), TEXT).unwrap();
        beside(&folder).unwrap();
        assert!(folder.join("deep/a.js.br").is_file() && folder.join("deep/a.js.gz").is_file());
        assert!(!folder.join("b.png.br").exists());
        assert!(!folder.join("c.txt.gz").exists(), "it would be larger");
        assert!(!folder.join("d.html.br").exists(), "it is written into");
        fs::remove_dir_all(&folder).unwrap();
    }
}
