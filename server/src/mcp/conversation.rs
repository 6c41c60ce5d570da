//! How a tool that runs can reach the client, on each transport and in each era of the protocol.

use std::time::Duration;

use async_trait::async_trait;
use rmcp::{
    Peer, RoleServer,
    model::{
        ElicitationAction, InputResponses, ProgressNotificationParam, ProgressToken,
        ProtocolVersion,
    },
    service::RequestContext,
};
use serde_json::Value;

use super::answer::{QUESTION, elicitation};
use crate::services::tools::{Answered, Asking, Conversation, Returned};

/// How long a person may take to answer during a call.
const PATIENCE: Duration = Duration::from_secs(240);

/// The way back to the client of one request.
#[derive(Debug)]
pub(super) struct Line {
    peer: Peer<RoleServer>,
    asking: Asking,
    progress: Option<ProgressToken>,
    returned: Option<Returned>,
}

/// What brought the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    /// `/mcp`: each request by itself.
    Streamable,
    /// `/sse`: a stream on which the server can ask.
    Sse,
}

impl Line {
    pub(super) fn new(
        context: &RequestContext<RoleServer>,
        transport: Transport,
        state: Option<String>,
        responses: Option<&InputResponses>,
    ) -> Self {
        // One that names no mode takes forms, as before there were others.
        let can_elicit = context.client_capabilities().is_some_and(|client| {
            client
                .elicitation
                .as_ref()
                .is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
        });
        let is_new = context
            .protocol_version()
            .is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
        let asking = match (can_elicit, transport) {
            (false, _) => Asking::Never,
            (true, Transport::Sse) => Asking::Now,
            (true, Transport::Streamable) if is_new => Asking::Later,
            // Without a session there is nowhere to send a question to.
            (true, Transport::Streamable) => Asking::Never,
        };
        // A state that comes back without an answer says nothing of the person: they are asked again.
        let response = responses.and_then(|responses| responses.get(QUESTION));
        let returned = state
            .zip(response)
            .map(|(state, response)| Returned { state, answer: answered(response) });
        Self {
            peer: context.peer.clone(),
            asking,
            progress: context.meta.get_progress_token(),
            returned,
        }
    }
}

#[async_trait]
impl Conversation for Line {
    fn asking(&self) -> Asking {
        self.asking
    }

    async fn ask(&self, question: &str) -> Answered {
        let asked = self
            .peer
            .create_elicitation_with_timeout(elicitation(question.to_owned()), Some(PATIENCE))
            .await;
        match asked {
            Ok(result) => match result.action {
                ElicitationAction::Accept => Answered::Agreed,
                ElicitationAction::Decline => Answered::Declined,
                _ => Answered::Nothing,
            },
            Err(error) => {
                tracing::debug!(error = %error, "a question was not answered");
                Answered::Nothing
            }
        }
    }

    fn returned(&self) -> Option<Returned> {
        self.returned.clone()
    }

    async fn progress(&self, done: u64, total: Option<u64>, message: &str) {
        let Some(token) = self.progress.clone() else { return };
        let mut told = ProgressNotificationParam::new(token, done as f64).with_message(message);
        if let Some(total) = total {
            told = told.with_total(total as f64);
        }
        // A client that has gone away misses nothing.
        let _ = self.peer.notify_progress(told).await;
    }
}

fn answered(response: &Value) -> Answered {
    match response["action"].as_str() {
        Some("accept") => Answered::Agreed,
        Some("decline") => Answered::Declined,
        _ => Answered::Nothing,
    }
}
