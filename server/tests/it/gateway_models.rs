//! Finding models where Odoo lists none to the person.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::permission::PermissionSet;

use crate::support::{app::Who, door::Door, gate::Gate, linking::link_as_shown};

/// The technical names that a search gives.
fn names(found: &Value) -> Vec<String> {
    let models = found["models"].as_array().expect("models");
    models.iter().filter_map(|model| model["model"].as_str()).map(str::to_owned).collect()
}

#[tokio::test]
async fn models_are_found_by_people_who_may_not_read_them_from_odoo() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let (company, (actor, member)) = gate.app.membership(Who::Member).await;
    let connections = &*gate.app.state.backend.connections;
    let account = (gate.app.var("AIDOO_MEMBER_ODOO_LOGIN"), gate.app.var("AIDOO_MEMBER_ODOO_KEY"));
    link_as_shown(connections, actor, company, account).await.expect("is linked");
    let key = gate
        .app
        .make_key(
            actor,
            company,
            member,
            PermissionSet::of(&[shared::permission::Permission::Schema]),
        )
        .await
        .key;
    // As an Odoo without the web client answers.
    let message = "The method 'ir.model.get_available_models' does not exist";
    door.refuse(
        "ir.model/get_available_models",
        StatusCode::NOT_FOUND,
        json!({ "name": "werkzeug.exceptions.NotFound", "message": message,
            "arguments": [message, 404], "context": {}, "debug": "" }),
    );
    let search = async |word: &str| {
        let found = gate.call_as(&key, "aidoo_schema", json!({ "search": word })).await;
        names(&found.unwrap_or_else(|sentence| panic!("{word}: {sentence}")))
    };
    let refused = gate.count("ir.model", "search_read");
    assert_eq!(search("rfq").await, ["purchase.order"]);
    assert_eq!(gate.count("ir.model", "search_read"), refused + 1, "who may is asked first");
    assert_eq!(search("achat").await, ["purchase.order"], "by words of another language");
    assert_eq!(search("uom.uom").await, ["uom.uom"], "by a technical name that is not common");
    // What the person may not read, what this Odoo has not, and what is closed are no answers.
    for word in ["facture", "account.move", "ticket", "ir.config_parameter", "nothing-like-it"] {
        assert_eq!(search(word).await, Vec::<String>::new(), "{word}");
    }

    // Somebody who may read `ir.model` finds what it says besides, with its names.
    let found = gate.call("aidoo_schema", json!({ "search": "unit" })).await.expect("is told");
    assert!(names(&found).contains(&"uom.uom".to_owned()), "{found}");

    // As a portal's user is answered, whom Odoo does not refuse.
    door.answer("ir.model/get_available_models", json!([]));
    assert_eq!(search("rfq").await, ["purchase.order"]);
}

#[tokio::test]
async fn a_search_that_leaves_models_out_says_so() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let models = |count: usize, label: &str| -> Value {
        let model = |n: usize| {
            let (name, told) = (format!("x.crate_{n:02}"), format!("Crate {n}"));
            json!({ "model": name, label: told })
        };
        (0..count).map(model).collect()
    };
    let search = async || {
        let found = gate.call("aidoo_schema", json!({ "search": "crate" })).await;
        let found = found.expect("is told");
        assert_eq!(names(&found).len(), 50, "{found}");
        found["note"].as_str().unwrap_or_default().to_owned()
    };
    door.answer("ir.model/get_available_models", models(50, "display_name"));
    assert_eq!(search().await, "");
    door.answer("ir.model/get_available_models", models(60, "display_name"));
    let note = search().await;
    assert!(note.starts_with("these are the first 50 of 60 models: search for a longer"), "{note}");
    // Where Odoo lists none, nobody knows how many there are without asking once more.
    door.answer("ir.model/get_available_models", json!([]));
    door.answer("ir.model/search_read", models(50, "name"));
    assert_eq!(search().await, "");
    door.answer("ir.model/search_read", models(51, "name"));
    let note = search().await;
    assert!(note.contains("there may be more than these: search for a longer"), "{note}");
}
