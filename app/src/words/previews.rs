//! What a tool says of a change before it happens. The tools speak English, as their clients read it first, in
//! sentences of a few shapes (`server::services::tools::sentences`), which are told here in the person's language; any
//! other stands as it is. It is done as a preview is handed out, so no page has the code for it.

use serde_json::Value;
use shared::confirmation::{Change, Preview};

use crate::texts::{self, Locale, counted, text};

/// What stands between the sentence about a method and what is said after it, and ends the former.
const UNFORESEEN: &str = "What a method does cannot be previewed.";
/// What a line is called that counts the lines which are not there.
const MORE: &str = "more";

/// A preview in words for the person who reads it.
#[must_use]
pub fn preview(preview: Preview) -> Preview {
    let Preview { summary: told, changes, more, note: noted } = preview;
    Preview {
        summary: summary(&told),
        changes: changes.into_iter().map(change).collect(),
        more,
        note: noted.as_deref().map(note),
    }
}

fn change(change: Change) -> Change {
    let Change { record, label, before, after } = change;
    let after = more_values(&label, &after).unwrap_or_else(|| value(&after));
    Change {
        record: changed_record(&record),
        label: changed_label(&label),
        before: before.map(|before| value(&before)),
        after,
    }
}

/// The sentence that says what would happen.
fn summary(told: &str) -> String {
    if texts::locale() == Locale::en {
        return told.to_owned();
    }
    records(told).or_else(|| call(told)).or_else(|| run(told)).unwrap_or_else(|| told.to_owned())
}

/// "Create a record of res.partner", "Change 2 records of res.partner".
fn records(told: &str) -> Option<String> {
    let (what, model) = told.split_once(" of ")?;
    let model = model.to_owned();
    Some(match what.split_once(' ')? {
        ("Create", "a record") => text!(previews.create.one, model = model),
        ("Change", "a record") => text!(previews.write.one, model = model),
        (verb, many) => {
            let count: u32 = many.strip_suffix(" records")?.parse().ok()?;
            match verb {
                "Create" => text!(previews.create.many, count = count, model = model),
                "Change" => text!(previews.write.many, count = count, model = model),
                _ => return None,
            }
        }
    })
}

/// "Call action_confirm to confirm a quotation, on S00012", "Answer a.wizard with process, for S00012".
fn call(told: &str) -> Option<String> {
    if let Some(rest) = told.strip_prefix("Answer ") {
        return answer(rest);
    }
    let (called, names) = told.strip_prefix("Call ")?.split_once(", on ")?;
    let (method, does) = match called.split_once(" to ") {
        Some((method, does)) => (method, Some(does)),
        None => (called, None),
    };
    let method = method.to_owned();
    let does = does.map(|does| super::purpose(does).unwrap_or_else(|| does.to_owned()));
    Some(match (does, several(names)) {
        (Some(does), Some((count, names))) => {
            text!(previews.call_to_many, method = method, does = does, count = count, names = names)
        }
        (Some(does), None) => {
            text!(previews.call_to, method = method, does = does, names = names.to_owned())
        }
        (None, Some((count, names))) => {
            text!(previews.call_many, method = method, count = count, names = names)
        }
        (None, None) => text!(previews.call, method = method, names = names.to_owned()),
    })
}

/// "a.wizard with process, for S00012", of what begins with "Answer".
fn answer(told: &str) -> Option<String> {
    let (model, rest) = told.split_once(" with ")?;
    let model = model.to_owned();
    let Some((method, names)) = rest.split_once(", for ") else {
        return Some(text!(previews.answer, model = model, method = rest.to_owned()));
    };
    let method = method.to_owned();
    Some(match several(names) {
        Some((count, names)) => {
            text!(
                previews.answer_many,
                model = model,
                method = method,
                count = count,
                names = names
            )
        }
        None => {
            text!(previews.answer_for, model = model, method = method, names = names.to_owned())
        }
    })
}

/// "2 records: S00012, S00013".
fn several(names: &str) -> Option<(u32, String)> {
    let (count, names) = names.split_once(" records: ")?;
    Some((count.parse().ok()?, names.to_owned()))
}

/// "Run “Confirm”, version 2".
fn run(told: &str) -> Option<String> {
    let (name, number) = told.strip_prefix("Run “")?.rsplit_once("”, version ")?;
    Some(text!(previews.run, name = name.to_owned(), number = number.to_owned()))
}

/// What cannot be told before.
fn note(told: &str) -> String {
    if texts::locale() == Locale::en {
        return told.to_owned();
    }
    if let Some(told) = told.strip_prefix(UNFORESEEN).and_then(unforeseen) {
        return told;
    }
    let between = |before: &str, after: &str| {
        told.strip_prefix(before)?.strip_suffix(after).map(str::to_owned)
    };
    if let Some(count) = between(
        "The records get ",
        " different sets of values; each set is saved by itself, and if one is refused those before it stay saved.",
    ) {
        return text!(previews.sets, count = count);
    }
    if let Some(count) = between(
        "The records get ",
        " different sets of values; all are saved in one transaction, and if one is refused none is saved.",
    ) {
        return text!(previews.sets_together, count = count);
    }
    if let Some(steps) = between(
        "Steps: ",
        ". What comes from a step is not known before it has run; a run stops at the first step that fails, and what was done before stays done.",
    ) {
        return text!(previews.run_steps, steps = steps);
    }
    told.to_owned()
}

/// That what a method does is not known before, and what it is given: `rest` stands behind the first of the two. Nothing
/// of another shape is left out.
fn unforeseen(rest: &str) -> Option<String> {
    let note = text!(previews.unforeseen).to_owned();
    match rest.strip_prefix(" Its arguments: ") {
        Some(arguments) => {
            Some(format!("{note} {}", text!(previews.its_arguments, arguments = given(arguments))))
        }
        None => rest.is_empty().then_some(note),
    }
}

/// The record of a value that would change: its name, or what stands for one that has none yet.
fn changed_record(told: &str) -> String {
    match told {
        "input" => text!(previews.input).to_owned(),
        "the wizard" => text!(previews.wizard).to_owned(),
        _ => match told.strip_prefix("new ").and_then(|number| number.parse::<u32>().ok()) {
            Some(number) => text!(previews.new_record, number = number),
            None => match of_step(told) {
                Some((number, rest)) => format!("{number}. {}", changed_record(rest)),
                None => from_step(told).unwrap_or_else(|| given(told)),
            },
        },
    }
}

/// "2. Azure Interior", as a run's preview names what its second step is about.
fn of_step(told: &str) -> Option<(u32, &str)> {
    let (number, rest) = told.split_once(". ")?;
    Some((number.parse().ok()?, rest))
}

/// "from step 1, “Find the orders” (records.*.id)": in the words of the builder, in any language.
fn from_step(told: &str) -> Option<String> {
    let (number, rest) = told.strip_prefix("from step ")?.split_once(", “")?;
    let (title, path) = rest.strip_suffix(')')?.rsplit_once("” (")?;
    let number: u32 = number.parse().ok()?;
    Some(text!(
        previews.from_step,
        number = number,
        title = title.to_owned(),
        what = super::given_path(path)
    ))
}

/// A list or an object in which something comes from a step, as what a method is given is written. What is no such
/// thing, or was cut, stands as it is.
fn given(told: &str) -> String {
    if !(told.starts_with(['[', '{']) && told.contains("\"from step ")) {
        return told.to_owned();
    }
    match serde_json::from_str(told) {
        Ok(value) => with_steps(value).to_string(),
        Err(_) => told.to_owned(),
    }
}

fn with_steps(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(from_step(&text).unwrap_or(text)),
        Value::Array(values) => values.into_iter().map(with_steps).collect(),
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (name, with_steps(value))).collect(),
        ),
        other => other,
    }
}

/// What of a record would change: a field's label, or what stands for a step that shows none.
fn changed_label(told: &str) -> String {
    match told {
        "cannot be looked at now" => text!(previews.unseen).to_owned(),
        MORE => text!(previews.more).to_owned(),
        other => other.to_owned(),
    }
}

/// "7 more values", of a step that has more lines than are shown.
fn more_values(label: &str, after: &str) -> Option<String> {
    let count: u32 = after.strip_suffix(" more values")?.parse().ok()?;
    (label == MORE).then(|| counted!(count, previews.more_values))
}

/// A value before or after.
fn value(told: &str) -> String {
    match told {
        "(empty)" => return text!(previews.empty).to_owned(),
        "(not readable)" => return text!(previews.unreadable).to_owned(),
        "(no change)" => return text!(previews.no_change).to_owned(),
        "(unknown)" => return text!(previews.unknown).to_owned(),
        _ => {}
    }
    binary(told)
        .or_else(|| called_now(told))
        .or_else(|| called_later(told))
        .or_else(|| from_step(told))
        .unwrap_or_else(|| given(told))
}

/// "(binary, about 300 bytes, not shown)".
fn binary(told: &str) -> Option<String> {
    let bytes = told.strip_prefix("(binary, about ")?.strip_suffix(" bytes, not shown)")?;
    let bytes: u64 = bytes.parse().ok()?;
    Some(text!(previews.binary, bytes = bytes))
}

/// What a step of a run calls, of which all is known: "Call action_confirm to confirm a quotation, on S00012. What a
/// method does cannot be previewed."
fn called_now(told: &str) -> Option<String> {
    let (summary, rest) = told.split_once(UNFORESEEN)?;
    let summary = call(summary.strip_suffix(". ")?)?;
    Some(format!("{summary}. {}", unforeseen(rest)?))
}

/// The same of a step that takes something from an earlier one: "confirm a quotation; what a method does cannot be
/// previewed".
fn called_later(told: &str) -> Option<String> {
    let (does, rest) = told.split_once("; what a method does cannot be previewed")?;
    let does = match does {
        "call it" => text!(previews.call_it).to_owned(),
        does => super::purpose(does)?,
    };
    let told = text!(previews.does_unseen, does = does);
    match rest.strip_prefix(". Its arguments: ") {
        Some(arguments) => {
            Some(format!("{told}. {}", text!(previews.its_arguments, arguments = given(arguments))))
        }
        None => rest.is_empty().then_some(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::in_locale;

    #[test]
    fn what_comes_from_a_step_is_told_in_words() {
        let told = "3. from step 1, “Find (all) the orders” (records.*.id)";
        assert_eq!(
            in_locale(Locale::en, || changed_record(told)),
            "3. all the records of step 1, “Find (all) the orders”"
        );
        assert_eq!(
            in_locale(Locale::fr, || value("from step 2, “Faire” (ids.0)")),
            "le premier enregistrement de l’étape 2, «\u{a0}Faire\u{a0}»"
        );
        assert_eq!(
            in_locale(Locale::fr, || changed_record("2. [7,\"from step 1, “Faire” (ids.0)\"]")),
            "2. [7,\"le premier enregistrement de l’étape 1, «\u{a0}Faire\u{a0}»\"]"
        );
        for text in [
            "from step 1",
            "from step x, “a” (b)",
            "St. Mary. A",
            "from step 1, “a”",
            "[\"from step ",
        ] {
            assert_eq!(in_locale(Locale::en, || value(text)), text, "stands as it is");
        }
    }

    #[test]
    fn what_the_tools_say_is_told_in_french() {
        for (english, french) in [
            ("Create a record of res.partner", "Créer un enregistrement de res.partner"),
            ("Change 12 records of sale.order", "Modifier 12 enregistrements de sale.order"),
            ("Answer a.wizard with process", "Répondre à a.wizard par process"),
            (
                "Answer a.wizard with process, for OUT/1 (assigned)",
                "Répondre à a.wizard par process, pour OUT/1 (assigned)",
            ),
            (
                "Answer a.wizard with process, for 2 records: A, B",
                "Répondre à a.wizard par process, pour 2 enregistrements\u{a0}: A, B",
            ),
            (
                "Call action_confirm to confirm a quotation, on S00012 (draft)",
                "Appeler action_confirm pour confirmer un devis, sur S00012 (draft)",
            ),
            (
                "Call action_lock to lock an order, on 2 records: A, B",
                "Appeler action_lock pour verrouiller une commande, sur 2 enregistrements\u{a0}: A, B",
            ),
            (
                "Call action_lock, on 2 records: A, B",
                "Appeler action_lock sur 2 enregistrements\u{a0}: A, B",
            ),
            ("Run “Confirm”, version 2", "Exécuter «\u{a0}Confirm\u{a0}», version 2"),
            ("Something else of another", "Something else of another"),
        ] {
            assert_eq!(in_locale(Locale::fr, || summary(english)), french);
        }
        let told = "Steps: 1. Find (query). What comes from a step is not known before it has run; a run stops at the first step that fails, and what was done before stays done.";
        assert!(
            in_locale(Locale::fr, || note(told)).starts_with("Étapes\u{a0}: 1. Find (query). Ce")
        );
        for english in ["Create 2 records of res.partner", "Run “A”, version 1"] {
            assert_eq!(in_locale(Locale::en, || summary(english)), english);
        }
    }

    #[test]
    fn what_a_step_would_call_is_told_whole() {
        let unforeseen = "L’effet d’une méthode ne peut pas être prévisualisé.";
        for (english, french) in [
            (
                "Call button_confirm to confirm a request for quotation, on P00044 (sent). What a method does cannot be previewed.",
                format!(
                    "Appeler button_confirm pour confirmer une demande de prix, sur P00044 (sent). {unforeseen}"
                ),
            ),
            (
                "Call load, on res.partner. What a method does cannot be previewed. Its arguments: {\"args\":[]}",
                format!(
                    "Appeler load sur res.partner. {unforeseen} Ses arguments\u{a0}: {{\"args\":[]}}"
                ),
            ),
            (
                "cancel an order; what a method does cannot be previewed",
                "annuler une commande\u{a0}; l’effet d’une méthode ne peut pas être prévisualisé"
                    .to_owned(),
            ),
            ("(no change)", "(aucun changement)".to_owned()),
        ] {
            assert_eq!(in_locale(Locale::fr, || value(english)), french);
            assert_eq!(in_locale(Locale::en, || value(english)), english);
        }
        // What follows is nothing that a tool says, and belongs to a name: it is not left out.
        let other = "Call x, on A. What a method does cannot be previewed. B";
        assert_eq!(in_locale(Locale::fr, || value(other)), other);
        assert_eq!(in_locale(Locale::fr, || note(&other["Call x, on A. ".len()..])), &other[14..]);
    }

    #[test]
    fn a_count_of_lines_is_one_only_where_a_line_counts() {
        let line = |label: &str| Change {
            record: "1. Do".to_owned(),
            label: label.to_owned(),
            before: None,
            after: "7 more values".to_owned(),
        };
        let told = |label: &str| in_locale(Locale::fr, || change(line(label)).after);
        assert_eq!(told("more"), "7 autres valeurs");
        assert_eq!(told("Name"), "7 more values");
    }
}
