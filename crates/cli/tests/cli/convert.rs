//! `connlint convert` from outside.

use crate::common::{Run, feed};
use serde_json::Value;

fn convert(args: &[&str], stdin: &str) -> Run {
    feed(&[&["convert"], args].concat(), stdin)
}

#[test]
fn the_text_keeps_the_users_password_and_the_losses_go_to_standard_error() {
    let run = convert(
        &["--to", "ado.net"],
        "URL=postgresql://app:hunter%3B77@db.example/shop?sslmode=require&sslcrl=x\n",
    );
    assert_eq!(
        run.out,
        "Host=db.example;Database=shop;Username=app;Password=\"hunter;77\";SSL Mode=Require\n"
    );
    assert_eq!(
        run.err,
        "-:1:73: left out\n  sslcrl: ado.net has nothing like it\n"
    );
    assert_eq!(run.code, Some(0));
}

#[test]
fn json_has_every_string_with_its_losses() {
    let run = convert(
        &["--to", "node-url", "--format", "json", "-"],
        "A=postgresql://u:p@h1/d?sslmode=require\nB=postgresql://u:p@h2/d?sslmode=disable\n",
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["schema"], 1);
    assert_eq!(
        report["converted"][0]["text"],
        "postgresql://u:p@h1/d?sslmode=no-verify"
    );
    assert_eq!(report["converted"][0]["losses"][0]["kind"], "changed");
    assert_eq!(report["converted"][1]["from"], "libpq-uri");
    assert_eq!(report["converted"][1]["span"]["start"], 42);
    assert_eq!(report["converted"][1]["losses"], serde_json::json!([]));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[test]
fn what_a_driver_refuses_is_said_without_the_password() {
    let run = convert(&["--to", "ado.net"], "postgresql://u:hunter%77%zz@h/d\n");
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(
        run.err
            .contains("-:1:25: libpq refuses this text: invalid percent-encoded token: \"***\""),
        "{}",
        run.err
    );
    assert!(!run.err.contains("hunter"), "{}", run.err);
}

#[test]
fn exit_codes_tell_nothing_found_from_a_bad_option() {
    assert_eq!(convert(&["--to", "ado.net"], "nothing\n").code, Some(1));
    let webapp = convert(&["--to", "webapp"], "postgresql://u:p@h/d\n");
    assert_eq!(webapp.code, Some(2));
    assert!(webapp.err.contains("no driver reads it"), "{}", webapp.err);
    assert_eq!(convert(&["--to", "nonsense"], "").code, Some(2));
    assert_eq!(convert(&[], "").code, Some(2));
    assert_eq!(
        convert(&["--to", "ado.net", "/no/such/file"], "").code,
        Some(2)
    );
}
