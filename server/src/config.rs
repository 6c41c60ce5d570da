//! Command line and environment. Every option is also an environment variable; `aidoo --help` lists
//! them.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

/// Work on your company's Odoo from an AI assistant, safely.
#[derive(Debug, Parser)]
#[command(name = "aidoo", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the dashboard and the MCP server.
    Serve(Box<Serve>),
    /// Seal every secret in the database under a new master key. API keys go on working.
    RotateMasterKey(RotateMasterKey),
}

/// Where the data is and what unlocks it.
#[derive(Debug, Args)]
pub struct Storage {
    /// Folder for the database, the master key and demo.env.
    #[arg(long, env = "AIDOO_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,

    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; SQLite in the data folder if absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// 32 random bytes in base64 or hexadecimal; a file in the data folder, made at the first start, if
    /// absent.
    #[arg(long, env = "AIDOO_MASTER_KEY", hide_env_values = true)]
    pub master_key: Option<SecretString>,
}

impl Storage {
    /// The database's address, the default filled in. A variable that is set to nothing, as container
    /// files do, is as good as none.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .filter(|url| !url.trim().is_empty())
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("aidoo.db").display()))
    }
}

/// Options of `aidoo serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Start with a demonstration company and a demonstration Odoo.
    #[arg(long, env = "AIDOO_DEMO")]
    pub demo: bool,

    /// Where the demonstration Odoo listens; only on this machine.
    #[arg(long, env = "AIDOO_DEMO_ODOO_LISTEN", default_value = "127.0.0.1:8169")]
    pub demo_odoo_listen: SocketAddr,

    /// Address and port to listen on.
    #[arg(long, env = "AIDOO_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// The address that people and clients use, such as https://mcp.example.com; what --listen says, if
    /// absent.
    #[arg(long, env = "AIDOO_PUBLIC_URL", value_parser = parse_public_url)]
    pub public_url: Option<Url>,

    #[command(flatten)]
    pub storage: Storage,

    /// Who may found a company.
    #[arg(long, env = "AIDOO_SIGNUP", value_enum, default_value = "first")]
    pub signup: SignupMode,

    /// Proxies whose X-Forwarded-For is believed: addresses or CIDR blocks, with commas between.
    #[arg(long, env = "AIDOO_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Odoo servers on private or loopback addresses or unusual ports that may be called: HOST:PORT or
    /// CIDR:PORT, with commas between.
    #[arg(long, env = "AIDOO_ODOO_ALLOW", value_delimiter = ',')]
    pub odoo_allow: Vec<String>,

    /// Further host names under which clients reach /mcp and /sse, with commas between.
    #[arg(long, env = "AIDOO_ALLOWED_HOSTS", value_delimiter = ',')]
    pub allowed_hosts: Vec<String>,

    /// Further web origins whose pages may call /mcp and /sse, with commas between.
    #[arg(long, env = "AIDOO_ALLOWED_ORIGINS", value_delimiter = ',')]
    pub allowed_origins: Vec<String>,

    /// Calls of tools that are taken from one address in a minute, whatever its keys (IPv6 by /64). An office
    /// behind one address shares them.
    #[arg(
        long,
        env = "AIDOO_CALLS_PER_ADDRESS",
        default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub calls_per_address: u32,

    /// Networks from which GET /metrics is answered: addresses or CIDR blocks, with commas between.
    #[arg(
        long,
        env = "AIDOO_METRICS_FROM",
        value_delimiter = ',',
        value_parser = parse_network,
        default_value = "127.0.0.0/8,::1/128"
    )]
    pub metrics_from: Vec<IpNet>,

    /// Folder of the built pages, for a program that does not carry them.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,

    /// What to log: a level, or directives such as info,server=debug.
    #[arg(long, env = "AIDOO_LOG", default_value = "info")]
    pub log: String,

    /// How to log.
    #[arg(long, env = "AIDOO_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// Options of `aidoo rotate-master-key`.
#[derive(Debug, Args)]
pub struct RotateMasterKey {
    #[command(flatten)]
    pub storage: Storage,

    /// The new master key: 32 random bytes in base64 or hexadecimal. If absent, one is made and written
    /// to the data folder.
    #[arg(long, env = "AIDOO_NEW_MASTER_KEY", hide_env_values = true)]
    pub new_master_key: Option<SecretString>,
}

/// Who may found a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SignupMode {
    /// The first person does; everybody after them is invited.
    First,
    /// Nobody: people come by invitation only.
    Invite,
    /// Anybody.
    Open,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Takes an address of a whole host: the pages, cookies and links assume the root.
fn parse_public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_root =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if is_root && is_web && url.username().is_empty() {
        Ok(url)
    } else {
        Err("must be http:// or https:// with a host and nothing after it".to_owned())
    }
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text} is neither an address nor a CIDR block"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_option_has_a_variable() {
        let command = Cli::command();
        command.clone().debug_assert();
        for subcommand in command.get_subcommands() {
            for option in subcommand.get_arguments().filter(|one| one.get_id() != "help") {
                assert!(option.get_env().is_some(), "{} has no variable", option.get_id());
                assert!(option.get_help().is_some(), "{} is not explained", option.get_id());
            }
        }
    }

    #[test]
    fn a_public_url_is_a_whole_host() {
        assert!(parse_public_url("https://mcp.example.com").is_ok());
        for text in ["mcp.example.com", "https://h/path", "https://h/?q", "ftp://h", "https://u@h"]
        {
            assert!(parse_public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_block() {
        assert_eq!(parse_network("10.0.0.1").map(|net| net.to_string()), Ok("10.0.0.1/32".into()));
        assert!(parse_network(" 10.0.0.0/8").is_ok() && parse_network("proxy").is_err());
    }
}
