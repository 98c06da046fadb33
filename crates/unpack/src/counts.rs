//! What is remembered of the bits that came in one context: about how many zeros and ones, and which came last, as one byte.

/// The most that is counted of one bit where the other has come so often.
const MOST: [u32; 5] = [41, 24, 10, 6, 5];

/// All states that there are, and how one follows from another.
#[derive(Debug)]
pub(crate) struct States {
    /// The state after a zero and after a one.
    pub(crate) next: [[u8; 2]; 256],
    /// How many bits a state stands for.
    pub(crate) total: [u8; 256],
    /// How likely a one is at first, of 2³².
    pub(crate) chance: [u32; 256],
}

/// Zeros, ones, and the last bit.
type State = (u32, u32, u32);

fn allowed(zeros: u32, ones: u32) -> bool {
    let most = MOST.get(zeros.min(ones) as usize);
    most.is_some_and(|most| zeros.max(ones) <= *most)
}

/// Where only one kind has come, it was the last one.
fn normal((zeros, ones, last): State) -> State {
    (
        zeros,
        ones,
        if zeros * ones == 0 { ones.min(1) } else { last },
    )
}

fn all() -> Vec<State> {
    let mut states = Vec::new();
    for sum in 0..=2 * MOST[0] {
        for zeros in (0..=sum).filter(|zeros| allowed(*zeros, sum - zeros)) {
            for last in 0..2 {
                let state = (zeros, sum - zeros, last);
                if normal(state) == state {
                    states.push(state);
                }
            }
        }
    }
    states
}

/// The state after another bit. What came once in a while is half forgotten when the other comes.
fn after((zeros, ones, _): State, bit: u32) -> State {
    let (same, other) = if bit == 0 {
        (zeros, ones)
    } else {
        (ones, zeros)
    };
    let other = if other > 3 {
        (other / 2 + 1).min(6)
    } else {
        other.min(2)
    };
    let most = (0..=same + 1).rev().find(|same| allowed(*same, other));
    let same = most.unwrap_or_default();
    let (zeros, ones) = if bit == 0 {
        (same, other)
    } else {
        (other, same)
    };
    normal((zeros, ones, bit))
}

impl States {
    pub(crate) fn new() -> Self {
        let states = all();
        let number = |state: State| {
            let at = states.iter().position(|other| *other == state);
            at.unwrap_or_default() as u8
        };
        let mut made = Self {
            next: [[0; 2]; 256],
            total: [0; 256],
            chance: [1 << 31; 256],
        };
        let places = made.next.iter_mut().zip(&mut made.total);
        let places = places.zip(&mut made.chance);
        for (((next, total), chance), state) in places.zip(&states) {
            let (zeros, ones, _) = *state;
            *next = [0, 1].map(|bit| number(after(*state, bit)));
            *total = (zeros + ones) as u8;
            *chance = ((2 * ones + 1) * 65535 / (2 * (zeros + ones) + 2)) << 16;
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_a_byte_and_leads_to_another() {
        let states = all();
        assert!(states.len() <= 256, "{}", states.len());
        assert_eq!(states[0], (0, 0, 0), "nothing has come yet");
        for state in &states {
            for bit in 0..2 {
                assert!(states.contains(&after(*state, bit)), "{state:?} {bit}");
            }
        }
    }

    #[test]
    fn the_more_ones_came_the_likelier_the_next() {
        let states = States::new();
        let (mut state, mut chance) = (0_u8, states.chance[0]);
        for _ in 0..MOST[0] {
            state = states.next[usize::from(state)][1];
            assert!(states.chance[usize::from(state)] > chance);
            chance = states.chance[usize::from(state)];
        }
        state = states.next[usize::from(state)][0];
        assert!(states.chance[usize::from(state)] < chance);
        assert!(states.total[usize::from(state)] < 41, "some are forgotten");
    }
}
