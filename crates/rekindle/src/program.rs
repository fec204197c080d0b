//! The names that the program is called by.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The name of the hidden command that [`crate::request::Request::LoadHere`] is started by.
pub(crate) const LOAD_HERE: &str = "load-here";

/// What the program was called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Rekindle,
    Kexec,
}

impl Program {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rekindle => "rekindle",
            Self::Kexec => "kexec",
        }
    }
}

/// Which program the last part of argv[0] names.
pub(crate) fn program_called(arguments: &[OsString]) -> Program {
    let name = arguments.first().and_then(|path| Path::new(path).file_name());
    if name == Some(OsStr::new("kexec")) { Program::Kexec } else { Program::Rekindle }
}
