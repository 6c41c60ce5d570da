//! Which cryptography TLS uses, and whom it believes.

use reqwest::Certificate;

/// Makes *ring* this process's own, as the database's drivers have it: a second one would only be built, which
/// takes a minute. Whoever makes an HTTP client calls it first; again is no harm.
pub fn use_ring() {
    // It refuses when there is one already, which is this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The authorities that Mozilla trusts, as they were when this was built: for a system that has no list of its own, as
/// a container with hardly more than this program in it.
pub fn own_certificates() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|certificate| Certificate::from_der(certificate).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_own_certificates_is_one() {
        assert_eq!(own_certificates().count(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
        assert!(own_certificates().count() > 50);
    }
}
