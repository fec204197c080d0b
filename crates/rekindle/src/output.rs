//! Lines for people, in one grammar: `PROGRAM: what: why; what next`.

use rekindle_core::errno::Errno;
use rekindle_core::text::Shown;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;

/// Says why something was refused or failed.
pub(crate) fn complain(program: &str, reason: &str) -> ExitCode {
    // Where standard error can't be written, the exit status says it.
    let _ = writeln!(io::stderr(), "{program}: {reason}");
    ExitCode::FAILURE
}

/// Says what is wrong with a command line, or gives the help that it asked for.
pub(crate) fn explain_usage(error: &clap::Error) -> ExitCode {
    // Where it can't be written, the exit status says it.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Says what is worth knowing about something that goes on.
pub(crate) fn warn(program: &str, text: &str) {
    let _ = writeln!(io::stderr(), "{program}: warning: {text}");
}

/// Writes the result of the command.
pub(crate) fn print(text: &str) -> Result<(), String> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| format!("can't write the result: {}", words(&error)))
}

/// A path, safe for a terminal.
pub(crate) fn shown(path: &Path) -> Shown<'_> {
    Shown(path.as_os_str().as_bytes())
}

/// An error in our words, with its name.
pub(crate) fn words(error: &io::Error) -> String {
    let number = error.raw_os_error().and_then(|number| u16::try_from(number).ok());
    number.map_or_else(|| error.to_string(), |number| Errno(number).to_string())
}
