//! Being PID 1: inittab's `restart` entry makes this program PID 1 when it says `kexec -f -e`, as
//! petitboot's does. The kernel panics when PID 1 ends, so then the machine is rebooted instead.

use crate::output;
use rekindle_core::host::is_first_pid_namespace;
use rekindle_core::request::Action;
use rekindle_sys::pid1;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;
use std::{fs, process, thread};

/// How long before everything is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// Whether the machine depends on this process. The first process of a container may end.
pub(crate) fn is_pid_1() -> bool {
    let is_machine = fs::read_link("/proc/self/ns/pid")
        .map_or(true, |namespace| is_first_pid_namespace(namespace.as_os_str().as_bytes()));
    process::id() == 1 && is_machine
}

/// Reboots: nobody is left who could do anything else with this machine.
pub(crate) fn reboot_instead(program: &str) -> ! {
    output::complain(program, "this is PID 1, which must not end; rebooting instead");
    loop {
        if let Err(errno) = pid1::end_kernel(Action::Reboot.reboot_command()) {
            output::complain(program, &format!("can't reboot: {errno}; trying sysrq"));
        }
        // Documentation/admin-guide/sysrq.rst: works whatever `kernel.sysrq` says.
        if let Err(error) = fs::write("/proc/sysrq-trigger", "b") {
            let reason = output::words(&error);
            output::complain(program, &format!("can't reboot by sysrq: {reason}; trying again"));
        }
        thread::sleep(AGAIN);
    }
}
