//! Extracts: records as a file behind a link that works once and for one hour.

use std::collections::BTreeMap;

use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value, json};
use shared::{id::DownloadId, time::SECOND};

use crate::{
    domain::{spreadsheet::harmless, token::Token},
    services::tools::{
        Answer, Output, ToolError,
        arguments::Arguments,
        consent::unavailable,
        named,
        paths::{follow, required_definitions},
        query::{check_domain, ordered_by, with_tie_break},
        records::{Fields, zone},
        run::Call,
        values::Teller,
    },
    store::downloads::{self, LIFE, NewDownload},
};

/// Records of one call of Odoo.
const PAGE: i64 = 500;
const MAX_RECORDS: i64 = 50_000;
const DEFAULT_RECORDS: i64 = 10_000;
const MAX_FIELDS: usize = 50;
/// The largest file: what a database row takes without trouble.
const MAX_BYTES: usize = 20 * 1024 * 1024;

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
    check_domain(call, model, &mut domain).await?;
    if let Some(order) = &order {
        follow(call, model, "order", &ordered_by(order)).await?;
    }
    let fields = Fields::of(call, model, asked.clone()).await?;
    let columns = asked.unwrap_or_else(|| fields.names().to_vec());
    let rows = records(call, model, domain.into_value(), &fields, order, limit, &context).await?;
    let count = rows.len();
    call.note(|about| about.records = u32::try_from(count).ok());

    let table = Table::new(call, model, &columns, rows).await?;
    let content = tokio::task::spawn_blocking(move || table.write(format))
        .await
        .map_err(unavailable)?
        .map_err(|error| {
            tracing::error!(error = %error, "an extract could not be written");
            ToolError::failed("the file could not be written")
        })?;
    if content.len() > MAX_BYTES {
        return Err(ToolError::argument(
            "limit",
            format_args!(
                "the file has {} bytes, at most {MAX_BYTES} are kept: ask for fewer records or fields",
                content.len()
            ),
        ));
    }
    let name = format!("{}.{}", model.replace('.', "-"), format.extension());
    let bytes = content.len();
    let token = keep(call, name.clone(), format, content).await?;
    Ok(Output::Answer(json!({
        "model": model,
        "name": name,
        "records": count,
        "bytes": bytes,
        "url": format!("{}{}", call.toolbox.pages.downloads, token.to_text().as_str()),
        "expires_in_seconds": LIFE / SECOND,
        "note": "the link works once, for whoever opens it first: give it to the person",
    })))
}

/// All records, page by page. Where nobody wants another order it is that of their ids, and a page begins
/// after the last id of the one before, whatever comes or goes meanwhile.
async fn records(
    call: &Call<'_>,
    model: &str,
    domain: Value,
    fields: &Fields,
    order: Option<String>,
    limit: i64,
    context: &BTreeMap<String, Value>,
) -> Result<Vec<Value>, ToolError> {
    let by_id = order.is_none();
    let order = order.map_or_else(|| "id".to_owned(), with_tie_break);
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let left = limit - rows.len() as i64;
        let page = PAGE.min(left);
        let last = rows.last().filter(|_| by_id).map(|row| row["id"].clone());
        let (domain, offset) = match last {
            Some(id) => (after(id, &domain), 0),
            None => (domain.clone(), rows.len()),
        };
        let search = named(json!({
            "domain": domain, "fields": fields.names(), "limit": page, "offset": offset, "order": order,
        }));
        let found = call.ask(model, "search_read", None, search, context).await?;
        let found = fields.rows(call, found, context).await?;
        let is_last = (found.len() as i64) < page;
        rows.extend(found);
        let done = rows.len() as u64;
        let told = format!("{done} records read");
        call.caller.conversation.progress(done, Some(limit.unsigned_abs()), &told).await;
        if is_last || rows.len() as i64 >= limit {
            return Ok(rows);
        }
    }
}

/// The records of `domain` whose id is greater: expressions that stand side by side are joined by "and".
fn after(id: Value, domain: &Value) -> Value {
    let first = json!(["id", ">", id]);
    Value::Array(
        std::iter::once(first).chain(domain.as_array().into_iter().flatten().cloned()).collect(),
    )
}

async fn keep(
    call: &Call<'_>,
    name: String,
    format: Format,
    content: Vec<u8>,
) -> Result<Token, ToolError> {
    let core = &call.toolbox.core;
    let principal = call.principal();
    let token = Token::from_bytes(core.entropy.bytes());
    let new = NewDownload {
        id: DownloadId::from_uuid(core.clock.uuid(&core.entropy)),
        company: principal.company,
        key: principal.key,
        token: token.hash(),
        name,
        media_type: format.media_type(),
        content,
        now: core.clock.now(),
    };
    let transaction = core.db.begin().await.map_err(unavailable)?;
    downloads::create(&transaction, new).await.map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;
    Ok(token)
}

/// Rows of texts and numbers under labels.
struct Table {
    names: Vec<String>,
    labels: Vec<String>,
    rows: Vec<Value>,
}

impl Table {
    async fn new(
        call: &Call<'_>,
        model: &str,
        columns: &[String],
        rows: Vec<Value>,
    ) -> Result<Self, ToolError> {
        let teller = Teller::new(call, model, &[]).await?;
        let mut labels = Vec::new();
        for column in columns {
            labels.push(match column.split_once('.') {
                None => teller.label(column),
                Some((relation, field)) => {
                    let own = required_definitions(call, model).await?;
                    let related = own.fields[relation]["relation"].as_str().unwrap_or_default();
                    let related = required_definitions(call, related).await?;
                    let label =
                        related.fields[field]["string"].as_str().unwrap_or(field).to_owned();
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
        // Times are told in the person's zone; a time zone that cannot be read stops the extract here.
        zone(call).await?;
        Ok(Self { names, labels, rows })
    }

    fn write(self, format: Format) -> anyhow::Result<Vec<u8>> {
        match format {
            Format::Csv => self.csv(),
            Format::Xlsx => self.xlsx(),
            Format::Json => self.json(),
        }
    }

    fn csv(self) -> anyhow::Result<Vec<u8>> {
        // The mark tells Excel that the file is UTF-8.
        let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
        writer.write_record(self.labels.iter().map(|label| harmless(label)))?;
        for row in &self.rows {
            writer.write_record(self.names.iter().map(|name| match cell(&row[name.as_str()]) {
                Cell::Number(number) => number.to_string(),
                Cell::Text(text) => harmless(&text),
                Cell::Empty => String::new(),
            }))?;
        }
        Ok(writer.into_inner()?)
    }

    fn xlsx(self) -> anyhow::Result<Vec<u8>> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        for (column, label) in self.labels.iter().enumerate() {
            sheet.write_string(0, u16::try_from(column)?, label)?;
        }
        for (at, row) in self.rows.iter().enumerate() {
            for (column, name) in self.names.iter().enumerate() {
                let (line, column) = (u32::try_from(at + 1)?, u16::try_from(column)?);
                // A text is written as one, so a formula in it is none.
                match cell(&row[name.as_str()]) {
                    Cell::Number(number) => drop(sheet.write_number(line, column, number)?),
                    Cell::Text(text) => drop(sheet.write_string(line, column, &text)?),
                    Cell::Empty => {}
                }
            }
        }
        Ok(book.save_to_buffer()?)
    }

    fn json(self) -> anyhow::Result<Vec<u8>> {
        let rows: Vec<Map<String, Value>> = self
            .rows
            .iter()
            .map(|row| {
                self.names.iter().map(|name| (name.clone(), row[name.as_str()].clone())).collect()
            })
            .collect();
        Ok(serde_json::to_vec_pretty(&rows)?)
    }
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
    use super::*;

    fn table() -> Table {
        Table {
            names: vec!["id".into(), "name".into(), "partner_id".into()],
            labels: vec!["ID".into(), "Name".into(), "=Partner".into()],
            rows: vec![
                json!({ "id": 1, "name": "=cmd()|' /C calc'!A0", "partner_id": { "id": 7, "name": "Acme, \"Ltd\"" } }),
                json!({ "id": 2, "name": null, "partner_id": { "id": 8, "name": "été 🧾" } }),
            ],
        }
    }

    #[test]
    fn a_csv_runs_no_formula_and_keeps_every_character() {
        let text =
            String::from_utf8(table().write(Format::Csv).expect("is written")).expect("UTF-8");
        assert_eq!(
            text,
            "\u{FEFF}ID,Name,'=Partner\n1,'=cmd()|' /C calc'!A0,\"Acme, \"\"Ltd\"\"\"\n2,,été 🧾\n"
        );
    }

    #[test]
    fn an_xlsx_is_a_zip_and_json_is_json() {
        let xlsx = table().write(Format::Xlsx).expect("is written");
        assert!(xlsx.starts_with(b"PK"));
        let json: Value = serde_json::from_slice(&table().write(Format::Json).expect("is written"))
            .expect("is JSON");
        assert_eq!(json[1]["partner_id"]["name"], "été 🧾");
    }
}
