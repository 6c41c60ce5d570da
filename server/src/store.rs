//! SQL, and only SQL: one file for each table. Functions take the company first.
