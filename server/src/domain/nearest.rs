//! Names that are near to one that does not exist: most wrong field names are one slip away from a right
//! one.

/// At most three of `known` that are near to `name`, the nearest first: one slip for every three characters,
/// three at most, or `name` is a part of them. Every short name is a few slips away from every other.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let length = name.chars().count();
    let most = length.div_ceil(3).min(3);
    let mut near: Vec<(usize, &str)> = known
        .map(|known| (distance(name, known), known))
        .filter(|(distance, known)| *distance <= most || (length > 2 && known.contains(name)))
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, known)| known).collect()
}

/// A sentence about a field that `model` has not, with the nearest that it has.
#[must_use]
pub fn unknown_field<'a>(name: &str, model: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, known).as_slice() {
        [] => format!("{model} has no field {name}; aidoo_schema lists them"),
        near => format!("{model} has no field {name}; the nearest are {}", near.join(", ")),
    }
}

/// A sentence about a model that there is not, with the nearest of those that are common.
#[must_use]
pub fn unknown_model<'a>(name: &str, common: impl Iterator<Item = &'a str>) -> String {
    let near = match nearest(name, common).as_slice() {
        [] => String::new(),
        near => format!("; near to it are {}", near.join(", ")),
    };
    format!("this Odoo has no model {name}{near}; aidoo_schema with a search word finds models")
}

/// How many characters have to be added, removed or replaced to get from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_comes_with_the_nearest_names() {
        let known = ["partner_id", "amount_total", "name"];
        assert_eq!(
            unknown_field("partnerid", "sale.order", known.into_iter()),
            "sale.order has no field partnerid; the nearest are partner_id"
        );
        assert_eq!(
            unknown_field("zzzzzzzzz", "sale.order", known.into_iter()),
            "sale.order has no field zzzzzzzzz; aidoo_schema lists them"
        );
        assert_eq!(
            unknown_model("res.partners", ["res.partner", "res.company"].into_iter()),
            "this Odoo has no model res.partners; near to it are res.partner; aidoo_schema with a search word finds models"
        );
        assert_eq!(
            unknown_model("x.ticket", ["res.partner"].into_iter()),
            "this Odoo has no model x.ticket; aidoo_schema with a search word finds models"
        );
        let short = ["id", "ref", "name", "date", "display_name"];
        assert_eq!(nearest("nme", short.into_iter()), ["name"]);
        assert_eq!(nearest("dat", short.into_iter()), ["date"]);
        assert_eq!(nearest("i", short.into_iter()), ["id"]);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
