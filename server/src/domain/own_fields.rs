//! What Odoo orders and groups records by: fields of their own model. It says of a path that the model has no field of that
//! name, and not of which argument.

/// What a field is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Records are put in order by it.
    Order,
    /// They are grouped by it.
    Group,
}

/// Checks a path of more than one step that Odoo of this major version would order or group by: `rest` goes on behind the
/// field `first` of this `kind` (`fields_get`'s type), which leads to the model `relation`, if to any.
///
/// # Errors
/// What to write instead, as the end of a sentence about the path.
pub fn check(
    usage: Use,
    (first, rest): (&str, &str),
    kind: &str,
    relation: Option<&str>,
    major: u32,
) -> Result<(), String> {
    let is_taken = match (usage, kind) {
        // What is inside properties is a field of the record itself.
        (_, "properties") => true,
        (Use::Order, "many2one") => rest == "id",
        (Use::Group, "many2one") => major >= 18,
        _ => false,
    };
    if is_taken {
        return Ok(());
    }
    Err(match (usage, kind, relation) {
        (Use::Order, "many2one", _) => format!(
            "Odoo orders by the model's own fields: write {first}, which puts its records in the order of their own model"
        ),
        (Use::Order, ..) => "Odoo orders by the model's own fields".to_owned(),
        (Use::Group, _, Some(relation)) => format!(
            "Odoo groups by the model's own fields: group by {first}, or group records of {relation} by {rest}"
        ),
        (Use::Group, ..) => format!("Odoo groups by the model's own fields: group by {first}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_ordered_and_grouped_by_fields_of_their_own() {
        let outcome = |usage, path: &str, kind: &str, major| {
            let relation = kind.contains('2').then_some("x.y");
            check(usage, path.split_once('.').expect("a path"), kind, relation, major)
        };
        for (usage, path, kind, major) in [
            (Use::Order, "x_properties.a", "properties", 17),
            (Use::Group, "x_properties.a", "properties", 17),
            (Use::Order, "partner_id.id", "many2one", 19),
            (Use::Group, "partner_id.country_id", "many2one", 18),
        ] {
            assert_eq!(outcome(usage, path, kind, major), Ok(()), "{path} on {major}");
        }
        for (usage, path, kind, major, words) in [
            (Use::Order, "partner_id.name", "many2one", 19, "write partner_id"),
            (Use::Order, "line_ids.name", "one2many", 19, "orders by the model's own fields"),
            (Use::Group, "line_ids.name", "one2many", 19, "group records of x.y by name"),
            (Use::Group, "partner_id.name", "many2one", 17, "group by partner_id"),
            (Use::Group, "date.month_number", "date", 19, "group by date"),
        ] {
            let told = outcome(usage, path, kind, major).expect_err("is refused");
            assert!(told.contains(words), "{path} on {major}: {told}");
        }
    }
}
