//! Good inputs made strange: bytes and whole pieces changed, moved, doubled, and mixed with one another.

/// Pieces that parsers stumble over.
const PIECES: [&str; 30] = [
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "-0.0",
    "\"\"",
    "[]",
    "{}",
    "[[",
    "]]",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "\"any\"",
    "\"&\"",
    "\"|\"",
    "\"!\"",
    "\"password\"",
    "\"id\":",
    "\"method\":",
    "\"params\":",
    "\"_meta\":",
    "\"jsonrpc\":\"1.0\"",
    "__proto__",
    ",",
    ":",
    "\"=\"",
];

/// Numbers that follow from a seed (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        // Zero would stay zero.
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }

    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of `seeds`, changed a few times.
    pub(super) fn mutated(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(seeds).clone();
        for _ in 0..=self.below(4) {
            let (from, to) = self.range(bytes.len());
            match self.below(7) {
                0 if from < bytes.len() => bytes[from] ^= 1 << self.below(8),
                1 => drop(bytes.splice(from..from, PIECES[self.below(PIECES.len())].bytes())),
                2 => drop(bytes.splice(from..to, PIECES[self.below(PIECES.len())].bytes())),
                3 => drop(bytes.drain(from..to)),
                4 => {
                    let piece = bytes[from..to].to_vec();
                    let times = 1 + self.below(40);
                    bytes.splice(from..from, piece.repeat(times));
                }
                5 => {
                    let other = self.pick(seeds).clone();
                    let (begin, end) = self.range(other.len());
                    bytes.splice(from..to, other[begin..end].iter().copied());
                }
                _ => bytes.insert(from, self.below(256) as u8),
            }
            bytes.truncate(100_000);
        }
        bytes
    }

    /// A short range within this length.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        (from, (from + self.below(12)).min(length))
    }
}
