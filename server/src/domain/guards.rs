//! What no key may touch, whatever its permissions: the product's own tables of closed models, models
//! closed to changes and secret fields, with what the company adds or opens by name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    closed::{CLOSED, is_closed_model, is_closed_to_changes, is_secret_field},
    odoo_domain::is_identifier,
};

/// The most names of one list.
pub const MAX_NAMES: usize = 200;

/// Ends of the names of fields in which Odoo keeps the value of another once more: `email_normalized` (`mail.thread.blacklist`),
/// `email_formatted`, `phone_sanitized` (`mail.thread.phone`).
const COPIES: [&str; 3] = ["_formatted", "_normalized", "_sanitized"];
/// Beginnings of such names: `sanitized_acc_number` (`res.partner.bank`).
const COPIED: [&str; 1] = ["sanitized_"];
/// Fields, and what finds records by parts of them without being a copy of either (`mail.thread.phone`).
const SEARCHED_BY: [(&str, &str); 2] =
    [("phone", "phone_mobile_search"), ("mobile", "phone_mobile_search")];

/// What a company opens and closes beyond the product's own tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guards {
    /// Models that are open though the product closes them.
    pub open_models: Vec<String>,
    /// Models that are closed to every tool.
    pub closed_models: Vec<String>,
    /// Names of fields that are secret on every model.
    pub secret_fields: Vec<String>,
    /// Methods that `execute` may call, as `model.method`.
    pub open_methods: Vec<String>,
}

impl Guards {
    /// Reads what [`Guards::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// As the database keeps it.
    ///
    /// # Panics
    /// Never: lists of texts always have a JSON form.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("lists of texts have a JSON form")
    }

    /// Whether `model` is closed to every tool.
    #[must_use]
    pub fn is_closed(&self, model: &str) -> bool {
        self.closed_models.iter().any(|closed| closed == model)
            || (is_closed_model(model) && !self.opens(model))
    }

    /// An expression of a domain, in prefix form, that leaves out records whose `field` names a closed model. Those
    /// that name none stay.
    #[must_use]
    pub fn open_only(&self, field: &str) -> Vec<Value> {
        let (names, beginnings) = CLOSED;
        let is_ours = |model: &&str| !self.opens(model);
        let closed: Vec<&str> = self
            .closed_models
            .iter()
            .map(String::as_str)
            .chain(names.iter().copied().filter(is_ours))
            .collect();
        let mut expression = vec![json!("|"), json!([field, "=", false])];
        let open: Vec<&String> =
            self.open_models.iter().filter(|model| !self.is_closed(model)).collect();
        if !open.is_empty() {
            expression.extend([json!("|"), json!([field, "in", open])]);
        }
        expression.extend([json!("&"), json!([field, "not in", closed]), json!("!")]);
        expression.extend(std::iter::repeat_n(json!("|"), beginnings.len() - 1));
        expression
            .extend(beginnings.iter().map(|begins| json!([field, "=like", format!("{begins}%")])));
        expression
    }

    /// Whether `model` is closed to every change.
    #[must_use]
    pub fn is_closed_to_changes(&self, model: &str) -> bool {
        self.is_closed(model) || (is_closed_to_changes(model) && !self.opens(model))
    }

    /// Whether `path`, a field's name or names joined by dots or by a colon (`date:month`), goes through
    /// a field that holds a secret, or a copy of one.
    #[must_use]
    pub fn is_secret(&self, path: &str) -> bool {
        path.split(['.', ':', '/']).any(|name| {
            is_secret_field(name)
                || self.secret_fields.iter().any(|field| is_field_or_copy(field, name))
        })
    }

    /// Whether a field of this name and definition (`fields_get`) is told to nobody: it holds a secret, or leads into
    /// a closed model.
    #[must_use]
    pub fn hides(&self, name: &str, definition: &Value) -> bool {
        let relation = definition["relation"].as_str();
        self.holds_secret(name, definition) || relation.is_some_and(|model| self.is_closed(model))
    }

    /// Whether the field `name` of a model with these `fields` (`fields_get`) is told to nobody: as [`Self::hides`], or
    /// it stands for one of a record of a closed model (`related`).
    #[must_use]
    pub fn hides_field(&self, name: &str, fields: &Map<String, Value>) -> bool {
        let definition = fields.get(name).unwrap_or(&Value::Null);
        let related = definition["related"].as_str().and_then(|path| path.split_once('.'));
        let through = related.and_then(|(first, _)| fields.get(first)?["relation"].as_str());
        self.hides(name, definition) || through.is_some_and(|model| self.is_closed(model))
    }

    /// Whether a value of properties is about records of a closed model: a property names its own (`comodel`).
    #[must_use]
    pub fn is_property_of_closed(&self, property: &Value) -> bool {
        property["comodel"].as_str().is_some_and(|model| self.is_closed(model))
    }

    /// Whether a choice of a selection, its value with its label, is a closed model: of some fields the choices are names of
    /// models.
    #[must_use]
    pub fn is_choice_of_closed(&self, choice: &Value) -> bool {
        match choice.as_array().map(Vec::as_slice) {
            Some([Value::String(value), Value::String(_)]) => self.is_closed(value),
            _ => false,
        }
    }

    /// A field of a model with these `fields` (`fields_get`) whose records are parts of its own and of a model that the
    /// company has closed, with that model: a printed document shows such lines, and nobody takes them out. Messages,
    /// activities and files stand beside a record, not in its documents.
    #[must_use]
    pub fn closed_part<'a>(&self, fields: &'a Map<String, Value>) -> Option<(&'a str, &'a str)> {
        fields.iter().find_map(|(name, definition)| {
            let is_part =
                definition["type"] == "one2many" && definition["relation_field"] != "res_id";
            let model = definition["relation"].as_str().filter(|_| is_part)?;
            let is_closed = self.closed_models.iter().any(|closed| closed == model);
            is_closed.then_some((name.as_str(), model))
        })
    }

    /// Whether the company keeps fields secret beyond those that the product does.
    #[must_use]
    pub const fn keeps_fields_secret(&self) -> bool {
        !self.secret_fields.is_empty()
    }

    /// Whether a field of this name and definition holds a secret: its own, or one of another record that it stands
    /// for (`related`).
    #[must_use]
    pub fn holds_secret(&self, name: &str, definition: &Value) -> bool {
        self.is_secret(name)
            || definition["related"].as_str().is_some_and(|path| self.is_secret(path))
    }

    /// Whether the company has opened this method to `execute`.
    #[must_use]
    pub fn opens_method(&self, model: &str, method: &str) -> bool {
        self.open_methods.iter().any(|open| open.rsplit_once('.') == Some((model, method)))
    }

    fn opens(&self, model: &str) -> bool {
        self.open_models.iter().any(|open| open == model)
    }
}

/// Whether `name` is the name of `field`, or of one in which Odoo keeps its value again or searches it.
fn is_field_or_copy(field: &str, name: &str) -> bool {
    let is_there = |name: &str| field.eq_ignore_ascii_case(name);
    let ending = |ending: &&str| {
        let at = name.len().checked_sub(ending.len())?;
        let (field, end) = name.split_at_checked(at)?;
        end.eq_ignore_ascii_case(ending).then_some(field)
    };
    let beginning = |beginning: &&str| {
        let (start, field) = name.split_at_checked(beginning.len())?;
        start.eq_ignore_ascii_case(beginning).then_some(field)
    };
    let searches = |&(of, by): &(&str, &str)| is_there(of) && name.eq_ignore_ascii_case(by);
    is_there(name)
        || COPIES.iter().filter_map(ending).any(is_there)
        || COPIED.iter().filter_map(beginning).any(is_there)
        || SEARCHED_BY.iter().any(searches)
}

/// Why `path`, which goes through a field that holds a secret, is refused.
#[must_use]
pub fn secret(path: &str) -> String {
    format!("{path} holds a secret and is closed to every tool")
}

/// Whether the text is a model's technical name: identifiers joined by dots.
#[must_use]
pub fn is_model_name(text: &str) -> bool {
    text.len() <= 128 && text.split('.').all(is_identifier)
}

/// Whether the text is a model and a public method of it, as `model.method`.
#[must_use]
pub fn is_method_name(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(model, method)| {
        is_model_name(model) && is_identifier(method) && !method.starts_with('_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::odoo_domain::Domain;

    #[test]
    fn a_company_opens_and_closes_by_name() {
        let guards = Guards {
            open_models: vec!["ir.attachment".into(), "payment.provider".into()],
            closed_models: vec!["hr.employee".into()],
            secret_fields: vec!["x_salary".into(), "PHONE".into()],
            open_methods: vec!["sale.order.message_post".into()],
        };
        assert!(guards.is_closed("hr.employee") && !Guards::default().is_closed("hr.employee"));
        assert!(!guards.is_closed("payment.provider"));
        assert!(Guards::default().is_closed("payment.provider"));
        assert!(!guards.is_closed_to_changes("ir.attachment"));
        assert!(guards.is_closed_to_changes("ir.cron"));
        assert!(guards.is_secret("employee_id.x_salary") && guards.is_secret("a.password"));
        assert!(
            guards.is_secret("phone") && guards.is_secret("partner_id.X_Salary"),
            "in any case"
        );
        for copy in [
            "phone_sanitized",
            "partner_id.Phone_Normalized",
            "x_salary_formatted",
            "Sanitized_x_salary",
            "partner_id.phone_mobile_search",
        ] {
            assert!(guards.is_secret(copy), "{copy}");
        }
        let mobile = Guards { secret_fields: vec!["mobile".into()], ..Guards::default() };
        assert!(mobile.is_secret("phone_mobile_search") && !mobile.is_secret("phone"));
        let account = Guards { secret_fields: vec!["acc_number".into()], ..Guards::default() };
        assert!(account.is_secret("bank_ids.sanitized_acc_number"));
        assert!(!account.is_secret("phone_mobile_search"));
        for other in [
            "phone_count",
            "sanitized",
            "mobile_sanitized",
            "_sanitized",
            "telé_formatted",
            "sanitized_",
            "sanitizé_phone",
        ] {
            assert!(!guards.is_secret(other), "{other}");
        }
        let stands_for = serde_json::json!({ "type": "char", "related": "user_id.password" });
        assert!(guards.hides("x_word", &stands_for) && guards.holds_secret("x_word", &stands_for));
        let fields = serde_json::json!({
            "employee_id": { "type": "many2one", "relation": "hr.employee" },
            "work_phone": { "type": "char", "related": "employee_id.mobile" },
            "city": { "type": "char", "related": "partner_id.city" },
        });
        let fields = fields.as_object().expect("an object");
        assert!(guards.hides_field("employee_id", fields));
        assert!(guards.hides_field("work_phone", fields), "what it stands for is closed");
        assert!(!guards.hides_field("city", fields));
        assert!(!Guards::default().hides_field("work_phone", fields));
        assert!(guards.is_property_of_closed(&serde_json::json!({ "comodel": "hr.employee" })));
        assert!(guards.is_choice_of_closed(&json!(["hr.employee", "Employee"])));
        for other in [json!(["sale.order", "Order"]), json!(["hr.employee"]), json!("hr.employee")]
        {
            assert!(!guards.is_choice_of_closed(&other), "{other}");
        }
        assert!(guards.opens_method("sale.order", "message_post"));
        assert!(!guards.opens_method("order", "message_post"));
        assert!(!guards.opens_method("sale", "order.message_post"));
        assert_eq!(Guards::from_json(&guards.to_json()).ok(), Some(guards));
        assert_eq!(Guards::from_json("{}").ok(), Some(Guards::default()));
    }

    #[test]
    fn lines_of_a_closed_model_are_parts_of_what_is_printed() {
        let guards = Guards {
            closed_models: vec!["sale.order.line".into(), "mail.message".into(), "x.tag".into()],
            ..Guards::default()
        };
        let mut fields = json!({
            "message_ids": { "type": "one2many", "relation": "mail.message", "relation_field": "res_id" },
            "tag_ids": { "type": "many2many", "relation": "x.tag" },
            "token_ids": { "type": "one2many", "relation": "payment.token" },
        });
        let part = |fields: &Value| {
            let fields = fields.as_object().expect("an object");
            guards.closed_part(fields).map(|(name, model)| format!("{name} {model}"))
        };
        assert_eq!(part(&fields), None);
        fields["order_line"] = json!({ "type": "one2many", "relation": "sale.order.line" });
        assert_eq!(part(&fields), Some("order_line sale.order.line".to_owned()));
    }

    #[test]
    fn records_of_closed_models_are_left_out_by_one_expression() {
        let opened = Guards { open_models: vec!["mail.mail".into()], ..Guards::default() };
        let both = Guards { closed_models: vec!["sale.order".into()], ..opened.clone() };
        for guards in [Guards::default(), opened, both] {
            let expression = guards.open_only("res_model");
            let domain = Domain::parse(&Value::Array(expression.clone())).expect("is one");
            assert!(domain.fields().iter().all(|field| field.path == "res_model"));
            // Prefix operators before as many operands make one expression.
            let (leaves, joints) =
                expression.iter().fold((0, 0), |(leaves, joints), term| match term.as_str() {
                    None => (leaves + 1, joints),
                    Some("!") => (leaves, joints),
                    Some(_) => (leaves, joints + 1),
                });
            assert_eq!(leaves, joints + 1);
            let text = Value::Array(expression).to_string();
            let has = |name: &str| text.contains(&format!("{name:?}"));
            assert_eq!(has("sale.order"), guards.is_closed("sale.order"));
            assert!(has("ir.config_parameter") && has("auth.%"));
        }
    }

    #[test]
    fn names_are_told_from_other_texts() {
        assert!(is_model_name("res.partner") && !is_model_name("res..partner"));
        assert!(is_method_name("sale.order.action_confirm"));
        assert!(!is_method_name("sale.order._create_invoices") && !is_method_name("confirm"));
    }
}
