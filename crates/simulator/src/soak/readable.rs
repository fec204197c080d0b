//! A life as a person reads it: what `{:#?}` prints, without the fields that say nothing, with what fits
//! into a line in a line, bytes as text, and a text of several lines in several lines.

use std::fmt::Debug;

/// As wide as the sources are.
const WIDTH_LETTERS: usize = 100;

const INDENT_LETTERS: usize = 4;

/// Lists of numbers up to this length are shown as numbers, too: they need not be text.
const SHORT_LIST: usize = 8;

/// A field with one of these says nothing; `..` stands for all of them.
const NOTHING: [&str; 4] = [": false,", ": None,", ": [],", ": \"\","];

/// A line, or what stands between brackets.
#[derive(Debug)]
enum Part {
    Line(String),
    Group { open: String, parts: Vec<Part>, close: String },
}

/// The life, ending with a line break.
#[must_use]
pub fn render_life(life: &impl Debug) -> String {
    let pretty = format!("{life:#?}").replace(&u64::MAX.to_string(), "u64::MAX");
    let mut lines = pretty.lines().map(str::trim);
    let mut rendered = String::new();
    while let Some(line) = lines.next() {
        read_part(line, &mut lines).render(0, &mut rendered);
    }
    rendered
}

/// The part that begins with this line.
fn read_part<'a>(line: &str, lines: &mut impl Iterator<Item = &'a str>) -> Part {
    if !line.ends_with(['{', '[', '(']) {
        return Part::Line(line.to_owned());
    }
    let mut parts = Vec::new();
    let mut close = String::new();
    while let Some(next) = lines.next() {
        if next.starts_with(['}', ']', ')']) {
            next.clone_into(&mut close);
            break;
        }
        parts.push(read_part(next, lines));
    }
    if line.ends_with('{') {
        leave_out(&mut parts);
    }
    Part::Group { open: line.to_owned(), parts, close }
}

fn leave_out(parts: &mut Vec<Part>) {
    let says_nothing = |part: &Part| match part {
        Part::Line(line) => NOTHING.iter().any(|end| line.ends_with(end)),
        Part::Group { .. } => false,
    };
    let all = parts.len();
    parts.retain(|part| !says_nothing(part));
    if parts.len() < all {
        parts.push(Part::Line("..".to_owned()));
    }
}

impl Part {
    fn render(&self, indent: usize, rendered: &mut String) {
        let margin = " ".repeat(indent);
        let flat = self.flatten();
        match self {
            Self::Group { open, parts, close } if indent + flat.len() > WIDTH_LETTERS => {
                rendered.push_str(&format!("{margin}{open}\n"));
                parts.iter().for_each(|part| part.render(indent + INDENT_LETTERS, rendered));
                rendered.push_str(&format!("{margin}{close}\n"));
            }
            Self::Group { .. } | Self::Line(_) => {
                rendered.push_str(&format!("{margin}{}\n", break_text(&flat, indent)));
            }
        }
    }

    fn flatten(&self) -> String {
        match self {
            Self::Line(line) => line.clone(),
            Self::Group { open, parts, close } => {
                if let Some(bytes) = read_bytes(open, parts) {
                    let name = open.trim_end_matches('[');
                    return format!(
                        "{name}{}{}",
                        render_bytes(&bytes),
                        close.trim_start_matches(']')
                    );
                }
                let inner: Vec<String> = parts.iter().map(Self::flatten).collect();
                let inner = inner.join(" ");
                let space = if open.ends_with('{') { " " } else { "" };
                format!("{open}{space}{}{space}{close}", inner.trim_end_matches(','))
            }
        }
    }
}

/// A list of nothing but bytes.
fn read_bytes(open: &str, parts: &[Part]) -> Option<Vec<u8>> {
    let byte = |part: &Part| match part {
        Part::Line(line) => line.trim_end_matches(',').parse().ok(),
        Part::Group { .. } => None,
    };
    let bytes: Option<Vec<u8>> = parts.iter().map(byte).collect();
    bytes.filter(|bytes| open.ends_with('[') && !bytes.is_empty())
}

/// Bytes as text. Few of them may be numbers that only look like text.
fn render_bytes(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let (text, zeros) = bytes.split_at(end);
    let text = format!("b\"{}\"", text.escape_ascii());
    match (bytes.len() <= SHORT_LIST, zeros.len()) {
        (true, 0) if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) => {
            format!("{bytes:?} ({text})")
        }
        (true, _) => format!("{bytes:?}"),
        (false, 0) => text,
        (false, count) => format!("{text} and {count} zeros"),
    }
}

/// Each line of a text in a line of its own, as a Rust string goes on.
fn break_text(line: &str, indent: usize) -> String {
    let Some(quote) = line.find('"') else { return line.to_owned() };
    let margin = " ".repeat(indent + quote + 1);
    let mut pieces = line.split("\\n");
    let mut broken = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_end = piece.starts_with('"');
        broken.push_str(&if is_end { "\\n".to_owned() } else { format!("\\n\\\n{margin}") });
        broken.push_str(piece);
    }
    broken
}
