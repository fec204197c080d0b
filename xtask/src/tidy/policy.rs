//! What a row of the crate table says, held against one crate.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::packages::{Crate, Dependency};
use super::sources::Source;
use super::table::{Row, find_quoted};
use crate::cargo::{cargo, output};

pub(super) fn check(row: &Row, found: &Crate) -> Vec<String> {
    let mut complaints = check_dependencies(row, found);
    complaints.extend(check_std(row, found));
    complaints.extend(check_unsafe(row, found));
    complaints.into_iter().map(|what| format!("{}: {what}", found.package.name)).collect()
}

fn check_dependencies(row: &Row, found: &Crate) -> Vec<String> {
    if row.may_depend_on.contains("anything") {
        return Vec::new();
    }
    let normal = found.package.dependencies.iter().filter(|dependency| dependency.kind.is_none());
    let words: Vec<&str> = row.may_depend_on.split([' ', ',', '`', '(', ')', ';']).collect();
    let is_allowed = |dependency: &&Dependency| {
        let name = dependency.name.as_str();
        let short = name.strip_prefix("rekindle-").filter(|_| dependency.path.is_some());
        let is_sibling = dependency.path.as_deref().is_some_and(|path| is_of_row(path, row));
        is_sibling || words.iter().any(|word| *word == name || Some(*word) == short)
    };
    normal
        .filter(|dependency| !is_allowed(dependency))
        .map(|dependency| {
            format!(
                "depends on {}, but may depend on: {}; name it in the table",
                dependency.name, row.may_depend_on
            )
        })
        .collect()
}

/// The crates below one folder are one row.
fn is_of_row(folder: &Path, row: &Row) -> bool {
    folder.components().any(|part| row.names.iter().any(|name| part.as_os_str() == name.as_str()))
}

/// The root files of the programs and the library.
fn read_roots(found: &Crate) -> Vec<(&Path, String)> {
    let is_root = |kind: &String| matches!(kind.as_str(), "lib" | "bin" | "rlib" | "staticlib");
    let roots = found.package.targets.iter().filter(|target| target.kind.iter().any(is_root));
    let paths = roots.map(|target| target.src_path.as_path());
    paths.map(|path| (path, fs::read_to_string(path).unwrap_or_default())).collect()
}

fn check_std(row: &Row, found: &Crate) -> Vec<String> {
    let wants_std = row.std.starts_with("yes");
    let has_std =
        |text: &str| !text.lines().any(|line| line.starts_with("#![") && line.contains("no_std"));
    let wrong = read_roots(found).into_iter().filter(|(_, text)| has_std(text) != wants_std);
    wrong.map(|(path, _)| format!("{}: the table says std: {}", path.display(), row.std)).collect()
}

/// `forbidden`: each root says so itself. Otherwise unsafe code is denied, except in modules
/// that the table names; `yes` allows it everywhere.
fn check_unsafe(row: &Row, found: &Crate) -> Vec<String> {
    if row.unsafe_code.starts_with("yes") {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    if row.unsafe_code.starts_with("forbidden") {
        let roots = read_roots(found)
            .into_iter()
            .filter(|(_, text)| !text.contains("#![forbid(unsafe_code)]"));
        complaints.extend(
            roots.map(|(path, _)| format!("{}: no #![forbid(unsafe_code)]", path.display())),
        );
    } else if !denies_unsafe(found) {
        complaints.push(
            "unsafe code is not denied: its Cargo.toml needs the workspace's lints".to_owned(),
        );
    }
    let places = find_places(&row.unsafe_code);
    for Allowance { path, line, module } in find_allowances(found) {
        let is_named =
            places.iter().any(|place| is_inside(&path, place) || module.as_ref() == Some(place));
        if !is_named {
            let says = &row.unsafe_code;
            complaints.push(format!("{path}:{line}: allows unsafe code, the table says: {says}"));
        }
    }
    complaints
}

fn denies_unsafe(found: &Crate) -> bool {
    let manifest = fs::read_to_string(&found.package.manifest_path).unwrap_or_default();
    let denies = |text: &str| {
        ["unsafe_code = \"deny\"", "unsafe_code = \"forbid\""]
            .iter()
            .any(|lint| text.contains(lint))
    };
    manifest.contains("[lints]\nworkspace = true") || denies(&manifest)
}

/// The modules that may hold unsafe code: named in backquotes, or by what they do.
fn find_places(cell: &str) -> Vec<String> {
    let mut places = find_quoted(cell);
    for (words, module) in [("start-up", "start"), ("ports and CPU", "x86")] {
        if cell.contains(words) {
            places.push(module.to_owned());
        }
    }
    places
}

fn is_inside(path: &str, module: &str) -> bool {
    path.ends_with(&format!("/{module}.rs")) || path.contains(&format!("/{module}/"))
}

/// An `allow(unsafe_code)`, and the module that the line below it declares.
#[derive(Debug)]
struct Allowance {
    path: String,
    line: usize,
    module: Option<String>,
}

fn find_allowances(found: &Crate) -> Vec<Allowance> {
    let sources =
        found.sources.iter().filter(|source| source.is_rust() && source.path.starts_with("src"));
    sources.flat_map(find_allowances_in).collect()
}

fn find_allowances_in(source: &Source) -> Vec<Allowance> {
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    let is_allowance = |line: &str| {
        let is_attribute = line.starts_with("#[") || line.starts_with("#![");
        is_attribute && (line.contains("allow(unsafe_code") || line.contains("expect(unsafe_code"))
    };
    let hits = (0..lines.len()).filter(|number| is_allowance(lines[*number]));
    hits.map(|number| {
        let next = lines[number + 1..].iter().find(|line| !line.starts_with("#["));
        let module = next.and_then(|line| line.split("mod ").nth(1));
        let module = module.map(|rest| rest.trim_end_matches([';', ' ', '{']).to_owned());
        Allowance { path: source.path.display().to_string(), line: number + 1, module }
    })
    .collect()
}

/// Cargo unifies features: rustix's `std` in PID 1 would bring a C library with it.
pub(super) fn check_features_of_init(root: &Path) -> Result<Vec<String>> {
    let manifest = root.join("crates/init/Cargo.toml");
    let mut command =
        cargo(&["tree", "--edges", "normal,features", "--prefix", "none", "--manifest-path"]);
    let text = output(command.arg(&manifest))?;
    ensure!(text.contains("rustix"), "PID 1 does not use rustix: adjust this check");
    let with_std = ["rustix feature \"std\"", "libc v"];
    let found = with_std.iter().filter(|what| text.lines().any(|line| line.starts_with(*what)));
    Ok(found
        .map(|what| format!("PID 1 is built with {what}: see crates/init/Cargo.toml"))
        .collect())
}

#[cfg(test)]
mod tests;
