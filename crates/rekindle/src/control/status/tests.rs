//! What process 1 tells, as people and programs are told it.

use super::*;
use crate::kexec::status::LoadedKernels;
use rekindle_core::configuration::Reading;
use rekindle_core::control::{EntryState, PendingEnd};
use rekindle_core::request::{Action, Urgency};
use serde_json::Value;
use std::path::Path;

const LOADED: LoadedKernels = LoadedKernels { next: Some(true), crash: None };

fn entry(number: u32, (state, value): (&str, u64), mark: &str, text: &str) -> EntryState {
    EntryState {
        number,
        line: number + 2,
        state: state.as_bytes().to_vec(),
        value,
        is_held: mark == "held",
        is_removed: mark == "removed",
        text: text.as_bytes().to_vec(),
    }
}

fn machine() -> MachineState {
    let mut reading = Reading::default();
    reading.take_file(b"/etc/rekindle.conf", Ok(b"\n# x\ngrace_ms = 77\nkill_ms = 2000\n"));
    reading.take_groups(b"");
    MachineState {
        version: b"0.1.0".to_vec(),
        since_ms: 350,
        stage: b"ending".to_vec(),
        dialect: b"sysvinit".to_vec(),
        runlevel: Some(b'2'),
        host: b"machine".to_vec(),
        is_respawn_paused: true,
        end: Some(PendingEnd {
            id: 11_517_350,
            action: Action::Reboot,
            urgency: Urgency::Hurried,
            by: b"reboot[7] (uid 0)".to_vec(),
        }),
        settings: reading.settings,
        configuration: *reading.configuration,
        kept: vec![b"image".to_vec(), b"image".to_vec()],
    }
}

fn entries() -> Vec<EntryState> {
    vec![
        entry(1, ("done", 0), "-", "rc::sysinit:/etc/rc\x1b"),
        entry(2, ("running", 812), "-", "1:2345:respawn:/sbin/getty 38400 tty1"),
        entry(3, ("running", 9), "held", "h:2:respawn:/bin/h a:b"),
        entry(4, ("resting", 11_525_000), "-", "r:2:respawn:/bin/r"),
        entry(5, ("resting", 1), "held", "s:2:respawn:/bin/s"),
        entry(6, ("running", 10), "removed", "x:2:once:/bin/x"),
        entry(7, ("idle", 0), "-", "i:3:once:/bin/i"),
    ]
}

const NOW_MS: u64 = 11_520_350;

#[test]
fn people_are_told_a_line_a_fact_and_a_table_of_the_entries() {
    let text = "\
process 1: rekindle 0.1.0, for 3 h 12 min, since 0.35 s after boot
stage: ending
dialect: sysvinit
runlevel: 2
host: machine
respawn: paused
end: reboot (hurried) asked for by reboot[7] (uid 0), 3.00 s ago, id 11517350
kernel loaded: yes
crash kernel loaded: unknown
kept descriptors: image, image
settings:
  grace_ms = 77 (/etc/rekindle.conf:3)
entries:
  number  line  id  action   state                    process
  1       3     rc  sysinit  done                     /etc/rc\\x1b
  2       4     1   respawn  running as 812           /sbin/getty 38400 tty1
  3       5     h   respawn  running as 9, held       /bin/h a:b
  4       6     r   respawn  resting for 4.65 s more  /bin/r
  5       7     s   respawn  held                     /bin/s
  6       8     x   once     running as 10, removed   /bin/x
  7       9     i   once     idle                     /bin/i
";
    let report = plan_report(&machine(), &entries(), LOADED, NOW_MS);
    assert_eq!(render_text(&report), text);
}

#[test]
fn programs_are_told_the_same_under_names_that_stay() {
    let report = plan_report(&machine(), &entries()[2..4], LOADED, NOW_MS);
    let json = concat!(
        r#"{"init":"rekindle","version":"0.1.0","since_ms":350,"now_ms":11520350,"stage":"ending","#,
        r#""dialect":"sysvinit","runlevel":"2","host":"machine","respawn_paused":true,"#,
        r#""end":{"id":11517350,"action":"reboot","urgency":"hurried","by":"reboot[7] (uid 0)","ago_ms":3000},"#,
        r#""kexec":{"loaded":true,"crash_loaded":null},"#,
        r#""settings":[{"key":"grace_ms","value":"77","file":"/etc/rekindle.conf","line":3}],"#,
        r#""kept":["image","image"],"#,
        r#""entries":[{"number":3,"line":5,"id":"h","runlevels":"2","action":"respawn","state":"running","#,
        r#""pid":9,"resting_ms":null,"held":true,"removed":false,"process":"/bin/h a:b"},"#,
        r#"{"number":4,"line":6,"id":"r","runlevels":"2","action":"respawn","state":"resting","#,
        r#""pid":null,"resting_ms":4650,"held":false,"removed":false,"process":"/bin/r"}]}"#,
        "\n"
    );
    assert_eq!(render_json(&report).unwrap(), json);
}

#[test]
fn what_was_not_told_is_called_unknown_and_what_is_not_there_none() {
    let loaded = LoadedKernels { next: None, crash: Some(false) };
    let report = plan_report(&MachineState::default(), &[], loaded, 500);
    let text = "\
process 1: rekindle unknown, for 0.50 s, since 0.00 s after boot
stage: unknown
dialect: unknown
host: unknown
respawn: on
end: none
kernel loaded: unknown
crash kernel loaded: no
kept descriptors: none
settings: all by default
entries: none
";
    assert_eq!(render_text(&report), text);
    let json = render_json(&report).unwrap();
    assert!(json.contains(r#""version":null,"since_ms":0,"now_ms":500,"stage":null"#), "{json}");
}

/// A version without sources tells each limit, and nothing of the files: those limits count as words of the
/// kernel's line.
#[test]
fn a_limit_that_is_its_default_is_not_called_set_wherever_it_comes_from() {
    let mut reading = Reading::default();
    let line = b"rekindle.kill_ms=2000 rekindle.total_ms=5000 rekindle.look_group=0";
    reading.take_kernel_line(line);
    let (settings, configuration) = (reading.settings, *reading.configuration);
    let machine = MachineState { settings, configuration, ..MachineState::default() };
    let text = render_text(&plan_report(&machine, &[], LOADED, 0));
    let set =
        "settings:\n  total_ms = 5000 (/proc/cmdline)\n  look_group = 0 (/proc/cmdline)\nentries";
    assert!(text.contains(set), "{text}");
}

/// The names in an object and in those that it holds.
fn names(value: &Value) -> Vec<String> {
    let inner = |value: &Value| names(value);
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| [vec![name.clone()], inner(value)].concat())
            .collect(),
        Value::Array(values) => values.iter().flat_map(inner).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn every_field_of_the_json_object_stands_in_rekindle_8() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../man/rekindle.8");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, page) = page.split_once("\n.Ss The state as JSON\n").unwrap();
    let (page, _) = page.split_once("\n.Ss ").unwrap();
    let report = plan_report(&machine(), &entries(), LOADED, NOW_MS);
    let names = names(&serde_json::from_str(&render_json(&report).unwrap()).unwrap());
    assert_eq!(names.len(), 14 + 5 + 2 + 4 + 7 * 11);
    let words: Vec<&str> = page.split([' ', '\n']).collect();
    for name in names {
        assert!(words.contains(&name.as_str()), "{name}");
    }
}
