//! Puts the documents of rules and failures in, or leaves them out: the page fetches them when it has shown its first
//! result, because together they are a quarter of what it would have to load before.

/// The document beside the file, where the feature `docs` is on; else nothing.
#[cfg(feature = "docs")]
macro_rules! docs {
    ($file:literal) => {
        include_str!($file)
    };
}
/// The document beside the file, where the feature `docs` is on; else nothing.
#[cfg(not(feature = "docs"))]
macro_rules! docs {
    ($file:literal) => {
        ""
    };
}

/// The same for a document whose first paragraph is said with a finding: without the feature, that much stays.
#[cfg(feature = "docs")]
macro_rules! docs_or_head {
    ($file:literal) => {
        include_str!($file)
    };
}
/// The same for a document whose first paragraph is said with a finding: without the feature, that much stays.
#[cfg(not(feature = "docs"))]
macro_rules! docs_or_head {
    ($file:literal) => {{
        const DOCUMENT: &str = include_str!($file);
        // A slice of the document would keep the whole of it in the binary.
        static HEAD: [u8; $crate::docs::head_len(DOCUMENT)] = $crate::docs::head(DOCUMENT);
        match core::str::from_utf8(&HEAD) {
            Ok(head) => head,
            Err(_) => "",
        }
    }};
}

/// How long a document is up to the end of its first paragraph: the title, `## What it finds`, and one line.
#[cfg(any(test, not(feature = "docs")))]
pub(crate) const fn head_len(document: &str) -> usize {
    let mut rest = document.as_bytes();
    let mut lines = 0;
    while let [byte, behind @ ..] = rest {
        if *byte == b'\n' {
            lines += 1;
            if lines == 5 {
                break;
            }
        }
        rest = behind;
    }
    document.len() - rest.len()
}

/// The first `N` bytes of a document.
#[cfg(any(test, not(feature = "docs")))]
#[allow(
    clippy::indexing_slicing,
    reason = "it runs in the compiler, which stops at an index that is out of bounds"
)]
pub(crate) const fn head<const N: usize>(document: &str) -> [u8; N] {
    let bytes = document.as_bytes();
    let mut out = [0; N];
    let mut at = 0;
    while at < N {
        out[at] = bytes[at];
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{head, head_len};
    use crate::rules::Rule;
    use crate::triage::FAILURES;

    #[test]
    fn the_head_of_a_failure_s_document_says_what_the_whole_says_first() {
        for failure in FAILURES {
            let document = failure.rule.docs;
            let (head, _) = document.split_at(head_len(document));
            assert_eq!(Rule::summary_in(head), Rule::summary_in(document));
            assert!(head.ends_with('.'), "{head}");
        }
    }

    #[test]
    fn a_head_is_copied_byte_by_byte() {
        const DOCUMENT: &str = "# A\n\n## What it finds\n\nOne ü.\nMore\n";
        const LEN: usize = head_len(DOCUMENT);
        assert_eq!(
            &head::<LEN>(DOCUMENT),
            "# A\n\n## What it finds\n\nOne ü.".as_bytes()
        );
        assert_eq!(head_len("short"), 5);
    }
}
