//! Products and what they are sorted, counted and taxed by.

use serde_json::{Value, json};

use super::{
    super::{
        env::COMPANY,
        fields::{
            Field, Initial, binary, boolean, char, float, integer, many2many, many2one, monetary,
            one2many, selection, text,
        },
        model::{self, Model},
        store::{Row, Store},
        value,
    },
    EURO, STOCK, message_ids, messages,
};

const TYPES: &[(&str, &str)] =
    &[("consu", "Goods"), ("service", "A service"), ("combo", "A combination")];
const INVOICING: &[(&str, &str)] =
    &[("order", "What was ordered"), ("delivery", "What was delivered")];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("product.template", "Product", template_fields())
            .order("is_favorite desc, name, id")
            .search_in(&["name", "default_code", "barcode"])
            .named(product_name),
        Model::new("product.product", "Product Variant", variant_fields())
            .order("is_favorite desc, default_code, name, id")
            .search_in(&["name", "default_code", "barcode"])
            .named(|store, row| {
                let template = row.get("product_tmpl_id").and_then(Value::as_i64);
                template.map(|id| store.name("product.template", id)).unwrap_or_default()
            }),
        Model::new(
            "product.category",
            "Product Category",
            vec![
                char("name", "Category").required(),
                char("complete_name", "Category with those above")
                    .computed(|store, row| json!(category_name(store, row))),
                many2one("parent_id", "Above", "product.category"),
                one2many("child_id", "Below", "product.category", "parent_id"),
            ],
        )
        .order("complete_name, id")
        .search_in(&["complete_name"])
        .named(category_name),
        Model::new(
            "uom.uom",
            "Unit of Measure",
            vec![
                char("name", "Unit").required(),
                float("factor", "Of the unit it is made of").initial(Initial::Number(1.0)),
                boolean("active", "In use").initial(Initial::True),
            ],
        ),
        Model::new(
            "account.tax",
            "Tax",
            vec![
                char("name", "Tax").required(),
                float("amount", "Percent"),
                selection("amount_type", "Worked out as", &[("percent", "Percent of the price")])
                    .required()
                    .initial(Initial::Text("percent")),
                selection(
                    "type_tax_use",
                    "Used in",
                    &[("sale", "Sales"), ("purchase", "Purchases"), ("none", "Neither")],
                )
                .required()
                .initial(Initial::Text("sale")),
                boolean("active", "In use").initial(Initial::True),
                many2one("company_id", "Company", "res.company")
                    .required()
                    .initial(Initial::Record(COMPANY)),
            ],
        ),
    ]
}

fn template_fields() -> Vec<Field> {
    vec![
        char("name", "Product").required(),
        char("default_code", "Own code"),
        char("barcode", "Barcode"),
        boolean("active", "Active").initial(Initial::True),
        boolean("is_favorite", "Favourite"),
        selection("type", "Kind", TYPES).required().initial(Initial::Text("consu")),
        boolean("is_storable", "Counted in stock"),
        many2one("categ_id", "Category", "product.category").initial(Initial::Record(1)),
        many2one("uom_id", "Unit", "uom.uom").required().initial(Initial::Record(1)),
        char("uom_name", "Name of the unit").related("uom_id.name").readonly(),
        float("list_price", "Sales price").help("What customers pay for one unit, before taxes."),
        float("standard_price", "Cost")
            .groups("base.group_user")
            .help("What one unit costs the company."),
        many2one("currency_id", "Currency", "res.currency").computed(|_, _| json!(EURO)),
        boolean("sale_ok", "Can be sold").initial(Initial::True),
        boolean("purchase_ok", "Can be bought").initial(Initial::True),
        many2many("taxes_id", "Taxes when sold", "account.tax"),
        many2many("supplier_taxes_id", "Taxes when bought", "account.tax"),
        selection("invoice_policy", "Invoiced is", INVOICING).initial(Initial::Text("order")),
        text("description_sale", "For the customer"),
        text("description_purchase", "For the supplier"),
        float("weight", "Weight"),
        float("volume", "Volume"),
        float("qty_available", "In stock").computed(|store, row| {
            let variants = store
                .rows("product.product")
                .filter(|(_, variant)| variant.get("product_tmpl_id") == row.get("id"));
            value::float(variants.map(|(id, _)| in_stock(store, id)).sum())
        }),
        one2many("product_variant_ids", "Variants", "product.product", "product_tmpl_id"),
        integer("product_variant_count", "Number of variants").computed(|_, _| json!(1)),
        many2one("product_variant_id", "Variant", "product.product").computed(|store, row| {
            store
                .rows("product.product")
                .find(|(_, variant)| variant.get("product_tmpl_id") == row.get("id"))
                .map_or(Value::Null, |(id, _)| json!(id))
        }),
        integer("sequence", "Rank").initial(Initial::Number(1.0)),
        many2one("responsible_id", "Looked after by", "res.users"),
        many2one("company_id", "Company", "res.company"),
        message_ids(|store, row| messages(store, row, "product.template")),
        binary("image_128", "Small picture").computed(|_, _| Value::Null),
    ]
}

fn variant_fields() -> Vec<Field> {
    vec![
        many2one("product_tmpl_id", "Product", "product.template").required().cascade(),
        char("name", "Product name").required().related("product_tmpl_id.name"),
        char("default_code", "Own code").related("product_tmpl_id.default_code"),
        char("code", "Code").related("product_tmpl_id.default_code").readonly(),
        char("barcode", "Barcode").related("product_tmpl_id.barcode"),
        boolean("active", "Active").related("product_tmpl_id.active"),
        boolean("is_favorite", "Favourite").related("product_tmpl_id.is_favorite"),
        selection("type", "Kind", TYPES).related("product_tmpl_id.type"),
        boolean("is_storable", "Counted in stock").related("product_tmpl_id.is_storable"),
        many2one("categ_id", "Category", "product.category").related("product_tmpl_id.categ_id"),
        many2one("uom_id", "Unit", "uom.uom").related("product_tmpl_id.uom_id"),
        char("uom_name", "Name of the unit").related("product_tmpl_id.uom_name").readonly(),
        float("list_price", "Sales price").related("product_tmpl_id.list_price"),
        float("lst_price", "Price of the variant").related("product_tmpl_id.list_price"),
        float("standard_price", "Cost")
            .groups("base.group_user")
            .related("product_tmpl_id.standard_price"),
        many2one("currency_id", "Currency", "res.currency").computed(|_, _| json!(EURO)),
        boolean("sale_ok", "Can be sold").related("product_tmpl_id.sale_ok"),
        boolean("purchase_ok", "Can be bought").related("product_tmpl_id.purchase_ok"),
        many2many("taxes_id", "Taxes when sold", "account.tax").related("product_tmpl_id.taxes_id"),
        many2many("supplier_taxes_id", "Taxes when bought", "account.tax")
            .related("product_tmpl_id.supplier_taxes_id"),
        text("description_sale", "For the customer").related("product_tmpl_id.description_sale"),
        float("weight", "Weight").related("product_tmpl_id.weight"),
        float("qty_available", "In stock").computed(|store, row| {
            let id = row.get("id").and_then(Value::as_i64).unwrap_or_default();
            value::float(in_stock(store, id))
        }),
        monetary("total_value", "Worth of the stock").computed(|store, row| {
            let id = row.get("id").and_then(Value::as_i64).unwrap_or_default();
            let cost = value::number(&store.get("product.product", id, "standard_price"));
            value::money(in_stock(store, id) * cost)
        }),
        binary("image_128", "Small picture").computed(|_, _| Value::Null),
    ]
}

fn in_stock(store: &Store, product: i64) -> f64 {
    store
        .rows("stock.quant")
        .filter(|(_, quant)| {
            quant.get("product_id") == Some(&json!(product))
                && quant.get("location_id") == Some(&json!(STOCK))
        })
        .map(|(_, quant)| value::number(quant.get("quantity").unwrap_or(&Value::Null)))
        .sum()
}

fn product_name(_: &Store, row: &Row) -> String {
    match (model::text(row, "default_code"), model::text(row, "name")) {
        ("", name) => name.to_owned(),
        (code, name) => format!("[{code}] {name}"),
    }
}

fn category_name(store: &Store, row: &Row) -> String {
    let own = model::text(row, "name");
    match row.get("parent_id").and_then(Value::as_i64) {
        Some(parent) => format!("{} / {own}", store.name("product.category", parent)),
        None => own.to_owned(),
    }
}
