use std::path::Path;

use super::check_target;

/// Complaints about a crate of these files, the first of which is its root.
fn complaints(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    check_target(folder.path(), Path::new(files[0].0)).unwrap()
}

/// The one circle, as it is shown.
fn circle(files: &[(&str, &str)]) -> String {
    let all = complaints(files);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].split_once("in a circle: ").unwrap().1.to_owned()
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "use crate::b::B;\npub struct A(B);\n"),
        ("src/b.rs", "pub struct B;\nfn f(_: super::a::A) {}\n"),
    ];
    assert_eq!(circle(&files), "a.rs -> b.rs -> a.rs");
}

#[test]
fn imports_that_go_one_way_are_none() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n"),
        ("src/a.rs", "use crate::b;\npub struct A(b::B);\n"),
        ("src/b.rs", "use std::fmt::Debug;\npub struct B;\nfn f() { crate::c::g::<B>() }\n"),
        ("src/c.rs", "pub fn g<T>() {}\n"),
    ];
    assert_eq!(complaints(&files), [""; 0]);
}

#[test]
fn a_path_through_a_facade_leads_to_the_file_that_defines() {
    let files = [
        ("src/lib.rs", "mod a;\nmod other;\n"),
        ("src/a/mod.rs", "mod one;\nmod two;\npub(crate) use one::One;\npub use self::two::Two;\n"),
        ("src/a/one.rs", "pub struct One;\n"),
        ("src/a/two.rs", "use super::One;\npub struct Two(One);\n"),
        ("src/other.rs", "use crate::a::{One, Two};\n"),
    ];
    assert_eq!(complaints(&files), [""; 0]);
}

#[test]
fn a_function_that_is_called_like_its_module_is_found() {
    let files = [
        ("src/lib.rs", "mod climb;\nmod b;\npub use climb::climb;\n"),
        ("src/climb.rs", "pub fn climb() { crate::b::b() }\n"),
        ("src/b.rs", "use crate::climb;\npub fn b() { climb() }\n"),
    ];
    assert_eq!(circle(&files), "b.rs -> climb.rs -> b.rs");
}

#[test]
fn a_parent_that_uses_a_child_that_uses_it_is_a_circle() {
    let with = |parent: &'static str| {
        [
            ("src/lib.rs", "mod a;\n"),
            ("src/a/mod.rs", parent),
            ("src/a/one.rs", "pub struct One;\nfn f() { super::shared() }\n"),
        ]
    };
    let private = with("mod one;\nuse one::One;\nfn shared() {}\nstruct X(One);\n");
    assert_eq!(circle(&private), "a/mod.rs -> a/one.rs -> a/mod.rs");
    let passed_on_and_used = with("mod one;\npub use one::One;\nfn shared() {}\nstruct X(One);\n");
    assert_eq!(circle(&passed_on_and_used), "a/mod.rs -> a/one.rs -> a/mod.rs");
    let only_passed_on = with("mod one;\npub use one::One;\nfn shared() {}\n");
    assert_eq!(complaints(&only_passed_on), [""; 0]);
}

#[test]
fn paths_in_macros_and_through_renamed_modules_count_and_tests_do_not() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "use crate::b as renamed;\npub fn f() { assert!(renamed::g() > 0); }\n"),
        ("src/b.rs", "pub fn g() -> u8 { 1 }\n#[cfg(test)]\nmod tests {\n use crate::a::f;\n}\n"),
    ];
    assert_eq!(complaints(&files), [""; 0]);
    let mut closed = files;
    closed[2].1 = "pub fn g() -> u8 { println!(\"{:?}\", crate::a::f()); 1 }\n";
    assert_eq!(circle(&closed), "a.rs -> b.rs -> a.rs");
}

#[test]
fn exported_macros_inline_modules_and_globs_lead_to_their_files() {
    let files = [
        ("src/main.rs", "mod a;\nmod b;\nmod c;\nmod inline { pub use crate::c::C; }\n"),
        (
            "src/a.rs",
            "#[macro_export]\nmacro_rules! say { () => {} }\nuse crate::b::*;\nfn f(_: B) {}\n",
        ),
        ("src/b.rs", "use crate::{inline, say};\npub struct B(inline::C);\nfn f() { say!() }\n"),
        ("src/c.rs", "pub struct C;\nimpl C { fn new() -> Self { Self } }\n"),
    ];
    assert_eq!(circle(&files), "a.rs -> b.rs -> a.rs");
}

#[test]
fn methods_in_another_file_than_the_type_are_found_and_traits_are_free() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "pub struct A;\npub enum E<T> { X(T) }\nimpl A { fn f() {} }\n"),
        (
            "src/b.rs",
            "use crate::a::{A, E};\nimpl A { fn g() {} }\nimpl<T> E<T> { fn g() {} }\n\
             impl Clone for A { fn clone(&self) -> Self { A } }\n\
             #[cfg(test)]\nimpl A { fn h() {} }\n",
        ),
    ];
    let expected = ["A", "E"]
        .map(|name| format!("src/b.rs: methods of {name}, which a.rs defines: move them there"));
    assert_eq!(complaints(&files), expected);
}

#[test]
fn a_file_that_mod_names_by_its_path_is_read() {
    let files = [
        ("src/lib.rs", "#[path = \"odd/name.rs\"]\nmod a;\nmod b;\n"),
        ("src/odd/name.rs", "use crate::b::B;\npub struct A(B);\n"),
        ("src/b.rs", "pub struct B(crate::a::A);\n"),
    ];
    assert_eq!(circle(&files), "b.rs -> odd/name.rs -> b.rs");
}
