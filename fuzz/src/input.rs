//! How an input is laid out: a few bytes that choose, then a text.

use connlint_core::{Driver, Options, Target};

/// Takes choices off the front of an input; what is left is its text.
#[derive(Debug)]
pub struct Input<'a> {
    data: &'a [u8],
}

impl<'a> Input<'a> {
    /// Over all bytes of `data`.
    #[must_use]
    pub const fn new(data: &'a [u8]) -> Self {
        Self { data }
    }

    /// The next byte's pick of `all`; the first where no byte is left.
    ///
    /// # Panics
    /// Where there is nothing to pick from.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        let index = match self.data.split_first() {
            Some((&first, rest)) => {
                self.data = rest;
                usize::from(first)
            }
            None => 0,
        };
        *all.get(index % all.len().max(1)).expect("a choice")
    }

    /// Target and driver.
    pub fn options(&mut self) -> Options {
        Options {
            target: self.pick(Target::ALL),
            driver: self.pick(Driver::ALL),
            ..Options::default()
        }
    }

    /// What is left, as bytes.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.data
    }

    /// What is left, as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.data).into_owned()
    }
}
