//! PDF reports, by the ways that Odoo leaves open: the portal, a web session, an attachment.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    domain::odoo_domain::is_field_path,
    odoo::OdooError,
    services::{
        gateway::GatewayError,
        tools::{
            Answer, File, Output, ToolError,
            arguments::Arguments,
            named,
            paths::{refuse_about_closed, required_definitions},
            run::Call,
        },
    },
};

/// The largest PDF that is handed on: clients keep an answer in memory several times, in Base64.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most reports of a list.
const MAX_REPORTS: usize = 100;
/// The most records of one report.
const MAX_RECORDS: usize = 20;
/// What the portal shows, and the reports that it prints there.
const PORTAL: [(&str, &[&str]); 3] = [
    ("account.move", &["account.report_invoice_with_payments", "account.report_invoice"]),
    ("purchase.order", &["purchase.report_purchaseorder", "purchase.report_purchasequotation"]),
    ("sale.order", &["sale.report_saleorder"]),
];

/// Where Odoo keeps its reports, and files that belong to records.
const REPORTS: &str = "ir.actions.report";
const ATTACHMENTS: &str = "ir.attachment";

/// The reports of a model.
pub(super) async fn list(call: &Call<'_>, model: &str) -> Answer {
    let asked = named(json!({
        "domain": [["model", "=", model], ["report_type", "=", "qweb-pdf"]],
        "fields": ["name", "report_name"],
        // One more says whether there are more.
        "limit": MAX_REPORTS + 1,
    }));
    open_model(call, REPORTS).map_err(ToolError::new)?;
    let rows = call.ask(REPORTS, "search_read", None, asked, &BTreeMap::new()).await?;
    let mut reports: Vec<Value> = rows
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| json!({ "report": row["report_name"], "name": row["name"] }))
        .collect();
    let is_cut = reports.len() > MAX_REPORTS;
    reports.truncate(MAX_REPORTS);
    let mut answer = json!({ "model": model, "reports": reports });
    if is_cut {
        answer["note"] = json!(format!(
            "there are more than these {MAX_REPORTS} reports: action pdf prints any of them by its name"
        ));
    }
    Ok(Output::Answer(answer))
}

pub(super) async fn run(call: &Call<'_>, model: &str, mut arguments: Arguments<'_>) -> Answer {
    let ids = arguments.ids("ids")?;
    let report = arguments.text("report", 200)?;
    let context = arguments.context()?;
    arguments.finish(&["action", "model", "ids", "report", "context"])?;
    if ids.len() > MAX_RECORDS {
        return Err(ToolError::argument(
            "ids",
            format_args!("print at most {MAX_RECORDS} records"),
        ));
    }
    if report.as_deref().is_some_and(|report| !is_field_path(report)) {
        return Err(ToolError::argument("report", "must be a report's name from action list"));
    }
    refuse_about_closed(call, "ids", model, &ids).await?;
    refuse_closed_parts(call, model).await?;
    call.note(|about| about.records = u32::try_from(ids.len()).ok());
    let mut tried = Vec::new();
    let print = Print { model, ids: &ids, report: report.clone() };
    match portal(call, model, &ids, report.as_deref(), &context).await {
        Ok(content) => return print.finish(content, "the portal"),
        Err(Shut::Closed(why)) => tried.push(format!("the portal: {why}")),
        Err(Shut::Stop(error)) => return Err(call.explain(&error)),
    }
    match session(call, model, &ids, report.clone()).await {
        Ok(content) => return print.finish(content, "a web session"),
        Err(Shut::Closed(why)) => tried.push(format!("a web session: {why}")),
        Err(Shut::Stop(error)) => return Err(call.explain(&error)),
    }
    match attachment(call, model, &ids, report.as_deref()).await {
        Ok(content) => return print.finish(content, "an attachment of the record"),
        Err(Shut::Closed(why)) => tried.push(format!("an attachment: {why}")),
        Err(Shut::Stop(error)) => return Err(call.explain(&error)),
    }
    Err(ToolError::failed(format!(
        "no way to print this was open. {}. aidoo_read or action extract give the data instead",
        tried.join(". ")
    )))
}

/// Why a way gave nothing.
enum Shut {
    /// This way does not lead there; another may.
    Closed(String),
    /// It is not for Aidoo to try another: the key came to its end, its secret is refused, or no call has its turn.
    Stop(GatewayError),
}

impl From<GatewayError> for Shut {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Odoo(OdooError::NoSuchMethod) => {
                Self::Closed("this Odoo has none for it".to_owned())
            }
            GatewayError::Odoo(error) => Self::Closed(error.message_for_person()),
            other => Self::Stop(other),
        }
    }
}

impl From<&str> for Shut {
    fn from(why: &str) -> Self {
        Self::Closed(why.to_owned())
    }
}

impl From<String> for Shut {
    fn from(why: String) -> Self {
        Self::Closed(why)
    }
}

/// The portal prints the standard report of one record.
async fn portal(
    call: &Call<'_>,
    model: &str,
    ids: &[i64],
    report: Option<&str>,
    context: &BTreeMap<String, Value>,
) -> Result<Vec<u8>, Shut> {
    let Some((_, reports)) = PORTAL.iter().find(|(portal, _)| *portal == model) else {
        return Err(format!("{model} has none").into());
    };
    if report.is_some_and(|report| !reports.contains(&report)) {
        return Err("it prints the standard report only".into());
    }
    if ids.len() > 1 {
        return Err("it prints one record at a time".into());
    }
    let asked = named(json!({ "report_type": "pdf", "download": true }));
    let answer = call.odoo(model, "get_portal_url", Some(ids.to_vec()), asked, context).await?;
    let path = crate::odoo::portal_path(&answer).ok_or("Odoo gave no path")?;
    Ok(call.toolbox.gateway.portal_pdf(call.principal(), path).await?)
}

/// A web session prints any report, and only a password opens one.
async fn session(
    call: &Call<'_>,
    model: &str,
    ids: &[i64],
    report: Option<String>,
) -> Result<Vec<u8>, Shut> {
    let report = printable(call, model, report).await?;
    call.toolbox.gateway.report(call.principal(), &report, ids).await.map_err(|error| match error {
        GatewayError::Odoo(OdooError::AccessDenied) => {
            "it opens with a password, and you have linked an API key".into()
        }
        other => other.into(),
    })
}

/// The name of this report of the model, or of its first. A report of another model would print records
/// of that one.
async fn printable(call: &Call<'_>, model: &str, report: Option<String>) -> Result<String, Shut> {
    open_model(call, REPORTS)?;
    let mut domain = vec![json!(["model", "=", model]), json!(["report_type", "=", "qweb-pdf"])];
    if let Some(report) = &report {
        domain.push(json!(["report_name", "=", report]));
    }
    let asked = named(json!({
        "domain": domain, "fields": ["report_name"], "limit": 1, "order": "id",
    }));
    let rows = call.odoo(REPORTS, "search_read", None, asked, &BTreeMap::new()).await?;
    let found = rows[0]["report_name"].as_str().filter(|name| is_field_path(name));
    found.map(str::to_owned).ok_or_else(|| match report {
        Some(report) => format!("{model} has no report {report}").into(),
        None => format!("{model} has no report").into(),
    })
}

/// A PDF that was attached to the record before.
async fn attachment(
    call: &Call<'_>,
    model: &str,
    ids: &[i64],
    report: Option<&str>,
) -> Result<Vec<u8>, Shut> {
    // Which report a file was once printed from, Odoo does not say.
    if report.is_some() {
        return Err("what is attached need not be the report that was named".into());
    }
    if ids.len() > 1 {
        return Err("there is one for each record at most".into());
    }
    open_model(call, ATTACHMENTS)?;
    let asked = named(json!({
        "domain": [
            ["res_model", "=", model],
            ["res_id", "in", ids],
            ["res_field", "=", false],
            ["mimetype", "=", "application/pdf"],
        ],
        "fields": ["datas"],
        "limit": 1,
        "order": "id desc",
    }));
    let rows = call.odoo(ATTACHMENTS, "search_read", None, asked, &BTreeMap::new()).await?;
    let data = rows[0]["datas"].as_str().ok_or("the record has no PDF")?;
    STANDARD.decode(data.replace('\n', "")).map_err(|_| "it cannot be read".into())
}

/// Refuses a model that the company has closed: this tool looks into it whatever model it was called for.
fn open_model(call: &Call<'_>, model: &str) -> Result<(), String> {
    if call.principal().rules.guards.is_closed(model) {
        return Err(format!("{model} is closed to every tool"));
    }
    Ok(())
}

/// Refuses to print records that have lines of a model which the company has closed.
async fn refuse_closed_parts(call: &Call<'_>, model: &str) -> Result<(), ToolError> {
    let definitions = required_definitions(call, model).await?;
    match call.principal().rules.guards.closed_part(&definitions.fields) {
        None => Ok(()),
        Some((field, closed)) => Err(ToolError::argument(
            "model",
            format_args!(
                "{field} of {model} leads into {closed}, which is closed to every tool, and a document would show its \
                 records: it is not printed"
            ),
        )),
    }
}

/// What is printed.
struct Print<'a> {
    model: &'a str,
    ids: &'a [i64],
    /// The report that was asked for; the standard one where there is none.
    report: Option<String>,
}

impl Print<'_> {
    fn finish(self, content: Vec<u8>, way: &str) -> Answer {
        if content.len() > MAX_BYTES {
            return Err(ToolError::failed(format!(
                "the PDF has {} bytes, and at most {MAX_BYTES} are handed on: print fewer records",
                content.len()
            )));
        }
        let Self { model, ids, report } = self;
        let list = ids.iter().map(i64::to_string).collect::<Vec<_>>();
        let name = format!("{}-{}.pdf", model.replace('.', "-"), list.join("-"));
        let answer = json!({ "model": model, "name": name, "bytes": content.len(), "way": way });
        let mut uri = format!("aidoo://report/{model}/{}", list.join(","));
        if let Some(report) = report {
            uri.push('/');
            uri.push_str(&report);
        }
        Ok(Output::File {
            answer,
            file: File { name, media_type: "application/pdf", uri, content },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_of_odoo_ends_the_search_for_a_way() {
        for error in [GatewayError::Ended, GatewayError::SecretRefused, GatewayError::Unavailable] {
            assert!(matches!(Shut::from(error), Shut::Stop(_)));
        }
        for error in [OdooError::NoSuchMethod, OdooError::AccessDenied] {
            assert!(matches!(Shut::from(GatewayError::Odoo(error)), Shut::Closed(_)));
        }
    }
}
