//! The changes that nothing can notice, as a page explains them.

use super::outcomes::Mutant;

/// Where they are explained, in tables with [`COLUMNS`].
pub(super) const PAGE: &str = "docs/testing.md";

const COLUMNS: [&str; 3] = ["place", "change", "why nothing can notice it"];

/// A row: the file, and the change as cargo-mutants names it, without the line.
#[derive(Debug, PartialEq, Eq)]
struct Explained {
    file: String,
    change: String,
}

/// The names of the survivors that have no row. A row explains one: what is changed twice alike in one
/// function needs two.
pub(super) fn find_unexplained(page: &str, survivors: &[&Mutant]) -> Vec<String> {
    let mut rows = read_rows(page);
    let mut unexplained = Vec::new();
    for survivor in survivors {
        let is_its = |row: &Explained| row.file == survivor.file && row.change == survivor.change;
        match rows.iter().position(is_its) {
            Some(index) => drop(rows.swap_remove(index)),
            None => unexplained.push(survivor.name.clone()),
        }
    }
    unexplained
}

/// A row without a reason explains nothing.
fn read_rows(page: &str) -> Vec<Explained> {
    let lines = page.lines().map(split_row).skip_while(|cells| *cells != COLUMNS).skip(1);
    let rows = lines.take_while(|cells| cells.len() == COLUMNS.len());
    let explained = rows.filter_map(|cells| match cells.as_slice() {
        [file, change, why] if !why.is_empty() => {
            Some(Explained { file: file.clone(), change: change.clone() })
        }
        _ => None,
    });
    explained.collect()
}

/// The cells of a row, without the backquotes. A bar in a cell is written `\|`.
fn split_row(line: &str) -> Vec<String> {
    let inner = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    let Some(inner) = inner else { return Vec::new() };
    // No line holds a line break.
    let inner = inner.replace("\\|", "\n");
    let cell = |cell: &str| cell.replace('\n', "|").trim().trim_matches('`').to_owned();
    inner.split('|').map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, find_unexplained};
    use crate::mutants::outcomes::Outcomes;

    const FILE: &str = "crates/core/src/last/stage.rs";

    fn unexplained(rows: &str, changes: &[&str]) -> Vec<String> {
        let missed = changes.iter().map(|change| {
            format!(
                r#"{{"scenario": {{"Mutant": {{"name": "{FILE}:7:9: {change}", "file": "{FILE}"}}}},
                    "summary": "MissedMutant"}}"#
            )
        });
        let missed: Vec<String> = missed.collect();
        let text = format!(r#"{{"outcomes": [{}]}}"#, missed.join(","));
        let header = COLUMNS.join(" | ");
        let page = format!("# T\n\n| {header} |\n|---|---|---|\n{rows}\nmore\n");
        find_unexplained(&page, &Outcomes::parse(&text).unwrap().survivors())
    }

    #[test]
    fn a_row_explains_one_survivor_wherever_its_line_is() {
        let row = format!("| `{FILE}` | `replace || with && in a` | both are true |\n");
        let row = row.replace("||", "\\|\\|");
        assert_eq!(unexplained(&row, &["replace || with && in a"]), [""; 0]);
        let found = unexplained(&row, &["replace || with && in a", "replace || with && in a"]);
        assert_eq!(found, [format!("{FILE}:7:9: replace || with && in a")]);
    }

    #[test]
    fn another_file_another_change_and_a_row_without_a_reason_explain_nothing() {
        let rows = format!("| `a.rs` | `b` | c |\n| `{FILE}` | `d` | c |\n| `{FILE}` | `b` | |\n");
        assert_eq!(unexplained(&rows, &["b"]).len(), 1);
        assert_eq!(unexplained("", &["b"]).len(), 1);
    }
}
