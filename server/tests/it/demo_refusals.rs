//! What the demonstration Odoo refuses, on both protocols: credentials, addresses, arguments, rights and rules.

use reqwest::header;
use serde_json::{Value, json};

use crate::support::demo::{Answer, DemoServer, Person, answer};

const ACCESS: &str = "odoo.exceptions.AccessError";
const PEOPLE: [Person; 4] = [Person::Admin, Person::Manager, Person::Purchasing, Person::Sales];

#[tokio::test]
async fn json2_takes_an_api_key_as_bearer_and_nothing_else() {
    let odoo = DemoServer::start().await;
    let request = || odoo.post("/json/2/res.partner/search_count").json(&json!({ "domain": [] }));
    let basic = format!("Basic {}", Person::Admin.key());
    let refused = [
        request(),
        request().bearer_auth("wrong"),
        request().bearer_auth(Person::Admin.password()),
        request().bearer_auth(""),
        request().header(header::AUTHORIZATION, basic),
    ];
    for request in refused {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "bearer");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["name"], "werkzeug.exceptions.Unauthorized");
    }
    assert_eq!(answer(request().bearer_auth(Person::Admin.key())).await.status, 200);
}

#[tokio::test]
async fn json_rpc_takes_password_or_key_and_refuses_the_rest_with_status_200() {
    let odoo = DemoServer::start().await;
    let who = Person::Sales;
    let call = async |uid: Value, secret: Value| {
        let args = json!(["demo", uid, secret, "res.partner", "search_count", [[]], {}]);
        odoo.service("object", "execute_kw", args).await
    };
    for secret in [who.password(), who.key()] {
        assert!(call(json!(who.uid()), json!(secret)).await.body["result"].is_i64());
    }
    for secret in [json!("wrong"), json!(""), json!(null), json!(Person::Admin.password())] {
        let refused = call(json!(who.uid()), secret).await;
        assert_eq!((refused.status, refused.class()), (200, "odoo.exceptions.AccessDenied"));
    }
    let gone = call(json!(9_999), json!("x")).await;
    assert_eq!(gone.class(), "odoo.exceptions.MissingError");
    assert_eq!(call(json!(1), json!("x")).await.class(), "odoo.exceptions.AccessDenied");
    let sign_in = async |secret: String| {
        let args = json!(["demo", who.login(), secret, {}]);
        odoo.service("common", "authenticate", args).await.body["result"].take()
    };
    assert_eq!(sign_in(who.password()).await, json!(who.uid()));
    assert_eq!(sign_in("wrong".to_owned()).await, json!(false));
}

#[tokio::test]
async fn a_body_has_to_be_json_and_say_so() {
    let odoo = DemoServer::start().await;
    let key = Person::Admin.key();
    for path in ["/json/2/res.partner/search_count", "/jsonrpc"] {
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            let request = odoo.post(path).bearer_auth(&key).header(header::CONTENT_TYPE, kind);
            assert_eq!(answer(request.body("{}")).await.status, 415, "{path} {kind}");
        }
        let request = odoo.post(path).bearer_auth(&key);
        let request = request.header(header::CONTENT_TYPE, "application/json; charset=utf-8");
        assert_eq!(answer(request.body("{x")).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_database_is_told_as_odoo_tells_it() {
    let odoo = DemoServer::start().await;
    let request = |database: &str| {
        odoo.post("/json/2/res.partner/search_count")
            .bearer_auth(Person::Admin.key())
            .header("x-odoo-database", database)
            .json(&json!({ "domain": [] }))
    };
    assert_eq!(answer(request("demo")).await.status, 200);
    let Answer { status, body, .. } = answer(request("other")).await;
    assert!(status == 404 && body.as_str().is_some_and(|page| page.contains("<html")), "{body}");
    for (service, method) in [("common", "authenticate"), ("object", "execute_kw")] {
        let args = match service {
            "common" => json!(["other", "ada", "x", {}]),
            _ => json!(["other", 2, "x", "res.partner", "search", [[]]]),
        };
        let refused = odoo.service(service, method, args).await;
        assert_eq!((refused.status, refused.class()), (200, "psycopg2.OperationalError"));
    }
    let listed = odoo.service("db", "list", json!([])).await;
    assert_eq!(listed.body["result"], json!(["demo"]));
}

#[tokio::test]
async fn what_is_not_there_has_a_class_of_its_own_on_each_protocol() {
    let odoo = DemoServer::start().await;
    // Model, method, the status and class of JSON-2, the class of JSON-RPC.
    let cases = [
        ("no.model", "read", 404, "werkzeug.exceptions.NotFound", "odoo.exceptions.UserError"),
        (
            "res.partner",
            "no_method",
            404,
            "werkzeug.exceptions.NotFound",
            "builtins.AttributeError",
        ),
        (
            "sale.order",
            "button_confirm",
            404,
            "werkzeug.exceptions.NotFound",
            "builtins.AttributeError",
        ),
        ("res.partner", "_write", 403, ACCESS, ACCESS),
        ("sale.order", "_create_invoices", 403, ACCESS, ACCESS),
        ("res.partner", "__class__", 403, ACCESS, ACCESS),
    ];
    for (model, method, status, class, over_rpc) in cases {
        let refused = odoo.json2(Person::Admin, model, method, json!({ "ids": [7] })).await;
        assert_eq!((refused.status, refused.class()), (status, class), "{model}.{method}");
        let refused = odoo.rpc(Person::Admin, model, method, json!([[7]]), json!({})).await;
        assert_eq!((refused.status, refused.class()), (200, over_rpc), "{model}.{method}");
    }
    let key = Person::Admin.key();
    for path in ["/json/2", "/json/2/res.partner", "/json/2/res.partner/read/more"] {
        assert_eq!(answer(odoo.post(path).bearer_auth(&key)).await.status, 404, "{path}");
    }
    let got = answer(odoo.get("/json/2/res.partner/read").bearer_auth(&key)).await;
    assert_eq!((got.status, got.class()), (404, "werkzeug.exceptions.NotFound"));
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_refused_before_anything_happens() {
    let odoo = DemoServer::start().await;
    let unprocessable = "werkzeug.exceptions.UnprocessableEntity";
    let cases = [
        ("search_read", json!({ "limitt": 1 }), 500, "builtins.TypeError"),
        ("search_read", json!({ "ids": [1] }), 422, unprocessable),
        ("search", json!({}), 422, unprocessable),
        ("read", json!({ "ids": [7], "field": ["name"] }), 422, unprocessable),
        ("create", json!({ "vals": {} }), 422, unprocessable),
        ("read", json!({ "ids": "seven" }), 500, "builtins.ValueError"),
        ("read", json!({ "ids": [7], "fields": ["nofield"] }), 500, "builtins.ValueError"),
        ("search", json!({ "domain": [["nofield", "=", 1]] }), 500, "builtins.ValueError"),
        ("search", json!({ "domain": [], "order": "nofield" }), 500, "builtins.ValueError"),
        (
            "search",
            json!({ "domain": [], "order": "name; drop" }),
            422,
            "odoo.exceptions.UserError",
        ),
        ("search", json!({ "domain": "name" }), 500, "builtins.TypeError"),
        ("write", json!({ "ids": [7], "vals": { "nofield": 1 } }), 500, "builtins.ValueError"),
        ("write", json!({ "ids": [7], "vals": { "type": "zzz" } }), 500, "builtins.ValueError"),
        ("write", json!({ "ids": [99_999], "vals": {} }), 404, "odoo.exceptions.MissingError"),
        ("create", json!({ "vals_list": [{}] }), 422, "odoo.exceptions.ValidationError"),
        (
            "search",
            json!({ "domain": [], "context": { "lang": "xx_XX" } }),
            422,
            "odoo.exceptions.UserError",
        ),
        ("search", json!({ "domain": [], "context": { "allowed_company_ids": [9] } }), 403, ACCESS),
        ("search", json!({ "domain": [], "context": [1] }), 500, "builtins.TypeError"),
    ];
    for (method, body, status, class) in cases {
        let refused = odoo.json2(Person::Admin, "res.partner", method, body.clone()).await;
        assert_eq!((refused.status, refused.class()), (status, class), "{method} {body}");
    }
    let over_rpc = [
        ("search", json!([[], 0, 5, "id", 7]), json!({}), "builtins.TypeError"),
        ("search", json!([[]]), json!({ "domain": [] }), "builtins.TypeError"),
        ("search", json!([]), json!({}), "builtins.TypeError"),
        ("read", json!([]), json!({}), "builtins.IndexError"),
        ("search", json!("x"), json!({}), "builtins.TypeError"),
        ("search", json!([[]]), json!("x"), "builtins.TypeError"),
    ];
    for (method, args, kwargs, class) in over_rpc {
        let refused = odoo.rpc(Person::Admin, "res.partner", method, args.clone(), kwargs).await;
        assert_eq!(refused.class(), class, "{method} {args}");
    }
    let read = odoo.ok(Person::Admin, "res.partner", "read", json!({ "ids": [99_999] })).await;
    assert_eq!(read, json!([]), "a record that is not there is left out, not refused");
}

/// Who may do what: read, write, create and delete by their first letters, for each person in turn.
const RIGHTS: [(&str, [&str; 4]); 8] = [
    ("res.partner", ["rwcu", "rwcu", "r", "rwcu"]),
    ("product.template", ["rwcu", "rwcu", "r", "r"]),
    ("purchase.order", ["rwcu", "rwcu", "rwcu", ""]),
    ("sale.order", ["rwcu", "rwcu", "", "rwcu"]),
    ("account.move", ["rwcu", "rwcu", "", ""]),
    ("stock.picking", ["rwcu", "rwcu", "rwcu", ""]),
    ("res.users", ["rwcu", "r", "r", "r"]),
    ("ir.model", ["rwcu", "", "", ""]),
];

#[tokio::test]
async fn everybody_may_do_what_their_rights_say_and_no_more() {
    let odoo = DemoServer::start().await;
    for (model, allowed) in RIGHTS {
        for (who, allowed) in PEOPLE.into_iter().zip(allowed) {
            for operation in ["read", "write", "create", "unlink"] {
                let may = allowed.contains(&operation[..1]);
                let asked = json!({ "operation": operation, "raise_exception": false });
                let told = odoo.ok(who, model, "check_access_rights", asked).await;
                assert_eq!(told, may, "{who:?} {operation} {model}");
                let told = odoo.ok(who, model, "has_access", json!({ "operation": operation }));
                assert_eq!(told.await, may, "{who:?} {operation} {model}");
                let raised = json!({ "operation": operation });
                let raised = odoo.json2(who, model, "check_access_rights", raised).await;
                assert_eq!(raised.status, if may { 200 } else { 403 });
            }
            let read = odoo.json2(who, model, "search_read", json!({ "limit": 1 })).await;
            let may = allowed.contains('r');
            assert_eq!(read.status, if may { 200 } else { 403 }, "{who:?} {model}");
            if !may {
                assert_eq!(read.class(), ACCESS);
                assert!(read.message().contains(model), "{}", read.message());
            }
        }
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_is_known_by_its_caller() {
    let odoo = DemoServer::start().await;
    let model = "res.partner";
    let name = odoo.field(model, 7, "name").await;
    let who = Person::Purchasing;
    let calls = [
        ("write", json!({ "ids": [7], "vals": { "name": "Mine" } })),
        ("unlink", json!({ "ids": [7] })),
        ("create", json!({ "vals_list": [{ "name": "Mine" }] })),
        ("copy", json!({ "ids": [7] })),
        ("action_archive", json!({ "ids": [7] })),
        ("message_post", json!({ "ids": [7], "body": "Mine" })),
        ("web_save", json!({ "ids": [7], "vals": { "name": "Mine" }, "specification": {} })),
    ];
    for (method, body) in calls {
        let refused = odoo.json2(who, model, method, body).await;
        assert_eq!((refused.status, refused.class()), (403, ACCESS), "{method}");
        let last = odoo.odoo.calls().pop().unwrap();
        assert_eq!((last.model.as_str(), last.method.as_str()), (model, method));
        assert_eq!(last.login.as_deref(), Some(who.login()));
    }
    assert_eq!(odoo.field(model, 7, "name").await, name);
    assert!(odoo.search(model, json!([["name", "ilike", "Mine"]])).await.is_empty());
    // One bad record of several: none is made.
    let both = json!({ "vals_list": [{ "name": "Mine" }, { "name": "" }] });
    assert_eq!(odoo.json2(Person::Admin, model, "create", both).await.status, 422);
    assert!(odoo.search(model, json!([["name", "=", "Mine"]])).await.is_empty());
}

#[tokio::test]
async fn a_buyer_sees_own_orders_and_unclaimed_ones_whichever_way_is_tried() {
    let odoo = DemoServer::start().await;
    let (who, model) = (Person::Purchasing, "purchase.order");
    let foreign = odoo.search(model, json!([["user_id", "=", Person::Admin.uid()]])).await[0];
    let mine = json!(["|", ["user_id", "=", who.uid()], ["user_id", "=", false]]);
    let seen = odoo.ok(who, model, "search", json!({ "domain": [], "order": "id" })).await;
    let mut expected = odoo.search(model, mine).await;
    expected.sort_unstable();
    assert_eq!(seen, json!(expected));

    let same = json!({ "domain": [["id", "=", foreign]] });
    assert_eq!(odoo.ok(who, model, "search_count", same.clone()).await, 0);
    let groups = json!({ "domain": [["id", "=", foreign]], "groupby": ["state"] });
    assert_eq!(odoo.ok(who, model, "formatted_read_group", groups).await, json!([]));
    let lines = json!({ "domain": [["order_id", "=", foreign]] });
    assert_eq!(odoo.ok(who, "purchase.order.line", "search_count", lines).await, 0);
    for (method, body) in [
        ("read", json!({ "ids": [foreign], "fields": ["name"] })),
        ("web_read", json!({ "ids": [foreign], "specification": { "name": {} } })),
        ("export_data", json!({ "ids": [foreign], "fields_to_export": ["name"] })),
        ("write", json!({ "ids": [foreign], "vals": { "partner_ref": "x" } })),
        ("unlink", json!({ "ids": [foreign] })),
        ("copy", json!({ "ids": [foreign] })),
        ("button_confirm", json!({ "ids": [foreign] })),
        ("message_post", json!({ "ids": [foreign], "body": "x" })),
        ("get_portal_url", json!({ "ids": [foreign] })),
    ] {
        let refused = odoo.json2(who, model, method, body).await;
        assert_eq!((refused.status, refused.class()), (403, ACCESS), "{method}");
    }
    let given_away = json!({ "ids": [expected[0]], "vals": { "user_id": Person::Admin.uid() } });
    assert_eq!(odoo.ok(who, model, "write", given_away).await, true);
    let gone = odoo.json2(who, model, "read", json!({ "ids": [expected[0]] })).await;
    assert_eq!(gone.status, 403);
}
