//! The command line of `rekindle`.

use crate::control::{ControlCommand, EntryName};
use crate::kexec_tools;
use crate::program::{LOAD_HERE, Program};
use crate::request::{CheckRequest, LoadHere, LoadRequest, NoRequest, Request};
use clap::{Args, Parser, Subcommand};
use rekindle_core::control::EntryVerb;
use rekindle_core::inittab::Dialect;
use std::ffi::OsString;
use std::path::PathBuf;

/// Shows and steers init, loads the kernel that 'reboot -k' enters, and checks inittabs and configurations.
#[derive(Debug, Parser)]
#[command(
    name = "rekindle",
    color = clap::ColorChoice::Never,
    version,
    after_help = "exit status: 0 done, 1 refused or failed, 2 wrong usage"
)]
struct RekindleOptions {
    #[command(subcommand)]
    command: RekindleCommand,
}

#[derive(Debug, Subcommand)]
enum RekindleCommand {
    /// Show init and its entries, an end under way, what is loaded and what is set
    Status {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print each line that init says, as it says it
    Watch,
    /// Keep an entry of inittab from being started again; what runs goes on
    Hold(EntryOptions),
    /// Let an entry that is held be started again
    Release(EntryOptions),
    /// End the process of an entry and start it again at once
    Restart(EntryOptions),
    /// Load, unload and show the next kernel
    #[command(subcommand)]
    Kexec(KexecCommand),
    /// Read an inittab or a configuration as init does, and print what it says and its problems
    Check {
        /// The file; without one, /etc/inittab and the configuration as they are installed
        file: Option<PathBuf>,
        /// The file is a configuration, as one whose name ends in .conf is without this
        #[arg(long, conflicts_with = "dialect")]
        configuration: bool,
        /// Print each entry or value as a JSON object on a line of its own
        #[arg(long)]
        json: bool,
        /// busybox or sysvinit; without it, what an initdefault entry makes of the file
        #[arg(long, value_parser = parse_dialect)]
        dialect: Option<Dialect>,
    },
    #[command(name = LOAD_HERE, hide = true)]
    LoadHere {
        #[arg(long)]
        initrd: bool,
        line: OsString,
    },
}

#[derive(Debug, Subcommand)]
enum KexecCommand {
    /// Load a kernel, to be entered by 'reboot -k'
    Load(LoadOptions),
    /// Unload the loaded kernel
    Unload,
    /// Show what is loaded and what the running kernel allows
    Status {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct EntryOptions {
    /// The entry: its id in inittab, or the path or name of its program
    entry: Option<OsString>,
    /// The entry on this line of inittab
    #[arg(long, value_name = "N")]
    line: Option<u32>,
}

#[derive(Args, Debug)]
struct LoadOptions {
    /// The kernel: a bzImage
    kernel: PathBuf,
    /// An initrd; several are put together in this order
    #[arg(long, value_name = "FILE")]
    initrd: Vec<PathBuf>,
    /// The next kernel's command line, or with --reuse-cmdline its end
    #[arg(long, value_name = "LINE", allow_hyphen_values = true)]
    append: Option<OsString>,
    /// Use the running kernel's command line again
    #[arg(long)]
    reuse_cmdline: bool,
}

/// As in `rekindle.dialect=` on the kernel's line.
fn parse_dialect(name: &str) -> Result<Dialect, String> {
    let dialect = Dialect::parse_name(name.as_bytes());
    dialect.ok_or_else(|| "the dialects are busybox and sysvinit".to_owned())
}

/// Reads the command line.
pub(crate) fn parse_arguments(
    program: Program,
    arguments: Vec<OsString>,
) -> Result<Request, NoRequest> {
    match program {
        Program::Rekindle => RekindleOptions::try_parse_from(arguments)
            .map(|options| options.command.into())
            .map_err(NoRequest::Usage),
        Program::Kexec => kexec_tools::parse_arguments(arguments),
    }
}

impl From<RekindleCommand> for Request {
    fn from(command: RekindleCommand) -> Self {
        match command {
            RekindleCommand::Status { json } => Self::Control(ControlCommand::Status { json }),
            RekindleCommand::Watch => Self::Control(ControlCommand::Watch),
            RekindleCommand::Hold(options) => options.plan_order(EntryVerb::Hold),
            RekindleCommand::Release(options) => options.plan_order(EntryVerb::Release),
            RekindleCommand::Restart(options) => options.plan_order(EntryVerb::Restart),
            RekindleCommand::Kexec(KexecCommand::Load(options)) => Self::Load(options.into()),
            RekindleCommand::Kexec(KexecCommand::Unload) => Self::Unload,
            RekindleCommand::Kexec(KexecCommand::Status { json }) => Self::Status { json },
            RekindleCommand::Check { file, configuration, json, dialect } => {
                Self::Check(CheckRequest { file, configuration, json, dialect })
            }
            RekindleCommand::LoadHere { initrd, line } => {
                Self::LoadHere(LoadHere { has_initrd: initrd, line })
            }
        }
    }
}

impl EntryOptions {
    /// One of both is there.
    fn plan_order(self, verb: EntryVerb) -> Request {
        let by_name = EntryName::Name(self.entry.unwrap_or_default());
        let entry = self.line.map_or(by_name, EntryName::Line);
        Request::Control(ControlCommand::Order { verb, entry })
    }
}

impl From<LoadOptions> for LoadRequest {
    fn from(options: LoadOptions) -> Self {
        Self {
            kernel: options.kernel,
            initrds: options.initrd,
            appended_line: options.append,
            reuses_line: options.reuse_cmdline,
            asked_as: Program::Rekindle,
        }
    }
}
