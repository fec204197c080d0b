//! The crates held against the crate table.

use std::path::Path;

use anyhow::Result;

use super::packages::Crate;
use super::policy;
use super::table::{Row, parse_table};

pub(super) fn check(root: &Path, crates: &[Crate], page: &str) -> Result<Vec<String>> {
    let rows = parse_table(page)?;
    let mut complaints = Vec::new();
    for found in crates {
        match rows.iter().find(|row| is_named(row, found)) {
            Some(row) => complaints.extend(policy::check(row, found)),
            None => complaints.push(format!("{} is not in the crate table", found.package.name)),
        }
    }
    let names = rows.iter().flat_map(|row| &row.names);
    let unknown = names.filter(|name| !crates.iter().any(|found| has_name(name, found)));
    complaints
        .extend(unknown.map(|name| format!("the crate table names {name}, which does not exist")));
    complaints.extend(policy::check_features_of_init(root)?);
    Ok(complaints)
}

fn is_named(row: &Row, found: &Crate) -> bool {
    row.names.iter().any(|name| has_name(name, found))
}

fn has_name(name: &str, found: &Crate) -> bool {
    found.package.name == name || found.folder.starts_with(name)
}
