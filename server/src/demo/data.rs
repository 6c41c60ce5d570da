//! The records of the demonstration: Nordwind Bakery, which sells flour, ingredients, ovens and tools to
//! bakers. They are made up, come out the same for the same people and day, and end a few hours before the
//! given moment, so that "the latest" is always recent.

mod goods;
mod orders;
mod papers;
mod people;

use serde_json::{Value, json};
use shared::time::Timestamp;

use super::{
    env::Env,
    errors::OdooError,
    methods,
    model::{self, Lifetime},
    store::Store,
    users::Login,
};

/// The records that the demonstration starts with.
///
/// # Errors
/// What Odoo would say of a record that cannot be: then this module's data are wrong, and its test fails.
pub(super) fn build(logins: &[Login], now: Timestamp) -> Result<Store, OdooError> {
    let mut maker = Maker {
        env: Env::new(Store::default(), Login::system(), &Value::Null, now)?,
        dice: Dice(0x4e6f_7264_7769_6e64),
    };
    people::settings(&mut maker)?;
    people::users(&mut maker, logins)?;
    goods::warehouse(&mut maker)?;
    let people = people::partners(&mut maker, logins)?;
    let goods = goods::products(&mut maker)?;
    orders::purchases(&mut maker, logins, &people, &goods, now)?;
    orders::sales(&mut maker, logins, &people, &goods, now)?;
    for model in model::all() {
        let transient = model.lifetime == Lifetime::Transient;
        maker.add("ir.model", json!({ "model": model.name, "transient": transient }))?;
    }
    papers::reports(&mut maker)?;
    papers::attachments(&mut maker)?;
    Ok(maker.env.store)
}

/// Makes records as the system's own user, so that whatever follows from their values follows here too.
struct Maker {
    env: Env,
    dice: Dice,
}

impl Maker {
    fn add(&mut self, model: &str, values: Value) -> Result<i64, OdooError> {
        let model = model::find(model).ok_or_else(|| unknown(model))?;
        methods::create(&mut self.env, model, &values)
    }

    /// Presses a button of a record's form.
    fn press(&mut self, model: &str, id: i64, button: &str) -> Result<(), OdooError> {
        let model = model::find(model).ok_or_else(|| unknown(model))?;
        let method = methods::find(model, button).ok_or_else(|| unknown(button))?;
        (method.run)(&mut self.env, model, &[id], &methods::Args::default()).map(drop)
    }

    fn set(&mut self, model: &'static str, id: i64, field: &'static str, value: Value) {
        self.env.store.set(model, id, field, value);
    }
}

fn unknown(name: &str) -> OdooError {
    super::errors::value_error(format!("the demonstration's data name {name}, which is not there"))
}

/// A small generator whose numbers never change with a library's version: SplitMix64 (Steele, Lea and
/// Flood, 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low) + 1;
        low + i64::try_from(self.next() % width).unwrap_or(0)
    }

    /// One of the items; there has to be one.
    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let last = i64::try_from(items.len()).unwrap_or(i64::MAX) - 1;
        &items[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        super::users::{DemoRights, DemoUser, logins},
        *,
    };

    fn built() -> Store {
        let users: Vec<_> = [
            ("marie", DemoRights::Admin),
            ("anna", DemoRights::Manager),
            ("idris", DemoRights::Purchasing),
            ("tomas", DemoRights::Sales),
        ]
        .into_iter()
        .map(|(login, rights)| DemoUser {
            login: login.into(),
            name: login.to_uppercase(),
            password: "p".into(),
            api_key: login.into(),
            rights,
        })
        .collect();
        build(&logins(&users), Timestamp::from_micros(1_795_000_000_000_000)).unwrap()
    }

    #[test]
    fn the_same_moment_gives_the_same_records() {
        let (a, b) = (built(), built());
        for model in model::all() {
            assert!(a.rows(model.name).eq(b.rows(model.name)), "{}", model.name);
        }
    }

    #[test]
    fn there_is_enough_of_everything_and_in_every_state() {
        let store = built();
        let count = |model| store.rows(model).count();
        assert!(count("res.partner") >= 80 && count("product.product") >= 50);
        assert!(count("purchase.order") >= 15 && count("sale.order") >= 30);
        assert!(count("account.move") >= 30 && count("stock.picking") >= 30);
        let states = |model| -> BTreeSet<String> {
            store.rows(model).map(|(_, row)| row["state"].as_str().unwrap().to_owned()).collect()
        };
        let set = |names: &[&str]| names.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(states("purchase.order"), set(&["draft", "sent", "purchase", "cancel"]));
        assert_eq!(states("sale.order"), set(&["draft", "sent", "sale", "cancel"]));
        assert_eq!(states("account.move"), set(&["draft", "posted"]));
        assert_eq!(store.name("purchase.order", 1), "P00001");
    }

    #[test]
    fn every_purchase_order_has_lines_and_a_total_that_is_their_sum() {
        let store = built();
        for (id, _) in store.rows("purchase.order") {
            let lines = super::super::value::ids(&store.get("purchase.order", id, "order_line"));
            let sum: f64 = lines
                .iter()
                .map(|line| store.get("purchase.order.line", *line, "price_total"))
                .map(|price| price.as_f64().unwrap())
                .sum();
            let total = store.get("purchase.order", id, "amount_total").as_f64().unwrap();
            assert!(sum > 0.0 && (sum - total).abs() < 0.01, "order {id}: {sum} and {total}");
        }
    }
}
