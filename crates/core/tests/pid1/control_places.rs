//! Where the control socket is open, what it bounds, and what it tells of PID 1.

use crate::driver::Driver;
use crate::{BUSYBOX, SYSVINIT};
use rekindle_core::configuration::KERNEL_LINE_PATH;
use rekindle_core::control::{Answer, ControlRequest, EntryState, EntryVerb, MachineState};
use rekindle_core::errno::Errno;
use rekindle_core::event::{ControlEvent, Event};
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::{ControlOp, Op, Outcome, ReadOp};
use rekindle_core::request::refusal::Why;
use rekindle_core::signal::number;

const LISTEN: Op = Op::Control(ControlOp::Listen);

fn machine(driver: &mut Driver, client: u32) -> MachineState {
    match driver.ask(client, ControlRequest::Machine) {
        Answer::Machine(state) => *state,
        other => panic!("{other:?}"),
    }
}

fn entries(driver: &mut Driver, client: u32) -> Vec<EntryState> {
    match driver.ask(client, ControlRequest::Entries { from: 0 }) {
        Answer::Entries { entries, next: 0 } => entries,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_in_the_place_of_inittab_has_no_socket() {
    let driver = Driver::new(&["--", "/bin/app"], BUSYBOX).boot();
    assert!(!driver.ops.contains(&LISTEN));
}

#[test]
fn a_last_stage_in_place_hears_nobody() {
    let mut driver = Driver::new(&[], BUSYBOX);
    driver.is_container = true;
    let mut driver = driver.boot();
    driver.end_child("/rcS");
    assert!(driver.ops.contains(&LISTEN));
    driver.signal(number::TERM, 0);
    assert!(!driver.ops.contains(&Op::Control(ControlOp::Close)));
    driver.end_child("/bye");
    assert!(driver.ops.contains(&Op::Control(ControlOp::Close)));
}

#[test]
fn only_so_many_are_looked_at_at_a_time_and_each_once() {
    let looked_at = |driver: &Driver| {
        let pids = driver.ops.iter().filter_map(|op| match op {
            Op::Read(ReadOp::Sender { pid }) => Some(*pid),
            _ => None,
        });
        pids.collect::<Vec<_>>()
    };
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    driver.holds_looks = true;
    for client in 1..=6 {
        driver.connect(client, 0);
        assert_eq!(driver.send(client, &ControlRequest::Machine.render(), 0), []);
    }
    assert_eq!(looked_at(&driver), [4_001, 4_002, 4_003, 4_004]);
    let id = driver.held[0];
    driver.give(Event::Finished { id, outcome: Outcome::TimedOut });
    assert_eq!(looked_at(&driver), [4_001, 4_002, 4_003, 4_004, 4_005]);
}

#[test]
fn that_there_is_no_socket_is_said_at_once_and_again_after_there_was_one() {
    let mut driver = Driver::new(&[], "::once:/a\n");
    let fails = |op: &Op| match op {
        Op::Control(ControlOp::Listen) => Some(Outcome::Failed(Errno::EROFS)),
        Op::Control(ControlOp::Check) => Some(Outcome::Answer(false)),
        _ => None,
    };
    driver.answer = fails;
    let mut driver = driver.boot();
    let complaints = |driver: &Driver| {
        driver.said.iter().filter(|line| line.starts_with("can't listen on")).count()
    };
    assert_eq!(complaints(&driver), 1);
    driver.answer = |op| (*op == Op::Control(ControlOp::Check)).then_some(Outcome::Answer(false));
    driver.now_ms += 5_000;
    driver.give(Event::Control(ControlEvent::MayBeGone));
    driver.answer = fails;
    driver.now_ms += 5_000;
    driver.give(Event::Control(ControlEvent::MayBeGone));
    assert_eq!(complaints(&driver), 2);
}

#[test]
fn a_stranger_alone_is_told_of_without_others() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    driver.connect(1, 1_000);
    let _ = driver.send(1, &ControlRequest::Watch.render(), 0);
    assert!(driver.has_said("refused: only root may"), "{:?}", driver.said);
    assert!(!driver.has_said("more before"));
}

#[test]
fn what_runs_is_told_also_while_the_machine_ends() {
    let mut driver = Driver::new(&[], SYSVINIT).boot();
    driver.connect(1, 0);
    let booting = machine(&mut driver, 1);
    assert_eq!((booting.stage.as_slice(), booting.runlevel), (&b"booting"[..], Some(b'#')));
    driver.end_child("/rcS");
    driver.end_child("/rc");
    let serving = machine(&mut driver, 1);
    assert_eq!((serving.stage.as_slice(), serving.runlevel), (&b"serving"[..], Some(b'2')));
    assert_eq!((serving.since_ms, serving.end), (1_000, None));
    driver.telinit(b'6');
    let ending = machine(&mut driver, 1);
    assert_eq!((ending.stage.as_slice(), ending.runlevel), (&b"ending"[..], Some(b'6')));
    assert_eq!(ending.host, b"machine");
    let getty = |entry: &&EntryState| entry.text.ends_with(b"/getty");
    let told = entries(&mut driver, 1);
    let getty = told.iter().find(getty).unwrap();
    assert_eq!((getty.state.as_slice(), getty.line), (&b"running"[..], 5));
    assert_eq!(getty.value, u64::from(driver.children[0].0));
}

#[test]
fn what_rests_and_what_has_had_its_turn_is_told() {
    let mut driver = Driver::new(&[], "::sysinit:/rcS\n::respawn:/a\n::shutdown:/bye\n").boot();
    driver.end_child("/rcS");
    driver.end_child("/a");
    driver.connect(1, 0);
    let told: Vec<_> =
        entries(&mut driver, 1).into_iter().map(|one| (one.state, one.value)).collect();
    let wanted = [(&b"done"[..], 0), (b"resting", 2_000), (b"idle", 0)]
        .map(|(state, value)| (state.to_vec(), value));
    assert_eq!(told, wanted);
}

#[test]
fn who_has_gone_is_not_dropped_again() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    driver.connect(1, 0);
    driver.give(Event::Control(ControlEvent::Closed { client: 7 }));
    assert!(!driver.has_dropped(7));
}

#[test]
fn the_version_the_host_and_the_settings_are_told_and_whether_it_is_paused() {
    let mut driver = Driver::new(&[], BUSYBOX);
    driver.configuration = vec![(KERNEL_LINE_PATH, Ok("rekindle.grace_ms=7000"))];
    let mut driver = driver.boot();
    driver.connect(1, 0);
    let state = machine(&mut driver, 1);
    assert_eq!(state.version, env!("CARGO_PKG_VERSION").as_bytes());
    assert_eq!(state.settings.grace_ms, 7_000);
    assert!(!state.is_respawn_paused);
    driver.signal(number::TSTP, 0);
    assert!(machine(&mut driver, 1).is_respawn_paused);
}

#[test]
fn what_is_restarted_has_no_rest_and_is_asked_to_leave_once() {
    for (table, program) in [
        ("::respawn:/a\n", "/a"),
        ("::once:/o\n", "/o"),
        ("id:2:initdefault:\n1:2:respawn:/b\n", "/b"),
    ] {
        let mut driver = Driver::new(&[], table).boot();
        driver.connect(1, 0);
        let told = entries(&mut driver, 1);
        let of_program = |one: &&EntryState| one.text.ends_with(program.as_bytes());
        let number = told.iter().find(of_program).unwrap().number;
        let request = ControlRequest::Entry { verb: EntryVerb::Restart, number };
        assert_eq!(driver.ask(1, request), Answer::Done);
        assert_eq!(driver.signals_to(program), [number::TERM]);
        driver.end_child(program);
        assert_eq!(driver.running(), [program]);
        driver.inittab = String::from(table);
        driver.signal(number::HUP, 0);
        assert_eq!(driver.signals_to(program), [0u8; 0]);
    }
}

#[test]
fn where_there_are_no_runlevels_none_is_entered() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    driver.connect(1, 0);
    for level in [b'3', b'a'] {
        let request = render_runlevel_request(level, 0);
        let answer = driver.ask(1, ControlRequest::Telinit(&request));
        let Answer::Refused { why, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(why, Why::NoRunlevels.number());
    }
}

#[test]
fn the_configuration_is_told_as_long_as_it_finds_room_in_the_frame() {
    let lengths = (3_000..4_200).map(|length| {
        let path: &'static str = "x".repeat(length).leak();
        let mut driver = Driver::new(&[], BUSYBOX);
        driver.configuration = vec![(path, Ok("grace_ms = 7000\n"))];
        let mut driver = driver.boot();
        driver.connect(1, 0);
        let is_told = machine(&mut driver, 1).settings.grace_ms == 7_000;
        let mut frames = driver.ops.iter().filter_map(|op| match op {
            Op::Control(ControlOp::Send { frame, .. }) => Some(frame.len()),
            _ => None,
        });
        (is_told, frames.next_back().unwrap())
    });
    let (told, untold): (Vec<_>, Vec<_>) = lengths.partition(|(is_told, _)| *is_told);
    assert!(!untold.is_empty());
    assert_eq!(told.last(), Some(&(true, 4_096 - 16 + 4 - 1)));
}

/// Looks at them may be blocked for as long as a look may take.
#[test]
fn those_who_may_only_look_leave_room_for_a_look_at_root() {
    let mut driver = Driver::new(&[], BUSYBOX);
    driver.configuration = vec![("/etc/rekindle.conf", Ok("look_group = 50\n"))];
    let mut driver = driver.boot();
    driver.end_child("/rcS");
    driver.holds_looks = true;
    for client in 1..=10 {
        driver.connect(client, 50);
        assert_eq!(driver.send(client, &ControlRequest::Machine.render(), 0), []);
    }
    assert_eq!(driver.held.len(), 3);
    driver.connect(11, 0);
    driver.holds_looks = false;
    assert!(matches!(driver.ask(11, ControlRequest::Machine), Answer::Machine(_)));
}
