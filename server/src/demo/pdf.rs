//! Documents as PDF: text in the fonts that every reader has, so that nothing is embedded.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};

use super::document::Document;

const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
const FIGURES: Name<'static> = Name(b"F3");

/// A4 in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 595.0, y2: 842.0 };
const LEFT: f32 = 50.0;
const TOP: f32 = 790.0;
const BOTTOM: f32 = 60.0;
/// Where the columns of figures end on the right.
const RIGHTS: [f32; 3] = [365.0, 455.0, 545.0];
const SIZE: f32 = 9.0;
/// What a character of Courier takes of its size, whichever it is.
const FIGURE_WIDTH: f32 = 0.6;
/// How much of a line's description fits before the quantity.
const DESCRIPTION: usize = 52;

/// Letters beyond the encoding of Windows, with the names that PostScript gives their glyphs. They take the
/// codes from 1 on, which that encoding leaves free.
const LETTERS: [(char, &[u8]); 16] = [
    ('ą', b"aogonek"),
    ('ć', b"cacute"),
    ('ę', b"eogonek"),
    ('ł', b"lslash"),
    ('ń', b"nacute"),
    ('ś', b"sacute"),
    ('ź', b"zacute"),
    ('ż', b"zdotaccent"),
    ('Ą', b"Aogonek"),
    ('Ć', b"Cacute"),
    ('Ę', b"Eogonek"),
    ('Ł', b"Lslash"),
    ('Ń', b"Nacute"),
    ('Ś', b"Sacute"),
    ('Ź', b"Zacute"),
    ('Ż', b"Zdotaccent"),
];

/// A file with the documents one after another, each from the top of a page.
pub(super) fn render(documents: &[Document]) -> Vec<u8> {
    let pages: Vec<Content> = documents.iter().flat_map(pages).collect();
    let mut ids = (1..).map(Ref::new);
    let mut id = || ids.next().unwrap_or(Ref::new(1));
    let (catalog, tree) = (id(), id());
    let fonts = [(REGULAR, "Helvetica"), (BOLD, "Helvetica-Bold"), (FIGURES, "Courier")];
    let fonts = fonts.map(|(name, base)| (name, base, id()));
    let pages: Vec<_> = pages.into_iter().map(|content| (content, id(), id())).collect();

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages.iter().map(|(_, page, _)| *page)).count(count);
    for (_, base, font) in &fonts {
        let mut font = pdf.type1_font(*font);
        font.base_font(Name(base.as_bytes()));
        let mut encoding = font.encoding_custom();
        encoding.base_encoding(Name(b"WinAnsiEncoding"));
        encoding.differences().consecutive(1, LETTERS.iter().map(|(_, glyph)| Name(glyph)));
    }
    for (content, page, stream) in pages {
        let mut page = pdf.page(page);
        page.media_box(PAGE).parent(tree).contents(stream);
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (name, _, font) in &fonts {
            named.pair(*name, *font);
        }
        named.finish();
        resources.finish();
        page.finish();
        pdf.stream(stream, &content.finish());
    }
    pdf.finish()
}

/// The pages of one document.
fn pages(document: &Document) -> Vec<Content> {
    let Document { title, facts, columns, lines, totals } = document;
    let mut sheet = Sheet { done: Vec::new(), page: Content::new(), y: TOP };
    sheet.text(BOLD, 18.0, LEFT, title);
    sheet.down(28.0);
    for (label, value) in facts {
        sheet.text(BOLD, SIZE, LEFT, label);
        sheet.text(REGULAR, SIZE, LEFT + 110.0, value);
        sheet.down(14.0);
    }
    sheet.down(14.0);
    let [first, figures @ ..] = columns;
    sheet.text(BOLD, SIZE, LEFT, first);
    for (label, right) in figures.iter().zip(RIGHTS) {
        sheet.figure(right, label);
    }
    sheet.down(18.0);
    for [first, figures @ ..] in lines {
        sheet.text(REGULAR, SIZE, LEFT, &shortened(first));
        for (figure, right) in figures.iter().zip(RIGHTS) {
            sheet.figure(right, figure);
        }
        sheet.down(14.0);
    }
    sheet.down(10.0);
    for (label, value) in totals {
        sheet.text(BOLD, SIZE, RIGHTS[0], label);
        sheet.figure(RIGHTS[2], value);
        sheet.down(14.0);
    }
    sheet.done.push(sheet.page);
    sheet.done
}

/// The pages that are full, and the one that is being written.
struct Sheet {
    done: Vec<Content>,
    page: Content,
    y: f32,
}

impl Sheet {
    fn text(&mut self, font: Name<'_>, size: f32, x: f32, text: &str) {
        self.page.begin_text();
        self.page.set_font(font, size).next_line(x, self.y).show(Str(&encode(text)));
        self.page.end_text();
    }

    /// A text that ends at `right`.
    fn figure(&mut self, right: f32, text: &str) {
        let width = text.chars().count() as f32 * FIGURE_WIDTH * SIZE;
        self.text(FIGURES, SIZE, right - width, text);
    }

    fn down(&mut self, by: f32) {
        self.y -= by;
        if self.y < BOTTOM {
            self.done.push(std::mem::replace(&mut self.page, Content::new()));
            self.y = TOP;
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
}

/// A text in the encoding that the fonts are given; `?` for what it has no code for.
fn encode(text: &str) -> Vec<u8> {
    text.chars().map(code).collect()
}

fn code(character: char) -> u8 {
    if let Some(at) = LETTERS.iter().position(|(letter, _)| *letter == character) {
        return u8::try_from(at + 1).unwrap_or(b'?');
    }
    match character {
        '€' => 0x80,
        '…' => 0x85,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '–' => 0x96,
        '—' => 0x97,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(character)).unwrap_or(b'?'),
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(lines: usize) -> Document {
        Document {
            title: "Order S00001".to_owned(),
            facts: vec![("Customer", "Piekarnia Złoty Kłos".to_owned())],
            columns: ["Description", "Quantity", "Price", "Amount"],
            lines: (0..lines)
                .map(|at| [format!("Line {at}"), "1".into(), "2.00".into(), "2.00".into()])
                .collect(),
            totals: vec![("Total", "€ 2.00".to_owned())],
        }
    }

    fn text(file: &[u8]) -> String {
        String::from_utf8_lossy(file).into_owned()
    }

    #[test]
    fn a_file_starts_and_ends_as_pdf_and_its_table_points_at_its_objects() {
        let file = render(&[document(2)]);
        assert!(file.starts_with(b"%PDF-") && text(&file).trim_end().ends_with("%%EOF"));
        let read = text(&file);
        let mut lines = read.lines().rev();
        let start: usize = lines.nth(1).and_then(|line| line.parse().ok()).unwrap();
        assert!(file[start..].starts_with(b"xref"));
        let offsets = text(&file[start..]);
        let entries = offsets.lines().skip(3).take_while(|line| line.trim_end().ends_with('n'));
        let mut found = 0;
        for (at, line) in entries.enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(file[offset..].starts_with(format!("{} 0 obj", at + 1).as_bytes()), "{line}");
            found += 1;
        }
        assert!(found >= 7, "a catalogue, a tree, three fonts, a page and its content");
    }

    #[test]
    fn what_does_not_fit_goes_to_further_pages() {
        let count = |file: &[u8]| text(file).matches("/Type /Page\n").count();
        assert_eq!(count(&render(&[document(3)])), 1);
        assert_eq!(count(&render(&[document(3), document(3)])), 2);
        assert_eq!(count(&render(&[document(120)])), 3);
    }

    #[test]
    fn letters_have_codes_in_the_fonts_encoding() {
        assert_eq!(encode("Zł €ä"), [b'Z', 4, b' ', 0x80, 0xe4]);
        assert_eq!(encode("日"), *b"?");
    }
}
