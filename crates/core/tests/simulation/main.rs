//! Thousands of shutdowns of machines that hang, refuse, fork and come back, each driven from a
//! seed. A failing seed is named; `REKINDLE_SEED=n cargo test -p rekindle-core` replays it alone.

mod entrances;
mod looks;
mod mutations;
mod regressions;
mod runlevels;

use rekindle_core::op::RebootCommand;
use rekindle_core::signal::number;
use simulator::ending::plan::{Forks, Manner};
use simulator::ending::{EndingLife, FakeHost, Report, Tell};
use simulator::life::{Life, shrink};

const SEEDS: u64 = 2_000;

fn count_of_seeds() -> u64 {
    let count = std::env::var("REKINDLE_SEEDS").ok();
    count.map_or(SEEDS, |count| count.parse().expect("REKINDLE_SEEDS is a number"))
}

fn seeds() -> Vec<u64> {
    match std::env::var("REKINDLE_SEED") {
        Ok(seed) => vec![seed.parse().expect("REKINDLE_SEED is a number")],
        Err(_) => (0..count_of_seeds()).collect(),
    }
}

/// Lives each through: every check holds, and what came of it is judged besides.
fn simulate(mut judge: impl FnMut(u64, &Report), mut build: impl FnMut(u64) -> EndingLife) {
    for seed in seeds() {
        let report = hold(seed, &build(seed));
        judge(seed, &report);
    }
}

/// What came of a life in which every check holds; one that breaks a check is made smaller first.
fn hold(seed: u64, life: &EndingLife) -> Report {
    let (report, violation) = life.tell();
    if violation.is_none() {
        return report;
    }
    let (life, broken) = shrink(life.clone()).expect("it broke a check");
    panic!("seed {seed}: {}\n{life:#?}\n{}", broken.violation.check, broken.log);
}

/// What came of the first minute.
fn hold_a_minute(life: &EndingLife) -> Report {
    let (report, violation) = life.tell_a_minute();
    assert_eq!(violation, None, "{}", report.log);
    report
}

/// Asks for a kexec and looks a minute later.
fn ask_for_kexec_only(life: EndingLife) -> Report {
    hold_a_minute(&life.asked_by(number::ALRM))
}

/// A container whose PID 1 may call reboot(2) or may not, with faults or without.
fn container(seed: u64, may_reboot: bool, has_faults: bool) -> EndingLife {
    let life = if has_faults { EndingLife::with_faults(seed) } else { EndingLife::healthy(seed) };
    life.contained(may_reboot)
}

/// Any life at all: the soak's.
#[test]
fn whatever_happens_every_check_holds() {
    simulate(|_, _| {}, EndingLife::of_seed);
}

#[test]
fn every_accepted_request_ends_the_machine_in_time() {
    simulate(
        |seed, report| {
            // A restart ends in another program.
            let has_ended = report.called_ms.is_some() || report.became_successor;
            let is_refused = report.log.contains(" refused: ");
            assert!(has_ended || is_refused, "seed {seed}\n{}", report.log);
        },
        EndingLife::with_faults,
    );
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
        EndingLife::healthy,
    );
}

#[test]
fn a_container_ends_without_reaching_its_host() {
    simulate(
        |seed, report| {
            assert_eq!(report.reached_host, [], "seed {seed}\n{}", report.log);
            assert_eq!(report.exited, None, "seed {seed}\n{}", report.log);
        },
        |seed| container(seed, true, seed % 2 == 0),
    );
}

#[test]
fn a_container_that_may_not_reboot_exits() {
    simulate(
        |seed, report| {
            assert_eq!(report.reached_host, [], "seed {seed}\n{}", report.log);
            assert_eq!(report.exited, Some(0), "seed {seed}\n{}", report.log);
        },
        |seed| container(seed, false, seed % 2 == 0),
    );
}

#[test]
fn a_container_refuses_a_kexec_and_goes_on() {
    let report = ask_for_kexec_only(container(1, true, false));
    assert_eq!((report.end, report.exited, report.signals_sent), (None, None, 0), "{}", report.log);
    assert!(report.log.contains("refused: this is a container"), "{}", report.log);
}

#[test]
fn a_command_is_sent_the_signal_and_takes_its_container_with_it() {
    for may_reboot in [true, false] {
        let life = container(1, may_reboot, false).asked_by(number::TERM);
        let report = hold(1, &life.with_arguments(&["--", "sleep", "1000"]));
        assert_eq!(report.exited, Some(0), "{}", report.log);
        assert_eq!(report.log, "", "nothing is said");
        assert!(report.ended_ms >= report.requested_ms && report.signals_sent == 1);
        assert_eq!(report.reached_host, []);
    }
}

#[test]
fn a_command_that_ends_on_a_machine_switches_it_off_clean() {
    let life = EndingLife::healthy(7).asked_by(number::TERM);
    let report = hold(7, &life.with_arguments(&["--", "sleep", "1000"]));
    assert_eq!(report.end, Some(RebootCommand::PowerOff), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
}

#[test]
fn wrong_usage_ends_a_container_and_boots_a_machine() {
    for arguments in [&["--"][..], &["-g", "--"], &["-g", "sleep"]] {
        let report = hold(1, &container(1, true, false).with_arguments(arguments));
        assert_eq!(report.exited, Some(1), "{}", report.log);
        assert!(report.log.contains("usage: init [-g] -- command"), "{}", report.log);
        let report = hold(1, &EndingLife::healthy(1).with_arguments(arguments));
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
        |seed| {
            let life = EndingLife::healthy(seed);
            EndingLife { table_full_from_ms: life.requested_ms, ..life }
        },
    );
}

#[test]
fn nobody_is_killed_before_the_chance_that_it_has() {
    let mut saved = 0;
    simulate(
        |seed, report| {
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{}", report.log);
            saved += report.saved;
        },
        EndingLife::healthy,
    );
    assert!(
        saved > seeds().len() / 10 || seeds().len() == 1,
        "the machines had too few processes that save: {saved}"
    );
}

fn with_only_ignorers(mut life: EndingLife) -> EndingLife {
    for process in &mut life.processes {
        (process.manner, process.forks) = (Manner::Ignores, Forks::Never);
        (process.is_stopped, process.has_terminal) = (false, false);
    }
    life
}

#[test]
fn a_process_that_ignores_term_is_not_waited_for() {
    simulate(
        |seed, report| {
            let took_ms = report.ended_ms - report.requested_ms;
            assert!(took_ms < 1_000, "seed {seed}: took {took_ms} ms\n{}", report.log);
        },
        |seed| with_only_ignorers(EndingLife::healthy(seed)),
    );
}

#[test]
fn what_serves_the_root_is_never_signalled() {
    let mut count = 0;
    simulate(
        |_, _| {},
        |seed| {
            let life = EndingLife::with_faults(seed);
            count += life.processes.iter().filter(|one| one.manner == Manner::Spared).count();
            life
        },
    );
    assert!(count > seeds().len() / 10 || seeds().len() == 1, "too few serve the root: {count}");
}

#[test]
fn a_kexec_without_a_kernel_stops_nothing() {
    let life = EndingLife { kernel_is_loaded: false, ..EndingLife::healthy(1) };
    let report = ask_for_kexec_only(life);
    assert_eq!(report.end, None, "{}", report.log);
    assert_eq!(report.signals_sent, 0, "{}", report.log);
    assert!(report.log.contains("refused: no kernel is loaded"), "{}", report.log);
}

#[test]
fn a_kexec_that_the_kernel_refuses_in_the_end_becomes_a_reboot() {
    let life = EndingLife { kexec_is_refused: true, ..EndingLife::healthy(2) };
    let report = hold(2, &life.asked_by(number::ALRM));
    assert_eq!(report.end, Some(RebootCommand::Restart), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
}

#[test]
fn without_proc_the_machine_still_ends() {
    let life = EndingLife { has_proc: false, ..EndingLife::healthy(3) };
    let report = hold(3, &life.asked_by(number::TERM));
    assert!(report.end.is_some(), "{}", report.log);
    assert!(report.ended_ms - report.requested_ms < 10_000, "{}", report.log);
}

#[test]
fn a_reboot_that_the_kernel_never_does_is_done_by_the_hardware() {
    let life = EndingLife { kernel_never_ends: true, ..EndingLife::healthy(4) };
    let report = hold(4, &life.asked_by(number::TERM));
    assert_eq!(report.end, Some(RebootCommand::Restart), "{}", report.log);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    let says = ["reboot failed: ", "sysrq does not reboot either; resetting the hardware"];
    assert!(says.iter().all(|line| report.log.contains(line)), "{}", report.log);
}

#[test]
fn the_hardware_is_never_reset_for_a_halt_or_a_poweroff() {
    for signal in [number::USR1, number::USR2] {
        let life = EndingLife { kernel_never_ends: true, ..EndingLife::healthy(5) };
        let report = hold_a_minute(&life.asked_by(signal));
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
        |seed| EndingLife { host: FakeHost::MachineWithoutKeys, ..EndingLife::healthy(seed) },
    );
}
