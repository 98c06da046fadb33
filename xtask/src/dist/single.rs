//! `dist/connlint.html`: the page as one file, which opens from disk without a server and without a network.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use super::files;
use crate::compress::Encoding;
use crate::page::replaced;
use crate::project::Project;

/// The file's name.
const FILE: &str = "connlint.html";

/// The most that it may weigh, in bytes. The aim is 700,000; the limit is a little above what has been reached, so that
/// it can only get better.
const MOST: usize = 1_400_000;

/// How the program's JavaScript ends: with the name of the function that starts it.
const EXPORT: &str = " as default };";

/// Makes the file from the built page.
///
/// # Errors
/// When a file of the page is missing, the page is not as expected, or the result is too large.
pub(super) fn write(project: &Project, page: &Path, folder: &Path) -> Result<()> {
    let starter = project.root.join("packaging/site/single.js");
    let starter = fs::read_to_string(&starter).with_context(|| starter.display().to_string())?;
    let document = Parts::of(page)?.join(&starter)?;
    ensure!(
        document.len() <= MOST,
        "{FILE} has {} bytes, {} more than it may",
        document.len(),
        document.len() - MOST
    );
    fs::write(folder.join(FILE), document)?;
    Ok(())
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
        let names = files(page)?;
        let document = fs::read_to_string(page.join("index.html"))?;
        let text = |name: &str| fs::read_to_string(page.join(name)).context(name.to_owned());
        let named = |is: &dyn Fn(&str) -> bool| {
            let mut found = names.iter().filter(|name| is(name));
            match (found.next(), found.next()) {
                (Some(name), None) => Ok(name.clone()),
                _ => anyhow::bail!("the page should have one file of a kind"),
            }
        };
        let program = attribute(&document, "data-js")?;
        let module = attribute(&document, "data-wasm")?;
        let boot = named(&|name| name.starts_with("boot") && name.ends_with(".js"))?;
        let icon = named(&|name| name.ends_with(".svg"))?;
        let style = named(&|name| name.ends_with(".css"))?;
        let later = later(&document)
            .map(|(name, file)| {
                let content = fs::read(page.join(&file)).with_context(|| file.clone())?;
                Ok((name, file, content))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            icon: (icon.clone(), text(&icon)?),
            style: (style.clone(), text(&style)?),
            program: (program.clone(), text(&program)?),
            module: fs::read(page.join(&module)).context(module)?,
            document,
            boot,
            later,
        })
    }

    /// All of it in one document, whose policy allows just the texts that stand in it.
    fn join(self, starter: &str) -> Result<String> {
        let (program, ending) = self
            .program
            .1
            .rsplit_once("export {")
            .context("the program's JavaScript exports nothing")?;
        let init = ending
            .split(',')
            .find_map(|name| name.split_once(EXPORT.trim_end_matches(" };")))
            .map(|(name, _)| name.trim())
            .context("the program's JavaScript does not say how it is started")?;
        // As one module: nothing else needs what it exports.
        let script = format!(
            "{}\nconst __connlint_init = {init};\n{starter}",
            program.replace("\nexport ", "\n")
        );
        ensure!(
            !script.contains("</script") && !script.contains("\nimport "),
            "the program's JavaScript cannot stand in a document"
        );

        let mut html = self.document;
        for name in [&self.boot, &self.program.0, &self.style.0, &self.icon.0] {
            html = without_tags(&html, name);
        }
        html = without_tags(&html, "_bg.wasm' as='fetch'");
        let style = &self.style.1;
        let icon = STANDARD.encode(&self.icon.1);
        let head = format!(
            "<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\"><style>{style}</style></head>"
        );
        html = replaced(&html, "</head>", &head)?;

        let mut packed = packed("module", &self.module)?;
        for (name, file, content) in &self.later {
            packed += &self::packed(name, content)?;
            html = replaced(
                &html,
                &format!("\"./{file}\""),
                &format!("\"#connlint-part-{name}\""),
            )?;
        }
        let body = format!("{packed}<script type=\"module\">{script}</script></body>");
        html = replaced(&html, "</body>", &body)?;

        let policy = format!(
            "script-src {} 'wasm-unsafe-eval'; style-src {}; img-src data:; connect-src 'none'; base-uri 'none'",
            hash(&script),
            hash(style)
        );
        let start = html.find("script-src 'self'").context("a policy")?;
        let end = html[start..].find("base-uri 'none'").context("a policy")? + start;
        html.replace_range(start..end + "base-uri 'none'".len(), &policy);
        Ok(html)
    }
}

/// The file that an attribute of the document names.
fn attribute(html: &str, name: &str) -> Result<String> {
    let found = html.split_once(&format!("{name}='./"));
    let (_, rest) = found.with_context(|| format!("the page has no {name}"))?;
    let (file, _) = rest.split_once('\'').context("an attribute ends")?;
    Ok(file.to_owned())
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

/// The document without the `<link>`s, `<script>`s and `<meta>`s that name a file of the page.
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

/// A file inside the document, compressed; a browser takes it for data, as it does not know the type.
fn packed(name: &str, content: &[u8]) -> Result<String> {
    Ok(format!(
        "<script type=\"application/gzip\" data-connlint-packed=\"{name}\">{}</script>",
        STANDARD.encode(Encoding::Gzip.pack(content)?)
    ))
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
            document: "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                base-uri 'none'; form-action 'none'\" />\
                <meta name=\"connlint-parts\" data-documents=\"./d-1.txt\" data-documents-integrity=\"sha384-x\" />\
                <link rel=\"icon\" href=\"./icon-1.svg\"/><link rel=\"stylesheet\" href=\"./c-1.css\">\
                <meta name='connlint-app' data-js='./a-1.js' data-wasm='./a-1_bg.wasm'>\
                <link rel='preload' href='./a-1_bg.wasm' as='fetch'>\
                <script type=\"module\" src=\"./boot-1.js\"></script></head><body>Text</body></html>"
                .to_owned(),
            icon: ("icon-1.svg".to_owned(), "<svg/>".to_owned()),
            style: ("c-1.css".to_owned(), "p{}".to_owned()),
            boot: "boot-1.js".to_owned(),
            program: (
                "a-1.js".to_owned(),
                "function __wbg_init() {}\nexport { initSync, __wbg_init as default };\n".to_owned(),
            ),
            module: b"\0asm".to_vec(),
            later: vec![("documents".into(), "d-1.txt".into(), b"the documents".to_vec())],
        }
    }

    #[test]
    fn everything_is_in_the_file_and_nothing_is_asked_of_a_server() {
        let html = page().join("start();").unwrap();
        for gone in [
            "src=",
            "href=\"./",
            "boot-1.js",
            "a-1.js",
            "stylesheet",
            "as='fetch'",
        ] {
            assert!(!html.contains(gone), "{gone}: {html}");
        }
        assert!(html.contains("data-connlint-packed=\"module\""));
        assert!(html.contains("data-connlint-packed=\"documents\""));
        assert!(html.contains("data-documents=\"#connlint-part-documents\""));
        assert!(html.contains("const __connlint_init = __wbg_init;\nstart();"));
        assert!(!html.contains("export"));
    }

    #[test]
    fn the_policy_allows_the_texts_in_the_file_and_no_connection() {
        let html = page().join("start();").unwrap();
        // printf 'p{}' | openssl dgst -sha256 -binary | base64
        let style = hash("p{}");
        assert!(html.contains(&format!("style-src {style};")));
        assert!(html.contains("connect-src 'none'") && html.contains("default-src 'none'"));
        assert!(!html.contains("'self'") && !html.contains("unsafe-inline"));
    }

    #[test]
    fn the_parts_are_those_that_the_page_names() {
        let found: Vec<_> = later(&page().document).collect();
        assert_eq!(found, [("documents".to_owned(), "d-1.txt".to_owned())]);
        assert_eq!(attribute(&page().document, "data-js").unwrap(), "a-1.js");
        assert!(attribute("", "data-js").is_err());
    }
}
