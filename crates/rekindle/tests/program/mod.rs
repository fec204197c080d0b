//! Runs the program and keeps what it said.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run ended with: exit status, standard output, standard error.
pub(crate) type Ran = (i32, String, String);

/// Runs `rekindle` in a folder, so that messages name short paths.
pub(crate) fn run_in(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Ran {
    ran(program().current_dir(folder).args(arguments))
}

/// Runs it under another name.
#[allow(dead_code, reason = "each test file is a program of its own")]
pub(crate) fn run_as(name: &str, folder: &Path, arguments: &[&str]) -> Ran {
    ran(program().arg0(name).current_dir(folder).args(arguments))
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rekindle"))
}

fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("the program can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("not ended by a signal"), text(stdout), text(stderr))
}

/// Writes a file and returns its path.
#[allow(dead_code, reason = "each test file is a program of its own")]
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}
