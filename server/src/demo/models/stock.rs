//! The warehouse: transfers, their moves, and what lies where.

use serde_json::Value;

use super::{
    super::{
        env::COMPANY,
        fields::{
            Initial, boolean, char, datetime, float, html, integer, many2one, one2many, selection,
        },
        model::Model,
        value::{self, number},
    },
    message_ids, messages,
};

const STATES: &[(&str, &str)] = &[
    ("draft", "Draft"),
    ("waiting", "Waits for another transfer"),
    ("confirmed", "Waits for goods"),
    ("assigned", "Ready"),
    ("done", "Done"),
    ("cancel", "Cancelled"),
];
const KINDS: &[(&str, &str)] =
    &[("incoming", "Receipt"), ("outgoing", "Delivery"), ("internal", "Inside the warehouse")];

pub(super) fn models() -> Vec<Model> {
    vec![
        picking(),
        Model::new(
            "stock.move",
            "Stock Move",
            vec![
                many2one("picking_id", "Transfer", "stock.picking").required().cascade(),
                many2one("product_id", "Product", "product.product").required(),
                float("product_uom_qty", "Asked for").required(),
                float("quantity", "There"),
                many2one("product_uom_id", "Unit", "uom.uom"),
                selection("state", "State", STATES).related("picking_id.state").readonly(),
                datetime("date", "Planned for").related("picking_id.scheduled_date").readonly(),
                char("reference", "Number of the transfer").related("picking_id.name").readonly(),
            ],
        )
        .search_in(&["product_id", "reference"])
        .named(|store, row| {
            let product = row.get("product_id").and_then(Value::as_i64);
            product.map(|id| store.name("product.product", id)).unwrap_or_default()
        }),
        Model::new(
            "stock.quant",
            "Quantities",
            vec![
                many2one("product_id", "Product", "product.product").required(),
                many2one("location_id", "Place", "stock.location").required(),
                float("quantity", "Quantity").readonly(),
                float("reserved_quantity", "Reserved").readonly(),
                float("available_quantity", "Free").computed(|_, row| {
                    let of = |field: &str| number(row.get(field).unwrap_or(&Value::Null));
                    value::float(of("quantity") - of("reserved_quantity"))
                }),
                many2one("product_uom_id", "Unit", "uom.uom")
                    .related("product_id.uom_id")
                    .readonly(),
                many2one("company_id", "Company", "res.company").initial(Initial::Record(COMPANY)),
            ],
        )
        .search_in(&["product_id"])
        .named(|store, row| {
            let product = row.get("product_id").and_then(Value::as_i64);
            product.map(|id| store.name("product.product", id)).unwrap_or_default()
        }),
        Model::new(
            "stock.location",
            "Location",
            vec![
                char("name", "Place").required(),
                char("complete_name", "Whole name"),
                selection(
                    "usage",
                    "Used for",
                    &[
                        ("internal", "Own goods"),
                        ("supplier", "Goods of suppliers"),
                        ("customer", "Goods of customers"),
                    ],
                )
                .required()
                .initial(Initial::Text("internal")),
                many2one("location_id", "Inside", "stock.location"),
                boolean("active", "In use").initial(Initial::True),
            ],
        )
        .order("complete_name, id")
        .search_in(&["complete_name"])
        .named(|_, row| super::super::model::text(row, "complete_name").to_owned()),
        Model::new(
            "stock.picking.type",
            "Kind of Transfer",
            vec![
                char("name", "Kind").required(),
                selection("code", "Direction", KINDS).required(),
                many2one("warehouse_id", "Warehouse", "stock.warehouse"),
                integer("sequence", "Rank"),
                boolean("active", "In use").initial(Initial::True),
            ],
        )
        .order("sequence, id"),
        Model::new(
            "stock.warehouse",
            "Warehouse",
            vec![
                char("name", "Warehouse").required(),
                char("code", "Short").required(),
                many2one("partner_id", "Address", "res.partner"),
                many2one("company_id", "Company", "res.company")
                    .required()
                    .initial(Initial::Record(COMPANY)),
                boolean("active", "In use").initial(Initial::True),
            ],
        ),
    ]
}

fn picking() -> Model {
    Model::new(
        "stock.picking",
        "Transfer",
        vec![
            char("name", "Number").readonly().initial(Initial::Sequence("WH/INT/")),
            many2one("partner_id", "Partner", "res.partner"),
            char("origin", "Comes from"),
            selection("state", "State", STATES).readonly().initial(Initial::Text("draft")),
            selection("priority", "Urgency", &[("0", "As usual"), ("1", "Urgent")])
                .initial(Initial::Text("0")),
            selection(
                "move_type",
                "Delivered",
                &[("direct", "As soon as possible"), ("one", "All at once")],
            )
            .required()
            .initial(Initial::Text("direct")),
            many2one("picking_type_id", "Kind of transfer", "stock.picking.type").required(),
            selection("picking_type_code", "Direction", KINDS)
                .related("picking_type_id.code")
                .readonly(),
            many2one("location_id", "From", "stock.location").required(),
            many2one("location_dest_id", "To", "stock.location").required(),
            datetime("scheduled_date", "Planned for").initial(Initial::Now),
            datetime("date_deadline", "Promised for").readonly(),
            datetime("date_done", "Done on").readonly(),
            one2many("move_ids", "Moves", "stock.move", "picking_id"),
            many2one("sale_id", "Sales order", "sale.order"),
            many2one("purchase_id", "Purchase order", "purchase.order"),
            many2one("backorder_id", "Rest of", "stock.picking"),
            many2one("user_id", "In charge", "res.users").initial(Initial::Me),
            many2one("company_id", "Company", "res.company").initial(Initial::Record(COMPANY)),
            message_ids(|store, row| messages(store, row, "stock.picking")),
            html("note", "Notes"),
        ],
    )
    .order("priority desc, scheduled_date, id desc")
    .search_in(&["name", "origin"])
}
