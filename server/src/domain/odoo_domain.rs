//! Odoo search domains, checked before they are sent: structure, operators, arity and prefix logic.
//!
//! A domain is a list of leaves `[field, operator, value]` and of the prefix operators `&`, `|` (two
//! operands each) and `!` (one). Complete expressions that stand side by side are joined by an implied
//! `&`. The rules are those of `odoo.osv.expression` and, from 19, `odoo.fields.Domain`.

use serde_json::Value;

/// The most terms that are looked at. Longer domains are mostly lists of ids, for which there is `in`.
const MAX_TERMS: usize = 500;
/// How deep `any` may nest.
const MAX_DEPTH: usize = 5;
/// The most values after `in`: what PostgreSQL plans without trouble.
const MAX_VALUES: usize = 5_000;
/// The longest text in a value.
const MAX_TEXT: usize = 10_000;

/// Operators that compare with one value.
pub(super) const COMPARISONS: [&str; 7] = ["=", "!=", "<", "<=", ">", ">=", "=?"];
/// Operators that match a text.
const PATTERNS: [&str; 8] =
    ["like", "not like", "ilike", "not ilike", "=like", "not =like", "=ilike", "not =ilike"];
/// Operators that take a list.
pub(super) const MEMBERSHIPS: [&str; 2] = ["in", "not in"];
/// Operators that take a record, or several.
const HIERARCHIES: [&str; 2] = ["child_of", "parent_of"];
/// Operators that take a domain on the related model.
pub(super) const NESTINGS: [&str; 2] = ["any", "not any"];

/// A domain that can be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    terms: Vec<Value>,
    fields: Vec<Named>,
}

/// A field that a domain names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its path as seen from the domain's model.
    pub path: String,
    /// Where it stands, and how it is written there: `term 2, "partner_id.name"`.
    pub place: String,
}

/// A leaf of a domain, as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf<'a> {
    /// The path of its field as seen from the domain's model.
    pub path: &'a str,
    /// Where it stands: as of [`Named`].
    pub place: String,
    /// Its operator.
    pub operator: &'a str,
    /// What it compares with.
    pub value: &'a Value,
}

/// A text that a leaf of a domain compares with, by itself or in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared<'a> {
    /// The path of the leaf's field as seen from the domain's model.
    pub path: &'a str,
    /// Its operator.
    pub operator: &'a str,
    /// The text.
    pub text: &'a str,
}

/// What is wrong with a domain, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct DomainError {
    /// The faulty term, counted from 1: `term 2`, or `term 2, inside its any: term 1`.
    place: String,
    /// What is wrong with it.
    problem: String,
}

impl Domain {
    /// The empty domain: every record.
    #[must_use]
    pub const fn everything() -> Self {
        Self { terms: Vec::new(), fields: Vec::new() }
    }

    /// Takes a list of terms, or its JSON text.
    ///
    /// # Errors
    /// [`DomainError`], pointing at the first faulty term.
    pub fn parse(value: &Value) -> Result<Self, DomainError> {
        let parsed;
        let list = match value {
            Value::String(text) => {
                parsed = serde_json::from_str::<Value>(text).map_err(|_| {
                    error("the domain", "the text is not JSON: write [[\"field\", \"=\", \"value\"]], with double quotes, true, false and null")
                })?;
                &parsed
            }
            other => other,
        };
        let Value::Array(terms) = list else {
            return Err(error(
                "the domain",
                "must be a list such as [[\"state\", \"=\", \"sale\"]]",
            ));
        };
        let mut fields = Vec::new();
        check(terms, "", Inside { depth: 0, prefix: "" }, &mut fields)?;
        Ok(Self { terms: terms.clone(), fields })
    }

    /// Every field path that it names, as seen from its model: those inside `any` begin with the field
    /// that `any` follows.
    #[must_use]
    pub fn fields(&self) -> &[Named] {
        &self.fields
    }

    /// Replaces texts that are compared with: `change` says what stands there instead, if anything else.
    pub fn rewrite(&mut self, change: impl Fn(&Compared<'_>) -> Option<Value>) {
        rewrite(&mut self.terms, "", &change);
    }

    /// Looks at every leaf that names a field, also inside `any`, until one is wrong.
    ///
    /// # Errors
    /// What `see` finds.
    pub fn each_leaf<E>(&self, mut see: impl FnMut(&Leaf<'_>) -> Result<(), E>) -> Result<(), E> {
        each_leaf(&self.terms, "", "", &mut see)
    }

    /// Narrows it to records that also meet `expression`, in prefix form: what stands side by side is joined.
    pub fn restrict(&mut self, expression: Vec<Value>) {
        self.terms.extend(expression);
    }

    /// As Odoo takes it.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Array(self.terms)
    }
}

/// Where a domain stands.
#[derive(Clone, Copy)]
struct Inside<'a> {
    /// How many `any` are around it.
    depth: usize,
    /// The path to its model, with the dot behind it.
    prefix: &'a str,
}

fn each_leaf<E>(
    terms: &[Value],
    context: &str,
    prefix: &str,
    see: &mut impl FnMut(&Leaf<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for (at, term) in terms.iter().enumerate() {
        let Value::Array(leaf) = term else { continue };
        let [Value::String(field), Value::String(operator), value] = leaf.as_slice() else {
            continue;
        };
        let path = format!("{prefix}{field}");
        let place = format!("{context}term {}", at + 1);
        see(&Leaf { path: &path, place: format!("{place}, \"{field}\""), operator, value })?;
        if let (Value::Array(inner), true) = (value, NESTINGS.contains(&operator.as_str())) {
            let context = format!("{place}, inside its {operator}: ");
            each_leaf(inner, &context, &format!("{path}."), see)?;
        }
    }
    Ok(())
}

fn rewrite(terms: &mut [Value], prefix: &str, change: &impl Fn(&Compared<'_>) -> Option<Value>) {
    for term in terms {
        let Value::Array(leaf) = term else { continue };
        let [Value::String(field), Value::String(operator), value] = leaf.as_mut_slice() else {
            continue;
        };
        let (path, operator) = (format!("{prefix}{field}"), operator.as_str());
        let changed = |text: &str| change(&Compared { path: &path, operator, text });
        match value {
            Value::Array(inner) if NESTINGS.contains(&operator) => {
                rewrite(inner, &format!("{path}."), change);
            }
            Value::String(text) => {
                if let Some(other) = changed(text) {
                    *value = other;
                }
            }
            Value::Array(values) => {
                for value in values {
                    if let Some(other) = value.as_str().and_then(changed) {
                        *value = other;
                    }
                }
            }
            _ => {}
        }
    }
}

fn check(
    terms: &[Value],
    context: &str,
    inside: Inside<'_>,
    fields: &mut Vec<Named>,
) -> Result<(), DomainError> {
    if terms.len() > MAX_TERMS {
        let problem = format!(
            "has {} terms, at most {MAX_TERMS} are taken; for a list of ids write [\"id\", \"in\", [...]]",
            terms.len()
        );
        return Err(error(&format!("{context}the domain"), problem));
    }
    // Operands that the prefix operators seen so far still wait for.
    let mut wanted: Vec<(usize, usize)> = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let place = format!("{context}term {}", at + 1);
        match term {
            Value::String(operator) => match operator.as_str() {
                "&" | "|" => wanted.push((at, 2)),
                "!" => wanted.push((at, 1)),
                other => {
                    let problem = format!(
                        "{:?} is no logical operator: use \"&\", \"|\" or \"!\" before the terms that it joins, or a leaf such as [\"name\", \"ilike\", \"x\"]",
                        shorten(other)
                    );
                    return Err(error(&place, problem));
                }
            },
            Value::Array(leaf) => {
                check_leaf(leaf, &place, inside, fields)?;
                // A leaf completes the operators whose last operand it is, and those whose last
                // operand they are.
                while let Some((_, missing)) = wanted.last_mut() {
                    *missing -= 1;
                    if *missing > 0 {
                        break;
                    }
                    wanted.pop();
                }
            }
            _ => {
                return Err(error(
                    &place,
                    "must be \"&\", \"|\", \"!\" or a leaf such as [\"name\", \"ilike\", \"x\"]",
                ));
            }
        }
    }
    match wanted.last() {
        None => Ok(()),
        Some((at, missing)) => {
            let place = format!("{context}term {}", at + 1);
            Err(error(
                &place,
                format!("this operator stands before its operands and lacks {missing}"),
            ))
        }
    }
}

fn check_leaf(
    leaf: &[Value],
    place: &str,
    inside: Inside<'_>,
    fields: &mut Vec<Named>,
) -> Result<(), DomainError> {
    let Inside { depth, prefix } = inside;
    let [field, operator, value] = leaf else {
        return Err(error(
            place,
            format!(
                "a leaf has three parts, [field, operator, value], and this one has {}",
                leaf.len()
            ),
        ));
    };
    let Value::String(operator) = operator else {
        return Err(error(place, "the operator must be a text such as \"=\""));
    };
    let path = match field {
        // The two constant leaves that Odoo's own code makes.
        Value::Number(number) if operator == "=" && value == &Value::from(1) => {
            return if matches!(number.as_i64(), Some(0 | 1)) {
                Ok(())
            } else {
                Err(error(place, "the field must be a name"))
            };
        }
        Value::String(path) if is_field_path(path) => {
            fields.push(Named {
                path: format!("{prefix}{path}"),
                place: format!("{place}, \"{path}\""),
            });
            format!("{prefix}{path}")
        }
        _ => {
            return Err(error(
                place,
                "the field must be a name such as \"state\", or a path such as \"partner_id.country_id\"",
            ));
        }
    };
    let operator = operator.as_str();
    if COMPARISONS.contains(&operator) {
        // `=` and `!=` with a list are read as `in` by Odoo, with a warning; people write it.
        let takes_list = matches!(operator, "=" | "!=");
        check_value(value, place, operator, takes_list)
    } else if PATTERNS.contains(&operator) {
        match value {
            Value::String(text) => check_text(text, place),
            Value::Bool(_) => Ok(()),
            _ => Err(error(place, format!("{operator:?} needs a text"))),
        }
    } else if MEMBERSHIPS.contains(&operator) {
        match value {
            Value::Array(values) => check_values(values, place),
            Value::Bool(_) => Ok(()),
            _ => Err(error(place, format!("{operator:?} needs a list of values"))),
        }
    } else if HIERARCHIES.contains(&operator) {
        check_value(value, place, operator, true)
    } else if NESTINGS.contains(&operator) {
        let Value::Array(terms) = value else {
            return Err(error(place, format!("{operator:?} needs a domain on the related model")));
        };
        if depth >= MAX_DEPTH {
            return Err(error(place, format!("\"any\" is nested more than {MAX_DEPTH} deep")));
        }
        let inside = Inside { depth: depth + 1, prefix: &format!("{path}.") };
        check(terms, &format!("{place}, inside its {operator}: "), inside, fields)
    } else {
        let all = [&COMPARISONS[..], &PATTERNS, &MEMBERSHIPS, &HIERARCHIES, &NESTINGS].concat();
        Err(error(
            place,
            format!("{:?} is no operator; there are {}", shorten(operator), all.join(", ")),
        ))
    }
}

fn check_value(
    value: &Value,
    place: &str,
    operator: &str,
    takes_list: bool,
) -> Result<(), DomainError> {
    match value {
        Value::String(text) => check_text(text, place),
        Value::Number(_) | Value::Bool(_) | Value::Null => Ok(()),
        Value::Array(values) if takes_list => check_values(values, place),
        Value::Array(_) => Err(error(
            place,
            format!("{operator:?} compares with one value; for several use \"in\""),
        )),
        Value::Object(_) => Err(error(place, "a value cannot be an object")),
    }
}

fn check_values(values: &[Value], place: &str) -> Result<(), DomainError> {
    if values.len() > MAX_VALUES {
        return Err(error(
            place,
            format!("the list has {} values, at most {MAX_VALUES} are taken", values.len()),
        ));
    }
    values.iter().try_for_each(|value| match value {
        Value::String(text) => check_text(text, place),
        Value::Number(_) | Value::Bool(_) | Value::Null => Ok(()),
        Value::Array(_) | Value::Object(_) => {
            Err(error(place, "the list may hold texts, numbers, true, false and null only"))
        }
    })
}

fn check_text(text: &str, place: &str) -> Result<(), DomainError> {
    if text.len() > MAX_TEXT {
        return Err(error(place, format!("the text is longer than {MAX_TEXT} bytes")));
    }
    // PostgreSQL has no such character in a text, and Odoo would answer with an internal error.
    if text.contains('\0') {
        return Err(error(place, "the text holds a NUL character"));
    }
    Ok(())
}

/// Whether `path` is a field's name, or names joined by dots: `partner_id.country_id`.
#[must_use]
pub fn is_field_path(path: &str) -> bool {
    path.len() <= 256 && path.split('.').all(is_identifier)
}

/// Whether `name` is an identifier as Python and PostgreSQL have them, in ASCII.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && name.len() <= 63
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn error(place: &str, problem: impl Into<String>) -> DomainError {
    DomainError { place: place.to_owned(), problem: problem.into() }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn problem(value: Value) -> String {
        Domain::parse(&value).expect_err("is refused").to_string()
    }

    #[test]
    fn usual_domains_are_taken_as_lists_and_as_text() {
        for value in [
            json!([]),
            json!([["state", "=", "purchase"]]),
            json!("[[\"state\", \"in\", [\"sale\", \"done\"]]]"),
            json!(["|", ["a", "=", 1], "!", ["b", ">", 2.5], ["c", "=", false]]),
            json!([
                "&",
                "|",
                ["a", "=", 1],
                ["b", "=", 1],
                ["partner_id.country_id.code", "ilike", "be"]
            ]),
            json!([["order_line", "any", [["product_id", "=", 3]]]]),
            json!([[1, "=", 1]]),
            json!([["parent_id", "child_of", [1, 2]]]),
        ] {
            assert!(Domain::parse(&value).is_ok(), "{value}");
        }
    }

    #[test]
    fn an_error_points_at_the_faulty_term() {
        assert!(
            problem(json!([["a", "=", 1], ["b", "==", " 2"]]))
                .starts_with("term 2: \"==\" is no operator")
        );
        assert!(
            problem(json!(["|", ["a", "=", 1]])).starts_with("term 1: this operator stands before")
        );
        assert!(problem(json!([["a", "="]])).contains("three parts"));
        assert!(problem(json!([["a b", "=", 1]])).contains("must be a name"));
        assert!(problem(json!([["a", "in", 3]])).contains("needs a list"));
        assert!(problem(json!([["a", "ilike", 3]])).contains("needs a text"));
        assert!(
            problem(json!([["a", "any", [["b", "?", 1]]]]))
                .starts_with("term 1, inside its any: term 1")
        );
        assert!(problem(json!(["and", ["a", "=", 1]])).contains("no logical operator"));
        assert!(problem(json!("[('a', '=', 1)]")).contains("not JSON"));
        assert!(problem(json!({"a": 1})).contains("must be a list"));
        assert!(problem(json!([["a", "=", "x\0y"]])).contains("NUL"));
        assert!(problem(json!([["a", "<", [1]]])).contains("one value"));
    }

    #[test]
    fn every_named_field_is_reported() {
        let domain = json!(["!", ["a", "=", 1], ["b.c", "any", [["d", "=", 1]]]]);
        let domain = Domain::parse(&domain).expect("is taken");
        let named: Vec<(&str, &str)> =
            domain.fields().iter().map(|named| (&*named.path, &*named.place)).collect();
        assert_eq!(
            named,
            [
                ("a", "term 2, \"a\""),
                ("b.c", "term 3, \"b.c\""),
                ("b.c.d", "term 3, inside its any: term 1, \"d\""),
            ]
        );
    }

    #[test]
    fn leaves_are_seen_where_their_fields_are_named() {
        let domain = json!(["!", ["a", "=", 1], [1, "=", 1], ["b.c", "any", [["d", "in", [2]]]]]);
        let domain = Domain::parse(&domain).expect("is taken");
        let mut seen = Vec::new();
        let looked: Result<(), ()> = domain.each_leaf(|leaf| {
            seen.push(Named { path: leaf.path.to_owned(), place: leaf.place.clone() });
            Ok(())
        });
        assert!(looked.is_ok());
        assert_eq!(seen, domain.fields());
    }

    #[test]
    fn texts_are_rewritten_where_they_are_compared_with() {
        let domain = json!([
            ["a", "<=", "x"],
            ["b", "any", [["c", "in", ["x", "y", 1]], ["d", "not any", [["e", ">", "x"]]]]],
            ["f", "=", 2],
        ]);
        let mut domain = Domain::parse(&domain).expect("is taken");
        domain.rewrite(|Compared { path, operator, text }| {
            (*text == "x").then(|| json!(format!("{path} {operator}")))
        });
        assert_eq!(
            domain.into_value(),
            json!([
                ["a", "<=", "a <="],
                [
                    "b",
                    "any",
                    [["c", "in", ["b.c in", "y", 1]], ["d", "not any", [["e", ">", "b.d.e >"]]]]
                ],
                ["f", "=", 2],
            ])
        );
    }

    /// Random well-formed expressions in prefix form.
    fn expression() -> impl Strategy<Value = Vec<Value>> {
        let leaf = ("[a-z_]{1,8}", prop::sample::select(COMPARISONS.to_vec()), any::<i32>())
            .prop_map(|(field, operator, value)| vec![json!([field, operator, value])]);
        leaf.prop_recursive(5, 40, 2, |inner| {
            prop_oneof![
                (prop::sample::select(vec!["&", "|"]), inner.clone(), inner.clone())
                    .prop_map(|(operator, a, b)| [vec![json!(operator)], a, b].concat()),
                inner.prop_map(|a| [vec![json!("!")], a].concat()),
            ]
        })
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            prop::sample::select(vec!["&", "|", "!", "=", "in", "any", "a", "a.b", ""])
                .prop_map(Value::from),
            "\\PC{0,6}".prop_map(Value::from),
        ];
        scalar.prop_recursive(6, 60, 5, |inner| {
            prop::collection::vec(inner, 0..5).prop_map(Value::from)
        })
    }

    proptest! {
        #[test]
        fn well_formed_expressions_are_taken(first in expression(), second in expression()) {
            prop_assert!(Domain::parse(&Value::from([first, second].concat())).is_ok());
        }

        #[test]
        fn an_expression_without_its_last_leaf_is_refused(terms in expression()) {
            prop_assume!(terms.len() > 1);
            let shorter = terms[..terms.len() - 1].to_vec();
            prop_assert!(Domain::parse(&Value::from(shorter)).is_err());
        }

        #[test]
        fn nothing_makes_the_parser_panic(value in any_json(), text in "\\PC{0,60}") {
            let _ = Domain::parse(&value);
            let _ = Domain::parse(&Value::from(text));
            let _ = Domain::parse(&Value::from(value.to_string()));
        }
    }
}
