//! What no tool may touch: models that hold credentials or queues, and fields that hold secrets.

/// Models that are closed to every tool: credentials, parameters with credentials, outgoing queues.
const CLOSED_MODELS: [&str; 21] = [
    "auth_totp.device",
    "fetchmail.server",
    "google.calendar.credentials",
    "google.gmail.mixin",
    "iap.account",
    "ir.config_parameter",
    "ir.mail_server",
    "mail.mail",
    // What fields of any model held before, by the field's record and not by a name that could be looked at.
    "mail.tracking.value",
    "microsoft.calendar.credentials",
    "payment.provider",
    "payment.token",
    "res.company.ldap",
    "res.users.apikeys",
    "res.users.apikeys.description",
    "res.users.apikeys.show",
    "res.users.identitycheck",
    "res.config.settings",
    "res.users.log",
    "sms.sms",
    "snailmail.letter",
];

/// Models that hold Odoo's security or run code, or whose records Odoo's own jobs send to people: they may be
/// read, and nothing changes them. The website's own record holds scripts for its visitors, and a salary rule
/// and the definition of a goal Python.
const CLOSED_TO_CHANGES: [&str; 14] = [
    "base.automation",
    "base.language.install",
    "base.module.update",
    "base.module.upgrade",
    "gamification.goal.definition",
    "hr.salary.rule",
    "mail.message.schedule",
    "mail.scheduled.message",
    "mail.template",
    "mailing.mailing",
    "res.company",
    "res.groups",
    "res.users",
    "website",
];

/// Beginnings of the names of models that are closed to changes as well. Whatever begins with `ir.` is Odoo's
/// own machinery: views, rules, actions, jobs, defaults, sequences, files.
const CLOSED_TO_CHANGES_PREFIXES: [&str; 7] =
    ["base.import.", "base_import.", "ir.", "res.groups.", "res.users.", "studio.", "web_studio."];

/// Beginnings of the names of models that are closed as well.
const CLOSED_PREFIXES: [&str; 8] = [
    "auth.",
    "auth_totp.",
    "bus.",
    "certificate.",
    "change.password.",
    "mail.guest",
    "mail.push",
    "res.users.device",
];

/// Names of fields that hold a secret, whatever the model.
const SECRET_FIELDS: [&str; 28] = [
    "access_key",
    "access_token",
    "api_key",
    "apikey",
    "auth_key",
    "client_secret",
    "credential",
    "credentials",
    "encryption_key",
    "key_password",
    "new_password",
    "oauth_access_token",
    "otp",
    "passkey",
    "passphrase",
    "passwd",
    "password",
    "password_crypt",
    "pin",
    "private_key",
    "pwd",
    "secret",
    "secret_key",
    "signing_key",
    "signup_token",
    "signup_url",
    "token",
    "totp_secret",
];

/// Ends of the names of fields that hold a secret: whole words.
const SECRET_SUFFIXES: [&str; 19] = [
    "_access_key",
    "_api_key",
    "_apikey",
    "_auth_key",
    "_authorization_code",
    "_credentials",
    "_developer_key",
    "_encryption_key",
    "_otp",
    "_pass",
    "_passphrase",
    "_passwd",
    "_password",
    "_private_key",
    "_pwd",
    "_rtoken",
    "_secret",
    "_secret_key",
    "_signing_key",
];

/// Ordinary fields of Odoo 17 to 19 that end like a secret: when a transfer's delay has passed.
const NO_SECRETS: [&str; 1] = ["delay_pass"];

/// Fields that hold Python which Odoo runs with more rights than the person's, on models that are open otherwise: how a tax of
/// Odoo 17 is computed (`account_tax_python`).
const CODE_FIELDS: [&str; 2] = ["python_applicable", "python_compute"];

/// Whether a field of this name holds code that Odoo runs, so that no tool changes it.
#[must_use]
pub fn holds_code(name: &str) -> bool {
    CODE_FIELDS.contains(&name)
}

/// The names of models that are closed to every tool, and beginnings of such names.
pub const CLOSED: (&[&str], &[&str]) = (&CLOSED_MODELS, &CLOSED_PREFIXES);

/// Whether `model` is closed to every tool.
#[must_use]
pub fn is_closed_model(model: &str) -> bool {
    CLOSED_MODELS.contains(&model) || CLOSED_PREFIXES.iter().any(|prefix| model.starts_with(prefix))
}

/// Whether `model` holds Odoo's security, runs code or is sent by Odoo's own jobs, so that no tool changes it.
#[must_use]
pub fn is_closed_to_changes(model: &str) -> bool {
    CLOSED_TO_CHANGES.contains(&model)
        || CLOSED_TO_CHANGES_PREFIXES.iter().any(|prefix| model.starts_with(prefix))
}

/// Whether a field of this name holds a secret, whatever the model.
#[must_use]
pub fn is_secret_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends_like_one =
        name.ends_with("_token") || SECRET_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    SECRET_FIELDS.contains(&name.as_str())
        || (ends_like_one && !NO_SECRETS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_and_queue_models_are_closed_and_business_models_are_not() {
        for model in [
            "res.users.apikeys",
            "ir.config_parameter",
            "mail.mail",
            "ir.mail_server",
            "auth_totp.wizard",
            "change.password.user",
            "payment.provider",
        ] {
            assert!(is_closed_model(model), "{model}");
        }
        for model in
            ["res.partner", "res.users", "purchase.order", "mail.message", "account.payment"]
        {
            assert!(!is_closed_model(model), "{model}");
        }
    }

    #[test]
    fn models_of_security_and_code_are_closed_to_changes_and_business_models_are_not() {
        for model in [
            "res.users",
            "res.groups.privilege",
            "ir.rule",
            "ir.model.access",
            "ir.actions.server",
            "ir.ui.view",
            "ir.cron.trigger",
            "ir.embedded.actions",
            "ir.attachment",
            "hr.salary.rule",
            "website",
            "mail.scheduled.message",
            "mail.message.schedule",
            "mailing.mailing",
            "base_import.import",
            "base.import.module",
        ] {
            assert!(is_closed_to_changes(model), "{model}");
        }
        for model in [
            "res.partner",
            "sale.order",
            "res.currency.rate",
            "mail.activity",
            "website.visitor",
            "mailing.list",
        ] {
            assert!(!is_closed_to_changes(model), "{model}");
        }
    }

    #[test]
    fn a_secret_is_known_by_its_name_in_any_case() {
        for path in [
            "password",
            "signup_token",
            "access_token",
            "x_stripe_secret_key",
            "PASSWORD",
            "totp_secret",
            "smtp_password",
            "x_refresh_token",
            "apikey",
            "x_apikey",
            "access_key",
            "passwd",
            "pwd",
            "x_ftp_pwd",
            "passphrase",
            "credentials",
            "otp",
            "x_webhook_signing_key",
            "encryption_key",
            "fedex_developer_key",
        ] {
            assert!(is_secret_field(path), "{path}");
        }
        for path in [
            "name",
            "email",
            "token_count",
            "has_password_reset",
            "secretary_id",
            "pwd_hint",
            "delay_pass",
            "option",
            "totp_enabled",
        ] {
            assert!(!is_secret_field(path), "{path}");
        }
    }
}
