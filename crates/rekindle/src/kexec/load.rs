//! `rekindle kexec load`: every check that can be made, then the load in a process of its own.

use super::facts::{read_facts, read_memory};
use super::initrd::{Part, join_parts, open_parts, total_bytes};
use super::kernel::{Kernel, open_kernel};
use crate::output::{self, shown, words};
use crate::program::{LOAD_HERE, Program};
use crate::request::LoadRequest;
use kernel_image::bzimage::BzImage;
use kernel_image::command_line::{check_command_line, plan_command_line};
use kernel_image::load_error::{KILLED_FOR_MEMORY, explain_load_error};
use kernel_image::memory::{LoadSize, check_memory};
use rekindle_core::errno::Errno;
use rekindle_core::signal::number::KILL;
use rekindle_core::text::Shown;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// Loads the kernel, or says why not. A kernel that was loaded before stays until a load succeeds.
pub(crate) fn run(request: &LoadRequest) -> Result<ExitCode, String> {
    let fail = |reason: String| format!("can't load {}: {reason}", shown(&request.kernel));
    let kernel = open_kernel(&request.kernel)?;
    let line = plan_line(request)?;
    check_command_line(&line, kernel.header.command_line_most_bytes).map_err(fail)?;
    let parts = open_parts(&request.initrds)?;
    check_room(&kernel, &parts).map_err(fail)?;
    let initrd = join_parts(parts)?;
    warn_if_empty(request);
    let status = load_in_child(kernel.file, initrd, &line).map_err(fail)?;
    judge_status(status, &kernel.header).map_err(fail)?;
    announce(request, &kernel.header)?;
    Ok(ExitCode::SUCCESS)
}

fn plan_line(request: &LoadRequest) -> Result<Vec<u8>, String> {
    let running = if request.reuses_line { Some(read_running_line()?) } else { None };
    let appended = request.appended_line.as_deref().unwrap_or_default();
    Ok(plan_command_line(running.as_deref(), appended.as_bytes()))
}

fn read_running_line() -> Result<Vec<u8>, String> {
    let fail = |error| {
        format!("can't reuse /proc/cmdline: {}; give the line with --append", words(&error))
    };
    fs::read("/proc/cmdline").map_err(fail)
}

fn warn_if_empty(request: &LoadRequest) {
    if request.appended_line.is_none() && !request.reuses_line {
        output::warn(
            request.asked_as.name(),
            "neither --append nor --reuse-cmdline: the next kernel gets an empty command line",
        );
    }
}

/// Where /proc/meminfo can't be read, the load is tried: it can end only the child.
fn check_room(kernel: &Kernel, parts: &[Part]) -> Result<(), String> {
    let initrd_bytes = total_bytes(parts);
    let size = LoadSize {
        kernel_bytes: kernel.file_bytes,
        init_bytes: kernel.header.init_bytes.into(),
        initrd_bytes,
        copied_bytes: if parts.len() > 1 { initrd_bytes } else { 0 },
    };
    read_memory().map_or(Ok(()), |memory| check_memory(&size, &memory))
}

/// Runs this program once more (see [`super::here`]). The files are handed over open, so that
/// what was checked is what is loaded.
fn load_in_child(kernel: File, initrd: Option<File>, line: &[u8]) -> Result<ExitStatus, String> {
    let mut child = Command::new("/proc/self/exe");
    child.arg(LOAD_HERE).stdin(kernel).stdout(Stdio::null());
    if let Some(initrd) = initrd {
        child.arg("--initrd").stdout(initrd);
    }
    child.arg("--").arg(OsStr::from_bytes(line));
    child
        .status()
        .map_err(|error| format!("can't start the process that loads it: {}", words(&error)))
}

fn judge_status(status: ExitStatus, header: &BzImage) -> Result<(), String> {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => {
            let errno = u16::try_from(code).map_or(Errno::EIO, Errno);
            Err(explain_load_error(errno, &read_facts(), header))
        }
        (None, Some(signal)) if signal == i32::from(KILL) => Err(String::from(KILLED_FOR_MEMORY)),
        (None, signal) => Err(format!(
            "the process that loads it was ended by signal {}",
            signal.unwrap_or_default()
        )),
    }
}

fn announce(request: &LoadRequest, header: &BzImage) -> Result<(), String> {
    // kexec-tools says nothing when all went well.
    if request.asked_as == Program::Kexec {
        return Ok(());
    }
    let release = header.release().map(|release| format!(" ({})", Shown(release)));
    let release = release.unwrap_or_default();
    output::print(&format!("loaded {}{release}; 'reboot -k' enters it\n", shown(&request.kernel)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel_image::bzimage::LoadAbilities;

    fn header() -> BzImage {
        BzImage {
            protocol_version: 0x020f,
            setup_sectors: 4,
            code_paragraphs: 0,
            is_loaded_high: true,
            load_abilities: LoadAbilities(0x7f),
            command_line_most_bytes: 2047,
            payload_offset: 0,
            payload_bytes: 0,
            init_bytes: 0,
            version_string: None,
        }
    }

    #[test]
    fn the_end_of_the_child_tells_how_the_load_went() {
        let exited = |code: i32| judge_status(ExitStatus::from_raw(code << 8), &header());
        assert_eq!(exited(0), Ok(()));
        let text = "its signature is damaged; copy or install the kernel again (EBADMSG)";
        assert_eq!(exited(74).unwrap_err(), text);
        let killed =
            |signal: i32| judge_status(ExitStatus::from_raw(signal), &header()).unwrap_err();
        assert_eq!(killed(9), KILLED_FOR_MEMORY);
        assert_eq!(killed(15), "the process that loads it was ended by signal 15");
    }
}
