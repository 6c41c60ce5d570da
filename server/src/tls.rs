//! Which cryptography TLS uses.

/// Makes *ring* this process's own, as the database's drivers have it: a second one would only be built, which
/// takes a minute. Whoever makes an HTTP client calls it first; again is no harm.
pub fn use_ring() {
    // It refuses when there is one already, which is this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
