use super::*;
use alloc::format;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

fn only(text: &str) -> Entry {
    let table = parse_inittab(text.as_bytes());
    assert_eq!(table.problems, [], "{text}");
    assert_eq!(table.entries.len(), 1, "{text}");
    table.entries.into_iter().next().unwrap()
}

fn reason(text: &str) -> &'static str {
    let table = parse_inittab(text.as_bytes());
    assert_eq!(table.entries, [], "{text}");
    table.problems.first().unwrap().reason
}

#[test]
fn ids_name_terminals_in_every_form() {
    for (text, id) in [
        ("::once:/x", ""),
        ("null::once:/x", "null"),
        ("tts/0::once:/x", "tts/0"),
        ("/dev/ttyS0::once:/x", "ttyS0"),
    ] {
        assert_eq!(only(text).id, id.as_bytes());
    }
}

#[test]
fn the_last_field_is_greedy() {
    assert_eq!(only("::once:/bin/sh -c 'a:b:c'").command, b"/bin/sh -c 'a:b:c'");
}

#[test]
fn comments_end_lines_but_not_inside_quotes() {
    assert_eq!(
        only("tty1::respawn:/sbin/getty tty1 # GENERIC_SERIAL").command,
        b"/sbin/getty tty1"
    );
    assert_eq!(only("::once:sh -c \"echo a#b\"").command, b"sh -c \"echo a#b\"");
    assert_eq!(only("::once:echo it's # five").command, b"echo it's");
    assert_eq!(parse_inittab(b"# all\n   # indented\n\n \t \n"), Table::default());
}

#[test]
fn continuations_join_lines_and_keep_the_first_number() {
    let entry = only("#\n::once:/bin/echo \\\na \\\nb\n");
    assert_eq!((entry.line, entry.command.as_slice()), (2, &b"/bin/echo a b"[..]));
    assert_eq!(only("::once:/x \\").command, b"/x");
}

#[test]
fn every_kind_of_bad_line_has_its_reason() {
    assert_eq!(
        reason("slog:unknown:/sbin/syslogd -n"),
        "not of the form id:runlevels:action:process"
    );
    assert_eq!(reason("::SYSINIT:/x"), "unknown action");
    assert_eq!(reason("::respawn :/x"), "unknown action");
    assert_eq!(reason("::once: \t"), "no process to run");
    assert_eq!(reason("    ttyS0::respawn:/x"), "the id is not the name of a terminal");
    assert_eq!(reason("../sda::respawn:/x"), "the id is not the name of a terminal");
    assert_eq!(reason("::once:a\0b"), "line holds a NUL byte");
    assert_eq!(
        reason(&format!("::once:{}", "x".repeat(70_000))),
        "line is longer than 65536 bytes"
    );
}

#[test]
fn carriage_returns_are_not_part_of_a_command() {
    assert_eq!(only("::once:/bin/true\r\n").command, b"/bin/true");
}

#[test]
fn the_same_command_may_stand_in_several_entries() {
    let table = parse_inittab(b"::sysinit:/bin/x\n::shutdown:/bin/x\n");
    assert_eq!(table.entries.len(), 2);
}

proptest! {
    #[test]
    fn no_input_panics(text in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_inittab(&text);
    }

    #[test]
    fn a_good_line_survives_any_bad_neighbour(junk in "[^\n\\\\]{0,60}") {
        let text = format!("::once:/first\n{junk}\n::once:/last\n");
        let table = parse_inittab(text.as_bytes());
        let commands: Vec<&[u8]> = table.entries.iter().map(|entry| entry.command.as_slice()).collect();
        prop_assert_eq!(commands.first().copied(), Some(&b"/first"[..]));
        prop_assert_eq!(commands.last().copied(), Some(&b"/last"[..]));
        prop_assert!(commands.len() <= 3);
    }
}
