//! What a reader of this repository may rely on, checked: limits of size, imports without circles,
//! types in one file each, the tables and invariants of ARCHITECTURE.md, the evidence for each
//! claim, the lock files, and words that have no place in it.

mod circles;
mod code_map;
mod crates;
mod evidence;
mod imports;
mod invariants;
mod items;
mod limits;
mod locks;
mod modules;
mod names;
mod packages;
mod paths;
mod policy;
mod resolve;
mod sources;
mod table;
mod words;

use std::path::Path;

use anyhow::{Result, bail};
use vm::place::repository;

use crate::progress::step;
use sources::Source;

const ARCHITECTURE: &str = "ARCHITECTURE.md";

pub(crate) fn tidy() -> Result<()> {
    step("tidy");
    let complaints = find_complaints()?;
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("the repository is not tidy:\n{}", complaints.join("\n"))
}

fn find_complaints() -> Result<Vec<String>> {
    let root = repository();
    let sources = sources::read_sources(root)?;
    let crates = packages::read_crates(root)?;
    let names = names::Names::read(&sources);
    let page = read_page(&sources, ARCHITECTURE);
    let mut complaints = limits::check(&sources);
    complaints.extend(words::check(&sources));
    complaints.extend(crates::check(root, &crates, page)?);
    complaints.extend(imports::check(root, &crates)?);
    complaints.extend(code_map::check(root, &sources, page));
    complaints.extend(invariants::check(&names, page));
    complaints.extend(evidence::check(
        &names,
        read_page(&sources, evidence::COMMANDS),
        read_page(&sources, evidence::PAGE),
    ));
    complaints.extend(locks::check(root)?);
    Ok(complaints)
}

/// A page that is not there has nothing of what is looked for in it.
fn read_page<'a>(sources: &'a [Source], path: &str) -> &'a str {
    let page = sources.iter().find(|source| source.path == Path::new(path));
    page.map(|source| source.text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        let complaints = super::find_complaints().unwrap();
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
