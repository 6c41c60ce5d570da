//! Whether a list that a later step takes is all that the earlier one found: what acts on a part of it says that it is
//! done. A limit of the finding step's own says that no more is wanted.

use serde_json::Value;
use shared::workflow::{Definition as Workflow, Step, StepAction, Taken, TryCause, fill};

use super::{super::query::DEFAULT_LIMIT, Lack, generic_of};

/// Looks at what the step at the place `at` takes of whole lists of earlier steps. `scope` holds what inputs and steps
/// hold (`{"input": {…}, "steps": {…}}`); of steps that have not answered nothing is known yet.
///
/// # Errors
/// The first step that hands on the beginning of what it found, though it has no limit or has not come that far; and what
/// mends that.
pub(super) fn check_whole(workflow: &Workflow, at: usize, scope: &Value) -> Result<(), Lack> {
    for taken in workflow.takes(at) {
        let Taken::Step(of, path) = taken else { continue };
        let step = &workflow.steps[of];
        let Some(answer) = scope["steps"].get(&step.name) else { continue };
        let Some((name, given)) = list_in(answer, &path) else { continue };
        let list = List { step, answer, name, given };
        if let Some(cut) = list.cut(limit(step, scope)) {
            return Err(lack(of + 1, &step.title, given, cut));
        }
    }
    Ok(())
}

/// A list in the answer of a step.
struct List<'a> {
    step: &'a Step,
    answer: &'a Value,
    /// Where it stands: `records`.
    name: &'a str,
    /// How long it is.
    given: u64,
}

/// Why a list is not all that its step found.
enum Cut {
    /// A page of the usual length was full, and nobody said how many are wanted. How many there are, where they were
    /// counted.
    NoLimit(Option<u64>),
    /// More would make the answer too long.
    TooLong,
}

impl List<'_> {
    /// Why it is not all of it, or not as much as `limit` wants, if so.
    fn cut(&self, limit: Option<u64>) -> Option<Cut> {
        let Self { step, answer, name, given } = *self;
        let is_noted = !answer["note"].is_null();
        // Whether there may be more, how much there is in all, and how much is given without a limit.
        let (has_more, total, usual) = match (step.action, name) {
            (StepAction::Query, "records") => {
                let total = answer["total"].as_u64();
                let end = answer["offset"].as_u64().unwrap_or_default() + given;
                // What is found by a name is not counted where it fills its page.
                let has_more = given > 0 && total.is_none_or(|total| end < total);
                (has_more, total, Some(DEFAULT_LIMIT.unsigned_abs()))
            }
            // It is told which records it gives, and leaves none out but for the length.
            (StepAction::Read, "records") => (!answer["left_out"].is_null(), None, None),
            // No groups are left out but by a limit, its own or the usual one.
            (StepAction::Report, "groups") => (is_noted, None, Some(given)),
            // That there may be more than a method returned says its note, and nothing else.
            (StepAction::Execute, "result" | "result.records" | "result.groups") => {
                let usual = place_of_limit(step).map(|_| DEFAULT_LIMIT.unsigned_abs());
                (is_noted, None, usual)
            }
            _ => return None,
        };
        if !has_more {
            return None;
        }
        match limit.or(usual) {
            Some(wanted) if given >= wanted => limit.is_none().then_some(Cut::NoLimit(total)),
            _ => Some(Cut::TooLong),
        }
    }
}

fn lack(number: usize, title: &str, given: u64, cut: Cut) -> Lack {
    let (problem, why) = match cut {
        Cut::NoLimit(total) => {
            let problem = match total {
                Some(total) => format!("found {total} records and hands on {given}"),
                None => format!("hands on the first {given}, and there may be more"),
            };
            let why = TryCause::FoundMore { number, title: title.to_owned(), total, given };
            (format!("{problem}: give it a limit, or narrow it"), why)
        }
        Cut::TooLong => (
            format!(
                "hands on the first {given}, as more would make its answer too long: have it tell fewer fields, or narrow it"
            ),
            TryCause::FoundTooMuch { number, title: title.to_owned(), given },
        ),
    };
    Lack { sentence: format!("step {number}, “{title}”, {problem}"), why: Some(why) }
}

/// The list of which `path` takes all, if it does, and its length: `records` of `records.*.id`.
fn list_in<'a>(answer: &Value, path: &'a str) -> Option<(&'a str, u64)> {
    let name = path.split_once(".*").map_or(path, |(name, _)| name);
    let found = name.split('.').try_fold(answer, |at, part| at.get(part))?;
    Some((name, found.as_array()?.len() as u64))
}

/// How many the step itself wants at most, if it says so.
fn limit(step: &Step, scope: &Value) -> Option<u64> {
    let written = match step.action {
        StepAction::Execute => {
            let place = place_of_limit(step)?;
            let named = step.arguments.get("kwargs").and_then(|keywords| keywords.get("limit"));
            named.or_else(|| step.arguments.get("args")?.get(place))?
        }
        _ => step.arguments.get("limit")?,
    };
    // As the tools read a number.
    match fill(written, scope).ok()? {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64().or_else(|| number.as_f64().map(|float| float as u64)),
    }
}

/// The place of the limit among the arguments of the method that a step calls, if it gives pages.
fn place_of_limit(step: &Step) -> Option<usize> {
    generic_of(step)?.place_of_limit()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is said of a step with these arguments and this answer, of which a later one takes what stands at `path`.
    fn told(action: StepAction, arguments: Value, answer: Value, path: &str) -> Option<String> {
        let step = |name: &str, action, arguments: Value| Step {
            name: name.to_owned(),
            title: name.to_owned(),
            action,
            arguments: arguments.as_object().expect("an object").clone(),
        };
        let takes = json!({ "ids": { "$": format!("steps.find.{path}") } });
        let steps = vec![step("find", action, arguments), step("act", StepAction::Write, takes)];
        let workflow = Workflow { inputs: Vec::new(), steps };
        let scope = json!({ "input": { "most": 5 }, "steps": { "find": answer } });
        check_whole(&workflow, 1, &scope).err().map(|lack| lack.sentence)
    }

    fn rows(count: i64) -> Value {
        (0..count).map(|id| json!({ "id": id })).collect()
    }

    /// The answer of a query that found `total`, of which it gives `count` from `offset` on.
    fn page(offset: i64, count: i64, total: Value) -> Value {
        json!({ "total": total, "offset": offset, "records": rows(count) })
    }

    const ALL: &str = "records.*.id";

    #[test]
    fn a_full_page_that_nobody_limited_is_not_all() {
        let told = |answer, path| told(StepAction::Query, json!({}), answer, path);
        let sentence =
            "step 1, “find”, found 120 records and hands on 50: give it a limit, or narrow it";
        assert_eq!(told(page(0, 50, json!(120)), ALL).as_deref(), Some(sentence));
        assert_eq!(told(page(50, 50, json!(120)), ALL).as_deref(), Some(sentence));
        // A search by name does not count what it finds.
        let sentence = "step 1, “find”, hands on the first 50, and there may be more: give it a limit, or narrow it";
        assert_eq!(told(page(0, 50, Value::Null), ALL).as_deref(), Some(sentence));
        assert_eq!(told(page(0, 50, json!(50)), ALL), None);
        assert_eq!(told(page(100, 20, json!(120)), ALL), None);
        assert_eq!(told(page(0, 0, json!(0)), ALL), None);
        // Whoever takes the first, or their number, takes what it says.
        assert_eq!(told(page(0, 50, json!(120)), "records.0.id"), None);
        assert_eq!(told(page(0, 50, json!(120)), "total"), None);
    }

    #[test]
    fn a_limit_of_its_own_is_all_that_is_wanted() {
        for limit in [json!(5), json!("5"), json!(5.0), json!({ "$": "input.most" })] {
            let told = |answer| told(StepAction::Query, json!({ "limit": limit }), answer, ALL);
            assert_eq!(told(page(0, 5, json!(120))), None, "{limit}");
            assert_eq!(told(page(0, 5, Value::Null)), None, "{limit}");
            let cut = told(page(0, 3, json!(120))).expect("is cut");
            assert!(cut.contains("the first 3, as more would make its answer too long"), "{cut}");
        }
        let nothing = json!({ "limit": null });
        assert!(told(StepAction::Query, nothing, page(0, 50, json!(120)), ALL).is_some());
    }

    #[test]
    fn what_was_cut_for_its_length_is_not_all() {
        let too_long = "as more would make its answer too long";
        let cut = told(StepAction::Query, json!({}), page(0, 49, json!(50)), ALL);
        assert!(cut.expect("is cut").contains(too_long));
        let read = |answer| told(StepAction::Read, json!({ "ids": [0, 1, 2] }), answer, ALL);
        let cut = read(json!({ "records": rows(2), "left_out": [2] })).expect("is cut");
        assert!(cut.contains(too_long), "{cut}");
        assert_eq!(read(json!({ "records": rows(3), "missing": [] })), None);
    }

    #[test]
    fn groups_and_what_a_method_returned_are_looked_at_too() {
        let groups = json!({ "groups": rows(80), "note": "there may be more" });
        let figures = |arguments, answer: &Value| {
            told(StepAction::Report, arguments, answer.clone(), "groups.*.id")
        };
        assert!(figures(json!({}), &groups).is_some_and(|told| told.contains("give it a limit")));
        assert_eq!(figures(json!({ "limit": 80 }), &groups), None);
        assert_eq!(figures(json!({}), &json!({ "groups": rows(80) })), None);

        let method = |arguments: Value, answer: Value, path: &str| {
            told(StepAction::Execute, arguments, answer, path)
        };
        let search = |more: Value| {
            let mut arguments = json!({ "method": "search" });
            for (name, value) in more.as_object().expect("an object") {
                arguments[name] = value.clone();
            }
            arguments
        };
        let noted = |count: i64| {
            let ids: Vec<i64> = (0..count).collect();
            json!({ "result": ids, "note": "there may be more" })
        };
        let sentence = method(search(json!({})), noted(50), "result").expect("is a page");
        assert!(sentence.contains("give it a limit"), "{sentence}");
        for limited in [json!({ "kwargs": { "limit": 50 } }), json!({ "args": [[], 0, 50] })] {
            assert_eq!(method(search(limited), noted(50), "result"), None);
        }
        let limited = search(json!({ "kwargs": { "limit": 500 } }));
        let sentence = method(limited, noted(90), "result").expect("is cut");
        assert!(sentence.contains("too long"), "{sentence}");
        let inside =
            json!({ "result": { "records": rows(50), "length": 90 }, "note": "there may be more" });
        let web = json!({ "method": "web_search_read" });
        assert!(method(web, inside, "result.records.*.id").is_some());
        let whole = json!({ "result": [1, 2] });
        assert_eq!(method(search(json!({})), whole, "result"), None);
        let other = method(json!({ "method": "action_of_ours" }), noted(9), "result.*");
        assert!(other.is_some_and(|told| told.contains("too long")));
    }

    #[test]
    fn a_step_that_has_not_answered_is_not_looked_at() {
        let none = json!({ "input": {}, "steps": {} });
        let arguments = json!({ "ids": { "$": "steps.find.records.*.id" } });
        let step = |name: &str, arguments: Value| Step {
            name: name.to_owned(),
            title: name.to_owned(),
            action: StepAction::Query,
            arguments: arguments.as_object().expect("an object").clone(),
        };
        let steps = vec![step("find", json!({})), step("act", arguments)];
        assert!(check_whole(&Workflow { inputs: Vec::new(), steps }, 1, &none).is_ok());
    }
}
