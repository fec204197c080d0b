//! Executing the first of several programs.

use crate::limits;
use crate::path::c_path;
use crate::raw::{self, NullTerminated};
use alloc::vec::Vec;
use rekindle_core::errno::Errno;

/// execvp(3): each path in turn, a script without `#!` through the shell. Returns the error that
/// says most.
pub(crate) fn execute_first(
    programs: &[Vec<u8>],
    arguments: &[Vec<u8>],
    environment: &NullTerminated,
) -> Errno {
    limits::put_back();
    let mut worst = Errno::ENOENT;
    for program in programs {
        let Ok(path) = c_path(program) else { continue };
        let mut error = raw::execute(&path, &NullTerminated::new(arguments), environment);
        if error == Errno::ENOEXEC {
            let mut script = Vec::from([b"/bin/sh".to_vec(), program.clone()]);
            for argument in arguments.iter().skip(1) {
                script.push(argument.clone());
            }
            error = raw::execute(c"/bin/sh", &NullTerminated::new(&script), environment);
        }
        if error != Errno::ENOENT {
            worst = error;
        }
    }
    limits::raise_again();
    worst
}
