//! The methods that can be called, with their signatures, as Odoo's own are.

mod archive;
mod buttons;
mod chatter;
mod copy;
mod follow;
mod group;
mod invoices;
mod load;
mod orders;
mod people;
mod read;
mod relations;
mod transfers;
mod values;
mod web;
mod write;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    env::Env,
    errors::{OdooError, type_error},
    model::Model,
};

pub(super) use write::create;

/// A method.
pub(super) struct Method {
    pub(super) name: &'static str,
    /// The models that have it; none are named where all do.
    pub(super) models: &'static [&'static str],
    pub(super) target: Target,
    pub(super) effect: Effect,
    pub(super) params: &'static [Param],
    pub(super) run: fn(&mut Env, &'static Model, &[i64], &Args) -> Result<Value, OdooError>,
}

/// What a method is called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Model,
    Records,
}

/// Whether a method can change records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Writes,
}

/// A parameter.
pub(super) enum Param {
    Required(&'static str),
    Optional(&'static str),
}

/// Arguments that fit no signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    Unexpected(String),
    Missing(&'static str),
    TooMany { most: usize, given: usize },
}

/// The arguments of a call by name. `None` in Python's sense is as good as not given.
#[derive(Debug, Default)]
pub(super) struct Args(BTreeMap<&'static str, Value>);

impl Param {
    const fn name(&self) -> &'static str {
        match self {
            Self::Required(name) | Self::Optional(name) => name,
        }
    }
}

/// All methods.
fn all() -> impl Iterator<Item = &'static Method> {
    [
        read::METHODS,
        web::METHODS,
        group::METHODS,
        people::METHODS,
        write::METHODS,
        copy::METHODS,
        load::METHODS,
        archive::METHODS,
        chatter::METHODS,
        orders::METHODS,
        invoices::METHODS,
        transfers::METHODS,
    ]
    .into_iter()
    .flatten()
}

/// The public method of this name on this model.
pub(super) fn find(model: &Model, name: &str) -> Option<&'static Method> {
    all().find(|method| {
        method.name == name && (method.models.is_empty() || method.models.contains(&model.name))
    })
}

impl Method {
    /// Binds a call's arguments to the parameters, as Python does.
    ///
    /// # Errors
    /// What does not fit.
    pub(super) fn bind(
        &self,
        positional: &[Value],
        keywords: &Map<String, Value>,
    ) -> Result<Args, Misfit> {
        if positional.len() > self.params.len() {
            return Err(Misfit::TooMany { most: self.params.len(), given: positional.len() });
        }
        let mut args: BTreeMap<&'static str, Value> =
            self.params.iter().map(Param::name).zip(positional.iter().cloned()).collect();
        for (key, value) in keywords {
            let param = self.params.iter().map(Param::name).find(|name| name == key);
            let Some(name) = param.filter(|name| !args.contains_key(name)) else {
                return Err(Misfit::Unexpected(key.clone()));
            };
            args.insert(name, value.clone());
        }
        for param in self.params {
            if let Param::Required(name) = param
                && !args.contains_key(name)
            {
                return Err(Misfit::Missing(name));
            }
        }
        Ok(Args(args))
    }

    /// A misfit as Python tells of it when the method itself is called.
    pub(super) fn type_error(&self, misfit: &Misfit) -> OdooError {
        // search_read hands what it does not know on to the reading of records.
        let name = match self.name {
            "search_read" => "_read_format",
            name => name,
        };
        type_error(match misfit {
            Misfit::Unexpected(key) => {
                format!("BaseModel.{name}() got an unexpected keyword argument '{key}'")
            }
            Misfit::Missing(param) => {
                format!("BaseModel.{name}() missing 1 required positional argument: '{param}'")
            }
            Misfit::TooMany { most, given } => format!(
                "BaseModel.{name}() takes {} positional arguments but {} were given",
                most + 1,
                given + 1
            ),
        })
    }
}

impl Args {
    /// An argument that was given and is not `None`.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// An argument, `Null` when it was not given.
    pub(super) fn value(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// A text that was given and is not empty or `false`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A list of texts that was given and is not empty.
    ///
    /// # Errors
    /// `TypeError` when it is something else.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, OdooError> {
        match self.get(name) {
            None | Some(Value::Bool(false)) => Ok(None),
            Some(Value::Array(items)) if items.is_empty() => Ok(None),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| {
                    item.as_str().ok_or_else(|| type_error(format!("{name} holds no text")))
                })
                .collect::<Result<_, _>>()
                .map(Some),
            Some(Value::String(one)) => Ok(Some(vec![one])),
            Some(_) => Err(type_error(format!("{name} is no list"))),
        }
    }
}
