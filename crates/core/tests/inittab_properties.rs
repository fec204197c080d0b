//! What holds for every inittab: it gives a table, and a bad line costs only itself.
//!
//! `cargo xtask fuzz` searches for inputs that these miss.

use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use rekindle_core::inittab::{Dialect, Entry, parse_inittab, parse_inittab_as};

/// A line, and whether it is an entry.
#[derive(Clone, Debug)]
struct Line {
    bytes: Vec<u8>,
    is_entry: bool,
}

fn good() -> impl Strategy<Value = Line> {
    let actions = ["sysinit", "wait", "once", "respawn", "askfirst", "ctrlaltdel", "shutdown"];
    let action = prop::sample::select(actions.to_vec());
    let fields =
        ("(null|tts/0|ttyS[0-9]|)", "[0-9S]{0,3}", action, "/[a-z]{1,9}( [a-z:=/.]{1,9}){0,3}");
    fields.prop_map(|(id, levels, action, process)| Line {
        bytes: format!("{id}:{levels}:{action}:{process}").into_bytes(),
        is_entry: true,
    })
}

/// No entry: too few fields, actions and ids that do not exist, nothing to run, or a NUL byte.
fn bad() -> impl Strategy<Value = Line> {
    let texts = prop_oneof![
        "[^\n\r:#'\"\\\\]{0,40}",
        "[a-z]{0,4}:[0-9]{0,3}:[a-z]{0,3}:/bin/true",
        "\\.\\./[a-z]{1,4}::once:/bin/true",
        " {1,4}tty[0-9]::respawn:/bin/sh",
        "tty[0-9]::respawn:[ \t]{0,3}",
        "::once:/bin/tr\0ue",
        "# [^\n\r\\\\]{0,40}",
        Just(String::from("::shutdown:-")),
    ];
    let bytes =
        prop_oneof![texts.prop_map(String::into_bytes), prop::collection::vec(128_u8.., 0..40),];
    bytes.prop_map(|bytes| Line { bytes, is_entry: false })
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(prop_oneof![good(), bad()], 0..40)
}

/// The entries as they would be if each were the only line of a file.
fn parse_alone(lines: &[Line]) -> Vec<Entry> {
    let numbered = lines.iter().enumerate().filter(|(_, line)| line.is_entry);
    let parse = |(index, line): (usize, &Line)| {
        let table = parse_inittab(&line.bytes);
        let [entry] = table.entries.as_slice() else { panic!("not one entry: {line:?}") };
        Entry { line: index + 1, ..entry.clone() }
    };
    numbered.map(parse).collect()
}

proptest! {
    #[test]
    fn every_input_gives_a_table_in_every_dialect(
        text in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let tables = Dialect::ALL.map(|dialect| parse_inittab_as(&text, dialect));
        prop_assert!(tables.contains(&parse_inittab(&text)));
    }

    #[test]
    fn entries_survive_any_bad_lines_around_them(lines in lines(), ends in "\r?\n") {
        let bytes: Vec<&[u8]> = lines.iter().map(|line| line.bytes.as_slice()).collect();
        let table = parse_inittab(&bytes.join(ends.as_bytes()));
        prop_assert_eq!(table.entries, parse_alone(&lines));
    }
}
