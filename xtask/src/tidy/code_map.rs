//! The code map of ARCHITECTURE.md, held against the files: every file of the crates that PID 1 is
//! made of is on it, and every path on it is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::sources::Source;
use super::table::{find_quoted, section, split_cells};

/// Where each file must be on the map.
const FOLDERS: [&str; 3] = ["crates/core/src", "crates/sys/src", "crates/init/src"];

pub(super) fn check(root: &Path, sources: &[Source], page: &str) -> Vec<String> {
    let places = read_map(root, page);
    if places.is_empty() {
        return vec!["ARCHITECTURE.md: no table under the heading Code map".to_owned()];
    }
    let missing = places.iter().filter(|place| !root.join(place).exists()).map(|place| {
        format!("ARCHITECTURE.md: the code map names {}, which does not exist", place.display())
    });
    let files = sources.iter().filter(|source| source.is_rust() && must_be_on(&source.path));
    let lost = files
        .filter(|source| !places.iter().any(|place| source.path.starts_with(place)))
        .map(|source| format!("{}: not on the code map of ARCHITECTURE.md", source.path.display()));
    missing.chain(lost).collect()
}

/// Tests stand beside what they test and need no row.
fn must_be_on(path: &Path) -> bool {
    let is_test = path.file_stem().is_some_and(|name| name == "tests")
        || path.components().any(|part| part.as_os_str() == "tests");
    FOLDERS.iter().any(|folder| path.starts_with(folder)) && !is_test
}

/// All places on the map.
fn read_map(root: &Path, page: &str) -> BTreeSet<PathBuf> {
    let rows = section(page, "Code map").map(split_cells);
    rows.filter_map(|cells| cells.first().map(|cell| read_cell(root, cell))).flatten().collect()
}

/// The places in a cell. One that does not begin with a name at the root stands beside the first.
fn read_cell(root: &Path, cell: &str) -> Vec<PathBuf> {
    let names: Vec<String> = find_quoted(cell).iter().flat_map(|name| expand(name)).collect();
    let first = names.first().map(String::as_str).unwrap_or_default();
    let beside = if first.ends_with('/') { Path::new(first) } else { parent(first) };
    let place = |name: &String| {
        let begin = name.split('/').next().unwrap_or_default();
        let is_whole = name == first || root.join(begin).exists();
        if is_whole { PathBuf::from(name) } else { beside.join(name) }
    };
    names.iter().map(place).collect()
}

fn parent(path: &str) -> &Path {
    Path::new(path).parent().unwrap_or(Path::new(""))
}

/// `a/{b,c}.rs` stands for `a/b.rs` and `a/c.rs`.
fn expand(name: &str) -> Vec<String> {
    let parts = name.split_once('{').and_then(|(before, rest)| {
        let (inner, after) = rest.split_once('}')?;
        Some((before, inner, after))
    });
    let Some((before, inner, after)) = parts else { return vec![name.to_owned()] };
    inner.split(',').map(|part| format!("{before}{}{after}", part.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::sources::read_sources;

    const FILES: [&str; 6] = [
        "crates/core/src/lib.rs",
        "crates/core/src/a/mod.rs",
        "crates/core/src/a/tests.rs",
        "crates/core/src/b.rs",
        "crates/init/src/main.rs",
        "crates/other/src/free.rs",
    ];

    fn complaints(rows: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in FILES {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "\n").unwrap();
        }
        let page = format!(
            "# A\n\n## Code map\n\n| where | what |\n|---|---|\n{rows}\n## B\n| `x/` | |\n"
        );
        let sources = read_sources(folder.path()).unwrap();
        check(folder.path(), &sources, &page)
    }

    #[test]
    fn folders_neighbours_and_braces_name_files() {
        let rows = "| `crates/core/src/{lib,b}.rs`, `a/` | x |\n| `crates/init/` | y |\n";
        assert_eq!(complaints(rows), [""; 0]);
    }

    #[test]
    fn a_file_without_a_row_and_a_row_without_a_file_are_found() {
        let rows = "| `crates/core/src/lib.rs`, `a/mod.rs`, `c.rs`, `crates/d/` | x |\n| `crates/init/` | y |\n";
        let expected = [
            "ARCHITECTURE.md: the code map names crates/core/src/c.rs, which does not exist",
            "ARCHITECTURE.md: the code map names crates/d/, which does not exist",
            "crates/core/src/b.rs: not on the code map of ARCHITECTURE.md",
        ];
        assert_eq!(complaints(rows), expected);
    }

    #[test]
    fn a_page_without_a_map_is_a_complaint() {
        assert_eq!(complaints("").len(), 1);
    }
}
