//! The crate table of ARCHITECTURE.md: one row per crate or group of crates, with the
//! columns crate, what it is, std, unsafe, may depend on.

use anyhow::{Result, ensure};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The names in the first cell; a folder's name stands for all crates below it.
    pub(super) names: Vec<String>,
    pub(super) std: String,
    pub(super) unsafe_code: String,
    pub(super) may_depend_on: String,
}

const COLUMNS: [&str; 5] = ["crate", "what it is", "std", "unsafe", "may depend on"];

pub(super) fn parse_table(text: &str) -> Result<Vec<Row>> {
    let mut lines = text.lines().skip_while(|line| split_cells(line) != COLUMNS);
    let header = lines.next().is_some();
    ensure!(header, "no table with the columns {}", COLUMNS.join(", "));
    let rows = lines.skip(1).map_while(parse_row).collect::<Vec<_>>();
    ensure!(!rows.is_empty(), "the crate table has no rows");
    Ok(rows)
}

fn parse_row(line: &str) -> Option<Row> {
    match split_cells(line).as_slice() {
        [names, _, std, unsafe_code, may_depend_on] => Some(Row {
            names: find_quoted(names),
            std: std.replace('*', ""),
            unsafe_code: unsafe_code.replace('*', ""),
            may_depend_on: (*may_depend_on).to_owned(),
        }),
        _ => None,
    }
}

/// The cells of a line that is a row of a table.
pub(super) fn split_cells(line: &str) -> Vec<&str> {
    let inner = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    inner.map(|inner| inner.split('|').map(str::trim).collect()).unwrap_or_default()
}

/// The lines under the heading `## name`, up to the next of its kind.
pub(super) fn section<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let heading = format!("## {name}");
    let lines = page.lines().skip_while(move |line| line.trim() != heading).skip(1);
    lines.take_while(|line| !line.starts_with("## "))
}

/// The words in backquotes.
pub(super) fn find_quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::parse_table;

    #[test]
    fn a_table_is_found_among_other_text() {
        let text = "# A\n| a | b |\n|---|---|\n\n| crate | what it is | std | unsafe | may depend on |\n|---|---|---|---|---|\n\
                    | `core` | x | no (alloc) | forbidden | nothing |\n| `vm`, `xtask` | y | **yes** | only in `raw` | anything |\n\nend\n";
        let rows = parse_table(text).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].names, ["vm", "xtask"]);
        assert_eq!((rows[1].std.as_str(), rows[1].unsafe_code.as_str()), ("yes", "only in `raw`"));
        assert!(parse_table("| crate |\n").is_err());
    }
}
