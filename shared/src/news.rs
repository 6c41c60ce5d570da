//! What a stream of news says beside that there is some.

use std::str::FromStr;

/// Why a page is told nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its session has ended.
    SignedOut,
    /// The person is no member of the company any more.
    Removed,
}

impl End {
    /// The name of the event that says it.
    pub const EVENT: &str = "end";

    /// The word in the event's data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Removed => "removed",
        }
    }
}

/// The text is no end of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown end of a stream")]
pub struct UnknownEnd;

impl FromStr for End {
    type Err = UnknownEnd;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::SignedOut, Self::Removed]
            .into_iter()
            .find(|end| end.as_str() == text)
            .ok_or(UnknownEnd)
    }
}
