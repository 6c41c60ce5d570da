//! What a tool says of a change before it happens. The tools speak English, as their clients read it first, in
//! sentences of a few shapes, which are told here in the person's language; any other stands as it is.

use crate::texts::{self, Locale, text};

/// The sentence that says what would happen.
#[must_use]
pub fn summary(told: &str) -> String {
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
        let (model, rest) = rest.split_once(" with ")?;
        let model = model.to_owned();
        let Some((method, names)) = rest.split_once(", for ") else {
            return Some(text!(previews.answer, model = model, method = rest.to_owned()));
        };
        let method = method.to_owned();
        return Some(match several(names) {
            Some((count, names)) => text!(
                previews.answer_many,
                model = model,
                method = method,
                count = count,
                names = names
            ),
            None => {
                text!(previews.answer_for, model = model, method = method, names = names.to_owned())
            }
        });
    }
    let (method, names) = told.strip_prefix("Call ")?.split_once(", on ")?;
    let method = method.split(' ').next().unwrap_or(method).to_owned();
    Some(match several(names) {
        Some((count, names)) => {
            text!(previews.call_many, method = method, count = count, names = names)
        }
        None => text!(previews.call, method = method, names = names.to_owned()),
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
#[must_use]
pub fn note(told: &str) -> String {
    if texts::locale() == Locale::en {
        return told.to_owned();
    }
    if let Some(rest) = told.strip_prefix("What a method does cannot be previewed.") {
        let mut note = text!(previews.unforeseen).to_owned();
        if let Some(arguments) = rest.strip_prefix(" Its arguments: ") {
            note.push(' ');
            note.push_str(&text!(previews.its_arguments, arguments = arguments.to_owned()));
        }
        return note;
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

/// The record of a value that would change: its name, or what stands for one that has none yet.
#[must_use]
pub fn changed_record(told: &str) -> String {
    match told {
        "input" => text!(previews.input).to_owned(),
        "the wizard" => text!(previews.wizard).to_owned(),
        _ => match told.strip_prefix("new ").and_then(|number| number.parse::<u32>().ok()) {
            Some(number) => text!(previews.new_record, number = number),
            None => match of_step(told) {
                Some((number, rest)) => format!("{number}. {}", changed_record(rest)),
                None => from_step(told).unwrap_or_else(|| told.to_owned()),
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

/// What of a record would change: a field's label, or what stands for a step that shows none.
#[must_use]
pub fn changed_label(told: &str) -> String {
    match told {
        "cannot be looked at now" => text!(previews.unseen).to_owned(),
        "more" => text!(previews.more).to_owned(),
        other => other.to_owned(),
    }
}

/// A value before or after.
#[must_use]
pub fn value(told: &str) -> String {
    match told {
        "(empty)" => return text!(previews.empty).to_owned(),
        "(not readable)" => return text!(previews.unreadable).to_owned(),
        _ => {}
    }
    if let Some(does) = told.strip_suffix("; what a method does cannot be previewed") {
        return text!(previews.does_unseen, does = does.to_owned());
    }
    from_step(told).unwrap_or_else(|| told.to_owned())
}

#[cfg(all(test, feature = "ssr"))]
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
        for text in ["from step 1", "from step x, “a” (b)", "St. Mary. A", "from step 1, “a”"]
        {
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
                "Appeler action_confirm sur S00012 (draft)",
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
}
