//! The block that a person pastes into an MCP client's configuration.

/// A client whose configuration file takes [`mcp_servers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Cursor.
    Cursor,
    /// Windsurf.
    Windsurf,
    /// Any other client that takes an address, a transport and a header.
    Other,
}

impl Client {
    /// Those that the key dialog offers, in its order.
    pub const ALL: [Self; 3] = [Self::Cursor, Self::Windsurf, Self::Other];

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cursor => "Cursor",
            Self::Windsurf => "Windsurf",
            Self::Other => "Other",
        }
    }

    /// The file that takes the block, if the client has one of its own.
    #[must_use]
    pub const fn file(self) -> Option<&'static str> {
        match self {
            Self::Cursor => Some("~/.cursor/mcp.json"),
            Self::Windsurf => Some("~/.codeium/windsurf/mcp_config.json"),
            Self::Other => None,
        }
    }
}

/// The block for Cursor and Windsurf, as the customer's documentation has it.
///
/// Neither argument needs escaping: a key is alphanumeric and an address that was parsed has no quote.
#[must_use]
pub fn mcp_servers(sse_url: &str, key: &str) -> String {
    format!(
        r#"{{
  "mcpServers": {{
    "aidoo": {{
      "url": "{sse_url}",
      "headers": {{
        "Authorization": "Bearer {key}"
      }}
    }}
  }}
}}"#
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_block_is_json_with_the_address_and_the_key() {
        let block = super::mcp_servers("https://mcp.example.com/sse", "aid_live_x");
        let value: serde_json::Value = serde_json::from_str(&block).expect("json");
        let server = &value["mcpServers"]["aidoo"];
        assert_eq!(server["url"], "https://mcp.example.com/sse");
        assert_eq!(server["headers"]["Authorization"], "Bearer aid_live_x");
    }
}
