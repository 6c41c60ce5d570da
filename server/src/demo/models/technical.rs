//! What Odoo keeps of itself: its models, reports and languages, and the messages and files of records.

use serde_json::{Value, json};

use super::super::{
    access::DISCUSSIONS,
    fields::{Initial, binary, boolean, char, datetime, html, integer, many2one, selection, text},
    french::translate,
    model::{self, Model},
};

pub(super) fn models() -> Vec<Model> {
    let [messages, files] = DISCUSSIONS;
    vec![
        Model::new(
            "ir.model",
            "Models",
            vec![
                char("name", "What it is").computed(|store, row| {
                    let known = model::find(model::text(row, "model"));
                    known.map_or(Value::Null, |model| json!(translate(store.language, model.label)))
                }),
                char("model", "Model").required(),
                text("info", "Information"),
                boolean("transient", "Transient"),
                selection(
                    "state",
                    "Kind",
                    &[("manual", "Made by hand"), ("base", "Part of an app")],
                )
                .readonly()
                .initial(Initial::Text("base")),
            ],
        )
        .order("model")
        .search_in(&["name", "model"])
        .named(|store, row| {
            let known = model::find(model::text(row, "model"));
            known.map_or_else(String::new, |m| translate(store.language, m.label).to_owned())
        }),
        Model::new(
            "ir.actions.report",
            "Report",
            vec![
                char("name", "Name").required(),
                char("model", "Model").required(),
                char("report_name", "Name of the template").required(),
                char("report_file", "File"),
                selection("report_type", "Kind", &[("qweb-html", "Page"), ("qweb-pdf", "PDF")])
                    .required()
                    .initial(Initial::Text("qweb-pdf")),
                boolean("multi", "On several records").initial(Initial::True),
            ],
        )
        .order("name, id")
        .search_in(&["name", "report_name"]),
        Model::new(
            "res.lang",
            "Languages",
            vec![
                char("name", "Language").required(),
                char("code", "Code").required(),
                char("iso_code", "Short"),
                boolean("active", "In use").initial(Initial::True),
            ],
        )
        .order("active desc, name"),
        Model::new(
            messages.model,
            "Message",
            vec![
                char("subject", "Subject"),
                html("body", "Text"),
                char(messages.of, "Model"),
                integer("res_id", "Record"),
                selection(
                    "message_type",
                    "Kind",
                    &[("comment", "A person's"), ("notification", "Odoo's own")],
                )
                .required()
                .initial(Initial::Text("comment")),
                many2one("author_id", "Author", "res.partner"),
                datetime("date", "Written on").initial(Initial::Now),
            ],
        )
        .order("id desc")
        .search_in(&["subject", "body"])
        .named(|_, row| model::text(row, "subject").to_owned()),
        Model::new(
            files.model,
            "Attachment",
            vec![
                char("name", "Name").required(),
                char(files.of, "Model"),
                integer("res_id", "Record"),
                char("res_field", "Field"),
                selection("type", "Kind", &[("url", "Address"), ("binary", "File")])
                    .required()
                    .initial(Initial::Text("binary")),
                char("mimetype", "Media type").readonly(),
                integer("file_size", "Size").computed(|_, row| {
                    // Four characters of base64 are three bytes, less what fills up the last.
                    let data = model::text(row, "datas");
                    let fill = data.bytes().rev().take_while(|byte| *byte == b'=').count();
                    json!((data.len() / 4 * 3).saturating_sub(fill))
                }),
                binary("datas", "Content"),
            ],
        )
        .order("id desc"),
    ]
}
