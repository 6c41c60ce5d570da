//! Commands that delete, or may, among the arguments of methods that nobody knows: they are refused.

use serde_json::Value;

use super::super::ToolError;

/// Refuses, at any depth, lists that Odoo would take for commands that delete, or may: 2, and 3, 5 and 6 on a
/// one2many. For methods whose arguments nobody knows.
///
/// # Errors
/// Names the command.
pub(in crate::services::tools) fn refuse_deleting(
    argument: &str,
    value: &Value,
) -> Result<(), ToolError> {
    match value {
        Value::Object(fields) => {
            fields.values().try_for_each(|value| refuse_deleting(argument, value))
        }
        Value::Array(values) => {
            if let Some(command) = values.iter().find(|value| deletes(value)) {
                let problem = format_args!(
                    "{command} reads as a command that may delete, and no permission covers deletion"
                );
                return Err(ToolError::argument(argument, problem));
            }
            values.iter().try_for_each(|value| refuse_deleting(argument, value))
        }
        _ => Ok(()),
    }
}

/// Whether Odoo takes it for such a command: it looks at the number, which may be written as a fraction, and at no more of
/// the rest than it needs.
fn deletes(value: &Value) -> bool {
    let Some([number, rest @ ..]) = value.as_array().map(Vec::as_slice) else { return false };
    match number.as_f64() {
        Some(2.0 | 3.0) => !rest.is_empty(),
        Some(5.0) => true,
        Some(6.0) => rest.len() > 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_odoo_takes_for_a_command_that_deletes_is_refused_however_it_is_written() {
        for command in [
            json!([2, 7, 0]),
            json!([2, 7]),
            json!([2, 7, 1]),
            json!([2, 7, {}, 0]),
            json!([2.0, 7, 0]),
            json!([2, "7", 0]),
            json!([3, 7, false]),
            json!([5]),
            json!([5, 0, 0]),
            json!([5, 1, 1]),
            json!([6, 0, []]),
            json!([6, 1, [3]]),
        ] {
            let arguments = json!({ "vals": { "lines": [command] } });
            assert!(refuse_deleting("kwargs", &arguments).is_err(), "{command}");
        }
        for open in [
            json!({ "range": [2, 7] }),
            json!({ "lines": [[0, 0, { "name": "A" }], [1, 7, { "name": "B" }], [4, 7, 0]] }),
            json!({ "domain": [["id", "=", 2]] }),
            json!({ "lines": [[2], [true, 7]] }),
        ] {
            assert!(refuse_deleting("kwargs", &open).is_ok(), "{open}");
        }
    }
}
