//! Every route beside the dashboard's own. Routers take their paths from here, and a clippy lint keeps
//! them from writing any by hand; the test of all routes matches on the same names, so that one without
//! its row there does not compile.

use axum::{Router, routing::MethodRouter};

/// Declares the routes and a list of all of them.
macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident = $path:literal,)+) => {
        /// A route that is neither a page nor a server function.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Route {
            $($(#[$doc])* $name,)+
        }

        impl Route {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The path as axum takes it.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }
        }
    };
}

routes! {
    /// Streamable HTTP.
    Mcp = "/mcp",
    /// The same, as some clients write it.
    McpSlash = "/mcp/",
    /// A path behind it, where misguided clients put their key.
    BelowMcp = "/mcp/{*rest}",
    /// The stream of the older transport.
    Sse = "/sse",
    /// The same.
    SseSlash = "/sse/",
    /// A path behind it.
    BelowSse = "/sse/{*rest}",
    /// The messages to that stream.
    Messages = "/messages",
    /// The same.
    MessagesSlash = "/messages/",
    /// A path behind them.
    BelowMessages = "/messages/{*rest}",
    /// A file that waits to be fetched.
    Download = "/downloads/{token}",
    /// The API keys as a file.
    ExportKeys = "/exports/api-keys.csv",
    /// The activity as a file.
    ExportActivity = "/exports/activity.csv",
    /// The choice of a language.
    Language = "/language",
    /// News for open pages.
    Events = "/events",
    /// Whether the process is alive.
    Health = "/health",
    /// Whether it can work.
    Ready = "/ready",
    /// Figures for Prometheus.
    Metrics = "/metrics",
    /// Where clients look for OAuth.
    WellKnown = "/.well-known/{*path}",
}

/// How a router gets a [`Route`].
pub trait Routing<S> {
    /// Adds the route.
    #[must_use]
    fn at(self, route: Route, methods: MethodRouter<S>) -> Self;
}

impl<S: Clone + Send + Sync + 'static> Routing<S> for Router<S> {
    #[expect(clippy::disallowed_methods, reason = "the one place where a path becomes a route")]
    fn at(self, route: Route, methods: MethodRouter<S>) -> Self {
        self.route(route.path(), methods)
    }
}
