//! The whole life of PID 1 as one deterministic state machine.
//!
//! ```text
//! Start ─► Boot ─► Serving ──────────────► Ending ──► (becomes) ──► Last
//!          mounts   sysinit, wait,         shutdown    a copy of     Terminating ─► Killing
//!          console  once, respawn          entries     itself        ─► Storage ─► Finishing
//! ```
//!
//! `init -- command` has one stage, Command, for Boot and Serving.
//!
//! [`Brain::step`] takes one event and the time, and returns effects. It knows no file and no
//! system call, so every life that a machine can have can be simulated.

mod boot;
mod command;
mod control;
mod desk;
mod end;
mod finish;
mod last;
mod leave;
mod levels;
mod place;
mod resume;
mod sequence;
mod serve;
mod slot;
mod storage;
mod wait;

use crate::account::Account;
use crate::event::{Effect, Event, Severity};
use crate::handover::Handover;
use crate::initctl::Stream;
use crate::inittab::{Dialect, EntryAction, Table};
use crate::op::{How, Image, Op, OpId, Outcome};
use crate::request::Request;
use crate::settings::Settings;
use crate::signal::{Meaning, meaning};
use crate::time::Moment;
use crate::utmp::Record;
use alloc::string::String;
use alloc::vec::Vec;
use desk::Desk;
use leave::Leaving;
use levels::Levels;
pub use resume::{CAN_RESUME, CAN_RESUME_STATUS, RESUME};
use sequence::Sequence;
use slot::Slot;

/// The first argument of a PID 1 that goes on after an internal error: it starts nothing, but
/// reaps and answers as ever.
pub const HOLDING: &core::ffi::CStr = c"--holding";

/// What PID 1 was started with.
#[derive(Clone, Debug, Default)]
pub struct Birth {
    /// Its arguments after the program's name.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: Vec<Vec<u8>>,
}

/// What an outcome is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// Nobody waits for it.
    Nothing,
    Place(place::For),
    Boot(boot::For),
    Command,
    Spawned(u32),
    KexecLoaded(Request),
    /// Whether another program can take over.
    SuccessorAsked,
    /// The state of the power.
    PowerStatus,
    /// Records in utmp and wtmp.
    Recorded,
    /// How much waits to be written when an end begins.
    DirtyPages,
    Image(end::For, Image),
    Census(last::CensusFor),
    Storage(storage::For),
    Finish(finish::For),
}

impl Purpose {
    /// Whether nothing else is tried when no helper can be had.
    const fn has_no_other_way(&self) -> bool {
        match self {
            Self::Storage(_) | Self::Finish(finish::For::Synced | finish::For::SysRqGiven) => true,
            Self::Nothing
            | Self::Place(_)
            | Self::Boot(_)
            | Self::Command
            | Self::Spawned(_)
            | Self::KexecLoaded(_)
            | Self::SuccessorAsked
            | Self::PowerStatus
            | Self::Recorded
            | Self::DirtyPages
            | Self::Image(..)
            | Self::Census(_)
            | Self::Finish(
                finish::For::KernelEnded | finish::For::HardwareReset | finish::For::BecameProgram,
            ) => false,
        }
    }
}

/// Where PID 1 is in its life.
#[derive(Clone, Debug)]
enum Stage {
    Boot(boot::Boot),
    Command(command::Command),
    Serving,
    Ending(end::Ending),
    Last(last::Last),
}

/// An end that was accepted.
#[derive(Clone, Debug)]
struct End {
    request: Request,
    requested: Moment,
    account: Account,
}

/// PID 1's mind.
#[derive(Clone, Debug)]
pub struct Brain {
    birth: Birth,
    environment: Vec<Vec<u8>>,
    settings: Settings,
    place: place::Place,
    /// Where lines go besides /dev/console.
    consoles: Vec<Vec<u8>>,
    stage: Stage,
    /// In the order of their ids.
    slots: Vec<Slot>,
    next_slot: u32,
    /// Where the machine is among its runlevels; `None` in BusyBox's dialect.
    levels: Option<Levels>,
    /// Processes that have no place any more.
    leaving: Leaving,
    control_stream: Stream,
    /// Records that wait for a helper.
    records: Vec<Record>,
    boot_sequence: Option<Sequence>,
    keys_sequence: Option<Sequence>,
    /// The dialect that the kernel's line asks for.
    asked_dialect: Option<Dialect>,
    is_held: bool,
    key_presses: Vec<Moment>,
    end: Option<End>,
    /// A copy of PID 1's program that waits for its use.
    ready_image: Option<Image>,
    desk: Desk,
    effects: Vec<Effect>,
    now: Moment,
}

impl Brain {
    /// A PID 1 that begins its life with `birth`.
    #[must_use]
    pub fn new(birth: Birth) -> Self {
        let is_last =
            birth.arguments.first().is_some_and(|first| first == crate::handover::LAST_STAGE);
        let handover = is_last.then(|| Handover::parse_arguments(&birth.arguments));
        let stage = command::Command::parse(&birth.arguments)
            .map_or(Stage::Boot(boot::Boot::default()), Stage::Command);
        let mut brain = Self {
            environment: birth.environment.clone(),
            birth,
            settings: Settings::default(),
            place: place::Place::default(),
            consoles: Vec::new(),
            stage,
            slots: Vec::new(),
            next_slot: 0,
            levels: None,
            leaving: Leaving::default(),
            control_stream: Stream::default(),
            records: Vec::new(),
            boot_sequence: None,
            keys_sequence: None,
            asked_dialect: None,
            is_held: false,
            key_presses: Vec::new(),
            end: None,
            ready_image: None,
            desk: Desk::default(),
            effects: Vec::new(),
            now: Moment::default(),
        };
        if brain.birth.arguments.first().is_some_and(|first| first == HOLDING.to_bytes()) {
            brain.is_held = true;
        }
        if brain.birth.arguments.first().is_some_and(|first| first == RESUME) {
            brain.resume();
        }
        if let Some(handover) = handover {
            brain.settings = handover.settings;
            brain.consoles = handover.consoles;
            brain.end = Some(End {
                request: handover.request,
                requested: handover.requested,
                account: handover.account,
            });
            brain.stage = Stage::Last(last::Last::default());
        }
        brain
    }

    /// Takes one event and says what to do. `now` never runs backwards.
    pub fn step(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        self.now = now;
        match event {
            Event::Start => self.start(),
            Event::Finished { id, outcome } => self.finished(id, outcome),
            Event::Control(bytes) => self.control_read(&bytes),
            Event::Signal(origin) => self.signal(origin),
            Event::ChildEnded { pid, ending } if self.is_command(pid) => self.leave_command(ending),
            Event::ChildEnded { pid, ending } => self.child_ended(pid, ending),
            Event::NoChildren => self.no_children(),
            Event::Gone { pid } => self.process_gone(pid),
            Event::Tick => {}
        }
        self.advance();
        core::mem::take(&mut self.effects)
    }

    /// When [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        let stage = match &self.stage {
            Stage::Boot(_) | Stage::Command(_) => None,
            Stage::Serving => self.serving_deadline(),
            Stage::Ending(ending) => self.ending_deadline(ending),
            Stage::Last(last) => self.last_deadline(last),
        };
        stage.into_iter().chain(self.desk.deadline()).min()
    }

    fn start(&mut self) {
        self.find_place();
        match self.stage {
            Stage::Last(_) => {
                self.speak_on_consoles();
                self.begin_last_stage();
            }
            // It begins when the place is known.
            Stage::Command(_) => {}
            Stage::Boot(_) | Stage::Serving | Stage::Ending(_) if self.is_held => {
                self.serve(Table::default())
            }
            Stage::Serving => self.start_resumed(),
            Stage::Boot(_) | Stage::Ending(_) => self.begin_boot(),
        }
    }

    /// Moves everything on that time or an event has made possible.
    fn advance(&mut self) {
        let due = self.desk.take_due(self.now);
        self.effects.extend(due);
        match self.stage {
            Stage::Boot(_) | Stage::Command(_) => {}
            Stage::Serving => self.advance_serving(),
            Stage::Ending(_) => self.advance_ending(),
            Stage::Last(_) => self.advance_last(),
        }
    }

    fn signal(&mut self, origin: crate::request::Origin) {
        if let Stage::Command(_) = self.stage {
            return self.forward(origin.signal);
        }
        match meaning(origin.signal, self.dialect()) {
            Meaning::End(action, urgency) => self.asked_to_end(Request { action, urgency, origin }),
            Meaning::CtrlAltDel => self.keys_pressed(origin),
            Meaning::Reload => self.reload(),
            Meaning::Hold => self.is_held = true,
            Meaning::Resume => self.is_held = false,
            Meaning::TakeOver => self.asked_to_resume(),
            Meaning::OpenFifo => self.open_control_fifo(),
            Meaning::CloseFifo => self.run_and_forget(Op::CloseControlFifo, How::Inline),
            Meaning::Power => self.ask_for_power(),
            Meaning::KeyboardRequest => {
                self.trigger(&[EntryAction::KbRequest]);
            }
            Meaning::Child | Meaning::Nothing => {}
        }
    }

    fn finished(&mut self, id: OpId, outcome: Outcome) {
        let Some(purpose) = self.desk.settle(id, &outcome, self.now) else { return };
        match purpose {
            Purpose::Nothing => {}
            Purpose::Place(purpose) => self.place_answered(purpose, &outcome),
            Purpose::Command => self.command_started(&outcome),
            Purpose::Boot(purpose) => self.boot_finished(purpose, &outcome),
            Purpose::Spawned(slot) => self.spawned(slot, &outcome),
            Purpose::SuccessorAsked => self.successor_answered(&outcome),
            Purpose::PowerStatus => self.power_status_known(&outcome),
            Purpose::Recorded => self.write_records(),
            Purpose::DirtyPages => self.write_back_early(&outcome),
            Purpose::KexecLoaded(request) => self.kexec_state_known(request, &outcome),
            Purpose::Image(purpose, image) => self.image_finished(purpose, image, &outcome),
            Purpose::Census(purpose) => self.census_taken(purpose, &outcome),
            Purpose::Storage(purpose) => self.storage_finished(purpose, &outcome),
            Purpose::Finish(purpose) => self.finish_finished(purpose, &outcome),
        }
    }

    /// Asks for an op and remembers what its outcome is for.
    fn run(&mut self, op: Op, how: How, purpose: Purpose) {
        let effect = self.desk.take(op, how, purpose);
        self.effects.push(effect);
    }

    /// Asks for an op whose outcome changes nothing.
    fn run_and_forget(&mut self, op: Op, how: How) {
        self.run(op, how, Purpose::Nothing);
    }

    fn is_pending(&self, wanted: impl Fn(&Purpose) -> bool) -> bool {
        self.desk.count(wanted) > 0
    }

    fn say(&mut self, severity: Severity, text: String) {
        self.effects.push(Effect::Say { severity, text });
    }
}
