use super::*;
use crate::budget::Budget;
use crate::child::Terminal;
use crate::event::Effect;
use crate::host::Host;
use crate::op::How;
use crate::request::Urgency;
use crate::settings::Settings;
use alloc::string::String;
use alloc::vec::Vec;

/// A final call with what it has asked for so far.
struct Driven {
    call: FinalCall,
    context: Context,
    said: Vec<String>,
    asked: Vec<(OpId, Op, How)>,
}

impl Driven {
    fn new(action: Action, host: Host, successor: Option<Successor>) -> Self {
        let settings = Settings::default();
        let mut context = Context::of_last_stage(settings, host, &[]);
        context.budget = Budget::of_end(Moment(0), Urgency::Orderly, Moment(0), &settings);
        let call = FinalCall::begin(action, Moment(0), successor, &mut context);
        let mut driven = Self { call, context, said: Vec::new(), asked: Vec::new() };
        driven.take_effects();
        driven
    }

    fn take_effects(&mut self) {
        for effect in self.context.take_effects() {
            match effect {
                Effect::Run { id, op, how } => self.asked.push((id, op, how)),
                Effect::Say { text, .. } => self.said.push(text),
                Effect::Watch { .. } | Effect::Unwatch { .. } => panic!("{effect:?}"),
            }
        }
    }

    /// The op asked for last, but for what Ctrl-Alt-Del does.
    fn last(&self) -> Op {
        self.asked.last().map(|(_, op, _)| op.clone()).unwrap()
    }

    fn answer(&mut self, outcome: &Outcome) -> Next {
        let (id, ..) = *self.asked.last().unwrap();
        self.context.settle(id);
        let next = self.call.finished(id, outcome, &mut self.context);
        self.take_effects();
        next
    }

    fn fail(&mut self) -> Next {
        self.answer(&Outcome::Failed(Errno::EIO))
    }

    fn says(&self, part: &str) -> bool {
        self.said.iter().any(|line| line.contains(part))
    }
}

fn reboots_by(command: RebootCommand) -> Op {
    Op::Kernel(KernelOp::Reboot(command))
}

#[test]
fn a_sync_comes_first_and_its_failure_ends_nothing() {
    let mut call = Driven::new(Action::PowerOff, Host::Machine, None);
    assert_eq!(call.last(), Op::Storage(StorageOp::Sync));
    assert_eq!(call.fail(), Next::Here);
    assert!(call.says("can't write all data back"));
    assert_eq!(call.last(), reboots_by(RebootCommand::PowerOff));
    let keys = Op::CtrlAltDel { resets: true };
    assert!(call.asked.iter().any(|(_, op, _)| *op == keys));
}

#[test]
fn a_refused_kexec_becomes_a_reboot() {
    let mut call = Driven::new(Action::Kexec, Host::Machine, None);
    call.answer(&Outcome::Done);
    assert_eq!(call.last(), reboots_by(RebootCommand::Kexec));
    call.fail();
    assert_eq!(call.last(), reboots_by(RebootCommand::Restart));
    assert!(call.says("kexec failed") && call.says("reboot now"));
}

#[test]
fn a_kexec_that_hangs_keeps_the_lock_that_a_reboot_would_need() {
    let mut call = Driven::new(Action::Kexec, Host::Machine, None);
    call.answer(&Outcome::Done);
    call.answer(&Outcome::TimedOut);
    assert_eq!(call.last(), Op::Kernel(KernelOp::SysRq(b'b')));
    call.fail();
    assert_eq!(call.last(), Op::Kernel(KernelOp::ResetHardware));
}

#[test]
fn a_reboot_climbs_to_the_hardware_and_then_begins_anew() {
    let mut call = Driven::new(Action::Reboot, Host::Machine, None);
    call.answer(&Outcome::Done);
    call.fail();
    assert_eq!(call.last(), Op::Kernel(KernelOp::SysRq(b'b')));
    call.fail();
    assert_eq!(call.last(), Op::Kernel(KernelOp::ResetHardware));
    assert_eq!(call.call.deadline(&call.context), None);
    call.fail();
    assert!(call.says("press the reset button"));
    assert_eq!(call.call.deadline(&call.context), Some(Moment(AGAIN_MS)));
    let asked = call.asked.len();
    call.context.now = Moment(AGAIN_MS - 1);
    call.call.advance(&mut call.context);
    call.take_effects();
    assert_eq!(call.asked.len(), asked, "not yet");
    call.context.now = Moment(AGAIN_MS);
    call.call.advance(&mut call.context);
    call.take_effects();
    assert_eq!(call.last(), reboots_by(RebootCommand::Restart));
    assert_eq!(call.asked.len(), asked + 2, "once, with the keys before it");
    assert_eq!(call.call.deadline(&call.context), None);
}

#[test]
fn no_hardware_is_reset_for_a_machine_that_is_to_stand_still() {
    let mut call = Driven::new(Action::PowerOff, Host::Machine, None);
    call.answer(&Outcome::Done);
    call.fail();
    assert_eq!(call.last(), Op::Kernel(KernelOp::SysRq(b'o')));
    call.fail();
    assert_eq!(call.call.deadline(&call.context), Some(Moment(AGAIN_MS)));
    let mut call = Driven::new(Action::Halt, Host::Machine, None);
    call.answer(&Outcome::Done);
    call.fail();
    assert_eq!(call.last(), reboots_by(RebootCommand::Halt));
    assert_eq!(call.call.deadline(&call.context), Some(Moment(AGAIN_MS)));
}

#[test]
fn without_a_helper_the_last_calls_are_made_by_pid_1_itself() {
    let none = Outcome::NoHelper(Errno::EAGAIN);
    let mut call = Driven::new(Action::Reboot, Host::Machine, None);
    call.answer(&Outcome::Done);
    call.answer(&none);
    assert!(matches!(call.asked.last(), Some((_, _, How::Inline))));
    assert_eq!(call.last(), reboots_by(RebootCommand::Restart));
    call.fail();
    call.fail();
    call.answer(&none);
    assert_eq!(call.last(), Op::Kernel(KernelOp::ResetHardware));
    assert!(matches!(call.asked.last(), Some((_, _, How::Inline))));
}

#[test]
fn a_container_neither_syncs_nor_climbs() {
    let mut call = Driven::new(Action::Reboot, Host::Container, None);
    let asked: Vec<Op> = call.asked.iter().map(|(_, op, _)| op.clone()).collect();
    assert_eq!(asked, [reboots_by(RebootCommand::Restart)]);
    call.fail();
    assert_eq!(call.last(), Op::Process(ProcessOp::Exit { status: 0 }));
}

#[test]
fn a_successor_that_cannot_be_executed_sends_the_end_back_to_the_disks() {
    let successor = Successor {
        programs: Vec::from([b"/sbin/init".to_vec()]),
        terminal: Terminal::Console,
        ..Successor::default()
    };
    let mut call = Driven::new(Action::SoftReboot, Host::Machine, Some(successor.clone()));
    call.answer(&Outcome::Done);
    let Op::Process(ProcessOp::Become(becoming)) = call.last() else { panic!("{:?}", call.last()) };
    assert_eq!(becoming.program, Program::Paths(successor.programs.clone()));
    assert_eq!(becoming.session.unwrap().terminal, Terminal::Console);
    assert!(!becoming.keeps_signals && becoming.handed_over.is_none());
    assert_eq!(call.fail(), Next::StorageAgain);
    assert!(call.says("can't execute the next init"));
    // One that is there, but for an end that does not keep the kernel, is not asked.
    let mut call = Driven::new(Action::Reboot, Host::Machine, Some(successor));
    call.answer(&Outcome::Done);
    assert_eq!(call.last(), reboots_by(RebootCommand::Restart));
}

#[test]
fn a_sync_that_hangs_is_over_with_the_total_and_after_a_second_at_the_least() {
    let mut call = Driven::new(Action::Reboot, Host::Machine, None);
    assert_eq!(call.call.deadline(&call.context), Some(Moment(120_000)));
    let settings = call.context.settings;
    call.context.budget = Budget::of_end(Moment(0), Urgency::AtOnce, Moment(0), &settings);
    assert_eq!(call.call.deadline(&call.context), Some(Moment(5_000)));
    for (now, is_over) in [(4_999, false), (5_000, true)] {
        call.context.now = Moment(now);
        call.call.advance(&mut call.context);
        call.take_effects();
        let has_called = call.asked.iter().any(|(_, op, _)| matches!(op, Op::Kernel(_)));
        assert_eq!(has_called, is_over, "at {now}");
    }
    assert!(call.said.iter().any(|line| line.starts_with("can't write all data back: timed out")));
    // When it comes to its end after all, it is over already.
    let (id, count) = (call.asked[0].0, call.asked.len());
    let next = call.call.finished(id, &Outcome::Done, &mut call.context);
    call.take_effects();
    assert_eq!((next, call.asked.len()), (Next::Here, count));
}

#[test]
fn a_sync_that_begins_after_the_total_gets_its_second() {
    let settings = Settings::default();
    let mut context = Context::of_last_stage(settings, Host::Machine, &[]);
    context.budget = Budget::of_end(Moment(0), Urgency::AtOnce, Moment(0), &settings);
    context.now = Moment(9_000);
    let mut call = FinalCall::begin(Action::Halt, Moment(0), None, &mut context);
    assert_eq!(call.deadline(&context), Some(Moment(10_000)));
    let _ = context.take_effects();
    for (now, is_over) in [(9_999, false), (10_000, true)] {
        context.now = Moment(now);
        call.advance(&mut context);
        assert_eq!(!context.take_effects().is_empty(), is_over, "at {now}");
    }
}
