//! The programs that PID 1 becomes.

use crate::Result;
use crate::child::{EXIT_CANNOT_RUN, execute_first, open_streams, open_terminal};
use crate::handover;
use crate::raw::{self, NullTerminated};
use crate::reap::{Reaped, wait_one};
use crate::self_copy;
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::event::ExitStatus;
use rekindle_core::op::{Become, Program, Session};
use rekindle_core::takeover::{CAN_TAKE_OVER, CAN_TAKE_OVER_STATUS};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::FdFlags;

/// Executes another program in this process. `place` is that of the copy of this program, which is
/// used up by it; what is `carried` it finds open, and an argument for each. Returns only on failure, with
/// all as it was but for that and the session.
#[inline(never)]
pub(crate) fn become_program(
    order: &Become,
    place: &mut Option<OwnedFd>,
    carried: &[(Vec<u8>, BorrowedFd<'_>)],
) -> Errno {
    let handed_over = match order.handed_over.as_deref().map(handover::hand_over).transpose() {
        Ok(handed_over) => handed_over,
        Err(errno) => return errno,
    };
    let mut arguments = order.arguments.clone();
    arguments.extend(carried.iter().map(|(argument, _)| argument.clone()));
    arguments.extend(handed_over.as_ref().map(handover::argument));
    if let Some(session) = &order.session {
        enter_session(session);
    }
    if !order.keeps_signals {
        let _ = raw::unblock_all_signals();
    }
    if let Some(memfd) = &handed_over {
        handover::let_through(memfd);
    }
    set_flags(carried, FdFlags::empty());
    let errno = execute(&order.program, &arguments, &order.environment, place);
    let _ = raw::block_all_signals();
    set_flags(carried, FdFlags::CLOEXEC);
    errno
}

/// Lets them through to the program that is executed next, or keeps them here (fcntl(2), F_SETFD).
fn set_flags(carried: &[(Vec<u8>, BorrowedFd<'_>)], flags: FdFlags) {
    for (_, descriptor) in carried {
        // It can't fail for an open descriptor.
        let _ = rustix::io::fcntl_setfd(*descriptor, flags);
    }
}

fn execute(
    program: &Program,
    arguments: &[Vec<u8>],
    environment: &[Vec<u8>],
    place: &mut Option<OwnedFd>,
) -> Errno {
    let environment = NullTerminated::new(environment);
    match program {
        Program::Prepared(kind) => place.take().map_or(Errno::EBADF, |place| {
            self_copy::execute(*kind, place, &NullTerminated::new(arguments), &environment)
        }),
        Program::Paths(paths) => execute_first(paths, arguments, &environment),
    }
}

/// What PID 1's successor finds: a session of its own, as every entry, and its entry's terminal.
fn enter_session(session: &Session) {
    let _ = rustix::process::setsid();
    // Without it the successor goes on with what PID 1 has.
    let _ = open_terminal(&session.terminal);
    if session.takes_terminal {
        let _ = rustix::process::ioctl_tiocsctty(raw::standard_stream(0));
    }
}

/// Runs `path` beside PID 1 with the question whether it can take over. Its output goes nowhere.
pub(crate) fn ask_successor(path: &[u8]) -> Result<()> {
    if raw::fork()?.is_some() {
        return match wait_one() {
            Some(Reaped::Child { status: ExitStatus::Exited(CAN_TAKE_OVER_STATUS), .. }) => Ok(()),
            _ => Err(Errno::ENOEXEC),
        };
    }
    let _ = open_streams(b"/dev/null", OFlags::NOCTTY);
    let question = Vec::from([b"init".to_vec(), CAN_TAKE_OVER.to_vec()]);
    let _ = execute_first(&[path.to_vec()], &question, &NullTerminated::new(&[]));
    raw::exit(EXIT_CANNOT_RUN);
}
