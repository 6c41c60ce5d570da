//! The warehouse, and what the company buys and sells.

use serde_json::json;

use super::{super::errors::OdooError, Maker};

/// The kinds of goods, in the order of [`PRODUCTS`]' first number.
pub(super) const CATEGORIES: [&str; 9] = [
    "Flour and grain",
    "Sugar and honey",
    "Yeast and cultures",
    "Fats and dairy",
    "Nuts, seeds and fruit",
    "Packaging",
    "Ovens and machines",
    "Tools",
    "Services",
];

/// The first categories are food, which is taxed less.
const FOOD: usize = 5;
/// The category that is not goods.
const SERVICES: usize = 8;

/// The variants of products, each with its category.
pub(super) struct Goods {
    pub(super) all: Vec<(i64, usize)>,
}

/// Category, name, code, unit, cost, price, how many lie in stock.
type Product = (usize, &'static str, &'static str, i64, f64, f64, i64);

const SACK: i64 = 4;
const KILO: i64 = 2;
const LITRE: i64 = 3;
const PIECE: i64 = 1;
const BOX: i64 = 5;
const HOUR: i64 = 6;

const PRODUCTS: [Product; 62] = [
    (0, "Wheat flour type 405, 25 kg", "FL-405", SACK, 14.20, 21.50, 640),
    (0, "Wheat flour type 550, 25 kg", "FL-550", SACK, 13.80, 20.90, 820),
    (0, "Wheat flour type 1050, 25 kg", "FL-1050", SACK, 14.90, 22.40, 310),
    (0, "Rye flour type 997, 25 kg", "FL-R997", SACK, 13.10, 19.80, 415),
    (0, "Rye flour type 1150, 25 kg", "FL-R1150", SACK, 13.40, 20.20, 380),
    (0, "Spelt flour type 630, 25 kg", "FL-S630", SACK, 21.60, 31.90, 190),
    (0, "Whole spelt flour, 25 kg", "FL-SV", SACK, 22.80, 33.50, 120),
    (0, "Durum semolina, 25 kg", "FL-DUR", SACK, 18.90, 28.00, 95),
    (0, "Pizza flour tipo 00, 25 kg", "FL-00", SACK, 19.40, 29.50, 240),
    (0, "Oat flakes, 20 kg", "GR-OAT", SACK, 16.30, 24.60, 175),
    (0, "Buckwheat flour, 10 kg", "FL-BW", SACK, 17.20, 26.80, 60),
    (0, "Malted barley flour, 5 kg", "FL-MALT", SACK, 9.70, 15.40, 80),
    (1, "Fine sugar, 25 kg", "SU-FINE", SACK, 19.90, 27.90, 350),
    (1, "Icing sugar, 10 kg", "SU-ICE", SACK, 11.40, 17.60, 160),
    (1, "Brown cane sugar, 10 kg", "SU-CANE", SACK, 15.80, 23.90, 110),
    (1, "Blossom honey, 12 kg pail", "SU-HON", PIECE, 68.00, 96.00, 45),
    (1, "Sugar beet syrup, 14 kg pail", "SU-BEET", PIECE, 29.50, 43.00, 52),
    (1, "Glucose syrup, 15 kg pail", "SU-GLU", PIECE, 24.60, 37.20, 38),
    (2, "Fresh yeast, 500 g block", "YE-FR", PIECE, 0.85, 1.60, 900),
    (2, "Dry yeast, 500 g", "YE-DRY", PIECE, 3.10, 5.40, 420),
    (2, "Sourdough culture, rye", "YE-SR", PIECE, 6.40, 11.90, 70),
    (2, "Sourdough culture, wheat", "YE-SW", PIECE, 6.20, 11.50, 65),
    (2, "Baking powder, 5 kg", "YE-BP", BOX, 12.70, 19.90, 130),
    (2, "Sodium bicarbonate, 5 kg", "YE-SB", BOX, 7.90, 12.80, 90),
    (3, "Butter, 10 kg block", "FA-BUT", BOX, 62.00, 84.50, 140),
    (3, "Laminating butter sheets, 10 kg", "FA-LAM", BOX, 71.00, 97.00, 85),
    (3, "Rapeseed oil, 10 l", "FA-RAP", BOX, 17.50, 26.40, 120),
    (3, "Sunflower oil", "FA-SUN", LITRE, 1.55, 2.60, 600),
    (3, "Whole milk powder, 25 kg", "DA-MP", SACK, 96.00, 129.00, 40),
    (3, "Cream 35 %", "DA-CR", LITRE, 3.40, 4.95, 260),
    (3, "Quark, 10 kg", "DA-QU", BOX, 22.00, 31.80, 75),
    (3, "Whole egg, liquid, 10 kg", "DA-EGG", BOX, 28.40, 39.90, 90),
    (4, "Hazelnuts, roasted", "NU-HAZ", KILO, 11.20, 16.80, 220),
    (4, "Almonds, ground", "NU-ALM", KILO, 10.60, 15.90, 260),
    (4, "Walnut halves", "NU-WAL", KILO, 9.80, 14.70, 140),
    (4, "Poppy seed, ground", "SE-POP", KILO, 6.90, 10.80, 110),
    (4, "Sunflower seeds, 25 kg", "SE-SUN", SACK, 38.00, 54.00, 130),
    (4, "Pumpkin seeds", "SE-PUM", KILO, 7.40, 11.60, 180),
    (4, "Linseed, 25 kg", "SE-LIN", SACK, 31.00, 45.50, 90),
    (4, "Raisins, 12.5 kg", "FR-RAI", BOX, 36.50, 52.00, 100),
    (4, "Sour cherries, frozen, 10 kg", "FR-CHE", BOX, 33.00, 47.90, 60),
    (4, "Dark couverture 60 %, 10 kg", "CH-60", BOX, 94.00, 132.00, 55),
    (5, "Bread bags, kraft, 1000", "PK-BAG", BOX, 21.50, 34.00, 210),
    (5, "Cake boxes 26 cm, 100", "PK-CAKE", BOX, 18.20, 29.90, 160),
    (5, "Baking paper sheets, 500", "PK-PAP", BOX, 16.40, 26.50, 240),
    (5, "Bun trays, 200", "PK-BUN", BOX, 24.00, 38.00, 95),
    (5, "Bread labels, 2000", "PK-LAB", BOX, 12.90, 22.50, 130),
    (6, "Deck oven Nordlys, three decks", "OV-D3", PIECE, 11_400.00, 15_900.00, 4),
    (6, "Deck oven Nordlys, one deck", "OV-D1", PIECE, 4_900.00, 6_950.00, 6),
    (6, "Convection oven Brise 10", "OV-C10", PIECE, 5_600.00, 7_800.00, 7),
    (6, "Proofing cabinet Wolke", "OV-PR", PIECE, 3_150.00, 4_490.00, 8),
    (6, "Spiral mixer 50 l", "MX-50", PIECE, 3_800.00, 5_400.00, 9),
    (6, "Planetary mixer 20 l", "MX-20", PIECE, 1_450.00, 2_150.00, 12),
    (6, "Dough sheeter Bogen 600", "MX-SH", PIECE, 6_250.00, 8_700.00, 3),
    (6, "Bread slicer 12 mm", "MX-SL", PIECE, 1_980.00, 2_890.00, 6),
    (7, "Proofing basket, round, 1 kg", "TO-BR", PIECE, 6.80, 12.90, 340),
    (7, "Proofing basket, long, 1 kg", "TO-BL", PIECE, 7.20, 13.50, 310),
    (7, "Baker's peel, beech", "TO-PEEL", PIECE, 17.50, 29.90, 75),
    (7, "Dough scraper", "TO-SCR", PIECE, 1.10, 2.90, 800),
    (7, "Baking tray 60 × 40 cm", "TO-TRAY", PIECE, 9.40, 16.90, 420),
    (8, "Oven installation", "SV-INST", HOUR, 42.00, 79.00, 0),
    (8, "Oven maintenance", "SV-MAIN", HOUR, 39.00, 74.00, 0),
];

/// Units, taxes, journals, places and kinds of transfers.
pub(super) fn warehouse(maker: &mut Maker) -> Result<(), OdooError> {
    for name in ["Units", "kg", "l", "Sack", "Box", "Hours"] {
        maker.add("uom.uom", json!({ "name": name }))?;
    }
    for (name, amount, usage) in [
        ("7 % on sales", 7.0, "sale"),
        ("19 % on sales", 19.0, "sale"),
        ("7 % on purchases", 7.0, "purchase"),
        ("19 % on purchases", 19.0, "purchase"),
    ] {
        let tax = json!({ "name": name, "amount": amount, "type_tax_use": usage });
        maker.add("account.tax", tax)?;
    }
    for (name, code, kind) in [
        ("Invoices", "INV", "sale"),
        ("Bills", "BILL", "purchase"),
        ("Other entries", "MISC", "general"),
        ("Bank", "BNK1", "bank"),
    ] {
        maker.add("account.journal", json!({ "name": name, "code": code, "type": kind }))?;
    }
    for (name, whole, usage) in [
        ("Stock", "WH/Stock", "internal"),
        ("Suppliers", "Partners/Suppliers", "supplier"),
        ("Customers", "Partners/Customers", "customer"),
    ] {
        let place = json!({ "name": name, "complete_name": whole, "usage": usage });
        maker.add("stock.location", place)?;
    }
    let warehouse = json!({ "name": "Speicherstadt", "code": "WH", "partner_id": 1 });
    maker.add("stock.warehouse", warehouse)?;
    for (name, code) in
        [("Receipts", "incoming"), ("Deliveries", "outgoing"), ("Inside", "internal")]
    {
        let kind = json!({ "name": name, "code": code, "warehouse_id": 1 });
        maker.add("stock.picking.type", kind)?;
    }
    Ok(())
}

/// The products with what lies in stock of them.
pub(super) fn products(maker: &mut Maker) -> Result<Goods, OdooError> {
    let top = maker.add("product.category", json!({ "name": "Goods" }))?;
    for (index, name) in CATEGORIES.into_iter().enumerate() {
        let above = if index == SERVICES { json!(false) } else { json!(top) };
        maker.add("product.category", json!({ "name": name, "parent_id": above }))?;
    }
    let mut all = Vec::new();
    for (category, name, code, unit, cost, price, stock) in PRODUCTS {
        let is_service = category == SERVICES;
        let (sold, bought) = if category < FOOD { (1, 3) } else { (2, 4) };
        let template = maker.add(
            "product.template",
            json!({
                "name": name, "default_code": code, "uom_id": unit, "list_price": price,
                "standard_price": cost, "categ_id": top + 1 + category as i64,
                "type": if is_service { "service" } else { "consu" },
                "is_storable": !is_service, "purchase_ok": !is_service,
                "taxes_id": [[6, 0, [sold]]], "supplier_taxes_id": [[6, 0, [bought]]],
                "barcode": format!("40{:011}", 7_300_000 + all.len() * 17),
            }),
        )?;
        let variant = maker.env.store.get("product.template", template, "product_variant_id");
        let variant = variant.as_i64().unwrap_or_default();
        if stock > 0 {
            let lying = json!({ "product_id": variant, "location_id": 1, "quantity": stock });
            maker.add("stock.quant", lying)?;
        }
        all.push((variant, category));
    }
    let discontinued =
        json!({ "name": "Hand-cranked mixer", "default_code": "MX-OLD", "active": false });
    maker.add("product.template", discontinued)?;
    Ok(Goods { all })
}
