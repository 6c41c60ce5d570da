//! Names of inputs and steps: made from what a person writes, and looked up for references.

use serde_json::{Value, json};

use super::{InputForm, Of, Row, Source};

/// A name for what a person calls it: small letters, digits and underscores. `None` where no letter is left.
#[must_use]
pub fn slug(text: &str) -> Option<String> {
    let mut name = String::new();
    for letter in text.chars().flat_map(char::to_lowercase).map(plain) {
        match letter {
            'a'..='z' => name.push(letter),
            // A name begins with a letter.
            '0'..='9' if !name.is_empty() => name.push(letter),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    name.truncate(30);
    let name = name.trim_end_matches('_');
    (!name.is_empty()).then(|| name.to_owned())
}

/// The letter without what stands above or below it, as far as western languages have them.
const fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'æ' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'œ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ß' => 's',
        other => other,
    }
}

/// `stem`, or with the first number that makes it one that is not taken.
#[must_use]
pub fn unique(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(stem) {
        return stem.to_owned();
    }
    let mut number = 2;
    loop {
        let name = format!("{stem}_{number}");
        if !is_taken(&name) {
            return name;
        }
        number += 1;
    }
}

/// Which name is which row.
#[derive(Debug, Default)]
pub(super) struct Names {
    inputs: Vec<(String, Row)>,
    steps: Vec<(String, Row)>,
}

impl Names {
    pub(super) fn of_inputs(inputs: &[InputForm]) -> Self {
        let inputs = inputs.iter().map(|input| (input.name.clone(), input.row)).collect();
        Self { inputs, steps: Vec::new() }
    }

    pub(super) fn add_step(&mut self, name: &str, row: Row) {
        self.steps.push((name.to_owned(), row));
    }

    /// What a reference leads to.
    pub(super) fn source(&self, reference: &str, is_wrapped: bool) -> Source {
        let row = |rows: &[(String, Row)], name: &str| {
            rows.iter().find(|(known, _)| known == name).map(|(_, row)| *row)
        };
        let mut parts = reference.splitn(3, '.');
        let (kind, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let path = parts.next().unwrap_or_default().to_owned();
        let of = match kind {
            "input" => row(&self.inputs, name).map(Of::Input),
            "steps" => row(&self.steps, name).map(Of::Step),
            _ => None,
        };
        match of {
            Some(of) => Source { of, path, is_wrapped },
            None => Source { of: Of::Gone(reference.to_owned()), path: String::new(), is_wrapped },
        }
    }

    /// The reference that leads there.
    pub(super) fn reference(&self, source: &Source) -> Value {
        let name = |rows: &[(String, Row)], of: Row| {
            rows.iter().find(|(_, row)| *row == of).map(|(name, _)| name.clone())
        };
        let stem = match &source.of {
            Of::Input(row) => format!("input.{}", name(&self.inputs, *row).unwrap_or_default()),
            Of::Step(row) => format!("steps.{}", name(&self.steps, *row).unwrap_or_default()),
            Of::Gone(reference) => reference.clone(),
        };
        let whole = if source.path.is_empty() { stem } else { format!("{stem}.{}", source.path) };
        let reference = json!({ "$": whole });
        if source.is_wrapped { json!([reference]) } else { reference }
    }
}
