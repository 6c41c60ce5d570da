//! Pages, answers and files of the dashboard, compressed as they are sent. The site's own files lie compressed already.

use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, NotForContentType, Predicate as _, SizeAbove},
    },
};

/// Fits into the first packet with its headers, so that fewer bytes would arrive no sooner.
const SMALLEST: u64 = 1_000;
/// Of Brotli's 11 and gzip's 9. A list of fifty keys, 178 KB, becomes a tenth in 2 ms; the best would take the
/// server a hundred times as long for another fifth.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

/// What is compressed.
type Compressed = And<SizeAbove, NotForContentType>;

/// The layer. A stream of news is left as it is: each word has to arrive by itself.
///
/// How well something compresses tells what it repeats (the attack called BREACH): whoever can have a page drawn with
/// words of theirs, again and again, and measure it, finds out what it keeps secret. No page says a secret
/// twice: a key or link is in one answer to one form of the page's own, and what proves that a form is the page's own is
/// the browser's `Origin`, not a word in the page.
#[must_use]
pub fn compression() -> CompressionLayer<Compressed> {
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(SizeAbove::new(SMALLEST).and(NotForContentType::SSE))
}
