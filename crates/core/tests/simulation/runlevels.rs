//! Ends of machines with sysvinit's inittab: through runlevel 0 or 6, asked for by signals and by the FIFO.

use crate::{hold_a_minute, simulate};
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::RebootCommand;
use simulator::chance::Chance;
use simulator::ending::EndingLife;
use simulator::ending::plan::{ManagedPlan, RequestPlan, When};

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
fn machine(seed: u64, has_faults: bool) -> EndingLife {
    let mut life =
        if has_faults { EndingLife::with_faults(seed) } else { EndingLife::healthy(seed) };
    let mut chance = Chance::of(seed, 99);
    life.inittab = INITTAB.to_owned();
    life.managed = Some(ManagedPlan { hangs: if has_faults { 30 } else { 0 } });
    life.requested_ms += chance.below(20_000);
    for _ in 0..chance.below(3) {
        let at_ms = chance.below(life.requested_ms);
        let level = chance.pick(b"123S");
        life.fifo.push((at_ms, render_runlevel_request(level, 1).to_vec()));
    }
    // A kernel that refuses to halt is only asked again, as often as it takes; nothing of that is
    // about runlevels.
    let ways = if has_faults { 3 } else { 4 };
    let (signal, level, end) = [
        (39, b'6', RebootCommand::Restart),
        (38, b'0', RebootCommand::PowerOff),
        (40, b'6', RebootCommand::Kexec),
        (37, b'0', RebootCommand::Halt),
    ][chance.below(ways) as usize];
    life.asked = end;
    let by_fifo = matches!(end, RebootCommand::Restart | RebootCommand::PowerOff);
    life.requests = Vec::new();
    if by_fifo && chance.percent(50) {
        life.fifo.push((life.requested_ms, render_runlevel_request(level, 5).to_vec()));
    } else {
        life.requests.push(RequestPlan { when: When::AtMs(life.requested_ms), signal });
    }
    life
}

#[test]
fn a_healthy_machine_with_runlevels_ends_clean_after_its_scripts() {
    simulate(
        |seed, report| {
            let log = &report.log;
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
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
        let mut life = machine(7, false);
        life.inittab = format!("id:S:initdefault:\n{entry}\n");
        (life.requests, life.fifo) = (Vec::new(), Vec::new());
        let report = hold_a_minute(&life);
        assert_eq!(report.end, None, "{}", report.log);
    }
}

#[test]
fn a_machine_with_runlevels_always_ends_in_time() {
    simulate(
        |seed, report| {
            let is_refused = report.log.contains(" refused: ");
            assert!(report.called_ms.is_some() || is_refused, "seed {seed}\n{}", report.log);
        },
        |seed| machine(seed, true),
    );
}
