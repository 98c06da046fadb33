//! Reads the HTTP/1.1 requests that a browser sent over one connection.

/// One request as it was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; a chunked one as it was sent.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, given by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Method and path, as a test likes to name it.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// All requests in what one connection carried, in order; an unfinished one counts as well, so that
/// nothing can be sent unseen.
pub(crate) fn requests(mut bytes: &[u8]) -> Vec<Request> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let end = find(bytes, b"\r\n\r\n");
        let head = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned();
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (method, target) = (word(), word());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let rest = end.map_or(&[][..], |end| &bytes[end + 4..]);
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Some(0), |(_, value)| value.parse().ok());
        // Without a length that can be read, the rest is the body: better too much than unseen.
        let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
        let length = length
            .filter(|_| !chunked)
            .unwrap_or(rest.len())
            .min(rest.len());
        let (body, next) = rest.split_at(length);
        all.push(Request {
            method,
            target,
            headers,
            body: body.to_vec(),
        });
        bytes = next;
    }
    all
}

/// Where `needle` begins in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len().max(1))
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_on_one_connection_are_told_apart() {
        let wire = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\
                     POST /p?q=1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
                     GET /x HTTP/1.1\r\n\r\n";
        let all = requests(wire);
        let lines: Vec<String> = all.iter().map(Request::line).collect();
        assert_eq!(lines, ["GET /", "POST /p?q=1", "GET /x"]);
        assert_eq!(all[0].header("host"), Some("a"));
        assert_eq!(all[1].body, b"abc");
        assert!(all[2].body.is_empty());
    }

    #[test]
    fn what_is_not_a_whole_request_is_seen_as_well() {
        assert_eq!(requests(b"GET /half")[0].line(), "GET /half");
        let chunked = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert!(find(&requests(chunked)[0].body, b"abc").is_some());
        assert!(requests(b"").is_empty());
    }
}
