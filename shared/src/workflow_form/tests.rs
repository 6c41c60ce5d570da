use serde_json::json;

use super::*;

fn definition(inputs: Value, steps: Value) -> Definition {
    serde_json::from_value(json!({ "inputs": inputs, "steps": steps })).expect("a definition")
}

fn one_step(action: &str, arguments: Value) -> Definition {
    definition(
        json!([{ "name": "customer", "label": "Customer", "kind": "record" },
               { "name": "word", "label": "Word", "kind": "text" }]),
        json!([
            { "name": "find", "title": "Find", "action": "query", "arguments": { "model": "sale.order" } },
            { "name": "one", "title": "One", "action": action, "arguments": arguments },
        ]),
    )
}

/// What the form makes of it, where nobody changed anything.
fn again(definition: &Definition) -> Definition {
    Form::new(definition).definition().0.expect("can be kept")
}

#[test]
fn what_the_form_reads_it_writes_again() {
    let customer = json!({ "$": "input.customer" });
    let found = json!({ "$": "steps.find.records.*.id" });
    for (action, arguments) in [
        (
            "query",
            json!({ "model": "sale.order", "domain": [["partner_id", "=", customer], ["state", "in", ["draft", "sent"]], ["amount_total", ">", 12.5]],
                "fields": ["name", "partner_id"], "order": "date_order desc, id", "limit": 5 }),
        ),
        (
            "query",
            json!({ "model": "a", "domain": ["|", ["a", "=", false], "&", ["b", "!=", false], ["c", "=", customer]] }),
        ),
        (
            "query",
            json!({ "model": "a", "domain": ["|", "|", ["a", "=", 1], ["b", "=", 1], ["c", "=", 1], ["d", "=", true]] }),
        ),
        (
            "query",
            json!({ "model": "a", "domain": [["a", "=", 1], "|", ["b", "=", 1], ["c", "=", 1]], "count_only": true, "archived": true }),
        ),
        (
            "query",
            json!({ "model": "a", "domain": ["!", ["a", "=", 1]], "name": customer, "offset": 3 }),
        ),
        ("query", json!({ "model": "a", "domain": [["lines", "any", [["a", "=", customer]]]] })),
        (
            "query",
            json!({ "model": "a", "domain": [["id", "in", [customer, 3]]], "context": { "lang": "fr_FR" } }),
        ),
        (
            "read",
            json!({ "model": "res.partner", "ids": [customer], "fields": ["name", "country_id.code"] }),
        ),
        ("read", json!({ "model": "res.partner", "ids": [1, 2] })),
        (
            "create",
            json!({ "model": "a", "values": { "name": { "$": "input.word" }, "lines": [[0, 0, { "a": customer }]], "empty": false, "text": "" } }),
        ),
        ("create", json!({ "model": "a", "records": [{ "name": "x" }] })),
        (
            "write",
            json!({ "model": "a", "ids": found, "values": { "ref": { "$": "steps.find.records.0.name" } }, "archive": true }),
        ),
        ("write", json!({ "model": "a", "changes": [{ "id": customer, "values": { "a": 1 } }] })),
        (
            "execute",
            json!({ "model": "a", "method": "b", "ids": found, "kwargs": { "reason": customer }, "args": [1] }),
        ),
        ("execute", json!({ "model": "a", "method": "b" })),
        (
            "report",
            json!({ "action": "figures", "model": "a", "group_by": ["date:month"], "measures": ["x:sum"], "limit": 3 }),
        ),
        ("report", json!({ "action": "pdf", "model": "a", "ids": found, "report": "a.b" })),
        (
            "report",
            json!({ "action": "extract", "model": "a", "fields": ["name"], "format": "xlsx", "order": "name" }),
        ),
        (
            "query",
            json!({ "model": { "$": "input.customer" }, "domain": "[]", "order": "a b c", "unheard_of": 1 }),
        ),
        ("create", json!({ "model": "a", "values": { "$": "input.customer" } })),
    ] {
        let before = one_step(action, arguments);
        assert_eq!(again(&before), before);
    }
}

#[test]
fn what_stands_side_by_side_needs_no_sign() {
    let before =
        one_step("query", json!({ "model": "a", "domain": ["&", ["a", "=", 1], ["b", "=", 2]] }));
    assert_eq!(again(&before).steps[1].arguments["domain"], json!([["a", "=", 1], ["b", "=", 2]]));
    for broken in
        [json!(["&", ["a", "=", 1]]), json!(["|"]), json!([["a", "="]]), json!([[1, "=", 1]])]
    {
        let before = one_step("query", json!({ "model": "a", "domain": broken }));
        assert_eq!(again(&before), before, "stays as it was");
    }
}

#[test]
fn another_name_changes_what_refers_to_it() {
    let arguments = json!({ "model": "a", "ids": { "$": "steps.find.records.*.id" }, "values": { "b": { "$": "input.word" } } });
    let mut form = Form::new(&one_step("write", arguments));
    let (input, step) = (form.inputs[1].row, form.steps[0].row);
    form.label_input(input, "Référence du client");
    form.title_step(step, "Find the orders");
    let (changed, found) = form.definition();
    let changed = changed.expect("can be kept");
    assert_eq!(found, []);
    assert_eq!(changed.inputs[1].name, "reference_du_client");
    assert_eq!(
        changed.steps[1].arguments["values"]["b"],
        json!({ "$": "input.reference_du_client" })
    );
    assert_eq!(
        changed.steps[1].arguments["ids"],
        json!({ "$": "steps.find_the_orders.records.*.id" })
    );

    // A name that somebody chose stays, whatever the label becomes.
    form.input_mut(input).expect("is there").name = "chosen".to_owned();
    form.label_input(input, "Other");
    assert_eq!(form.input(input).expect("is there").name, "chosen");
    // Two of one label have names of their own.
    let again = form.add_input();
    form.label_input(again, "Customer");
    assert_eq!(form.input(again).expect("is there").name, "customer_2");
    form.label_input(again, "Customer B");
    assert_eq!(form.input(again).expect("is there").name, "customer_b");
}

#[test]
fn what_is_taken_out_is_missed_where_it_was_taken() {
    let arguments = json!({ "model": "a", "ids": { "$": "steps.find.records.*.id" }, "values": { "b": { "$": "input.word" } } });
    let mut form = Form::new(&one_step("write", arguments));
    form.remove_step(form.steps[0].row);
    form.remove_input(form.inputs[1].row);
    let (row, (kept, found)) = (form.steps[0].row, form.definition());
    assert!(kept.is_some(), "a draft with faults is kept");
    let parts: Vec<(Row, Part)> = found.iter().map(|one| (one.row, one.part)).collect();
    assert_eq!(parts, [(row, Part::Ids), (row, Part::Values)]);
    // A later thing of the same name is another one.
    assert!(matches!(&form.steps[0].ids, Filling::From(Source { of: Of::Gone(_), .. })));
}

#[test]
fn a_step_that_moves_before_its_source_is_told() {
    let arguments = json!({ "model": "a", "ids": { "$": "steps.find.records.*.id" } });
    let mut form = Form::new(&one_step("read", arguments));
    let row = form.steps[1].row;
    form.move_step(row, 1);
    assert_eq!(form.position(row), Some(1), "it stops at the end");
    form.move_step(row, -1);
    assert_eq!(form.position(row), Some(0));
    let (kept, found) = form.definition();
    assert_eq!(
        kept.expect("is kept").steps[0].arguments["ids"],
        json!({ "$": "steps.find.records.*.id" })
    );
    assert_eq!((found[0].row, found[0].part), (row, Part::Ids));
    form.move_step(row, 1);
    assert_eq!(form.definition().1, []);
}

#[test]
fn what_is_no_value_yet_cannot_be_kept_and_says_where() {
    let arguments = json!({ "model": "a", "domain": [["amount", ">", 5]], "limit": 5 });
    let mut form = Form::new(&one_step("query", arguments));
    let step = &mut form.steps[1];
    let Item::One(condition) = &mut step.conditions.items[0] else { panic!("one condition") };
    let line = condition.row;
    condition.value = Filling::Typed(Typed::new(ValueKind::Whole, "5a"));
    step.limit = Filling::Typed(Typed::new(ValueKind::Whole, "many"));
    let row = step.row;
    let (kept, found) = form.definition();
    assert!(kept.is_none());
    let told: Vec<(Row, Part, Row)> =
        found.iter().map(|one| (one.row, one.part, one.line)).collect();
    assert_eq!(told, [(row, Part::Conditions, line), (row, Part::Limit, 0)]);
    assert!(found.iter().all(|one| one.problem == FlawProblem::NoValue(ValueKind::Whole)));
}

#[test]
fn what_a_step_needs_is_told_before_anybody_validates() {
    let mut form = Form::default();
    assert_eq!(form.definition().1[0].problem, FlawProblem::NoStep);
    for (action, parts) in [
        (StepAction::Query, vec![Part::Model, Part::Title]),
        (StepAction::Write, vec![Part::Model, Part::Ids, Part::Values, Part::Title]),
        (StepAction::Execute, vec![Part::Model, Part::Method, Part::Title]),
        (StepAction::Create, vec![Part::Model, Part::Values, Part::Title]),
    ] {
        form.steps.clear();
        form.add_step(action);
        let (kept, found) = form.definition();
        assert!(kept.is_some(), "an unfinished draft can be kept");
        assert_eq!(found.iter().map(|one| one.part).collect::<Vec<_>>(), parts, "{action:?}");
    }
}

#[test]
fn a_step_offers_what_fits_and_nothing_that_comes_later() {
    let mut form = Form::new(&one_step(
        "write",
        json!({ "model": "sale.order", "ids": [1], "values": { "partner_id": 3 } }),
    ));
    form.steps[0].fields = vec!["partner_id".into(), "date_order".into(), "x".into()];
    let kind = |_: &str, field: &str| match field {
        "partner_id" => Some(ValueKind::Record),
        "date_order" => Some(ValueKind::DateTime),
        _ => None,
    };
    let told = |form: &Form, at: usize, wanted| -> Vec<String> {
        let offers = form.offers(form.steps[at].row, wanted, &kind);
        offers
            .into_iter()
            .map(|offer| match offer.of {
                Of::Input(_) => "input".to_owned(),
                _ => offer.path,
            })
            .collect()
    };
    assert_eq!(
        told(&form, 1, ValueKind::Record),
        ["input", "records.0.id", "records.0.partner_id.id", "records.0.x"]
    );
    assert_eq!(
        told(&form, 1, ValueKind::Records),
        [
            "input",
            "records.*.id",
            "records.0.id",
            "records.0.partner_id.id",
            "records.*.partner_id.id",
            "records.0.x"
        ]
    );
    assert_eq!(told(&form, 1, ValueKind::Whole), ["records.0.x", "total"]);
    assert_eq!(told(&form, 0, ValueKind::Whole), Vec::<String>::new(), "nothing of itself");
}

#[test]
fn the_model_of_an_input_is_told_by_where_it_goes() {
    let arguments = json!({ "model": "sale.order", "domain": [["partner_id", "=", { "$": "input.customer" }]] });
    let form = Form::new(&one_step("query", arguments));
    let relation = |model: &str, field: &str| {
        (model == "sale.order" && field == "partner_id").then(|| "res.partner".to_owned())
    };
    let customer = form.inputs[0].row;
    assert_eq!(form.model_of_input(customer, &relation).as_deref(), Some("res.partner"));
    let by_id =
        json!({ "model": "sale.order", "domain": [["id", "=", { "$": "input.customer" }]] });
    let form = Form::new(&one_step("query", by_id));
    assert_eq!(form.model_of_input(customer, &relation).as_deref(), Some("sale.order"));
}

#[test]
fn a_step_is_changed_as_json_and_comes_back() {
    let arguments =
        json!({ "model": "a", "ids": { "$": "steps.find.records.*.id" }, "values": { "b": 1 } });
    let before = one_step("write", arguments);
    let mut form = Form::new(&before);
    let row = form.steps[1].row;
    form.open_json(row);
    assert_eq!(form.definition().0.as_ref(), Some(&before));
    form.step_mut(row).expect("is there").json = Some("{".to_owned());
    let (kept, found) = form.definition();
    assert!(kept.is_none() && found[0].part == Part::Rest, "{found:?}");
    form.close_json(row);
    assert!(form.step(row).expect("is there").json.is_some(), "what cannot be read stays");
    let json = r#"{"model": "b", "ids": [7], "values": {"c": {"$": "input.word"}}}"#;
    form.step_mut(row).expect("is there").json = Some(json.to_owned());
    form.close_json(row);
    let step = form.step(row).expect("is there");
    assert!(step.json.is_none() && step.model == "b");
    assert!(matches!(&step.values[0].value, Filling::From(Source { of: Of::Input(_), .. })));
}

#[test]
fn another_kind_of_step_takes_along_what_it_can_say() {
    let arguments =
        json!({ "model": "sale.order", "domain": ["!", ["a", "=", 1]], "unheard_of": 1 });
    let mut form = Form::new(&one_step("query", arguments));
    form.steps[1].action = StepAction::Read;
    let told = form.definition().0.expect("is kept").steps[1].arguments.clone();
    assert_eq!(Value::Object(told), json!({ "model": "sale.order", "unheard_of": 1 }));
    form.steps[1].action = StepAction::Query;
    let told = form.definition().0.expect("is kept").steps[1].arguments.clone();
    assert_eq!(told["domain"], json!(["!", ["a", "=", 1]]), "nothing is lost on the way");
}

/// A step that calls a method on these records.
fn calling(ids: Value) -> StepForm {
    let arguments =
        json!({ "model": "a", "method": "b", "ids": ids, "kwargs": { "reason": "late" } });
    Form::new(&one_step("execute", arguments)).steps[1].clone()
}

#[test]
fn another_model_has_other_records_and_methods() {
    let mut step = calling(json!([1, 2]));
    let before = step.clone();
    assert_eq!((step.keywords.len(), step.ids.is_empty()), (1, false));
    step.choose_model("a");
    assert_eq!(step, before, "it is the same one");
    step.choose_model("c");
    assert_eq!((step.model.as_str(), step.method.as_str()), ("c", ""));
    assert_eq!(step.ids, Filling::empty(ValueKind::Records));
    assert!(step.keywords.is_empty());

    // What an input or an earlier step gives may be of the new one.
    for given in [json!({ "$": "steps.find.records.*.id" }), json!([{ "$": "input.customer" }])] {
        let mut step = calling(given);
        let ids = step.ids.clone();
        assert!(matches!(ids, Filling::From(_)), "{ids:?}");
        step.choose_model("c");
        assert_eq!(step.ids, ids);
        assert!(step.method.is_empty() && step.keywords.is_empty());
    }
}

#[test]
fn another_method_takes_other_keywords() {
    let mut step = calling(json!([1, 2]));
    let before = step.clone();
    step.choose_method("b".to_owned());
    assert_eq!(step, before, "it is the same one");
    step.choose_method("d".to_owned());
    let keywords = Vec::new();
    assert_eq!(step, StepForm { method: "d".to_owned(), keywords, ..before });
}

#[test]
fn inputs_are_tried_with_values_of_their_kind() {
    let inputs: Vec<Value> = InputKind::ALL
        .iter()
        .map(|kind| json!({ "name": kind.as_str(), "label": "x", "kind": kind.as_str() }))
        .collect();
    let mut form = Form::new(&definition(json!(inputs), json!([])));
    for (input, text) in form.inputs.iter_mut().zip(["7", "12,5", "2026-11-24", "", "7", "1, 2"]) {
        input.trial = text.to_owned();
    }
    let told = json!({ "text": "7", "number": 12.5, "date": "2026-11-24", "boolean": false, "record": 7, "records": [1, 2] });
    assert_eq!(Value::Object(form.trials()), told);
    assert!(form.untried().is_empty());
    form.inputs[4].trial = "seven".to_owned();
    assert_eq!(form.trials()["record"], "seven", "it is told as it was typed");
    assert_eq!(form.untried(), [form.inputs[4].row]);
    for input in &mut form.inputs {
        input.trial.clear();
    }
    let lacking: Vec<InputKind> = form
        .untried()
        .into_iter()
        .filter_map(|row| form.input(row))
        .map(|input| input.kind)
        .collect();
    let (number, date) = (InputKind::Number, InputKind::Date);
    assert_eq!(lacking, [number, date, InputKind::Record, InputKind::Records]);
}

#[test]
fn names_are_made_of_labels() {
    for (label, name) in [
        ("Customer", Some("customer")),
        ("  2. Trouver l’avoir — été !", Some("trouver_l_avoir_ete")),
        ("№ 1 顧客", None),
        ("A very long label that goes on and on for ever", Some("a_very_long_label_that_goes_on")),
    ] {
        assert_eq!(slug(label).as_deref(), name, "{label}");
        assert!(name.is_none_or(crate::workflow::is_name));
    }
    assert_eq!(unique("a", |name| ["a", "a_2"].contains(&name)), "a_3");
}
