use super::*;
use crate::inittab::{ProcessField, Runlevel, first_level};
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

fn sysvinit(text: &str) -> Table {
    parse_inittab_as(format!("id:2:initdefault:\n{text}").as_bytes(), Dialect::Sysvinit)
}

#[test]
fn an_initdefault_entry_makes_an_inittab_sysvinits() {
    assert_eq!(parse_inittab(b"#id:2:initdefault:\n").dialect, Dialect::BusyBox);
    assert_eq!(parse_inittab(b" # id:2:initdefault:\n").dialect, Dialect::BusyBox);
    assert_eq!(parse_inittab(b"id:2:InitDefault:\n").dialect, Dialect::Sysvinit);
    let table = sysvinit("l2:2:WAIT:/etc/init.d/rc 2\n");
    assert_eq!(table.entries.last().unwrap().action, EntryAction::Wait);
    assert_eq!(first_level(&table), Runlevel::parse(b'2'));
    assert_eq!(parse_inittab_as(b"l2:2:wait:/x", Dialect::Sysvinit).entries.len(), 1);
    for own in ["::sysinit:/x", "tty1::askfirst:-/bin/sh", "a::shutdown:/x"] {
        let stray = parse_inittab(format!("id:3:initdefault:\n{own}\n").as_bytes());
        assert_eq!((stray.dialect, stray.entries.len()), (Dialect::BusyBox, 1), "{own}");
    }
}

#[test]
fn lines_that_sysvinit_does_not_take_have_their_reason() {
    for (line, reason) in [
        ("toolong:2:wait:/x", "the id does not have one to four characters"),
        (":2:wait:/x", "the id does not have one to four characters"),
        ("id:3:wait:/x", "an earlier line has the same id"),
        ("a:3:askfirst:/x", "unknown action"),
        ("a:3:wait:", "no process to run"),
        ("a:3:wait:+@ ", "no process to run"),
        ("a:3:wait:+-", "no process to run"),
        ("a:3:wait", "not of the form id:runlevels:action:process"),
    ] {
        let table = sysvinit(line);
        assert_eq!((table.entries.len(), table.problems[0].reason), (1, reason), "{line}");
    }
    let shared = sysvinit("~~:S:wait:/sbin/sulogin\n~~:S:once:/x\n   # comment\n");
    assert_eq!((shared.entries.len(), shared.problems.len()), (3, 0));
}

#[test]
fn runlevels_and_the_levels_of_the_boot_decide_what_runs() {
    let levels = |line: &str| {
        let table = sysvinit(line);
        let entry = table.entries.last().unwrap();
        let all =
            b"#*S0123456789A".iter().filter_map(|letter| Runlevel::parse_handed_over(*letter));
        all.filter(|level| entry.runs_in(*level))
            .map(|level| char::from(level.letter()))
            .collect::<alloc::string::String>()
    };
    assert_eq!(levels("si::sysinit:/x"), "#");
    assert_eq!(levels("si:35:sysinit:/x"), "#");
    assert_eq!(levels("b:2:bootwait:/x"), "*");
    assert_eq!(levels("a::once:/x"), "0123456789");
    assert_eq!(levels("ca::ctrlaltdel:/x"), "S0123456789");
    assert_eq!(levels("kb::kbrequest:/x"), "0123456789");
    assert_eq!(levels("1:2s5:respawn:/x"), "S25");
    assert_eq!(levels("a:a:ondemand:/x"), "A");
    assert_eq!(levels("o:2:off:/x"), "");
}

#[test]
fn marks_and_comments_are_not_part_of_a_command() {
    let table = sysvinit("a:2:once:+@/sbin/x a # b\nb:2:once:/bin/sh -c 'a#b' # c\n");
    let process = ProcessField::parse(&table.entries[1].command);
    assert_eq!(
        (process.is_recorded, process.is_direct, process.command),
        (false, true, &b"/sbin/x a"[..])
    );
    assert_eq!(table.entries[2].command, b"/bin/sh -c 'a#b' # c");
    assert_eq!(sysvinit("a:2:once:/x \\\n").entries[1].command, b"/x \\");
}
