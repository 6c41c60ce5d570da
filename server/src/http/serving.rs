//! Connections: how long somebody may take over one before the server hangs up.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use axum_server::{Handle, accept::NoDelayAcceptor};
use tokio::net::TcpListener;

/// How long the head of a request may take, and how long a connection may rest before the next. A client that sends its
/// head a letter at a time would keep its connection for ever, and a few thousand of them all that there are.
///
/// Longer than nginx rests with what it stands before (60 s, `keepalive_timeout` of `upstream`): were it shorter, nginx
/// would send a request into a connection that is just being closed.
pub const PATIENCE: Duration = Duration::from_secs(75);

/// How long what is under way may take once the server stops. One call of Odoo has its answer in half a minute
/// (`odoo::limits`), and a change goes on when its client was hung up on (`state::Background`). So whoever does not read
/// their answer keeps no server from stopping.
const END: Duration = Duration::from_secs(120);

/// Answers on `listener` until `stopped` is done, and then what is under way. How long a body may take is the layers'
/// business.
///
/// # Errors
/// When the listener is no socket any more.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Duration,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let ending = tokio::spawn({
        let handle = handle.clone();
        async move {
            stopped.await;
            // Streams end by themselves when the server stops.
            handle.graceful_shutdown(Some(END));
        }
    });
    // HTTP/2 is the proxy's, which has the certificate: without one, no browser speaks it.
    let mut server = axum_server::from_tcp(listener.into_std()?)?
        // A word of a stream is small, and waits for nothing.
        .acceptor(NoDelayAcceptor::new())
        .http1_only()
        .first_request_timeout(patience)
        .accept_error_handler(|_, error| tracing::warn!(%error, "a connection cannot be taken"))
        .handle(handle);
    server.http_builder().http1().header_read_timeout(patience);
    let served = server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await;
    ending.abort();
    served
}
