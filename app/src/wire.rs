//! How server functions travel between page and server.

use std::{future::Future, marker::PhantomData, pin::Pin};

use http::Method;
use leptos::server_fn::{
    Bytes, ContentType, Decodes, Http, Protocol,
    client::Client,
    codec::{Encoding, FromReq, FromRes, IntoReq, IntoRes, Json, PostUrl},
    error::{FromServerFnError, ServerFnErrorErr},
    redirect::call_redirect_hook,
    request::ClientReq,
    response::ClientRes,
    server::Server,
};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{
    error::{Answer, AppError},
    json_text::JsonText,
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
        let answered = input.into_req(path, Json::CONTENT_TYPE).map(fetch::<C>);
        async move { answered?.await?.read() }
    }
}

/// Posts what a form holds, as `body`, to the server function at `path`. What that gives back is for nobody, but an answer
/// that is not one of ours is a failure, as of something between that asks for a password first.
pub(crate) fn post<C: Client<AppError>>(path: &str, body: String) -> Coming<()> {
    let request = C::Request::try_new_post(path, PostUrl::CONTENT_TYPE, Json::CONTENT_TYPE, body);
    Box::pin(async move { fetch::<C>(request?).await?.read::<IgnoredAny>().map(drop) })
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

/// Sends a request and gives what was answered, or the error that it holds.
fn fetch<C: Client<AppError>>(request: C::Request) -> Coming<Answered> {
    Box::pin(async move {
        let response = C::send(request).await?;
        let status = response.status();
        let leads_to =
            ((300..=399).contains(&status) || response.has_redirect()).then(|| response.location());
        let body = response.try_into_bytes().await?;
        if (400..=599).contains(&status) {
            return Err(AppError::de(body));
        }
        Ok(Answered { body, leads_to })
    })
}
