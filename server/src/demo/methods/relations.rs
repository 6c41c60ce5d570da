//! The commands of x2many fields.

use serde_json::json;

use super::{
    super::{
        env::Env,
        errors::OdooError,
        fields::{Field, OnDelete},
        model::{self, Model},
    },
    values::{self, Command},
    write::{create, unlink, write},
};

/// Does a command of a one2many: its records are the lines that point back.
///
/// # Errors
/// As [`write`], [`create`] and [`unlink`].
pub(super) fn change_lines(
    env: &mut Env,
    other: &'static Model,
    inverse: &str,
    id: i64,
    lines: &[i64],
    command: Command,
) -> Result<(), OdooError> {
    let detach = |env: &mut Env, gone: &[i64]| -> Result<(), OdooError> {
        match other.field(inverse) {
            // A line that needs its order goes when it is taken off it.
            Some(field) if field.on_delete == OnDelete::Cascade => unlink(env, other, gone),
            _ => write(env, other, gone, &json!({ inverse: false })),
        }
    };
    match command {
        Command::Create(mut values) => {
            if let Some(values) = values.as_object_mut() {
                values.insert(inverse.to_owned(), json!(id));
            }
            create(env, other, &values).map(drop)
        }
        Command::Update(line, values) => write(env, other, &[line], &values),
        Command::Delete(line) => unlink(env, other, &[line]),
        Command::Unlink(line) => detach(env, &[line]),
        Command::Link(line) => write(env, other, &[line], &json!({ inverse: id })),
        Command::Clear => detach(env, lines),
        Command::Set(kept) => {
            let gone: Vec<_> = lines.iter().copied().filter(|l| !kept.contains(l)).collect();
            detach(env, &gone)?;
            write(env, other, &kept, &json!({ inverse: id }))
        }
    }
}

/// Does a command of a many2many on the ids that it links.
///
/// # Errors
/// As [`write`], [`create`] and [`unlink`].
pub(super) fn change_links(
    env: &mut Env,
    field: &Field,
    other: &'static str,
    linked: &mut Vec<i64>,
    command: Command,
) -> Result<(), OdooError> {
    let link = |env: &Env, linked: &mut Vec<i64>, id: i64| {
        values::check_record(&env.store, field, other, id)?;
        if !linked.contains(&id) {
            linked.push(id);
        }
        Ok(())
    };
    let Some(model) = model::find(other) else { return Ok(()) };
    match command {
        Command::Create(values) => {
            let id = create(env, model, &values)?;
            link(env, linked, id)
        }
        Command::Update(id, values) => write(env, model, &[id], &values),
        Command::Delete(id) => {
            linked.retain(|known| *known != id);
            unlink(env, model, &[id])
        }
        Command::Unlink(id) => {
            linked.retain(|known| *known != id);
            Ok(())
        }
        Command::Link(id) => link(env, linked, id),
        Command::Clear => {
            linked.clear();
            Ok(())
        }
        Command::Set(ids) => {
            linked.clear();
            ids.into_iter().try_for_each(|id| link(env, linked, id))
        }
    }
}
