//! What is wrong with the parameters of a request, in a sentence. The SDK takes a request whose parameters it cannot
//! read for one of a method that it does not know, and its client would believe that the server lacks the method.

use rmcp::{
    ErrorData,
    model::{ErrorCode, ProtocolVersion},
};
use serde::Deserialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

/// The method that calls a tool.
pub(super) const CALL: &str = "tools/call";
/// The method that reads a resource.
pub(super) const READ: &str = "resources/read";
const PROMPT: &str = "prompts/get";
const LISTS: [&str; 4] =
    ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];

/// What can be told of parameters from outside: arguments may be long, and are passed over.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Parameters<'a> {
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow, default)]
    uri: Option<&'a RawValue>,
    #[serde(borrow, default)]
    cursor: Option<&'a RawValue>,
}

impl<'a> Parameters<'a> {
    /// Those of a request; `None` if they are no object, or have one of these twice.
    pub(super) fn read(params: Option<&'a RawValue>) -> Option<Self> {
        let Some(params) = params else { return Some(Self::default()) };
        // A list would be read as the values of these fields.
        let params = Some(params.get()).filter(|params| params.starts_with('{'))?;
        serde_json::from_str(params).ok()
    }

    /// The name, if it is a text.
    pub(super) fn name(&self) -> Option<String> {
        serde_json::from_str(self.name?.get()).ok()
    }
}

/// What is wrong with the parameters of a request for `method`, as far as it can be told from outside. `None` where
/// nothing is, and for a method of which nothing is known here.
pub(super) fn problem(method: &str, parameters: Option<&Parameters<'_>>) -> Option<&'static str> {
    let is_known = matches!(method, CALL | READ | PROMPT) || LISTS.contains(&method);
    if !is_known {
        return None;
    }
    let Some(Parameters { name, arguments, uri, cursor }) = parameters else {
        return Some("params must be an object with each of its fields once");
    };
    let is_no_text = |value: &RawValue| !value.get().starts_with('"');
    let is_no_object = |value: &RawValue| !value.get().starts_with('{');
    match method {
        CALL if name.is_none_or(is_no_text) => Some("params.name must be the name of a tool"),
        CALL if arguments.is_some_and(is_no_object) => {
            Some("params.arguments must be an object with the tool's arguments by name")
        }
        PROMPT if name.is_none_or(is_no_text) => Some("params.name must be the name of a prompt"),
        PROMPT if arguments.is_some_and(is_no_object) => {
            Some("params.arguments must be an object with the prompt's arguments by name")
        }
        READ if uri.is_none_or(is_no_text) => Some("params.uri must be the address of a resource"),
        _ if LISTS.contains(&method) && cursor.is_some_and(is_no_text) => {
            Some("params.cursor must be a text that an earlier answer gave")
        }
        _ => None,
    }
}

/// What is answered to a request that the SDK could not tell the method of.
pub(super) fn unread(
    method: String,
    params: Option<&Value>,
    revision: Option<&ProtocolVersion>,
) -> ErrorData {
    let is_new = revision.is_some_and(|revision| *revision >= ProtocolVersion::V_2026_07_28);
    let is_known = match method.as_str() {
        CALL | READ | PROMPT => true,
        "initialize" | "ping" => !is_new,
        "subscriptions/listen" => is_new,
        method => LISTS.contains(&method),
    };
    if !is_known {
        return ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None);
    }
    let raw = params.and_then(|params| to_raw_value(params).ok());
    let parameters = Parameters::read(raw.as_deref());
    match problem(&method, parameters.as_ref()) {
        Some(problem) => ErrorData::invalid_params(problem, None),
        None => ErrorData::invalid_params(
            format!(
                "params of {method} cannot be read: a field is missing, there twice, or of another kind"
            ),
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(method: &str, params: &str) -> Option<&'static str> {
        let raw: Option<&RawValue> = serde_json::from_str(params).expect("JSON");
        problem(method, Parameters::read(raw).as_ref())
    }

    #[test]
    fn parameters_that_can_be_read_have_no_problem() {
        for (method, params) in [
            (CALL, r#"{"name":"aidoo_context"}"#),
            (CALL, r#"{"arguments":{"name":1},"name":"x","_meta":{}}"#),
            (CALL, r#"{"name":"aidoo_context","arguments":null}"#),
            (PROMPT, r#"{"name":"x","arguments":{}}"#),
            (READ, r#"{"uri":"aidoo://schema/res.partner"}"#),
            ("tools/list", "null"),
            ("tools/list", r#"{"cursor":null}"#),
            ("prompts/list", r#"{"cursor":"x"}"#),
            ("tools/forget", r#"{"name":7}"#),
            ("", "[]"),
        ] {
            assert_eq!(told(method, params), None, "{method} {params}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_others_is_named() {
        for (method, params, named) in [
            (CALL, "null", "params.name"),
            (CALL, "{}", "params.name"),
            (CALL, r#"{"name":null}"#, "params.name"),
            (CALL, r#"{"name":7}"#, "params.name"),
            (CALL, r#"{"name":"a","name":"b"}"#, "once"),
            (CALL, r#"["aidoo_context"]"#, "an object"),
            (CALL, r#"{"name":"a","arguments":[]}"#, "params.arguments"),
            (CALL, r#"{"name":"a","arguments":"{}"}"#, "params.arguments"),
            (PROMPT, r#"{"name":7}"#, "the name of a prompt"),
            (PROMPT, r#"{"name":"a","arguments":[]}"#, "params.arguments"),
            (READ, "{}", "params.uri"),
            (READ, r#"{"uri":["x"]}"#, "params.uri"),
            ("resources/list", r#"{"cursor":7}"#, "params.cursor"),
        ] {
            let problem = told(method, params).unwrap_or_default();
            assert!(problem.contains(named), "{method} {params}: {problem}");
        }
    }

    #[test]
    fn only_a_method_that_the_revision_lacks_is_told_as_unknown() {
        let (old, new) = (ProtocolVersion::V_2025_03_26, ProtocolVersion::V_2026_07_28);
        let params = json!({ "requestState": 7 });
        let code = |method: &str, revision: &ProtocolVersion| {
            unread(method.to_owned(), Some(&params), Some(revision)).code
        };
        for revision in [&old, &new] {
            for method in [CALL, READ, PROMPT, "tools/list"] {
                assert_eq!(code(method, revision), ErrorCode::INVALID_PARAMS, "{method}");
            }
            assert_eq!(code("tools/forget", revision), ErrorCode::METHOD_NOT_FOUND);
        }
        for (method, known, gone) in
            [("initialize", &old, &new), ("ping", &old, &new), ("subscriptions/listen", &new, &old)]
        {
            assert_eq!(code(method, known), ErrorCode::INVALID_PARAMS, "{method}");
            assert_eq!(code(method, gone), ErrorCode::METHOD_NOT_FOUND, "{method}");
        }
    }
}
