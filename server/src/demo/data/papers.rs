//! The reports that records can be printed with, and papers that came with deliveries.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    super::{document, errors::OdooError, model, pdf},
    Maker,
};

/// Model, template, name.
const REPORTS: [(&str, &str, &str); 9] = [
    ("account.move", "account.report_invoice_with_payments", "Invoice with payments"),
    ("account.move", "account.report_original_vendor_bill", "Bill as it came"),
    ("account.move", "account.report_invoice", "Invoice"),
    ("purchase.order", "purchase.report_purchaseorder", "Purchase order"),
    ("purchase.order", "purchase.report_purchasequotation", "Request for a quotation"),
    ("sale.order", "sale.report_saleorder", "Quotation or order"),
    ("sale.order", "sale.report_saleorder_pro_forma", "Pro-forma invoice"),
    ("stock.picking", "stock.report_picking", "Picking list"),
    ("stock.picking", "stock.report_deliveryslip", "Delivery slip"),
];

pub(super) fn reports(maker: &mut Maker) -> Result<(), OdooError> {
    for (model, template, name) in REPORTS {
        let report = json!({
            "name": name, "model": model, "report_name": template, "report_file": template,
        });
        maker.add("ir.actions.report", report)?;
    }
    Ok(())
}

/// The supplier's paper of some of the receipts.
pub(super) fn attachments(maker: &mut Maker) -> Result<(), OdooError> {
    let received: Vec<i64> = maker
        .env
        .store
        .rows("stock.picking")
        .filter(|(_, row)| {
            row.get("state") == Some(&json!("done")) && row.contains_key("purchase_id")
        })
        .map(|(id, _)| id)
        .step_by(4)
        .collect();
    let Some(pickings) = model::find("stock.picking") else { return Ok(()) };
    for id in received {
        let paper = pdf::render(&[document::print(&maker.env, pickings, id)]);
        let name = maker.env.store.get("stock.picking", id, "name");
        let name = name.as_str().unwrap_or_default().replace('/', "-");
        let file = json!({
            "name": format!("Delivery note {name}.pdf"), "res_model": "stock.picking", "res_id": id,
            "mimetype": "application/pdf", "datas": STANDARD.encode(paper), "res_field": Value::Null,
        });
        maker.add("ir.attachment", file)?;
    }
    Ok(())
}
