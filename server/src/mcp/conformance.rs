//! What the conformance suite of the protocol's authors wants to find on a server beside the server's own:
//! tools, prompts and resources with its names. They come with
//! `AIDOO_CONFORMANCE`, which no release knows, and put the transport, the envelope and the SDK to the test.
#![expect(deprecated, reason = "the suite tests the older revision's log lines too")]

mod things;
mod tools;

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
        CompletionInfo, CustomRequest, CustomResult, GetPromptRequestParams, GetPromptResponse,
        InitializeRequestParams, InitializeResult, JsonObject, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ReadResourceRequestParams, ReadResourceResponse, ServerConfig, SetLevelRequestParams,
        SubscriptionFilter, Tool,
    },
    service::{RequestContext, SubscriptionContext},
};
use tokio::sync::broadcast;

use super::handler::Aidoo;
use crate::clock::Entropy;

/// Aidoo, and what the suite wants to find. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Fixtures {
    aidoo: Aidoo,
    changes: broadcast::Sender<List>,
    seal: Arc<[u8; 32]>,
}

/// A list that a tool of the suite changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Tools,
    Prompts,
}

impl Fixtures {
    /// `aidoo` with the suite's things beside its own.
    pub(super) fn new(aidoo: Aidoo) -> Self {
        Self { aidoo, changes: broadcast::Sender::new(8), seal: Arc::new(Entropy.bytes()) }
    }
}

impl ServerHandler for Fixtures {
    fn get_info(&self) -> ServerConfig {
        let mut info = self.aidoo.get_info();
        info.capabilities.completions = Some(JsonObject::new());
        info.capabilities.logging = Some(JsonObject::new());
        info
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut result = self.aidoo.initialize(request, context).await?;
        let own = self.get_info().capabilities;
        result.capabilities.completions = own.completions;
        result.capabilities.logging = own.logging;
        Ok(result)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut result = self.aidoo.list_tools(request, context).await?;
        result.tools.extend(tools::definitions());
        Ok(result)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let own = || tools::definitions().into_iter().find(|tool| tool.name == name);
        self.aidoo.get_tool(name).or_else(own)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if tools::NAMES.contains(&request.name.as_ref()) {
            tools::call(self, request, context).await
        } else {
            self.aidoo.call_tool(request, context).await
        }
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let mut result = self.aidoo.list_prompts(request, context).await?;
        result.prompts.extend(things::prompts());
        Ok(result)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        match things::prompt(&request) {
            Some(prompt) => Ok(prompt),
            None => self.aidoo.get_prompt(request, context).await,
        }
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut result = self.aidoo.list_resources(request, context).await?;
        result.resources.extend(things::resources());
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut result = self.aidoo.list_resource_templates(request, context).await?;
        result.resource_templates.push(things::template());
        Ok(result)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match things::resource(&request.uri) {
            Some(resource) => Ok(ReadResourceResponse::Complete(resource)),
            None => self.aidoo.read_resource(request, context).await,
        }
    }

    async fn complete(
        &self,
        _request: CompleteRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        Ok(CompleteResult::new(CompletionInfo::default()))
    }

    async fn set_level(
        &self,
        _request: SetLevelRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        self.aidoo.on_custom_request(request, context).await
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.aidoo.accepted_subscription_filter(requested)
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let (sink, mut changes) = (subscription.sink().clone(), self.changes.subscribe());
        let told = async {
            // The sink holds back what was not asked for.
            while let Ok(list) = changes.recv().await {
                let _ = match list {
                    List::Tools => sink.notify_tool_list_changed().await,
                    List::Prompts => sink.notify_prompt_list_changed().await,
                };
            }
        };
        tokio::select! {
            ended = self.aidoo.listen(subscription) => ended,
            () = told => Ok(()),
        }
    }
}
