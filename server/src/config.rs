//! Command line and environment. Every option is also an environment variable; `aidoo --help` lists
//! them. A variable that is set to nothing, as container files do, is as good as none.

use std::{env, net::SocketAddr, path::PathBuf};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, builder::Resettable,
};
use ipnet::IpNet;
use secrecy::SecretString;
use url::{Host, Url};

use crate::domain::network;

/// What holds for one process only, for whoever runs several.
const SEVERAL_PROCESSES: &str = "\
Several processes can share one PostgreSQL and one master key; on SQLite there is one. Whatever ends a key's power holds \
in all of them at once. Limits are counted by each process for itself: calls and changes of a key in a minute, calls and \
wrong keys of an address, attempts to sign in, open streams, and what an Odoo is asked in a second and at once. With \
several processes each allows them in full.";

/// Work on your company's Odoo from an AI assistant, safely.
#[derive(Debug, Parser)]
#[command(
    name = "aidoo",
    version,
    about,
    max_term_width = 100,
    flatten_help = true,
    after_help = SEVERAL_PROCESSES
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line and the environment. Where one of them cannot be read, this says so and ends
    /// the program.
    #[must_use]
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|subcommand| {
        without_empty_variables(subcommand).mut_args(|option| {
            let value = option.get_env().and_then(env::var_os);
            let is_empty = value.is_some_and(|value| value.is_empty());
            if is_empty { option.env(Resettable::Reset) } else { option }
        })
    })
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the dashboard and the MCP server.
    Serve(Box<Serve>),
    /// Seal every secret in the database under a new master key, while no server runs. API keys go on working.
    RotateMasterKey(RotateMasterKey),
    /// Help a person.
    #[command(subcommand, flatten_help = true)]
    User(UserCommand),
}

/// What to do for a person.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a link by which a person who has forgotten their password sets a new one: once, within an hour.
    ResetLink(ResetLink),
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
    /// The database's address, the default filled in.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
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

    /// The address that people and clients use, such as https://mcp.example.com; http:// only on the own
    /// machine. What --listen says, if absent.
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
    /// behind one address shares them; each process counts by itself.
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

    /// What to log: a level, or directives such as info,server=debug. Lines of the MCP library are never written.
    #[arg(long, env = "AIDOO_LOG", default_value = "info")]
    pub log: String,

    /// How to log.
    #[arg(long, env = "AIDOO_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,

    /// Development builds only: what the protocol's conformance suite wants to find on a server, beside Aidoo's own tools.
    #[cfg(debug_assertions)]
    #[arg(long, env = "AIDOO_CONFORMANCE")]
    pub conformance: bool,
}

impl Serve {
    /// The address that people and clients use, for a server that listens on `address`.
    ///
    /// # Errors
    /// When none is given and other machines reach this one: what they are to use is not known.
    pub fn public_url(&self, mut address: SocketAddr) -> Result<Url, String> {
        if let Some(url) = &self.public_url {
            return Ok(url.clone());
        }
        // Every address is also this machine's own.
        let text = if address.ip().is_unspecified() {
            format!("http://localhost:{}", address.port())
        } else {
            address.set_ip(address.ip().to_canonical());
            format!("http://{address}")
        };
        parse_public_url(&text)
            .map_err(|_| format!("--listen {address} needs --public-url (AIDOO_PUBLIC_URL) as well: https:// and the name that people use"))
    }
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

/// Options of `aidoo user reset-link`.
#[derive(Debug, Args)]
pub struct ResetLink {
    #[command(flatten)]
    pub storage: Storage,

    /// The person's e-mail.
    #[arg(long, env = "AIDOO_RESET_EMAIL")]
    pub email: String,

    /// The address that people use, such as https://mcp.example.com: the link begins with it.
    #[arg(long, env = "AIDOO_PUBLIC_URL", value_parser = parse_public_url, default_value = "http://127.0.0.1:3000")]
    pub public_url: Url,
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
    if !(is_root && is_web && url.username().is_empty()) {
        return Err("must be https:// with a host and nothing after it".to_owned());
    }
    // A session's cookie would travel unencrypted.
    if url.scheme() == "http" && !is_own_machine(&url) {
        return Err(
            "must be https://; http:// is for localhost and loopback addresses only".to_owned()
        );
    }
    Ok(url)
}

fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    network::parse(text).ok_or_else(|| format!("{text} is neither an address nor a CIDR block"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_option_has_a_variable() {
        let command = Cli::command();
        command.clone().debug_assert();
        for option in options_of(&command) {
            assert!(option.get_env().is_some(), "{} has no variable", option.get_id());
            assert!(option.get_help().is_some(), "{} is not explained", option.get_id());
        }
    }

    /// The options of all commands within this one.
    fn options_of(command: &clap::Command) -> Vec<&clap::Arg> {
        let mut options = Vec::new();
        for within in command.get_subcommands().filter(|one| one.get_name() != "help") {
            options.extend(within.get_arguments().filter(|one| one.get_id() != "help"));
            options.extend(options_of(within));
        }
        options
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
    fn an_unencrypted_public_url_is_the_own_machine_s() {
        for text in
            ["http://localhost:3000", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]:1"]
        {
            assert!(parse_public_url(text).is_ok(), "{text}");
        }
        for text in ["http://aidoo.example.com", "http://10.0.0.1", "http://localhost.example.com"]
        {
            let error = parse_public_url(text).expect_err(text);
            assert!(error.contains("https://") && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn without_a_public_url_only_the_own_machine_is_served() {
        let url = |listen: &str| {
            let Command::Serve(options) =
                Cli::try_parse_from(["aidoo", "serve", "--listen", listen])
                    .expect("options")
                    .command
            else {
                unreachable!("the subcommand is serve")
            };
            options.public_url(options.listen).map(|url| url.to_string())
        };
        assert_eq!(url("127.0.0.1:3000"), Ok("http://127.0.0.1:3000/".to_owned()));
        assert_eq!(url("0.0.0.0:3000"), Ok("http://localhost:3000/".to_owned()));
        assert_eq!(url("[::]:3000"), Ok("http://localhost:3000/".to_owned()));
        assert!(url("192.0.2.7:3000").is_err_and(|error| error.contains("AIDOO_PUBLIC_URL")));
    }

    #[test]
    fn the_help_of_the_program_names_every_variable() {
        let mut command = Cli::command();
        let help = command.render_long_help().to_string();
        command.build();
        let variables: Vec<&str> = options_of(&command)
            .into_iter()
            .filter_map(|option| option.get_env()?.to_str())
            .collect();
        assert!(variables.contains(&"AIDOO_RESET_EMAIL"), "commands within commands count");
        for variable in variables {
            assert!(help.contains(variable), "{variable} is not in\n{help}");
        }
    }

    #[test]
    fn the_help_says_what_holds_for_one_process_only() {
        let help = Cli::command().render_long_help().to_string();
        let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("counted by each process for itself"), "{help}");
    }

    #[test]
    fn a_proxy_is_an_address_or_a_block() {
        assert_eq!(parse_network("10.0.0.1").map(|net| net.to_string()), Ok("10.0.0.1/32".into()));
        assert!(parse_network(" 10.0.0.0/8").is_ok() && parse_network("proxy").is_err());
        // Addresses are held against it as what they are.
        let mapped = parse_network("::ffff:10.0.0.0/104").map(|net| net.to_string());
        assert_eq!(mapped, Ok("10.0.0.0/8".into()));
        assert!(parse_network("010.0.0.0/8").is_err());
    }
}
