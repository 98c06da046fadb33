//! Numbers that need only be told from what is none.

/// Whether `text` is a decimal number, perhaps with a fraction and an exponent, an infinity or no number by its own name: what
/// Rust's `f64` and most languages read, and Python's `float` but for its underscores.
///
/// Its value is not needed anywhere, and the tables for that are large in WebAssembly.
pub(crate) fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if ["inf", "infinity", "nan"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return true;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_told_from_words() {
        for text in [
            "10",
            "-1.5",
            "+.5",
            "5.",
            "1e9",
            "1E-3",
            "inf",
            "-Infinity",
            "NaN",
        ] {
            assert!(is_float(text), "{text}");
        }
        for text in [
            "", ".", "+", "e5", "1e", "1e+", "1.2.3", "10s", "0x10", " 1", "1_0", "--1",
        ] {
            assert!(!is_float(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_takes_what_rust_takes(text in "[-+.0-9eEinfatyNI_ ]{0,8}") {
            prop_assert_eq!(is_float(&text), text.parse::<f64>().is_ok());
        }
    }
}
