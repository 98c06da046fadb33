//! A page that allows nothing but what docs/embed.md says: several widgets, the widget's interface, nothing that leaks.

use anyhow::{Context, ensure};
use connlint_e2e::{Portal, Result, tools};
use serde_json::json;
use std::fs;
use thirtyfour::prelude::Key;

/// libpq splits at the first `@`, so the user name needs `%40`.
pub(crate) const RAW_AT: &str =
    "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require";

/// The policy that docs/embed.md gives, word for word.
fn policy() -> Result<String> {
    let docs = include_str!("../../../../docs/embed.md");
    let (_, block) = docs
        .split_once("```csp\n")
        .context("no policy in docs/embed.md")?;
    let (policy, _) = block.split_once("\n```").context("the policy has no end")?;
    let policy = policy.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(policy.starts_with("default-src 'none';"), "{policy}");
    Ok(policy)
}

fn runbook() -> Result<Portal> {
    let portal = Portal::start("plain", Some(&policy()?))?;
    portal.open("")?;
    Ok(portal)
}

#[test]
fn under_the_policy_of_the_documentation_all_of_it_works() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    portal.until_found("b", "SYN003")?;
    portal.script("inside('a', '[data-code=SYN003] [data-action=fix]').click()")?;
    portal.until("widget('a').value.includes('app%40shop')")?;
    portal.script("inside('a', '[data-action=explain]')?.click()")?;
    // The page's settings, and the element's own on top of them.
    assert_eq!(
        portal.script("return inside('b', 'a.runbook, .runbook a').href")?,
        "https://wiki.example/at-sign"
    );
    assert_eq!(
        portal.script("return inside('a', '#target').value")?,
        "azure-flexible"
    );
    portal.script("widget('c').scrollIntoView()")?;
    portal.until_ready("c")?;
    assert_eq!(
        portal.script("return inside('c', '#driver').value")?,
        "npgsql"
    );
    assert_eq!(
        portal.script("return widget('c').value")?,
        "Host=db.example;Username=app;Database=shop"
    );
    let help = "return inside('c', 'slot[name=help]').assignedElements()[0].textContent.trim()";
    assert_eq!(portal.script(help)?, "Ask the team if it stays.");
    assert_eq!(portal.complaints()?, [] as [String; 0]);
    Ok(())
}

#[test]
fn nothing_but_the_element_is_loaded_before_a_widget_is_near() -> Result {
    let portal = Portal::start("plain", Some(&policy()?))?;
    portal.open("far.html")?;
    portal.until("customElements.get('conn-lint')")?;
    // Observers are told in the order in which they were made: when this one is, the element's own was.
    portal.wait(
        "new IntersectionObserver(([entry]) => done(entry.isIntersecting), { rootMargin: '50%' }).observe(widget('c'))",
    )?;
    portal.wait("requestAnimationFrame(() => setTimeout(done))")?;
    assert_eq!(portal.loaded()?, ["connlint-element.js"]);
    portal.script("widget('c').scrollIntoView()")?;
    portal.until_ready("c")?;
    let loaded = portal.loaded()?;
    assert!(
        loaded.iter().any(|name| name.ends_with(".wasm")),
        "{loaded:?}"
    );
    Ok(())
}

#[test]
fn listeners_hear_codes_and_never_the_text() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.script(
        "window.heard = [];
         for (const name of ['ready', 'change', 'error']) {
             document.addEventListener('connlint-' + name, (e) => heard.push([name, e.target.id, e.detail]));
         }
         widget('a').value = 'x'",
    )?;
    portal.set("a", RAW_AT)?;
    portal.until(
        "heard.some(([name, id, detail]) => name === 'change' && detail.codes.includes('SYN003'))",
    )?;
    let heard = portal.script("return heard")?;
    assert!(!heard.to_string().contains("Gr33nTea"), "{heard}");
    let last = portal.script("return heard.findLast(([name]) => name === 'change')[2].counts")?;
    assert!(last["error"].as_u64() >= Some(1), "{last}");
    // A setting that does not exist is said, in the widget and to listeners.
    portal.script("widget('a').setAttribute('target', 'azure')")?;
    portal.until(
        "heard.some(([name, id, detail]) => name === 'error' && detail.message.includes('azure'))",
    )?;
    portal.until("inside('a', '.notice')")?;
    assert_eq!(
        portal.script("return widget('a').value")?,
        RAW_AT,
        "the text stays"
    );
    Ok(())
}

#[test]
fn a_mistake_of_its_own_is_said_in_each_widget_and_nowhere_else() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.until_found("b", "SYN003")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    portal.script(
        "window.heard = [];
         document.addEventListener('connlint-error', (e) => heard.push([e.target.id, e.detail.message]))",
    )?;
    // The module's own function, given a text that is longer than anything can be.
    let app = portal.app()?;
    let failed = portal.wait(&format!(
        "import('{app}').then((app) => app.default()).then((module) => {{
             try {{ module.widget_new(0, 1, 0, 1, 0x80000000, 0, 0); done('nothing happened') }}
             catch (error) {{ done(error instanceof WebAssembly.RuntimeError) }}
         }}, (error) => done(String(error)))"
    ))?;
    assert_eq!(failed, json!(true));
    for id in ["a", "b"] {
        portal.until(&format!(
            "inside('{id}', '.failure')?.textContent.includes('have stopped')"
        ))?;
    }
    portal.until("['a', 'b'].every((id) => heard.some(([of]) => of === id))")?;
    assert_eq!(
        portal.script("return document.documentElement.getAttributeNames()")?,
        json!(["lang"])
    );
    assert_eq!(portal.script("return widget('a').value")?, RAW_AT);
    // What is done to it now calls nothing of the module any more.
    portal.script(
        "widget('a').value = 'x'; widget('a').remove(); widget('b').setAttribute('driver', 'pgx')",
    )?;
    portal.until("inside('b', '.failure')?.textContent.includes('could not be loaded')")?;
    // Another try would meet the same.
    portal.until("!inside('b', '.failure button')")?;
    assert_eq!(portal.complaints()?, [] as [String; 0]);
    Ok(())
}

#[test]
fn what_did_not_load_is_tried_again_by_a_button() -> Result {
    for missing in ["connlint-widget.js", "_bg.wasm"] {
        let files = tools::copy_of_dist()?;
        let file = fs::read_dir(files.path())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.to_string_lossy().ends_with(missing))
            .context(missing)?;
        let away = file.with_extension("away");
        fs::rename(&file, &away)?;
        let portal = Portal::with_files(files.path().to_owned(), "plain", Some(&policy()?))?;
        portal.open("")?;
        portal.until("inside('a', '.failure')?.textContent.includes('could not be loaded')")?;
        portal.script("inside('a', 'textarea').value = 'host=db.example'")?;
        // Still not there.
        portal.script("inside('a', '.failure button').click()")?;
        portal.until("inside('a', '.failure button')")?;
        fs::rename(&away, &file)?;
        portal.script("inside('a', '.failure button').click()")?;
        portal.until_ready("a")?;
        portal.until("!inside('a', '.failure') && widget('a').value === 'host=db.example'")?;
    }
    Ok(())
}

#[test]
fn a_widget_that_is_moved_keeps_its_text_and_one_that_is_taken_out_its_place() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    // Moved at once: the same app, with its history.
    portal.script("inside('a', '[data-code=SYN003] [data-action=fix]').click()")?;
    portal.until("widget('a').value.includes('app%40shop')")?;
    portal.script("window.area = inside('a', '#input'); document.body.append(widget('a'))")?;
    portal.until("area === inside('a', '#input') && !inside('a', '#undo').disabled")?;
    // Out for a while, as a router does it.
    portal.script("window.kept = widget('a'); kept.remove()")?;
    portal.until("!kept.shadowRoot.querySelector('.layer')")?;
    assert!(
        portal
            .script("return kept.value")?
            .as_str()
            .is_some_and(|text| text.contains("app%40shop"))
    );
    portal.script("document.body.prepend(kept)")?;
    portal.until_ready("a")?;
    portal.until("widget('a').value.includes('app%40shop')")?;
    assert_eq!(portal.complaints()?, [] as [String; 0]);
    Ok(())
}

#[test]
fn the_page_has_no_new_name_and_no_new_style() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.until_found("b", "SYN003")?;
    let left = portal.script(
        "const frame = document.createElement('iframe');
         document.body.append(frame);
         const known = new Set(Object.getOwnPropertyNames(frame.contentWindow));
         frame.remove();
         const names = Object.getOwnPropertyNames(window).filter((name) => !known.has(name) && !/^\\d+$/.test(name));
         return {
             names,
             sheets: document.adoptedStyleSheets.length + document.styleSheets.length,
             html: document.documentElement.attributes.length,
             links: document.querySelectorAll('link').length,
             color: getComputedStyle(document.body).color,
         }",
    )?;
    // The driver of the browser leaves marks of its own.
    let names = left["names"].as_array().context("no names")?;
    let ours = names.iter().filter(|name| {
        let name = name.as_str().unwrap_or_default();
        !name.starts_with("cdc_") && !name.starts_with("ret_nodes")
    });
    assert_eq!(ours.collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
    assert_eq!(left["sheets"], 0);
    assert_eq!(left["html"], 1, "its lang");
    assert_eq!(left["links"], 0);
    assert_eq!(left["color"], "rgb(0, 0, 0)");
    Ok(())
}

#[test]
fn the_keyboard_goes_through_the_widgets_in_the_order_of_the_page() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.until_found("b", "SYN003")?;
    portal.script("widget('before').focus()")?;
    let mut order = Vec::new();
    for _ in 0..60 {
        portal.press(Key::Tab)?;
        let focused = portal.script("return focused()")?;
        let focused = focused
            .as_str()
            .context("nothing has the focus")?
            .to_owned();
        order.push(focused.clone());
        if focused == "after" {
            break;
        }
    }
    let place = |name: &str| {
        let found = order.iter().position(|each| each == name);
        found.with_context(|| format!("{name} is not in {order:?}"))
    };
    assert_eq!(
        order.first().map(String::as_str),
        Some("a input"),
        "{order:?}"
    );
    assert!(place("a driver")? < place("between")?);
    assert!(
        place("between")? < place("b div")?,
        "an example can be scrolled"
    );
    assert!(place("b div")? < place("after")?);
    Ok(())
}

#[test]
fn keys_act_in_the_widget_that_has_the_focus_and_nowhere_else() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    // Behind all who listen in the document.
    portal.script("window.pressed = []; window.addEventListener('keydown', (e) => pressed.push(e.defaultPrevented))")?;
    portal.script("widget('before').focus()")?;
    portal.press(Key::F8)?;
    assert_eq!(portal.script("return focused()")?, "before");
    portal.script("widget('a').focus()")?;
    portal.press(Key::F8)?;
    portal.until("inside('a', '#input').selectionEnd > inside('a', '#input').selectionStart")?;
    // A character that is typed is typed, also in a widget.
    portal.press("?")?;
    portal.until("widget('a').value.includes('?') && !inside('a', 'dialog[open]')")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    // An open dialog has the keys; when it is closed, the widget has them again.
    portal.press_with(Key::Control, '/')?;
    portal.until("inside('a', 'dialog[open]')")?;
    portal.script("window.pressed = []")?;
    portal.press(Key::F8)?;
    portal.until("pressed.length > 0")?;
    assert_eq!(portal.script("return pressed")?, json!([false]));
    // One of the page that has nothing to do with the widget does not.
    portal.script(
        "inside('a', 'dialog[open]').close();
         const other = document.createElement('dialog');
         document.body.append(other);
         other.show();
         widget('a').focus();
         pressed.length = 0",
    )?;
    portal.press(Key::F8)?;
    portal.until("pressed.length > 0")?;
    assert_eq!(portal.script("return pressed")?, json!([true]));
    Ok(())
}

#[test]
fn a_theme_is_the_pages_unless_the_element_says_one() -> Result {
    let portal = runbook()?;
    portal.until_ready("a")?;
    let paper = |id: &str| {
        portal.script(&format!(
            "return getComputedStyle(inside('{id}', '.inset, .annotated')).backgroundColor"
        ))
    };
    portal.browser().prefer_colours("dark")?;
    let light = paper("a")?;
    portal.script("document.documentElement.style.colorScheme = 'light dark'")?;
    portal.until("inside('a', '.widget') ?? true")?;
    portal.until(&format!(
        "getComputedStyle(inside('a', '.inset')).backgroundColor !== {light}"
    ))?;
    let dark = paper("a")?;
    portal.script("widget('a').setAttribute('theme', 'light')")?;
    assert_eq!(paper("a")?, light);
    // A page that is dark by its colours only.
    portal.script(
        "document.documentElement.style.colorScheme = '';
         document.body.style.backgroundColor = 'rgb(20, 20, 30)';
         widget('a').setAttribute('theme', 'auto')",
    )?;
    assert_eq!(paper("a")?, dark);
    portal.script("widget('a').setAttribute('theme', 'light'); widget('a').style.setProperty('--connlint-paper', 'rgb(1, 2, 3)')")?;
    assert_eq!(paper("a")?, json!("rgb(1, 2, 3)"));
    Ok(())
}
