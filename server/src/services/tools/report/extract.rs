//! Extracts: records as a file behind a link that works once and for one hour.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{self, BufWriter, IntoInnerError, Seek as _, Write},
};

use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value, json};
use tempfile::{SpooledTempFile, spooled_tempfile};

use crate::{
    domain::spreadsheet::harmless,
    services::tools::{
        Answer, Output, ToolError,
        arguments::Arguments,
        consent::unavailable,
        download::{Kept, keep},
        named,
        nested::Nested,
        paths::required_definitions,
        query::{check_domain, check_order, count, with_tie_break},
        records::Fields,
        run::Call,
        values::Teller,
    },
};

/// Records of one call of Odoo.
const PAGE: i64 = 500;
const MAX_RECORDS: i64 = 50_000;
const DEFAULT_RECORDS: i64 = 10_000;
const MAX_FIELDS: usize = 50;
/// The largest file: as many as may wait for one key are a burden that the database can bear.
const MAX_BYTES: usize = 20 * 1024 * 1024;
/// A sheet of Excel is compressed at its end, hardly more than this many times: what lies uncompressed until then has a bound too.
const DENSEST: usize = 8;
/// What of a file is held in memory. The rest lies on the disk until it is kept.
const IN_MEMORY: usize = 1024 * 1024;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Xlsx,
    Json,
}

impl Format {
    fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("csv") => Some(Self::Csv),
            Some("xlsx") => Some(Self::Xlsx),
            Some("json") => Some(Self::Json),
            Some(_) => None,
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }
}

pub(super) async fn run(call: &Call<'_>, model: &str, mut arguments: Arguments<'_>) -> Answer {
    let mut domain = arguments.domain("domain")?;
    let asked = arguments.paths("fields")?;
    let order = arguments.order("order")?;
    let limit = arguments.integer("limit", 1..=MAX_RECORDS)?.unwrap_or(DEFAULT_RECORDS);
    let format = arguments.text("format", 10)?;
    let format = Format::parse(format.as_deref())
        .ok_or_else(|| ToolError::argument("format", "must be csv, xlsx or json"))?;
    let context = arguments.context()?;
    arguments
        .finish(&["action", "model", "domain", "fields", "order", "limit", "format", "context"])?;
    if asked.as_ref().is_some_and(|fields| fields.len() > MAX_FIELDS) {
        return Err(ToolError::argument("fields", format_args!("name at most {MAX_FIELDS}")));
    }
    check_domain(call, model, &mut domain, &context).await?;
    if let Some(order) = &order {
        check_order(call, model, order).await?;
    }
    let fields = Fields::of(call, model, asked.clone(), &context).await?.in_full();
    let columns = asked.unwrap_or_else(|| fields.names().to_vec());
    let table = Table::new(call, model, &columns, format).await?;
    let wanted = Wanted { model, domain: domain.into_value(), fields, order, limit, context };
    let Written { table, total } = wanted.written(call, table).await?;
    let (records, cut) = (table.rows, table.cut);
    call.note(|about| about.records = u32::try_from(records).ok());
    let Finished { bytes, content } = off_thread(move || table.finish()).await?;
    check_size(bytes)?;
    let name = format!("{}.{}", model.replace('.', "-"), format.extension());
    let mut answer = named(json!({
        "model": model, "name": name, "records": records, "total": total, "bytes": bytes,
    }));
    let file = Kept { name, media_type: format.media_type(), bytes, content: Box::new(content) };
    answer.extend(keep(call.toolbox, call.principal(), file).await?);
    let about_link = answer.get("note").and_then(Value::as_str).map(str::to_owned);
    let notes = [left_out(records as i64, total), shortened(cut), about_link];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    answer.insert("note".to_owned(), Value::String(notes.join("; ")));
    Ok(Output::Answer(Value::Object(answer)))
}

/// What is said where the limit kept some of `total` records out of a file of `records`.
fn left_out(records: i64, total: i64) -> Option<String> {
    if total <= records {
        return None;
    }
    let instead = if records < MAX_RECORDS {
        format!("raise limit (at most {MAX_RECORDS}) or narrow the domain")
    } else {
        "no file holds more, so narrow the domain".to_owned()
    };
    Some(format!("the file holds the first {records} of {total} records: {instead}"))
}

/// What is said where cells do not hold all of `cut` texts.
fn shortened(cut: usize) -> Option<String> {
    let texts = match cut {
        0 => return None,
        1 => "1 text is".to_owned(),
        cut => format!("{cut} texts are"),
    };
    Some(format!(
        "{texts} longer than a cell of Excel holds (32,767 characters), and cut there: the format csv or json holds \
         all of it"
    ))
}

/// Which records an extract holds.
struct Wanted<'a> {
    model: &'a str,
    domain: Value,
    fields: Fields,
    order: Option<String>,
    limit: i64,
    context: BTreeMap<String, Value>,
}

/// What was written.
struct Written {
    table: Table,
    /// The records that match: more than are written where the limit ended it.
    total: i64,
}

impl Wanted<'_> {
    /// Writes all records into `table`, page by page: no more than a page is held in memory. Where nobody wants
    /// another order it is that of their ids, and a page begins after the last id of the one before, whatever
    /// comes or goes meanwhile.
    async fn written(self, call: &Call<'_>, mut table: Table) -> Result<Written, ToolError> {
        let Self { model, domain, fields, order, limit, context } = self;
        let by_id = order.is_none();
        let order = order.map_or_else(|| "id".to_owned(), with_tie_break);
        let (mut last, mut counted) = (None, None);
        loop {
            let done = table.rows as i64;
            let page = PAGE.min(limit - done);
            let (within, offset) = match last.take().filter(|_| by_id) {
                Some(id) => (after(id, &domain), 0),
                None => (domain.clone(), done),
            };
            let search = named(json!({
                "domain": within, "fields": fields.names(), "limit": page, "offset": offset, "order": order,
            }));
            let found = call.ask(model, "search_read", None, search, &context).await?;
            let rows = fields.rows(call, found, &context).await?;
            let is_last = (rows.len() as i64) < page;
            last = rows.last().map(|row| row["id"].clone());
            table = off_thread(move || table.with(&rows)).await?;
            check_size(table.bytes())?;
            let done = table.rows as i64;
            let total = match counted {
                // A page that is not full ends the list.
                _ if is_last => done,
                Some(total) => total,
                // Odoo is asked once, and only where there may be more than the first page.
                None => count(call, model, &domain, &context).await?,
            };
            // Records can come while it is written: none are done that are not in the total.
            let total = total.max(done);
            counted = Some(total);
            let whole = total.min(limit).max(done).unsigned_abs();
            let told = format!("{done} records read");
            call.caller.conversation.progress(done.unsigned_abs(), Some(whole), &told).await;
            if is_last || done >= limit {
                return Ok(Written { table, total });
            }
        }
    }
}

/// Writing takes the processor and the disk.
async fn off_thread<T: Send + 'static>(
    write: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, ToolError> {
    tokio::task::spawn_blocking(write).await.map_err(unavailable)?.map_err(|error| {
        tracing::error!(error = %error, "an extract could not be written");
        ToolError::failed("the file could not be written")
    })
}

fn check_size(bytes: usize) -> Result<(), ToolError> {
    if bytes > MAX_BYTES {
        return Err(ToolError::argument(
            "limit",
            format_args!(
                "the file has more than {MAX_BYTES} bytes, which is the most that is kept: ask for fewer \
                 records or fields"
            ),
        ));
    }
    Ok(())
}

/// The records of `domain` whose id is greater: expressions that stand side by side are joined by "and".
fn after(id: Value, domain: &Value) -> Value {
    let first = json!(["id", ">", id]);
    Value::Array(
        std::iter::once(first).chain(domain.as_array().into_iter().flatten().cloned()).collect(),
    )
}

/// A file of rows under labels, as far as it is written.
struct Table {
    names: Vec<String>,
    sheet: Sheet,
    rows: usize,
    /// Texts of which a cell does not hold all.
    cut: usize,
    /// The bytes of the texts of a sheet that is compressed at its end.
    raw: usize,
}

/// What is written of each format.
enum Sheet {
    Csv(Box<csv::Writer<Spool>>),
    /// Rows lie in a file of the library's until the book is finished.
    Xlsx(Box<Workbook>),
    Json(Spool),
}

/// Bytes that are written now and read later, with a count.
struct Spool {
    file: BufWriter<SpooledTempFile>,
    bytes: usize,
}

/// All bytes of a file, to be read from the first.
#[derive(Debug)]
struct Finished {
    bytes: usize,
    content: SpooledTempFile,
}

impl Spool {
    fn new() -> Self {
        Self { file: BufWriter::new(spooled_tempfile(IN_MEMORY)), bytes: 0 }
    }

    fn finish(self) -> io::Result<Finished> {
        let Self { file, bytes } = self;
        let mut content = file.into_inner().map_err(IntoInnerError::into_error)?;
        content.rewind()?;
        Ok(Finished { bytes, content })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Table {
    async fn new(
        call: &Call<'_>,
        model: &str,
        columns: &[String],
        format: Format,
    ) -> Result<Self, ToolError> {
        let nothing = Nested::default();
        let teller = Teller::new(call, model, &[], &nothing).await?;
        let mut labels = Vec::new();
        for column in columns {
            labels.push(match column.split_once('.') {
                None => teller.label(column),
                Some((relation, field)) => {
                    let own = required_definitions(call, model).await?;
                    let related = own.of(relation)["relation"].as_str().unwrap_or_default();
                    let related = required_definitions(call, related).await?;
                    let label = related.of(field)["string"].as_str().unwrap_or(field).to_owned();
                    format!("{} / {label}", teller.label(relation))
                }
            });
        }
        // Every record of Odoo says its id, asked or not.
        let has_id = columns.iter().any(|column| column == "id");
        let mut names = columns.to_vec();
        if !has_id {
            names.insert(0, "id".to_owned());
            labels.insert(0, "ID".to_owned());
        }
        off_thread(move || Self::begin(names, &labels, format)).await
    }

    fn begin(names: Vec<String>, labels: &[String], format: Format) -> anyhow::Result<Self> {
        let sheet = match format {
            Format::Csv => {
                // The mark tells Excel that the file is UTF-8.
                let mut begun = Spool::new();
                begun.write_all("\u{FEFF}".as_bytes())?;
                let mut writer = csv::Writer::from_writer(begun);
                writer.write_record(labels.iter().map(|label| harmless(label)))?;
                Sheet::Csv(Box::new(writer))
            }
            Format::Xlsx => {
                let mut book = Workbook::new();
                let sheet = book.add_worksheet_with_constant_memory()?;
                for (column, label) in labels.iter().enumerate() {
                    sheet.write_string(0, u16::try_from(column)?, label)?;
                }
                Sheet::Xlsx(Box::new(book))
            }
            Format::Json => {
                let mut begun = Spool::new();
                begun.write_all(b"[")?;
                Sheet::Json(begun)
            }
        };
        Ok(Self { names, sheet, rows: 0, cut: 0, raw: 0 })
    }

    /// With these rows at its end.
    fn with(mut self, rows: &[Value]) -> anyhow::Result<Self> {
        for row in rows {
            self.add(row)?;
            self.rows += 1;
        }
        Ok(self)
    }

    fn add(&mut self, row: &Value) -> anyhow::Result<()> {
        let Self { names, sheet, rows, cut, raw } = self;
        match sheet {
            Sheet::Csv(writer) => {
                writer.write_record(names.iter().map(|name| match cell(&row[name.as_str()]) {
                    Cell::Number(number) => number.to_string(),
                    Cell::Text(text) => harmless(&text),
                    Cell::Empty => String::new(),
                }))?;
            }
            Sheet::Xlsx(book) => {
                let sheet = book.worksheet_from_index(0)?;
                let line = u32::try_from(*rows + 1)?;
                for (column, name) in names.iter().enumerate() {
                    let column = u16::try_from(column)?;
                    // A text is written as one, so a formula in it is none.
                    match cell(&row[name.as_str()]) {
                        Cell::Number(number) => {
                            sheet.write_number(line, column, number)?;
                        }
                        Cell::Text(text) => {
                            let text = fitting(&text);
                            *raw += text.len();
                            *cut += usize::from(matches!(text, Cow::Owned(_)));
                            sheet.write_string(line, column, text)?;
                        }
                        Cell::Empty => {}
                    }
                }
            }
            Sheet::Json(text) => {
                let row: Map<String, Value> =
                    names.iter().map(|name| (name.clone(), row[name.as_str()].clone())).collect();
                text.write_all(if *rows == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(text, &row)?;
            }
        }
        Ok(())
    }

    /// How long the file is so far: of one that is compressed at its end, at the least.
    fn bytes(&self) -> usize {
        match &self.sheet {
            Sheet::Csv(writer) => writer.get_ref().bytes,
            Sheet::Xlsx(_) => self.raw / DENSEST,
            Sheet::Json(text) => text.bytes,
        }
    }

    fn finish(self) -> anyhow::Result<Finished> {
        let whole = match self.sheet {
            Sheet::Csv(writer) => {
                writer.into_inner().map_err(|error| io::Error::from(error.error().kind()))?
            }
            Sheet::Xlsx(mut book) => {
                let mut file = Spool::new();
                book.save_to_writer(&mut file)?;
                file
            }
            Sheet::Json(mut text) => {
                text.write_all(b"\n]\n")?;
                text
            }
        };
        Ok(whole.finish()?)
    }
}

/// As much of a text as a cell of Excel takes: 32,767 characters, counted in UTF-16. What is cut says so.
fn fitting(text: &str) -> Cow<'_, str> {
    const MOST: usize = 32_767;
    if text.encode_utf16().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let mark = format!(
        "… ({} characters in all: the format csv or json holds them)",
        text.chars().count()
    );
    let mut left = MOST - mark.encode_utf16().count();
    let kept: String = text
        .chars()
        .take_while(|character| {
            let fits = character.len_utf16() <= left;
            left = left.saturating_sub(character.len_utf16());
            fits
        })
        .collect();
    Cow::Owned(kept + &mark)
}

enum Cell {
    Number(f64),
    Text(String),
    Empty,
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Value::Bool(yes) => Cell::Text(if *yes { "yes" } else { "no" }.to_owned()),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Object(of) => {
            let text = of.get("name").or_else(|| of.get("local")).and_then(Value::as_str);
            Cell::Text(text.map_or_else(|| value.to_string(), str::to_owned))
        }
        Value::Array(values) => {
            let texts: Vec<String> = values
                .iter()
                .map(|value| match cell(value.get("value").unwrap_or(value)) {
                    Cell::Number(number) => number.to_string(),
                    Cell::Text(text) => text,
                    Cell::Empty => String::new(),
                })
                .collect();
            Cell::Text(texts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn written(format: Format) -> Vec<u8> {
        let names = vec!["id".into(), "name".into(), "partner_id".into()];
        let labels = ["ID".to_owned(), "Name".to_owned(), "=Partner".to_owned()];
        let first = json!({ "id": 1, "name": "=cmd()|' /C calc'!A0", "partner_id": { "id": 7, "name": "Acme, \"Ltd\"" } });
        let second = json!({ "id": 2, "name": null, "partner_id": { "id": 8, "name": "été 🧾" } });
        let table = Table::begin(names, &labels, format).expect("begins");
        let table = table.with(&[first]).expect("one page").with(&[second]).expect("another");
        assert_eq!(table.rows, 2);
        read(table.finish().expect("is written"))
    }

    fn read(Finished { bytes, mut content }: Finished) -> Vec<u8> {
        let mut whole = Vec::new();
        content.read_to_end(&mut whole).expect("can be read");
        assert_eq!(whole.len(), bytes);
        whole
    }

    #[test]
    fn a_file_that_its_limit_ended_says_what_to_do_about_the_rest() {
        assert_eq!(left_out(5, 5), None);
        assert_eq!(
            left_out(10_000, 25_000).as_deref(),
            Some(
                "the file holds the first 10000 of 25000 records: raise limit (at most 50000) or narrow the domain"
            )
        );
        // No limit is left to raise.
        assert_eq!(
            left_out(50_000, 60_000).as_deref(),
            Some(
                "the file holds the first 50000 of 60000 records: no file holds more, so narrow the domain"
            )
        );
    }

    #[test]
    fn what_does_not_fit_in_memory_lies_on_the_disk() {
        for format in [Format::Csv, Format::Json, Format::Xlsx] {
            let names = vec!["id".into(), "text".into()];
            let mut table =
                Table::begin(names, &["ID".into(), "Text".into()], format).expect("begins");
            // Texts that no compression makes short.
            let mut state = 1_u64;
            let mut text = || -> String {
                (0..8_000)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        char::from(b'0' + (state >> 33) as u8 % 75)
                    })
                    .collect()
            };
            for page in 0..4 {
                let rows: Vec<Value> =
                    (0..100).map(|row| json!({ "id": page * 100 + row, "text": text() })).collect();
                table = table.with(&rows).expect("a page");
            }
            let file = table.finish().expect("is written");
            assert!(
                file.content.is_rolled() && file.bytes > IN_MEMORY,
                "{format:?}: {}",
                file.bytes
            );
            read(file);
        }
    }

    #[test]
    fn a_csv_runs_no_formula_and_keeps_every_character() {
        assert_eq!(
            String::from_utf8(written(Format::Csv)).expect("UTF-8"),
            "\u{FEFF}ID,Name,'=Partner\n1,'=cmd()|' /C calc'!A0,\"Acme, \"\"Ltd\"\"\"\n2,,été 🧾\n"
        );
    }

    #[test]
    fn an_xlsx_is_a_zip_and_json_is_json() {
        assert!(written(Format::Xlsx).starts_with(b"PK"));
        let json: Value = serde_json::from_slice(&written(Format::Json)).expect("is JSON");
        assert_eq!(json[1]["partner_id"]["name"], "été 🧾");
        let names = vec!["id".into()];
        let empty = Table::begin(names, &[], Format::Json).expect("begins").finish();
        let empty = read(empty.expect("is written"));
        let empty: Value = serde_json::from_slice(&empty).expect("is JSON");
        assert_eq!(empty, json!([]));
    }

    #[test]
    fn a_cell_of_excel_says_when_it_does_not_hold_a_text() {
        let most = "é".repeat(32_767);
        assert_eq!(fitting(&most), most);
        let long = "🧾".repeat(20_000);
        let kept = fitting(&long);
        assert!(kept.encode_utf16().count() <= 32_767);
        assert!(
            kept.ends_with("… (20000 characters in all: the format csv or json holds them)"),
            "{kept}"
        );
    }
}
