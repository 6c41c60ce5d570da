//! What the buttons of forms have in common.

use serde_json::Value;

use super::super::{access::Operation, env::Env, errors::OdooError, model::Model};

/// A method without arguments on records that the person may change.
macro_rules! button {
    ($name:literal on $models:expr, $run:expr) => {
        Method {
            name: $name,
            models: $models,
            target: Target::Records,
            effect: Effect::Writes,
            params: &[],
            run: |env, model, ids, _| {
                buttons::ready(env, model, ids)?;
                $run(env, model, ids)
            },
        }
    };
}
pub(super) use button;

/// What a button asks for before it does anything.
///
/// # Errors
/// `MissingError` or `AccessError`.
pub(super) fn ready(env: &Env, model: &Model, ids: &[i64]) -> Result<(), OdooError> {
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Write)
}

/// The state that a record is in, empty where its model has none.
pub(super) fn state(env: &Env, model: &Model, id: i64) -> String {
    env.store.get(model.name, id, "state").as_str().unwrap_or_default().to_owned()
}

/// Whether all of the records are in one of these states.
pub(super) fn all_in(env: &Env, model: &Model, ids: &[i64], states: &[&str]) -> bool {
    ids.iter().all(|id| states.contains(&state(env, model, *id).as_str()))
}

/// Sets a field of all the records.
pub(super) fn set(env: &mut Env, model: &Model, ids: &[i64], field: &'static str, value: &Value) {
    for id in ids {
        env.store.set(model.name, *id, field, value.clone());
    }
}
