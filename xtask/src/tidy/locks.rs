//! The lock files of the workspaces: a crate in two of them has the same version in both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const FILES: [&str; 4] =
    ["Cargo.lock", "crates/init/Cargo.lock", "lantern/Cargo.lock", "fuzz/Cargo.lock"];

type Versions = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let first = read_lock(&root.join(FILES[0]))?;
    for file in FILES.iter().skip(1).filter(|file| root.join(file).is_file()) {
        let other = read_lock(&root.join(file))?;
        complaints
            .extend(compare(&first, &other).into_iter().map(|what| format!("{file}: {what}")));
    }
    Ok(complaints)
}

fn read_lock(path: &Path) -> Result<Versions> {
    let text =
        fs::read_to_string(path).with_context(|| format!("unable to read {}", path.display()))?;
    Ok(parse_lock(&text))
}

/// Each package has a line `name = "…"` and, right after it, a line `version = "…"`.
fn parse_lock(text: &str) -> Versions {
    let mut versions = Versions::new();
    let quoted =
        |line: &str, key: &str| line.strip_prefix(key)?.strip_suffix('"').map(str::to_owned);
    for (line, next) in text.lines().zip(text.lines().skip(1)) {
        if let (Some(name), Some(version)) =
            (quoted(line, "name = \""), quoted(next, "version = \""))
        {
            versions.entry(name).or_default().insert(version);
        }
    }
    versions
}

/// The root may have more versions of a crate; it must have those of the other.
fn compare(root: &Versions, other: &Versions) -> Vec<String> {
    let shared = other
        .iter()
        .filter_map(|(name, versions)| root.get(name).map(|ours| (name, versions, ours)));
    shared
        .filter(|(_, versions, ours)| !versions.is_subset(ours))
        .map(|(name, versions, ours)| {
            let render =
                |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" and ");
            format!(
                "{name} is {} here and {} in the root's lock file",
                render(versions),
                render(ours)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{compare, parse_lock};

    #[test]
    fn another_version_of_a_shared_crate_is_a_complaint() {
        let root = parse_lock(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n",
        );
        assert!(compare(&root, &root).is_empty());
        let other = parse_lock(
            "[[package]]\nname = \"a\"\nversion = \"1.0.1\"\n[[package]]\nname = \"c\"\nversion = \"9.0.0\"\n",
        );
        assert_eq!(compare(&root, &other), ["a is 1.0.1 here and 1.0.0 in the root's lock file"]);
    }
}
