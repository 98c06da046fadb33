//! Strings as people paste them, and texts that grow.

/// Every dialect, many layers, with and without something wrong.
const STRINGS: &str = include_str!("../strings.txt");

/// The pastes, one by one.
pub(crate) fn strings() -> Vec<&'static str> {
    STRINGS.split("\n%%\n").map(str::trim_end).collect()
}

/// A text of about so many bytes.
pub(crate) type Make = fn(usize) -> String;

/// Texts that grow, each in another way.
pub(crate) const SHAPES: &[(&str, Make)] = &[
    ("a long password", |size| {
        format!("postgresql://u:{}@h/db", "p@:/".repeat(size / 4))
    }),
    ("a long query", |size| {
        format!("postgresql://u@h/db?{}", "a=b&".repeat(size / 4))
    }),
    ("many hosts", |size| {
        format!("postgresql://{}/db", "h:1,".repeat(size / 4))
    }),
    ("many pairs", |size| "Host=h;Password=p;".repeat(size / 18)),
    ("many strings", |size| {
        "A=postgresql://u:p@h/db\n".repeat(size / 24)
    }),
    ("a long user", |size| {
        format!("postgresql://{}:p@h/db", "%41".repeat(size / 3))
    }),
    ("a long host", |size| {
        format!("postgresql://u:p@{}/db", "h-.".repeat(size / 3))
    }),
    ("a long value", |size| {
        format!("host=h password='{}'", "\\'x ".repeat(size / 4))
    }),
    ("many keywords", |size| "host=h port=1 ".repeat(size / 14)),
    ("many variables", |size| {
        format!("postgresql://u:p@h/{}", "${V}".repeat(size / 4))
    }),
    ("many quotes", |size| "'\"".repeat(size / 2)),
    ("many brackets", |size| "{[(".repeat(size / 3)),
    ("a long line of names", |size| {
        "password: ".repeat(size / 10)
    }),
    ("a JSON document", |size| {
        "{\"url\": \"postgresql://u:p@h/db\"},\n".repeat(size / 34)
    }),
    ("lines of settings", |size| {
        "PGHOST=h\nPGPASSWORD=p\nPGPORT=x\n".repeat(size / 31)
    }),
    ("lines of other settings", |size| {
        "SETTING_1=value 1 # what it is for\n".repeat(size / 35)
    }),
    ("a long command", |size| {
        format!("psql {}", "-h h -U u ".repeat(size / 10))
    }),
    ("a log of errors", |size| {
        "2024-07-24 14:29:20 UTC FATAL:  password authentication failed for user \"app\"\n"
            .repeat(size / 75)
    }),
    ("errors without an end", |size| {
        "could not translate host name \"x FATAL: role \"y ".repeat(size / 48)
    }),
    ("prose", |size| {
        "nothing to see here, move on. ".repeat(size / 30)
    }),
    ("lists of names and values", |size| {
        "{\"name\": \"PGHOST\", \"value\": \"db.example\"}, ".repeat(size / 42)
    }),
    ("expressions", |size| {
        "x = \"a\" + \"b\" + c(d) + ".repeat(size / 23)
    }),
    ("shells in shells", |size| {
        "sh -c 'psql \"host=db.example user=app\"' ".repeat(size / 42)
    }),
    ("blocks of YAML", |size| {
        "a: |\n  PGHOST=db.example\n  PGUSER=app\n".repeat(size / 38)
    }),
    ("Kubernetes secrets", |size| {
        "kind: Secret\ndata:\n  PGHOST: ZGIuZXhhbXBsZQo=\n  PGUSER: YXBw\n---\n".repeat(size / 66)
    }),
    ("quotes that open", |size| "\"'`“{[(".repeat(size / 9)),
    ("elements of XML", |size| {
        "<add key=\"PGHOST\" value=\"db.example\" /> ".repeat(size / 43)
    }),
    ("sections of INI", |size| {
        "[a]\nhost=db.example\nuser=app\n".repeat(size / 29)
    }),
    ("services of Compose", |size| {
        "- NAME=\"value\"\nenvironment:\nservices:\n".repeat(size / 39)
    }),
];
