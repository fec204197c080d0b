//! docs/evidence.md: each claim names the tests that show it, or the command of xtask that measures
//! it.

use std::path::Path;

use super::names::Names;
use super::table::{find_quoted, split_cells};

pub(super) const PAGE: &str = "docs/evidence.md";

/// Where the commands of xtask are told apart.
pub(super) const COMMANDS: &str = "xtask/src/main.rs";

const COLUMNS: [&str; 3] = ["claim", "where it comes from", "test"];

/// Rows of the list of what breaks in the field that are mended: each has a row here that comes
/// from `field` and its number.
const MENDED: [&str; 17] = [
    "A1", "A2", "A3", "A4", "A5", "A7", "B1", "B2", "B3", "B4", "B5", "B6", "B8", "B9", "G1", "G2",
    "G3",
];

#[derive(Debug)]
struct Row {
    /// Counted from 1.
    line: usize,
    source: String,
    test: String,
}

/// What a row may name.
struct Known<'a> {
    names: &'a Names,
    commands: &'a str,
}

pub(super) fn check(names: &Names, commands: &str, page: &str) -> Vec<String> {
    let known = Known { names, commands };
    let rows = read_rows(page);
    if rows.is_empty() {
        return vec![format!("{PAGE}: no table with the columns {}", COLUMNS.join(", "))];
    }
    let wrong = rows.iter().flat_map(|row| check_row(&known, row));
    let missing = MENDED.iter().filter(|number| !rows.iter().any(|row| comes_from(row, number)));
    let missing = missing.map(|number| format!("{PAGE}: no row comes from field {number}"));
    wrong.chain(missing).collect()
}

/// The rows of every table of the page with these columns.
fn read_rows(page: &str) -> Vec<Row> {
    let mut is_in = false;
    let mut rows = Vec::new();
    for (number, line) in page.lines().enumerate() {
        let cells = split_cells(line);
        match cells.as_slice() {
            cells if *cells == COLUMNS => is_in = true,
            [_, dashes, _] if dashes.starts_with("--") => {}
            [_, source, test] if is_in => rows.push(Row {
                line: number + 1,
                source: (*source).to_owned(),
                test: (*test).to_owned(),
            }),
            _ => is_in = false,
        }
    }
    rows
}

fn comes_from(row: &Row, number: &str) -> bool {
    let words: Vec<&str> = row.source.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.first() == Some(&"field") && words.contains(&number)
}

fn check_row(known: &Known<'_>, row: &Row) -> Vec<String> {
    let complain = |what: String| format!("{PAGE}:{}: {what}", row.line);
    let tests = find_quoted(&row.test);
    if tests.is_empty() {
        let what =
            format!("no test shows it: name one as `path/to/file.rs::test`, not {:?}", row.test);
        return vec![complain(what)];
    }
    let missing = tests.iter().filter(|test| !exists(known, test));
    missing.map(|test| complain(format!("there is no test {test}"))).collect()
}

fn exists(known: &Known<'_>, test: &str) -> bool {
    if let Some(command) = test.strip_prefix("cargo xtask ") {
        return known.commands.contains(&format!("[\"{command}\""));
    }
    let parts = test.rsplit_once("::");
    parts.is_some_and(|(file, name)| known.names.has_test(Path::new(file), name))
}

#[cfg(test)]
mod tests {
    use super::{MENDED, check};
    use crate::tidy::names::Names;
    use crate::tidy::sources::Source;

    fn complaints(rows: &str) -> Vec<String> {
        let text = "#[test]\nfn shown() {}\nfn no_test() {}\n".to_owned();
        let names = Names::read(&[Source { path: "a/b.rs".into(), text }]);
        let mended = MENDED.join(", ");
        check(
            &names,
            "[\"bench\", rest @ ..] => bench(rest),",
            &format!(
                "# E\n\n| claim | where it comes from | test |\n|---|---|---|\n\
             | all | field {mended} | `a/b.rs::shown` |\n\ntext\n\n\
             | claim | where it comes from | test |\n|---|---|---|\n{rows}"
            ),
        )
    }

    #[test]
    fn rows_with_tests_that_exist_are_fine() {
        assert_eq!(complaints("| x | promise | `a/b.rs::shown`, `a/b.rs::shown` |\n"), [""; 0]);
        assert_eq!(complaints("| x | budget | `cargo xtask bench` |\n"), [""; 0]);
        assert_eq!(complaints("| x | budget | `cargo xtask ben` |\n").len(), 1);
    }

    #[test]
    fn a_test_that_is_not_there_or_still_to_come_is_a_complaint() {
        let rows = "| x | promise | (to come) |\n| y | promise | `a/b.rs::no_test` |\n| z | promise | `a/c.rs::shown` |\n";
        let found = complaints(rows);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("docs/evidence.md:11: no test shows it"), "{found:?}");
        assert!(found[1].ends_with("there is no test a/b.rs::no_test"), "{found:?}");
    }

    #[test]
    fn a_mended_row_must_be_there() {
        let names = Names::read(&[]);
        let page =
            "| claim | where it comes from | test |\n|---|---|---|\n| x | field A1 | (to come) |\n";
        let found = check(&names, "", page);
        assert_eq!(found.len(), 1 + MENDED.len() - 1, "{found:?}");
        assert!(!found.iter().any(|what| what.ends_with("field A1")), "{found:?}");
        assert_eq!(check(&names, "", "# nothing\n").len(), 1);
    }
}
