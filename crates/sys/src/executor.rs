//! The one place where ops become system calls: one exhaustive match a family.

mod answer;
mod kernel;
mod process;
mod read;
mod storage;

use crate::console::{self, Console, Placeholders};
use crate::control::{Carried, ControlSocket};
use crate::poll::{Poll, Registration};
use crate::raw::CodeRange;
use crate::teller::Teller;
use crate::{initctl, mounts, raw, self_copy, utmp};
use alloc::vec::Vec;
use answer::done;
use rekindle_core::errno::Errno;
use rekindle_core::event::{ControlEvent, Severity};
use rekindle_core::op::{ConsoleOp, InitctlOp, Op, Outcome, SelfCopyOp};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

/// Carries ops out, with what has to stay open between them.
#[derive(Debug)]
pub struct Executor {
    console: Console,
    placeholders: Placeholders,
    /// Where the copy of PID 1's program goes.
    copy_place: Option<OwnedFd>,
    /// sysvinit's FIFO between being opened and being waited on.
    opened_fifo: Option<OwnedFd>,
    fifo: Option<Registration>,
    control: ControlSocket,
    /// What runs at a boot, for a client or at an end.
    rare_code: CodeRange,
}

impl Executor {
    /// Fills the standard streams that are closed: it has to be made before anything else is opened.
    #[must_use]
    pub fn new() -> Self {
        Self {
            placeholders: console::fill_standard_streams(),
            console: Console::new(),
            copy_place: None,
            opened_fifo: None,
            fifo: None,
            control: ControlSocket::default(),
            rare_code: CodeRange::default(),
        }
    }

    /// Says where the code is that runs at a boot, for a client or at an end.
    pub fn set_rare_code(&mut self, code: CodeRange) {
        self.rare_code = code;
    }

    /// Goes on with what another version had open.
    pub fn take_over(&mut self, carried: Carried) {
        self.control.take_over(carried);
    }

    /// Says a line on the console and in the kernel's log, without ever waiting.
    pub fn say(&mut self, severity: Severity, text: &str) {
        self.console.say(severity, text);
    }

    /// Waits on sysvinit's FIFO and on the control socket, if they have just been opened.
    pub fn watch_opened(&mut self, poll: &Poll) {
        self.control.watch(poll);
        if let Some(fifo) = self.opened_fifo.take() {
            // Without a place in epoll telinit goes unheard; the signals still are.
            self.fifo = poll.register_fifo(fifo).ok();
        }
    }

    /// What has arrived in sysvinit's FIFO.
    #[must_use]
    pub fn read_fifo(&self) -> Vec<u8> {
        self.fifo.as_ref().map(initctl::read).unwrap_or_default()
    }

    /// Somebody has connected to the control socket.
    #[must_use]
    pub fn accept_clients(&mut self, poll: &Poll) -> Vec<ControlEvent> {
        self.control.accept(poll)
    }

    /// A client of the control socket has sent something, or is gone. `None` if it has not after all.
    #[must_use]
    pub fn receive_from(&mut self, client: u32) -> Option<ControlEvent> {
        self.control.receive(client)
    }

    /// The path of the control socket may lead elsewhere.
    #[must_use]
    pub fn control_may_be_gone(&mut self) -> ControlEvent {
        self.control.place_may_be_lost()
    }

    /// Carries out one op.
    pub fn perform(&mut self, op: &Op) -> Outcome {
        self.perform_telling(op, &mut Teller::default())
    }

    /// The same, for a helper: a look that may block tells what it sees as it sees it.
    pub(crate) fn perform_telling(&mut self, op: &Op, teller: &mut Teller<'_>) -> Outcome {
        match op {
            Op::Read(op) => read::perform(op, teller),
            Op::Console(op) => self.perform_console(op),
            Op::Process(op) => {
                process::perform(op, &mut self.console, &mut self.copy_place, &self.control)
            }
            Op::MountApi(mount) => done(mounts::mount_api(mount)),
            Op::CtrlAltDel { resets } => done(raw::set_ctrl_alt_del(*resets)),
            Op::Storage(op) => storage::perform(op),
            Op::SelfCopy(op) => self.perform_self_copy(*op),
            Op::Initctl(op) => self.perform_initctl(*op),
            Op::Control(op) => self.control.perform(op),
            Op::ForgetCode => {
                self.rare_code.forget();
                Outcome::Done
            }
            Op::Record(records) => done(utmp::write_records(records)),
            Op::Kernel(op) => kernel::perform(*op),
        }
    }

    /// What a helper needs for `op` of what is open here.
    pub(crate) fn descriptor_for(&self, op: &Op) -> Option<BorrowedFd<'_>> {
        match op {
            Op::SelfCopy(SelfCopyOp::Fill(_)) => self.copy_place.as_ref().map(AsFd::as_fd),
            Op::SelfCopy(SelfCopyOp::Create(_) | SelfCopyOp::Drop)
            | Op::Read(_)
            | Op::Console(_)
            | Op::Process(_)
            | Op::MountApi(_)
            | Op::CtrlAltDel { .. }
            | Op::Storage(_)
            | Op::Initctl(_)
            | Op::Control(_)
            | Op::ForgetCode
            | Op::Record(_)
            | Op::Kernel(_) => None,
        }
    }

    fn perform_console(&mut self, op: &ConsoleOp) -> Outcome {
        match op {
            ConsoleOp::Open { path } => {
                done(console::open_standard_streams(path.as_deref(), &mut self.placeholders))
            }
            ConsoleOp::SpeakOn { consoles } => {
                consoles.iter().for_each(|path| self.console.speak_on(path));
                Outcome::Done
            }
            ConsoleOp::SpeakOnStandardError => {
                self.console.speak_on_standard_error();
                Outcome::Done
            }
            ConsoleOp::AcceptKeyboardRequest => done(console::accept_keyboard_request()),
        }
    }

    fn perform_self_copy(&mut self, op: SelfCopyOp) -> Outcome {
        match op {
            SelfCopyOp::Create(kind) => {
                done(self_copy::create(kind).map(|place| self.copy_place = Some(place)))
            }
            SelfCopyOp::Fill(_) => {
                done(self.copy_place.as_ref().ok_or(Errno::EBADF).and_then(self_copy::fill))
            }
            SelfCopyOp::Drop => {
                self.copy_place = None;
                Outcome::Done
            }
        }
    }

    fn perform_initctl(&mut self, op: InitctlOp) -> Outcome {
        match op {
            InitctlOp::Open => done(initctl::open().map(|fifo| self.opened_fifo = Some(fifo))),
            InitctlOp::Close => {
                self.opened_fifo = None;
                self.fifo = None;
                Outcome::Done
            }
        }
    }
}

impl Default for Executor {
    fn default() -> Self {
        Self::new()
    }
}
