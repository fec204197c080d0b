//! Looks that fail, tell less, or get stuck are not taken for full ones; and what is bounded stays so.

use crate::machine::Machine;
use crate::simulate;
use rekindle_core::op::{Op, ReadOp};

#[test]
fn a_full_process_table_gets_nobody_signalled_who_serves_the_root() {
    for is_always_full in [false, true] {
        simulate(
            |seed, report| {
                let log = &report.log;
                assert!(!report.spared_was_signalled, "seed {seed}\n{log}");
                assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
                assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{log}");
            },
            |seed| Machine::with_full_table_beside_spared(seed, is_always_full),
        );
    }
}

#[test]
fn who_blocks_a_look_costs_its_own_share_and_is_killed_like_the_others() {
    simulate(
        |seed, report| {
            let log = &report.log;
            assert!(!report.spared_was_signalled, "seed {seed}\n{log}");
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{log}");
            assert_eq!(report.killed_too_early, [] as [u32; 0], "seed {seed}\n{log}");
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
            let took_ms = report.ended_ms - report.requested_ms;
            assert!(took_ms < 16_000, "seed {seed}: took {took_ms} ms\n{log}");
        },
        Machine::with_blocking_looks,
    );
}

#[test]
fn a_thousand_that_cannot_be_killed_leave_room_for_the_disks() {
    let report = Machine::with_stuck(1, 1_100).live();
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    assert!(report.log.contains("stuck in the kernel"), "{}", report.log);
    let took_ms = report.ended_ms - report.requested_ms;
    assert!(took_ms < 12_000, "took {took_ms} ms\n{}", report.log);
}

#[test]
fn watches_and_helpers_are_never_more_than_their_pools() {
    let judge = |seed, report: &crate::machine::Report| {
        assert!(report.most_watched <= 16, "seed {seed}: {} watched", report.most_watched);
        assert!(report.most_helpers <= 16, "seed {seed}: {} helpers", report.most_helpers);
    };
    simulate(judge, Machine::with_faults);
    judge(1, &Machine::with_stuck(1, 1_100).live());
}

#[test]
fn who_entered_the_namespace_from_outside_gets_its_time() {
    let mut saved = 0;
    simulate(
        |seed, report| {
            assert_eq!(report.killed_too_early, [] as [u32; 0], "seed {seed}\n{}", report.log);
            saved += report.saved;
        },
        Machine::with_outsiders,
    );
    assert!(saved > 0);
}

#[test]
fn nobody_who_can_be_killed_is_left_when_the_machine_ends() {
    simulate(
        |seed, report| {
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{}", report.log);
        },
        Machine::healthy,
    );
}

/// No helper is to be had and there is no /proc: nothing that a look could wait for. Children end all
/// the while, and PID 1 takes note of them between two looks.
#[test]
fn events_are_taken_between_two_looks_that_fail() {
    for seed in 0..200 {
        let mut machine = Machine::with_stuck(seed, 3);
        machine.lose_proc();
        machine.table_full_from_ms = machine.report.requested_ms;
        let report = machine.live();
        let is_look = |op: &&Op| matches!(op, Op::Read(ReadOp::ProcessOwners | ReadOp::Census(_)));
        let looks = report.performed.iter().filter(is_look).count();
        assert!(looks < 60, "seed {seed}: {looks} looks\n{}", report.log);
        let took_ms = report.ended_ms - report.requested_ms;
        assert!(took_ms < 15_000, "seed {seed}: took {took_ms} ms\n{}", report.log);
    }
}

/// The helper of a look is in it, and may have been reaped before it is judged.
#[test]
fn a_helper_that_has_ended_is_nobody_to_be_asked() {
    for build in [Machine::healthy, Machine::with_faults] {
        simulate(
            |seed, report| {
                assert!(!report.helper_was_signalled, "seed {seed}\n{}", report.log);
            },
            build,
        );
    }
}
