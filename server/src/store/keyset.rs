//! Pages by keyset: each begins after the last row of the one before, so that a page deep in a long
//! list costs what the first one does, and rows that come or go shift nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{
    Order,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use uuid::Uuid;

/// The longest cursor that is looked at: a sort value is at most a folded name.
const LONGEST_TEXT: usize = 4_096;

/// Orders `select` by `value`, then `id`, both in `order`, and lets it begin after `cursor`.
///
/// It compares row values, `(value, id) < (x, y)`, which an index on both answers at once; the usual
/// `value < x OR (value = x AND id < y)` makes the databases scan. Neither column may hold nulls.
pub fn page(
    select: &mut SelectStatement,
    value: Expr,
    id: Expr,
    order: Order,
    cursor: Option<Cursor>,
) {
    if let Some(Cursor { value: SortValue(last), id: last_id, .. }) = cursor {
        let row = Expr::tuple([value.clone(), id.clone()]);
        let last = match last {
            Last::Number(number) => Expr::val(number),
            Last::Text(text) => Expr::val(text),
        };
        let bound = Expr::tuple([last, Expr::val(last_id)]);
        select.and_where(match order {
            Order::Desc => row.lt(bound),
            _ => row.gt(bound),
        });
    }
    select.order_by_expr(value, order.clone()).order_by_expr(id, order);
}

/// The last row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which of a list's orders it belongs to: in another one it means nothing.
    pub order: u8,
    /// The row's value in the column that is sorted by.
    pub value: SortValue,
    /// The row's id.
    pub id: Uuid,
}

/// A value that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortValue(Last);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Last {
    Number(i64),
    Text(String),
}

impl From<i64> for SortValue {
    fn from(number: i64) -> Self {
        Self(Last::Number(number))
    }
}

impl From<String> for SortValue {
    fn from(text: String) -> Self {
        Self(Last::Text(text))
    }
}

impl Cursor {
    /// A text for a URL that says nothing to whoever reads it.
    #[must_use]
    pub fn encode(&self) -> String {
        let (kind, value) = match &self.value.0 {
            Last::Number(number) => (0, number.to_be_bytes().to_vec()),
            Last::Text(text) => (1, text.as_bytes().to_vec()),
        };
        URL_SAFE_NO_PAD
            .encode([&[self.order, kind], self.id.as_bytes().as_slice(), &value].concat())
    }

    /// The cursor that `text` is, if it is one of `order` and its value is of the kind of `like`.
    #[must_use]
    pub fn decode(text: &str, order: u8, like: &SortValue) -> Option<Self> {
        if text.len() > LONGEST_TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let ([of_order, kind], rest) = bytes.split_first_chunk::<2>()?;
        let (id, value) = rest.split_first_chunk::<16>()?;
        let value = match (kind, &like.0) {
            (0, Last::Number(_)) => Last::Number(i64::from_be_bytes(value.try_into().ok()?)),
            (1, Last::Text(_)) => Last::Text(
                // PostgreSQL takes no NUL in a text, and no name has one.
                String::from_utf8(value.to_vec()).ok().filter(|text| !text.contains('\0'))?,
            ),
            _ => return None,
        };
        (*of_order == order).then(|| Self {
            order,
            value: SortValue(value),
            id: Uuid::from_bytes(*id),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> SortValue {
        0.into()
    }

    fn text() -> SortValue {
        String::new().into()
    }

    proptest! {
        #[test]
        fn a_cursor_round_trips_in_its_own_order_only(order: u8, at: i64, name in "[^\0]{0,80}", id: [u8; 16]) {
            let id = Uuid::from_bytes(id);
            let by_time = Cursor { order, value: at.into(), id };
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order, &number()), Some(by_time.clone()));
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order, &text()), None);
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order.wrapping_add(1), &number()), None);
            let by_name = Cursor { order, value: name.into(), id };
            prop_assert_eq!(Cursor::decode(&by_name.encode(), order, &text()), Some(by_name));
        }

        #[test]
        fn garbage_is_no_cursor_and_no_panic(garbage in "\\PC{0,80}|[A-Za-z0-9_-]{0,80}") {
            let _ = Cursor::decode(&garbage, 0, &number());
            let _ = Cursor::decode(&garbage, 0, &text());
        }
    }

    #[test]
    fn a_text_that_no_database_takes_is_no_cursor() {
        let cursor = Cursor { order: 0, value: "a\0b".to_owned().into(), id: Uuid::nil() };
        assert_eq!(Cursor::decode(&cursor.encode(), 0, &text()), None);
        assert_eq!(Cursor::decode(&"A".repeat(LONGEST_TEXT + 1), 0, &text()), None);
    }
}
