//! Ends of machines with sysvinit's inittab: through runlevel 0 or 6, asked for by signals and by the FIFO.

use crate::machine::Machine;
use crate::process::FakeProcess;
use crate::simulate;
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::RebootCommand;

const INITTAB: &str = "\
    id:2:initdefault:\n\
    si::sysinit:/rcS\n\
    bw::bootwait:/rcboot\n\
    l2:2:wait:/rc 2\n\
    l3:3:wait:/rc 3\n\
    1:2:respawn:/getty 1\n\
    2:23:respawn:/getty 2\n\
    l0:0:wait:/rc 0\n\
    l6:6:wait:/rc 6\n\
    z6:6:once:/rclast\n";

/// A machine that may change its runlevel, also while it boots, before it is asked to end.
fn machine(seed: u64, has_faults: bool) -> Machine {
    let mut machine = Machine::new(seed, has_faults);
    machine.populate(if has_faults { FakeProcess::with_faults } else { FakeProcess::healthy });
    machine.inittab = INITTAB;
    machine.has_programs = true;
    let requested_ms = machine.report.requested_ms + machine.chance.below(20_000);
    machine.report.requested_ms = requested_ms;
    for _ in 0..machine.chance.below(3) {
        let at_ms = machine.chance.below(requested_ms);
        let level = b"123S"[machine.chance.below(4) as usize];
        machine.controls.push((at_ms, render_runlevel_request(level, 1).to_vec()));
    }
    // A kernel that refuses to halt is only asked again, as often as it takes; nothing of that is
    // about runlevels.
    let ways = if has_faults { 3 } else { 4 };
    let (signal, level, end) = [
        (39, b'6', RebootCommand::Restart),
        (38, b'0', RebootCommand::PowerOff),
        (40, b'6', RebootCommand::Kexec),
        (37, b'0', RebootCommand::Halt),
    ][machine.chance.below(ways) as usize];
    machine.report.asked = end;
    let by_fifo = matches!(end, RebootCommand::Restart | RebootCommand::PowerOff);
    machine.requests = Vec::new();
    if by_fifo && machine.chance.percent(50) {
        machine.controls.push((requested_ms, render_runlevel_request(level, 5).to_vec()));
    } else {
        machine.requests.push((requested_ms, signal));
    }
    machine
}

#[test]
fn a_healthy_machine_with_runlevels_ends_clean_after_its_scripts() {
    simulate(
        |seed, report| {
            let log = &report.log;
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
            assert_eq!(report.killed_too_early, [] as [u32; 0], "seed {seed}\n{log}");
            assert_eq!(report.end, Some(report.asked), "seed {seed}\n{log}");
            let level = if matches!(report.asked, RebootCommand::Restart | RebootCommand::Kexec) {
                6
            } else {
                0
            };
            assert!(log.contains(&format!("entering runlevel {level}\n")), "seed {seed}\n{log}");
            assert!(!log.contains("did not end"), "seed {seed}\n{log}");
        },
        |seed| machine(seed, false),
    );
}

#[test]
fn single_user_that_has_nothing_left_to_run_starts_over_once_a_second() {
    for entry in ["~~:S:once:/rc single", "~~:S:wait:/rc single", "a:S:off:/x"] {
        let mut machine = machine(7, false);
        machine.inittab = format!("id:S:initdefault:\n{entry}\n").leak();
        (machine.requests, machine.controls) = (Vec::new(), Vec::new());
        let report = machine.live_a_minute();
        assert_eq!(report.end, None, "{}", report.log);
    }
}

#[test]
fn a_machine_with_runlevels_always_ends_in_time() {
    simulate(crate::judge_in_time, |seed| machine(seed, true));
}
