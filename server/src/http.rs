//! The HTTP side of the dashboard: cookies, sessions, headers, limits, health.
