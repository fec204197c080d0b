//! `rekindle kexec`: the kernel that `reboot -k` enters.

mod facts;
pub(crate) mod here;
mod initrd;
mod kernel;
pub(crate) mod load;
pub(crate) mod status;

use kernel_image::load_error::explain_unload_error;
use rekindle_core::request::refusal::What;
use rekindle_core::request::{Action, Refusal};
use rekindle_sys::pid1;
use std::process::ExitCode;

/// Unloads the loaded kernel.
pub(crate) fn unload() -> Result<ExitCode, String> {
    rekindle_sys::kexec::unload().map_err(|errno| {
        let reason = explain_unload_error(errno, &facts::read_facts());
        format!("can't unload the next kernel: {reason}")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Enters the loaded kernel at once. Comes back only on failure.
pub(crate) fn end_kernel(sync: bool) -> Result<ExitCode, String> {
    if pid1::is_kernel_loaded() == Ok(false) {
        return Err(String::from("no kernel is loaded; load one with -l"));
    }
    if sync {
        pid1::sync();
    }
    match pid1::end_kernel(Action::Kexec.reboot_command()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(errno) => Err(Refusal::failed(What::RebootCommand(Action::Kexec), errno).to_string()),
    }
}
