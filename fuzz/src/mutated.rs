//! Real messages, damaged.

use std::fmt;

use bolero::generator::ValueGenerator;
use bolero::{Driver, produce};

/// Most places in which one message is damaged.
const MOST_EDITS: usize = 8;

/// Longest piece that is taken out, doubled or brought from another message.
const MOST_PIECE_BYTES: usize = 512;

/// What decoders stumble over: lengths without end, half a letter, numbers that do not fit, brackets without end.
const AWKWARD: &[&[u8]] = &[
    &[0],
    &[0x7f],
    &[0x80],
    &[0xff],
    // LEB128: 2⁴⁰, the most of 64 bits, the lowest of 64 bits.
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x20],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
    // CBOR: an array, bytes and a text of 2⁶⁴-1, of unknown length, and what ends them.
    &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9f, 0x80, 0xff],
    &[0xf6],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    // Text.
    b"null",
    b"-1",
    b"1e999",
    b"9223372036854775808",
    b"-9223372036854775808",
    b"0.1",
    b"1.234.567,89",
    b"9999-12-31",
    b"-9999-01-01",
    b"31/2/2026",
    b"2026-Q9",
    b"%00%ff",
    b"\\ud800",
    b"\"",
    b"{}",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"/",
    b"|",
    b"#",
    "\u{301}\u{301}\u{301}".as_bytes(),
    "ﷺ".as_bytes(),
    "\u{202e}".as_bytes(),
    "٣".as_bytes(),
    &[0xe2, 0x82],
];

/// One of some messages, damaged in a few places, or in none.
pub struct Mutated {
    messages: Vec<Vec<u8>>,
}

impl fmt::Debug for Mutated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mutated({} messages)", self.messages.len())
    }
}

impl Mutated {
    /// Begins from these messages.
    ///
    /// # Panics
    /// When there are none.
    pub fn new(messages: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let messages: Vec<Vec<u8>> = messages.into_iter().map(Into::into).collect();
        assert!(!messages.is_empty(), "there is a message to begin from");
        Self { messages }
    }

    fn message<D: Driver>(&self, driver: &mut D) -> Option<&Vec<u8>> {
        let index = (0..self.messages.len()).generate(driver)?;
        self.messages.get(index)
    }

    fn edit<D: Driver>(&self, driver: &mut D, bytes: &mut Vec<u8>) -> Option<()> {
        let at = (0..=bytes.len()).generate(driver)?;
        let most = (bytes.len() - at).min(MOST_PIECE_BYTES);
        match (0_u8..9).generate(driver)? {
            0 => {
                let byte = produce::<u8>().generate(driver)?;
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            1 => {
                let bit = (0_u8..8).generate(driver)?;
                if let Some(place) = bytes.get_mut(at) {
                    *place ^= 1 << bit;
                }
            }
            2 => bytes.insert(at, produce::<u8>().generate(driver)?),
            3 => {
                let count = (0..=most).generate(driver)?;
                bytes.drain(at..at + count);
            }
            4 => {
                let piece = bytes[at..at + (0..=most).generate(driver)?].to_vec();
                let to = (0..=bytes.len()).generate(driver)?;
                bytes.splice(to..to, piece);
            }
            5 => {
                let awkward = AWKWARD[(0..AWKWARD.len()).generate(driver)?];
                bytes.splice(at..at, awkward.iter().copied());
            }
            6 => {
                let awkward = AWKWARD[(0..AWKWARD.len()).generate(driver)?];
                let end = (at + awkward.len()).min(bytes.len());
                bytes.splice(at..end, awkward.iter().copied());
            }
            7 => {
                let other = self.message(driver)?;
                let from = (0..=other.len()).generate(driver)?;
                let count = (0..=(other.len() - from).min(MOST_PIECE_BYTES)).generate(driver)?;
                bytes.splice(at..at, other[from..from + count].iter().copied());
            }
            _ => bytes.truncate(at),
        }
        Some(())
    }
}

impl ValueGenerator for &Mutated {
    type Output = Vec<u8>;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Vec<u8>> {
        let mut bytes = self.message(driver)?.clone();
        for _ in 0..(0..=MOST_EDITS).generate(driver)? {
            self.edit(driver, &mut bytes)?;
        }
        Some(bytes)
    }
}
