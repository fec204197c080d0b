//! What a reader of this repository may rely on, checked: limits of size, the crate table,
//! the lock files, and words that have no place in it.

mod crates;
mod limits;
mod locks;
mod policy;
mod sources;
mod table;
mod words;

use anyhow::{Result, bail};
use vm::place::repository;

use crate::progress::step;

pub(crate) fn tidy() -> Result<()> {
    step("tidy");
    let complaints = find_complaints()?;
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("the repository is not tidy:\n{}", complaints.join("\n"))
}

fn find_complaints() -> Result<Vec<String>> {
    let sources = sources::read_sources(repository())?;
    let mut complaints = limits::check(&sources);
    complaints.extend(words::check(&sources));
    complaints.extend(crates::check(repository())?);
    complaints.extend(locks::check(repository())?);
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        let complaints = super::find_complaints().unwrap();
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
