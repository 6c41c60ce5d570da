//! PDF reports of the demonstration Odoo: the portal's address of a record, and reports by a web session.

use reqwest::header;
use serde_json::{Value, json};

use crate::support::demo::{Answer, DemoServer, Person, answer};

/// The portal's path of a record's PDF.
async fn path(odoo: &DemoServer, who: Person, model: &str, id: i64) -> String {
    let asked = json!({ "ids": [id], "report_type": "pdf", "download": true });
    odoo.ok(who, model, "get_portal_url", asked).await.as_str().unwrap().to_owned()
}

/// A file's text, as far as it is plain.
async fn fetch(request: reqwest::RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.unwrap();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status().as_u16();
    (status, kind, String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned())
}

async fn redirect(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    (response.status().as_u16(), to.unwrap_or_default())
}

#[tokio::test]
async fn the_portals_address_gives_a_pdf_of_the_order_to_whoever_has_it() {
    let odoo = DemoServer::start().await;
    let models = [
        ("sale.order", "/my/orders/"),
        ("purchase.order", "/my/purchase/"),
        ("account.move", "/my/invoices/"),
    ];
    for (model, place) in models {
        let id = odoo.search(model, json!([["state", "!=", "draft"]])).await[0];
        let path = path(&odoo, Person::Admin, model, id).await;
        assert!(path.starts_with(&format!("{place}{id}?access_token=")), "{path}");
        assert!(path.ends_with("&report_type=pdf&download=true"), "{path}");
        let (status, kind, file) = fetch(odoo.get(&path)).await;
        assert_eq!((status, kind.as_str()), (200, "application/pdf"));
        assert!(file.starts_with("%PDF-") && file.trim_end().ends_with("%%EOF"));
        let name = odoo.field(model, id, "name").await;
        let total = odoo.field(model, id, "amount_total").await.as_f64().unwrap();
        for text in [name.as_str().unwrap(), &format!("{total:.2}"), "Total"] {
            assert!(file.contains(text), "{model} {id}: {text} is not in it");
        }
    }
}

#[tokio::test]
async fn a_token_stays_the_same_and_another_one_opens_nothing() {
    let odoo = DemoServer::start().await;
    let first = path(&odoo, Person::Sales, "sale.order", 3).await;
    assert_eq!(path(&odoo, Person::Admin, "sale.order", 3).await, first);
    let other = path(&odoo, Person::Sales, "sale.order", 4).await;
    let token = |path: &str| path.split(['=', '&']).nth(1).unwrap().to_owned();
    assert_eq!(token(&first).len(), 36);
    let swapped = first.replace(&token(&first), &token(&other));
    let bare = "/my/orders/3?report_type=pdf".to_owned();
    for path in [swapped, bare, "/my/orders/5?access_token=&report_type=pdf".to_owned()] {
        assert_eq!(redirect(odoo.get(&path)).await, (303, "/my".to_owned()), "{path}");
    }
    assert_eq!(redirect(odoo.get("/my/other/3")).await.0, 404);
    assert_eq!(redirect(odoo.get("/my/orders/x")).await.0, 404);
    assert_eq!(redirect(odoo.get("/my")).await.0, 303);
}

#[tokio::test]
async fn an_address_is_given_of_one_record_that_the_person_may_read_and_of_no_transfer() {
    let odoo = DemoServer::start().await;
    let url = async |who, model, ids: Value| {
        odoo.json2(who, model, "get_portal_url", json!({ "ids": ids })).await
    };
    let refused = url(Person::Purchasing, "sale.order", json!([3])).await;
    assert_eq!((refused.status, refused.class()), (403, "odoo.exceptions.AccessError"));
    let several = url(Person::Admin, "sale.order", json!([3, 4])).await;
    assert_eq!((several.status, several.class()), (500, "builtins.ValueError"));
    let gone = url(Person::Admin, "sale.order", json!([99_999])).await;
    assert_eq!((gone.status, gone.class()), (404, "odoo.exceptions.MissingError"));
    let none = url(Person::Admin, "stock.picking", json!([3])).await;
    assert_eq!((none.status, none.class()), (404, "werkzeug.exceptions.NotFound"));
    let none = odoo.rpc(Person::Admin, "stock.picking", "get_portal_url", json!([[3]]), json!({}));
    assert_eq!(none.await.class(), "builtins.AttributeError");
}

#[tokio::test]
async fn a_password_opens_a_session_that_prints_any_report() {
    let odoo = DemoServer::start().await;
    let who = Person::Manager;
    let cookie = odoo.session(who, &who.password()).await.unwrap();
    let print = |path: &str| odoo.get(path).header(header::COOKIE, &cookie);
    let (status, kind, file) = fetch(print("/report/pdf/stock.report_deliveryslip/3,4")).await;
    assert_eq!((status, kind.as_str()), (200, "application/pdf"));
    for id in [3, 4] {
        let name = odoo.field("stock.picking", id, "name").await;
        assert!(file.contains(name.as_str().unwrap()));
    }
    for path in ["/report/pdf/no.such_report/3", "/report/pdf/sale.report_saleorder/99999"] {
        assert_eq!(fetch(print(path)).await.0, 404, "{path}");
    }
    let ended = answer(odoo.post("/web/session/destroy").header(header::COOKIE, &cookie)).await;
    assert_eq!(ended.status, 200);
    assert_eq!(redirect(print("/report/pdf/sale.report_saleorder/3")).await.0, 303);
}

#[tokio::test]
async fn a_session_prints_only_what_its_person_may_read() {
    let odoo = DemoServer::start().await;
    let who = Person::Purchasing;
    let cookie = odoo.session(who, &who.password()).await.unwrap();
    let print = async |path: &str| fetch(odoo.get(path).header(header::COOKIE, &cookie)).await.0;
    assert_eq!(print("/report/pdf/sale.report_saleorder/3").await, 403);
    let others = odoo.search("purchase.order", json!([["user_id", "=", Person::Admin.uid()]]));
    let other = others.await[0];
    assert_eq!(print(&format!("/report/pdf/purchase.report_purchaseorder/{other}")).await, 403);
    assert_eq!(print("/report/pdf/stock.report_picking/3").await, 200);
}

#[tokio::test]
async fn an_api_key_opens_no_session_and_prints_no_report() {
    let odoo = DemoServer::start().await;
    for secret in [Person::Admin.key(), "wrong".to_owned(), String::new()] {
        let refused = odoo.session(Person::Admin, &secret).await.unwrap_err();
        assert_eq!((refused.status, refused.class()), (200, "odoo.exceptions.AccessDenied"));
    }
    let report = "/report/pdf/sale.report_saleorder/3";
    let (status, to) = redirect(odoo.get(report).bearer_auth(Person::Admin.key())).await;
    assert_eq!(status, 303);
    assert!(to.starts_with("/web/login?redirect="), "{to}");
    assert_eq!(redirect(odoo.get(&to)).await.0, 200);
    let forged = odoo.get(report).header(header::COOKIE, "session_id=0123456789abcdef");
    assert_eq!(redirect(forged).await.0, 303);
}

#[tokio::test]
async fn a_session_tells_who_opened_it_and_wants_json_and_a_known_database() {
    let odoo = DemoServer::start().await;
    let who = Person::Sales;
    let open = |database: &str| {
        let params = json!({ "db": database, "login": who.login(), "password": who.password() });
        json!({ "jsonrpc": "2.0", "id": 7, "params": params })
    };
    let request = || odoo.post("/web/session/authenticate");
    let opened = answer(request().json(&open("demo"))).await;
    assert_eq!((opened.status, &opened.body["id"]), (200, &json!(7)));
    let info = &opened.body["result"];
    assert_eq!((&info["uid"], &info["username"]), (&json!(who.uid()), &json!(who.login())));
    assert_eq!((&info["is_admin"], &info["db"]), (&json!(false), &json!("demo")));
    let other = answer(request().json(&open("other"))).await;
    assert_eq!(other.class(), "odoo.exceptions.AccessError");
    let text = answer(request().body(open("demo").to_string())).await;
    assert_eq!(text.status, 415);
}

#[tokio::test]
async fn reports_are_listed_for_everybody_and_papers_of_deliveries_are_attached() {
    let odoo = DemoServer::start().await;
    let asked = json!({
        "domain": [["model", "=", "purchase.order"], ["report_type", "=", "qweb-pdf"]],
        "fields": ["report_name"], "order": "id",
    });
    for who in [Person::Admin, Person::Purchasing, Person::Sales] {
        let reports = odoo.ok(who, "ir.actions.report", "search_read", asked.clone()).await;
        assert_eq!(reports[0]["report_name"], "purchase.report_purchaseorder");
        assert_eq!(reports.as_array().unwrap().len(), 2);
    }
    let write = json!({ "ids": [1], "vals": { "name": "x" } });
    let refused = odoo.json2(Person::Manager, "ir.actions.report", "write", write).await;
    assert_eq!(refused.status, 403);
    let files = json!({ "domain": [["mimetype", "=", "application/pdf"]], "fields": ["datas"] });
    let shown = odoo.ok(Person::Purchasing, "ir.attachment", "search_read", files.clone()).await;
    let first = shown[0]["datas"].as_str().expect("a paper");
    assert!(first.starts_with("JVBERi"), "the base64 of %PDF");
    let hidden = odoo.ok(Person::Sales, "ir.attachment", "search_read", files).await;
    assert_eq!(hidden, json!([]), "those of receipts are not for the sales team");
    let Answer { status, .. } =
        odoo.json2(Person::Sales, "ir.attachment", "read", json!({ "ids": [1] })).await;
    assert_eq!(status, 403);
}
