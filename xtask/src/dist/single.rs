//! `dist/connlint.html`: the page as one file, which opens from disk without a server and without a network.
//!
//! All but the document itself is one packed stream, behind the module that unpacks it. The file is UTF-16, so that nearly two
//! bytes stand in one character: a browser knows it by the mark at its beginning, whatever a server says, and no editor or mail
//! takes it for anything else than text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connlint_unpack::pack;
use ring::digest::{SHA256, digest};

use crate::compress::deflate;
use crate::npm;
use crate::page::document::{Policy, Tag, changed, one};
use crate::page::{APP, PARTS, replaced};
use crate::project::Project;
use crate::tools::Tools;

/// The file's name.
pub(super) const FILE: &str = "connlint.html";

/// The most that it may weigh, in bytes.
const MOST: usize = 700_000;

/// The crate that unpacks it.
const UNPACKER: &str = "connlint-unpack";

/// It weighs many numbers at once. Every browser that knows `DecompressionStream` can do so.
const FLAGS: &str = "-Ctarget-feature=+simd128";

/// How JavaScript that wasm-bindgen has written ends: with the name of the function that starts it.
const DEFAULT: &str = " as default";

/// The module that is loaded later, as the page names it.
const LATE: &str = "late";

/// What the document says of how long it takes, which is about loading.
const SLOW: (&str, &str) = ("<p class=\"loading slow\">", "</p>");

/// Makes the file from the built page.
///
/// # Errors
/// When a file of the page is missing, the page is not as expected, or the result is too large.
pub(super) fn write(project: &Project, tools: &Tools, page: &Path, folder: &Path) -> Result<()> {
    let source = |name: &str| {
        let path = project.root.join("packaging/site").join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let own = project.own_target().join("unpack");
    fs::create_dir_all(&own)?;
    let name = npm::module(project, tools, UNPACKER, FLAGS, &own)?;
    let unpacker = Unpacker {
        script: fs::read_to_string(own.join(format!("{name}.js")))?,
        module: fs::read(own.join(format!("{name}_bg.wasm")))?,
        starter: source("single.js")?,
        style: source("single.css")?,
    };
    let file = utf16(&Parts::of(page)?.join(&unpacker)?);
    ensure!(
        file.len() <= MOST,
        "{FILE} has {} bytes, {} more than it may",
        file.len(),
        file.len() - MOST
    );
    fs::write(folder.join(FILE), file)?;
    Ok(())
}

/// What unpacks the page.
struct Unpacker {
    script: String,
    module: Vec<u8>,
    starter: String,
    style: String,
}

/// What the page is made of.
struct Parts {
    document: String,
    icon: String,
    style: String,
    program: String,
    module: Vec<u8>,
    /// What is fetched later: its name and file in `<meta name="connlint-parts">`, and its content.
    later: Vec<(String, String, Vec<u8>)>,
}

impl Parts {
    fn of(page: &Path) -> Result<Self> {
        let document = fs::read_to_string(page.join("index.html"))?;
        let bytes = |name: &str| fs::read(page.join(name)).context(name.to_owned());
        let text = |name: &str| fs::read_to_string(page.join(name)).context(name.to_owned());
        let linked = |rel: &str| text(one(&document, "link", "rel", rel)?.file("href")?);
        let app = one(&document, APP.0, APP.1, APP.2)?;
        let parts = one(&document, PARTS.0, PARTS.1, PARTS.2)?;
        let later = later(&parts)
            .map(|(name, file)| Ok((name.to_owned(), file.to_owned(), bytes(file)?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            icon: linked("icon")?,
            style: linked("stylesheet")?,
            program: text(app.file("data-js")?)?,
            module: bytes(app.file("data-wasm")?)?,
            later,
            document,
        })
    }

    /// All of it in one document, whose policy allows just the texts that stand in it.
    fn join(self, unpacker: &Unpacker) -> Result<String> {
        let program = match self.later.iter().find(|(name, ..)| name == LATE) {
            Some((_, file, _)) => from_the_document(&self.program, file)?,
            None => self.program,
        };
        let (program, init) = inline(&program)?;
        let program = format!(
            "{program}\ndispatchEvent(new CustomEvent(\"connlint-program\", {{ detail: {init} }}));\n"
        );
        let (script, init) = inline(&unpacker.script)?;
        let starter = without_comments(&format!(
            "{script}\nconst __connlint_init = {init};\n{}",
            unpacker.starter
        ));
        let style = without_comments(&unpacker.style);

        let app = format!("<meta {}=\"{}\">", APP.1, APP.2);
        let mut html = changed(&self.document, |tag| match tag.name.as_str() {
            "script" | "link" => Some(String::new()),
            "meta" if tag.get("charset").is_some() => Some(String::new()),
            // How the app knows that the page is its own.
            "meta" if tag.is(APP.0, APP.1, APP.2) => Some(app.clone()),
            "meta" if tag.is(PARTS.0, PARTS.1, PARTS.2) => Some(inside(&tag)),
            _ => None,
        });
        let slow = html.split_once(SLOW.0);
        let (before, rest) = slow.context("the page says nothing of taking long")?;
        let (_, behind) = rest.split_once(SLOW.1).context("a paragraph ends")?;
        html = format!("{before}{behind}");
        let policy = one(&html, "meta", Policy::TAG.0, Policy::TAG.1)?;
        let told = Policy::read(policy.get("content").unwrap_or_default())
            .with(
                "script-src",
                &format!("{} {} 'wasm-unsafe-eval'", hash(&starter), hash(&program)),
            )
            .with("style-src", &hash(&style))
            .with("img-src", "data:")
            .with("connect-src", "'none'");
        html = policy.with("content", told.to_string()).put_into(&html);
        let icon = STANDARD.encode(&self.icon);
        let head = format!(
            "<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\"><style>{style}</style></head>"
        );
        html = replaced(&html, "</head>", &head)?;

        let mut parts = vec![
            ("module", self.module.as_slice()),
            ("program", program.as_bytes()),
            ("style", self.style.as_bytes()),
        ];
        let later = self.later.iter();
        parts.extend(later.map(|(name, _, content)| (name.as_str(), content.as_slice())));
        let body = format!(
            "{}{}<script type=\"module\">{starter}</script></body>",
            packed("unpacker", "", &deflate(&unpacker.module)?),
            packed_parts(&parts),
        );
        replaced(&html, "</body>", &body)
    }
}

/// What `<meta name="connlint-parts" data-NAME="./FILE">` names.
fn later(parts: &Tag) -> impl Iterator<Item = (&str, &str)> {
    parts
        .files()
        .filter_map(|(name, file)| Some((name.strip_prefix("data-")?, file)))
}

/// The same, with what single.js has put into the document in place of each file.
fn inside(parts: &Tag) -> String {
    let named: Vec<_> = later(parts)
        .map(|(name, _)| format!(" data-{name}=\"#connlint-part-{name}\""))
        .collect();
    format!("<meta {}=\"{}\"{}>", PARTS.1, PARTS.2, named.concat())
}

/// The JavaScript with what single.js has unpacked in place of the later module's `file`.
fn from_the_document(script: &str, file: &str) -> Result<String> {
    let start = format!("fetch(new URL(\"./{file}\"");
    let (before, rest) = script
        .split_once(&start)
        .context("nothing loads the later module")?;
    let (_, behind) = rest.split_once("})").context("a call ends")?;
    Ok(format!(
        "{before}connlintLate.then((late) => new Response(late, {{ headers: {{ \"content-type\": \"application/wasm\" }} }})){behind}"
    ))
}

/// JavaScript that wasm-bindgen has written as a module, without its exports, so that it can stand in a document; and the
/// name of the function that starts it.
fn inline(script: &str) -> Result<(String, &str)> {
    let (program, ending) = script
        .rsplit_once("export {")
        .context("the JavaScript exports nothing")?;
    let init = ending
        .split(',')
        .find_map(|name| name.split_once(DEFAULT))
        .map(|(name, _)| name.trim())
        .context("the JavaScript does not say how it is started")?;
    let program = format!("\n{program}").replace("\nexport ", "\n");
    ensure!(
        !program.contains("</script")
            && !program.contains("<!--")
            && !program.contains("\nimport "),
        "the JavaScript cannot stand in a document"
    );
    Ok((program, init))
}

/// A script or style sheet without its lines of comment and its indentation.
fn without_comments(text: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        let comment = inside || line.starts_with("//") || line.starts_with("/*");
        inside = (inside || line.starts_with("/*")) && !line.ends_with("*/");
        if !comment && !line.is_empty() {
            out += line;
            out.push('\n');
        }
    }
    out
}

/// All parts as one stream, in the order in which single.js unpacks them, with their names and lengths.
fn packed_parts(parts: &[(&str, &[u8])]) -> String {
    let lengths: Vec<_> = parts
        .iter()
        .map(|(name, content)| format!("\"{name}\":{}", content.len()))
        .collect();
    let all: Vec<_> = parts.iter().map(|(_, content)| *content).collect();
    let told = format!(" data-parts='{{{}}}'", lengths.join(","));
    packed("page", &told, &pack(&all))
}

/// Packed bytes inside the document; a browser takes them for data, as it does not know the type.
fn packed(name: &str, told: &str, content: &[u8]) -> String {
    format!(
        "<script type=\"application/octet-stream\" data-connlint-packed=\"{name}\" data-length=\"{}\"{told}>{}</script>",
        content.len(),
        in_characters(content)
    )
}

/// How many digits there are: the characters of the Basic Multilingual Plane but for those that cannot stand in a document, or
/// would end what they stand in, and the halves of surrogate pairs.
const DIGITS: u32 = 63485;

/// How many characters are one number, whose digits they are, the highest first; it has 16 bits less than if each character had
/// 16. More of them would leave less unused, and take longer to read.
const CHARACTERS: usize = 256;

/// Bytes as characters, nearly two in each.
fn in_characters(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for block in bytes.chunks(2 * (CHARACTERS - 1)) {
        // The lowest 16 bits first.
        let mut number = [0; CHARACTERS - 1];
        for (word, pair) in number.iter_mut().zip(block.chunks(2)) {
            *word = pair
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        let mut digits: Vec<u32> = (0..CHARACTERS).map(|_| divided(&mut number)).collect();
        digits.reverse();
        out.extend(digits.into_iter().filter_map(character));
    }
    out
}

/// Divides a number by [`DIGITS`], and gives what is left over.
fn divided(number: &mut [u32]) -> u32 {
    number.iter_mut().rev().fold(0, |rest, word| {
        let whole = rest << 16 | *word;
        *word = whole / DIGITS;
        whole % DIGITS
    })
}

/// The character of a digit. Left out are 0, the line end that a browser changes, `<`, and the halves of surrogate pairs.
fn character(digit: u32) -> Option<char> {
    let mut unit = digit + 1;
    for (first, count) in [(0x0d, 1), (0x3c, 1), (0xd800, 0x800)] {
        if unit >= first {
            unit += count;
        }
    }
    char::from_u32(unit)
}

/// The text as UTF-16 with the mark that says so.
fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// What a policy allows a text by.
fn hash(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    format!("'sha256-{}'", STANDARD.encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Parts {
        Parts {
            document: "<html><head><meta charset=\"utf-8\" /><meta http-equiv=\"Content-Security-Policy\" \
                content=\"default-src 'none'; \
                script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                base-uri 'none'; form-action 'none'\" />\
                <meta name=\"connlint-parts\" data-documents=\"./d-1.txt\" data-documents-integrity=\"sha384-x\" \
                data-late=\"./l-1.wasm\" />\
                <link rel=\"icon\" href=\"./icon-1.svg\"/><link rel=\"stylesheet\" href=\"./c-1.css\">\
                <meta name='connlint-app' data-js='./a-1.js' data-wasm='./a-1_bg.wasm'>\
                <link rel='preload' href='./a-1_bg.wasm' as='fetch'>\
                <script type=\"module\" src=\"./boot-1.js\"></script></head><body>Text\
                <p class=\"loading slow\">Serve <code>it</code></p></body></html>"
                .to_owned(),
            icon: "<svg/>".to_owned(),
            style: "p{}".to_owned(),
            program: "function __wbg_init() {}\nconst late = fetch(new URL(\"./l-1.wasm\", import.meta.url), { integrity: \"x\" });\nexport { initSync, __wbg_init as default };\n".to_owned(),
            module: b"\0asm".to_vec(),
            later: vec![
                ("documents".into(), "d-1.txt".into(), b"the documents".to_vec()),
                ("late".into(), "l-1.wasm".into(), b"\0asm".to_vec()),
            ],
        }
    }

    fn unpacker() -> Unpacker {
        Unpacker {
            script: "/* glue */\nexport function unpack() {}\nfunction start() {}\nexport { start as default };\n"
                .to_owned(),
            module: b"\0asm".to_vec(),
            starter: "// starts\ngo();".to_owned(),
            style: "p { color: red }".to_owned(),
        }
    }

    #[test]
    fn everything_is_in_the_file_and_nothing_is_asked_of_a_server() {
        let html = page().join(&unpacker()).unwrap();
        for gone in [
            "src=",
            "href=\"./",
            "boot-1.js",
            "a-1.js",
            "stylesheet",
            "as='fetch'",
            "charset",
            "Serve",
            "export",
        ] {
            assert!(!html.contains(gone), "{gone}: {html}");
        }
        assert!(
            html.contains("<meta name=\"connlint-app\">"),
            "the app's own page"
        );
        assert!(html.contains("data-parts='{\"module\":4,\"program\":"));
        assert!(html.contains("\"style\":3,\"documents\":13,\"late\":4}'"));
        assert!(html.contains("data-documents=\"#connlint-part-documents\""));
        assert!(html.contains(
            "<script type=\"module\">function unpack() {}\nfunction start() {}\nconst __connlint_init = start;\ngo();\n</script>"
        ));
    }

    #[test]
    fn the_policy_allows_the_texts_in_the_file_and_no_connection() {
        let html = page().join(&unpacker()).unwrap();
        let style = hash("p { color: red }\n");
        assert!(html.contains(&format!("style-src {style};")));
        let program = hash(
            "\nfunction __wbg_init() {}\nconst late = connlintLate.then((late) => new Response(late, { headers: { \"content-type\": \"application/wasm\" } }));\n\ndispatchEvent(new CustomEvent(\"connlint-program\", { detail: __wbg_init }));\n",
        );
        assert!(html.contains(&program));
        assert!(html.contains("connect-src 'none'") && html.contains("default-src 'none'"));
        assert!(!html.contains("'self'") && !html.contains("unsafe-inline"));
    }

    #[test]
    fn the_parts_are_those_that_the_page_names() {
        let parts = one(&page().document, PARTS.0, PARTS.1, PARTS.2).unwrap();
        let found: Vec<_> = later(&parts).collect();
        assert_eq!(found, [("documents", "d-1.txt"), ("late", "l-1.wasm")]);
        assert_eq!(
            inside(&parts),
            "<meta name=\"connlint-parts\" data-documents=\"#connlint-part-documents\" data-late=\"#connlint-part-late\">"
        );
    }

    /// As single.js reads them.
    fn read(text: &str) -> Vec<u8> {
        let units: Vec<u32> = text.encode_utf16().map(u32::from).collect();
        let mut read = Vec::new();
        for block in units.chunks(CHARACTERS) {
            let mut number = [0_u32; CHARACTERS - 1];
            for unit in block {
                let left_out = u32::from(*unit > 0x0d)
                    + u32::from(*unit > 0x3c)
                    + u32::from(*unit > 0xdfff) * 0x800;
                let mut carry = unit - 1 - left_out;
                for word in &mut number {
                    carry += *word * DIGITS;
                    *word = carry & 0xffff;
                    carry >>= 16;
                }
                assert_eq!(carry, 0, "it fits");
            }
            read.extend(
                number
                    .into_iter()
                    .flat_map(|word| (word as u16).to_le_bytes()),
            );
        }
        read
    }

    #[test]
    fn all_bytes_are_read_as_they_were_written() {
        let words: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for bytes in [&words[..], &[0xff; 1111], &[0; 3], b"A", b""] {
            let text = in_characters(bytes);
            for never in ['\0', '\r', '<'] {
                assert!(!text.contains(never), "{never:?}");
            }
            let found = read(&text);
            assert_eq!(found[..bytes.len()], *bytes);
            assert!(
                found[bytes.len()..].iter().all(|byte| *byte == 0),
                "filled up"
            );
        }
        let packed = in_characters(&words).encode_utf16().count() * 2;
        assert!(packed < words.len() * 101 / 100, "{packed}");
    }

    #[test]
    fn every_digit_has_its_character() {
        let characters: Vec<_> = (0..DIGITS).filter_map(character).collect();
        assert!(characters.is_sorted() && characters.len() == DIGITS as usize);
        assert_eq!(character(DIGITS - 1), Some('\u{ffff}'));
    }

    #[test]
    fn the_file_says_that_it_is_utf_16() {
        assert_eq!(utf16("a"), [0xff, 0xfe, b'a', 0]);
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(
            without_comments("/* a\n b */\nlet c = \"// d\";\n\n  // e\n  f();\n/** g */\n"),
            "let c = \"// d\";\nf();\n"
        );
    }
}
