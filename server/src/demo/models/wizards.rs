//! Questions that Odoo asks before it goes on. Their records are nobody's but those of whom they ask.

use super::super::{
    fields::{Initial, boolean, many2many, many2one, one2many},
    model::Model,
};

const QUESTION: &str = "stock.backorder.confirmation";
const LINE: &str = "stock.backorder.confirmation.line";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(
            QUESTION,
            "Backorder Confirmation",
            vec![
                many2many("pick_ids", "Transfers", "stock.picking"),
                boolean("show_transfers", "Show the transfers"),
                one2many(
                    "backorder_confirmation_line_ids",
                    "Which get a backorder",
                    LINE,
                    "backorder_confirmation_id",
                ),
            ],
        )
        .transient(),
        Model::new(
            LINE,
            "Backorder Confirmation Line",
            vec![
                many2one("backorder_confirmation_id", "Question", QUESTION).required().cascade(),
                many2one("picking_id", "Transfer", "stock.picking").required(),
                boolean("to_backorder", "Gets a backorder").initial(Initial::True),
            ],
        )
        .transient(),
    ]
}
