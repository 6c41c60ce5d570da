//! Contacts, users, the company, countries, currencies, and the list of models.

use serde_json::{Value, json};

use super::{
    super::{
        context::Language,
        env::{COMPANY, TIME_ZONE},
        fields::{
            Initial, binary, boolean, char, date, float, html, integer, many2many, many2one,
            one2many, selection,
        },
        model::{self, Model},
        store::{Row, Store},
    },
    EURO, message_ids, messages,
};

const LANGUAGES: &[(&str, &str)] =
    &[(Language::English.code(), "English (US)"), (Language::French.code(), "French / Français")];
const TIME_ZONES: &[(&str, &str)] = &[
    ("America/New_York", "America/New_York"),
    ("Asia/Kolkata", "Asia/Kolkata"),
    (TIME_ZONE, TIME_ZONE),
    ("Europe/London", "Europe/London"),
    ("UTC", "UTC"),
];

pub(super) fn models() -> Vec<Model> {
    vec![
        partner(),
        Model::new(
            "res.partner.category",
            "Contact Tag",
            vec![
                char("name", "Tag").required(),
                integer("color", "Colour"),
                many2one("parent_id", "Above", "res.partner.category"),
                boolean("active", "In use").initial(Initial::True),
            ],
        )
        .order("name, id"),
        user(),
        company(),
        Model::new(
            "res.currency",
            "Currency",
            vec![
                char("name", "Code").required().help("Three letters, as ISO 4217 has them."),
                char("full_name", "Full name"),
                char("symbol", "Sign").required(),
                float("rounding", "Smallest step").initial(Initial::Number(0.01)),
                integer("decimal_places", "Decimals").computed(|_, _| json!(2)),
                selection(
                    "position",
                    "Place of the sign",
                    &[("after", "After the amount"), ("before", "Before the amount")],
                )
                .initial(Initial::Text("after")),
                boolean("active", "In use").initial(Initial::True),
            ],
        )
        .order("active desc, name"),
        Model::new(
            "res.country",
            "Country",
            vec![
                char("name", "Country").required(),
                char("code", "Code").required().help("Two letters, as ISO 3166 has them."),
                integer("phone_code", "Calling code"),
                many2one("currency_id", "Currency", "res.currency"),
                one2many("state_ids", "States", "res.country.state", "country_id"),
            ],
        )
        .order("name, id"),
        Model::new(
            "res.country.state",
            "Country state",
            vec![
                char("name", "State").required(),
                char("code", "Code").required(),
                many2one("country_id", "Country", "res.country").required(),
            ],
        )
        .order("code, id"),
    ]
}

fn partner() -> Model {
    Model::new(
        "res.partner",
        "Contact",
        vec![
            char("name", "Name"),
            char("complete_name", "Name with company")
                .computed(|store, row| json!(partner_name(store, row))),
            boolean("active", "Active").initial(Initial::True),
            boolean("is_company", "Is a company"),
            selection(
                "company_type",
                "Person or company",
                &[("person", "A person"), ("company", "A company")],
            )
            .computed(|_, row| {
                let is_company = row.get("is_company") == Some(&json!(true));
                json!(if is_company { "company" } else { "person" })
            }),
            selection(
                "type",
                "Kind of address",
                &[
                    ("contact", "Contact"),
                    ("invoice", "For invoices"),
                    ("delivery", "For deliveries"),
                    ("other", "Other"),
                ],
            )
            .initial(Initial::Text("contact")),
            many2one("parent_id", "Belongs to", "res.partner"),
            one2many("child_ids", "People and addresses", "res.partner", "parent_id"),
            many2one("commercial_partner_id", "Company to bill", "res.partner")
                .computed(|store, row| json!(commercial_partner(store, row))),
            char("email", "Email"),
            char("phone", "Phone"),
            char("website", "Website"),
            char("function", "Position"),
            char("street", "Street"),
            char("street2", "Street, second line"),
            char("zip", "Postcode"),
            char("city", "City"),
            many2one("state_id", "State", "res.country.state"),
            many2one("country_id", "Country", "res.country"),
            char("country_code", "Country code").related("country_id.code").readonly(),
            char("contact_address", "Whole address")
                .computed(|store, row| json!(address(store, row))),
            char("vat", "Tax number").help("The number that the tax office knows the contact by."),
            char("company_registry", "Register number"),
            char("ref", "Reference"),
            html("comment", "Notes"),
            selection("lang", "Language", LANGUAGES)
                .initial(Initial::Text(Language::English.code())),
            selection("tz", "Time zone", TIME_ZONES),
            many2many("category_id", "Tags", "res.partner.category"),
            many2one("user_id", "Looked after by", "res.users")
                .help("The person here who keeps in touch with this contact."),
            many2one("company_id", "Company", "res.company"),
            many2one("currency_id", "Currency", "res.currency").computed(|_, _| json!(EURO)),
            integer("customer_rank", "Weight as a customer"),
            integer("supplier_rank", "Weight as a supplier"),
            float("credit_limit", "Credit limit"),
            integer("color", "Colour"),
            one2many("user_ids", "Users", "res.users", "partner_id"),
            message_ids(|store, row| messages(store, row, "res.partner")),
            binary("image_128", "Small picture").computed(|_, _| Value::Null),
        ],
    )
    .order("complete_name, id desc")
    .search_in(&["complete_name", "email", "ref", "vat"])
    .named(partner_name)
}

/// A person's name follows that of their company.
fn partner_name(store: &Store, row: &Row) -> String {
    let own = model::text(row, "name");
    let is_company = row.get("is_company") == Some(&json!(true));
    match row.get("parent_id").and_then(Value::as_i64) {
        Some(parent) if !is_company => format!("{}, {own}", store.name("res.partner", parent)),
        _ => own.to_owned(),
    }
}

fn commercial_partner(store: &Store, row: &Row) -> Option<i64> {
    let parent = row.get("parent_id").and_then(Value::as_i64);
    match parent.and_then(|parent| store.row("res.partner", parent)) {
        Some(parent) if row.get("is_company") != Some(&json!(true)) => {
            commercial_partner(store, parent)
        }
        _ => row.get("id").and_then(Value::as_i64),
    }
}

fn address(store: &Store, row: &Row) -> String {
    let country = row.get("country_id").and_then(Value::as_i64);
    let country = country.map(|id| store.name("res.country", id)).unwrap_or_default();
    let town = format!("{} {}", model::text(row, "zip"), model::text(row, "city"));
    let lines = [model::text(row, "street"), model::text(row, "street2"), town.trim(), &country];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn user() -> Model {
    Model::new(
        "res.users",
        "User",
        vec![
            many2one("partner_id", "Contact", "res.partner").required(),
            char("name", "Name").related("partner_id.name"),
            char("email", "Email").related("partner_id.email"),
            char("phone", "Phone").related("partner_id.phone"),
            char("login", "Login").required().help("What the person signs in with."),
            char("password", "Password")
                .computed(|_, _| json!(""))
                .help("Set only: reading it gives nothing."),
            selection("lang", "Language", LANGUAGES).related("partner_id.lang"),
            selection("tz", "Time zone", TIME_ZONES).related("partner_id.tz"),
            boolean("active", "Active").initial(Initial::True),
            boolean("share", "From outside"),
            many2one("company_id", "Company", "res.company")
                .required()
                .initial(Initial::Record(COMPANY)),
            many2many("company_ids", "Companies", "res.company"),
            date("login_date", "Last seen").readonly(),
        ],
    )
    .order("name, login")
    .search_in(&["name", "login"])
    .named(|store, row| {
        let partner = row.get("partner_id").and_then(Value::as_i64);
        partner.map_or_else(String::new, |id| {
            store.get("res.partner", id, "name").as_str().unwrap_or_default().to_owned()
        })
    })
}

fn company() -> Model {
    Model::new(
        "res.company",
        "Companies",
        vec![
            char("name", "Company").required(),
            many2one("partner_id", "Contact", "res.partner").required(),
            many2one("currency_id", "Currency", "res.currency").required(),
            many2one("parent_id", "Belongs to", "res.company"),
            char("email", "Email").related("partner_id.email"),
            char("phone", "Phone").related("partner_id.phone"),
            char("website", "Website").related("partner_id.website"),
            char("vat", "Tax number").related("partner_id.vat"),
            char("street", "Street").related("partner_id.street"),
            char("zip", "Postcode").related("partner_id.zip"),
            char("city", "City").related("partner_id.city"),
            many2one("country_id", "Country", "res.country").related("partner_id.country_id"),
            integer("sequence", "Rank").initial(Initial::Number(10.0)),
            boolean("active", "Active").initial(Initial::True),
        ],
    )
    .order("sequence, name")
}
