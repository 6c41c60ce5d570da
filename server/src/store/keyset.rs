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
///
/// A page before its cursor is read backwards: [`Page::read`] turns it round.
pub fn page(
    select: &mut SelectStatement,
    value: Expr,
    id: Expr,
    order: Order,
    cursor: Option<Cursor>,
) {
    let order = match (&cursor, order) {
        (Some(Cursor { side: Side::Before, .. }), Order::Desc) => Order::Asc,
        (Some(Cursor { side: Side::Before, .. }), _) => Order::Desc,
        (_, order) => order,
    };
    if let Some(Cursor { value: SortValue(last), id: last_id, .. }) = &cursor {
        let row = Expr::tuple([value.clone(), id.clone()]);
        let bound = Expr::tuple([last.into(), Expr::val(*last_id)]);
        select.and_where(match order {
            Order::Desc => row.lt(bound),
            _ => row.gt(bound),
        });
    }
    select.order_by_expr(value, order.clone()).order_by_expr(id, order);
}

/// Bounds `value` alone. It says nothing new beside [`page`] and comes before it, where `value` is an expression: of a row
/// value, SQLite looks up columns in an index, and no expression.
pub fn bound(select: &mut SelectStatement, value: Expr, order: &Order, cursor: &Cursor) {
    let SortValue(last) = &cursor.value;
    let falls = matches!(order, Order::Desc) != matches!(cursor.side, Side::Before);
    select.and_where(if falls { value.lte(Expr::from(last)) } else { value.gte(Expr::from(last)) });
}

/// On which side of its row a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// What follows the row.
    #[default]
    After,
    /// What the row follows.
    Before,
}

/// The row that a page begins after, or ends before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which of a list's orders it belongs to: in another one it means nothing. Less than 128.
    pub order: u8,
    /// Where the page lies.
    pub side: Side,
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

impl From<&Last> for Expr {
    fn from(last: &Last) -> Self {
        match last {
            Last::Number(number) => Self::val(*number),
            Last::Text(text) => Self::val(text.as_str()),
        }
    }
}

impl From<String> for SortValue {
    fn from(text: String) -> Self {
        Self(Last::Text(text))
    }
}

/// The rows of one page in the list's order, and where its neighbours are.
#[derive(Debug)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// The page before it; none for the first one.
    pub previous: Option<Cursor>,
    /// The page after it; none for the last one.
    pub next: Option<Cursor>,
}

impl<R> Page<R> {
    /// The page of `limit` rows at `cursor`; the first one where there is nothing at the cursor, or less than a page before
    /// it. `read` gives what [`page`] finds at a cursor, at most so many rows; `place` the cursor after a row.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn read<Reading, E>(
        mut cursor: Option<Cursor>,
        limit: usize,
        place: impl Fn(&R) -> Cursor,
        read: impl Fn(Option<Cursor>, u64) -> Reading,
    ) -> Result<Self, E>
    where
        Reading: Future<Output = Result<Vec<R>, E>>,
    {
        loop {
            // One row more than a page tells whether another follows.
            let rows = read(cursor.clone(), limit as u64 + 1).await?;
            match Self::of(rows, limit, cursor.as_ref(), &place) {
                Some(page) => return Ok(page),
                // From the beginning there always is one.
                None => cursor = None,
            }
        }
    }

    /// The page of `limit` rows at `cursor`, from what was found there; none where it is the list's first one instead.
    fn of(
        mut rows: Vec<R>,
        limit: usize,
        cursor: Option<&Cursor>,
        place: impl Fn(&R) -> Cursor,
    ) -> Option<Self> {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let side = cursor.map(|cursor| cursor.side);
        match side {
            Some(Side::Before) if !has_more => return None,
            Some(Side::After) if rows.is_empty() => return None,
            Some(Side::Before) => rows.reverse(),
            Some(Side::After) | None => {}
        }
        let before = rows.first().map(|row| Cursor { side: Side::Before, ..place(row) });
        let after = rows.last().map(place);
        let (previous, next) = match side {
            None => (None, after.filter(|_| has_more)),
            Some(Side::After) => (before, after.filter(|_| has_more)),
            // It was come to from there.
            Some(Side::Before) => (before, after),
        };
        Some(Self { rows, previous, next })
    }
}

/// The bit of a cursor's first byte that says its side.
const BEFORE: u8 = 0x80;

impl Cursor {
    /// A text for a URL that says nothing to whoever reads it.
    #[must_use]
    pub fn encode(&self) -> String {
        let (kind, value) = match &self.value.0 {
            Last::Number(number) => (0, number.to_be_bytes().to_vec()),
            Last::Text(text) => (1, text.as_bytes().to_vec()),
        };
        let order = match self.side {
            Side::After => self.order,
            Side::Before => self.order | BEFORE,
        };
        URL_SAFE_NO_PAD.encode([&[order, kind], self.id.as_bytes().as_slice(), &value].concat())
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
        let side = if of_order & BEFORE == 0 { Side::After } else { Side::Before };
        (of_order & !BEFORE == order).then(|| Self {
            order,
            side,
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
        fn a_cursor_round_trips_in_its_own_order_only(order in 0_u8..127, is_before: bool, at: i64, name in "[^\0]{0,80}", id: [u8; 16]) {
            let id = Uuid::from_bytes(id);
            let side = if is_before { Side::Before } else { Side::After };
            let by_time = Cursor { order, side, value: at.into(), id };
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order, &number()), Some(by_time.clone()));
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order, &text()), None);
            prop_assert_eq!(Cursor::decode(&by_time.encode(), order + 1, &number()), None);
            let by_name = Cursor { order, side, value: name.into(), id };
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
        let value = "a\0b".to_owned().into();
        let cursor = Cursor { order: 0, side: Side::After, value, id: Uuid::nil() };
        assert_eq!(Cursor::decode(&cursor.encode(), 0, &text()), None);
        assert_eq!(Cursor::decode(&"A".repeat(LONGEST_TEXT + 1), 0, &text()), None);
    }

    fn page(rows: &[i64], cursor: Option<Side>) -> Option<Page<i64>> {
        let place =
            |at: &i64| Cursor { order: 0, side: Side::After, value: (*at).into(), id: Uuid::nil() };
        let cursor = cursor.map(|side| Cursor { side, ..place(&0) });
        Page::of(rows.to_vec(), 2, cursor.as_ref(), place)
    }

    #[test]
    fn a_page_knows_its_neighbours_and_one_that_was_read_backwards_is_turned_round() {
        let known = |page: &Page<i64>| (page.previous.is_some(), page.next.is_some());
        let first = page(&[1, 2, 3], None).expect("a page");
        assert_eq!((first.rows.as_slice(), known(&first)), (&[1, 2][..], (false, true)));
        let last = page(&[3, 4], Some(Side::After)).expect("a page");
        assert_eq!((last.rows.as_slice(), known(&last)), (&[3, 4][..], (true, false)));
        let before = page(&[6, 5, 4], Some(Side::Before)).expect("a page");
        assert_eq!((before.rows.as_slice(), known(&before)), (&[5, 6][..], (true, true)));
        // Less than a page before it, and nothing behind it: the list is read from its beginning.
        assert!(page(&[2, 1], Some(Side::Before)).is_none());
        assert!(page(&[], Some(Side::After)).is_none());
        assert_eq!(page(&[], None).expect("an empty list").rows, [0_i64; 0]);
    }
}
