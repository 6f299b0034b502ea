//! Numbers and bytes one after the other. Numbers are LEB128, as in Automerge's own format.

/// Bytes end too early, or are no number of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Writes a stream.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// One with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
        }
    }

    pub(super) fn number(&mut self, mut number: u64) {
        loop {
            let low = (number & 0x7f) as u8;
            number >>= 7;
            if number == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    /// A number that may be negative: its sign in the lowest bit.
    pub(super) fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    /// A number as what it is more than another.
    pub(super) fn difference(&mut self, number: u64, expected: u64) {
        self.signed(number.wrapping_sub(expected) as i64);
    }

    /// A number as Automerge writes one that may be negative: LEB128 with the sign in the last byte.
    pub(super) fn signed_leb128(&mut self, mut number: i64) {
        loop {
            let low = (number & 0x7f) as u8;
            number >>= 7;
            let sign_is_shown = (number == 0 && low & 0x40 == 0) || (number == -1 && low & 0x40 != 0);
            if sign_is_shown {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes with their length before them.
    pub(super) fn prefixed(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes(bytes);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a stream.
#[derive(Debug, Default, Clone)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What was not read.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    pub(super) fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(Malformed)?;
            self.rest = rest;
            let low = u64::from(byte & 0x7f);
            if low << shift >> shift != low {
                return Err(Malformed);
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    pub(super) fn length(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.number()?).map_err(|_| Malformed)
    }

    pub(super) fn signed(&mut self) -> Result<i64, Malformed> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn difference(&mut self, expected: u64) -> Result<u64, Malformed> {
        Ok(expected.wrapping_add(self.signed()? as u64))
    }

    pub(super) fn signed_leb128(&mut self) -> Result<i64, Malformed> {
        let mut number = 0i64;
        for shift in (0..i64::BITS).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(Malformed)?;
            self.rest = rest;
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let bits = shift + 7;
                // What is left of the sign is filled in.
                return Ok(match byte & 0x40 != 0 && bits < i64::BITS {
                    true => number | (-1 << bits),
                    false => number,
                });
            }
        }
        Err(Malformed)
    }

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'b [u8], Malformed> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Bytes with their length before them.
    pub(super) fn prefixed(&mut self) -> Result<&'b [u8], Malformed> {
        let length = self.length()?;
        self.bytes(length)
    }
}
