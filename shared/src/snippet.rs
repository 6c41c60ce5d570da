//! The block that a person pastes into an MCP client's configuration.

/// A client that the dialog with a new key has a block for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Cursor.
    Cursor,
    /// Windsurf.
    Windsurf,
    /// VS Code.
    VsCode,
    /// Claude Code.
    ClaudeCode,
    /// Any other client that takes an address, a transport and a header.
    Other,
}

impl Client {
    /// Those that the key dialog offers, in its order.
    pub const ALL: [Self; 5] =
        [Self::Cursor, Self::Windsurf, Self::VsCode, Self::ClaudeCode, Self::Other];

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cursor => "Cursor",
            Self::Windsurf => "Windsurf",
            Self::VsCode => "VS Code",
            Self::ClaudeCode => "Claude Code",
            Self::Other => "Other",
        }
    }

    /// Where the block goes, if the client has a place of its own. All of them are the person's alone, and in no
    /// project that others share.
    #[must_use]
    pub const fn place(self) -> Option<Place> {
        match self {
            Self::Cursor => {
                Some(Place::File { system: "macOS, Linux, Windows", path: "~/.cursor/mcp.json" })
            }
            Self::Windsurf => Some(Place::File {
                system: "macOS, Linux, Windows",
                path: "~/.codeium/windsurf/mcp_config.json",
            }),
            Self::VsCode => Some(Place::AllProjects { command: VS_CODE_COMMAND }),
            Self::ClaudeCode => Some(Place::Terminal),
            Self::Other => None,
        }
    }

    /// What goes there, or is run, with the real `key`.
    ///
    /// Nothing needs escaping: a key is alphanumeric and an address that was parsed has no quote.
    #[must_use]
    pub fn block(self, sse_url: &str, mcp_url: &str, key: &str) -> Option<String> {
        match self {
            Self::Cursor | Self::Windsurf => Some(mcp_servers(sse_url, key)),
            Self::VsCode => Some(vs_code(mcp_url, key, "")),
            // Double quotes are quotes in every shell, also in those of Windows.
            Self::ClaudeCode => Some(format!(
                r#"claude mcp add --transport http --scope user aidoo {mcp_url} --header "Authorization: Bearer {key}""#
            )),
            Self::Other => None,
        }
    }
}

/// The block that Cursor and Windsurf take.
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

/// The block for VS Code: `inputs` is what it asks for beforehand, with its comma.
fn vs_code(mcp_url: &str, credential: &str, inputs: &str) -> String {
    format!(
        r#"{{{inputs}
  "servers": {{
    "aidoo": {{
      "type": "http",
      "url": "{mcp_url}",
      "headers": {{
        "Authorization": "Bearer {credential}"
      }}
    }}
  }}
}}"#
    )
}

/// What VS Code asks for, so that no file holds the key.
const VS_CODE_INPUTS: &str = r#"
  "inputs": [
    {
      "type": "promptString",
      "id": "aidoo-key",
      "description": "Aidoo API key",
      "password": true
    }
  ],"#;

/// What opens VS Code's own file for all projects, wherever its profile lies.
const VS_CODE_COMMAND: &str = "MCP: Open User Configuration";

/// What stands for the key where none is known.
pub const YOUR_KEY: &str = "aid_live_your_key_here";

/// How a client is connected: where its configuration lies, and what goes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// The client's name in an address.
    pub slug: &'static str,
    /// The client's name; none for whatever else there is.
    pub client: Option<&'static str>,
    /// Where the block goes, for each system that has a place of its own.
    pub places: &'static [Place],
    /// What goes there, or is run.
    pub block: String,
    /// What to do with it, and where the key goes.
    pub note: GuideNote,
    /// A link that installs it at a click; it never holds a key.
    pub install: Option<String>,
}

/// Where a block goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A file, or the way through a menu, on this system or in this product.
    File {
        /// The system or product.
        system: &'static str,
        /// The path.
        path: &'static str,
    },
    /// A file of one project.
    Project {
        /// The path.
        path: &'static str,
    },
    /// What a command of the client opens, for all projects.
    AllProjects {
        /// The command.
        command: &'static str,
    },
    /// Nowhere: it is run once, in the project's folder.
    Terminal,
}

/// What to do with a block, and where the key goes. The page has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideNote {
    /// The key is an environment variable; the window is reloaded.
    Reload,
    /// The key is an environment variable; the list of servers is refreshed.
    Refresh,
    /// The client asks for the key.
    Asks,
    /// The command writes a file that names the environment variable.
    ClaudeCode,
    /// It needs Node, and a start of the client.
    ClaudeDesktop,
    /// The key takes the sample's place.
    Sample,
    /// The key is an environment variable; a command shows the connection.
    Gemini,
    /// The key takes the sample's place, and is applied.
    Apply,
    /// The key is a secret of the client's.
    Secret,
    /// Any client will do.
    Any,
}

impl GuideNote {
    /// Whether the client takes the key from the environment variable [`KEY_VARIABLE`].
    #[must_use]
    pub const fn takes_variable(self) -> bool {
        match self {
            Self::Reload | Self::Refresh | Self::ClaudeCode | Self::Gemini => true,
            Self::Asks
            | Self::ClaudeDesktop
            | Self::Sample
            | Self::Apply
            | Self::Secret
            | Self::Any => false,
        }
    }
}

/// The environment variable that holds the key for clients that read one.
pub const KEY_VARIABLE: &str = "AIDOO_API_KEY";

/// What sets [`KEY_VARIABLE`] for good: on Windows a command, elsewhere a line of the shell's profile. Editors
/// made of VS Code read the profile too, however they are started.
#[must_use]
pub fn set_variable() -> [(&'static str, &'static str, String); 3] {
    let line = format!("export {KEY_VARIABLE}=\"{YOUR_KEY}\"");
    [
        ("Windows", "PowerShell", format!("setx {KEY_VARIABLE} \"{YOUR_KEY}\"")),
        ("macOS", "~/.zprofile", line.clone()),
        ("Linux", "~/.profile", line),
    ]
}

/// How each client is connected to a server with these two addresses, as its own documentation has it.
#[must_use]
pub fn guides(mcp_url: &str, sse_url: &str) -> Vec<Guide> {
    let allow_http = if is_plain_beyond_this_machine(mcp_url) { r#", "--allow-http""# } else { "" };
    vec![
        Guide {
            slug: "cursor",
            client: Some("Cursor"),
            places: &[
                Place::File { system: "macOS, Linux", path: "~/.cursor/mcp.json" },
                Place::File { system: "Windows", path: "%USERPROFILE%\\.cursor\\mcp.json" },
            ],
            block: mcp_servers(sse_url, "${env:AIDOO_API_KEY}"),
            note: GuideNote::Reload,
            install: Some(format!(
                "cursor://anysphere.cursor-deeplink/mcp/install?name=aidoo&config={}",
                // In a query a plus sign would be read as a space.
                percent(&base64(&format!(
                    r#"{{"url":"{sse_url}","headers":{{"Authorization":"Bearer ${{env:AIDOO_API_KEY}}"}}}}"#
                )))
            )),
        },
        Guide {
            slug: "windsurf",
            client: Some("Windsurf"),
            places: &[
                Place::File { system: "macOS, Linux", path: "~/.codeium/windsurf/mcp_config.json" },
                Place::File {
                    system: "Windows",
                    path: "%USERPROFILE%\\.codeium\\windsurf\\mcp_config.json",
                },
                // Since Windsurf became Devin, its first agent reads the files of Devin's command line.
                Place::File {
                    system: "Devin Local, macOS, Linux",
                    path: "~/.config/devin/mcp_config.json",
                },
                Place::File {
                    system: "Devin Local, Windows",
                    path: "%APPDATA%\\devin\\mcp_config.json",
                },
            ],
            block: mcp_servers(sse_url, "${env:AIDOO_API_KEY}"),
            note: GuideNote::Refresh,
            install: None,
        },
        Guide {
            slug: "vscode",
            client: Some("VS Code"),
            places: &[
                Place::AllProjects { command: VS_CODE_COMMAND },
                Place::File {
                    system: "macOS",
                    path: "~/Library/Application Support/Code/User/mcp.json",
                },
                Place::File { system: "Windows", path: "%APPDATA%\\Code\\User\\mcp.json" },
                Place::File { system: "Linux", path: "~/.config/Code/User/mcp.json" },
                Place::Project { path: ".vscode/mcp.json" },
            ],
            block: vs_code(mcp_url, "${input:aidoo-key}", VS_CODE_INPUTS),
            note: GuideNote::Asks,
            install: Some(format!(
                "vscode:mcp/install?{}",
                percent(&format!(
                    r#"{{"name":"aidoo","type":"http","url":"{mcp_url}","headers":{{"Authorization":"Bearer ${{input:aidoo-key}}"}},"inputs":[{{"type":"promptString","id":"aidoo-key","description":"Aidoo API key","password":true}}]}}"#
                ))
            )),
        },
        Guide {
            slug: "claude-code",
            client: Some("Claude Code"),
            places: &[Place::Terminal],
            block: format!(
                "claude mcp add --transport http --scope project aidoo {mcp_url} --header 'Authorization: Bearer ${{AIDOO_API_KEY}}'"
            ),
            note: GuideNote::ClaudeCode,
            install: None,
        },
        Guide {
            slug: "claude-desktop",
            client: Some("Claude Desktop"),
            places: &[
                Place::File {
                    system: "macOS",
                    path: "~/Library/Application Support/Claude/claude_desktop_config.json",
                },
                // Installed as a package, which it is since February 2026, it sees this file and not the one below.
                Place::File {
                    system: "Windows (MSIX)",
                    path: "%LOCALAPPDATA%\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json",
                },
                Place::File {
                    system: "Windows (EXE)",
                    path: "%APPDATA%\\Claude\\claude_desktop_config.json",
                },
                Place::File {
                    system: "Linux",
                    path: "~/.config/Claude/claude_desktop_config.json",
                },
            ],
            block: format!(
                r#"{{
  "mcpServers": {{
    "aidoo": {{
      "command": "npx",
      "args": ["-y", "mcp-remote", "{mcp_url}", "--header", "Authorization:${{AIDOO_AUTHORIZATION}}"{allow_http}],
      "env": {{
        "AIDOO_AUTHORIZATION": "Bearer {YOUR_KEY}"
      }}
    }}
  }}
}}"#
            ),
            note: GuideNote::ClaudeDesktop,
            install: None,
        },
        Guide {
            slug: "zed",
            client: Some("Zed"),
            places: &[
                Place::File { system: "macOS, Linux", path: "~/.config/zed/settings.json" },
                Place::File { system: "Windows", path: "%APPDATA%\\Zed\\settings.json" },
            ],
            block: format!(
                r#"{{
  "context_servers": {{
    "aidoo": {{
      "url": "{mcp_url}",
      "headers": {{
        "Authorization": "Bearer {YOUR_KEY}"
      }}
    }}
  }}
}}"#
            ),
            note: GuideNote::Sample,
            install: None,
        },
        Guide {
            slug: "gemini",
            client: Some("Gemini CLI"),
            places: &[
                Place::File { system: "macOS, Linux", path: "~/.gemini/settings.json" },
                Place::File { system: "Windows", path: "%USERPROFILE%\\.gemini\\settings.json" },
            ],
            block: format!(
                r#"{{
  "mcpServers": {{
    "aidoo": {{
      "httpUrl": "{mcp_url}",
      "headers": {{
        "Authorization": "Bearer $AIDOO_API_KEY"
      }}
    }}
  }}
}}"#
            ),
            note: GuideNote::Gemini,
            install: None,
        },
        Guide {
            slug: "jetbrains",
            client: Some("JetBrains"),
            places: &[Place::File {
                system: "AI Assistant",
                path: "Settings | Tools | AI Assistant | Model Context Protocol (MCP) | Add | As JSON",
            }],
            block: format!(
                r#"{{
  "mcpServers": {{
    "aidoo": {{
      "url": "{mcp_url}",
      "headers": {{
        "Authorization": "Bearer {YOUR_KEY}"
      }}
    }}
  }}
}}"#
            ),
            note: GuideNote::Apply,
            install: None,
        },
        Guide {
            slug: "continue",
            client: Some("Continue"),
            places: &[
                Place::File { system: "macOS, Linux", path: "~/.continue/config.yaml" },
                Place::File { system: "Windows", path: "%USERPROFILE%\\.continue\\config.yaml" },
            ],
            block: format!(
                "mcpServers:\n  - name: aidoo\n    type: streamable-http\n    url: {mcp_url}\n    requestOptions:\n      headers:\n        Authorization: Bearer ${{{{ secrets.AIDOO_API_KEY }}}}"
            ),
            note: GuideNote::Secret,
            install: None,
        },
        Guide {
            slug: "other",
            client: None,
            places: &[],
            block: format!(
                "Streamable HTTP: {mcp_url}\nSSE: {sse_url}\nAuthorization: Bearer {YOUR_KEY}"
            ),
            note: GuideNote::Any,
            install: None,
        },
    ]
}

/// Whether the bridge `mcp-remote` refuses the address unless it is told otherwise: without TLS it goes to
/// the machine that it runs on only.
fn is_plain_beyond_this_machine(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        !matches!(host, "localhost" | "127.0.0.1")
    })
}

/// Base 64 with padding (RFC 4648, 4).
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .flat_map(|chunk| {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            (0..4).map(move |at| {
                if at > chunk.len() {
                    '='
                } else {
                    char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63])
                }
            })
        })
        .collect()
}

/// Everything but letters, digits and `-._~` as `%XX` (RFC 3986, 2.3).
fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod guide_tests {
    use super::*;

    const MCP: &str = "https://mcp.example.com/mcp";
    const SSE: &str = "https://mcp.example.com/sse";

    /// What [`percent`] was given.
    fn from_percent(text: &str) -> String {
        let mut parts = text.split('%');
        let mut bytes: Vec<u8> = parts.next().unwrap_or_default().bytes().collect();
        for part in parts {
            let (digits, rest) = part.split_at(2);
            bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
            bytes.extend(rest.bytes());
        }
        String::from_utf8(bytes).expect("text")
    }

    /// What [`base64`] was given.
    fn from_base64(text: &str) -> String {
        let value = |digit: &u8| match *digit {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            number @ b'0'..=b'9' => number - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => panic!("{other} is no digit"),
        };
        let mut bytes = Vec::new();
        for group in text.as_bytes().chunks(4) {
            let digits: Vec<u8> = group.iter().filter(|digit| **digit != b'=').map(value).collect();
            let bits = digits.iter().fold(0_u32, |bits, digit| (bits << 6) | u32::from(*digit));
            // Four digits are three bytes, three are two, two are one.
            let [_, three @ ..] = (bits << (6 * (4 - digits.len()))).to_be_bytes();
            bytes.extend_from_slice(&three[..digits.len() - 1]);
        }
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn the_guides_are_the_reviewed_ones() {
        let mut lines = Vec::new();
        for Guide { slug, client, places, block, note, install } in guides(MCP, SSE) {
            lines.push(format!("# {slug}: {}, {note:?}", client.unwrap_or("any other")));
            for place in places {
                lines.push(match place {
                    Place::File { system, path } => format!("{system}: {path}"),
                    Place::Project { path } => format!("in a project: {path}"),
                    Place::AllProjects { command } => format!("in all projects: {command}"),
                    Place::Terminal => "in a terminal".to_owned(),
                });
            }
            lines.push(block);
            lines.extend(install);
            lines.push(String::new());
        }
        lines.push("# the variable".to_owned());
        for (system, place, line) in set_variable() {
            lines.push(format!("{system}, {place}: {line}"));
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_link_that_installs_says_what_the_block_says() {
        let mut seen = Vec::new();
        for guide in guides(MCP, SSE) {
            let Some(link) = guide.install else { continue };
            let (command, query) = link.split_once('?').expect("a query");
            let (json, url, authorization) = match command {
                "cursor://anysphere.cursor-deeplink/mcp/install" => {
                    let config = query.strip_prefix("name=aidoo&config=").expect("a name");
                    (from_base64(&from_percent(config)), SSE, "Bearer ${env:AIDOO_API_KEY}")
                }
                "vscode:mcp/install" => (from_percent(query), MCP, "Bearer ${input:aidoo-key}"),
                other => panic!("{other} is read by nobody"),
            };
            let server: serde_json::Value = serde_json::from_str(&json).expect("json");
            assert_eq!(server["url"], url, "{json}");
            assert_eq!(server["headers"]["Authorization"], authorization, "{json}");
            assert!(guide.block.contains(url) && guide.block.contains(authorization), "{json}");
            seen.push(guide.slug);
        }
        assert_eq!(seen, ["cursor", "vscode"]);
    }

    #[test]
    fn every_block_that_is_json_is_json_and_no_link_holds_a_key() {
        let mut read = Vec::new();
        for guide in guides(MCP, SSE) {
            if guide.block.starts_with('{') {
                let block = serde_json::from_str::<serde_json::Value>(&guide.block);
                assert!(block.is_ok(), "{}: {block:?}", guide.slug);
                read.push(guide.slug);
            }
            assert!(guide.block.contains("https://mcp.example.com/"), "{}", guide.slug);
            if let Some(link) = guide.install {
                let (_, query) = link.split_once('?').expect("a query");
                let value = query.rsplit_once('=').map_or(query, |(_, value)| value);
                assert!(
                    !value.contains("aid_live") && !value.contains(['"', ' ', '+', '/']),
                    "{link}"
                );
            }
        }
        let json = ["cursor", "windsurf", "vscode", "claude-desktop", "zed", "gemini", "jetbrains"];
        assert_eq!(read, json);
    }

    #[test]
    fn every_client_with_a_file_has_its_place_on_each_system() {
        for guide in guides(MCP, SSE) {
            let systems: Vec<_> = guide
                .places
                .iter()
                .filter_map(|place| match place {
                    Place::File { system, .. } => Some(*system),
                    _ => None,
                })
                .collect();
            // A menu is the same everywhere, and so is a terminal.
            if ["jetbrains", "claude-code", "other"].contains(&guide.slug) {
                continue;
            }
            for system in ["macOS", "Windows", "Linux"] {
                assert!(systems.join(", ").contains(system), "{}: {system}", guide.slug);
            }
        }
    }

    #[test]
    fn the_bridge_is_told_of_an_address_without_tls_only_where_it_must_be() {
        let bridge = |url: &str| {
            let guide = guides(url, "").into_iter().find(|guide| guide.slug == "claude-desktop");
            guide.expect("a guide").block.contains("--allow-http")
        };
        assert!(!bridge("https://mcp.example.com/mcp"));
        assert!(!bridge("http://127.0.0.1:3000/mcp"));
        assert!(!bridge("http://localhost/mcp"));
        assert!(bridge("http://aidoo.lan:3000/mcp"));
        assert!(bridge("http://localhost.example.com/mcp"));
    }

    #[test]
    fn a_block_names_the_variable_where_the_client_reads_one_and_only_there() {
        for guide in guides(MCP, SSE) {
            let names = guide.block.contains(KEY_VARIABLE);
            let is_secret = guide.note == GuideNote::Secret;
            assert_eq!(names, guide.note.takes_variable() || is_secret, "{}", guide.slug);
        }
        for (_, _, line) in set_variable() {
            assert!(line.contains(KEY_VARIABLE) && line.contains(YOUR_KEY), "{line}");
        }
    }

    #[test]
    fn no_command_lets_the_shell_put_the_key_into_a_file() {
        let all = guides(MCP, SSE);
        let code = all.iter().find(|guide| guide.slug == "claude-code").expect("a guide");
        assert!(code.block.contains("'Authorization: Bearer ${AIDOO_API_KEY}'"), "{}", code.block);
    }

    #[test]
    fn base_64_is_as_its_standard_has_it() {
        for (text, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text), coded);
        }
        assert_eq!(percent("a {b}"), "a%20%7Bb%7D");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SSE: &str = "https://mcp.example.com/sse";
    const MCP: &str = "https://mcp.example.com/mcp";

    #[test]
    fn the_block_is_json_with_the_address_and_the_key() {
        let block = mcp_servers(SSE, "aid_live_x");
        let value: serde_json::Value = serde_json::from_str(&block).expect("json");
        let server = &value["mcpServers"]["aidoo"];
        assert_eq!(server["url"], SSE);
        assert_eq!(server["headers"]["Authorization"], "Bearer aid_live_x");
    }

    #[test]
    fn each_client_with_a_place_has_a_block_with_the_key_and_the_address_that_it_speaks() {
        for client in Client::ALL {
            let block = client.block(SSE, MCP, "aid_live_x");
            assert_eq!(block.is_some(), client.place().is_some(), "{client:?}");
            let Some(block) = block else { continue };
            assert!(block.contains("Bearer aid_live_x"), "{block}");
            let address = match client {
                Client::Cursor | Client::Windsurf => SSE,
                Client::VsCode | Client::ClaudeCode | Client::Other => MCP,
            };
            assert!(block.contains(address), "{block}");
        }
        let block = Client::VsCode.block(SSE, MCP, "aid_live_x").expect("a block");
        let value: serde_json::Value = serde_json::from_str(&block).expect("json");
        let server = &value["servers"]["aidoo"];
        assert_eq!(server["type"], "http");
        assert_eq!(server["headers"]["Authorization"], "Bearer aid_live_x");
        assert!(value.get("inputs").is_none());
    }

    #[test]
    fn a_real_key_is_written_into_no_file_that_a_project_shares() {
        let line = Client::ClaudeCode.block(SSE, MCP, "aid_live_x").expect("a block");
        assert!(line.contains("--scope user"), "{line}");
        for client in Client::ALL {
            assert!(!matches!(client.place(), Some(Place::Project { .. })), "{client:?}");
        }
    }
}
