//! Recordings of real Odoo servers (17, 18 and 19) played to the client. The folder is named by
//! `AIDOO_ODOO_RECORDINGS`; without it there is nothing to play, and the test says so.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
};

use secrecy::SecretString;
use serde_json::{Map, Value};
use server::odoo::{Call, Client, Detected, Identity, Limits, OdooError, Target};
use shared::connection::Protocol;

use crate::support::{
    odoo_server::{Answer, OdooServer, client},
    recordings,
};

/// What the client makes of every recorded answer: the case, the versions that it was recorded on where
/// they differ, and the outcome. `value` is the recorded value as it is; `nothing` is no value at all;
/// the others are errors.
const OUTCOMES: &str = "
access_create.jsonrpc               Access
access_field.jsonrpc                value
access_model.json2                  Access
access_model.jsonrpc                Access
access_model_debugcheck.jsonrpc     Access
access_write.jsonrpc                Access
action_result.jsonrpc v17,v18       value
action_result.jsonrpc v19           Failed
apikey_gen.json2                    NoSuchMethod
apikey_gen.jsonrpc                  NoSuchMethod
auth_bad.jsonrpc                    AccessDenied
auth_nodb.jsonrpc                   NoSuchDatabase
auth_ok.jsonrpc                     value
bad_common.jsonrpc                  Failed
bad_db.json2                        NoSuchDatabase
bad_key.json2                       AccessDenied
bad_kwarg.json2                     BadArgument
bad_kwarg.jsonrpc                   BadArgument
bad_operator.jsonrpc                BadValue
bad_order.jsonrpc                   NoSuchField
bad_order_inj.jsonrpc               Business
bad_selection.jsonrpc               BadValue
bad_service.jsonrpc                 Failed
bad_type.jsonrpc                    BadArgument
big_int.jsonrpc v17,v18             BadValue
big_int.jsonrpc v19                 value
binary_size.jsonrpc                 value
check_access_rights.jsonrpc         value
context_company_denied.jsonrpc      Access
context_get.json2                   value
create.json2                        value
create.jsonrpc                      value
create_multi.jsonrpc                value
create_po.json2                     value
create_single.json2                 value
ctx.json2                           Business
db_list.jsonrpc                     value
exec_bad_password.jsonrpc           AccessDenied
execute_bad_args.jsonrpc v17,v18    Failed
execute_bad_args.jsonrpc v19        BadValue
export_data.jsonrpc                 value
field_group.jsonrpc                 value
field_group2.jsonrpc                value
fields_get.json2                    value
fields_get.jsonrpc                  value
fields_get_group.jsonrpc            value
fk_violation.jsonrpc                Business
formatted_read_group.jsonrpc        value
get_method.json2                    Failed
has_access.jsonrpc                  value
has_group.jsonrpc                   value
html_field.jsonrpc                  value
html_read.jsonrpc                   value
ids_on_model_method.json2           BadArgument
lang_ctx.jsonrpc v17                value
lang_ctx.jsonrpc v18,v19            Business
login_ok.jsonrpc                    value
make_key_rpc.jsonrpc                Business
malformed.json2                     BadArgument
malformed.jsonrpc                   NotOdoo
missing_method.json2                NoSuchMethod
missing_method.jsonrpc              NoSuchMethod
missing_model.json2                 NoSuchModel
missing_model.jsonrpc               NoSuchModel
missing_record.json2                MissingRecord
missing_record_read.json2           value
missing_record_read.jsonrpc         value
missing_record_write.jsonrpc        MissingRecord
mkcompany.jsonrpc                   value
mkcompany2.jsonrpc                  value
mkp2.jsonrpc                        value
model_access.jsonrpc                value
models.jsonrpc                      Access
models_admin.jsonrpc                value
name_search.jsonrpc                 value
neg_limit.jsonrpc                   BadValue
no_db.json2                         value
no_key.json2                        AccessDenied
nodb_exec.jsonrpc                   NoSuchDatabase
none.json2                          value
none_result.jsonrpc                 value
none_result2.jsonrpc                nothing
none_result3.jsonrpc                value
o2m_cmd.jsonrpc                     value
ok_count.json2                      value
ok_search_read.json2                value
partners.jsonrpc                    value
partners_apikey.jsonrpc             value
private_method.json2                Access
private_method.jsonrpc              Access
purchases.jsonrpc                   value
read.json2                          value
read_back.jsonrpc                   value
read_group.jsonrpc                  value
report_rpc.jsonrpc                  NoSuchMethod
reports.jsonrpc                     value
rule_read.json2                     Access
rule_read.jsonrpc                   Access
rule_search.jsonrpc                 value
rule_write.jsonrpc                  Access
search_count.jsonrpc                value
session_auth.web                    value
uid_false.jsonrpc                   AccessDenied
uid_str.jsonrpc                     value
uid_wrong.jsonrpc                   AccessDenied
unique_violation.jsonrpc            Business
unknown_field.json2                 NoSuchField
unknown_field_domain.json2          NoSuchField
unknown_field_domain.jsonrpc        NoSuchField
unknown_field_read.jsonrpc          NoSuchField
unknown_field_write.jsonrpc         NoSuchField
unlink.json2                        value
unlink.jsonrpc                      MissingRecord
usererror.json2                     Business
usererror.jsonrpc                   Business
usererror_accounting.jsonrpc        Business
validation.json2                    Business
validation_recursion.jsonrpc        Business
validation_required.jsonrpc         Business
validation_required2.jsonrpc        Business
version.jsonrpc                     value
void.json2                          value
void_return.jsonrpc                 value
web_read_group.json2                value
web_search_read.json2               value
wizard.jsonrpc                      value
write.json2                         value
write.jsonrpc                       value
wrong_ctype.json2                   NotOdoo
";

const SECRET: &str = "canary-key-7f3a";
/// What stands in the place of the emptied tracebacks: nothing of it may pass.
const DEBUG: &str = "Traceback (most recent call last):\n  File \"/opt/odoo/http.py\", line 1\npsycopg2: \
                     127.0.0.1:5544 canary-key-7f3a";
/// The field that the recorded calls asked for in vain.
const FIELD: &str = "nofield";
/// The user that `uid_wrong` was recorded with; all others ask as the administrator.
const GONE_UID: i64 = 9_999;

#[tokio::test]
async fn every_recorded_answer_is_understood_and_leaks_nothing() {
    let Some(folder) = recordings::folder() else { return };
    let recordings = read(&folder.join("shapes.json"));
    let player = Player::start().await;

    let mut unused: BTreeSet<&str> = OUTCOMES.lines().filter(|line| !line.is_empty()).collect();
    let mut played = 0;
    for (version, cases) in recordings.as_object().expect("versions") {
        for (case, recorded) in cases.as_object().expect("cases") {
            let (name, protocol) = case.rsplit_once('.').expect("a case has a protocol");
            if protocol.starts_with("xmlrpc") {
                continue;
            }
            let line = row(case, version)
                .unwrap_or_else(|| panic!("{version} {case} has no row in the table"));
            unused.remove(line);
            let expected = line.split_whitespace().last().expect("a row has an outcome");
            let played_as = format!("{version} {case}");
            player.play(&played_as, name, version, protocol, recorded, expected).await;
            played += 1;
        }
    }
    assert!(unused.is_empty(), "rows without a recording: {unused:?}");
    println!("{played} recorded answers played");
}

/// The row of a case, as long as it is for this version.
fn row(case: &str, version: &str) -> Option<&'static str> {
    OUTCOMES.lines().find(|line| {
        let mut words = line.split_whitespace();
        let (name, versions, rest) = (words.next(), words.next(), words.next());
        let is_for_version =
            rest.is_none() || versions.is_some_and(|all| all.split(',').any(|one| one == version));
        name == Some(case) && is_for_version
    })
}

fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    serde_json::from_str(&text).expect("recordings are JSON")
}

/// A server that gives one answer at a time, and a client that asks it.
struct Player {
    server: OdooServer,
    client: Client,
    next: Arc<Mutex<Answer>>,
}

impl Player {
    async fn start() -> Self {
        let next = Arc::new(Mutex::new(Answer::html(500, "")));
        let current = Arc::clone(&next);
        let server = OdooServer::start(move |request| match request.path.as_str() {
            // Only the answers of JSON-RPC were recorded for versions.
            "/web/version" => Answer::html(404, "no such page"),
            _ => current.lock().unwrap().clone(),
        })
        .await;
        let client = client(&[server.address], Limits::default());
        Self { server, client, next }
    }

    async fn play(
        &self,
        what: &str,
        name: &str,
        version: &str,
        protocol: &str,
        recorded: &Value,
        expected: &str,
    ) {
        let mut body = recorded["body"].clone();
        fill_in_tracebacks(&mut body);
        *self.next.lock().unwrap() = Answer {
            status: recorded["status"].as_u64().unwrap().try_into().unwrap(),
            content_type: recorded["ct"].as_str().unwrap().to_owned(),
            body: match &body {
                Value::String(text) => text.clone(),
                json => json.to_string(),
            },
            location: None,
        };
        let value = if protocol == "json2" { body.clone() } else { body["result"].clone() };
        let wire = if protocol == "json2" { Protocol::Json2 } else { Protocol::JsonRpc };

        let error = match self.ask(name, wire).await {
            Ok(answer) if expected == "nothing" => {
                assert!(body.get("result").is_none(), "{what}");
                assert_eq!(answer, Found::Value(Value::Null), "{what}");
                return;
            }
            Ok(Found::Value(answer)) => {
                assert_eq!((answer, "value"), (value, expected), "{what}");
                return;
            }
            Ok(Found::Detected(detected)) => {
                let major: u32 = version.trim_start_matches('v').parse().unwrap();
                let protocol = if major >= 19 { Protocol::Json2 } else { Protocol::JsonRpc };
                let version = format!("{major}.0");
                assert_eq!(detected, Detected { version, major, protocol }, "{what}");
                return;
            }
            Err(error) => error,
        };

        let data = if wire == Protocol::Json2 { &body } else { &body["error"]["data"] };
        let own = data["message"].as_str().map(str::trim).unwrap_or_default();
        let (name, sentence) = match &error {
            OdooError::Access(text) => ("Access", Some(text)),
            OdooError::Business(text) => ("Business", Some(text)),
            OdooError::MissingRecord(text) => ("MissingRecord", Some(text)),
            OdooError::NoSuchField { field } => {
                assert_eq!(field, FIELD, "{what}");
                ("NoSuchField", None)
            }
            OdooError::AccessDenied => ("AccessDenied", None),
            OdooError::BadArgument => ("BadArgument", None),
            OdooError::BadValue => ("BadValue", None),
            OdooError::Failed { .. } => ("Failed", None),
            OdooError::NoSuchDatabase => ("NoSuchDatabase", None),
            OdooError::NoSuchMethod => ("NoSuchMethod", None),
            OdooError::NoSuchModel => ("NoSuchModel", None),
            OdooError::NotOdoo => ("NotOdoo", None),
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(name, expected, "{what}: {error:?}");
        if let Some(sentence) = sentence {
            assert_eq!(sentence, own, "{what}: odoo's own sentence passes as it is");
        }
        self.assert_no_leak(what, &error);
    }

    async fn ask(&self, name: &str, protocol: Protocol) -> Result<Found, OdooError> {
        let origin = self.server.origin();
        let target = Target { origin: origin.clone(), database: Some("demo".to_owned()), protocol };
        let secret = SecretString::from(SECRET);
        match name {
            "version" => Ok(Found::Detected(self.client.detect(&origin).await?)),
            "db_list" => Ok(Found::Value(self.client.databases(&origin).await?.into())),
            "auth_ok" | "auth_bad" | "auth_nodb" | "login_ok" => {
                let found = self.client.authenticate(&target, "admin", &secret).await?;
                assert_eq!(found.protocol, Protocol::JsonRpc);
                Ok(Found::Value(found.uid.into()))
            }
            _ => {
                let uid = if name == "uid_wrong" { GONE_UID } else { 2 };
                let identity = Identity { login: "admin".to_owned(), uid, secret };
                let call = Call {
                    model: "res.partner".to_owned(),
                    method: "search_read".to_owned(),
                    ids: None,
                    positional: Vec::new(),
                    arguments: Map::new(),
                    context: Default::default(),
                };
                Ok(Found::Value(self.client.call(&target, &identity, &call).await?))
            }
        }
    }

    fn assert_no_leak(&self, what: &str, error: &OdooError) {
        let port = self.server.address.port().to_string();
        for text in [error.message_for_person(), error.to_string(), format!("{error:?}")] {
            for leak in ["Traceback", "127.0.0.1", "5544", "psycopg2", "http.py", SECRET, &port] {
                assert!(!text.contains(leak), "{what} lets {leak} pass: {text}");
            }
        }
    }
}

#[derive(Debug, PartialEq)]
enum Found {
    Value(Value),
    Detected(Detected),
}

fn fill_in_tracebacks(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for (key, entry) in entries {
                if key == "debug" {
                    *entry = DEBUG.into();
                } else {
                    fill_in_tracebacks(entry);
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(fill_in_tracebacks),
        _ => {}
    }
}
