//! Every request to the MCP server is authenticated by itself, before anything else looks at it.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::header::{AUTHORIZATION, COOKIE, USER_AGENT};

use super::refusal;
use crate::{
    domain::credential::Presented, http::client_address::ClientAddress,
    services::verifier::Verifier,
};

/// Middleware: puts the [`Principal`](crate::services::principal::Principal) of the request's key into
/// its extensions, or answers why not.
pub(super) async fn authenticate(
    State(verifier): State<Verifier>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = request
        .extensions()
        .get::<ClientAddress>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0);
    let presented = Presented::of(request.headers(), request.uri());
    let client = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    match verifier.verify(presented, address, client).await {
        Ok(principal) => {
            // Handlers get the request's headers: what was a credential goes no further.
            for header in [AUTHORIZATION, COOKIE] {
                request.headers_mut().remove(header);
            }
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(refused) => refusal::response(refused),
    }
}
