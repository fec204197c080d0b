//! The last stage is the same, whichever way PID 1 enters it.

use rekindle_core::event::{Event, ExitStatus};
use rekindle_core::handover::Handover;
use rekindle_core::host::Host;
use rekindle_core::inittab::Dialect;
use rekindle_core::last::LastStage;
use rekindle_core::op::{Op, OpId, Outcome, Read, ReadOp};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::request::{Action, Origin, Request, Urgency};
use rekindle_core::spared::Spared;
use rekindle_core::time::Moment;
use simulator::chance::Chance;
use simulator::ending::EndingLife;
use simulator::ending::plan::Fault;

fn handover(chance: &mut Chance) -> Handover {
    let pick = |chance: &mut Chance, count| chance.below(count) as usize;
    let action = Action::ALL[pick(chance, 4)];
    let urgency = [Urgency::Orderly, Urgency::Hurried, Urgency::AtOnce][pick(chance, 3)];
    let comm = b"sh".to_vec();
    let origin = Origin { signal: 15, pid: 7, uid: 3, session: 5, comm, ..Origin::default() };
    let spared = if chance.percent(50) {
        Spared::Known((100..100 + chance.below(3) as u32).collect())
    } else {
        Spared::Unknown
    };
    Handover {
        request: Request { action, urgency, origin },
        requested: Moment(chance.below(1_000)),
        urgent_since: Moment(chance.below(1_000)),
        dialect: Dialect::ALL[pick(chance, 2)],
        host: [Host::Machine, Host::Unknown, Host::Container][pick(chance, 3)],
        consoles: vec![b"/dev/tty0".to_vec()],
        spared,
        helpers: vec![90, 91],
        ..Handover::default()
    }
}

/// Anything that may happen, fitting or not.
fn event(chance: &mut Chance) -> Event {
    let id = OpId((1 << 31) + chance.below(12) as u32);
    let pid = 80 + chance.below(30) as u32;
    match chance.below(10) {
        0 => Event::Signal(Origin { signal: 1 + chance.below(63) as u8, pid, ..Origin::default() }),
        1 => Event::ChildEnded { pid, status: ExitStatus::Exited(0) },
        2 => Event::Gone { pid },
        3 => Event::NoChildren,
        4 => Event::Initctl(vec![0; 384]),
        5 => Event::HelperStarted { id, pid },
        6 => Event::Finished { id, outcome: Outcome::TimedOut },
        7 => Event::Finished {
            id,
            outcome: Outcome::Read(Read { bytes: Vec::new(), complete: chance.percent(50) }),
        },
        8 => Event::Finished { id, outcome: Outcome::Done },
        _ => Event::Tick,
    }
}

#[test]
fn a_last_stage_executed_anew_answers_every_event_as_one_in_place() {
    for seed in 0..2_000 {
        let mut chance = Chance::new(seed);
        let handover = handover(&mut chance);
        let handed_over = Some(handover.render());
        let arguments = vec![b"--last-stage".to_vec()];
        let start = StartArguments { arguments, handed_over, ..StartArguments::default() };
        let (mut in_place, mut anew) = (LastStage::new(handover), Pid1::new(start));
        let mut now = Moment(1_000);
        let mut event_now = Event::Start;
        for count in 0..60 {
            let expected = in_place.step(event_now.clone(), now);
            assert_eq!(
                anew.step(event_now.clone(), now),
                expected,
                "seed {seed}, {count}: {event_now:?}"
            );
            assert_eq!(anew.next_deadline(), in_place.next_deadline(), "seed {seed}");
            event_now = event(&mut chance);
            now = now.after_ms(chance.below(300));
        }
    }
}

/// What a regular machine carries out from the census on.
fn performed(seed: u64, has_no_self_copy: bool) -> Vec<Op> {
    let mut life = EndingLife::healthy(seed);
    (life.is_regular, life.processes) = (true, Vec::new());
    if has_no_self_copy {
        life.faults.push(Fault::NoSelfCopy(100));
    }
    let all = crate::hold(seed, &life).performed;
    let is_census = |op: &Op| matches!(op, Op::Read(ReadOp::Census(_)));
    let from = all.iter().rposition(is_census).expect("a census");
    all[from..].to_vec()
}

#[test]
fn a_machine_without_a_copy_of_its_init_ends_by_the_same_steps() {
    for seed in 0..500 {
        let (anew, in_place) = (performed(seed, false), performed(seed, true));
        let without_account = |ops: Vec<Op>| -> Vec<String> {
            ops.iter().map(|op| format!("{op:?}")).filter(|op| !op.contains("bytes:")).collect()
        };
        assert_eq!(without_account(anew), without_account(in_place), "seed {seed}");
    }
}
