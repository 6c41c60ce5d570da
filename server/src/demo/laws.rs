//! Laws of the domain evaluator, on small tables and against an oracle that knows nothing of its trees.

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::{
    domain::Domain,
    env::Env,
    errors::Class,
    model::{self, Model},
    store::{Row, Store},
    users::Login,
};

/// A contact of a small table, as the oracle reads it.
#[derive(Debug, Clone)]
struct Contact {
    name: Option<&'static str>,
    active: bool,
    color: i64,
    credit: f64,
    /// The place in the table of the one that it belongs to, which stands before it.
    parent: Option<usize>,
    tags: Vec<i64>,
}

const NAMES: [&str; 5] = ["Anna", "anna", "Ben", "A_b", "100%"];
const TAGS: [&str; 3] = ["Gold", "gold", "New"];

fn contact(place: usize) -> impl Strategy<Value = Contact> {
    let parent = (0..=place).prop_map(|at| at.checked_sub(1));
    (
        proptest::option::of(select(&NAMES)),
        any::<bool>(),
        0_i64..3,
        0_u8..3,
        parent,
        proptest::sample::subsequence(vec![1_i64, 2, 3], 0..=3),
    )
        .prop_map(|(name, active, color, credit, parent, tags)| Contact {
            name,
            active,
            color,
            credit: f64::from(credit) / 2.0,
            parent,
            tags,
        })
}

fn tables() -> impl Strategy<Value = Vec<Contact>> {
    (contact(0), contact(1), contact(2), contact(3), 1_usize..=4).prop_map(|(a, b, c, d, size)| {
        let mut all = vec![a, b, c, d];
        all.truncate(size);
        all
    })
}

fn contacts() -> &'static Model {
    model::find("res.partner").unwrap()
}

fn store(table: &[Contact]) -> Store {
    let mut store = Store::default();
    for name in TAGS {
        store.insert("res.partner.category", Row::from([("name", json!(name))]));
    }
    for contact in table {
        let Contact { name, active, color, credit, parent, tags } = contact;
        let row = Row::from([
            ("name", json!(name)),
            ("active", json!(active)),
            ("color", json!(color)),
            ("credit_limit", json!(credit)),
            ("parent_id", json!(parent.map(|at| at + 1))),
            ("category_id", json!(tags)),
        ]);
        store.insert("res.partner", row);
    }
    store
}

/// The ids that meet a domain.
fn found(store: &Store, domain: &Value) -> Vec<i64> {
    let domain = Domain::parse(contacts(), domain).unwrap();
    store
        .rows("res.partner")
        .filter(|(_, row)| domain.matches(store, row))
        .map(|(id, _)| id)
        .collect()
}

/// A triple.
type Leaf = (&'static str, &'static str, Value);

fn leaves() -> impl Strategy<Value = Leaf> {
    let texts = prop_oneof![
        (
            select(vec!["=", "!=", "<", "<=", ">", ">="]),
            select(&NAMES).prop_map(|name| json!(name)),
        ),
        (select(vec!["=", "!="]), Just(json!(false))),
        (
            select(vec!["like", "not like", "ilike", "not ilike", "=like", "=ilike"]),
            select(vec!["a", "A", "nn", "%", "_", "A%", "\\%", "an_a", "", "zz"])
                .prop_map(|pattern| json!(pattern)),
        ),
        (
            select(vec!["in", "not in"]),
            proptest::sample::subsequence(
                vec![json!("Anna"), json!("Ben"), json!("zz"), json!(false)],
                0..=4
            )
            .prop_map(Value::Array),
        ),
    ];
    let numbers = prop_oneof![
        (
            select(vec!["=", "!=", "<", "<=", ">", ">="]),
            select(vec![json!(0), json!(1), json!(0.5), json!(2), json!(-1)]),
        ),
        (select(vec!["=", "!="]), Just(json!(false))),
        (
            select(vec!["in", "not in"]),
            proptest::sample::subsequence(vec![json!(0), json!(1), json!(7)], 0..=3)
                .prop_map(Value::Array),
        ),
    ];
    let relations = prop_oneof![
        (select(vec!["=", "!="]), select(vec![json!(1), json!(2), json!(9), json!(false)])),
        (
            select(vec!["in", "not in"]),
            proptest::sample::subsequence(vec![json!(1), json!(3), json!(9), json!(false)], 0..=4)
                .prop_map(Value::Array),
        ),
    ];
    let trees = (
        select(vec!["child_of", "parent_of"]),
        select(vec![json!(1), json!(2), json!([1, 3]), json!([])]),
    );
    prop_oneof![
        (select(vec!["name", "parent_id.name", "category_id.name"]), texts)
            .prop_map(|(field, (operator, operand))| (field, operator, operand)),
        (select(vec!["color", "credit_limit", "parent_id.color"]), numbers)
            .prop_map(|(field, (operator, operand))| (field, operator, operand)),
        (select(vec!["parent_id", "category_id"]), relations)
            .prop_map(|(field, (operator, operand))| (field, operator, operand)),
        (select(vec!["id", "parent_id"]), trees)
            .prop_map(|(field, (operator, operand))| (field, operator, operand)),
        (select(vec!["=", "!="]), any::<bool>()).prop_map(|(operator, truth)| (
            "active",
            operator,
            json!(truth)
        )),
    ]
}

fn triple((field, operator, operand): &Leaf) -> Value {
    json!([field, operator, operand])
}

/// A domain as a tree, to be written down in prefix notation.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(Leaf),
    Not(Box<Tree>),
    Both(Box<Tree>, Box<Tree>),
    Either(Box<Tree>, Box<Tree>),
}

fn trees() -> impl Strategy<Value = Tree> {
    leaves().prop_map(Tree::Leaf).prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Both(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Tree::Either(Box::new(a), Box::new(b))),
        ]
    })
}

impl Tree {
    fn prefix(&self) -> Vec<Value> {
        match self {
            Self::Leaf(leaf) => vec![triple(leaf)],
            Self::Not(tree) => [vec![json!("!")], tree.prefix()].concat(),
            Self::Both(a, b) => [vec![json!("&")], a.prefix(), b.prefix()].concat(),
            Self::Either(a, b) => [vec![json!("|")], a.prefix(), b.prefix()].concat(),
        }
    }

    fn holds(&self, table: &[Contact], at: usize) -> bool {
        match self {
            Self::Leaf(leaf) => oracle(table, at, leaf),
            Self::Not(tree) => !tree.holds(table, at),
            Self::Both(a, b) => a.holds(table, at) && b.holds(table, at),
            Self::Either(a, b) => a.holds(table, at) || b.holds(table, at),
        }
    }
}

/// Whether the contact at a place of the table meets a triple, said as plainly as can be.
fn oracle(table: &[Contact], at: usize, (field, operator, operand): &Leaf) -> bool {
    let contact = &table[at];
    let id = |at: usize| i64::try_from(at + 1).unwrap();
    let parents: Vec<i64> = contact.parent.map(id).into_iter().collect();
    match *field {
        "name" => text(contact.name, operator, operand),
        "parent_id.name" => {
            contact.parent.is_some_and(|parent| text(table[parent].name, operator, operand))
        }
        "category_id.name" => contact
            .tags
            .iter()
            .any(|tag| text(Some(TAGS[usize::try_from(*tag).unwrap() - 1]), operator, operand)),
        "color" => number(contact.color as f64, operator, operand),
        "parent_id.color" => contact
            .parent
            .is_some_and(|parent| number(table[parent].color as f64, operator, operand)),
        "credit_limit" => number(contact.credit, operator, operand),
        "active" => (*operand == json!(contact.active)) == (*operator == "="),
        "parent_id" | "id" if matches!(*operator, "child_of" | "parent_of") => {
            let own = if *field == "id" { Some(at) } else { contact.parent };
            let roots = listed(operand);
            own.is_some_and(|own| match *operator {
                "child_of" => above(table, own).iter().any(|at| roots.contains(&json!(id(*at)))),
                _ => (0..table.len())
                    .filter(|at| roots.contains(&json!(id(*at))))
                    .any(|root| above(table, root).contains(&own)),
            })
        }
        "parent_id" => linked(&parents, operator, operand),
        "category_id" => linked(&contact.tags, operator, operand),
        other => panic!("{other}"),
    }
}

fn listed(operand: &Value) -> Vec<Value> {
    operand.as_array().cloned().unwrap_or_else(|| vec![operand.clone()])
}

/// A contact and those that it belongs to, at any distance.
fn above(table: &[Contact], at: usize) -> Vec<usize> {
    let next = table[at].parent.map(|parent| above(table, parent)).unwrap_or_default();
    [vec![at], next].concat()
}

fn linked(ids: &[i64], operator: &str, operand: &Value) -> bool {
    let meets = listed(operand).iter().any(|wanted| match wanted.as_i64() {
        Some(wanted) => ids.contains(&wanted),
        None => ids.is_empty(),
    });
    meets == matches!(operator, "=" | "in")
}

fn number(value: f64, operator: &str, operand: &Value) -> bool {
    let is = |wanted: &Value| value == wanted.as_f64().unwrap_or(0.0);
    let other = operand.as_f64().unwrap_or(0.0);
    match operator {
        "=" => is(operand),
        "!=" => !is(operand),
        "<" => value < other,
        "<=" => value <= other,
        ">" => value > other,
        ">=" => value >= other,
        "in" => listed(operand).iter().any(is),
        "not in" => !listed(operand).iter().any(is),
        other => panic!("{other}"),
    }
}

fn text(value: Option<&str>, operator: &str, operand: &Value) -> bool {
    let is = |wanted: &Value| value == wanted.as_str();
    let wanted = operand.as_str().unwrap_or_default();
    let fits = |pattern: String, folds: bool| {
        let fold = |text: &str| if folds { text.to_lowercase() } else { text.to_owned() };
        // A text that is not set fits what anything fits, and no other pattern.
        value.map_or(pattern == "%%", |value| like(&fold(value), &fold(&pattern)))
    };
    match operator {
        "=" => is(operand),
        "!=" => !is(operand),
        "<" => value.is_some_and(|value| value < wanted),
        "<=" => value.is_some_and(|value| value <= wanted),
        ">" => value.is_some_and(|value| value > wanted),
        ">=" => value.is_some_and(|value| value >= wanted),
        "in" => listed(operand).iter().any(is),
        "not in" => !listed(operand).iter().any(is),
        "like" => fits(format!("%{wanted}%"), false),
        "not like" => !fits(format!("%{wanted}%"), false),
        "ilike" => fits(format!("%{wanted}%"), true),
        "not ilike" => !fits(format!("%{wanted}%"), true),
        "=like" => fits(wanted.to_owned(), false),
        "=ilike" => fits(wanted.to_owned(), true),
        other => panic!("{other}"),
    }
}

/// `LIKE` by the book: one case for each sort of character, and every split tried for `%`.
fn like(text: &str, pattern: &str) -> bool {
    let mut rest = pattern.chars();
    let mut left = text.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('%') => {
            let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.any(|at| like(&text[at..], rest.as_str()))
        }
        Some('_') => left.next().is_some() && like(left.as_str(), rest.as_str()),
        Some('\\') => {
            let wanted = rest.next().unwrap_or('\\');
            left.next() == Some(wanted) && like(left.as_str(), rest.as_str())
        }
        Some(wanted) => left.next() == Some(wanted) && like(left.as_str(), rest.as_str()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_triple_finds_what_the_oracle_finds(table in tables(), leaf in leaves()) {
        let store = store(&table);
        let expected: Vec<i64> = (1..)
            .zip(0..table.len())
            .filter(|(_, at)| oracle(&table, *at, &leaf))
            .map(|(id, _)| id)
            .collect();
        prop_assert_eq!(found(&store, &json!([triple(&leaf)])), expected);
    }

    #[test]
    fn prefix_notation_means_its_tree(table in tables(), tree in trees()) {
        let store = store(&table);
        let expected: Vec<i64> = (1..)
            .zip(0..table.len())
            .filter(|(_, at)| tree.holds(&table, *at))
            .map(|(id, _)| id)
            .collect();
        prop_assert_eq!(found(&store, &json!(tree.prefix())), expected);
    }

    #[test]
    fn the_laws_of_and_or_and_not_hold(table in tables(), a in trees(), b in trees()) {
        let store = store(&table);
        let with = |operators: &[&str], parts: &[&Tree]| {
            let operators = operators.iter().map(|operator| json!(operator));
            let domain = operators.chain(parts.iter().flat_map(|part| part.prefix()));
            found(&store, &domain.collect())
        };
        let negated = |tree: &Tree| Tree::Not(Box::new(tree.clone()));
        let (not_a, not_b) = (negated(&a), negated(&b));
        // De Morgan.
        prop_assert_eq!(with(&["!", "&"], &[&a, &b]), with(&["|"], &[&not_a, &not_b]));
        prop_assert_eq!(with(&["!", "|"], &[&a, &b]), with(&["&"], &[&not_a, &not_b]));
        // The order of operands does not matter.
        prop_assert_eq!(with(&["&"], &[&a, &b]), with(&["&"], &[&b, &a]));
        prop_assert_eq!(with(&["|"], &[&a, &b]), with(&["|"], &[&b, &a]));
        // Twice not is nothing, and a thing twice is the thing.
        prop_assert_eq!(with(&["!", "!"], &[&a]), with(&[], &[&a]));
        prop_assert_eq!(with(&["&"], &[&a, &a]), with(&[], &[&a]));
        prop_assert_eq!(with(&["|"], &[&a, &a]), with(&[], &[&a]));
        // One of the two holds, and never both.
        prop_assert_eq!(with(&["|"], &[&a, &not_a]).len(), table.len());
        prop_assert!(with(&["&"], &[&a, &not_a]).is_empty());
        // Parts without an operator are joined by "and".
        prop_assert_eq!(with(&[], &[&a, &b]), with(&["&"], &[&a, &b]));
    }

    #[test]
    fn any_of_a_relation_is_a_path_through_it(table in tables(), leaf in leaves()) {
        let store = store(&table);
        let (field, operator, operand) = &leaf;
        prop_assume!(*field != "id" && !field.contains('.'));
        let path = json!([[format!("parent_id.{field}"), operator, operand]]);
        let any = json!([["parent_id", "any", [[field, operator, operand]]]]);
        let none = json!([["parent_id", "not any", [[field, operator, operand]]]]);
        let by_any = found(&store, &any);
        prop_assert_eq!(found(&store, &path), by_any.clone());
        let others = (1..).take(table.len()).filter(|id| !by_any.contains(id));
        prop_assert_eq!(found(&store, &none), others.collect::<Vec<i64>>());
    }
}

/// The ids that a search gives, with what archiving hides.
fn searched(table: &[Contact], domain: &Value, context: &Value) -> Vec<i64> {
    let now = shared::time::Timestamp::from_micros(0);
    let env = Env::new(store(table), Login::system(), context, now).unwrap();
    env.search(contacts(), domain, Some("id")).unwrap()
}

fn named(name: &'static str) -> Contact {
    Contact {
        name: Some(name),
        active: true,
        color: 0,
        credit: 0.0,
        parent: None,
        tags: Vec::new(),
    }
}

#[test]
fn archived_records_show_when_the_domain_or_the_context_asks_for_them() {
    let table = [named("Anna"), Contact { active: false, ..named("Ben") }];
    let (all, shown) = (json!([]), json!({ "active_test": false }));
    assert_eq!(searched(&table, &all, &json!({})), [1]);
    assert_eq!(searched(&table, &all, &shown), [1, 2]);
    assert_eq!(searched(&table, &json!([["active", "=", false]]), &json!({})), [2]);
    assert_eq!(searched(&table, &json!([["active", "in", [true, false]]]), &json!({})), [1, 2]);
    // What is archived can still be looked through.
    let child = Contact { parent: Some(1), ..named("Cleo") };
    let table = [table[0].clone(), table[1].clone(), child];
    assert_eq!(searched(&table, &json!([["parent_id.name", "=", "Ben"]]), &json!({})), [3]);
    assert_eq!(searched(&table, &json!([["parent_id.active", "=", false]]), &json!({})), [3]);
}

#[test]
fn a_relation_is_found_by_the_name_of_its_record() {
    let table = [named("Anna"), Contact { parent: Some(0), ..named("Ben") }];
    let store = store(&table);
    assert_eq!(found(&store, &json!([["parent_id", "=", "Anna"]])), [2]);
    assert_eq!(found(&store, &json!([["parent_id", "ilike", "ann"]])), [2]);
    assert_eq!(found(&store, &json!([["parent_id", "child_of", "Anna"]])), [2]);
    assert_eq!(found(&store, &json!([["id", "child_of", 1]])), [1, 2]);
}

#[test]
fn constants_and_nothing_at_all_are_domains() {
    let store = store(&[named("Anna")]);
    for everything in [json!([]), json!(null), json!(true), json!([[1, "=", 1]]), json!([true])] {
        assert_eq!(found(&store, &everything), [1], "{everything}");
    }
    for nothing in [json!(false), json!([[0, "=", 1]]), json!([false]), json!(["!", [1, "=", 1]])] {
        assert!(found(&store, &nothing).is_empty(), "{nothing}");
    }
    assert_eq!(
        found(&store, &json!([["name", "=?", false]])),
        [1],
        "a condition that asks nothing"
    );
}

#[test]
fn whole_days_are_compared_with_moments() {
    let mut store = Store::default();
    for at in ["2026-11-23 23:59:59", "2026-11-24 00:00:00", "2026-11-24 23:59:59"] {
        store.insert("res.partner", Row::from([("create_date", json!(at))]));
    }
    let by = |operator: &str| found(&store, &json!([["create_date", operator, "2026-11-24"]]));
    assert_eq!(by(">="), [2, 3]);
    assert_eq!(by("<"), [1]);
    assert_eq!(by("<="), [1, 2, 3]);
    assert_eq!(by(">"), Vec::<i64>::new());
}

#[test]
fn what_is_no_domain_is_refused_with_odoos_class() {
    let leaf = json!(["name", "=", "x"]);
    let cases = [
        (json!("name"), Class::Type),
        (json!(7), Class::Type),
        (json!(["&", leaf]), Class::Value),
        (json!(["|"]), Class::Value),
        (json!(["!"]), Class::Value),
        (json!([["name", "="]]), Class::Value),
        (json!([["name", "=", "x", 1]]), Class::Value),
        (json!([["name", 7, "x"]]), Class::Value),
        (json!([{ "name": "x" }]), Class::Value),
        (json!(["and", leaf]), Class::Value),
        (json!([["nofield", "=", 1]]), Class::Value),
        (json!([["parent_id.nofield", "=", 1]]), Class::Value),
        (json!([["name.more", "=", 1]]), Class::Value),
        (json!([["name", "~~", "x"]]), Class::Value),
        (json!([["name", "not child_of", 1]]), Class::Value),
        (json!([["name", "any", []]]), Class::Value),
        (json!([["image_128", "=", false]]), Class::Value),
        (json!([["create_date", ">", "soon"]]), Class::Value),
        (json!([["color", ">", "many"]]), Class::Value),
    ];
    for (domain, class) in cases {
        let error = Domain::parse(contacts(), &domain).unwrap_err();
        assert_eq!(error.class, class, "{domain}: {}", error.message);
    }
}

#[test]
fn a_domain_may_be_long_but_not_deep() {
    let leaf = json!(["name", "=", "x"]);
    let mut long = vec![json!("|"); 999];
    long.extend(vec![leaf.clone(); 1_000]);
    assert!(Domain::parse(contacts(), &json!(long)).is_ok());
    let mut deep = leaf;
    for _ in 0..500 {
        deep = json!(["parent_id", "any", [deep]]);
    }
    let error = Domain::parse(contacts(), &json!([deep])).unwrap_err();
    assert_eq!(error.class, Class::Recursion);
}
