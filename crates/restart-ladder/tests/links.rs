//! The crate links into a program without std, allocator and panic.

use std::process::{Command, Output};

/// Builds tests/no_panic in a target directory of its own. Offline: it needs nothing but this
/// crate.
fn build(features: &[&str]) -> Output {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/no_panic");
    Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--offline",
            "--locked",
            "--target-dir",
            env!("CARGO_TARGET_TMPDIR"),
        ])
        .args(features)
        .current_dir(folder)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("unable to start cargo")
}

#[test]
fn a_program_without_any_panic_links_and_one_with_a_panic_does_not() {
    let without = build(&[]);
    assert!(without.status.success(), "{}", String::from_utf8_lossy(&without.stderr));
    let with = build(&["--features", "reachable"]);
    let text = String::from_utf8_lossy(&with.stderr);
    assert!(!with.status.success() && text.contains("a_panic_can_be_reached"), "{text}");
}
