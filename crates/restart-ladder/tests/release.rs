//! What a published version owes its users.

#![deny(unreachable_patterns)]

use std::fs;
use std::path::{Path, PathBuf};

use restart_ladder::{Reply, Step};

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).unwrap()] }
    };
    entries.flat_map(read).collect()
}

/// The attributes of each public enum, behind its name.
fn public_enums() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for text in sources(&place("src")) {
        let mut attributes = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("pub enum ") {
                let end = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap();
                found.push((rest[..end].to_owned(), attributes.clone()));
            } else if line.starts_with("#[") {
                attributes.push_str(line);
            } else {
                attributes.clear();
            }
        }
    }
    found
}

#[test]
fn every_public_enum_may_grow() {
    let enums = public_enums();
    assert!(enums.len() > 20, "{enums:?}");
    let fixed: Vec<_> = enums.iter().filter(|it| !it.1.contains("#[non_exhaustive]")).collect();
    assert!(fixed.is_empty(), "{fixed:?}");
}

/// A kernel that knows the steps of today compiles with those of tomorrow.
#[test]
fn a_step_that_nobody_knows_has_an_answer() {
    let answer = |step: Step| match step {
        Step::WarmFlag(_) | Step::AcpiWrite { .. } | Step::KeyboardPulse => Reply::Done,
        Step::KeyboardWait { .. } => Reply::Status(0),
        Step::Cf9Write(_) | Step::Cf9 { .. } | Step::Port92 => Reply::Done,
        Step::Efi(_) | Step::CmosShutdown(_) | Step::BiosJump | Step::TripleFault => Reply::Done,
        Step::Delay { .. } => Reply::Done,
        // Refused by unreachable_patterns if `Step` could not grow.
        _ => Reply::Unsupported,
    };
    assert_eq!(answer(Step::Delay { us: 1 }), Reply::Done);
}

#[test]
fn the_licences_are_in_the_package() {
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(place(name)).unwrap();
        assert!(text.len() > 500, "{name}: {text}");
        // A package that was unpacked has no repository around it.
        if let Ok(original) = fs::read_to_string(place("../..").join(name)) {
            assert_eq!(text, original, "{name}");
        }
    }
}
