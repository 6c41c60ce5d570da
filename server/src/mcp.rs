//! The MCP server: authentication, transports, tools.
