//! The colours of `style/tokens.css` against the ground that they stand on, in both modes (WCAG 2.2, 1.4.3
//! and 1.4.11).

use std::{collections::HashMap, fs, path::Path};

/// Text, and the grounds that it is drawn on.
const TEXTS: [(&str, &[&str]); 12] = [
    ("--ink", &["--bg", "--surface", "--sunken", "--accent-soft"]),
    ("--ink-soft", &["--bg", "--surface", "--sunken", "--accent-soft"]),
    ("--ink-faint", &["--bg", "--surface", "--sunken", "--accent-soft"]),
    ("--accent", &["--bg", "--surface", "--accent-soft"]),
    ("--accent-ink", &["--accent"]),
    ("--good", &["--surface", "--good-soft"]),
    ("--warn", &["--surface", "--warn-soft"]),
    ("--bad", &["--surface", "--bad-soft"]),
    ("--bad-ink", &["--bad"]),
    // A toast is dark where the page is light.
    ("--bg", &["--ink"]),
    ("--surface", &["--accent"]),
    ("--ink", &["--warn-soft"]),
];
/// Edges of fields and rings, which tell where a control is, and of what is chosen: on its own ground, and beside the
/// edges of what is not.
const EDGES: [(&str, &[&str]); 2] = [
    ("--line-strong", &["--bg", "--surface"]),
    ("--accent", &["--bg", "--surface", "--sunken", "--accent-soft", "--line"]),
];

type Rgb = [f64; 3];

/// The opaque colours of the tokens, light and dark.
fn tokens() -> HashMap<String, [Rgb; 2]> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../style/tokens.css");
    let css = fs::read_to_string(file).unwrap();
    css.split(';')
        .filter_map(|line| {
            let (name, value) = line.split_once(": light-dark(")?;
            let (light, dark) = value.trim_end_matches(')').split_once(", ")?;
            let name = name.rsplit(|c: char| c.is_whitespace()).next()?;
            Some((name.to_owned(), [hex(light)?, hex(dark)?]))
        })
        .collect()
}

/// `#rrggbb`; colours with transparency are drawn over another and have no contrast of their own.
fn hex(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?].map(f64::from))
}

/// Relative luminance as WCAG 2.2 defines it.
fn luminance(color: Rgb) -> f64 {
    let [red, green, blue] = color.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn weak(pairs: &[(&str, &[&str])], least: f64) -> Vec<String> {
    let tokens = tokens();
    let color = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("{name} is a colour"));
    let mut weak = Vec::new();
    for (front, grounds) in pairs {
        for ground in *grounds {
            for (mode, at) in [("light", 0), ("dark", 1)] {
                let contrast = contrast(color(front)[at], color(ground)[at]);
                if contrast < least {
                    weak.push(format!("{front} on {ground}, {mode}: {contrast:.2}"));
                }
            }
        }
    }
    weak
}

#[test]
fn text_has_the_contrast_of_level_aa_in_both_modes() {
    assert_eq!(weak(&TEXTS, 4.5), Vec::<String>::new());
}

#[test]
fn edges_of_controls_can_be_told_from_their_ground() {
    assert_eq!(weak(&EDGES, 3.0), Vec::<String>::new());
}

#[test]
fn contrast_is_measured_as_the_standard_says() {
    let (black, white) = (hex("#000000").unwrap(), hex("#ffffff").unwrap());
    assert!((contrast(black, white) - 21.0).abs() < 0.01);
    // A grey that is known to be just below the limit.
    assert!((contrast(hex("#777777").unwrap(), white) - 4.48).abs() < 0.01);
}
