//! What previews say, in English, as clients read it first. Pages tell the same in the language of their reader:
//! [`app::words::preview`] knows each of these shapes, and the test below holds it to that.

use shared::confirmation::{Change, Preview};

use super::records::shorten;
use crate::domain::odoo_methods;

/// The most characters of what a method is given.
const MAX_ARGUMENTS: usize = 1_000;
/// The most characters of what Odoo calls a model.
const MAX_TITLE: usize = 80;

/// Where a record has no value.
pub(super) const EMPTY: &str = "(empty)";
/// Where the person may not read what a record has.
pub(super) const UNREADABLE: &str = "(not readable)";
/// Where commands leave everything as it is.
pub(super) const NO_CHANGE: &str = "(no change)";
/// Where a command is none that Odoo knows.
pub(super) const UNKNOWN: &str = "(unknown)";
/// What stands for the record of values that a wizard gets.
pub(super) const WIZARD: &str = "the wizard";
/// What stands for the record of what whoever runs a workflow says.
pub(super) const INPUT: &str = "input";
/// The label of a line for a step that cannot be looked at.
pub(super) const UNSEEN: &str = "cannot be looked at now";
/// The label of a line for the values of a step that are not shown.
pub(super) const MORE: &str = "more";

/// What Odoo calls the model and, in brackets, its technical name; that alone where nothing else is known.
fn titled(model: &str, title: Option<String>) -> String {
    match title.filter(|title| !title.is_empty() && title != model) {
        Some(title) => format!("{} ({model})", title.chars().take(MAX_TITLE).collect::<String>()),
        None => model.to_owned(),
    }
}

/// `title`: what Odoo calls the model, if that is known.
pub(super) fn create(records: usize, model: &str, title: Option<String>) -> String {
    let model = titled(model, title);
    match records {
        1 => format!("Create a record of {model}"),
        count => format!("Create {count} records of {model}"),
    }
}

/// As of [`create`].
pub(super) fn change(records: usize, model: &str, title: Option<String>) -> String {
    let model = titled(model, title);
    match records {
        1 => format!("Change a record of {model}"),
        count => format!("Change {count} records of {model}"),
    }
}

/// `records` as [`super::met::Met::told`] tells them; a method of the model has none.
pub(super) fn call(model: &str, method: &str, records: Option<&str>) -> String {
    let on = records.unwrap_or(model);
    let does = match odoo_methods::find(model, method) {
        Some(business) => format!(" to {}", business.does),
        None => String::new(),
    };
    format!("Call {method}{does}, on {on}")
}

/// `records`: for whose sake the wizard asks.
pub(super) fn answer(model: &str, method: &str, records: Option<&str>) -> String {
    let on = records.map_or_else(String::new, |on| format!(", for {on}"));
    format!("Answer {model} with {method}{on}")
}

pub(super) fn run(workflow: &str, version: i32) -> String {
    format!("Run “{workflow}”, version {version}")
}

/// The note of a method: `arguments` as they are written, where it has any.
pub(super) fn unforeseen(arguments: Option<String>) -> String {
    let mut note = "What a method does cannot be previewed.".to_owned();
    if let Some(arguments) = arguments {
        note.push_str(" Its arguments: ");
        note.push_str(&shorten(arguments, MAX_ARGUMENTS));
    }
    note
}

/// The note of a change that gives records different sets of values, each saved by itself.
pub(super) fn sets(count: usize) -> String {
    format!(
        "The records get {count} different sets of values; each set is saved by itself, and if one is refused those \
         before it stay saved."
    )
}

/// The same where Odoo saves them together.
pub(super) fn sets_together(count: usize) -> String {
    format!(
        "The records get {count} different sets of values; all are saved in one transaction, and if one is refused none \
         is saved."
    )
}

/// The note of a run: each step as "1. Find (query)".
pub(super) fn steps(steps: &[String]) -> String {
    format!(
        "Steps: {}. What comes from a step is not known before it has run; a run stops at the first step that fails, \
         and what was done before stays done.",
        steps.join("; ")
    )
}

/// What stands for the name of a new record that has none, by its place from 0.
pub(super) fn new_record(at: usize) -> String {
    format!("new {}", at + 1)
}

/// A binary value, by the length of its text.
pub(super) fn binary(length: usize) -> String {
    format!("(binary, about {} bytes, not shown)", length / 4 * 3)
}

/// The record of a line, as one of the step of this number.
pub(super) fn of_step(number: usize, record: &str) -> String {
    format!("{number}. {record}")
}

/// What a value comes from: `path` as a definition has it.
pub(super) fn from_step(number: usize, title: &str, path: &str) -> String {
    format!("from step {number}, “{title}” ({path})")
}

/// What a step calls of which all is known: what its tool says of it.
pub(super) fn called(summary: String, note: Option<String>) -> String {
    [Some(summary), note].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

/// What a step calls that takes something from an earlier one.
pub(super) fn called_later(model: &str, method: &str, arguments: Option<&str>) -> String {
    let does = odoo_methods::find(model, method).map_or("call it", |business| business.does);
    let mut told = format!("{does}; what a method does cannot be previewed");
    if let Some(arguments) = arguments {
        told.push_str(". Its arguments: ");
        told.push_str(arguments);
    }
    told
}

/// The line for values of the step `title` that are not shown.
pub(super) fn more(title: &str, count: u32) -> Change {
    Change {
        record: title.to_owned(),
        label: MORE.to_owned(),
        before: None,
        after: format!("{count} more values"),
    }
}

/// A preview with at most as many lines as one holds.
pub(super) fn cut(summary: String, mut changes: Vec<Change>, note: Option<String>) -> Preview {
    let more = changes.len().saturating_sub(Preview::MAX_CHANGES);
    changes.truncate(Preview::MAX_CHANGES);
    Preview { summary, changes, more: u32::try_from(more).unwrap_or(u32::MAX), note }
}

#[cfg(test)]
mod tests {
    use app::{
        texts::{Locale, in_locale},
        words,
    };

    use super::*;
    use crate::domain::odoo_methods::CATALOGUE;

    fn told(locale: Locale, preview: &Preview) -> Preview {
        in_locale(locale, || words::preview(preview.clone()))
    }

    /// What becomes of a line in French.
    fn line(record: &str, label: &str, after: &str) -> Change {
        let change = Change {
            record: record.to_owned(),
            label: label.to_owned(),
            before: Some(after.to_owned()),
            after: after.to_owned(),
        };
        let french = told(Locale::fr, &cut(String::new(), vec![change], None));
        french.changes.into_iter().next().expect("a line")
    }

    #[test]
    fn every_sentence_of_a_preview_is_told_in_french_and_none_is_another_in_english() {
        let some = || Some(r#"{"args":[],"kwargs":{"to":"on"}}"#.to_owned());
        let mut summaries = vec![
            create(1, "res.partner", None),
            create(3, "res.partner", Some("Contact".to_owned())),
            change(1, "mrp.bom", Some("Bill of Material".to_owned())),
            change(40, "res.partner", None),
            answer("a.wizard", "process", None),
            answer("a.wizard", "process", Some("OUT/1 (assigned)")),
            answer("a.wizard", "process", Some("2 records: A, B")),
            run("Confirm, on time", 7),
        ];
        for records in [None, Some("P00044 (sent)"), Some("2 records: A, B")] {
            summaries.push(call("res.partner", "action_of_ours", records));
            let of_catalogue = |one: &odoo_methods::Business| call(one.model, one.method, records);
            summaries.extend(CATALOGUE.iter().map(of_catalogue));
        }
        let notes = [
            unforeseen(None),
            unforeseen(some()),
            unforeseen(Some("x".repeat(2 * MAX_ARGUMENTS))),
            sets(3),
            sets_together(3),
            steps(&["1. Find (query)".to_owned(), "2. Confirm (execute)".to_owned()]),
        ];
        for (at, summary) in summaries.iter().enumerate() {
            let note = &notes[at % notes.len()];
            let english = cut(summary.clone(), Vec::new(), Some(note.clone()));
            assert_eq!(told(Locale::en, &english), english);
            let french = told(Locale::fr, &english);
            let verb = french.summary.split(' ').next().unwrap_or_default();
            assert!(
                ["Créer", "Modifier", "Appeler", "Répondre", "Exécuter"].contains(&verb),
                "{summary}: {}",
                french.summary
            );
            assert_ne!(french.note.as_ref(), Some(note));
        }
    }

    #[test]
    fn a_model_is_told_as_odoo_calls_it_and_by_its_technical_name() {
        let bom = || Some("Bill of Material".to_owned());
        assert_eq!(change(1, "mrp.bom", bom()), "Change a record of Bill of Material (mrp.bom)");
        let french = told(Locale::fr, &cut(create(2, "mrp.bom", bom()), Vec::new(), None));
        assert_eq!(french.summary, "Créer 2 enregistrements de Bill of Material (mrp.bom)");
        for unknown in [None, Some(String::new()), Some("mrp.bom".to_owned())] {
            assert_eq!(create(1, "mrp.bom", unknown), "Create a record of mrp.bom");
        }
    }

    #[test]
    fn what_the_catalogue_says_of_a_method_is_told_in_french() {
        for business in &CATALOGUE {
            let english = called_later(business.model, business.method, None);
            let french = line("A", "B", &english).after;
            assert_ne!(french, english);
            let does = french.split('\u{a0}').next().unwrap_or_default().to_owned();
            let summary = call(business.model, business.method, Some("A"));
            let french = told(Locale::fr, &cut(summary, Vec::new(), None)).summary;
            assert_eq!(french, format!("Appeler {} pour {does}, sur A", business.method));
        }
    }

    #[test]
    fn every_line_of_a_preview_is_told_in_french() {
        let summary = call("sale.order", "action_lock", Some("S00012 (sale)"));
        for after in [
            EMPTY.to_owned(),
            UNREADABLE.to_owned(),
            NO_CHANGE.to_owned(),
            UNKNOWN.to_owned(),
            binary(400),
            from_step(1, "Find", "records.*.id"),
            called(summary.clone(), Some(unforeseen(None))),
            called(summary, Some(unforeseen(Some("{}".to_owned())))),
            called(answer("a.wizard", "process", Some("A")), Some(unforeseen(None))),
            called_later("res.partner", "action_of_ours", None),
            called_later("sale.order", "action_lock", Some("{}")),
        ] {
            let french = line("A", "B", &after);
            assert_ne!(french.after, after);
            assert_eq!(french.before, Some(french.after));
        }
        for record in [
            WIZARD.to_owned(),
            INPUT.to_owned(),
            new_record(0),
            from_step(1, "Find", "ids"),
            of_step(2, &new_record(1)),
            of_step(2, &from_step(1, "Find", "ids")),
        ] {
            assert_ne!(line(&record, "B", "C").record, record);
        }
        for label in [UNSEEN, MORE] {
            assert_ne!(line("A", label, "C").label, label);
        }
        let more = told(Locale::fr, &cut(String::new(), vec![more("A", 7)], None));
        assert_eq!(more.changes[0].after, "7 autres valeurs");
        // What people have written stands as it is.
        let theirs = line("Azure. 2", "Name", "Call me, on Monday");
        assert_eq!((theirs.record.as_str(), theirs.label.as_str()), ("Azure. 2", "Name"));
    }
}
