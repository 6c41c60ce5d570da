//! A small Odoo for tests of what happens around it: versions, databases, users, keys and passwords,
//! in the shapes that real servers answer with. Business records it has none.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::odoo_server::{Answer, OdooServer, Seen};

/// What the server is. A test may change it while it runs.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Its first number; 19 and later speak JSON-2 too.
    pub major: u32,
    /// Its databases.
    pub databases: Vec<String>,
    /// Whether it tells them.
    pub lists: bool,
    /// Login, API key, password: the user's id is the place in this list, from 1.
    pub users: Vec<(&'static str, &'static str, &'static str)>,
}

/// A running double.
pub struct OdooDouble {
    /// The server.
    pub server: OdooServer,
    /// What it is.
    pub setup: Arc<Mutex<Setup>>,
}

impl OdooDouble {
    /// Starts one.
    pub async fn start(setup: Setup) -> Self {
        let setup = Arc::new(Mutex::new(setup));
        let current = Arc::clone(&setup);
        let server =
            OdooServer::start(move |request| current.lock().unwrap().answer(request)).await;
        Self { server, setup }
    }

    /// How often a secret was sent to it.
    pub fn secrets_sent(&self) -> usize {
        let seen = self.server.seen();
        seen.iter().filter(|request| sends_secret(request)).count()
    }
}

/// An Odoo of this version with one database and two users.
pub fn odoo(major: u32) -> Setup {
    Setup {
        major,
        databases: vec!["prod".to_owned()],
        lists: true,
        users: vec![
            ("anna@example.com", "anna-odoo-key", "anna-password"),
            ("bob@example.com", "bob-odoo-key", "bob-password"),
        ],
    }
}

fn sends_secret(request: &Seen) -> bool {
    let arguments = &request.body["params"]["args"];
    let is_login = request.body["params"]["method"] == "authenticate";
    request.headers.contains_key("authorization")
        || is_login
        || arguments[1].as_i64().is_some_and(|uid| uid > 0)
}

impl Setup {
    fn answer(&self, request: &Seen) -> Answer {
        match request.path.as_str() {
            "/web/version" if self.major >= 19 => Answer::json(
                200,
                &json!({"version": self.version(), "version_info": [self.major, 0, 0, "final", 0, ""]}),
            ),
            "/jsonrpc" => self.json_rpc(&request.body["params"]),
            path if path.starts_with("/json/2/") && self.major >= 19 => self.json2(request),
            _ => Answer::html(404, "<h1>Not Found</h1>"),
        }
    }

    fn version(&self) -> String {
        format!("{}.0", self.major)
    }

    fn json_rpc(&self, params: &Value) -> Answer {
        let arguments = &params["args"];
        let method = params["method"].as_str().unwrap_or_default();
        let knows = |name: &Value| self.databases.iter().any(|database| name == database.as_str());
        match (params["service"].as_str().unwrap_or_default(), method) {
            ("common", "version") => result(json!({
                "server_version": self.version(),
                "server_version_info": [self.major, 0, 0, "final", 0, ""],
                "server_serie": self.version(),
                "protocol_version": 1,
            })),
            ("db", "list") if self.lists => result(json!(self.databases)),
            ("db", "list") => error("odoo.exceptions.AccessDenied", "Access Denied"),
            _ if !knows(&arguments[0]) => error(
                "psycopg2.OperationalError",
                "connection to 127.0.0.1:5544 failed: FATAL: database \"x\" does not exist",
            ),
            ("common", "authenticate") => {
                let uid = self.users.iter().position(|(login, key, password)| {
                    arguments[1] == *login && (arguments[2] == *key || arguments[2] == *password)
                });
                result(uid.map_or(json!(false), |place| json!(place + 1)))
            }
            ("object", "execute_kw") => {
                let uid = arguments[1].as_u64().unwrap_or_default() as usize;
                match uid.checked_sub(1).and_then(|place| self.users.get(place)) {
                    Some((_, key, password))
                        if arguments[2] == *key || arguments[2] == *password =>
                    {
                        result(json!(uid))
                    }
                    _ => error("odoo.exceptions.AccessDenied", "Access Denied"),
                }
            }
            _ => error("builtins.KeyError", "nope"),
        }
    }

    fn json2(&self, request: &Seen) -> Answer {
        let named = request.headers.get("x-odoo-database").and_then(|name| name.to_str().ok());
        let is_known = match named {
            Some(name) => self.databases.iter().any(|database| database == name),
            None => self.databases.len() == 1,
        };
        if !is_known {
            return Answer::html(404, "No database is selected. Use the X-Odoo-Database header.");
        }
        let bearer = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let user = self
            .users
            .iter()
            .position(|(_, key, _)| bearer == Some(format!("bearer {key}").as_str()));
        let Some(place) = user else {
            let body =
                json!({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"});
            return Answer::json(401, &body);
        };
        match request.path.as_str() {
            "/json/2/res.users/context_get" => {
                Answer::json(200, &json!({"lang": "en_US", "tz": "UTC", "uid": place + 1}))
            }
            "/json/2/res.users/read" => {
                Answer::json(200, &json!([{"id": place + 1, "login": self.users[place].0}]))
            }
            _ => Answer::json(200, &json!(place + 1)),
        }
    }
}

fn result(value: Value) -> Answer {
    Answer::json(200, &json!({"jsonrpc": "2.0", "id": 1, "result": value}))
}

fn error(class: &str, message: &str) -> Answer {
    let data = json!({"name": class, "message": message, "debug": "Traceback", "arguments": []});
    let error = json!({"code": 200, "message": "Odoo Server Error", "data": data});
    Answer::json(200, &json!({"jsonrpc": "2.0", "id": 1, "error": error}))
}
