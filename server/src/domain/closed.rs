//! What no tool may touch: models that hold credentials or queues, and fields that hold secrets.

/// Models that are closed to every tool: credentials, parameters with credentials, outgoing queues.
const CLOSED_MODELS: [&str; 19] = [
    "auth_totp.device",
    "fetchmail.server",
    "google.calendar.credentials",
    "google.gmail.mixin",
    "iap.account",
    "ir.config_parameter",
    "ir.mail_server",
    "mail.mail",
    "microsoft.calendar.credentials",
    "payment.provider",
    "payment.token",
    "res.users.apikeys",
    "res.users.apikeys.description",
    "res.users.apikeys.show",
    "res.users.identitycheck",
    "res.config.settings",
    "res.users.log",
    "sms.sms",
    "snailmail.letter",
];

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
const SECRET_FIELDS: [&str; 17] = [
    "access_token",
    "api_key",
    "client_secret",
    "credential",
    "key_password",
    "new_password",
    "oauth_access_token",
    "passkey",
    "password",
    "pin",
    "private_key",
    "secret",
    "secret_key",
    "signup_token",
    "signup_url",
    "token",
    "totp_secret",
];

/// Ends of the names of fields that hold a secret.
const SECRET_SUFFIXES: [&str; 10] = [
    "_access_key",
    "_api_key",
    "_authorization_code",
    "_pass",
    "_passwd",
    "_password",
    "_private_key",
    "_rtoken",
    "_secret",
    "_secret_key",
];

/// Whether `model` is closed to every tool.
#[must_use]
pub fn is_closed_model(model: &str) -> bool {
    CLOSED_MODELS.contains(&model) || CLOSED_PREFIXES.iter().any(|prefix| model.starts_with(prefix))
}

/// Whether `path`, a field's name or names joined by dots or by a colon (`date:month`), goes through a
/// field that holds a secret.
#[must_use]
pub fn is_secret_path(path: &str) -> bool {
    path.split(['.', ':', '/']).any(is_secret_field)
}

fn is_secret_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_FIELDS.contains(&name.as_str())
        || name.ends_with("_token")
        || SECRET_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
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
    fn a_secret_is_found_on_every_step_of_a_path_and_in_any_case() {
        for path in [
            "password",
            "user_id.password",
            "partner_id.signup_token",
            "access_token",
            "x_stripe_secret_key",
            "PASSWORD",
            "user_ids.totp_secret",
            "smtp_password",
            "x_refresh_token",
            "password:month",
        ] {
            assert!(is_secret_path(path), "{path}");
        }
        for path in [
            "name",
            "partner_id.email",
            "date_order:month",
            "token_count",
            "has_password_reset",
            "secretary_id",
        ] {
            assert!(!is_secret_path(path), "{path}");
        }
    }
}
