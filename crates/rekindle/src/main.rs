//! `rekindle`: the tool for people. Called `kexec`, it takes the command line of kexec-tools.
#![forbid(unsafe_code)]

mod check;
mod cli;
mod kexec;
mod kexec_tools;
mod output;
mod request;

use request::Request;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let program = cli::program_called(&arguments);
    match cli::parse_arguments(program, arguments).and_then(run) {
        Ok(status) => status,
        Err(reason) => output::complain(program.name(), &reason),
    }
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
    }
}
