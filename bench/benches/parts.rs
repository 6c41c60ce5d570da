//! What the parts of a call cost by themselves: reading and checking a key, reading a domain, the digest
//! that a confirmation is bound to, and the texts of the tools.

use std::{convert::Infallible, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use server::{
    clock::Entropy,
    domain::{canonical, odoo_domain::Domain, pepper::Pepper},
    services::tools::ToolName,
};
use shared::key_format::ApiKey;

criterion_group!(parts, key, domain, digest, tools);
criterion_main!(parts);

fn key(criterion: &mut Criterion) {
    let pepper = Pepper::generate(&Entropy);
    let key = ApiKey::generate(|bytes| {
        Entropy.fill(bytes);
        Ok::<_, Infallible>(())
    })
    .expect("the generator does not fail");
    let (text, kept) = (key.expose().to_owned(), pepper.mac(&key));
    criterion.bench_function("read a key", |bencher| {
        bencher.iter(|| ApiKey::parse(black_box(&text)).is_ok());
    });
    criterion.bench_function("check a key", |bencher| {
        bencher.iter(|| pepper.matches(black_box(&key), &kept));
    });
}

fn domain(criterion: &mut Criterion) {
    let simple = json!([["customer_rank", ">", 0]]);
    let nested = json!([
        "|",
        "&",
        ["state", "in", ["purchase", "done"]],
        ["date_order", ">=", "-30d"],
        "!",
        ["order_line", "any", [["product_id.name", "ilike", "chair"], ["qty", ">", 3]]],
    ]);
    for (name, value) in [("read a short domain", simple), ("read a nested domain", nested)] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| Domain::parse(black_box(&value)).is_ok());
        });
    }
}

fn digest(criterion: &mut Criterion) {
    let lines: Vec<_> =
        (0..20).map(|line| json!([0, 0, { "product_id": line, "product_qty": 2.5 }])).collect();
    let order = json!({
        "model": "purchase.order",
        "records": [{ "partner_id": 7, "order_line": lines, "notes": "deliver to the back door" }],
    });
    criterion.bench_function("digest the arguments of a change", |bencher| {
        bencher.iter(|| canonical::digest("aidoo_create", black_box(&order)));
    });
}

fn tools(criterion: &mut Criterion) {
    criterion.bench_function("write the schemas of all tools", |bencher| {
        bencher.iter(|| {
            let written = ToolName::ALL.iter().map(|tool| tool.definition().input.to_string());
            written.map(|text| text.len()).sum::<usize>()
        });
    });
}
