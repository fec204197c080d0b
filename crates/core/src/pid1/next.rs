//! What a stage answers to a step: what comes next.

use super::preflight::Preflight;
use super::provisions::Provisions;
use super::self_copy::Way;
use super::serve::Supervision;
use super::start::StartArguments;
use crate::handover::Handover;
use crate::inittab::Table;
use crate::request::Request;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What comes next.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// The stage goes on.
    Stay,
    /// The machine boots after all.
    Boot(StartArguments),
    /// The boot has found what to run.
    Serve(Box<Booted>),
    /// A request was accepted, and nothing has been served.
    End(Box<Accepted>),
    /// A request was accepted: what is served goes on until its end.
    StopServing(Request),
    /// PID 1 is about to become a new version of itself: nobody who asks for something must be lost.
    TakeOver,
    /// PID 1 is about to enter its last stage by this way; the same.
    Door(Way),
    /// The last stage begins in place.
    Last(Box<Handover>),
}

/// What a boot has found.
#[derive(Clone, Debug)]
pub(crate) struct Booted {
    /// What PID 1 was started with.
    pub(crate) start: StartArguments,
    /// What BusyBox's children get as their environment.
    pub(crate) environment: Vec<Vec<u8>>,
    /// The consoles besides /dev/console.
    pub(crate) consoles: Vec<Vec<u8>>,
    /// What is to run.
    pub(crate) table: Table,
}

/// An accepted request, with all that goes on running.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) request: Request,
    pub(crate) supervision: Supervision,
    pub(crate) provisions: Provisions,
    /// Requests that are still being judged.
    pub(crate) preflight: Preflight,
}
