//! The boot: what PID 1 mounts, where it speaks, and what it reads.

use crate::driver::Driver;
use rekindle_core::configuration::KERNEL_LINE_PATH;
use rekindle_core::errno::Errno;
use rekindle_core::event::{Effect, Event};
use rekindle_core::op::{ConsoleOp, InitctlOp, Op, Outcome, ProcessOp, Read, ReadOp};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::request::Origin;
use rekindle_core::signal::number;
use rekindle_core::time::Moment;

const TABLE: &str = "::respawn:/getty\n";

/// What a world answers otherwise than a healthy machine.
type Answer = fn(&Op) -> Option<Outcome>;

fn boot(answer: Answer) -> Driver {
    boot_with(&[], TABLE, answer)
}

fn boot_with(arguments: &[&str], table: &str, answer: Answer) -> Driver {
    let mut driver = Driver::new(arguments, table);
    driver.answer = answer;
    driver.boot()
}

fn whole(text: &str) -> Option<Outcome> {
    Some(Outcome::Read(Read::whole(text.as_bytes().to_vec())))
}

fn mounted(driver: &Driver) -> Vec<&str> {
    let targets = driver.ops.iter().filter_map(|op| match op {
        Op::MountApi(mount) => Some(mount.target),
        _ => None,
    });
    targets.collect()
}

fn consoles(driver: &Driver) -> Vec<&ConsoleOp> {
    let ops = driver.ops.iter().filter_map(|op| match op {
        Op::Console(op) => Some(op),
        _ => None,
    });
    ops.collect()
}

fn is_at(op: &Op, target: &str) -> bool {
    matches!(op, Op::Read(ReadOp::IsMountPoint { path }) if *path == target)
}

#[test]
fn only_what_is_missing_is_mounted() {
    let driver = boot(|op| is_at(op, "/run").then_some(Outcome::Answer(false)));
    assert_eq!(mounted(&driver), ["/run"]);
    assert_eq!(mounted(&boot(|_| None)), [""; 0]);
    let unknown = |op: &Op| is_at(op, "/sys").then_some(Outcome::Failed(Errno::EACCES));
    assert_eq!(mounted(&boot(unknown)), ["/sys"]);
}

#[test]
fn a_mount_that_fails_is_named_but_not_what_a_container_may_not() {
    fn answer(op: &Op, errno: Errno) -> Option<Outcome> {
        match op {
            Op::Read(ReadOp::IsMountPoint { path: "/sys" }) => Some(Outcome::Answer(false)),
            Op::MountApi(_) => Some(Outcome::Failed(errno)),
            _ => None,
        }
    }
    let cases: [(Answer, bool, bool); 3] = [
        (|op| answer(op, Errno::EPERM), true, false),
        (|op| answer(op, Errno::EACCES), true, false),
        (|op| answer(op, Errno::ENOMEM), true, true),
    ];
    for (answer, on_machine, in_container) in cases {
        for (is_container, is_named) in [(false, on_machine), (true, in_container)] {
            let mut driver = Driver::new(&[], TABLE);
            (driver.answer, driver.is_container) = (answer, is_container);
            let driver = driver.boot();
            assert_eq!(driver.has_said("can't mount sysfs on /sys: "), is_named, "{is_container}");
        }
    }
}

#[test]
fn what_the_keys_leave_open_the_link_tells_after_proc_is_there() {
    let answer = |op: &Op| match op {
        Op::CtrlAltDel { .. } => Some(Outcome::Failed(Errno::EPERM)),
        Op::Read(ReadOp::OwnPidNamespace) => whole("pid:[77]"),
        Op::Read(ReadOp::IsMountPoint { .. }) => Some(Outcome::Answer(false)),
        _ => None,
    };
    let driver = boot(answer);
    assert!(driver.has_said("running in a container"));
    let place = |wanted: fn(&Op) -> bool| driver.ops.iter().position(wanted).unwrap();
    let link = place(|op| matches!(op, Op::Read(ReadOp::OwnPidNamespace)));
    assert!(link > place(|op| matches!(op, Op::MountApi(mount) if mount.target == "/run")));
    let opened = |op: &&&ConsoleOp| matches!(op, ConsoleOp::Open { .. });
    assert_eq!(consoles(&driver).iter().filter(opened).count(), 1);
    assert!(link < place(|op| matches!(op, Op::Console(ConsoleOp::Open { .. }))));
}

#[test]
fn the_console_is_opened_once_and_tells_the_kind_of_terminal() {
    for (is_virtual, term) in [(true, "TERM=linux"), (false, "TERM=vt102")] {
        let answer: Answer = if is_virtual {
            |_| None
        } else {
            |op| {
                let is_it = matches!(op, Op::Read(ReadOp::IsVirtualTerminal));
                is_it.then_some(Outcome::Answer(false))
            }
        };
        let driver = boot(answer);
        let spawned = driver.ops.iter().find_map(|op| match op {
            Op::Process(ProcessOp::Spawn(child)) => Some(child),
            _ => None,
        });
        let environment = &spawned.unwrap().environment;
        assert!(environment.contains(&term.as_bytes().to_vec()), "{environment:?}");
        let open = ConsoleOp::Open { path: None };
        assert_eq!(consoles(&driver).iter().filter(|op| ***op == open).count(), 1);
    }
}

#[test]
fn a_console_of_the_environment_is_opened_instead_and_named_when_it_fails() {
    let environment = vec![b"CONSOLE=/dev/ttyS7".to_vec()];
    let start = StartArguments { environment, ..StartArguments::default() };
    let mut driver = Driver::started_with(start, TABLE);
    driver.answer = |op| {
        let is_it = matches!(op, Op::Console(ConsoleOp::Open { .. }));
        is_it.then_some(Outcome::Failed(Errno::ENXIO))
    };
    let driver = driver.boot();
    let open = ConsoleOp::Open { path: Some(b"/dev/ttyS7".to_vec()) };
    assert!(consoles(&driver).contains(&&open));
    assert!(driver.has_said("can't open /dev/ttyS7: no such device or address (ENXIO)"));
    assert_eq!(driver.running(), ["/getty"]);
}

#[test]
fn the_kernels_line_names_consoles_and_bad_options_and_a_container_has_none() {
    let line = "console=ttyS0 console=tty0 rekindle.script_ms=x";
    let speak = ConsoleOp::SpeakOn { consoles: vec![b"/dev/ttyS0".to_vec()] };
    for is_container in [false, true] {
        let mut driver = Driver::new(&[], TABLE);
        driver.configuration = vec![(KERNEL_LINE_PATH, Ok(line))];
        driver.is_container = is_container;
        let driver = driver.boot();
        assert_eq!(consoles(&driver).contains(&&speak), !is_container);
        assert!(driver.has_said("/proc/cmdline: rekindle.script_ms=x: not a number"));
    }
}

#[test]
fn without_a_table_there_are_shells_and_without_one_usable_line_too() {
    let unreadable = |op: &Op| {
        let is_it = matches!(op, Op::Read(ReadOp::File { path: "/etc/inittab", .. }));
        is_it.then_some(Outcome::Failed(Errno::EIO))
    };
    let driver = boot(unreadable);
    assert!(driver.has_said("can't read /etc/inittab: input/output error (EIO); using the built"));
    assert_eq!(driver.running(), ["/etc/init.d/rcS"]);
    for table in ["", "\0\0\0", "nonsense\n"] {
        let driver = boot_with(&[], table, |_| None);
        assert!(driver.has_said("can't read /etc/inittab: no data (ENODATA); using the built-in"));
        assert_eq!(driver.running(), ["/etc/init.d/rcS"], "{table:?}");
        assert_eq!(driver.has_said("line left out"), !table.is_empty());
    }
    let single = boot_with(&["single"], TABLE, unreadable);
    assert_eq!(single.running(), ["/bin/sh"]);
    assert!(!single.has_said("can't read"));
}

#[test]
fn a_bad_line_is_named_unless_the_table_does_not_count() {
    let table = "::respawn:/getty\nnonsense\n";
    let complaint = "/etc/inittab:2: not of the form id:runlevels:action:process; line left out";
    assert!(boot_with(&[], table, |_| None).has_said(complaint));
    assert!(!boot_with(&["single"], table, |_| None).has_said(complaint));
    assert!(!boot_with(&["-s"], table, |_| None).has_said(complaint));
}

/// The world of a boot whose ops are answered only after signals have come.
#[test]
fn the_first_signals_of_a_boot_wait_for_its_end() {
    let mut pid1 = Pid1::new(StartArguments::default());
    let now = Moment(1);
    let mut effects = pid1.step(Event::Start, now);
    for _ in 0..20 {
        let origin = Origin { signal: number::HUP, ..Origin::default() };
        assert_eq!(pid1.step(Event::Signal(origin), now), []);
    }
    let mut reads = 0;
    while !effects.is_empty() {
        let Effect::Run { id, op, .. } = effects.remove(0) else { continue };
        let outcome = match op {
            Op::Read(ReadOp::File { path: "/etc/inittab", .. }) => {
                reads += 1;
                whole(TABLE).unwrap()
            }
            Op::Read(ReadOp::File { .. } | ReadOp::Configuration) => whole("").unwrap(),
            Op::Read(_) => Outcome::Answer(true),
            Op::Process(_) => Outcome::Started(100),
            _ => Outcome::Done,
        };
        effects.append(&mut pid1.step(Event::Finished { id, outcome }, now));
    }
    assert_eq!(reads, 1 + 16);
}

#[test]
fn an_emergency_has_its_login_first_and_the_fifo_after_it() {
    let table = "id:2:initdefault:\nsi::sysinit:/rcS\n";
    for word in ["emergency", "-b"] {
        let driver = boot_with(&[word], table, |_| None);
        assert_eq!(driver.running(), ["/sbin/sulogin"]);
        assert!(!driver.ops.contains(&Op::Initctl(InitctlOp::Open)));
    }
    assert_eq!(boot_with(&["auto"], table, |_| None).running(), ["/rcS"]);
}

#[test]
fn the_keyboards_request_is_taken_where_an_entry_is_for_it() {
    let table = "id:2:initdefault:\nkb::kbrequest:/kb\n";
    let accepts = |table: &str, is_container| {
        let mut driver = Driver::new(&[], table);
        driver.is_container = is_container;
        let driver = driver.boot();
        consoles(&driver).contains(&&ConsoleOp::AcceptKeyboardRequest)
    };
    assert!(accepts(table, false) && !accepts(table, true));
    assert!(!accepts("id:2:initdefault:\nx:2:once:/x\n", false));
}
