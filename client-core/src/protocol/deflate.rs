//! Raw deflate (RFC 1951) that both ends begin with the same dictionary, in blocks of which each is whole when it is there.
//!
//! The dictionary holds names of fields, codes and words of the plan: what the first message would otherwise have to spell out.
//! It never changes; another one gets another number, and a coding byte of its own (decision 60).

use std::cell::Cell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::codec::CodecError;

const DICTIONARY: &[u8] = include_bytes!("dictionary-1.bin");

/// What a block ends with when it is flushed. Known to both ends, so it is not sent.
const FLUSHED: [u8; 4] = [0, 0, 0xff, 0xff];

thread_local! {
    /// A stream that is done with. To make one is most of what a short answer costs.
    static SPARE: Cell<Option<Compress>> = const { Cell::new(None) };
}

/// The sending end. Blocks must be read in the order in which they were made.
#[derive(Debug)]
pub(super) struct Deflater {
    /// None only while it is dropped.
    stream: Option<Compress>,
}

impl Default for Deflater {
    fn default() -> Self {
        Self::after(&[])
    }
}

impl Deflater {
    /// One that goes on from these bytes, which stand after the dictionary.
    pub(super) fn after(context: &[u8]) -> Self {
        let mut stream = SPARE
            .take()
            .unwrap_or_else(|| Compress::new(Compression::best(), false));
        stream
            .set_dictionary(&[DICTIONARY, context].concat())
            .expect("a raw stream takes a dictionary before its first byte");
        Self { stream: Some(stream) }
    }

    /// The next block.
    pub(super) fn block(&mut self, bytes: &[u8]) -> Vec<u8> {
        let stream = self.stream.as_mut().expect("it is taken only when this is dropped");
        let mut block = Vec::with_capacity(bytes.len() / 2 + 64);
        let mut rest = bytes;
        loop {
            let before = stream.total_in();
            stream
                .compress_vec(rest, &mut block, FlushCompress::Sync)
                .expect("deflating into memory does not fail");
            rest = &rest[(stream.total_in() - before) as usize..];
            // With room to spare, everything was written.
            if rest.is_empty() && block.len() < block.capacity() {
                break;
            }
            block.reserve(block.capacity());
        }
        if block.ends_with(&FLUSHED) {
            block.truncate(block.len() - FLUSHED.len());
        }
        block
    }
}

impl Drop for Deflater {
    fn drop(&mut self) {
        if let Some(mut stream) = self.stream.take() {
            stream.reset();
            // A thread that ends keeps nothing.
            let _ = SPARE.try_with(|spare| spare.set(Some(stream)));
        }
    }
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct Inflater {
    stream: Decompress,
}

impl Default for Inflater {
    fn default() -> Self {
        Self::after(&[])
    }
}

impl Inflater {
    /// One that goes on from these bytes, which stand after the dictionary.
    pub(super) fn after(context: &[u8]) -> Self {
        let mut stream = Decompress::new(false);
        stream
            .set_dictionary(&[DICTIONARY, context].concat())
            .expect("a raw stream takes a dictionary before its first byte");
        Self { stream }
    }

    /// What the next block holds, at most so many bytes.
    pub(super) fn block(&mut self, block: &[u8], most: usize) -> Result<Vec<u8>, CodecError> {
        if block.is_empty() {
            return Ok(Vec::new()); // Of nothing, nothing is made.
        }
        let mut bytes = Vec::with_capacity(block.len().saturating_mul(3).min(most) + 64);
        for piece in [block, &FLUSHED] {
            let mut rest = piece;
            loop {
                let before = self.stream.total_in();
                let status = self
                    .stream
                    .decompress_vec(rest, &mut bytes, FlushDecompress::Sync)
                    .map_err(|_| CodecError::NotDeflate)?;
                rest = &rest[(self.stream.total_in() - before) as usize..];
                if bytes.len() > most {
                    return Err(CodecError::InflatesTooFar);
                }
                if status == Status::StreamEnd {
                    // Nobody ends a stream: what would come after it could not be read.
                    return Err(CodecError::NotDeflate);
                }
                if bytes.len() < bytes.capacity() {
                    if rest.is_empty() {
                        break;
                    }
                    if self.stream.total_in() == before {
                        return Err(CodecError::NotDeflate);
                    }
                } else {
                    bytes.reserve(bytes.capacity().min(most));
                }
            }
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1 << 20;

    #[test]
    fn blocks_come_back_one_by_one_also_long_and_random_ones() {
        let mut rng = fastrand::Rng::with_seed(7);
        let zeros = vec![0; 300_000];
        let random: Vec<u8> = (0..200_000).map(|_| rng.u8(..)).collect();
        let blocks = [&b"participants_ethnic"[..], b"", b"a", &random, &zeros, b"participants"];
        let (mut deflater, mut inflater) = (Deflater::default(), Inflater::default());
        for block in blocks {
            let deflated = deflater.block(block);
            assert_eq!(inflater.block(&deflated, MOST).unwrap(), block);
        }
    }

    #[test]
    fn a_stream_that_was_used_before_makes_the_same_blocks_as_a_new_one() {
        let made = || {
            let mut deflater = Deflater::after(b"participants_total");
            [&b"participants_ethnic"[..], b"participants"].map(|block| deflater.block(block))
        };
        SPARE.set(None);
        let first = made();
        Deflater::default().block(&vec![7; 300_000]);
        assert_eq!(made(), first);
    }

    #[test]
    fn what_the_dictionary_holds_takes_few_bytes() {
        let deflated = Deflater::default().block("nâng cao năng suất lao động".as_bytes());
        assert!(deflated.len() < 10, "{} bytes", deflated.len());
    }

    #[test]
    fn a_block_that_inflates_to_more_than_allowed_is_refused() {
        let deflated = Deflater::default().block(&vec![0; MOST + 1]);
        assert_eq!(
            Inflater::default().block(&deflated, MOST),
            Err(CodecError::InflatesTooFar)
        );
        assert_eq!(
            Inflater::default().block(&deflated, MOST + 1).map(|bytes| bytes.len()),
            Ok(MOST + 1)
        );
    }

    #[test]
    fn a_block_that_is_damaged_or_ends_the_stream_is_refused() {
        assert_eq!(
            Inflater::default().block(&[0xff; 40], MOST),
            Err(CodecError::NotDeflate)
        );
        let ended = [0x03, 0x00]; // An empty last block.
        assert_eq!(Inflater::default().block(&ended, MOST), Err(CodecError::NotDeflate));
    }

    #[test]
    fn the_dictionary_is_the_one_that_the_coding_names() {
        use sha2::Digest;
        let hash = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(DICTIONARY));
        assert_eq!(hash, "d8b7d53c5818b870ac27d1a02628561a1a6e40104fb591602b5fb51d6d55a325");
    }
}
