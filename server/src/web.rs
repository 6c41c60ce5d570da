//! What the dashboard and the MCP server share as two ways into one server: the names of all routes, where a request
//! comes from, and what is answered to a key that is refused.

pub mod client_address;
pub(crate) mod refusal;
pub mod routes;
