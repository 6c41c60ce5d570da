//! The ways to a PDF: the portal, a web session that a linked password opens, a file of the record.

use serde_json::{Value, json};
use shared::connection::LinkOdooAccount;

use crate::support::gate::Gate;

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
    let link = LinkOdooAccount {
        company: gate.company,
        login: gate.app.var("AIDOO_OWNER_ODOO_LOGIN").to_owned(),
        secret: gate.app.var("AIDOO_OWNER_ODOO_PASSWORD").to_owned(),
    };
    gate.app.state.backend.connections.link(gate.actor, link).await.expect("is linked");
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
