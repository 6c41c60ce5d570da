//! What the server must offer: one trait for each feature, implemented by `server::services` and handed
//! to the server functions through leptos' context.
//!
//! They stand here because `server` depends on `app` already and cargo allows no circle; it also means
//! that a change behind a port recompiles no view.

use std::{fmt, net::IpAddr, sync::Arc};

use async_trait::async_trait;
use http::HeaderValue;
use shared::{
    Error,
    account::{
        AcceptAsMe, AcceptAsNew, InvitationPreview, ResetPassword, ResetPreview, SignIn, SignUp,
        SignupState, Viewer,
    },
    activity::ListActivity,
    api_key::{AcceptApiKey, ApiKeyPage, CreateApiKey, GeneratedKey, ListApiKeys, RevokeApiKey},
    call_figures::CallFigures,
    company::{PoliciesView, SetCeilings, SetGatewayRules, SwitchCompany},
    confirmation::{ApprovalPage, DecideApproval},
    connection::{
        ConnectView, ConnectedClient, ConnectionPage, LinkOdooAccount, ProbeConnection, ProbeView,
        RemoveConnection, SaveConnection, UnlinkOdooAccount,
    },
    handover::{
        HandOverKey, HandoverLink, HandoverView, PickUpKey, PickUpPreview, RenewHandover,
        WithdrawHandover,
    },
    id::{ApiKeyId, CompanyId, NoticeId, SessionId, UserId, WorkflowId},
    key_change::{EditApiKey, ReduceApiKey, RevokeApiKeys, RotateApiKey},
    key_page::ApiKeyDetail,
    key_rules::SetKeyRules,
    member::{
        ChangeRole, InvitationLink, Invite, MakeResetLink, RemoveMember, RenewInvitation,
        ResetLink, TeamView, WithdrawInvitation,
    },
    notice::NoticePage,
    onboarding::{FoldSteps, StepsView},
    settings::{
        ChangePassword, DeleteCompany, EndSession, KeepCompany, RenameCompany, SaveProfile,
        SettingsView,
    },
    timeline::TimelinePage,
    workflow::{
        AcceptWorkflow, DraftView, NameWorkflow, SaveWorkflow, TriedStep, TryWorkflow, UseTemplate,
        WorkflowsView,
    },
    workflow_catalog::{
        AskModel, FindModels, FindRecords, ModelChoice, ModelView, Offered, RecordChoice,
    },
};

use crate::texts::Locale;

/// All ports together.
#[derive(Clone)]
pub struct Backend {
    /// Signing up and in, sessions, accepting invitations.
    pub accounts: Arc<dyn Accounts>,
    /// Members and invitations.
    pub team: Arc<dyn Team>,
    /// API keys.
    pub api_keys: Arc<dyn ApiKeys>,
    /// The Odoo connection and Odoo accounts.
    pub connections: Arc<dyn Connections>,
    /// What keys may allow.
    pub policies: Arc<dyn Policies>,
    /// Changes that wait for a person.
    pub approvals: Arc<dyn Approvals>,
    /// What was done.
    pub activity: Arc<dyn ActivityLog>,
    /// Sequences of steps.
    pub workflows: Arc<dyn Workflows>,
    /// What people set for themselves.
    pub settings: Arc<dyn Settings>,
    /// A company's own name and end.
    pub companies: Arc<dyn Companies>,
    /// What people are told.
    pub notices: Arc<dyn Notices>,
    /// The way to the first answered question.
    pub onboarding: Arc<dyn Onboarding>,
}

/// Where a request comes from; an axum `Extension` on every page and server function.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The session that its cookie names, if that is still good.
    pub session: Option<Actor>,
    /// The address of the client, behind trusted proxies too.
    pub address: IpAddr,
    /// What the browser calls itself, cut to 200 characters.
    pub user_agent: String,
}

/// A signed-in person. What they may do in a company, the service looks up when they act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The address of the client, for the audit.
    pub address: IpAddr,
}

/// A `Set-Cookie` header that starts or ends a session.
#[derive(Clone)]
pub struct SessionCookie(pub HeaderValue);

// It holds the session's token.
impl fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionCookie(…)")
    }
}

/// What signing in gives.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub cookie: SessionCookie,
    /// The language that the person has chosen, if they did.
    pub language: Option<Locale>,
}

/// Signing up and in, sessions, accepting invitations.
#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// Whether anybody may found a company now.
    async fn signup_state(&self) -> Result<SignupState, Error>;
    /// Founds a company and its first owner, and signs them in.
    async fn sign_up(&self, caller: &Caller, input: SignUp) -> Result<SessionCookie, Error>;
    /// Signs in.
    async fn sign_in(&self, caller: &Caller, input: SignIn) -> Result<SignedIn, Error>;
    /// Ends the caller's session, if there is one. The cookie that it returns removes the old one.
    async fn sign_out(&self, caller: &Caller) -> Result<SessionCookie, Error>;
    /// Who is signed in, with the company that the page shows, or the one to show where there is no page yet. No company
    /// where the actor is not in that one, or in none.
    async fn viewer(&self, actor: Actor, shown: Option<CompanyId>) -> Result<Viewer, Error>;
    /// Shows another of the actor's companies from now on.
    async fn switch_company(&self, actor: Actor, input: SwitchCompany) -> Result<(), Error>;
    /// What an invitation's link shows.
    async fn invitation(&self, caller: &Caller, token: String) -> Result<InvitationPreview, Error>;
    /// Accepts an invitation as a new person and signs them in.
    async fn accept_as_new(
        &self,
        caller: &Caller,
        input: AcceptAsNew,
    ) -> Result<SessionCookie, Error>;
    /// Whose password a link sets.
    async fn reset_preview(&self, token: String) -> Result<ResetPreview, Error>;
    /// Sets a password by a link, once, and ends all sessions of the person.
    async fn reset_password(&self, caller: &Caller, input: ResetPassword) -> Result<(), Error>;
    /// Accepts an invitation as the person who is signed in, and shows its company from now on.
    async fn accept_as_me(&self, actor: Actor, input: AcceptAsMe) -> Result<(), Error>;
}

/// Members and invitations.
#[async_trait]
pub trait Team: Send + Sync + 'static {
    /// The Team page.
    async fn team(&self, actor: Actor, company: CompanyId) -> Result<TeamView, Error>;
    /// Invites; the link in the answer is shown once.
    async fn invite(&self, actor: Actor, input: Invite) -> Result<InvitationLink, Error>;
    /// Replaces an invitation's link.
    async fn renew_invitation(
        &self,
        actor: Actor,
        input: RenewInvitation,
    ) -> Result<InvitationLink, Error>;
    /// Withdraws an invitation.
    async fn withdraw_invitation(
        &self,
        actor: Actor,
        input: WithdrawInvitation,
    ) -> Result<(), Error>;
    /// Makes a link by which a member sets a new password; the answer is the only one that has it.
    async fn make_reset_link(&self, actor: Actor, input: MakeResetLink)
    -> Result<ResetLink, Error>;
    /// Gives a member another role.
    async fn change_role(&self, actor: Actor, input: ChangeRole) -> Result<(), Error>;
    /// Takes a member out and revokes their keys, in one transaction.
    async fn remove_member(&self, actor: Actor, input: RemoveMember) -> Result<(), Error>;
}

/// API keys.
#[async_trait]
pub trait ApiKeys: Send + Sync + 'static {
    /// One page of the keys that the actor may see.
    async fn list(
        &self,
        actor: Actor,
        company: CompanyId,
        filter: ListApiKeys,
    ) -> Result<ApiKeyPage, Error>;
    /// Generates a key; the answer is the only one that ever holds it.
    async fn create(&self, actor: Actor, input: CreateApiKey) -> Result<GeneratedKey, Error>;
    /// Revokes a key. When this has returned, no request that starts later is accepted with it.
    async fn revoke(&self, actor: Actor, input: RevokeApiKey) -> Result<(), Error>;
    /// Accepts a key that somebody else made for the actor.
    async fn accept(&self, actor: Actor, input: AcceptApiKey) -> Result<(), Error>;
    /// Revokes several keys, in one transaction.
    async fn revoke_many(&self, actor: Actor, input: RevokeApiKeys) -> Result<(), Error>;
    /// Replaces a key; the answer is the only one that ever holds the new one.
    async fn rotate(&self, actor: Actor, input: RotateApiKey) -> Result<GeneratedKey, Error>;
    /// Replaces somebody else's key by one that waits for them; the link in the answer is shown once.
    async fn rotate_by_link(
        &self,
        actor: Actor,
        input: RotateApiKey,
    ) -> Result<HandoverLink, Error>;
    /// Renames a key and takes permissions away from it; it obeys on its next call.
    async fn edit(&self, actor: Actor, input: EditApiKey) -> Result<(), Error>;
    /// Takes permissions away from a key; it obeys on its next call.
    async fn reduce(&self, actor: Actor, input: ReduceApiKey) -> Result<(), Error>;
    /// Prepares a key for somebody else; the link in the answer is shown once.
    async fn hand_over(&self, actor: Actor, input: HandOverKey) -> Result<HandoverLink, Error>;
    /// Replaces the link of a key that waits.
    async fn renew_handover(
        &self,
        actor: Actor,
        input: RenewHandover,
    ) -> Result<HandoverLink, Error>;
    /// Ends the link of a key that waits.
    async fn withdraw_handover(&self, actor: Actor, input: WithdrawHandover) -> Result<(), Error>;
    /// The keys that wait to be picked up, as far as the actor may see them.
    async fn handovers(&self, actor: Actor, company: CompanyId)
    -> Result<Vec<HandoverView>, Error>;
    /// What a link shows to the person for whom it is.
    async fn pick_up_preview(&self, actor: Actor, token: String) -> Result<PickUpPreview, Error>;
    /// Makes the key that a link is for; the answer is the only one that ever holds it.
    async fn pick_up(&self, actor: Actor, input: PickUpKey) -> Result<GeneratedKey, Error>;
    /// A key's own page.
    async fn detail(
        &self,
        actor: Actor,
        company: CompanyId,
        key: ApiKeyId,
    ) -> Result<ApiKeyDetail, Error>;
    /// The client that used a key last; none before its first use.
    async fn client(
        &self,
        actor: Actor,
        company: CompanyId,
        key: ApiKeyId,
    ) -> Result<Option<ConnectedClient>, Error>;
}

/// The Odoo connection and Odoo accounts.
#[async_trait]
pub trait Connections: Send + Sync + 'static {
    /// The Odoo connection page.
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<ConnectionPage, Error>;
    /// Looks at a server without saving anything.
    async fn probe(&self, actor: Actor, input: ProbeConnection) -> Result<ProbeView, Error>;
    /// Tests and saves the connection. Another origin or database erases every linked secret.
    async fn save(&self, actor: Actor, input: SaveConnection) -> Result<(), Error>;
    /// Removes the connection and every linked secret.
    async fn remove(&self, actor: Actor, input: RemoveConnection) -> Result<(), Error>;
    /// Tests and links the actor's own Odoo account, at the Odoo that they were shown and at no other.
    async fn link(&self, actor: Actor, input: LinkOdooAccount) -> Result<(), Error>;
    /// Erases the actor's own Odoo secret.
    async fn unlink(&self, actor: Actor, input: UnlinkOdooAccount) -> Result<(), Error>;
}

/// What keys may allow.
#[async_trait]
pub trait Policies: Send + Sync + 'static {
    /// The policies in force.
    async fn policies(&self, actor: Actor, company: CompanyId) -> Result<PoliciesView, Error>;
    /// Sets the ceilings; existing keys obey on their next call.
    async fn set_ceilings(&self, actor: Actor, input: SetCeilings) -> Result<(), Error>;
    /// Sets how changes are confirmed, what is open and closed, and how often keys may call.
    async fn set_gateway(&self, actor: Actor, input: SetGatewayRules) -> Result<(), Error>;
    /// Sets how long keys live, from where they come, and who makes them for whom; existing keys obey on
    /// their next call.
    async fn set_key_rules(&self, actor: Actor, input: SetKeyRules) -> Result<(), Error>;
}

/// Changes that wait for a person.
#[async_trait]
pub trait Approvals: Send + Sync + 'static {
    /// Those that wait, the longest waiting first, and then the newest that are decided, as far as the actor may see them.
    async fn list(&self, actor: Actor, company: CompanyId) -> Result<ApprovalPage, Error>;
    /// Approves or refuses one, once.
    async fn decide(&self, actor: Actor, input: DecideApproval) -> Result<(), Error>;
}

/// What was done in a company: on Odoo through its keys, and in the dashboard.
#[async_trait]
pub trait ActivityLog: Send + Sync + 'static {
    /// One page of calls and of what people did, as far as the actor may see them.
    async fn timeline(
        &self,
        actor: Actor,
        company: CompanyId,
        filter: ListActivity,
    ) -> Result<TimelinePage, Error>;
    /// What the calls that the actor may see come to.
    async fn figures(&self, actor: Actor, company: CompanyId) -> Result<CallFigures, Error>;
    /// What the page *Connect a client* needs.
    async fn connect(&self, actor: Actor, company: CompanyId) -> Result<ConnectView, Error>;
}

/// Sequences of steps: built, tried and validated on screen, accepted by those as whom they run.
#[async_trait]
pub trait Workflows: Send + Sync + 'static {
    /// The workflows page.
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<WorkflowsView, Error>;
    /// One draft, if it is there, for those who may change it.
    async fn draft(&self, actor: Actor, input: NameWorkflow) -> Result<Option<DraftView>, Error>;
    /// Saves a draft and retires what was validated.
    async fn save(&self, actor: Actor, input: SaveWorkflow) -> Result<WorkflowId, Error>;
    /// Makes a draft from a business action of Odoo.
    async fn use_template(
        &self,
        actor: Actor,
        input: UseTemplate,
        language: Locale,
    ) -> Result<WorkflowId, Error>;
    /// Tries the first steps as the actor: nothing changes.
    async fn try_steps(&self, actor: Actor, input: TryWorkflow) -> Result<Vec<TriedStep>, Error>;
    /// Finds models of Odoo that a step can be about, as the actor sees them.
    async fn models(&self, actor: Actor, input: FindModels) -> Result<Offered<ModelChoice>, Error>;
    /// What a step can name of a model.
    async fn model(&self, actor: Actor, input: AskModel) -> Result<ModelView, Error>;
    /// Finds records by their name.
    async fn records(
        &self,
        actor: Actor,
        input: FindRecords,
    ) -> Result<Offered<RecordChoice>, Error>;
    /// Freezes the draft as a version that keys can run.
    async fn validate(&self, actor: Actor, input: NameWorkflow) -> Result<(), Error>;
    /// Takes a workflow out of use.
    async fn archive(&self, actor: Actor, input: NameWorkflow) -> Result<(), Error>;
    /// Lets a version that changes data run as the actor.
    async fn accept(&self, actor: Actor, input: AcceptWorkflow) -> Result<(), Error>;
}

/// What people set for themselves.
#[async_trait]
pub trait Settings: Send + Sync + 'static {
    /// The Settings page.
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<SettingsView, Error>;
    /// Saves the actor's name, time zone and language; gives the language, if one was chosen.
    async fn save_profile(&self, actor: Actor, input: SaveProfile)
    -> Result<Option<Locale>, Error>;
    /// Keeps the language that the actor has chosen.
    async fn set_language(&self, actor: Actor, language: Locale) -> Result<(), Error>;
    /// Changes the actor's password and ends all their other sessions.
    async fn change_password(&self, actor: Actor, input: ChangePassword) -> Result<(), Error>;
    /// Ends one of the actor's sessions, which holds for its next request.
    async fn end_session(&self, actor: Actor, input: EndSession) -> Result<(), Error>;
    /// Ends all of the actor's sessions but the one that asks.
    async fn end_other_sessions(&self, actor: Actor) -> Result<(), Error>;
}

/// A company's own name and end.
#[async_trait]
pub trait Companies: Send + Sync + 'static {
    /// Gives the company another name.
    async fn rename(&self, actor: Actor, input: RenameCompany) -> Result<(), Error>;
    /// Has the company deleted after seven days; its keys are refused at once.
    async fn delete(&self, actor: Actor, input: DeleteCompany) -> Result<(), Error>;
    /// Keeps a company that was to be deleted.
    async fn keep(&self, actor: Actor, input: KeepCompany) -> Result<(), Error>;
}

/// What people are told.
#[async_trait]
pub trait Notices: Send + Sync + 'static {
    /// The actor's latest notices, or those before `before`, which are read from now on.
    async fn open(
        &self,
        actor: Actor,
        company: CompanyId,
        before: Option<NoticeId>,
    ) -> Result<NoticePage, Error>;
    /// The same, without reading them.
    async fn list(
        &self,
        actor: Actor,
        company: CompanyId,
        before: Option<NoticeId>,
    ) -> Result<NoticePage, Error>;
}

/// The way to the first answered question.
#[async_trait]
pub trait Onboarding: Send + Sync + 'static {
    /// The actor's own steps; none when the first question was answered.
    async fn steps(&self, actor: Actor, company: CompanyId) -> Result<StepsView, Error>;
    /// Keeps whether the actor has folded the list of their steps up.
    async fn fold(&self, actor: Actor, input: FoldSteps) -> Result<(), Error>;
}
