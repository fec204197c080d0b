//! Small lives with what a search through many has found.

use crate::hold;
use simulator::ending::plan::{Fault, Forks, Manner, MountPlan, ProcessPlan, RequestPlan, When};
use simulator::ending::{EndingLife, Report};

/// A machine that is asked to reboot, with these mounts besides its root.
fn mounted(mounts: &[(u32, u32, &str)]) -> EndingLife {
    let mut life = EndingLife::bare(1).asked_by(15);
    life.mounts
        .extend(mounts.iter().map(|(id, parent, target)| MountPlan::new(*id, *parent, target)));
    life
}

fn end(life: &EndingLife) -> Report {
    hold(1, life)
}

#[test]
fn a_file_system_hidden_by_another_goes_after_it() {
    let report = end(&mounted(&[(2, 1, "/n/a"), (3, 1, "/n")]));
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    assert!(report.log.contains("2 file systems unmounted"), "{}", report.log);
}

#[test]
fn what_hides_one_goes_although_it_holds_nothing() {
    let mut life = mounted(&[(2, 1, "/n/a"), (3, 1, "/n")]);
    life.mounts[2].is_of_memory = true;
    let report = end(&life);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
}

#[test]
fn one_that_stays_hidden_is_named() {
    let mut life = mounted(&[(2, 1, "/n/a"), (3, 1, "/n")]);
    life.processes.push(ProcessPlan { holds: Some(3), ..ProcessPlan::new(Manner::Stuck) });
    let report = end(&life);
    assert!(report.log.contains("can't make /n/a read-only: no such file"), "{}", report.log);
}

/// Somebody loses patience after twelve seconds, while a process writes on.
#[test]
fn at_once_leaves_seconds_for_the_disks_whenever_it_is_asked_for() {
    let mut life = mounted(&[(2, 1, "/m2"), (3, 1, "/m3")]);
    let later = When::AtMs(life.requested_ms + 12_000);
    life.requests.push(RequestPlan { when: later, signal: 49 });
    life.processes.push(ProcessPlan { writes: true, ..ProcessPlan::new(Manner::Stays) });
    let report = end(&life);
    assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    assert!(report.ended_ms - report.requested_ms < 13_000, "{}", report.log);
}

#[test]
fn a_process_forked_by_one_that_ends_during_the_look_is_found() {
    let mut life = EndingLife::bare(1).asked_by(15);
    for _ in 0..8 {
        let forks = Forks::OnTerm;
        let ignores =
            ProcessPlan { has_terminal: true, forks, ..ProcessPlan::new(Manner::Ignores) };
        life.processes.push(ignores);
    }
    assert_eq!(end(&life).survivors, [] as [u32; 0]);
}

#[test]
fn a_last_stage_that_can_not_be_executed_leaves_a_true_account_all_the_same() {
    for percent in [0, 100] {
        let mut life = mounted(&[]);
        life.faults.push(Fault::NoSelfCopy(percent));
        life.faults.push(Fault::NoExec(100));
        let report = end(&life);
        assert_eq!(report.writable, [] as [String; 0], "{}", report.log);
    }
}

/// Those who were given up are still there; those who come then are seen to end all the same.
#[test]
fn who_comes_late_is_not_waited_for_longer_than_it_lives() {
    let mut life = EndingLife::bare(1).asked_by(15);
    for _ in 0..20 {
        life.processes.push(ProcessPlan::new(Manner::LeavesPending));
    }
    let saver = ProcessPlan::new(Manner::SignalFd(400));
    life.processes.push(ProcessPlan { forks: Forks::Every(20, 15), ..saver });
    let report = end(&life);
    assert!(report.ended_ms - report.requested_ms < 900, "{}", report.log);
}
