//! The client: one for each process, with pooled connections to every Odoo.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, header};
use reqwest::redirect;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use shared::connection::Protocol;

use super::{
    AddressGuard, Call, Identity, Limits, Origin, Target,
    errors::{OdooError, Reached, refused_import, unanswered},
    json_rpc,
    limits::read_body,
    wire::{Answer, Asked, Prepared, wire},
};
use crate::{
    domain::odoo_address::{NotAllowed, Scheme},
    tls,
};

/// How long a connection without a request is kept. Odoo's own proxies keep theirs a minute and longer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);
const IDLE_CONNECTIONS: usize = 16;
/// The most bytes of what a server says about itself: it is read for whoever names an address, and some list many databases.
const SHORT_BODY: usize = 64 * 1024;

/// Calls Odoo servers. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    guard: AddressGuard,
    limits: Limits,
    /// One for each scheme and port, since a resolver is not told the port that its name is for.
    pools: HashMap<(Scheme, u16), reqwest::Client>,
}

/// What a login and its secret turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The user's id.
    pub uid: i64,
    /// The protocol that the secret works with: a password has only JSON-RPC, also on Odoo 19.
    pub protocol: Protocol,
}

impl Client {
    /// A client behind this guard.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(guard: AddressGuard, limits: Limits) -> Result<Self, reqwest::Error> {
        tls::use_ring();
        let mut pools = HashMap::new();
        for (scheme, port) in guard.doors() {
            let pool = || {
                reqwest::Client::builder()
                    .dns_resolver(guard.resolver(scheme, port))
                    .redirect(redirect::Policy::none())
                    .retry(reqwest::retry::never())
                    .no_proxy()
                    .connect_timeout(limits.connect_timeout)
                    .timeout(limits.total_timeout)
                    .pool_idle_timeout(IDLE_TIMEOUT)
                    .pool_max_idle_per_host(IDLE_CONNECTIONS)
                    .user_agent(concat!("aidoo/", env!("CARGO_PKG_VERSION")))
            };
            let made = match scheme {
                // Certificates take time to load, and an unencrypted connection looks at none.
                Scheme::Http => pool().tls_certs_only([]).build(),
                Scheme::Https => pool().build().or_else(|error| {
                    tracing::warn!(
                        %error,
                        "the system's certificates cannot be used: Odoo's are checked against the ones that came along"
                    );
                    pool().tls_certs_only(tls::own_certificates()).build()
                }),
            };
            pools.insert((scheme, port), made?);
        }
        Ok(Self(Arc::new(Inner { guard, limits, pools })))
    }

    /// What can be said of an address before it is called.
    ///
    /// # Errors
    /// [`NotAllowed`] when it may not be.
    pub fn check(&self, origin: &Origin) -> Result<(), NotAllowed> {
        self.0.guard.check(origin)
    }

    /// Calls a method.
    ///
    /// # Errors
    /// What went wrong; [`OdooError::reached`] says whether something may have changed all the same.
    pub async fn call(
        &self,
        target: &Target,
        identity: &Identity,
        call: &Call,
    ) -> Result<Value, OdooError> {
        let wire = wire(target.protocol);
        let prepared = wire.prepare(target, identity, call)?;
        let answer = self.post(&target.origin, prepared).await?;
        let asked = Asked {
            host: target.origin.host(),
            secret: Some(&identity.secret),
            uid: Some(identity.uid),
            model: &call.model,
            method: &call.method,
        };
        let answer = wire.interpret(&asked, answer)?;
        match refused_import(&asked, &answer) {
            Some(refused) => Err(refused),
            None => Ok(answer),
        }
    }

    /// Finds out whose the secret is, and with which protocol it works: as a key first where the
    /// server takes keys as bearers, then as a password or key of JSON-RPC.
    ///
    /// # Errors
    /// [`OdooError::AccessDenied`] when it is not the secret of `login`, or why nothing was found out.
    pub async fn authenticate(
        &self,
        target: &Target,
        login: &str,
        secret: &SecretString,
    ) -> Result<Authenticated, OdooError> {
        if target.protocol == Protocol::Json2 {
            match self.authenticate_bearer(target, login, secret).await {
                Err(OdooError::AccessDenied) if target.database.is_some() => {}
                other => return other,
            }
        }
        let database = target.database.as_deref().ok_or(OdooError::NoSuchDatabase)?;
        let arguments = json!([database, login, secret.expose_secret(), {}]);
        let found =
            self.service(&target.origin, Some(secret), "common", "authenticate", arguments).await;
        match found {
            Ok(found) => match found.as_i64().filter(|uid| *uid > 0) {
                Some(uid) => Ok(Authenticated { uid, protocol: Protocol::JsonRpc }),
                None => Err(OdooError::AccessDenied),
            },
            // A server that has given up JSON-RPC has refused the key already.
            Err(OdooError::NotOdoo) if target.protocol == Protocol::Json2 => {
                Err(OdooError::AccessDenied)
            }
            Err(error) => Err(error),
        }
    }

    async fn authenticate_bearer(
        &self,
        target: &Target,
        login: &str,
        secret: &SecretString,
    ) -> Result<Authenticated, OdooError> {
        let mut identity = Identity { login: login.to_owned(), uid: 0, secret: secret.clone() };
        let context = self.call(target, &identity, &call("context_get", None, Map::new())).await?;
        let uid = context["uid"].as_i64().filter(|uid| *uid > 0).ok_or(OdooError::NotOdoo)?;
        identity.uid = uid;
        let fields = Map::from_iter([("fields".to_owned(), json!(["login"]))]);
        let users = self.call(target, &identity, &call("read", Some(vec![uid]), fields)).await?;
        // A key says whose it is; a login beside it that is another's is a mistake worth telling.
        match users[0]["login"].as_str() {
            Some(own) if own.eq_ignore_ascii_case(login) => {
                Ok(Authenticated { uid, protocol: Protocol::Json2 })
            }
            Some(_) => Err(OdooError::AccessDenied),
            None => Err(OdooError::NotOdoo),
        }
    }

    /// Calls a method of one of JSON-RPC's services.
    pub(super) async fn service(
        &self,
        origin: &Origin,
        secret: Option<&SecretString>,
        service: &str,
        method: &str,
        arguments: Value,
    ) -> Result<Value, OdooError> {
        let prepared = json_rpc::request(service, method, arguments);
        // What the others say about a server is short.
        let most = if service == "object" { self.0.limits.max_body } else { SHORT_BODY };
        let answer = self.post_for(origin, prepared, most).await?;
        let asked = Asked { host: origin.host(), secret, uid: None, model: service, method };
        wire(Protocol::JsonRpc).interpret(&asked, answer)
    }

    pub(super) async fn post(
        &self,
        origin: &Origin,
        prepared: Prepared,
    ) -> Result<Answer, OdooError> {
        self.post_for(origin, prepared, self.0.limits.max_body).await
    }

    /// The same for an answer of at most so many bytes.
    async fn post_for(
        &self,
        origin: &Origin,
        prepared: Prepared,
        most: usize,
    ) -> Result<Answer, OdooError> {
        let Prepared { path, body, bearer, database } = prepared;
        let mut headers = HeaderMap::new();
        if let Some(bearer) = bearer {
            // Whatever cannot stand in a header is no key; it may be a password.
            let text = format!("bearer {}", bearer.expose_secret());
            let mut value = ascii_header(&text).ok_or(OdooError::AccessDenied)?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        if let Some(database) = database {
            let value = ascii_header(&database).ok_or(OdooError::NoSuchDatabase)?;
            headers.insert("x-odoo-database", value);
        }
        let pool = self.pool(origin)?;
        self.send(pool.post(origin.at(&path)).headers(headers).json(&body), most).await
    }

    /// What the server says about itself at `path`.
    pub(super) async fn get(&self, origin: &Origin, path: &str) -> Result<Answer, OdooError> {
        let pool = self.pool(origin)?;
        self.send(pool.get(origin.at(path)), SHORT_BODY).await
    }

    /// Sends a request of its own making to `path`, and gives status, headers and body as they came.
    pub(super) async fn raw(
        &self,
        origin: &Origin,
        request: impl FnOnce(&reqwest::Client, url::Url) -> reqwest::RequestBuilder,
        path: &str,
    ) -> Result<Raw, OdooError> {
        let pool = self.pool(origin)?;
        let response = request(pool, origin.at_reference(path))
            .send()
            .await
            .map_err(|error| unanswered(&error, Reached::Perhaps))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = read_body(response, self.0.limits.max_body).await?;
        Ok(Raw { status, headers, body })
    }

    /// A literal address never comes to the resolver, so it is checked here, before every request.
    fn pool(&self, origin: &Origin) -> Result<&reqwest::Client, OdooError> {
        let Inner { guard, pools, .. } = self.0.as_ref();
        guard.check(origin).map_err(|_| OdooError::AddressNotAllowed)?;
        let destination = origin.destination();
        pools.get(&(destination.scheme, destination.port)).ok_or(OdooError::AddressNotAllowed)
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        most: usize,
    ) -> Result<Answer, OdooError> {
        let response = request
            .header(header::ACCEPT, "application/json")
            .send()
            .await
            .map_err(|error| unanswered(&error, Reached::Perhaps))?;
        let status = response.status();
        let content_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = read_body(response, most).await?;
        Answer::read(status, content_type, body).await
    }
}

/// An answer whose body is no JSON.
pub(super) struct Raw {
    pub(super) status: http::StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

/// What a server reads of other bytes in a header is anybody's guess.
fn ascii_header(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok().filter(|_| text.is_ascii())
}

/// A call on the model of users.
fn call(method: &str, ids: Option<Vec<i64>>, arguments: Map<String, Value>) -> Call {
    Call {
        model: "res.users".to_owned(),
        method: method.to_owned(),
        ids,
        positional: Vec::new(),
        arguments,
        context: Default::default(),
    }
}
