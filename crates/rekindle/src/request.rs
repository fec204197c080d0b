//! What a command line asks for, whichever name the program was called by.

use crate::control::ControlCommand;
use crate::program::Program;
use rekindle_core::inittab::Dialect;
use std::ffi::OsString;
use std::path::PathBuf;

/// One thing to do.
#[derive(Debug)]
pub(crate) enum Request {
    /// Load a kernel, in a process of its own.
    Load(LoadRequest),
    /// Be that process.
    LoadHere(LoadHere),
    /// Unload the loaded kernel.
    Unload,
    /// Tell what is loaded and what may be.
    Status { json: bool },
    /// Answer by the exit status of `kexec -S`: 1 if a kernel is loaded.
    QueryLoaded { crash: bool },
    /// Enter the loaded kernel at once, ending nothing first.
    EndKernel { sync: bool },
    /// Check an inittab or a configuration.
    Check(CheckRequest),
    /// Ask process 1 on its control socket.
    Control(ControlCommand),
}

/// Why a command line asks for nothing that could be done.
#[derive(Debug)]
pub(crate) enum NoRequest {
    /// It was understood.
    Refused(String),
    /// It was not, or it asked for help.
    Usage(clap::Error),
}

/// A kernel to be loaded.
#[derive(Debug)]
pub(crate) struct LoadRequest {
    pub(crate) kernel: PathBuf,
    /// In the order in which the next kernel unpacks them.
    pub(crate) initrds: Vec<PathBuf>,
    pub(crate) appended_line: Option<OsString>,
    pub(crate) reuses_line: bool,
    pub(crate) asked_as: Program,
}

/// A kernel and its initrd, both open, and the finished line.
#[derive(Debug)]
pub(crate) struct LoadHere {
    pub(crate) has_initrd: bool,
    pub(crate) line: OsString,
}

/// What is to be checked.
#[derive(Debug)]
pub(crate) struct CheckRequest {
    /// What is installed, if it is not given.
    pub(crate) file: Option<PathBuf>,
    /// It is a configuration, whatever its name.
    pub(crate) configuration: bool,
    pub(crate) json: bool,
    /// An inittab's own, if it is not given.
    pub(crate) dialect: Option<Dialect>,
}
