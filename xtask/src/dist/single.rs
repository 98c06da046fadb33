//! `dist/connlint.html`: the page as one file, which opens from disk without a server and without a network.
//!
//! All but the document itself is one LZMA stream, behind the module that unpacks it. The file is UTF-16, so that two bytes
//! stand in one character: a browser knows it by the mark at its beginning, whatever a server says, and no editor or mail
//! takes it for anything else than text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use crate::compress::{deflate, lzma};
use crate::npm;
use crate::page::replaced;
use crate::project::Project;
use crate::tools::Tools;

/// The file's name.
pub(super) const FILE: &str = "connlint.html";

/// The most that it may weigh, in bytes. The aim is 700,000; the limit is a little above what has been reached, so that
/// it can only get better.
const MOST: usize = 830_000;

/// The crate that unpacks it.
const UNPACKER: &str = "connlint-unpack";

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
    let name = npm::module(project, tools, UNPACKER, &own)?;
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
    icon: (String, String),
    style: (String, String),
    boot: String,
    program: (String, String),
    module: Vec<u8>,
    /// What is fetched later: its name and file in `<meta name="connlint-parts">`, and its content.
    later: Vec<(String, String, Vec<u8>)>,
}

impl Parts {
    fn of(page: &Path) -> Result<Self> {
        let document = fs::read_to_string(page.join("index.html"))?;
        let bytes = |name: &str| fs::read(page.join(name)).context(name.to_owned());
        let text = |name: String| {
            let content = fs::read_to_string(page.join(&name)).context(name.clone());
            content.map(|content| (name, content))
        };
        let link = |rel: &str| tag(&document, "<link", &format!("rel=\"{rel}\""), "href");
        let module = attribute(&document, "data-wasm")?;
        let later = later(&document)
            .map(|(name, file)| bytes(&file).map(|content| (name, file, content)))
            .collect::<Result<_>>()?;
        Ok(Self {
            icon: text(link("icon")?)?,
            style: text(link("stylesheet")?)?,
            boot: tag(&document, "<script", "type=\"module\"", "src")?,
            program: text(attribute(&document, "data-js")?)?,
            module: bytes(&module)?,
            later,
            document,
        })
    }

    /// All of it in one document, whose policy allows just the texts that stand in it.
    fn join(self, unpacker: &Unpacker) -> Result<String> {
        let (program_name, program) = self.program;
        let program = match self.later.iter().find(|(name, ..)| name == LATE) {
            Some((_, file, _)) => from_the_document(&program, file)?,
            None => program,
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

        let mut html = self.document;
        // How the app knows that the page is its own.
        html = without_tags(&html, "data-js=");
        for name in [&self.boot, &program_name, &self.style.0, &self.icon.0] {
            html = without_tags(&html, name);
        }
        html = without_tags(&html, "_bg.wasm' as='fetch'");
        html = without_tags(&html, "charset=");
        let slow = html.split_once(SLOW.0);
        let (before, rest) = slow.context("the page says nothing of taking long")?;
        let (_, behind) = rest.split_once(SLOW.1).context("a paragraph ends")?;
        html = format!("{before}{behind}");
        let icon = STANDARD.encode(&self.icon.1);
        let head = format!(
            "<meta name=\"connlint-app\"><link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">\
             <style>{style}</style></head>"
        );
        html = replaced(&html, "</head>", &head)?;

        let mut parts = vec![
            ("module", self.module.as_slice()),
            ("program", program.as_bytes()),
            ("style", self.style.1.as_bytes()),
        ];
        for (name, file, content) in &self.later {
            parts.push((name.as_str(), content.as_slice()));
            html = replaced(
                &html,
                &format!("\"./{file}\""),
                &format!("\"#connlint-part-{name}\""),
            )?;
        }
        let body = format!(
            "{}{}<script type=\"module\">{starter}</script></body>",
            packed("unpacker", "", &deflate(&unpacker.module)?),
            packed_parts(&parts)?,
        );
        html = replaced(&html, "</body>", &body)?;

        let policy = format!(
            "script-src {} {} 'wasm-unsafe-eval'; style-src {}; img-src data:; connect-src 'none'; base-uri 'none'",
            hash(&starter),
            hash(&program),
            hash(&style)
        );
        let start = html.find("script-src 'self'").context("a policy")?;
        let end = html[start..].find("base-uri 'none'").context("a policy")? + start;
        html.replace_range(start..end + "base-uri 'none'".len(), &policy);
        Ok(html)
    }
}

/// The JavaScript with what single.js has unpacked in place of the later module's `file`.
fn from_the_document(script: &str, file: &str) -> Result<String> {
    let start = format!("fetch(new URL(\"./{file}\"");
    let (before, rest) = script
        .split_once(&start)
        .context("nothing loads the later module")?;
    let (_, behind) = rest.split_once("})").context("a call ends")?;
    Ok(format!(
        "{before}Promise.resolve(new Response(connlintLate, {{ headers: {{ \"content-type\": \"application/wasm\" }} }})){behind}"
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

/// The file that an attribute of the document names.
fn attribute(html: &str, name: &str) -> Result<String> {
    let found = html.split_once(&format!("{name}='./"));
    let (_, rest) = found.with_context(|| format!("the page has no {name}"))?;
    let (file, _) = rest.split_once('\'').context("an attribute ends")?;
    Ok(file.to_owned())
}

/// The file that the first tag of this kind, with `mark` in it, names in `attribute`.
fn tag(html: &str, kind: &str, mark: &str, attribute: &str) -> Result<String> {
    html.split(kind)
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag.contains(mark))
        .find_map(|tag| {
            let (_, rest) = tag.split_once(&format!(" {attribute}="))?;
            let quoted = rest.get(1..)?.split(rest.chars().next()?).next()?;
            Some(quoted.strip_prefix("./")?.to_owned())
        })
        .with_context(|| format!("the page has no {kind} with {mark}"))
}

/// What `<meta name="connlint-parts" data-NAME="./FILE">` names.
fn later(html: &str) -> impl Iterator<Item = (String, String)> {
    let tag = html
        .split_once("<meta name=\"connlint-parts\"")
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(tag, _)| tag);
    tag.split_whitespace().filter_map(|attribute| {
        let (name, file) = attribute.split_once("=\"./")?;
        let file = file.trim_end_matches(['"', '/']);
        Some((name.strip_prefix("data-")?.to_owned(), file.to_owned()))
    })
}

/// The document without the `<link>`s, `<script>`s and `<meta>`s that have this in them, such as the name of a file.
fn without_tags(html: &str, file: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let named = tag[..end].contains(file) && !tag.starts_with("<meta name=\"connlint-parts\"");
        if !named {
            out.push_str(&tag[..end]);
        }
        rest = &tag[end..];
        if named && tag.starts_with("<script") {
            rest = rest.strip_prefix("</script>").unwrap_or(rest);
        }
    }
    out + rest
}

/// All parts as one stream, with their names and lengths.
fn packed_parts(parts: &[(&str, &[u8])]) -> Result<String> {
    let lengths: Vec<_> = parts
        .iter()
        .map(|(name, content)| format!("\"{name}\":{}", content.len()))
        .collect();
    let all: Vec<_> = parts.iter().map(|(_, content)| *content).collect();
    let told = format!(" data-parts='{{{}}}'", lengths.join(","));
    Ok(packed("page", &told, &lzma(&all.concat())?))
}

/// Packed bytes inside the document; a browser takes them for data, as it does not know the type.
fn packed(name: &str, told: &str, content: &[u8]) -> String {
    format!(
        "<script type=\"application/octet-stream\" data-connlint-packed=\"{name}\" data-length=\"{}\"{told}>{}</script>",
        content.len(),
        in_characters(content)
    )
}

/// Comes before a character that stands for another one.
const ESCAPE: u16 = 1;

/// Bytes as characters of the Basic Multilingual Plane, two in each. What cannot stand in a document, or would end it, is
/// written with its highest bit turned round, behind [`ESCAPE`].
fn in_characters(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for pair in bytes.chunks(2) {
        let word = u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]);
        let plain = !matches!(word, 0 | ESCAPE | 0x0d | 0x3c);
        // Halves of a surrogate pair are no characters.
        match char::from_u32(word.into()).filter(|_| plain) {
            Some(character) => out.push(character),
            None => {
                out.extend(char::from_u32(ESCAPE.into()));
                out.extend(char::from_u32((word ^ 0x8000).into()));
            }
        }
    }
    out
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
            icon: ("icon-1.svg".to_owned(), "<svg/>".to_owned()),
            style: ("c-1.css".to_owned(), "p{}".to_owned()),
            boot: "boot-1.js".to_owned(),
            program: (
                "a-1.js".to_owned(),
                "function __wbg_init() {}\nconst late = fetch(new URL(\"./l-1.wasm\", import.meta.url), { integrity: \"x\" });\nexport { initSync, __wbg_init as default };\n".to_owned(),
            ),
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
            "\nfunction __wbg_init() {}\nconst late = Promise.resolve(new Response(connlintLate, { headers: { \"content-type\": \"application/wasm\" } }));\n\ndispatchEvent(new CustomEvent(\"connlint-program\", { detail: __wbg_init }));\n",
        );
        assert!(html.contains(&program));
        assert!(html.contains("connect-src 'none'") && html.contains("default-src 'none'"));
        assert!(!html.contains("'self'") && !html.contains("unsafe-inline"));
    }

    #[test]
    fn the_parts_are_those_that_the_page_names() {
        let found: Vec<_> = later(&page().document).collect();
        let expected = [("documents", "d-1.txt"), ("late", "l-1.wasm")];
        assert_eq!(
            found,
            expected.map(|(name, file)| (name.to_owned(), file.to_owned()))
        );
        assert_eq!(attribute(&page().document, "data-js").unwrap(), "a-1.js");
        assert!(attribute("", "data-js").is_err());
        let link = |rel| tag(&page().document, "<link", rel, "href");
        assert_eq!(link("rel=\"icon\"").unwrap(), "icon-1.svg");
        assert_eq!(link("rel=\"stylesheet\"").unwrap(), "c-1.css");
        assert!(link("rel=\"other\"").is_err());
    }

    #[test]
    fn every_pair_of_bytes_is_read_as_it_was_written() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        let text = in_characters(&bytes);
        for never in ['\0', '\r', '<'] {
            assert!(!text.contains(never), "{never:?}");
        }
        // As single.js reads them.
        let mut units = text.encode_utf16();
        let mut read = Vec::new();
        while let Some(unit) = units.next() {
            let word = match unit {
                ESCAPE => units.next().unwrap() ^ 0x8000,
                plain => plain,
            };
            read.extend(word.to_le_bytes());
        }
        assert_eq!(read, bytes);
        assert_eq!(in_characters(b"A"), "A", "the last half is filled up");
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
