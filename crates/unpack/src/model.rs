//! How likely the next bit is: what came before in several contexts is asked, and the answers are weighed by how well each has
//! done so far. Packing and unpacking do the same, so all of it is whole numbers, which are the same on every computer.

use crate::code::Code;
use crate::counts::States;

/// How many contexts are remembered in tables.
const CONTEXTS: usize = 4;

/// What is weighed: the contexts, the bits of this byte alone, what followed the last time (twice), and a constant.
const INPUTS: usize = CONTEXTS + 4;

/// How many states a table has. Sixteen of them are for half a byte in one context: which context, and a tree of four bits.
const TABLE: usize = 1 << 22;

/// How quickly the weights follow, of 2²¹.
const LEARNING: i32 = 12;

/// How many bits a chance is the mean of, at most.
const LONG: u32 = 1000;

/// The shortest text that is looked for, and how far back it is compared.
const SAME: usize = 5;
const COMPARED: usize = 400;

/// 2¹⁶ / (1 + e^(-x / 256)) for x from -2048 in steps of 128.
const CHANCES: [u16; 33] = [
    22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743, 32768,
    40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438,
    65476, 65500, 65514,
];

/// The chance of a one, of 65536, by its logarithm.
fn chance(logarithm: i32) -> i32 {
    let place = logarithm.clamp(-2047, 2047) + 2048;
    let (step, part) = ((place >> 7) as usize & 31, place & 127);
    (i32::from(CHANCES[step]) * (128 - part) + i32::from(CHANCES[step + 1]) * part) >> 7
}

/// Mixes two numbers into one.
const fn mixed(a: u32, b: u32) -> u32 {
    let x = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca6b).rotate_left(13);
    (x ^ (x >> 15)).wrapping_mul(0x2c1b_3c6d)
}

const fn mixed_long(a: u64) -> u32 {
    mixed(a as u32, (a >> 32) as u32)
}

/// A chance with how often it was right or wrong: 22 bits and 10.
#[derive(Clone, Copy, Debug)]
struct Chance(u32);

impl Chance {
    const EVEN: Self = Self(1 << 31);

    /// Of 4096.
    const fn get(self) -> usize {
        (self.0 >> 20) as usize
    }

    fn learn(&mut self, bit: u32, rates: &[i32; 1024]) {
        let times = self.0 & 1023;
        let now = (self.0 >> 10) as i32;
        let wanted = bit as i32 * ((1 << 22) - 1);
        let now = now + ((((wanted - now) >> 7) * rates[times as usize]) >> 9);
        self.0 = (now as u32) << 10 | (times + u32::from(times < LONG));
    }
}

/// Something large, not on the stack.
fn many<T: Clone, const N: usize>(one: T) -> Box<[T; N]> {
    let many = vec![one; N].into_boxed_slice();
    many.try_into().unwrap_or_else(|_| unreachable!("it has N"))
}

/// What is known of the bits so far.
#[derive(Debug)]
pub(crate) struct Model {
    states: States,
    /// Logarithms of chances of 4096.
    logarithms: Box<[i16; 4096]>,
    /// How far a chance goes towards the bit that came, by how often one has.
    rates: Box<[i32; 1024]>,

    /// What came before: the last bytes, all of them, and where in a module they end.
    recent: u64,
    all: Vec<u8>,
    code: Code,
    in_code: bool,
    /// The word so far and the one before it.
    words: [u32; 2],
    /// The bits of this byte behind a one, and how many there are.
    byte: u32,
    bits: u32,

    /// The contexts of this byte, the states of half bytes in them, and which state is for the next bit.
    contexts: [u32; CONTEXTS],
    tables: [Box<[u8; TABLE]>; CONTEXTS],
    slots: [usize; CONTEXTS],
    chances: Box<[[Chance; 256]; CONTEXTS]>,
    /// By the bits of this byte alone, outside of code and in it.
    alone: Box<[[Chance; 256]; 2]>,

    /// Where a text like the last bytes has been, by its hash; where the last one goes on, and how long it has been the same.
    texts: Box<[u32; 1 << 18]>,
    follows: usize,
    same: usize,
    /// The bit that comes if it goes on, with the chance that it does.
    expected: Option<(u32, usize)>,
    goes_on: [Chance; 64],

    inputs: [i32; INPUTS],
    /// By where in a module the byte is, how sure the text goes on as before, and how many bits of the byte are known.
    weights: Box<[[i32; INPUTS]; 2048]>,
    /// Which weights are used, and what they have made of the inputs.
    used: usize,
    made: i32,
}

impl Model {
    pub(crate) fn new() -> Self {
        let states = States::new();
        let mut logarithms = many::<i16, 4096>(2047);
        for logarithm in (-2047..=2047).rev() {
            let upto = (chance(logarithm) >> 4) as usize;
            logarithms[..=upto].fill(logarithm as i16);
        }
        let chances = states.chance.map(Chance);
        Self {
            logarithms,
            rates: Box::new(std::array::from_fn(|times| {
                131_072 / (2 * times as i32 + 3)
            })),
            recent: 0,
            all: Vec::new(),
            code: Code::new(),
            in_code: false,
            words: [0; 2],
            byte: 1,
            bits: 0,
            contexts: [0; CONTEXTS],
            tables: std::array::from_fn(|_| many(0)),
            slots: [0; CONTEXTS],
            chances: many(chances),
            alone: many([Chance::EVEN; 256]),
            texts: many(0),
            follows: 0,
            same: 0,
            expected: None,
            goes_on: [Chance(3 << 30); 64],
            inputs: [0; INPUTS],
            weights: many([(1 << 14) * 3 / 10; INPUTS]),
            used: 0,
            made: 0,
            states,
        }
    }

    /// How likely the next bit is a one, of 65536; never quite certain.
    pub(crate) fn one(&mut self) -> u32 {
        if self.bits == 0 {
            self.look_back();
        }
        if self.bits & 3 == 0 {
            self.look_up();
        }
        for context in 0..CONTEXTS {
            let state = self.tables[context][self.slots[context] % TABLE];
            let chance = self.chances[context][usize::from(state)].get();
            // Where nothing has come yet, nothing is said.
            let known = i32::from(state != 0);
            self.inputs[context] = i32::from(self.logarithms[chance]) * known;
        }
        let alone = self.alone[usize::from(self.in_code)][self.byte as usize & 255];
        self.inputs[CONTEXTS] = i32::from(self.logarithms[alone.get()]);
        self.expect();
        self.inputs[CONTEXTS + 3] = 256;

        let sure = match self.expected {
            None => 0,
            Some((_, length)) => 1 + usize::from(length >= 16) + usize::from(length >= 18),
        };
        let place = if self.in_code {
            self.code.place as usize | (self.code.bytes.min(3) << 4) as usize
        } else {
            0
        };
        self.used = place << 5 | sure << 3 | self.bits as usize;
        let weights = &self.weights[self.used % 2048];
        let weighed = self.inputs.iter().zip(weights);
        let sum = weighed.fold(0, |sum: i32, (input, weight)| {
            sum.wrapping_add(input.wrapping_mul(*weight))
        });
        self.made = chance(sum >> 14);
        self.made.clamp(24, 65536 - 24) as u32
    }

    /// Takes the bit that came.
    pub(crate) fn learn(&mut self, bit: u32) {
        let wrong = ((((bit as i32) << 16) - self.made) * LEARNING) >> 7;
        let weights = &mut self.weights[self.used % 2048];
        for (weight, input) in weights.iter_mut().zip(self.inputs) {
            *weight = weight.wrapping_add((input.wrapping_mul(wrong) + 0x2000) >> 14);
        }
        for context in 0..CONTEXTS {
            let state = &mut self.tables[context][self.slots[context] % TABLE];
            self.chances[context][usize::from(*state)].learn(bit, &self.rates);
            *state = self.states.next[usize::from(*state)][bit as usize & 1];
        }
        self.alone[usize::from(self.in_code)][self.byte as usize & 255].learn(bit, &self.rates);
        if let Some((expected, length)) = self.expected {
            self.goes_on[length & 63].learn(u32::from(expected == bit), &self.rates);
            if expected != bit {
                self.same = 0;
            }
        }
        self.byte = self.byte << 1 | bit;
        self.bits += 1;
        if self.bits == 8 {
            self.end(self.byte as u8);
        }
        // In the tree of half a byte the first state has number 1.
        let half = self.bits & 3;
        let branch = self.byte as usize & ((1 << half) - 1) | 1 << half;
        for slot in &mut self.slots {
            *slot = *slot & !15 | branch;
        }
    }

    /// Takes the byte that has come.
    fn end(&mut self, byte: u8) {
        (self.byte, self.bits) = (1, 0);
        self.recent = self.recent << 8 | u64::from(byte);
        self.all.push(byte);
        self.code.push(byte);
        if byte.is_ascii_alphanumeric() || byte >= 128 {
            self.words[0] = mixed(self.words[0], u32::from(byte.to_ascii_lowercase()) + 1);
        } else if self.words[0] != 0 {
            self.words = [0, self.words[0]];
        }
        let key = mixed_long(self.recent & 0xff_ffff_ffff) as usize >> 14;
        if self.same > 0 {
            self.follows += 1;
            self.same += 1;
        } else {
            self.follows = self.texts[key % (1 << 18)] as usize;
            let before = self.all[..self.follows].iter().rev().take(COMPARED);
            let pairs = before.zip(self.all.iter().rev());
            self.same = pairs.take_while(|(there, here)| there == here).count();
            if self.same < SAME {
                self.same = 0;
            }
        }
        self.texts[key % (1 << 18)] = self.all.len() as u32;
    }

    /// The contexts of the next byte.
    fn look_back(&mut self) {
        let code = &self.code;
        let last = |bytes: u32| self.recent & ((1 << (8 * bytes)) - 1);
        self.in_code = code.is_known();
        self.contexts = if self.in_code {
            let numbers = code.coming.min(3) << 7 | code.gone.min(7) << 9;
            let place = code.place as u32 | code.bytes << 4 | numbers;
            let here = mixed(place, mixed(u32::from(code.instruction), code.value));
            let before = code.instructions;
            [
                mixed(last(1) as u32, place | u32::from(code.instruction) << 16),
                mixed_long(last(3)),
                mixed(here, before as u32 & 0xff_ffff),
                mixed(here, mixed_long(before & 0xff_ffff_ffff)),
            ]
        } else {
            [
                last(2) as u32,
                mixed_long(last(3)),
                mixed_long(last(5)),
                mixed(self.words[0], self.words[1]),
            ]
        };
        for context in &mut self.contexts {
            *context = mixed(*context, u32::from(self.in_code));
        }
    }

    /// Finds the states of the next half byte in each context, or takes those that stand for the fewest bits.
    fn look_up(&mut self) {
        let total = |state: u8| self.states.total[usize::from(state)];
        let found = self.tables.iter_mut().zip(&mut self.slots);
        for ((table, slot), context) in found.zip(self.contexts) {
            let hash = mixed(context, self.byte);
            let check = (hash >> 24) as u8;
            let first = (hash as usize & (TABLE / 16 - 1)) << 4;
            let places = [first, first ^ 16, first ^ 32];
            let known = places.iter().find(|place| table[**place] == check);
            let place = known.copied().unwrap_or_else(|| {
                let fewest = places.iter().min_by_key(|place| total(table[**place | 1]));
                let place = fewest.copied().unwrap_or(first);
                table[place..place + 16].fill(0);
                table[place] = check;
                place
            });
            *slot = place | 1;
        }
    }

    /// What comes if the text goes on as it did where it was the same before.
    fn expect(&mut self) {
        self.expected = None;
        [self.inputs[CONTEXTS + 1], self.inputs[CONTEXTS + 2]] = [0, 0];
        let before = self.all.get(self.follows).filter(|_| self.same > 0);
        let Some(byte) = before.map(|byte| u32::from(*byte) | 256) else {
            return;
        };
        if byte >> (8 - self.bits) != self.byte {
            self.same = 0;
            return;
        }
        let bit = byte >> (7 - self.bits) & 1;
        let length = match self.same {
            short @ ..16 => short,
            long => (16 + (long - 16) / 8).min(63),
        };
        self.expected = Some((bit, length));
        let goes_on = self.goes_on[length].get();
        let sign = if bit == 1 { 1 } else { -1 };
        self.inputs[CONTEXTS + 1] = i32::from(self.logarithms[goes_on]) * sign;
        self.inputs[CONTEXTS + 2] = ((goes_on as i32 - 2048) >> 1) * sign;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_never_quite_certain_and_follows_its_logarithm() {
        let chances: Vec<_> = (-3000..3000).map(chance).collect();
        assert!(chances.is_sorted());
        assert_eq!(chance(0), 1 << 15);
        assert!(chances[0] > 0 && *chances.last().unwrap() < 1 << 16);
    }

    #[test]
    fn what_comes_again_and_again_becomes_likely() {
        let mut model = Model::new();
        for byte in b"postgresql://".repeat(8) {
            for place in (0..8).rev() {
                model.one();
                model.learn(u32::from(byte >> place) & 1);
            }
        }
        let mut likely = 0;
        for place in (0..8).rev() {
            let bit = u32::from(b'p' >> place) & 1;
            let one = model.one();
            likely += usize::from((if bit == 1 { one } else { 65536 - one }) > 60_000);
            model.learn(bit);
        }
        assert!(likely >= 7, "{likely}");
    }
}
