//! `rekindle check`: an inittab or a configuration, as init reads it.

mod configuration;
mod inittab;

use crate::request::CheckRequest;
use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

/// Where init finds what to run.
const INITTAB: &str = "/etc/inittab";

/// Prints what is in the file, or without one what is installed, and the problems, which make the exit
/// status 1.
pub(crate) fn run(request: &CheckRequest) -> Result<ExitCode, String> {
    let is_good = match request.file.as_deref() {
        Some(file) if is_configuration(file, request) => {
            configuration::check_file(file, request.json)?
        }
        Some(file) => inittab::check(file, request.dialect, request.json)?,
        None => check_installed(request)?,
    };
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Only an inittab has a dialect.
fn is_configuration(file: &Path, request: &CheckRequest) -> bool {
    let is_named_so = file.extension() == Some(OsStr::new("conf"));
    request.configuration || is_named_so && request.dialect.is_none()
}

/// The configuration first: it may say in which dialect inittab is read.
fn check_installed(request: &CheckRequest) -> Result<bool, String> {
    let (is_good, dialect) = configuration::check_installed(request.json)?;
    if request.configuration {
        return Ok(is_good);
    }
    let dialect = request.dialect.or(dialect);
    Ok(inittab::check(Path::new(INITTAB), dialect, request.json)? && is_good)
}
