//! Tells a template's placeholder from a real value.

use crate::order::Order as _;
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// What a placeholder stands in: what opens it, what closes it, and whether it must be all that there is.
const BRACKETS: [(&str, &str, bool); 8] = [
    ("{", "}", false),
    ("<", ">", false),
    ("%7B", "%7D", false),
    ("%7b", "%7d", false),
    ("%3C", "%3E", false),
    ("%3c", "%3e", false),
    ("&lt;", "&gt;", false),
    ("[", "]", true),
];

/// Letters and digits of words that stand in templates where a value should.
const WORDS: [&str; 10] = [
    "changeme",
    "changethis",
    "changethispassword",
    "replaceme",
    "replacethis",
    "fillmein",
    "placeholder",
    "passwordhere",
    "redacted",
    "notshown",
];

/// What people call the parts of a connection, as whole words of a longer name.
const PARTS: [&str; 33] = [
    "account",
    "admin",
    "app",
    "cluster",
    "company",
    "database",
    "db",
    "dbname",
    "domain",
    "endpoint",
    "group",
    "here",
    "host",
    "hostname",
    "id",
    "instance",
    "key",
    "login",
    "name",
    "pass",
    "passwd",
    "password",
    "pg",
    "port",
    "postgres",
    "postgresql",
    "project",
    "pwd",
    "secret",
    "server",
    "tenant",
    "token",
    "user",
];

/// What a template tells its reader to do.
const ORDERS: [&str; 6] = ["enter", "insert", "put", "replace", "change", "fill"];

/// "Your" in other languages, and the parts of a connection in them: `tu_contraseña`, `ihr-passwort`, `ваш_пароль`.
const YOURS: [&str; 16] = [
    "tu", "su", "votre", "ton", "ihr", "dein", "sua", "seu", "tua", "tuo", "twoje", "uw", "jouw",
    "ваш", "твой", "din",
];
const PARTS_ELSEWHERE: [&str; 24] = [
    "contraseña",
    "contrasena",
    "clave",
    "usuario",
    "servidor",
    "senha",
    "mot",
    "motdepasse",
    "serveur",
    "utilisateur",
    "passwort",
    "kennwort",
    "benutzer",
    "benutzername",
    "datenbank",
    "utente",
    "wachtwoord",
    "gebruiker",
    "hasło",
    "haslo",
    "пароль",
    "логин",
    "сервер",
    "lösenord",
];

/// Words of languages that write without blanks, in which nobody's server or password is called "password".
const SIGNS: [&str; 9] = [
    "密码",
    "密碼",
    "用户名",
    "用戶名",
    "数据库",
    "服务器",
    "パスワード",
    "비밀번호",
    "пароль",
];

/// The longest inside of a placeholder, in characters.
const LONGEST: usize = 64;

/// Where placeholders stand in `value`: `{your_password}`, `<password>`, `[password]`, `YOUR_SERVER`, `***`, `…`.
///
/// Plain words such as `user`, `pass` and `mydb` are none: people do call things that.
#[must_use]
pub fn find(value: &str) -> Vec<Span> {
    let mut out = Vec::new();
    // Without one of these nothing opens, and most values have none.
    if value
        .bytes()
        .any(|b| matches!(b, b'{' | b'<' | b'%' | b'&' | b'['))
    {
        for (open, close, alone) in BRACKETS {
            bracketed(value, open, close, alone, &mut out);
        }
    }
    if out.is_empty() && is_word(value) {
        out.push(Span::new(0, value.len()));
    }
    out.order();
    out
}

/// `{…}` whose inside reads like words: a letter first, then letters, digits, blanks and what joins words.
fn bracketed(value: &str, open: &str, close: &str, alone: bool, out: &mut Vec<Span>) {
    for (start, _) in value.match_indices(open) {
        let inside = start + open.len();
        let rest = value.get(inside..).unwrap_or("");
        // A placeholder is short; the bound keeps a text full of brackets cheap.
        let near = rest
            .char_indices()
            .nth(LONGEST)
            .map_or(rest, |(end, _)| rest.get(..end).unwrap_or(rest));
        let Some(len) = near.find(close) else {
            continue;
        };
        let words = near.get(..len).unwrap_or("");
        let end = inside + len + close.len();
        let wordy = words.starts_with(char::is_alphabetic)
            && words.len() >= if alone { 4 } else { 2 }
            && words
                .chars()
                .all(|c| c.is_alphanumeric() || c.is_whitespace() || "_-.'/".contains(c));
        if wordy && !(alone && (start > 0 || end < value.len())) {
            out.push(Span::new(start, end));
        }
    }
}

fn is_word(value: &str) -> bool {
    // Nearly every value is plain and none; a quick look tells most of them.
    let ascii = value.is_ascii();
    if ascii && !could_be_a_word(value) {
        return false;
    }
    let count = value.chars().take(LONGEST + 1).count();
    // Whole words are short; and the bound keeps long values cheap.
    if !(1..=LONGEST).contains(&count) {
        return false;
    }
    let mut chars = value.chars().map(|c| c.to_ascii_lowercase());
    let first = chars.next();
    let masks = matches!(first, Some('*' | 'x' | '.' | '•' | '●' | '?'));
    if value == "…" || (count >= 3 && masks && chars.all(|c| Some(c) == first)) {
        return true;
    }
    (!ascii || begins_like_one(value)) && is_in_tables(value)
}

fn is_in_tables(value: &str) -> bool {
    let lower = value.to_lowercase();
    let joined: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    if WORDS.contains(&joined.as_str()) || SIGNS.contains(&joined.as_str()) {
        return true;
    }
    if joined.starts_with("你的") || joined.starts_with("您的") || joined.starts_with("请输入")
    {
        return true;
    }
    // Only what joins words may stand between them.
    if !lower
        .chars()
        .all(|c| c.is_alphanumeric() || "_- ".contains(c))
    {
        return false;
    }
    let words: Vec<&str> = lower
        .split(['_', '-', ' '])
        .filter(|w| !w.is_empty())
        .collect();
    match words.as_slice() {
        [word] => {
            let rest = word
                .strip_prefix("your")
                .or_else(|| word.strip_prefix("votre"));
            rest.is_some_and(|rest| !rest.is_empty() && made_of_parts(rest))
        }
        ["your", ..] => true,
        [first, .., last] => {
            let names_a_part =
                |word: &&str| PARTS.contains(word) || ["me", "this", "your"].contains(word);
            (ORDERS.contains(first) && words.iter().skip(1).any(names_a_part))
                || (*last == "here" && words.iter().any(|w| PARTS.contains(w) && *w != "here"))
                || (YOURS.contains(first) && PARTS_ELSEWHERE.contains(words.get(1).unwrap_or(last)))
        }
        [] => false,
    }
}

/// Whether a plain value begins with a letter of the tables, or ends with "here".
fn could_be_a_word(value: &str) -> bool {
    let mut bytes = value.bytes().map(|b| b.to_ascii_lowercase());
    let first = bytes.find(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'.' | b'?'));
    let ends_here = || ends_with_here(value);
    match first {
        Some(b'*' | b'.' | b'?' | b'x') => true,
        Some(b'c' | b'r' | b'f' | b'p' | b'n' | b'e' | b'i' | b'y' | b'v') => true,
        // "Your" of other languages has a word behind it.
        Some(b't' | b's' | b'd' | b'u' | b'j') => value.contains(['_', '-', ' ']) || ends_here(),
        _ => ends_here(),
    }
}

fn ends_with_here(value: &str) -> bool {
    let whole = value.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let last = whole.len().checked_sub(4).and_then(|at| whole.get(at..));
    last.is_some_and(|last| last.eq_ignore_ascii_case("here"))
}

/// Whether one of the words of `value` begins or ends as those of a placeholder in plain English do: what does not is none.
fn begins_like_one(value: &str) -> bool {
    let first = value.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let letter = |text: &str| text.bytes().next().map(|b| b.to_ascii_lowercase());
    let begin = letter(first);
    let starts = |word: &str| {
        letter(word) == begin
            && first
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    let words = WORDS.iter().chain(&ORDERS).chain(&YOURS);
    // `changeme` may have anything between its letters.
    let parted = value.bytes().any(|b| !b.is_ascii_alphanumeric());
    words.chain(&["your", "votre"]).any(|word| starts(word))
        || (parted && ["c", "r", "f", "p", "n"].into_iter().any(starts))
        || ends_with_here(value)
}

/// `servername`, `dbpassword`: nothing but names of parts, put together.
fn made_of_parts(word: &str) -> bool {
    PARTS
        .iter()
        .filter_map(|part| word.strip_prefix(part))
        .any(|rest| rest.is_empty() || made_of_parts(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::slice;
    use proptest::prelude::*;

    fn found(value: &str) -> Vec<&str> {
        find(value).into_iter().map(|s| slice(value, s)).collect()
    }

    #[test]
    fn templates_are_recognised() {
        for value in [
            "{your_password}",
            "<server-name>",
            "{ca-cert filename}",
            "<path/to/root.crt>",
            "<USER\n  >",
            "[YOUR-PASSWORD]",
            "YOUR_SERVER",
            "your-server",
            "yourserver",
            "YourPassword",
            "your-unique-pg-2",
            "yourdbname",
            "***",
            "••••••••",
            "xxxxx",
            "...",
            "…",
            "????",
            "changeme",
            "Change-Me",
            "change_this_password",
            "replace_with_your_password",
            "REPLACE_ME",
            "enter-password",
            "password_here",
            "PUT_YOUR_PASSWORD_HERE",
            "your-password-goes-here",
            "[REDACTED]",
            "<NEW_DB_PASSWORD>",
            "%7Byour_password%7D",
            "%3cpassword%3e",
            "&lt;password&gt;",
            "<votre mot de passe>",
            "<contraseña>",
            "tu_contraseña",
            "votre-mot-de-passe",
            "ihr_passwort",
            "ваш_пароль",
            "<密码>",
            "你的密码",
            "パスワード",
        ] {
            assert_eq!(found(value), [value], "{value}");
        }
        assert_eq!(found("{server}.postgres.database.azure.com"), ["{server}"]);
        assert_eq!(found("{login}@{server}"), ["{login}", "{server}"]);
        assert_eq!(found("{your_user}%40{server}"), ["{your_user}", "{server}"]);
    }

    proptest! {
        /// The quick look leaves out nothing that the tables have.
        #[test]
        fn the_quick_look_leaves_nothing_out(value in "[_ .*-]{0,2}(chang|replac|your|enter|tu|votre|pass|my)?[_-]?(me|password|db|here|x)?[ _]{0,2}") {
            if !(could_be_a_word(&value) && begins_like_one(&value)) {
                prop_assert!(!is_in_tables(&value), "{}", value);
            }
        }
    }

    #[test]
    fn real_values_are_left_alone() {
        for value in [
            "",
            "user",
            "pass",
            "mydb",
            "password",
            "mypassword",
            "secretpassword",
            "your",
            "yourself",
            "yours",
            "yourist",
            "youradio",
            "here",
            "somewhere",
            "insert",
            "insert_log",
            "change_log",
            "exchange-rates",
            "replacement-app",
            "su_admin",
            "aaaa}*bbbb)cc",
            "a{1}b",
            "x[2]$q",
            "p<q",
            "{",
            "<>",
            "}{",
            "xx",
            "..",
            "TODO",
            "todo",
            "p%7Bq",
            "x&lt;y",
            "Xx1x",
        ] {
            assert!(find(value).is_empty(), "{value}: {:?}", found(value));
        }
    }
}
