//! Where in a WebAssembly module a byte stands: what the next one is depends on that more than on the bytes before it.

/// What the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Of no module.
    Outside,
    /// A section's number.
    Section,
    /// How long the section is.
    SectionSize,
    /// In a section without code.
    Other,
    /// How many functions there are.
    Functions,
    /// How long the function is.
    FunctionSize,
    /// How many groups of variables it has.
    Groups,
    /// How many variables are in the group.
    Variables,
    /// Their type.
    Type,
    /// An instruction.
    Instruction,
    /// The second part of an instruction.
    Second,
    /// A number that belongs to the instruction.
    Number,
    /// A number that is always as long.
    Fixed,
    /// How many branches there are.
    Branches,
}

/// How a module begins.
const START: u64 = u64::from_be_bytes(*b"\0asm\x01\0\0\0");

/// The section with the code.
const CODE: u8 = 10;

/// The highest number that a section has.
const LAST_SECTION: u8 = 13;

/// Goes through modules byte by byte, and past what stands before and behind them.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) place: Place,
    /// The number that is being read, and how many bytes of it have been.
    pub(crate) value: u32,
    pub(crate) bytes: u32,
    pub(crate) instruction: u8,
    /// How many numbers belong to it, and how many have been.
    pub(crate) coming: u32,
    pub(crate) gone: u32,
    /// The instructions before the next byte, the last one lowest.
    pub(crate) instructions: u64,
    section: u8,
    section_left: u32,
    function_left: u32,
    groups: u32,
    fixed: u32,
    recent: u64,
}

impl Code {
    pub(crate) const fn new() -> Self {
        Self {
            place: Place::Outside,
            value: 0,
            bytes: 0,
            instruction: 0,
            coming: 0,
            gone: 0,
            instructions: 0,
            section: 0,
            section_left: 0,
            function_left: 0,
            groups: 0,
            fixed: 0,
            recent: 0,
        }
    }

    /// Whether the next byte is more than a byte of a text or of data.
    pub(crate) const fn is_known(&self) -> bool {
        !matches!(self.place, Place::Outside | Place::Other)
    }

    /// Goes past a byte.
    pub(crate) fn push(&mut self, byte: u8) {
        self.recent = self.recent << 8 | u64::from(byte);
        if self.recent == START {
            return self.go(Place::Section);
        }
        match self.place {
            Place::Outside => return,
            Place::Section => {
                self.section = byte;
                let known = byte <= LAST_SECTION;
                return self.go(if known {
                    Place::SectionSize
                } else {
                    Place::Outside
                });
            }
            Place::SectionSize => {
                if let Some(size) = self.number(byte) {
                    self.section_left = size;
                    self.go(match (size, self.section) {
                        (0, _) => Place::Section,
                        (_, CODE) => Place::Functions,
                        _ => Place::Other,
                    });
                }
                return;
            }
            _ => {}
        }
        let in_function = !matches!(
            self.place,
            Place::Other | Place::Functions | Place::FunctionSize
        );
        self.section_left -= 1;
        if in_function {
            self.function_left = self.function_left.saturating_sub(1);
        }
        self.step(byte);
        if self.section_left == 0 {
            self.go(Place::Section);
        } else if in_function && self.function_left == 0 {
            self.go(Place::FunctionSize);
        }
    }

    fn go(&mut self, place: Place) {
        self.place = place;
        (self.value, self.bytes) = (0, 0);
    }

    /// Reads a number (LEB128), which is there with its last byte.
    fn number(&mut self, byte: u8) -> Option<u32> {
        self.value |= u32::from(byte & 127).wrapping_shl(self.bytes * 7);
        self.bytes = (self.bytes + 1) & 15;
        (byte < 128).then(|| {
            self.bytes = 0;
            std::mem::take(&mut self.value)
        })
    }

    /// Goes past a byte in the section with the code, or one that has no parts.
    fn step(&mut self, byte: u8) {
        if self.place == Place::Type {
            self.groups -= 1;
            self.next_group();
        } else if self.place == Place::Instruction {
            self.begin(byte);
        } else if self.place == Place::Fixed {
            self.fixed -= 1;
            self.gone += 1;
            self.next_number();
        } else if self.place != Place::Other
            && let Some(value) = self.number(byte)
        {
            self.end(value);
        }
    }

    /// Goes past a whole number.
    fn end(&mut self, value: u32) {
        match self.place {
            Place::Functions => self.place = Place::FunctionSize,
            Place::FunctionSize => {
                self.function_left = value;
                self.instructions = 0;
                self.place = Place::Groups;
            }
            Place::Groups => {
                self.groups = value;
                self.next_group();
            }
            Place::Variables => self.place = Place::Type,
            Place::Second => {
                self.coming = match value {
                    8 | 10 | 12 | 14 => 2,
                    9 | 11 | 13 | 15..=17 => 1,
                    _ => 0,
                };
                self.next_number();
            }
            Place::Number => {
                self.coming -= 1;
                self.gone += 1;
                self.next_number();
            }
            Place::Branches => {
                // And the one for all other numbers.
                self.coming = value.saturating_add(1);
                self.next_number();
            }
            _ => {}
        }
    }

    fn next_group(&mut self) {
        self.place = if self.groups > 0 {
            Place::Variables
        } else {
            Place::Instruction
        };
    }

    /// Goes past the first byte of an instruction. What is not known has no numbers; the next function puts that right.
    fn begin(&mut self, byte: u8) {
        self.instructions = self.instructions << 8 | u64::from(byte);
        self.instruction = byte;
        (self.coming, self.gone, self.fixed) = (0, 0, 0);
        match byte {
            0x02..=0x04 | 0x0c | 0x0d | 0x10 | 0x20..=0x26 | 0x3f..=0x42 | 0xd0 | 0xd2 => {
                self.coming = 1;
            }
            0x11 | 0x28..=0x3e => self.coming = 2,
            0x43 => self.fixed = 4,
            0x44 => self.fixed = 8,
            0x0e => return self.place = Place::Branches,
            0xfc => return self.place = Place::Second,
            _ => {}
        }
        self.next_number();
    }

    fn next_number(&mut self) {
        self.place = if self.coming > 0 {
            Place::Number
        } else if self.fixed > 0 {
            Place::Fixed
        } else {
            Place::Instruction
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every byte is.
    fn places(bytes: &[u8]) -> Vec<Place> {
        let mut code = Code::new();
        let place = |byte: &u8| {
            let place = code.place;
            code.push(*byte);
            place
        };
        bytes.iter().map(place).collect()
    }

    #[test]
    fn every_byte_of_a_module_has_its_place() {
        use Place::*;
        let module = b"text\0asm\x01\0\0\0\x01\x02ab\x0a\x11\x02\
            \x07\x01\x02\x7f\x20\x80\x01\x0b\x07\0\x28\x02\x08\x43abcd";
        let found = places(module);
        assert_eq!(found[..12], [Outside; 12]);
        let expected = [
            Section,
            SectionSize,
            Other,
            Other,
            Section,
            SectionSize,
            Functions,
            FunctionSize,
            Groups,
            Variables,
            Type,
            Instruction,
            Number,
            Number,
            Instruction,
            FunctionSize,
            Groups,
            Instruction,
            Number,
            Number,
            Instruction,
            Fixed,
            Fixed,
        ];
        assert_eq!(found[12..35], expected);
        // The function and the section end before their number does.
        assert_eq!(found[35..], [Section, Outside]);
    }

    #[test]
    fn no_bytes_are_too_strange() {
        let mut start = b"\0asm\x01\0\0\0\x0a\xff\xff\x03\xff\x7f\xff\xff\x02".to_vec();
        for byte in 0..=255 {
            start.push(byte);
            places(&[start.clone(), vec![byte; 300]].concat());
        }
        places(&[0xff; 100]);
    }
}
