//! Takes the program apart: what the first result needs, and what is loaded after that.
//!
//! The page says where it may be cut (`src/late.rs`), and cargo's module has the relocations by which functions and data can be
//! told apart (`build.rs`). The cut comes before wasm-bindgen, so Trunk's own module, which is not cut, is of no use.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

use super::{PAGE_PROFILE, replaced};
use crate::project::Project;
use crate::tools::{PAGE_TARGET, Tools};

/// The variable by which the task runner says which profile of cargo's it has asked Trunk for.
pub(super) const PROFILE: &str = "CONNLINT_PAGE_PROFILE";
/// The page's binary.
const NAME: &str = "connlint-web";
/// The part that is loaded later, as `src/late.rs` calls it.
const LATE: &str = "late";
/// The JavaScript that loads it, as wasm-bindgen is told; it becomes a part of the script.
const LINK: &str = "./__wasm_split.js";
/// What wasm-opt has to know of the module when that no longer says it: what the compiler uses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How wasm-bindgen imports [`LINK`], and where it uses that.
const IMPORT: &str = "import * as import1 from \"./__wasm_split.js\"";
const IMPORTED: &str = "\"./__wasm_split.js\": import1,";
/// What the link script begins with: the script that it becomes a part of.
const MAIN: &str = "import { initSync } from \"./connlint-web.js\";";
/// How it fetches the later module.
const FETCH: &str = "fetch(new URL(\"./split_late.wasm\", import.meta.url))";
/// What it logs, which the page does not.
const LOGS: &str = "console.error(e);";

/// The program in its parts.
pub(super) struct Program {
    /// The JavaScript, which does not know the name of the later module yet.
    pub(super) script: Script,
    /// The module that the first result needs, with the names of its functions.
    pub(super) first: Vec<u8>,
    /// The module with the rest.
    pub(super) late: Vec<u8>,
}

/// The JavaScript of both modules.
pub(super) struct Script(String);

impl Script {
    /// wasm-bindgen's script with the link script inside, so that nothing has to be loaded for it.
    fn of(glue: &str, link: &str) -> Result<Self> {
        let link = replaced(link, MAIN, "")?;
        let link = replaced(&link, LOGS, "")?.replace("export const ", "const ");
        let glue = replaced(glue, IMPORT, link.trim())?;
        let loader = format!("__wasm_split_load_{LATE}");
        let glue = replaced(&glue, IMPORTED, &format!("\"{LINK}\": {{ {loader} }},"))?;
        replaced(&glue, FETCH, FETCH)?;
        Ok(Self(glue))
    }

    /// The script, for a later module of this name with this hash.
    ///
    /// # Errors
    /// When the script does not load it.
    pub(super) fn loading(&self, name: &str, integrity: &str) -> Result<String> {
        let fetch = format!(
            "fetch(new URL(\"./{name}\", import.meta.url), {{ integrity: \"{integrity}\", credentials: \"same-origin\" }})"
        );
        replaced(&self.0, FETCH, &fetch)
    }
}

/// Cuts what cargo has built for the page.
///
/// # Errors
/// When it is not built, or a tool fails.
pub(super) fn program(project: &Project) -> Result<Program> {
    let tools = &Tools::ensure(project)?;
    let own = project.own_target().join("split");
    let _ = fs::remove_dir_all(&own);
    fs::create_dir_all(&own)?;
    let built = project
        .target
        .join(PAGE_TARGET)
        .join(profile())
        .join(format!("{NAME}.wasm"));
    let whole = fs::read(&built).with_context(|| built.display().to_string())?;
    let main = own.join(format!("{NAME}.wasm"));
    let mut options = Options::new(&whole);
    options.output_dir = &own;
    options.main_out_path = &main;
    options.link_name = LINK;
    options.main_module = "./connlint-web.js";
    let parts = transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let [late] = parts.split_modules.as_slice() else {
        return Err(anyhow!(
            "{} parts instead of one",
            parts.split_modules.len()
        ));
    };

    let bound = own.join("bound");
    let status = project
        .command(Path::new("wasm-bindgen"))
        .env("PATH", &tools.path)
        // The table of functions, which the later module calls the first one by, is the linker's.
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--keep-lld-exports",
            "--out-dir",
        ])
        .arg(&bound)
        .arg(&main)
        .status()
        .context("cannot run wasm-bindgen")?;
    ensure!(status.success(), "wasm-bindgen could not write the module");
    let glue = fs::read_to_string(bound.join(format!("{NAME}.js")))?;
    let link = fs::read_to_string(own.join(LINK))?;
    Ok(Program {
        script: Script::of(&glue, &link)?,
        first: optimized(project, tools, &bound.join(format!("{NAME}_bg.wasm")))?,
        late: optimized(project, tools, late)?,
    })
}

/// The folder of cargo's profile; Trunk tells its hooks which of its two kinds of build this is.
fn profile() -> String {
    let asked = std::env::var(PROFILE).ok();
    asked.unwrap_or_else(|| match std::env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => PAGE_PROFILE.to_owned(),
        _ => "debug".to_owned(),
    })
}

/// The module as small as it gets, with its names.
fn optimized(project: &Project, tools: &Tools, module: &Path) -> Result<Vec<u8>> {
    if tools.wasm_opt && profile() == PAGE_PROFILE {
        let status = project
            .command(Path::new("wasm-opt"))
            .env("PATH", &tools.path)
            // Functions of a kind next to each other compress better.
            .args(["-Oz", "-g", "--reorder-functions-by-name"])
            .args(FEATURES)
            .arg("-o")
            .args([module, module])
            .status()
            .context("cannot run wasm-opt")?;
        ensure!(status.success(), "wasm-opt could not make it smaller");
    }
    Ok(fs::read(module)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "import * as import1 from \"./__wasm_split.js\"\n\nfunction initSync() {}\nconst imports = {\n\
        \"./__wasm_split.js\": import1,\n};\nexport { initSync, init as default };\n";
    const LINK_SCRIPT: &str = "import { initSync } from \"./connlint-web.js\";\n\nfunction wrap(e) { console.error(e); }\n\
        export const __wasm_split_load_late = wrap(() => fetch(new URL(\"./split_late.wasm\", import.meta.url)));\n";

    #[test]
    fn the_script_is_one_file_and_knows_the_later_module_by_its_hash() {
        let script = Script::of(GLUE, LINK_SCRIPT).unwrap();
        let script = script.loading("late-1.wasm", "sha384-x").unwrap();
        assert!(script.contains(
            "fetch(new URL(\"./late-1.wasm\", import.meta.url), { integrity: \"sha384-x\", credentials: \"same-origin\" })"
        ));
        assert!(script.contains("\"./__wasm_split.js\": { __wasm_split_load_late },"));
        for gone in [
            "import *",
            "import {",
            "export const",
            "console",
            "split_late",
        ] {
            assert!(!script.contains(gone), "{gone}: {script}");
        }
    }

    #[test]
    fn a_script_that_is_not_as_expected_stops_the_build() {
        assert!(Script::of("", LINK_SCRIPT).is_err());
        assert!(Script::of(GLUE, "").is_err());
        let without = LINK_SCRIPT.replace("split_late", "other");
        assert!(Script::of(GLUE, &without).is_err());
    }
}
