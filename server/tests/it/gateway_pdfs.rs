//! The ways to a PDF: the portal, a web session that a linked password opens, a file of the record.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    door::Door,
    gate::Gate,
    linking::link_as_shown,
    streams::{EventStream, initialize, request, say},
};

async fn print(
    gate: &Gate,
    model: &str,
    ids: &[i64],
    report: Option<&str>,
) -> Result<Value, String> {
    let printing = json!({ "action": "pdf", "model": model, "ids": ids, "report": report });
    gate.call("aidoo_report", printing).await
}

/// By which way it was printed, or what is said of each that was tried.
async fn way(gate: &Gate, model: &str, ids: &[i64], report: Option<&str>) -> String {
    match print(gate, model, ids, report).await {
        Ok(answer) => answer["way"].as_str().expect("a way").to_owned(),
        Err(sentence) => sentence,
    }
}

#[tokio::test]
async fn a_pdf_comes_by_the_first_way_that_is_open_and_each_closed_one_says_why() {
    let gate = Gate::start().await;
    let files = json!({ "model": "ir.attachment", "limit": 1, "fields": ["res_id"],
        "domain": [["res_model", "=", "stock.picking"], ["mimetype", "=", "application/pdf"]] });
    let files = gate.call("aidoo_query", files).await.expect("are found");
    let received = files["records"][0]["res_id"].as_i64().expect("an id");

    // With an API key.
    assert_eq!(way(&gate, "sale.order", &[3], None).await, "the portal");
    assert_eq!(way(&gate, "stock.picking", &[received], None).await, "an attachment of the record");
    let slip = Some("stock.report_deliveryslip");
    let sentence = way(&gate, "stock.picking", &[received], slip).await;
    for part in [
        "the portal: stock.picking has none",
        "a web session: it opens with a password, and you have linked an API key",
        "an attachment: what is attached need not be the report that was named",
        "give the data instead",
    ] {
        assert!(sentence.contains(part), "{part}: {sentence}");
    }
    let sentence = way(&gate, "sale.order", &[3, 4], None).await;
    assert!(sentence.contains("the portal: it prints one record at a time"), "{sentence}");

    // With a password, which opens a session for each PDF and leaves none open.
    let connections = &*gate.app.state.backend.connections;
    let account =
        (gate.app.var("AIDOO_OWNER_ODOO_LOGIN"), gate.app.var("AIDOO_OWNER_ODOO_PASSWORD"));
    link_as_shown(connections, gate.actor, gate.company, account).await.expect("is linked");
    assert_eq!(way(&gate, "stock.picking", &[received], slip).await, "a web session");
    assert_eq!(way(&gate, "sale.order", &[3, 4], None).await, "a web session");
    let pro_forma = Some("sale.report_saleorder_pro_forma");
    assert_eq!(way(&gate, "sale.order", &[3], pro_forma).await, "a web session");
    let calls = gate.app.odoo.calls();
    let count = |method: &str| calls.iter().filter(|call| call.method == method).count();
    assert_eq!((count("session/authenticate"), count("session/destroy")), (3, 3));
    let sentence = way(&gate, "sale.order", &[3], slip).await;
    assert!(sentence.contains("sale.order has no report stock.report_deliveryslip"), "{sentence}");
    let sentence = way(&gate, "stock.picking", &[99_999], None).await;
    assert!(sentence.contains("there is no such report, or it may not be printed"), "{sentence}");
}

#[tokio::test]
async fn a_pdf_comes_as_a_link_and_as_the_bytes_themselves() {
    let gate = Gate::start().await;
    let arguments = json!({ "action": "pdf", "model": "sale.order", "ids": [3] });
    let call = request("tools/call", json!({ "name": "aidoo_report", "arguments": arguments }));
    let (_, answer) = gate.app.mcp_in(Some("2025-06-18"), &gate.key.key, call).await;
    let result = &answer["result"];
    let block = |kind: &str| {
        let blocks = result["content"].as_array().expect("blocks");
        blocks.iter().find(|block| block["type"] == kind).expect("is there").clone()
    };
    let (link, inside) = (block("resource_link"), block("resource"));
    assert_eq!(link["uri"], "aidoo://report/sale.order/3");
    assert_eq!(inside["resource"]["uri"], link["uri"]);
    assert_eq!(inside["resource"]["mimeType"], "application/pdf");
    let pdf =
        STANDARD.decode(inside["resource"]["blob"].as_str().expect("a blob")).expect("Base64");
    assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(
        (&link["size"], &result["structuredContent"]["bytes"]),
        (&json!(pdf.len()), &json!(pdf.len()))
    );
    // Whoever follows the link gets the same.
    let (_, read) =
        gate.app.mcp(&gate.key.key, request("resources/read", json!({ "uri": link["uri"] }))).await;
    let read = read["result"]["contents"][0]["blob"].as_str().expect("a blob").to_owned();
    assert!(STANDARD.decode(read).expect("Base64").starts_with(b"%PDF-"));
}

/// What kinds of blocks a PDF's answer has; its address is in one that the model reads.
fn kinds(answer: &Value) -> Vec<&str> {
    let blocks = answer["result"]["content"].as_array().expect("blocks");
    assert!(blocks[1].to_string().contains("aidoo://report/sale.order/3"), "{answer}");
    blocks.iter().map(|block| block["type"].as_str().expect("a kind")).collect()
}

#[tokio::test]
async fn a_revision_that_knows_no_links_is_told_the_address_of_a_pdf_in_words() {
    const IN_WORDS: [&str; 3] = ["text", "text", "resource"];
    const AS_A_LINK: [&str; 3] = ["text", "resource_link", "resource"];

    let gate = Gate::start().await;
    let key = gate.key.key.as_str();
    let mut params = json!({ "name": "aidoo_report",
        "arguments": { "action": "pdf", "model": "sale.order", "ids": [3] } });
    let plain = request("tools/call", params.clone());
    // What says anything beside the call goes to the SDK.
    params["_meta"] = json!({ "beside": 1 });
    let beside = request("tools/call", params);
    for (revision, expected) in [
        (None, IN_WORDS),
        (Some("2024-11-05"), IN_WORDS),
        (Some("2025-03-26"), IN_WORDS),
        (Some("2025-06-18"), AS_A_LINK),
        (Some("2025-11-25"), AS_A_LINK),
    ] {
        for call in [&plain, &beside] {
            let (_, answer) = gate.app.mcp_in(revision, key, call.clone()).await;
            assert_eq!(kinds(&answer), expected, "{revision:?}");
        }
    }
    for (revision, expected) in [("2024-11-05", IN_WORDS), ("2025-06-18", AS_A_LINK)] {
        let mut stream = EventStream::open(&gate.app.url, key).await;
        let path = stream.endpoint().await;
        say(&gate.app.url, &path, key, &initialize(revision)).await;
        stream.message().await;
        say(&gate.app.url, &path, key, &plain).await;
        assert_eq!(kinds(&stream.message().await), expected, "/sse in {revision}");
    }
}

#[tokio::test]
async fn a_document_with_lines_of_a_closed_model_is_not_printed() {
    let gate = Gate::start().await;
    let close = async |model: &str| {
        gate.set_rules(|rules| rules.guards.closed_models = vec![model.to_owned()]).await;
    };
    close("sale.order.line").await;
    let before = gate.calls();
    let sentence = way(&gate, "sale.order", &[3], None).await;
    assert!(
        sentence.contains("order_line of sale.order leads into sale.order.line, which is closed"),
        "{sentence}"
    );
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
    let resource = json!({ "uri": "aidoo://report/sale.order/3" });
    let (_, read) = gate.app.mcp(&gate.key.key, request("resources/read", resource)).await;
    assert!(read["result"].is_null(), "{read}");
    // What stands beside it does not stand in it.
    close("mail.message").await;
    assert_eq!(way(&gate, "sale.order", &[3], None).await, "the portal");
}

#[tokio::test]
async fn a_pdf_of_more_than_8_mib_is_refused_and_one_of_8_is_not() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let most = 8 * 1024 * 1024;
    for (bytes, is_handed_on) in [(most, true), (most + 1, false)] {
        let mut pdf = b"%PDF-1.7".to_vec();
        pdf.resize(bytes, b' ');
        let row = json!([{ "id": 1, "datas": STANDARD.encode(&pdf) }]);
        door.answer("ir.attachment/search_read", row);
        let printed = print(&gate, "stock.picking", &[3], None).await;
        if is_handed_on {
            assert_eq!(printed.expect("is printed")["bytes"], bytes);
        } else {
            let sentence = printed.expect_err("is refused");
            assert!(sentence.contains("the PDF has 8388609 bytes"), "{sentence}");
            assert!(sentence.contains("print fewer records"), "{sentence}");
        }
    }
}
