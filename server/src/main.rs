//! The program: command line, logging, start, stop. No logic.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use leptos::config::LeptosOptions;
use server::{
    build_router,
    clock::{Clock, Entropy},
    config::{Cli, Command, ResetLink, RotateMasterKey, Serve, SignupMode, UserCommand},
    demo::seed::{Demo, welcome},
    domain::vault::Vault,
    error::Fault,
    http::{
        serving,
        site::{Site, SiteError, Source},
    },
    services::{Core, core::Settings, master_key, news::News, password_resets},
    state::AppState,
    store::Db,
    telemetry,
};
use shared::email::Email;
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;

/// Every request asks for hundreds of small pieces of memory and gives them back on another thread: the system's
/// allocator takes longer, and keeps more of what was given back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the site's files are called; also in `Cargo.toml` and `.cargo/config.toml`.
const NAME: &str = "aidoo";

fn main() -> ExitCode {
    match run(Cli::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "logging may be what did not start")]
            {
                eprintln!("aidoo: {}", one_line(&error));
            }
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, and without its backtrace, which is nothing for whoever runs the server.
fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn run(cli: Cli) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        match cli.command {
            Command::Serve(options) => serve(*options).await,
            Command::RotateMasterKey(options) => rotate(options).await,
            Command::User(UserCommand::ResetLink(options)) => reset_link(options).await,
        }
    })
}

async fn serve(mut options: Serve) -> anyhow::Result<()> {
    telemetry::init(&options.log, options.log_format)?;
    let (clock, entropy) = (Clock::system(), Entropy);
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}: is it taken?", options.listen))?;
    let address = listener.local_addr()?;
    let public_url = options.public_url(address).map_err(anyhow::Error::msg)?;

    let storage = &options.storage;
    let db = Db::connect(&storage.database_url()).await.context("the database (DATABASE_URL)")?;
    let master_key = master_key::of_database(&db, storage, &entropy).await?;
    let core = Core {
        db,
        clock,
        entropy,
        vault: Arc::new(Vault::new(&master_key)),
        settings: Arc::new(Settings { public_url, signup: options.signup }),
        news: News::default(),
    };

    let stop = CancellationToken::new();
    let demo = match options.demo {
        true => Some(Demo::start(&mut options, &core, stop.clone()).await?),
        false => None,
    };
    let site = find_site(&options)?;
    let leptos = LeptosOptions::builder()
        .output_name(NAME)
        .site_root(options.site_root.to_string_lossy())
        .site_pkg_dir(site.pkg_dir())
        .site_addr(address)
        .build();
    let (state, background) = AppState::new(core, &options, address, leptos, stop.clone()).await?;
    if let Some(demo) = demo {
        let env = demo.seed(&state).await.context("the demonstration's data")?;
        #[expect(
            clippy::print_stdout,
            reason = "it is for the person at the terminal, not for a log"
        )]
        {
            println!("{}", welcome(&env));
        }
    }

    tracing::info!(address = %address, "aidoo is ready");
    let router = build_router(&state, Some(site));
    let stopping = {
        let stop = stop.clone();
        async move {
            stopped().await;
            stop.cancel();
        }
    };
    serving::serve(listener, router, serving::PATIENCE, stopping).await?;
    stop.cancel();
    background.finish().await?;
    tracing::info!("stopped");
    Ok(())
}

/// The built pages: inside a release that carries them, else on the disk.
fn find_site(options: &Serve) -> Result<Site, SiteError> {
    #[cfg(feature = "embed")]
    let source = {
        let _ = options;
        Source::Embedded(server::http::site::Embedded {
            read: |path| Files::get(path).map(|file| file.data),
            paths: || Files::iter().collect(),
        })
    };
    #[cfg(not(feature = "embed"))]
    let source = Source::Disk(options.site_root.clone());
    Site::find(source, "pkg", NAME)
}

/// The files that `frontend/bundle` has made.
#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
struct Files;

async fn rotate(options: RotateMasterKey) -> anyhow::Result<()> {
    telemetry::init("info", server::config::LogFormat::Text)?;
    let RotateMasterKey { storage, new_master_key } = options;
    let db = Db::connect(&storage.database_url()).await.context("the database (DATABASE_URL)")?;
    master_key::rotate(&db, &storage, new_master_key.as_ref(), &Entropy).await?;
    tracing::info!("every secret is sealed under the new master key");
    Ok(())
}

async fn reset_link(options: ResetLink) -> anyhow::Result<()> {
    let ResetLink { storage, email, public_url } = options;
    let email = Email::parse(&email).context("--email")?;
    let db = Db::connect(&storage.database_url()).await.context("the database (DATABASE_URL)")?;
    let entropy = Entropy;
    let master_key = master_key::of_database(&db, &storage, &entropy).await?;
    let core = Core {
        db,
        clock: Clock::system(),
        entropy,
        vault: Arc::new(Vault::new(&master_key)),
        settings: Arc::new(Settings { public_url, signup: SignupMode::Invite }),
        news: News::default(),
    };
    let link = password_resets::make_by_hand(&core, &email).await;
    let link =
        link.map_err(Fault::into_answer)?.context("nobody has an account with this e-mail")?;
    #[expect(clippy::print_stdout, reason = "the link is for the person at the terminal alone")]
    {
        println!("{}", link.as_str());
    }
    Ok(())
}

/// Resolves at the first Ctrl-C or SIGTERM.
async fn stopped() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
