//! The one place where ops become system calls.

use crate::console::{Console, Placeholders};
use crate::raw::{self, NullTerminated, RebootCommand};
use crate::{Result, census, child, console, files, hardware, image, initctl, mounts, utmp};
use alloc::ffi::CString;
use alloc::vec::Vec;
use rekindle_core::child::Terminal;
use rekindle_core::errno::Errno;
use rekindle_core::event::Severity;
use rekindle_core::hardware::ResetChoice;
use rekindle_core::op::{Image, Op, Outcome, Program, Whom};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

/// What PID 1 holds on to between ops.
#[derive(Debug)]
pub struct World {
    console: Console,
    placeholders: Placeholders,
    image_place: Option<OwnedFd>,
    fifo: Option<OwnedFd>,
}

impl World {
    /// Takes hold of the world: before anything else is opened.
    #[must_use]
    pub fn new() -> Self {
        Self {
            placeholders: console::fill_standard_streams(),
            console: Console::new(),
            image_place: None,
            fifo: None,
        }
    }

    /// Says a line on the console and in the kernel's log, without ever waiting.
    pub fn say(&mut self, severity: Severity, text: &str) {
        self.console.say(severity, text);
    }

    /// sysvinit's FIFO, while it is open.
    #[must_use]
    pub fn fifo(&self) -> Option<BorrowedFd<'_>> {
        self.fifo.as_ref().map(AsFd::as_fd)
    }

    /// What has arrived in sysvinit's FIFO.
    #[must_use]
    pub fn read_fifo(&self) -> Vec<u8> {
        self.fifo.as_ref().map(initctl::read).unwrap_or_default()
    }

    /// Carries out one op.
    pub fn perform(&mut self, op: &Op) -> Outcome {
        match op {
            Op::IsMountPoint { path } => answered(mounts::is_mount_point(path)),
            Op::MountApi(mount) => done(mounts::mount_api(mount)),
            Op::OpenConsole { path } => {
                done(console::open_standard_streams(path.as_deref(), &mut self.placeholders))
            }
            Op::IsVirtualTerminal => {
                Outcome::Answer(raw::is_virtual_terminal(raw::standard_stream(0)))
            }
            Op::SpeakOn { consoles } => {
                consoles.iter().for_each(|path| self.console.speak_on(path));
                Outcome::Done
            }
            Op::CtrlAltDel { resets } => {
                done(raw::reboot(RebootCommand::CtrlAltDelResets(*resets)))
            }
            Op::ReadFile { path, most_bytes } => {
                read(files::read_file(path.as_bytes(), *most_bytes))
            }
            Op::ReadNamespace => read(files::read_link(c"/proc/self/ns/pid")),
            Op::SpeakOnStandardError => {
                self.console.speak_on_standard_error();
                Outcome::Done
            }
            Op::SpawnCommand(command) => child::spawn_command(command, &mut self.console),
            Op::Spawn(plan) => child::spawn(plan, &mut self.console),
            Op::TakeFile { path, most_bytes } => read(files::take_file(path, *most_bytes)),
            Op::OpenControlFifo => done(initctl::open().map(|fifo| self.fifo = Some(fifo))),
            Op::CloseControlFifo => close(&mut self.fifo),
            Op::AcceptKeyboardRequest => done(console::accept_keyboard_request()),
            Op::AskSuccessor { path } => done(child::ask_successor(path)),
            Op::Record(records) => done(utmp::write_records(records)),
            Op::Sync => done(sync()),
            Op::CreateImage(image) => done(self.create_image(*image)),
            Op::DropImage => close(&mut self.image_place),
            Op::FillImage(_) => {
                done(self.image_place.as_ref().ok_or(Errno::EBADF).and_then(image::fill))
            }
            Op::Become { program, arguments, environment, terminal, takes_terminal } => {
                let session = terminal.as_ref().map(|terminal| (terminal, *takes_terminal));
                let strings = NullTerminated::new(environment);
                Outcome::Failed(self.become_program(program, arguments, &strings, session))
            }
            Op::Census { thorough } => read(take_census(*thorough)),
            Op::Signal { whom, signal } => done(raw::kill(kill_argument(*whom), *signal)),
            Op::Unmount { target } => done(mounts::unmount(target)),
            Op::RemountReadOnly { target } => done(mounts::remount_read_only(target)),
            Op::SwapOff { path } => done(swap_off(path)),
            Op::WriteFile { path, bytes } => done(files::write_file(path.as_bytes(), bytes)),
            Op::KernelEnd(end) => done(raw::reboot(RebootCommand::End(*end))),
            Op::Exit { status } => raw::exit(*status),
            Op::SysRq(command) => done(give_sysrq(*command)),
            Op::ResetHardware => done(hardware::reset(ResetChoice::default())),
        }
    }

    fn create_image(&mut self, image: Image) -> Result<()> {
        self.image_place = Some(image::create(image)?);
        Ok(())
    }

    fn become_program(
        &mut self,
        program: &Program,
        arguments: &[Vec<u8>],
        environment: &NullTerminated,
        session: Option<(&Terminal, bool)>,
    ) -> Errno {
        match program {
            Program::Prepared(image) => self.become_image(*image, arguments, environment),
            Program::Paths(paths) => {
                if let Some((terminal, takes_terminal)) = session {
                    enter_session(terminal, takes_terminal);
                }
                become_other(paths, arguments, environment)
            }
        }
    }

    fn become_image(
        &mut self,
        image: Image,
        arguments: &[Vec<u8>],
        environment: &NullTerminated,
    ) -> Errno {
        self.image_place.take().map_or(Errno::EBADF, |place| {
            image::execute(image, place, &NullTerminated::new(arguments), environment)
        })
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// What PID 1's successor finds: a session of its own, as every entry, and its entry's terminal.
fn enter_session(terminal: &Terminal, takes_terminal: bool) {
    let _ = rustix::process::setsid();
    // Without it the successor goes on with what PID 1 has.
    let _ = child::open_terminal(terminal);
    if takes_terminal {
        let _ = rustix::process::ioctl_tiocsctty(raw::standard_stream(0));
    }
}

/// Another program gets the signal mask that the kernel gave to the first init: none blocked.
fn become_other(paths: &[Vec<u8>], arguments: &[Vec<u8>], environment: &NullTerminated) -> Errno {
    let _ = raw::unblock_all_signals();
    let error = child::try_programs(paths, arguments, environment);
    let _ = raw::block_all_signals();
    error
}

fn take_census(thorough: bool) -> Result<Vec<u8>> {
    let mut records = Vec::new();
    census::take_census(thorough, |process| records.extend_from_slice(&process.encode()))?;
    Ok(records)
}

fn kill_argument(whom: Whom) -> i32 {
    // A process id that kill(2) can't take is nobody's: the highest number then finds nobody.
    let number = |pid: u32| i32::try_from(pid).ok().filter(|pid| *pid > 1).unwrap_or(i32::MAX);
    match whom {
        Whom::Everyone => -1,
        Whom::Process(pid) => number(pid),
        Whom::Group(pid) => number(pid).saturating_neg(),
    }
}

fn sync() -> Result<()> {
    rustix::fs::sync();
    Ok(())
}

fn swap_off(path: &[u8]) -> Result<()> {
    let path = CString::new(path).map_err(|_| Errno::EINVAL)?;
    raw::swap_off(&path)
}

/// Documentation/admin-guide/sysrq.rst: a write to the trigger works whatever `kernel.sysrq` says.
fn give_sysrq(command: u8) -> Result<()> {
    let flags = rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::CLOEXEC;
    let trigger = rustix::fs::open("/proc/sysrq-trigger", flags, rustix::fs::Mode::empty())
        .map_err(crate::errno)?;
    files::write_all(&trigger, &[command])
}

fn close(place: &mut Option<OwnedFd>) -> Outcome {
    *place = None;
    Outcome::Done
}

fn done(result: Result<()>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Done)
}

fn answered(result: Result<bool>) -> Outcome {
    result.map_or_else(Outcome::Failed, Outcome::Answer)
}

fn read(result: Result<Vec<u8>>) -> Outcome {
    result.map_or_else(Outcome::Failed, Outcome::Bytes)
}
