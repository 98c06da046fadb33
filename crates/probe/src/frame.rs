//! The part of PostgreSQL's protocol that a probe needs: two messages out, the first answer in.
//!
//! Lengths are capped before anything is reserved, with the limits that libpq applies before
//! authentication (`src/interfaces/libpq/fe-connect.c`): 2000 bytes for an authentication request,
//! 30000 for an error. Format: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use connlint_probe_api::{Auth, AuthKind, ServerError};

/// The request for TLS.
pub(crate) const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The goodbye of a client that was let in.
pub(crate) const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];

/// The longest message that is read before authentication, without its type byte.
pub(crate) const MAX_MESSAGE: usize = 30_000;
const MAX_AUTH: usize = 2_000;

/// Protocol 3.0; PgBouncer up to 1.18 refuses anything newer.
const VERSION: u32 = 3 << 16;

/// The startup message: who we say we are, and nothing else.
pub(crate) fn startup(user: &str, database: &str) -> Vec<u8> {
    let mut body = VERSION.to_be_bytes().to_vec();
    for (name, value) in [
        ("user", user),
        ("database", database),
        ("application_name", "connlint-probe"),
    ] {
        for text in [name, value] {
            body.extend_from_slice(text.as_bytes());
            body.push(0);
        }
    }
    body.push(0);
    // The request's caps keep this below 300 bytes.
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    let mut message = length.to_be_bytes().to_vec();
    message.append(&mut body);
    message
}

/// The server's answer to a startup message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It asks for a proof, or says that it needs none.
    Auth(Auth),
    /// It says no.
    Error(Refusal),
    /// It speaks a lower protocol version; the real answer follows.
    Negotiate,
    /// Something that follows a login: parameters, keys, a notice.
    AfterLogin,
    /// It is ready for queries: we are logged in.
    Ready,
}

/// A server's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What may be shown of it.
    pub error: ServerError,
    /// It has the fields that PostgreSQL itself puts in (the severity that is not translated, since
    /// 9.6, or the routine), and poolers and gateways do not.
    pub from_postgres: bool,
}

/// Why bytes are no answer of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The bytes make no sense.
    Malformed,
    /// It is an error in the form of protocol 2: text without a length. Servers still send one when
    /// they cannot so much as start a process for the connection, or before 7.4.
    OldError,
    /// The length is one that PostgreSQL does not send here.
    TooLarge,
}

/// Reads one message from the front of the bytes: the answer and how many bytes it took, or none if
/// more bytes are needed. `logged_in` allows the messages that follow a login.
///
/// # Errors
/// If the bytes cannot become a message of PostgreSQL.
pub fn decode_answer(bytes: &[u8], logged_in: bool) -> Result<Option<(Answer, usize)>, FrameError> {
    let Some((&kind, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let cap = match kind {
        b'R' | b'v' => MAX_AUTH,
        b'E' => MAX_MESSAGE,
        b'S' | b'K' | b'Z' | b'N' if logged_in => MAX_MESSAGE,
        _ => return Err(FrameError::Malformed),
    };
    let Some(length) = rest.first_chunk::<4>() else {
        return Ok(None);
    };
    let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if kind == b'E' && !logged_in && length.iter().all(printable) {
        return Err(FrameError::OldError);
    }
    let length = u32::from_be_bytes(*length) as usize;
    let least = if matches!(kind, b'R' | b'v' | b'E') {
        8
    } else {
        4
    };
    if length > cap {
        return Err(FrameError::TooLarge);
    }
    if length < least {
        return Err(FrameError::Malformed);
    }
    let Some(body) = rest.get(4..length) else {
        return Ok(None);
    };
    let answer = match kind {
        b'R' => Answer::Auth(auth(body).ok_or(FrameError::Malformed)?),
        b'E' => Answer::Error(server_error(body)),
        b'v' => Answer::Negotiate,
        b'Z' => Answer::Ready,
        _ => Answer::AfterLogin,
    };
    Ok(Some((answer, length + 1)))
}

fn auth(body: &[u8]) -> Option<Auth> {
    let (number, rest) = body.split_first_chunk::<4>()?;
    let kind = match u32::from_be_bytes(*number) {
        0 => AuthKind::Ok,
        3 => AuthKind::Cleartext,
        5 => AuthKind::Md5,
        7 => AuthKind::Gss,
        9 => AuthKind::Sspi,
        10 => AuthKind::Sasl,
        _ => AuthKind::Unknown,
    };
    let mut mechanisms = Vec::new();
    if kind == AuthKind::Sasl {
        for name in rest
            .split(|b| *b == 0)
            .take_while(|name| !name.is_empty())
            .take(8)
        {
            let plain = name
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if plain && name.len() <= 40 {
                mechanisms.push(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    Some(Auth { kind, mechanisms })
}

/// The fields of an error that may be shown. Detail, hint, file and line are left out: they are of
/// no use here and tell about the server.
fn server_error(body: &[u8]) -> Refusal {
    let mut error = ServerError {
        sqlstate: None,
        severity: None,
        routine: None,
        message: None,
    };
    let mut translated = None;
    for field in body
        .split(|b| *b == 0)
        .take_while(|field| !field.is_empty())
        .take(32)
    {
        let (kind, text) = (field[0], &field[1..]);
        match kind {
            b'C' => error.sqlstate = word(text, 5, 5),
            b'R' => error.routine = word(text, 1, 64),
            b'V' => error.severity = word(text, 1, 16),
            b'S' => translated = word(text, 1, 16),
            b'M' => error.message = printable(text),
            _ => {}
        }
    }
    let from_postgres = error.severity.is_some() || error.routine.is_some();
    error.severity = error.severity.or(translated);
    Refusal {
        error,
        from_postgres,
    }
}

fn word(text: &[u8], least: usize, most: usize) -> Option<String> {
    let fits = (least..=most).contains(&text.len());
    let plain = text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (fits && plain).then(|| String::from_utf8_lossy(text).into_owned())
}

/// At most 300 characters without control characters and without those that turn the direction of
/// the text around them.
fn printable(text: &[u8]) -> Option<String> {
    let shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = String::from_utf8_lossy(text)
        .chars()
        .filter(shown)
        .take(300)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// The name of what is not recognised.
pub(crate) const UNKNOWN_SERVICE: &str = "unknown";

/// What else than PostgreSQL may be behind an answer, as far as its first bytes tell.
pub(crate) fn other_service(bytes: &[u8]) -> &'static str {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    match bytes {
        [b'S', b'S', b'H', b'-', ..] => "ssh",
        [b'H', b'T', b'T', b'P', ..] => "http",
        [0x15 | 0x16, 0x03, ..] | [0x15 | 0x16] => "tls",
        [
            b'2' | b'4' | b'5',
            b'0'..=b'9',
            b'0'..=b'9',
            b' ' | b'-',
            ..,
        ] => {
            if has(b"FTP") {
                "ftp"
            } else if has(b"SMTP") {
                "smtp"
            } else {
                "smtp-or-ftp"
            }
        }
        [_, _, 0, 0, 0x0a | 0xff, ..] => "mysql",
        [b'-', b'E', b'R', b'R', b' ', ..] => "redis",
        [b'+', b'O', b'K', ..] => "pop3",
        [b'*', b' ', b'O', b'K', ..] => "imap",
        [b'A', b'M', b'Q', b'P', ..] => "amqp",
        [b'R', b'F', b'B', b' ', ..] => "vnc",
        [0x03, 0x00, 0x00, _, ..] => "rdp",
        _ => UNKNOWN_SERVICE,
    }
}

/// The same for a sentence; none for what is not recognised.
pub(crate) fn service_in_words(name: &str) -> Option<&'static str> {
    Some(match name {
        "ssh" => "an SSH server",
        "http" => "a web server (HTTP)",
        "tls" => "a service that speaks TLS from the first byte",
        "ftp" => "a file server (FTP)",
        "smtp" => "a mail server (SMTP)",
        "smtp-or-ftp" => "a mail or file server (SMTP or FTP)",
        "mysql" => "a MySQL or MariaDB server",
        "redis" => "a Redis server",
        "pop3" => "a mail server (POP3)",
        "imap" => "a mail server (IMAP)",
        "amqp" => "a message broker (AMQP)",
        "vnc" => "a screen-sharing server (VNC)",
        "rdp" => "a remote-desktop server (RDP)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_testkit::wire;
    use proptest::prelude::*;

    #[test]
    fn a_startup_message_names_user_database_and_us() {
        let message = startup("u", "d");
        assert_eq!(message.len(), usize::from(message[3]));
        assert_eq!(&message[4..8], [0, 3, 0, 0]);
        assert_eq!(
            &message[8..],
            b"user\0u\0database\0d\0application_name\0connlint-probe\0\0"
        );
    }

    #[test]
    fn authentication_requests_are_told_apart() {
        for (number, kind) in [
            (0, AuthKind::Ok),
            (3, AuthKind::Cleartext),
            (5, AuthKind::Md5),
            (7, AuthKind::Gss),
            (9, AuthKind::Sspi),
            (10, AuthKind::Sasl),
            (99, AuthKind::Unknown),
        ] {
            let bytes = wire::auth(number, b"");
            let (answer, used) = decode_answer(&bytes, false).unwrap().unwrap();
            assert_eq!(used, bytes.len());
            assert!(
                matches!(answer, Answer::Auth(auth) if auth.kind == kind),
                "{number}"
            );
        }
        let bytes = wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "<script>"]);
        let (answer, _) = decode_answer(&bytes, false).unwrap().unwrap();
        assert_eq!(
            answer,
            Answer::Auth(Auth {
                kind: AuthKind::Sasl,
                mechanisms: vec!["SCRAM-SHA-256-PLUS".into(), "SCRAM-SHA-256".into()]
            })
        );
    }

    #[test]
    fn an_error_keeps_only_what_may_be_shown() {
        let bytes = wire::error(&[
            ('S', "FATALE"),
            ('V', "FATAL"),
            ('C', "28000"),
            ('M', "a\u{1b}[31mb\u{202e}c\n"),
            ('D', "detail"),
            ('H', "hint"),
            ('F', "auth.c"),
            ('L', "537"),
            ('R', "ClientAuthentication"),
        ]);
        let (answer, _) = decode_answer(&bytes, false).unwrap().unwrap();
        let expected = ServerError {
            sqlstate: Some("28000".into()),
            severity: Some("FATAL".into()),
            routine: Some("ClientAuthentication".into()),
            message: Some("a[31mbc".into()),
        };
        let expected = Refusal {
            error: expected,
            from_postgres: true,
        };
        assert_eq!(answer, Answer::Error(expected));
        let long = wire::error(&[
            ('C', "28000!"),
            ('M', &"x".repeat(5000)),
            ('R', "no routine"),
        ]);
        let (answer, _) = decode_answer(&long, false).unwrap().unwrap();
        assert!(
            matches!(answer, Answer::Error(Refusal { error: e, from_postgres: false }) if e.sqlstate.is_none() && e.routine.is_none() && e.message.as_ref().unwrap().len() == 300)
        );
    }

    #[test]
    fn lengths_are_capped_before_the_bytes_are_there() {
        assert_eq!(
            decode_answer(&[b'R', 0x7f, 0xff, 0xff, 0xff], false),
            Err(FrameError::TooLarge)
        );
        assert_eq!(
            decode_answer(&[b'E', 0, 0, 0x75, 0x31], false),
            Err(FrameError::TooLarge)
        );
        assert_eq!(decode_answer(&[b'E', 0, 0, 0x75, 0x30], false), Ok(None));
        assert_eq!(
            decode_answer(&[b'R', 0, 0, 0, 3], false),
            Err(FrameError::Malformed)
        );
        // Protocol 2's plain-text error: its text reads as a length of a gigabyte.
        assert_eq!(
            decode_answer(b"EFATAL:  unsupported", false),
            Err(FrameError::OldError)
        );
        assert_eq!(
            decode_answer(b"Ecould not fork new process", false),
            Err(FrameError::OldError)
        );
        assert_eq!(
            decode_answer(b"HTTP/1.1 400", false),
            Err(FrameError::Malformed)
        );
        assert_eq!(
            decode_answer(&wire::message(b'S', b"a\0b\0"), false),
            Err(FrameError::Malformed)
        );
    }

    #[test]
    fn other_services_are_recognised() {
        for (bytes, name) in [
            (&b"SSH-2.0-OpenSSH"[..], "ssh"),
            (b"HTTP/1.1 400 Bad Request", "http"),
            (b"\x15\x03\x01", "tls"),
            (b"220 mail", "smtp-or-ftp"),
            (b"220 mail.example.invalid ESMTP", "smtp"),
            (b"220 ProFTPD Server ready", "ftp"),
            (b"500 what", "smtp-or-ftp"),
            (b"\x4a\x00\x00\x00\x0a8.0", "mysql"),
            (b"-ERR unknown command", "redis"),
            (b"+OK POP3 ready", "pop3"),
            (b"* OK IMAP4rev1", "imap"),
            (b"AMQP\0\0\x09\x01", "amqp"),
            (b"RFB 003.008\n", "vnc"),
            (b"\x03\x00\x00\x13", "rdp"),
            (b"?", "unknown"),
            (b"", "unknown"),
        ] {
            assert_eq!(other_service(bytes), name);
            assert_eq!(service_in_words(name).is_some(), name != UNKNOWN_SERVICE);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), logged_in: bool) {
            if let Ok(Some((_, used))) = decode_answer(&bytes, logged_in) {
                prop_assert!(used <= bytes.len() && used <= MAX_MESSAGE + 1);
            }
        }

        #[test]
        fn any_body_is_read_without_panic(kind in prop::sample::select(&b"REvSKZN"[..]), body in proptest::collection::vec(any::<u8>(), 0..600)) {
            let bytes = wire::message(kind, &body);
            for cut in 0..bytes.len() {
                prop_assert!(!matches!(decode_answer(&bytes[..cut], true), Ok(Some(_))));
            }
            if let Ok(Some((Answer::Error(refusal), _))) = decode_answer(&bytes, true) {
                prop_assert!(refusal.error.message.is_none_or(|m| m.chars().count() <= 300));
            }
        }
    }
}
