//! The page in a real browser: what a person sees after pasting, fixing, undoing.
#![cfg(target_arch = "wasm32")]

mod support;

use connlint_web::Config;
use support::{Page, with_documents};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// libpq splits at the first `@`, so the user name needs `%40`.
const RAW_AT: &str =
    "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require";

#[wasm_bindgen_test]
async fn it_says_when_it_is_ready_and_offers_examples() {
    let page = Page::mount(Config::default()).await;
    assert!(page.root.has_attribute("data-ready"));
    assert_eq!(page.all("[data-action=example]").len(), 6);
    assert_eq!(page.all("[data-summary]").len(), 0);
}

#[wasm_bindgen_test]
async fn every_example_is_found_and_summed_up() {
    for index in 0..6 {
        let page = Page::mount(Config::default()).await;
        page.click(&format!(
            "li:nth-child({}) [data-action=example]",
            index + 1
        ))
        .await;
        assert_eq!(page.all("[data-summary]").len(), 1, "example {index}");
        assert!(page.all("[data-action=example]").is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_paste_is_judged_at_once() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    let squiggles = page.texts("[data-squiggle=SYN003]");
    assert_eq!(squiggles, ["@"]);
    let finding = page.one("li[data-code=SYN003]");
    assert_eq!(
        finding.get_attribute("data-severity").as_deref(),
        Some("error")
    );
    assert!(!page.text("[data-summary]").is_empty());
    assert_eq!(page.all("#fix-all").len(), 1);
}

#[wasm_bindgen_test]
async fn the_layer_holds_the_same_text_as_the_box() {
    let page = Page::mount(Config::default()).await;
    for text in [
        RAW_AT,
        "DB=postgres://ü😀:e\u{301}@x\t\u{1F1E9}\u{1F1EA}@db.example/å\n\n",
        "  host=a user='b c' \n password=\u{202e}x ",
        "plain words, no string",
    ] {
        page.type_text(text).await;
        let layer = page.text(".layer");
        assert_eq!(layer.strip_suffix('\u{200B}'), Some(text));
    }
}

#[wasm_bindgen_test]
async fn layer_and_box_have_the_same_metrics() {
    let page = Page::mount(Config::default()).await;
    page.type_text(&format!(
        "{RAW_AT}&application_name=😀{}",
        "long ".repeat(80)
    ))
    .await;
    let (layer, area) = (page.one(".layer"), page.one("#input"));
    for property in [
        "font-family",
        "font-size",
        "font-weight",
        "line-height",
        "letter-spacing",
        "word-spacing",
        "tab-size",
        "white-space",
        "overflow-wrap",
        "word-break",
        "text-indent",
        "text-align",
        "direction",
        "padding-left",
        "padding-right",
        "padding-top",
        "padding-bottom",
        "border-left-width",
        "border-top-width",
        "box-sizing",
        "font-variant-ligatures",
        "font-kerning",
        "width",
        "height",
    ] {
        let (a, b) = (
            support::style(&layer, property),
            support::style(&area, property),
        );
        assert_eq!(a, b, "{property}");
    }
    assert!(
        area.scroll_height() <= area.client_height(),
        "the box itself never scrolls"
    );
}

#[wasm_bindgen_test]
async fn a_fix_is_applied_selected_announced_and_undone() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("li[data-code=SYN003] [data-action=fix]").await;
    assert_eq!(page.value(), RAW_AT.replacen('@', "%40", 1));
    assert!(page.all("[data-squiggle=SYN003]").is_empty());
    assert_eq!(page.selected(), "%40", "what was put in is selected");
    assert!(
        page.text("#status").contains("Done"),
        "{}",
        page.text("#status")
    );
    page.click("#undo").await;
    assert_eq!(page.value(), RAW_AT);
    assert_eq!(page.texts("[data-squiggle=SYN003]"), ["@"]);
    page.click("#redo").await;
    assert!(page.all("[data-squiggle=SYN003]").is_empty());
}

#[wasm_bindgen_test]
async fn fix_all_leaves_nothing_safe_to_fix() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("#fix-all").await;
    assert!(page.all("#fix-all").is_empty());
    assert!(page.value().contains("app%40shop"));
}

#[wasm_bindgen_test]
async fn keys_step_fix_and_undo() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    // Other rules may have something to say about this string, too.
    for _ in 0..page.all("li[data-code]").len() {
        page.key("#input", "F8", "").await;
        let current = page.one("li[aria-current=true]");
        if current.get_attribute("data-code").as_deref() == Some("SYN003") {
            break;
        }
    }
    assert_eq!(page.selected(), "@");
    assert_eq!(page.texts(".squiggle[data-current]"), ["@"]);
    page.key("#input", "Enter", "alt").await;
    assert!(page.value().contains("app%40shop"));
    page.key("#input", "z", "ctrl").await;
    assert_eq!(page.value(), RAW_AT);
}

#[wasm_bindgen_test]
async fn escape_leads_from_a_finding_back_to_the_text() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.focus("li[data-code=SYN003] [data-action=explain]");
    page.key("li[data-code=SYN003] [data-action=explain]", "Escape", "")
        .await;
    assert_eq!(page.focused_id(), "input");
}

#[wasm_bindgen_test]
async fn an_explanation_opens_in_place() {
    let page = Page::mount(with_documents()).await;
    page.type_text(RAW_AT).await;
    page.click("li[data-code=SYN003] [data-action=explain]")
        .await;
    page.wait_for("li[data-code=SYN003] .docs h4").await;
    let docs = page.text("li[data-code=SYN003] .docs");
    assert!(docs.contains("Why it matters"), "{docs}");
    page.click("li[data-code=SYN003] [data-action=explain]")
        .await;
    assert_eq!(page.all(".docs:not([hidden])").len(), 0);
}

#[wasm_bindgen_test]
async fn without_the_explanations_the_page_says_so_and_works() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("li[data-code=SYN003] [data-action=explain]")
        .await;
    let apology = "li[data-code=SYN003] .docs p[role=status]";
    while page.text(apology) == "The explanation is being loaded." {
        page.settle().await;
    }
    assert!(page.text(apology).contains("could not be loaded"));
}

#[wasm_bindgen_test]
async fn driver_and_target_can_be_set() {
    let page = Page::mount(Config::default()).await;
    page.type_text("postgresql://app@db.example/shop?sslmode=require")
        .await;
    let before = page.text("[data-summary]");
    assert!(
        page.text("#driver option:checked")
            .starts_with("detected: libpq")
    );
    page.choose("#driver", "node-postgres").await;
    assert_ne!(
        page.text("[data-summary]"),
        before,
        "it means something else there"
    );
    page.choose("#target", "azure-flexible").await;
    assert!(page.text(".about").contains("Azure Flexible Server"));
}

#[wasm_bindgen_test]
async fn without_a_probe_there_is_no_button_to_press() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    assert!(page.all("#probe-run").is_empty());
    assert!(page.text("#probe").contains("connlint serve"));
}

#[wasm_bindgen_test]
async fn what_will_be_sent_is_shown_and_has_no_password() {
    let page = Page::mount(support::with_probe()).await;
    assert!(
        page.all("#probe-run").is_empty(),
        "there is nothing to test yet"
    );
    page.type_text("postgresql://app:Gr33nTea@db.invalid:6432/shop?sslmode=verify-full")
        .await;
    let request = page.text("[data-probe-request]");
    for sent in ["db.invalid", "6432", "app", "shop", "verify-full"] {
        assert!(request.contains(sent), "{sent} in {request}");
    }
    assert!(!request.contains("Gr33nTea"));
    page.type_text("host=/var/run/postgresql user=app").await;
    assert!(
        page.all("#probe-run").is_empty(),
        "a socket cannot be tested"
    );
    assert!(page.text("[data-probe-objection]").contains("socket"));
}

#[wasm_bindgen_test]
async fn a_probe_that_does_not_answer_is_said_so() {
    let page = Page::mount(support::with_probe()).await;
    page.type_text("postgresql://app@db.invalid/shop").await;
    page.click("#probe-run").await;
    page.wait_for("[data-verdict=no-answer]").await;
    assert!(page.text("[data-verdict]").contains("connlint serve"));
    let states = page.all("[data-stage=dns][data-state=skipped]").len();
    assert_eq!(states, 1, "what was not reached says so");
    assert_eq!(page.all("#probe-run:not([disabled])").len(), 1);
}

#[wasm_bindgen_test]
async fn nothing_is_styled_by_an_attribute() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("li[data-code=SYN003] [data-action=explain]")
        .await;
    assert!(page.all("[style]").is_empty(), "a strict policy drops them");
}

#[wasm_bindgen_test]
async fn the_text_goes_nowhere_but_into_the_page() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("#fix-all").await;
    assert_eq!(support::stored(), 0);
    assert!(!support::address().contains("Gr33nTea"));
    assert!(!support::title().contains("Gr33nTea"));
}

#[wasm_bindgen_test]
async fn what_each_driver_does_is_one_line_until_it_is_asked_for() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    assert!(
        page.text("#readings-title").contains("drivers accept it"),
        "{}",
        page.text("#readings-title")
    );
    assert!(
        page.all("#readings table").is_empty(),
        "not made before it is wanted"
    );
    page.click("#readings-toggle").await;
    let toggle = page.one("#readings-toggle");
    assert_eq!(
        toggle.get_attribute("aria-expanded").as_deref(),
        Some("true")
    );
    let first = page.one("#readings tbody tr:first-child");
    assert_eq!(
        first.get_attribute("data-driver").as_deref(),
        Some("libpq"),
        "the driver that the string is for"
    );
    assert!(page.text("#readings tr.intended").contains("Refuses it"));
    let columns = page.all("#readings thead th[scope=col]").len();
    assert_eq!(page.all("#readings tr[data-driver=pgx] > *").len(), columns);
    assert_eq!(page.all("#readings tbody th[scope=row]").len(), {
        page.all("#readings tbody tr").len()
    });
    let odd = page.text("#readings tr[data-driver=node-postgres] td[data-differs]");
    assert!(odd.contains('≠') && odd.contains("differs"), "{odd}");
    assert!(!page.text("#readings").contains("Gr33nTea"));
    assert!(page.all("[style]").is_empty());
    page.click("#readings-toggle").await;
    assert!(page.all("#readings table").is_empty());
}

#[wasm_bindgen_test]
async fn the_open_table_follows_the_text_and_the_driver() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("#readings-toggle").await;
    page.type_text("postgresql://app@other.example/db").await;
    assert!(
        page.text("#readings tr[data-driver=libpq]")
            .contains("other.example")
    );
    page.choose("#driver", "node-postgres").await;
    let first = page.one("#readings tbody tr:first-child");
    assert_eq!(
        first.get_attribute("data-driver").as_deref(),
        Some("node-postgres")
    );
    page.type_text("no string at all").await;
    assert!(page.all("#readings").is_empty());
}

#[wasm_bindgen_test]
async fn another_dialect_is_written_masked_with_what_is_lost() {
    let page = Page::mount(Config::default()).await;
    page.type_text("postgresql://app:Gr33nTea@db.example/shop?sslmode=require&pgbouncer=true")
        .await;
    assert!(page.all("[data-convert]").is_empty(), "nothing is chosen");
    page.choose("#convert-to", "ado.net").await;
    let written = page.text("[data-convert=done]");
    assert!(
        written.contains("Host=db.example") && written.contains("***"),
        "{written}"
    );
    assert!(page.text("#convert .losses").contains("pgbouncer"));
    assert_eq!(
        page.texts("#convert [data-action=copy]"),
        ["Copy masked", "Copy with password"]
    );
    assert!(!page.one("#convert").outer_html().contains("Gr33nTea"));
    page.type_text("postgresql://app@db.example:port/shop")
        .await;
    assert_eq!(page.all("[data-convert=refused]").len(), 1);
    page.type_text("postgresql://app@db.example/shop").await;
    assert_eq!(page.texts("#convert [data-action=copy]"), ["Copy"]);
}

#[wasm_bindgen_test]
async fn after_a_fix_the_focus_is_in_the_box_and_what_was_done_is_listed() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.click("li[data-code=SYN003] [data-action=fix]").await;
    assert_eq!(page.focused_id(), "input");
    assert_eq!(page.all("[data-done='1']").len(), 1);
    assert!(page.text("[data-done]").contains("SYN003"));
    page.type_text("host=other.example").await;
    assert!(
        page.all("[data-done]").is_empty(),
        "the text is another one"
    );
}

#[wasm_bindgen_test]
async fn a_fix_shows_what_it_changes_in_its_line_without_the_password() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    let diff = page.one("li[data-code=SYN003] .diff");
    assert!(!diff.inner_html().contains("Gr33nTea"));
    assert_eq!(page.texts("li[data-code=SYN003] .diff-before del"), ["@"]);
    assert_eq!(page.texts("li[data-code=SYN003] .diff-after ins"), ["%40"]);
}

#[wasm_bindgen_test]
async fn an_ambiguous_text_is_drawn_in_each_way_and_one_can_be_chosen() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    page.wait_for("[data-splits]").await;
    let users = page.texts("[data-splits] .part-user code");
    assert!(users.contains(&"app@shop".to_owned()), "{users:?}");
    assert!(!page.one("[data-splits]").inner_html().contains("Gr33nTea"));
    page.click("[data-action=choose-split]").await;
    assert!(page.value().contains("app%40shop"));
    assert_eq!(page.focused_id(), "input");
    page.type_text("postgresql://app:Gr33nTea@db.example/shop")
        .await;
    assert!(page.all("[data-splits]").is_empty());
}

#[wasm_bindgen_test]
async fn a_report_is_made_when_it_is_asked_for_and_goes_with_its_text() {
    let page = Page::mount(Config::default()).await;
    assert!(page.all("#support").is_empty());
    page.type_text(RAW_AT).await;
    assert!(page.all("[data-report]").is_empty());
    page.click("#support-make").await;
    let report = page.text("[data-report]");
    assert!(report.contains("## Connection string"), "{report}");
    assert!(!page.one("#support").outer_html().contains("Gr33nTea"));
    page.type_text("host=db.example user=app").await;
    assert!(page.all("[data-report]").is_empty());
}

#[wasm_bindgen_test]
async fn a_string_in_single_servers_form_says_so_beside_the_server() {
    let page = Page::mount(Config::default()).await;
    page.type_text(RAW_AT).await;
    let target = page.text("#target option:checked");
    assert!(target.contains("in the form of Single Server"), "{target}");
}
