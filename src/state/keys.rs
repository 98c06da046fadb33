//! The keys and what they do: one list for those who press them and those who read about them.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The next finding.
    Next,
    /// The finding before.
    Previous,
    /// The safe fix of the finding at hand.
    Fix,
    /// The finding at hand in the list, with its explanation.
    Explain,
    /// Back to the text.
    Back,
    /// The list of keys.
    Keys,
}

/// A key that was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// The key's name or character.
    pub key: String,
    /// With Shift.
    pub shift: bool,
    /// With Alt.
    pub alt: bool,
    /// With Ctrl, or Cmd on a Mac.
    pub control: bool,
    /// Whether a character that is typed now goes into a text or chooses from a list.
    pub typing: bool,
}

impl Press {
    /// What it asks for.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        match (self.key.as_str(), self.control, self.alt) {
            ("F8", false, false) if self.shift => Some(Command::Previous),
            ("F8", false, false) => Some(Command::Next),
            ("Enter", false, true) => Some(Command::Fix),
            ("F2", false, false) if !self.shift => Some(Command::Explain),
            ("Escape", false, false) => Some(Command::Back),
            ("?", false, _) if !self.typing => Some(Command::Keys),
            ("/", true, false) => Some(Command::Keys),
            _ => None,
        }
    }
}

/// What the list of keys says: the keys of each line, and what they do.
pub const HELP: &[(&[&str], &str)] = &[
    (&["F8"], "go to the next finding"),
    (&["Shift", "F8"], "go to the finding before"),
    (
        &["Alt", "Enter"],
        "apply the safe fix of the finding at hand",
    ),
    (&["F2"], "explain the finding at hand"),
    (&["Esc"], "go back to the text"),
    (&["Ctrl", "Z"], "undo, also a fix"),
    (&["Ctrl", "Y"], "redo"),
    (&["?"], "show these keys, outside of the text"),
    (&["Ctrl", "/"], "show these keys"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press {
        Press {
            key: key.into(),
            ..Press::default()
        }
    }

    #[test]
    fn each_key_of_the_list_is_understood() {
        for (keys, does) in HELP {
            // Undo and redo are the text area's own.
            if does.starts_with("undo") || does.starts_with("redo") {
                continue;
            }
            let (key, with) = keys.split_last().unwrap();
            let press = Press {
                key: key.replace("Esc", "Escape"),
                shift: with.contains(&"Shift"),
                alt: with.contains(&"Alt"),
                control: with.contains(&"Ctrl"),
                typing: false,
            };
            assert!(press.command().is_some(), "{keys:?}");
        }
    }

    #[test]
    fn a_question_mark_can_be_typed() {
        let in_the_text = Press {
            typing: true,
            ..press("?")
        };
        assert_eq!(in_the_text.command(), None);
        assert_eq!(press("?").command(), Some(Command::Keys));
    }

    #[test]
    fn the_browsers_own_keys_are_left_alone() {
        for key in ["F8", "F2", "Escape"] {
            let with_control = Press {
                control: true,
                ..press(key)
            };
            assert_eq!(with_control.command(), None, "{key}");
        }
        assert_eq!(press("Enter").command(), None);
        assert_eq!(press("/").command(), None);
    }
}
