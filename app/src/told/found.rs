//! What trying a step found, as a table.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use shared::workflow::{Cell, FoundColumn, FoundTable, StepAnswer};

#[cfg(feature = "ssr")]
use crate::{
    texts::{self, Locale, counted, text},
    words,
};

/// What a step answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How much it found, as a sentence.
    pub said: String,
    /// How much of that the table shows, where that is not all.
    pub first: Option<String>,
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows, each with a value for each column.
    pub rows: Vec<Vec<String>>,
    /// The answer as it is, written for people.
    pub exactly: String,
}

#[cfg(feature = "ssr")]
impl From<StepAnswer> for Found {
    fn from(answer: StepAnswer) -> Self {
        let StepAnswer { total, table, is_cut, exactly } = answer;
        let FoundTable { columns, rows } = table.unwrap_or_default();
        let said = match total {
            Some(0) => text!(builder.found_none).to_owned(),
            Some(total) => counted!(total, builder.found),
            None => text!(builder.answered).to_owned(),
        };
        let first = match rows.len() {
            0 => None,
            1 => Some(text!(builder.first.one).to_owned()),
            many => Some(text!(builder.first.many, count = many)),
        };
        Self {
            said,
            first: first.filter(|_| is_cut),
            head: columns.into_iter().map(heading).collect(),
            rows: rows.into_iter().map(|row| row.into_iter().map(value).collect()).collect(),
            exactly,
        }
    }
}

#[cfg(feature = "ssr")]
fn heading(column: FoundColumn) -> String {
    let FoundColumn { name, label, grain } = column;
    match (label, grain) {
        (Some(label), Some(grain)) => format!("{label} ({})", words::grain(&grain)),
        (Some(label), None) => label,
        // No field, but what a tool says itself.
        (None, _) => match name.as_str() {
            "count" => text!(builder.count).to_owned(),
            "name" | "display_name" => text!(builder.name).to_owned(),
            "report" => text!(builder.document).to_owned(),
            _ => name,
        },
    }
}

#[cfg(feature = "ssr")]
fn value(cell: Cell) -> String {
    match cell {
        Cell::Nothing => "—".to_owned(),
        Cell::YesNo(true) => text!(builder.yes).to_owned(),
        Cell::YesNo(false) => text!(builder.no).to_owned(),
        Cell::Text(text) => text,
        Cell::Whole(number) => number.to_string(),
        Cell::Amount(amount) => written(&format!("{amount:.2}")),
        // A float has more digits than anybody has written.
        Cell::Decimal(number) => {
            written(format!("{number:.6}").trim_end_matches('0').trim_end_matches('.'))
        }
        Cell::Day(day) => words::day(&day),
        Cell::Moment(time) => words::date_time(&time),
        Cell::Several(cells) => cells.into_iter().map(value).collect::<Vec<_>>().join(", "),
    }
}

/// A number such as `10948.00`, as the language writes it.
#[cfg(feature = "ssr")]
fn written(number: &str) -> String {
    let (space, point) = match texts::locale() {
        Locale::en => (',', '.'),
        Locale::fr => ('\u{a0}', ','),
    };
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let mut told = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            told.push(space);
        }
        told.push(digit);
    }
    if !decimals.is_empty() {
        told.push(point);
        told.push_str(decimals);
    }
    told
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::time::{TimeView, Timestamp};

    use super::*;
    use crate::texts::in_locale;

    #[test]
    fn values_are_told_as_people_write_them() {
        let time = || TimeView {
            at: Timestamp::default(),
            iso: "2026-11-09T18:30:16Z".to_owned(),
            local: "2026-11-09T19:30 CET".to_owned(),
            seen_at: Timestamp::default(),
        };
        for (cell, english, french) in [
            (Cell::Text("Azure".to_owned()), "Azure", "Azure"),
            (Cell::Nothing, "—", "—"),
            (Cell::YesNo(false), "no", "non"),
            (Cell::Whole(10_948), "10948", "10948"),
            (Cell::Amount(10_948.0), "10,948.00", "10\u{a0}948,00"),
            (Cell::Amount(-999.5), "-999.50", "-999,50"),
            (Cell::Decimal(1_234_567.125), "1,234,567.125", "1\u{a0}234\u{a0}567,125"),
            (Cell::Decimal(0.1 + 0.2), "0.3", "0,3"),
            (Cell::Decimal(10.0), "10", "10"),
            (Cell::Day("2026-12-01".to_owned()), "1 December 2026", "1er décembre 2026"),
            (Cell::Moment(time()), "9 Nov 2026, 19:30 CET", "9 nov. 2026 à 19:30 CET"),
            (Cell::Several(vec![Cell::Whole(1), Cell::Whole(2)]), "1, 2", "1, 2"),
        ] {
            assert_eq!(in_locale(Locale::en, || value(cell.clone())), english);
            assert_eq!(in_locale(Locale::fr, || value(cell)), french);
        }
    }

    #[test]
    fn columns_are_called_as_odoo_calls_their_fields_and_what_is_left_out_is_said() {
        let column = |name: &str, label: Option<&str>, grain: Option<&str>| FoundColumn {
            name: name.to_owned(),
            label: label.map(str::to_owned),
            grain: grain.map(str::to_owned),
        };
        let answer = StepAnswer {
            total: Some(44),
            table: Some(FoundTable {
                columns: vec![
                    column("amount_total:sum", Some("Total"), Some("sum")),
                    column("name", Some("Order number"), None),
                    column("count", None, None),
                    column("x_odd", None, None),
                ],
                rows: vec![vec![Cell::Nothing; 4]; 10],
            }),
            is_cut: true,
            exactly: "{}".to_owned(),
        };
        let told = |locale| in_locale(locale, || Found::from(answer.clone()));
        let english = told(Locale::en);
        assert_eq!(english.head, ["Total (sum)", "Order number", "How many", "x_odd"]);
        assert_eq!(english.said, "44 records found");
        assert_eq!(english.first.as_deref(), Some("The first 10:"));
        assert_eq!(english.rows.len(), 10);
        let french = told(Locale::fr);
        assert_eq!(french.first.as_deref(), Some("Les 10 premiers\u{a0}:"));
        assert_ne!(french.said, english.said);
        let whole = StepAnswer { is_cut: false, ..answer.clone() };
        assert_eq!(in_locale(Locale::en, || Found::from(whole)).first, None);
    }
}
