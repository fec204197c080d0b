//! Thousands of shutdowns of machines that hang, refuse, fork and come back, each driven from a
//! seed. A failing seed is named; `REKINDLE_SEED=n cargo test -p rekindle-core` replays it alone.

mod build;
mod entrances;
mod helpers;
mod host;
mod kernel;
mod looks;
mod machine;
mod process;
mod runlevels;
mod storage;

use machine::{Machine, Report};
use rekindle_core::op::RebootCommand;
use rekindle_core::signal::number;
use simulator::chance;

const SEEDS: u64 = 4_000;

fn seeds() -> Vec<u64> {
    match std::env::var("REKINDLE_SEED") {
        Ok(seed) => vec![seed.parse().expect("REKINDLE_SEED is a number")],
        Err(_) => (0..SEEDS).collect(),
    }
}

fn simulate(mut judge: impl FnMut(u64, &Report), mut build: impl FnMut(u64) -> Machine) {
    for seed in seeds() {
        let report = build(seed).live();
        judge(seed, &report);
    }
}

/// What may still be waited for after the total: a second each for the last few steps.
const SLACK_MS: u64 = 10_000;

/// What a kernel may take that refuses its own end, or hangs in it, again and again.
const KERNEL_MS: u64 = 60_000;

/// The kernel is called in time, and what it makes of that takes no longer than it must.
fn judge_in_time(seed: u64, report: &Report) {
    let called_ms = report.called_ms.expect("it was never called") - report.requested_ms;
    let took_ms = report.ended_ms - report.requested_ms;
    let log = &report.log;
    assert!(called_ms <= report.total_ms + SLACK_MS, "seed {seed}: after {called_ms} ms\n{log}");
    let most_ms = report.total_ms + SLACK_MS + KERNEL_MS;
    assert!(took_ms <= most_ms, "seed {seed}: took {took_ms} ms\n{log}");
}

#[test]
fn every_accepted_request_ends_the_machine_in_time() {
    let mut ended = 0;
    simulate(
        |seed, report| {
            judge_in_time(seed, report);
            ended += 1;
        },
        Machine::with_faults,
    );
    assert!(ended > 0);
}

#[test]
fn a_healthy_machine_always_ends_clean() {
    simulate(
        |seed, report| {
            assert_eq!(
                report.writable,
                [] as [String; 0],
                "seed {seed}: left writable\n{}",
                report.log
            );
            assert_eq!(report.end, Some(report.asked), "seed {seed}\n{}", report.log);
        },
        Machine::healthy,
    );
}

#[test]
fn a_container_ends_without_reaching_its_host() {
    simulate(
        |seed, report| {
            assert_eq!(report.reached_host, [], "seed {seed}\n{}", report.log);
            assert_eq!(report.exited, None, "seed {seed}\n{}", report.log);
        },
        |seed| Machine::contained(seed, true, seed % 2 == 0).asked_for_anything_but_kexec(),
    );
}

#[test]
fn a_container_that_may_not_reboot_exits() {
    simulate(
        |seed, report| {
            assert_eq!(report.reached_host, [], "seed {seed}\n{}", report.log);
            assert_eq!(report.exited, Some(0), "seed {seed}\n{}", report.log);
        },
        |seed| Machine::contained(seed, false, seed % 2 == 0).asked_for_anything_but_kexec(),
    );
}

#[test]
fn a_container_refuses_a_kexec_and_goes_on() {
    let report = Machine::contained(1, true, false).ask_for_kexec_only();
    assert_eq!((report.end, report.exited, report.signals_sent), (None, None, 0), "{}", report.log);
    assert!(report.log.contains("refused: this is a container"), "{}", report.log);
}

#[test]
fn a_command_is_sent_the_signal_and_takes_its_container_with_it() {
    for may_reboot in [true, false] {
        let machine = Machine::contained(1, may_reboot, false);
        let report = machine.asked_by(number::TERM).with_arguments(&["--", "sleep", "1000"]).live();
        assert_eq!(report.exited, Some(0), "{}", report.log);
        assert_eq!(report.log, "", "nothing is said");
        assert!(report.ended_ms >= report.requested_ms && report.signals_sent == 1);
        assert_eq!(report.reached_host, []);
    }
}

#[test]
fn a_command_that_ends_on_a_machine_switches_it_off_clean() {
    let machine = Machine::healthy(7).asked_by(number::TERM);
    let report = machine.with_arguments(&["--", "sleep", "1000"]).live();
    assert_eq!(report.end, Some(RebootCommand::PowerOff), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
}

#[test]
fn wrong_usage_ends_a_container_and_boots_a_machine() {
    for arguments in [&["--"][..], &["-g", "--"], &["-g", "sleep"]] {
        let report = Machine::contained(1, true, false).with_arguments(arguments).live();
        assert_eq!(report.exited, Some(1), "{}", report.log);
        assert!(report.log.contains("usage: init [-g] -- command"), "{}", report.log);
        let report = Machine::healthy(1).with_arguments(arguments).live();
        assert_eq!(report.end, Some(report.asked), "{}", report.log);
        assert!(report.log.contains("usage: init [-g] -- command"), "{}", report.log);
    }
}

#[test]
fn a_full_process_table_leaves_no_disk_dirty() {
    simulate(
        |seed, report| {
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{}", report.log);
            assert_eq!(report.end, Some(report.asked), "seed {seed}\n{}", report.log);
        },
        Machine::with_full_table,
    );
}

#[test]
fn nobody_is_killed_before_the_chance_that_it_has() {
    let mut saved = 0;
    simulate(
        |seed, report| {
            assert_eq!(report.killed_too_early, [] as [u32; 0], "seed {seed}\n{}", report.log);
            saved += report.saved;
        },
        Machine::healthy,
    );
    assert!(
        saved > 100 || seeds().len() == 1,
        "the machines had too few processes that save: {saved}"
    );
}

#[test]
fn a_process_that_ignores_term_is_not_waited_for() {
    simulate(
        |seed, report| {
            let took_ms = report.ended_ms - report.requested_ms;
            assert!(took_ms < 1_000, "seed {seed}: took {took_ms} ms\n{}", report.log);
        },
        Machine::with_only_ignorers,
    );
}

#[test]
fn what_serves_the_root_is_never_signalled() {
    simulate(
        |seed, report| assert!(!report.spared_was_signalled, "seed {seed}\n{}", report.log),
        Machine::with_faults,
    );
}

#[test]
fn a_kexec_without_a_kernel_stops_nothing() {
    let mut machine = Machine::healthy(1);
    machine.forget_loaded_kernel();
    let report = machine.ask_for_kexec_only();
    assert_eq!(report.end, None, "{}", report.log);
    assert_eq!(report.signals_sent, 0, "{}", report.log);
    assert!(report.log.contains("refused: no kernel is loaded"), "{}", report.log);
}

#[test]
fn a_kexec_that_the_kernel_refuses_in_the_end_becomes_a_reboot() {
    let mut machine = Machine::healthy(2);
    machine.refuse_kexec_at_the_end();
    let report = machine.live();
    assert_eq!(report.end, Some(RebootCommand::Restart), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
}

#[test]
fn without_proc_the_machine_still_ends() {
    let mut machine = Machine::healthy(3);
    machine.lose_proc();
    let report = machine.live();
    assert!(report.end.is_some(), "{}", report.log);
    assert!(report.ended_ms - report.requested_ms < 10_000, "{}", report.log);
}

#[test]
fn a_reboot_that_the_kernel_never_does_is_done_by_the_hardware() {
    let mut machine = Machine::healthy(4);
    machine.never_end_by_kernel(number::TERM);
    let report = machine.live();
    assert_eq!(report.end, Some(RebootCommand::Restart), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    let says = ["reboot failed: ", "sysrq does not reboot either; resetting the hardware"];
    assert!(says.iter().all(|line| report.log.contains(line)), "{}", report.log);
}

#[test]
fn the_hardware_is_never_reset_for_a_halt_or_a_poweroff() {
    for signal in [number::USR1, number::USR2] {
        let mut machine = Machine::healthy(5);
        machine.never_end_by_kernel(signal);
        let report = machine.live_a_minute();
        assert_eq!(report.end, None, "{}", report.log);
        assert!(report.log.matches(" failed: ").count() > 1, "tried again: {}", report.log);
    }
}

#[test]
fn a_machine_whose_kernel_refuses_the_keys_is_still_a_machine() {
    simulate(
        |seed, report| {
            assert_eq!(report.end, Some(report.asked), "seed {seed}\n{}", report.log);
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{}", report.log);
        },
        Machine::without_keys,
    );
}
