//! How long a file and a function may be.

use super::sources::Source;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

/// Only our own code: documents may be longer.
const FOLDERS: [&str; 4] = ["crates", "xtask", "lantern", "fuzz"];

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let ours = sources
        .iter()
        .filter(|source| FOLDERS.iter().any(|folder| source.path.starts_with(folder)));
    ours.filter(|source| source.is_rust()).flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<String> {
    let path = source.path.display();
    let mut complaints = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES {
        complaints.push(format!("{path}: {lines} lines, at most {FILE_LINES}: split it by topic"));
    }
    for function in find_functions(&source.text) {
        let Function { line, name, lines } = function;
        if lines > FUNCTION_LINES {
            complaints
                .push(format!("{path}:{line}: {name} has {lines} lines, at most {FUNCTION_LINES}"));
        }
    }
    complaints
}

#[derive(Debug, PartialEq)]
struct Function<'a> {
    line: usize,
    name: &'a str,
    lines: usize,
}

/// Formatted code closes a function with a brace in the column its first line begins in,
/// so no parser is needed.
fn find_functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = parse_function_name(line) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let closing = format!("{}}}", " ".repeat(indent));
        let rest = lines.get(start..).unwrap_or_default();
        let is_end = |line: &&str| {
            **line == closing
                || line.ends_with(';') && line.len() - line.trim_start().len() == indent
        };
        let one_line = line.ends_with('}') || line.ends_with(';');
        let length = if one_line {
            1
        } else {
            rest.iter().position(is_end).map_or(rest.len(), |end| end + 1)
        };
        found.push(Function { line: start + 1, name, lines: length });
    }
    found
}

/// The name in a line such as `    pub(crate) const unsafe extern "C" fn name(`.
fn parse_function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let mut words = before.split_whitespace();
    let is_head = words.all(|word| {
        word.starts_with("pub")
            || matches!(word, "const" | "async" | "unsafe" | "extern" | "\"C\"" | "in" | "default")
    });
    let end = after.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    (is_head && end > 0).then(|| &after[..end])
}

#[cfg(test)]
mod tests {
    use super::{Function, check_source, find_functions};
    use crate::tidy::sources::Source;

    #[test]
    fn functions_are_found_with_their_length() {
        let text = "impl A {\n    pub(crate) const fn one(\n        a: u8,\n    ) -> u8 {\n        if a {\n        }\n    }\n    fn two() {}\n}\n\
                    trait B {\n    fn three();\n}\nlet fn_like = \"fn x\";\n";
        let expected = [
            Function { line: 2, name: "one", lines: 6 },
            Function { line: 8, name: "two", lines: 1 },
            Function { line: 11, name: "three", lines: 1 },
        ];
        assert_eq!(find_functions(text), expected);
    }

    #[test]
    fn what_is_too_long_is_named() {
        let body = "    x();\n".repeat(600);
        let source =
            Source { path: "crates/a/src/b.rs".into(), text: format!("fn long() {{\n{body}}}\n") };
        let complaints = check_source(&source);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(
            complaints[0].contains("602 lines") && complaints[1].contains("b.rs:1: long has 602"),
            "{complaints:?}"
        );
    }
}
