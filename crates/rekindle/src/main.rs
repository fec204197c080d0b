//! `rekindle`: the tool for people. Called `kexec`, it takes the command line of kexec-tools.
#![forbid(unsafe_code)]

mod check;
mod cli;
mod control;
mod kexec;
mod kexec_tools;
mod output;
mod pid_1;
mod program;
mod request;

use request::{NoRequest, Request};
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let program = program::program_called(&arguments);
    let status = match cli::parse_arguments(program, arguments).map(run) {
        Ok(Ok(status)) => status,
        Ok(Err(reason)) | Err(NoRequest::Refused(reason)) => {
            output::complain(program.name(), &reason)
        }
        Err(NoRequest::Usage(error)) => output::explain_usage(&error),
    };
    if pid_1::is_pid_1() {
        pid_1::reboot_instead(program.name());
    }
    status
}

fn run(request: Request) -> Result<ExitCode, String> {
    match request {
        Request::Load(load) => kexec::load::run(&load),
        Request::LoadHere(load) => Ok(kexec::here::run(&load)),
        Request::Unload => kexec::unload(),
        Request::Status { json } => kexec::status::run(json),
        Request::QueryLoaded { crash } => kexec::status::query(crash),
        Request::EndKernel { sync } => kexec::end_kernel(sync),
        Request::Check(check) => check::run(&check),
        Request::Control(command) => control::run(&command),
    }
}
