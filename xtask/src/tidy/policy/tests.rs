use std::path::PathBuf;

use super::{check, find_places};
use crate::tidy::packages::{Crate, Dependency, Package, Target};
use crate::tidy::sources::Source;
use crate::tidy::table::Row;

fn row(std: &str, unsafe_code: &str, may_depend_on: &str) -> Row {
    let [std, unsafe_code, may_depend_on] = [std, unsafe_code, may_depend_on].map(str::to_owned);
    Row { names: vec!["rekindle-a".to_owned()], std, unsafe_code, may_depend_on }
}

/// A crate in a folder of its own, with this library root and one more module.
fn sample(folder: &tempfile::TempDir, root: &str, module: &str) -> Crate {
    let place = folder.path();
    std::fs::create_dir_all(place.join("src")).unwrap();
    std::fs::write(place.join("Cargo.toml"), "[lints]\nworkspace = true\n").unwrap();
    std::fs::write(place.join("src/lib.rs"), root).unwrap();
    let dependency = |name: &str, kind: Option<&str>, path: Option<PathBuf>| Dependency {
        name: name.to_owned(),
        kind: kind.map(str::to_owned),
        path,
    };
    let package = Package {
        name: "rekindle-a".to_owned(),
        manifest_path: place.join("Cargo.toml"),
        dependencies: vec![
            dependency("rekindle-core", None, Some(place.to_owned())),
            dependency("rustix", None, None),
            dependency("proptest", Some("dev"), None),
        ],
        targets: vec![Target { kind: vec!["lib".to_owned()], src_path: place.join("src/lib.rs") }],
    };
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.to_owned() };
    let sources = vec![source("src/lib.rs", root), source("src/other.rs", module)];
    Crate { package, folder: "crates/a".into(), sources }
}

#[test]
fn a_crate_that_keeps_to_its_row_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    let found = sample(&folder, "#![no_std]\n#![forbid(unsafe_code)]\n", "");
    let complaints =
        check(&row("no (alloc)", "forbidden", "core, rustix (no `std` feature)"), &found);
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn each_broken_promise_is_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let found = sample(&folder, "", "#![allow(unsafe_code)]\n");
    let complaints = check(&row("no", "forbidden", "core"), &found).join("\n");
    for expected in [
        "depends on rustix",
        "says std: no",
        "no #![forbid(unsafe_code)]",
        "src/other.rs:1: allows",
    ] {
        assert!(complaints.contains(expected), "no {expected:?} in {complaints}");
    }
    assert!(
        !complaints.contains("proptest") && !complaints.contains("rekindle-core"),
        "{complaints}"
    );
}

#[test]
fn std_where_the_table_says_yes_and_nothing_where_it_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let found = sample(&folder, "#![no_std]\n", "");
    let complaints = check(&row("yes", "yes", "nothing"), &found).join("\n");
    assert!(complaints.contains("says std: yes"), "{complaints}");
    assert!(
        complaints.contains("depends on rekindle-core") && complaints.contains("depends on rustix"),
        "{complaints}"
    );
}

#[test]
fn unsafe_code_is_allowed_in_the_named_module_only() {
    let folder = tempfile::tempdir().unwrap();
    let found = sample(
        &folder,
        "#[allow(unsafe_code)]\npub mod raw;\n",
        "// allow(unsafe_code) in a comment\n",
    );
    let allowed = check(&row("yes", "only in `raw`", "anything"), &found);
    assert!(allowed.is_empty(), "{allowed:?}");
    let refused = check(&row("yes", "only in `other`", "anything"), &found);
    assert_eq!(refused.len(), 1, "{refused:?}");
}

#[test]
fn places_are_named_in_backquotes_or_by_what_they_do() {
    assert_eq!(find_places("only in `raw`"), ["raw"]);
    assert_eq!(find_places("start-up only"), ["start"]);
    assert_eq!(find_places("ports and CPU only"), ["x86"]);
}
