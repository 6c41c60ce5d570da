//! What all requests share.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use app::backend::{Backend, Settings};
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Serve,
    odoo::{self, guard::AddressGuard, limits::Limits},
    services::{
        Core,
        accounts::AccountsService,
        activity::Activity,
        activity_pages::ActivityPages,
        api_keys::ApiKeysService,
        approvals::ApprovalsService,
        companies::CompaniesService,
        connections::ConnectionsService,
        gateway::Gateway,
        housekeeping,
        key_limits::KeyLimits,
        last_used::LastUsed,
        news_relay,
        notices::NoticesService,
        onboarding::OnboardingService,
        peppers::Peppers,
        policies::PoliciesService,
        sessions::SessionsService,
        team::TeamService,
        tools::{Pages, Patience, Toolbox},
        unused_keys,
        verifier::Verifier,
        workflows::WorkflowsService,
    },
    telemetry,
};

/// What all requests share: cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Database, time, randomness, vault, settings.
    pub core: Core,
    /// The ports that server functions call.
    pub backend: Backend,
    /// Turns a cookie into a person.
    pub sessions: SessionsService,
    /// Checks API keys.
    pub verifier: Verifier,
    /// The tools, and what they need.
    pub toolbox: Toolbox,
    /// Where the built pages are.
    pub leptos: LeptosOptions,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Networks from which the figures may be read.
    pub metrics_readers: Arc<[IpNet]>,
    /// Hosts and origins beyond the public address that may reach the MCP server.
    pub mcp_access: Arc<McpAccess>,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    /// Whether `/mcp` has the conformance suite's things too.
    #[cfg(debug_assertions)]
    pub conformance: bool,
}

/// Who may reach the MCP server, beyond the public address.
#[derive(Debug)]
pub struct McpAccess {
    /// Host names.
    pub hosts: Vec<String>,
    /// Web origins.
    pub origins: Vec<String>,
}

impl AppState {
    /// Connects the services to one another. `listen` is where the server itself listens: no Odoo is
    /// ever looked for there. `stop` ends streams; what is noted in memory is written until the returned
    /// [`Background`] is finished, which is to be waited for before the program ends.
    ///
    /// # Errors
    /// When an option cannot be read, or the database's peppers were sealed under another master key.
    pub async fn new(
        core: Core,
        options: &Serve,
        listen: SocketAddr,
        leptos: LeptosOptions,
        stop: CancellationToken,
    ) -> anyhow::Result<(Self, Background)> {
        telemetry::start_metrics(stop.clone());
        let allow: Vec<String> =
            options.odoo_allow.iter().filter(|entry| !entry.trim().is_empty()).cloned().collect();
        let guard = AddressGuard::new(&allow, vec![listen])
            .context("the addresses that may be called (AIDOO_ODOO_ALLOW)")?;
        let client = odoo::Client::new(guard, Limits::default())?;
        let peppers = Arc::new(Peppers::load(core.clone()).await?);
        // Calls that are under way when the server is told to stop are noted as well.
        let (written, changes) = (CancellationToken::new(), TaskTracker::new());
        let (activity, writes_activity) = Activity::start(core.clone(), written.clone());
        let (last_used, writes_last_used) = LastUsed::start(core.clone(), written.clone());
        unused_keys::start(core.clone(), stop.clone());
        news_relay::start(core.clone(), stop.clone());
        let verifier = Verifier::new(core.clone(), Arc::clone(&peppers), last_used);
        let base = core.settings.public_url.as_str().trim_end_matches('/').to_owned();
        let toolbox = Toolbox {
            core: core.clone(),
            gateway: Gateway::new(core.clone(), client.clone(), verifier.clone()),
            verifier: verifier.clone(),
            activity,
            limits: KeyLimits::new(core.clock.clone(), options.calls_per_address),
            changes: changes.clone(),
            patience: Patience::of(Patience::USUAL),
            pages: Arc::new(Pages {
                odoo: format!("{base}/odoo"),
                team: format!("{base}/team"),
                policies: format!("{base}/policies"),
                approvals: format!("{base}/approvals"),
                workflows: format!("{base}/workflows"),
                activity: format!("{base}/activity"),
                downloads: format!("{base}/downloads/"),
            }),
        };
        let accounts = Arc::new(AccountsService::new(core.clone()));
        let backend = Backend {
            settings: Arc::clone(&accounts) as Arc<dyn Settings>,
            companies: Arc::new(CompaniesService::new(core.clone())),
            notices: Arc::new(NoticesService::new(core.clone())),
            onboarding: Arc::new(OnboardingService::new(core.clone())),
            accounts,
            team: Arc::new(TeamService::new(core.clone())),
            api_keys: Arc::new(ApiKeysService::new(core.clone(), peppers)),
            connections: Arc::new(ConnectionsService::new(core.clone(), client)),
            policies: Arc::new(PoliciesService::new(core.clone())),
            approvals: Arc::new(ApprovalsService::new(core.clone())),
            activity: Arc::new(ActivityPages::new(core.clone())),
            workflows: Arc::new(WorkflowsService::new(toolbox.clone())),
        };
        let state = Self {
            backend,
            sessions: SessionsService::new(core.clone()),
            verifier,
            toolbox,
            leptos,
            trusted_proxies: options.trusted_proxies.clone().into(),
            metrics_readers: options.metrics_from.clone().into(),
            mcp_access: Arc::new(McpAccess {
                hosts: options.allowed_hosts.clone(),
                origins: options.allowed_origins.clone(),
            }),
            core,
            stop,
            #[cfg(debug_assertions)]
            conformance: options.conformance,
        };
        let housekeeping = housekeeping::start(state.core.clone(), written.clone());
        let writers = vec![writes_last_used, writes_activity, housekeeping];
        Ok((state, Background { changes, written, writers }))
    }
}

/// What goes on beside the requests: changes that were sent to Odoo, and writing what is noted in memory.
#[derive(Debug)]
pub struct Background {
    changes: TaskTracker,
    /// Cancelled when nothing more is noted.
    written: CancellationToken,
    writers: Vec<JoinHandle<()>>,
}

impl Background {
    /// To be called when no request is served any more: waits until changes that are at Odoo have ended,
    /// and everything is written.
    ///
    /// # Errors
    /// When a task died.
    pub async fn finish(self) -> Result<(), JoinError> {
        let Self { changes, written, writers } = self;
        changes.close();
        changes.wait().await;
        written.cancel();
        for writer in writers {
            writer.await?;
        }
        Ok(())
    }
}
