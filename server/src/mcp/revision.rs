//! Which revision of the protocol a request on `/mcp` speaks.

use http::{HeaderMap, HeaderName};
use rmcp::model::ProtocolVersion;

/// The header that says it.
pub(super) const REVISION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// What a client speaks that names no revision (2025-06-18, transports, protocol version header).
pub(super) const UNNAMED: ProtocolVersion = ProtocolVersion::V_2025_03_26;

/// The revision that a request with these headers speaks.
///
/// # Errors
/// What the header says, if the server knows no such revision.
pub(super) fn spoken(headers: &HeaderMap) -> Result<ProtocolVersion, String> {
    let Some(said) = headers.get(&REVISION) else { return Ok(UNNAMED) };
    let mut known = ProtocolVersion::KNOWN_VERSIONS.iter();
    known
        .find(|known| known.as_str().as_bytes() == said.as_bytes())
        .cloned()
        .ok_or_else(|| String::from_utf8_lossy(said.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(said: &'static [u8]) -> Result<ProtocolVersion, String> {
        let value = HeaderValue::from_bytes(said).expect("a header");
        spoken(&HeaderMap::from_iter([(REVISION, value)]))
    }

    #[test]
    fn a_request_speaks_what_its_header_says_and_an_old_revision_without_one() {
        assert_eq!(spoken(&HeaderMap::new()), Ok(ProtocolVersion::V_2025_03_26));
        assert_eq!(of(b"2024-11-05"), Ok(ProtocolVersion::V_2024_11_05));
        assert_eq!(of(b"2026-07-28"), Ok(ProtocolVersion::V_2026_07_28));
        for unknown in ["", "2025-06-17", "2031-01-01", "latest"] {
            assert_eq!(of(unknown.as_bytes()), Err(unknown.to_owned()));
        }
        assert!(of(b"\xe9").is_err());
    }
}
