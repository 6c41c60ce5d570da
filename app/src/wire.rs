//! How server functions travel between page and server.

use std::{
    future::Future,
    marker::PhantomData,
    pin::{Pin, pin},
    time::Duration,
};

use futures::future::{Either, select};
use http::Method;
use leptos::server_fn::{
    Bytes, ContentType, Decodes, Http, Protocol, ServerFn,
    client::Client,
    codec::{Encoding, FromReq, FromRes, IntoReq, IntoRes, Json, PostUrl},
    error::{FromServerFnError, ServerFnErrorErr},
    redirect::call_redirect_hook,
    request::ClientReq,
    response::ClientRes,
    server::Server,
};
use serde::de::{DeserializeOwned, IgnoredAny};
use shared::Error;

use crate::{
    components::live::pause,
    error::{Answer, AppError},
    json_text::JsonText,
    server_fns::{
        connections::{LinkOdooAccountCall, ProbeConnectionCall, SaveConnectionCall},
        workflows::{AskModelCall, FindModelsCall, FindRecordsCall, TryWorkflowCall},
    },
};

/// An answer that is on its way.
pub(crate) type Coming<T> = Pin<Box<dyn Future<Output = Answer<T>> + Send>>;

/// The protocol of leptos, [`Http`], with the input as `In` and the answer as JSON. In the browser, what all calls have
/// in common is compiled once and not for each function.
pub struct Wire<In>(PhantomData<In>);

impl<In, I, O, C, S> Protocol<I, O, C, S, AppError> for Wire<In>
where
    In: Encoding,
    I: IntoReq<In, C::Request, AppError> + FromReq<In, S::Request, AppError> + Send,
    O: IntoRes<Json, S::Response, AppError>
        + FromRes<Json, C::Response, AppError>
        + DeserializeOwned
        + Send,
    C: Client<AppError>,
    S: Server<AppError>,
{
    const METHOD: Method = In::METHOD;

    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Answer<S::Response>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Answer<O>> + Send,
    {
        <Http<In, Json> as Protocol<I, O, C, S, AppError>>::run_server(request, server_fn).await
    }

    fn run_client(path: &str, input: I) -> impl Future<Output = Answer<O>> + Send {
        let answered =
            input.into_req(path, Json::CONTENT_TYPE).map(|request| fetch::<C>(path, request));
        async move { answered?.await?.read() }
    }
}

/// Posts what a form holds, as `body`, to the server function at `path`. What that gives back is for nobody, but an answer
/// that is not one of ours is a failure, as of something between that asks for a password first.
pub(crate) fn post<C: Client<AppError>>(path: &str, body: String) -> Coming<()> {
    let answered = C::Request::try_new_post(path, PostUrl::CONTENT_TYPE, Json::CONTENT_TYPE, body)
        .map(|request| fetch::<C>(path, request));
    Box::pin(async move { answered?.await?.read::<IgnoredAny>().map(drop) })
}

/// What a server function that did what was asked has answered.
struct Answered {
    body: Bytes,
    /// Where its page is to go.
    leads_to: Option<String>,
}

impl Answered {
    fn read<T: DeserializeOwned>(self) -> Answer<T> {
        let value = JsonText::decode(self.body).map_err(|error| {
            AppError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
        })?;
        if let Some(place) = self.leads_to {
            call_redirect_hook(&place);
        }
        Ok(value)
    }
}

/// Sends a request to what is at `path` and gives what was answered, or the error that it holds. A network that swallows
/// what it is given says nothing at all: when the time is over, the request is given up as one that reached nobody.
fn fetch<C: Client<AppError>>(path: &str, request: C::Request) -> Coming<Answered> {
    let limit = patience(path);
    Box::pin(async move {
        let answer = pin!(send::<C>(request));
        let limit = pin!(pause(limit));
        match select(answer, limit).await {
            Either::Left((answer, _)) => answer,
            // The browser ends a request that nobody waits for any more.
            Either::Right(_) => Err(AppError(Error::Unreachable)),
        }
    })
}

async fn send<C: Client<AppError>>(request: C::Request) -> Answer<Answered> {
    let response = C::send(request).await?;
    let status = response.status();
    let leads_to =
        ((300..=399).contains(&status) || response.has_redirect()).then(|| response.location());
    let body = response.try_into_bytes().await?;
    if (400..=599).contains(&status) {
        return Err(AppError::de(body));
    }
    Ok(Answered { body, leads_to })
}

/// How long the answer of what is at `path` is waited for.
///
/// What asks nobody but the database has it within seconds, and the server waits no longer for what is sent to it (30 s,
/// `http::body_limit`). A look at an Odoo takes four calls at most, each of 30 s (`odoo::Limits`), and the server's own word
/// of one that is silent is to come first. The steps of a workflow are tried one after another: they have as long as any
/// call of a tool is waited for (`tools::Patience`).
fn patience(path: &str) -> Duration {
    const OF_ODOO: [&str; 6] = [
        ProbeConnectionCall::PATH,
        SaveConnectionCall::PATH,
        LinkOdooAccountCall::PATH,
        FindModelsCall::PATH,
        AskModelCall::PATH,
        FindRecordsCall::PATH,
    ];
    Duration::from_secs(if path == TryWorkflowCall::PATH {
        300
    } else if OF_ODOO.contains(&path) {
        130
    } else {
        30
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_an_odoo_is_waited_for_longer() {
        for (path, seconds) in [
            ("/api/settings/save_profile", 30),
            ("/api/workflows/save", 30),
            ("/api/connections/probe", 130),
            ("/api/connections/link", 130),
            ("/api/workflows/records", 130),
            ("/api/workflows/try_steps", 300),
        ] {
            assert_eq!(patience(path), Duration::from_secs(seconds), "{path}");
        }
    }
}
