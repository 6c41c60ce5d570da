//! The company, its people, its suppliers and its customers.

use serde_json::json;

use super::{
    super::{
        context::Language,
        env::{COMPANY, TIME_ZONE},
        errors::OdooError,
        users::Login,
    },
    Maker,
};

/// Whom the company deals with, by their ids.
pub(super) struct People {
    /// With the kind of goods that each supplies: the place of a category in [`super::goods::CATEGORIES`].
    pub(super) suppliers: Vec<(i64, usize)>,
    pub(super) customers: Vec<i64>,
}

/// Name, code, calling code.
const COUNTRIES: [(&str, &str, i64); 12] = [
    ("Germany", "DE", 49),
    ("Austria", "AT", 43),
    ("Belgium", "BE", 32),
    ("Denmark", "DK", 45),
    ("France", "FR", 33),
    ("Italy", "IT", 39),
    ("Netherlands", "NL", 31),
    ("Norway", "NO", 47),
    ("Poland", "PL", 48),
    ("Sweden", "SE", 46),
    ("Switzerland", "CH", 41),
    ("United Kingdom", "GB", 44),
];

/// Name, city, country (its place in the list above), what they supply.
const SUPPLIERS: [(&str, &str, usize, usize); 18] = [
    ("Elbmühle Flours", "Hamburg", 0, 0),
    ("Moorland Grain Co-op", "Bremen", 0, 0),
    ("Molino del Sole", "Bologna", 5, 0),
    ("Zuckerhof Trading", "Magdeburg", 0, 1),
    ("Bijenkorf Honey", "Utrecht", 6, 1),
    ("Lebendig Yeast Works", "Hannover", 0, 2),
    ("Nordic Cultures", "Aarhus", 3, 2),
    ("Weidegut Dairy", "Kiel", 0, 3),
    ("Beurre d'Ardenne", "Namur", 2, 3),
    ("Haselnuss & Söhne", "Dresden", 0, 4),
    ("Sunne Seeds", "Gothenburg", 9, 4),
    ("Frutteto Alpino", "Trento", 5, 4),
    ("Papierwerk Saale", "Halle", 0, 5),
    ("Karton Plus", "Poznań", 8, 5),
    ("Glutofen Works", "Nuremberg", 0, 6),
    ("Four & Fils", "Lyon", 4, 6),
    ("Teigtechnik Brandt", "Stuttgart", 0, 6),
    ("Backstube Tools", "Solingen", 0, 7),
];

/// Name, city, country.
const CUSTOMERS: [(&str, &str, usize); 42] = [
    ("Bakery Morgenrot", "Hamburg", 0),
    ("Bakery Kornblume", "Berlin", 0),
    ("Café Lindenhof", "Leipzig", 0),
    ("Hotel Alte Post", "Lübeck", 0),
    ("Patisserie Amélie", "Cologne", 0),
    ("Bakery Steinofen", "Munich", 0),
    ("Brotzeit Collective", "Berlin", 0),
    ("Canteen Hafenblick", "Bremerhaven", 0),
    ("Bakery Drei Ähren", "Rostock", 0),
    ("Café Zimt", "Göttingen", 0),
    ("School Kitchen Eichenallee", "Potsdam", 0),
    ("Bakery Goldkruste", "Frankfurt", 0),
    ("Bakery Sauerteig Süd", "Freiburg", 0),
    ("Konditorei Wiener", "Vienna", 1),
    ("Bakery Semmelweis", "Graz", 1),
    ("Café Mozartplatz", "Salzburg", 1),
    ("Boulangerie du Canal", "Ghent", 2),
    ("Gaufres Louise", "Brussels", 2),
    ("Bageri Solsikken", "Odense", 3),
    ("Café Havnen", "Copenhagen", 3),
    ("Boulangerie Petit Four", "Strasbourg", 4),
    ("Pâtisserie Soleil", "Lille", 4),
    ("Panificio Aurora", "Bolzano", 5),
    ("Bakkerij De Molen", "Groningen", 6),
    ("Bakkerij Van Dijk", "Rotterdam", 6),
    ("Bakeri Fjord", "Bergen", 7),
    ("Piekarnia Złoty Kłos", "Gdańsk", 8),
    ("Piekarnia Rynek", "Wrocław", 8),
    ("Bageri Kanel", "Malmö", 9),
    ("Bäckerei Alpenglück", "Zürich", 10),
    ("Confiserie Aare", "Bern", 10),
    ("The Rolling Pin", "Leeds", 11),
    ("Crumb & Crust", "Bristol", 11),
    ("Hotel Seeblick", "Stralsund", 0),
    ("Hospital Catering Nord", "Hamburg", 0),
    ("Bakery Roggenglück", "Oldenburg", 0),
    ("Bakery Mehlstaub", "Erfurt", 0),
    ("Café Morgentau", "Weimar", 0),
    ("Market Stall Grünert", "Jena", 0),
    ("Bakery Handwerk 8", "Mannheim", 0),
    ("Conference Centre Messe", "Hannover", 0),
    ("Bakery Inselbrot", "Sylt", 0),
];

const FIRST_NAMES: [&str; 20] = [
    "Alma", "Bela", "Clara", "David", "Edda", "Finn", "Greta", "Hannes", "Ines", "Jonas", "Karla",
    "Lukas", "Mila", "Nils", "Olga", "Paul", "Ronja", "Sven", "Thea", "Viktor",
];
const LAST_NAMES: [&str; 20] = [
    "Albers", "Berg", "Claasen", "Dahl", "Ebert", "Franke", "Gärtner", "Holm", "Iversen",
    "Janssen", "Krüger", "Lorenz", "Maas", "Nowak", "Ohlsen", "Petersen", "Rieger", "Sommer",
    "Thiel", "Vogt",
];
const POSITIONS: [&str; 5] = ["Head baker", "Purchasing", "Owner", "Bookkeeping", "Shift lead"];
const STREETS: [&str; 10] = [
    "Mühlenweg",
    "Hafenstraße",
    "Marktplatz",
    "Lindenallee",
    "Backhausgasse",
    "Kornkamp",
    "Bahnhofstraße",
    "Am Speicher",
    "Wiesengrund",
    "Deichstraße",
];

/// Currencies, countries, tags, languages, and the company itself.
pub(super) fn settings(maker: &mut Maker) -> Result<(), OdooError> {
    for (name, full_name, symbol) in
        [("EUR", "Euro", "€"), ("USD", "US dollar", "$"), ("GBP", "Pound sterling", "£")]
    {
        maker.add(
            "res.currency",
            json!({ "name": name, "full_name": full_name, "symbol": symbol }),
        )?;
    }
    for (name, code, phone_code) in COUNTRIES {
        let country = json!({ "name": name, "code": code, "phone_code": phone_code });
        maker.add("res.country", country)?;
    }
    for (name, code) in [("Hamburg", "HH"), ("Berlin", "BE"), ("Lower Saxony", "NI")] {
        maker.add("res.country.state", json!({ "name": name, "code": code, "country_id": 1 }))?;
    }
    for (color, name) in
        ["Supplier", "Bakery", "Café", "Hotel and canteen", "Key account"].into_iter().enumerate()
    {
        maker.add("res.partner.category", json!({ "name": name, "color": color + 1 }))?;
    }
    for (name, language) in
        [("English (US)", Language::English), ("French / Français", Language::French)]
    {
        let code = language.code();
        maker.add("res.lang", json!({ "name": name, "code": code, "iso_code": &code[..2] }))?;
    }
    let partner = maker.add(
        "res.partner",
        json!({
            "name": "Nordwind Bakery", "is_company": true, "street": "Am Speicher 4",
            "zip": "20457", "city": "Hamburg", "country_id": 1, "state_id": 1,
            "email": "office@nordwind.example", "phone": "+49 30 23125 100",
            "website": "https://nordwind.example", "vat": "DE123456788",
        }),
    )?;
    maker.add(
        "res.company",
        json!({ "name": "Nordwind Bakery", "partner_id": partner, "currency_id": 1 }),
    )?;
    Ok(())
}

/// The system's own user, archived as in every Odoo, and those who may sign in.
pub(super) fn users(maker: &mut Maker, logins: &[Login]) -> Result<(), OdooError> {
    let system = maker.add("res.partner", json!({ "name": "System", "active": false }))?;
    maker.add(
        "res.users",
        json!({ "login": "__system__", "partner_id": system, "active": false }),
    )?;
    for login in logins {
        let partner = maker.add(
            "res.partner",
            json!({
                "name": login.name, "parent_id": 1, "tz": TIME_ZONE, "country_id": 1,
                "email": format!("{}@nordwind.example", login.login),
                "phone": format!("+49 30 23125 {}", 100 + login.uid),
            }),
        )?;
        maker.add(
            "res.users",
            json!({
                "login": login.login, "partner_id": partner, "company_ids": [[6, 0, [COMPANY]]],
            }),
        )?;
    }
    Ok(())
}

/// Suppliers and customers with the people who work there.
pub(super) fn partners(maker: &mut Maker, logins: &[Login]) -> Result<People, OdooError> {
    let mut people = People { suppliers: Vec::new(), customers: Vec::new() };
    for (index, (name, city, country, goods)) in SUPPLIERS.into_iter().enumerate() {
        let id = company(maker, index, name, city, country, &Kind::Supplier)?;
        person(maker, index, id)?;
        people.suppliers.push((id, goods));
    }
    for (index, (name, city, country)) in CUSTOMERS.into_iter().enumerate() {
        let seller = logins.get(index % logins.len().max(1)).map(|login| login.uid);
        let id = company(maker, index + 20, name, city, country, &Kind::Customer { seller })?;
        if index % 4 != 3 {
            person(maker, index + 31, id)?;
        }
        people.customers.push(id);
    }
    // Some that are no longer dealt with: hidden unless archived records are asked for.
    for (name, city) in [("Old Mill Trading", "Lüneburg"), ("Café Gestern", "Celle")] {
        maker.add(
            "res.partner",
            json!({ "name": name, "city": city, "is_company": true, "active": false }),
        )?;
    }
    Ok(people)
}

enum Kind {
    Supplier,
    Customer { seller: Option<i64> },
}

fn company(
    maker: &mut Maker,
    index: usize,
    name: &str,
    city: &str,
    country: usize,
    kind: &Kind,
) -> Result<i64, OdooError> {
    let code = COUNTRIES[country].1;
    let host: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let street = format!("{} {}", maker.dice.pick(&STREETS), maker.dice.between(1, 120));
    let mut values = json!({
        "name": name, "is_company": true, "city": city, "country_id": country + 1,
        "street": street, "zip": format!("{:05}", maker.dice.between(10_000, 99_999)),
        "email": format!("hello@{host}.example"),
        "website": format!("https://{host}.example"),
        "phone": format!("+49 30 23125 {:03}", 200 + index),
        "vat": format!("{code}{}", maker.dice.between(100_000_000, 999_999_999)),
        "ref": format!("{}{:04}", if matches!(kind, Kind::Supplier) { "V" } else { "C" }, index + 1),
    });
    let rank = maker.dice.between(1, 9);
    let special = match kind {
        Kind::Supplier => json!({ "supplier_rank": rank, "category_id": [[6, 0, [1]]] }),
        Kind::Customer { seller } => {
            let tag = match name {
                name if name.contains("Café") => 3,
                name if ["Hotel", "Canteen", "Kitchen", "Catering", "Centre"]
                    .iter()
                    .any(|word| name.contains(word)) =>
                {
                    4
                }
                _ => 2,
            };
            let tags = if rank > 7 { vec![tag, 5] } else { vec![tag] };
            json!({ "customer_rank": rank, "category_id": [[6, 0, tags]], "user_id": seller })
        }
    };
    if let (Some(values), Some(special)) = (values.as_object_mut(), special.as_object()) {
        values.extend(special.clone());
    }
    maker.add("res.partner", values)
}

fn person(maker: &mut Maker, index: usize, company: i64) -> Result<i64, OdooError> {
    let first = FIRST_NAMES[index % FIRST_NAMES.len()];
    let last = LAST_NAMES[(index * 7 + index / LAST_NAMES.len()) % LAST_NAMES.len()];
    let position = *maker.dice.pick(&POSITIONS);
    maker.add(
        "res.partner",
        json!({
            "name": format!("{first} {last}"), "parent_id": company, "function": position,
            "email": format!("{}{company}@people.example", first.to_lowercase()),
            "phone": format!("+49 30 23125 {:03}", 300 + index),
        }),
    )
}
