//! A driver's version, as far as it makes a difference to how a text is read.

/// Major and minor version of a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number; 0 where there is none.
    pub minor: u16,
}

impl Version {
    /// The newest that connlint knows, whatever its number.
    pub const NEWEST: Self = Self::new(u16::MAX, u16::MAX);

    /// Before every version that connlint knows.
    pub const OLDEST: Self = Self::new(0, 0);

    /// The version `major.minor`.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The first two numbers of a version such as `8.23.1`.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse::<u16>);
        let major = numbers.next()?.ok()?;
        let minor = numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(Self { major, minor })
    }

    /// Whether it comes before `major.minor`.
    #[must_use]
    pub const fn before(self, major: u16, minor: u16) -> bool {
        self.major < major || (self.major == major && self.minor < minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = |text| Version::from_text(text).expect(text);
        assert!(version("8.8.0").before(8, 11));
        assert!(!version("18.6").before(18, 0));
        assert!(version("15").before(15, 1));
        assert!(!Version::NEWEST.before(99, 0));
        assert_eq!(Version::from_text("x.1"), None);
    }
}
