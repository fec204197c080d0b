//! The command line of kexec-tools, as far as scripts use it to load a kernel (kexec(8)).

use crate::pid_1;
use crate::program::Program;
use crate::request::{LoadRequest, NoRequest, Request};
use clap::Parser;
use std::ffi::OsString;
use std::path::PathBuf;

/// Loads the kernel that 'reboot -k' enters, by the options of kexec-tools.
#[derive(Debug, Parser)]
#[command(
    name = "kexec",
    color = clap::ColorChoice::Never,
    version,
    after_help = "exit status: 0 done, 1 refused or failed, 2 wrong usage; of -S: 1 loaded, 0 not"
)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of kexec-tools")]
struct KexecOptions {
    /// Load a kernel
    #[arg(short, long, group = "what")]
    load: bool,
    /// Unload the loaded kernel
    #[arg(short, long, group = "what")]
    unload: bool,
    /// With -f: enter the loaded kernel at once, ending no process and unmounting nothing
    #[arg(short, long, group = "what")]
    exec: bool,
    /// Exit with 1 if a crash kernel is loaded, or with -l if a kernel is; with 0 if not
    #[arg(short = 'S', long, group = "what")]
    status: bool,
    /// Crash kernels are not loaded by this program
    #[arg(short = 'p', long, group = "what")]
    load_panic: bool,
    /// Mean it: see -e
    #[arg(short, long)]
    force: bool,
    /// Load with kexec_file_load, as is always done
    #[arg(short = 's', long)]
    kexec_file_syscall: bool,
    /// Load with kexec_file_load, as is always done
    #[arg(short = 'a', long)]
    kexec_syscall_auto: bool,
    /// Load with kexec_load: refused
    #[arg(short = 'c', long)]
    kexec_syscall: bool,
    /// With -e: don't write dirty pages back first
    #[arg(short = 'y', long)]
    no_sync: bool,
    /// Ignored
    #[arg(short = 'x', long)]
    no_ifdown: bool,
    /// Ignored: a kernel is always checked
    #[arg(short = 'i', long)]
    no_checks: bool,
    /// Ignored
    #[arg(short, long)]
    debug: bool,
    /// The kernel's type
    #[arg(short = 't', long = "type", value_name = "TYPE", value_parser = ["bzImage", "bzImage64"])]
    kernel_type: Option<String>,
    /// An initrd; several are put together in this order
    #[arg(long, alias = "ramdisk", value_name = "FILE")]
    initrd: Vec<PathBuf>,
    /// The next kernel's command line, or with --reuse-cmdline its end
    #[arg(long, alias = "command-line", value_name = "LINE", allow_hyphen_values = true)]
    append: Option<OsString>,
    /// Use the running kernel's command line again
    #[arg(long)]
    reuse_cmdline: bool,
    /// The kernel: a bzImage
    #[arg(required_unless_present_any = ["unload", "exec", "status", "load_panic"])]
    kernel: Option<PathBuf>,
}

/// Reads the command line.
pub(crate) fn parse_arguments(arguments: Vec<OsString>) -> Result<Request, NoRequest> {
    let options = KexecOptions::try_parse_from(arguments).map_err(NoRequest::Usage)?;
    plan_request(options, pid_1::is_pid_1()).map_err(NoRequest::Refused)
}

/// Chooses what is done, or says why it is not, with the way to what was wanted. As PID 1 there is no
/// service left to stop, so that -e needs no -f.
fn plan_request(options: KexecOptions, is_pid_1: bool) -> Result<Request, String> {
    match (options.exec, options.kernel) {
        // -S supersedes everything; the type it asks for is "crash" unless -l is there (kexec(8)).
        _ if options.status => Ok(Request::QueryLoaded { crash: !options.load }),
        _ if options.load_panic => {
            refuse("crash kernels are not loaded by this program; use kexec-tools")
        }
        _ if options.kexec_syscall => {
            refuse("-c asks for kexec_load, which is not used here; leave it out or use -s")
        }
        (true, None) if options.force || is_pid_1 => {
            Ok(Request::EndKernel { sync: !options.no_sync })
        }
        (true, None) => refuse(
            "-e would stop no service and unmount nothing; use 'reboot -k', or add -f to do it all the same",
        ),
        (true, Some(_)) => refuse("-e takes no kernel; load it with -l, then use 'reboot -k'"),
        (false, _) if options.unload => Ok(Request::Unload),
        (false, _) if options.force => {
            refuse("-f would enter the kernel at once; load it with -l, then use 'reboot -k'")
        }
        (false, Some(kernel)) => Ok(Request::Load(LoadRequest {
            kernel,
            initrds: options.initrd,
            appended_line: options.append,
            reuses_line: options.reuse_cmdline,
            asked_as: Program::Kexec,
        })),
        (false, None) => refuse("no kernel to load; name one behind -l"),
    }
}

fn refuse(reason: &str) -> Result<Request, String> {
    Err(String::from(reason))
}
