//! What the two databases say differently, and values that are made of a number.

/// Which of the two is spoken to.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// Whether it is SQLite; otherwise it is PostgreSQL.
    pub(super) lite: bool,
}

impl Dialect {
    /// The numbers from 0, as `i` of a table `n`.
    pub(super) fn numbers(self, count: u64) -> String {
        if self.lite {
            let last = count - 1;
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
            )
        } else {
            format!("WITH n(i) AS (SELECT generate_series(0::bigint, {count} - 1))")
        }
    }

    /// An id that says when it was made, in milliseconds, and its number; `kind` has two hexadecimal digits.
    pub(super) fn id(self, millis: &str, kind: &str, number: &str) -> String {
        let digits = self.digits(millis, kind, number);
        if self.lite { format!("unhex({digits})") } else { format!("({digits})::uuid") }
    }

    /// Its 32 hexadecimal digits.
    pub(super) fn digits(self, millis: &str, kind: &str, number: &str) -> String {
        if self.lite {
            format!("printf('%012x70{kind}8%015x', {millis}, {number})")
        } else {
            format!(
                "lpad(to_hex(({millis})::bigint), 12, '0') || '70{kind}8' || \
                 lpad(to_hex(({number})::bigint), 15, '0')"
            )
        }
    }

    /// 32 bytes.
    pub(super) fn bytes(self, number: &str) -> String {
        if self.lite {
            format!("unhex(printf('%064x', {number}))")
        } else {
            format!("decode(lpad(to_hex(({number})::bigint), 64, '0'), 'hex')")
        }
    }

    /// This id.
    pub(super) fn constant(self, id: uuid::Uuid) -> String {
        if self.lite { format!("unhex('{}')", id.simple()) } else { format!("'{id}'::uuid") }
    }

    /// A number with five digits.
    pub(super) fn five(self, number: &str) -> String {
        if self.lite {
            format!("printf('%05d', {number})")
        } else {
            format!("lpad(({number})::text, 5, '0')")
        }
    }
}

/// One of `words`, in turn.
pub(super) fn one_of(number: &str, words: &[&str]) -> String {
    let cases: String =
        words.iter().enumerate().map(|(i, word)| format!(" WHEN {i} THEN '{word}'")).collect();
    format!("(CASE ({number}) % {}{cases} END)", words.len())
}

/// A number below `below` that looks like any.
pub(super) fn mixed(number: &str, below: u64) -> String {
    format!("((({number}) * 7919 + 104729) % 1000003 * 31 % {below})")
}
