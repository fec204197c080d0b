//! The table of differences in init(8).

use std::fs;

use anyhow::{Context, Result};
use vm::place::repository;

/// The keys of its rows: the words of each tag, in small letters, joined by hyphens.
pub(crate) fn read_keys() -> Result<Vec<String>> {
    let path = repository().join("man/init.8");
    let page =
        fs::read_to_string(&path).with_context(|| format!("unable to read {}", path.display()))?;
    let section = page
        .split("\n.Sh ")
        .find(|section| section.starts_with("DIFFERENCES FROM BUSYBOX"))
        .context("init.8 has no table of differences")?;
    Ok(section.lines().filter_map(|line| line.strip_prefix(".It ")).map(key).collect())
}

fn key(tag: &str) -> String {
    let words = tag.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.collect::<Vec<_>>().join("-")
}

#[test]
fn a_tag_gives_its_key() {
    assert_eq!(key("A terminal that is missing"), "a-terminal-that-is-missing");
}
