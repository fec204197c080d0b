//! Looks that fail, tell less, or get stuck are not taken for full ones; and what is bounded stays so.

use crate::{hold, simulate};
use rekindle_core::op::{Op, ReadOp};
use simulator::chance::Chance;
use simulator::ending::EndingLife;
use simulator::ending::plan::{Fault, Manner, ProcessPlan};

fn spared() -> ProcessPlan {
    ProcessPlan::new(Manner::Spared)
}

/// Processes of other users fill the table beside one that serves the root's storage: from the request
/// on, or from the first instruction, so that nobody ever learned that it does.
fn with_full_table_beside_spared(seed: u64, is_always_full: bool) -> EndingLife {
    let mut life = EndingLife::healthy(seed);
    life.processes.retain(|process| process.manner != Manner::KernelThread);
    for process in &mut life.processes {
        (process.is_of_root, process.parent) = (false, None);
    }
    life.table_full_from_ms = if is_always_full { 0 } else { life.requested_ms };
    life.with(spared())
}

/// Processes that a look gets stuck on, as while they execute another program.
fn with_blocking_looks(seed: u64) -> EndingLife {
    let mut life = EndingLife::healthy(seed);
    for process in &mut life.processes {
        process.blocks_look = process.manner == Manner::Dies && seed.is_multiple_of(3);
    }
    let blocking = ProcessPlan::new(Manner::Ignores);
    life.with(spared()).with(ProcessPlan { blocks_look: true, is_of_root: true, ..blocking })
}

/// As many that can't be killed.
fn with_stuck(seed: u64, count: usize) -> EndingLife {
    let mut life = EndingLife::healthy(seed);
    life.processes.extend((0..count).map(|_| ProcessPlan::new(Manner::Stuck)));
    life
}

/// Processes that have entered PID 1's namespace from outside, and nobody else.
fn with_outsiders(seed: u64) -> EndingLife {
    let mut life = EndingLife::bare(seed);
    let mut chance = Chance::of(seed, 98);
    for _ in 0..=chance.below(3) {
        let saver = ProcessPlan::new(Manner::Saves(chance.below(4_500)));
        life.processes.push(ProcessPlan { is_outsider: true, ..saver });
    }
    life
}

#[test]
fn a_full_process_table_gets_nobody_signalled_who_serves_the_root() {
    for is_always_full in [false, true] {
        simulate(
            |seed, report| {
                let log = &report.log;
                assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
                assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{log}");
            },
            |seed| with_full_table_beside_spared(seed, is_always_full),
        );
    }
}

#[test]
fn who_blocks_a_look_costs_its_own_share_and_is_killed_like_the_others() {
    simulate(
        |seed, report| {
            let log = &report.log;
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{log}");
            assert_eq!(report.writable, [] as [String; 0], "seed {seed}\n{log}");
            let took_ms = report.ended_ms - report.requested_ms;
            assert!(took_ms < 16_000, "seed {seed}: took {took_ms} ms\n{log}");
        },
        with_blocking_looks,
    );
}

#[test]
fn a_thousand_that_cannot_be_killed_leave_room_for_the_disks() {
    let report = hold(1, &with_stuck(1, 1_100));
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    assert!(report.log.contains("stuck in the kernel"), "{}", report.log);
    let took_ms = report.ended_ms - report.requested_ms;
    assert!(took_ms < 12_000, "took {took_ms} ms\n{}", report.log);
}

#[test]
fn watches_and_helpers_are_never_more_than_their_pools() {
    let judge = |seed, report: &simulator::ending::Report| {
        assert!(report.most_watched <= 16, "seed {seed}: {} watched", report.most_watched);
        assert!(report.most_helpers <= 16, "seed {seed}: {} helpers", report.most_helpers);
    };
    simulate(judge, EndingLife::with_faults);
    judge(1, &hold(1, &with_stuck(1, 1_100)));
}

#[test]
fn who_entered_the_namespace_from_outside_gets_its_time() {
    let mut saved = 0;
    simulate(
        |seed, report| {
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{}", report.log);
            saved += report.saved;
        },
        with_outsiders,
    );
    assert!(saved > 0);
}

#[test]
fn nobody_who_can_be_killed_is_left_when_the_machine_ends() {
    simulate(
        |seed, report| {
            assert_eq!(report.survivors, [] as [u32; 0], "seed {seed}\n{}", report.log);
        },
        EndingLife::healthy,
    );
}

/// No helper is to be had and there is no /proc: nothing that a look could wait for. Children end all
/// the while, and PID 1 takes note of them between two looks.
#[test]
fn events_are_taken_between_two_looks_that_fail() {
    for seed in 0..200 {
        let life = with_stuck(seed, 3).asked_by(15);
        let from_ms = life.requested_ms;
        let life = EndingLife { has_proc: false, table_full_from_ms: from_ms, ..life };
        let report = hold(seed, &life);
        let is_look = |op: &&Op| matches!(op, Op::Read(ReadOp::ProcessOwners | ReadOp::Census(_)));
        let looks = report.performed.iter().filter(is_look).count();
        assert!(looks < 60, "seed {seed}: {looks} looks\n{}", report.log);
        let took_ms = report.ended_ms - report.requested_ms;
        assert!(took_ms < 15_000, "seed {seed}: took {took_ms} ms\n{}", report.log);
    }
}

/// Helpers that hang are in every look for a while.
fn with_late_helpers(mut life: EndingLife) -> EndingLife {
    life.faults.push(Fault::Hangs(20));
    life
}

/// The helper of a look is in it, and may have been reaped before it is judged.
#[test]
fn a_helper_that_has_ended_is_nobody_to_be_asked() {
    for build in [EndingLife::healthy, EndingLife::with_faults] {
        simulate(|_, _| {}, |seed| with_late_helpers(build(seed)));
    }
}
