//! The invariants of ARCHITECTURE.md: each names the type, lint or test that holds it.

use std::path::Path;

use super::names::Names;
use super::table::{find_quoted, section};

/// What stands in front of the names.
const MARK: &str = "held by:";

pub(super) fn check(names: &Names, page: &str) -> Vec<String> {
    let items = read_items(page);
    if items.is_empty() {
        return vec!["ARCHITECTURE.md: no numbered list under the heading Invariants".to_owned()];
    }
    items.iter().flat_map(|item| check_item(names, item)).collect()
}

/// The entries of the numbered list, each in one line.
fn read_items(page: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in section(page, "Invariants") {
        if line.starts_with(|letter: char| letter.is_ascii_digit()) {
            items.push(line.to_owned());
        } else if let Some(last) = items.last_mut().filter(|_| line.starts_with(' ')) {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    items
}

fn check_item(names: &Names, item: &str) -> Vec<String> {
    let number = item.split('.').next().unwrap_or_default();
    // Of ASCII letters alone, so that places in both texts are the same.
    let at = item.to_ascii_lowercase().rfind(MARK);
    let holders = at.map(|at| find_quoted(&item[at..])).unwrap_or_default();
    let complain = |what: String| format!("ARCHITECTURE.md: invariant {number} {what}");
    if holders.is_empty() {
        let what = "does not say what holds it: add \"Held by: `Type`, `lint` or `file.rs::test`\"";
        return vec![complain(what.to_owned())];
    }
    let missing = holders.iter().filter(|holder| !exists(names, holder));
    missing.map(|holder| complain(format!("is held by {holder}, which does not exist"))).collect()
}

fn exists(names: &Names, holder: &str) -> bool {
    match holder.split_once(".rs::") {
        Some((file, test)) => names.has_test(Path::new(&format!("{file}.rs")), test),
        None => names.knows(holder),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::names::Names;
    use crate::tidy::sources::Source;

    fn complaints(list: &str) -> Vec<String> {
        let text = "struct Door;\n#[test]\nfn it_shuts() {}\n".to_owned();
        let names = Names::read(&[Source { path: "a/b.rs".into(), text }]);
        check(&names, &format!("# A\n## Invariants\n\n{list}\n## B\n1. Free.\n"))
    }

    #[test]
    fn a_type_and_a_test_hold_invariants() {
        let list = "1. **One door.** It is `shut`.\n   Held by: `Door`.\n2. It shuts (held by: `a/b.rs::it_shuts`,\n   `it_shuts`).\n";
        assert_eq!(complaints(list), [""; 0]);
    }

    #[test]
    fn a_missing_holder_and_one_that_is_not_there_are_found() {
        let list = "1. **One door.** `Door`\n2. Shut. Held by: `Gate`, `a/b.rs::it_opens`, `a/c.rs::it_shuts`\n";
        let found = complaints(list);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].contains("invariant 1 does not say"), "{found:?}");
        assert!(found[1].contains("invariant 2 is held by Gate"), "{found:?}");
    }

    #[test]
    fn a_page_without_invariants_is_a_complaint() {
        assert_eq!(complaints("None.").len(), 1);
    }
}
