//! A new version of PID 1 takes over from the one that runs (`telinit u`), with all that it knows.
//!
//! What it knows goes over behind its environment: settings, runlevels, and each entry with its process.
//! As arguments they would be what `pkill -f` looks at, and a TERM for an entry's command would reach
//! PID 1.

use super::levels::Levels;
use super::place::Place;
use super::slot::SlotState;
use super::{Brain, Purpose, Stage};
use crate::child::Terminal;
use crate::event::Severity;
use crate::handover::render_consoles;
use crate::inittab::{Dialect, parse_inittab_as};
use crate::op::{How, Op, Outcome, Program};
use crate::text::{cut, parse_u32};
use crate::time::Moment;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The only argument of a PID 1 that takes over, and what its environment ends with.
pub const RESUME: &[u8] = b"--resume";

/// Called with this argument beside PID 1, a program that can take over ends with [`CAN_RESUME_STATUS`].
pub const CAN_RESUME: &[u8] = b"--can-resume";

/// A status that no other init has: sysvinit's and BusyBox's end with 1.
pub const CAN_RESUME_STATUS: u8 = 97;

/// Who takes over.
const SUCCESSOR: &[u8] = b"/sbin/init";

/// What asking it may take, on a slow disk.
const ASKING_MS: u64 = 10_000;

impl Brain {
    /// Asks the program in init's place first whether it can take over: another init would begin to
    /// boot a machine that is up.
    pub(super) fn asked_to_resume(&mut self) {
        let is_booting =
            self.boot_sequence.is_some() || self.levels.as_ref().is_some_and(Levels::is_booting);
        if is_booting || !matches!(self.stage, Stage::Serving) {
            let text =
                "not replaced by /sbin/init while the machine boots or ends; ask again later";
            return self.say(Severity::Warning, String::from(text));
        }
        let op = Op::AskSuccessor { path: SUCCESSOR };
        self.run(op, How::Helper { deadline_ms: ASKING_MS }, Purpose::SuccessorAsked);
    }

    pub(super) fn successor_answered(&mut self, outcome: &Outcome) {
        if let Some(errno) = outcome.error() {
            let text =
                format!("not replaced by /sbin/init, which can't take over: {errno}; going on");
            return self.say(Severity::Error, text);
        }
        if !matches!(self.stage, Stage::Serving) {
            return;
        }
        let arguments = Vec::from([b"init".to_vec(), RESUME.to_vec()]);
        let mut environment = self.environment.clone();
        environment.push(RESUME.to_vec());
        environment.extend(self.render_state());
        let op = Op::Become {
            program: Program::Paths(Vec::from([SUCCESSOR.to_vec()])),
            arguments,
            environment,
            terminal: Terminal::Inherited,
            takes_terminal: false,
        };
        self.run(op, How::Inline, Purpose::SuccessorAsked);
    }

    fn render_state(&self) -> Vec<Vec<u8>> {
        let mut state = self.settings.render();
        state.push(format!("held={}", u8::from(self.is_held)).into_bytes());
        if self.is_contained() {
            state.push(b"contained=1".to_vec());
        }
        state.extend(render_consoles(&self.consoles));
        if let Some(levels) = &self.levels {
            state.extend(levels.render());
        }
        let order = self.levels.as_ref().map(|levels| levels.order.as_slice());
        let in_order = order.into_iter().flatten().filter_map(|id| self.slot(*id));
        let by_id = self.slots.iter().filter(|slot| order.is_none() && !slot.is_removed);
        for slot in in_order.chain(by_id) {
            let entry = &slot.entry;
            let pid = slot.pid().unwrap_or(u32::from(slot.state == SlotState::Done));
            let demand = if slot.is_on_demand { "+" } else { "" };
            state.push(format!("slot={pid} {} {demand}", entry.line).into_bytes());
            let action = entry.action.name().as_bytes();
            state.push(
                [
                    b"entry=",
                    [&entry.id, &entry.runlevels, action, &entry.command].join(&b':').as_slice(),
                ]
                .concat(),
            );
        }
        state
    }

    /// Takes the place of the PID 1 before. Its helpers' outcomes are lost with it.
    pub(super) fn resume(&mut self) {
        let mark = self.birth.environment.iter().position(|pair| pair == RESUME);
        let state = self.birth.environment.split_off(mark.unwrap_or(self.birth.environment.len()));
        self.birth.arguments.clear();
        self.environment = self.birth.environment.clone();
        self.stage = Stage::Serving;
        let mut slot: Option<(u32, u32, bool)> = None;
        for argument in &state {
            let Some((key, value)) = cut(argument, b'=') else { continue };
            match key {
                b"held" => self.is_held = value == b"1",
                b"contained" => self.place = Place::Container,
                b"console" => self.consoles.push(value.to_vec()),
                b"slot" => slot = parse_slot(value),
                b"entry" => self.resume_entry(value, slot.take()),
                b"levels" | b"variable" => {
                    self.levels.get_or_insert_default().set(key, value);
                }
                // What this version does not know any more is passed over.
                _ => drop(self.settings.set(key, value)),
            }
        }
    }

    /// The marks are 0 for an entry without process, 1 for one that has had its turn, else its process.
    fn resume_entry(&mut self, line: &[u8], slot: Option<(u32, u32, bool)>) {
        let (pid, number, is_on_demand) = slot.unwrap_or_default();
        let Some(mut entry) = parse_inittab_as(line, self.dialect()).entries.pop() else { return };
        entry.line = usize::try_from(number).unwrap_or(0);
        let id = self.add_slot(entry);
        // It has lived for a while; how long is not worth handing over.
        let since = Moment::default();
        if let Some(slot) = self.slot_mut(id) {
            slot.is_on_demand = is_on_demand;
            slot.state = match pid {
                0 => SlotState::Idle,
                1 => SlotState::Done,
                pid => SlotState::Running { pid, since },
            };
        }
        if let Some(levels) = &mut self.levels {
            levels.order.push(id);
        }
    }

    /// Begins to serve in the place of another.
    pub(super) fn start_resumed(&mut self) {
        if self.is_contained() {
            self.speak_on_standard_error();
        }
        self.speak_on_consoles();
        self.say(Severity::Info, String::from("this version has taken over"));
        if self.dialect() == Dialect::Sysvinit {
            self.open_control_fifo();
        }
        self.prepare_image();
    }
}

fn parse_slot(value: &[u8]) -> Option<(u32, u32, bool)> {
    let mut words = crate::text::words(value);
    let (pid, line) = (parse_u32(words.next()?)?, parse_u32(words.next()?)?);
    Some((pid, line, words.next().is_some()))
}
