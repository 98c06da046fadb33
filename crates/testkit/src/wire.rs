//! The bytes of PostgreSQL's protocol that a fake server sends, see
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

/// The request for TLS, as a client sends it.
pub const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A message: its type, its length, its body.
#[must_use]
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    let mut bytes = vec![kind];
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// An authentication request of this number (0 ok, 3 cleartext, 5 MD5, 7 GSS, 9 SSPI, 10 SASL).
#[must_use]
pub fn auth(number: u32, extra: &[u8]) -> Vec<u8> {
    let mut body = number.to_be_bytes().to_vec();
    body.extend_from_slice(extra);
    message(b'R', &body)
}

/// A SASL request that offers these mechanisms.
#[must_use]
pub fn sasl(mechanisms: &[&str]) -> Vec<u8> {
    let mut extra = Vec::new();
    for mechanism in mechanisms {
        extra.extend_from_slice(mechanism.as_bytes());
        extra.push(0);
    }
    extra.push(0);
    auth(10, &extra)
}

/// An error with these fields, such as `('C', "28000")`.
#[must_use]
pub fn error(fields: &[(char, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, text) in fields {
        body.extend_from_slice(field.to_string().as_bytes());
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    message(b'E', &body)
}

/// An error as PostgreSQL sends it: severity in both forms, code, text, routine.
#[must_use]
pub fn fatal(sqlstate: &str, text: &str, routine: &str) -> Vec<u8> {
    error(&[
        ('S', "FATAL"),
        ('V', "FATAL"),
        ('C', sqlstate),
        ('M', text),
        ('F', "fake.c"),
        ('L', "1"),
        ('R', routine),
    ])
}
