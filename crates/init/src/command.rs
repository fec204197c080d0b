//! `reboot`, `halt`, `poweroff` and `telinit`, and `init` when it is not process 1.

use alloc::format;
use alloc::string::String;
use rekindle_core::action::Action;
use rekindle_core::brain::{CAN_RESUME, CAN_RESUME_STATUS};
use rekindle_core::cli::{Invocation, Step, Telinit, parse_end_command, parse_telinit};
use rekindle_core::errno::Errno;
use rekindle_core::initctl::{render_environment_request, render_runlevel_request};
use rekindle_core::signal::number::TAKE_OVER;
use rekindle_core::text::Shown;
use rekindle_sys::{client, files, hardware, initctl, raw};

const DONE: u8 = 0;
const FAILED: u8 = 1;

/// How long an end that PID 1 was asked for is awaited: as long as all of it may take by default.
const END_MS: u64 = 120_000;

/// Runs the command `name`, which stands for `action`. Returns its exit status.
#[inline(never)]
pub(crate) fn run(name: &[u8], action: Action, arguments: &[&[u8]], is_in_end: bool) -> u8 {
    match parse_end_command(action, arguments, is_in_end) {
        Ok(Invocation::Help(text)) => {
            print(1, &text);
            DONE
        }
        // BusyBox's status for wrong usage is 1 (libbb/appletlib.c, bb_show_usage).
        Err(text) => complain(name, &format!("{text}; see '{} --help'", Shown(name))),
        Ok(Invocation::Steps(steps)) => run_steps(name, &steps),
    }
}

fn run_steps(name: &[u8], steps: &[Step]) -> u8 {
    for step in steps {
        if let Err(text) = run_step(step) {
            return complain(name, &text);
        }
    }
    DONE
}

fn run_step(step: &Step) -> Result<(), String> {
    match step {
        Step::RequireLoadedKernel => require_loaded_kernel(),
        Step::RequirePorts => hardware::require_ports(),
        Step::ChooseReset(choice) => client::choose_reset(*choice),
        Step::Delay(ms) => {
            client::wait_ms(*ms);
            Ok(())
        }
        // A record that can't be written must not keep a machine from being rebooted.
        Step::WriteWtmp => {
            if let Err(errno) = client::write_wtmp() {
                print(2, &format!("can't write /var/log/wtmp: {errno}; going on\n"));
            }
            Ok(())
        }
        Step::Sync => {
            client::sync();
            Ok(())
        }
        Step::AskInit(action) => client::ask_init(*action).map_err(|errno| match errno {
            Errno::EOPNOTSUPP => {
                format!("process 1 does not listen for {action}; '-f' goes without it")
            }
            other => format!("can't ask process 1 for {action}: {other}"),
        }),
        Step::AwaitEnd => {
            client::wait_ms(END_MS);
            Err(String::from("process 1 has been asked, and the machine has not ended"))
        }
        Step::EndKernel(action) => client::end_kernel(*action)
            .map_err(|errno| format!("the kernel refused to {action}: {errno}")),
        Step::ResetHardware(choice) => Err(match hardware::reset(*choice) {
            Ok(()) => String::from(
                "no way to reset the hardware worked; 'reboot -f' asks the kernel, which has more",
            ),
            Err(errno) => format!("can't reset the hardware: no access to the ports: {errno}"),
        }),
    }
}

fn require_loaded_kernel() -> Result<(), String> {
    match client::is_kernel_loaded() {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(String::from("no kernel is loaded for kexec; load one with 'rekindle kexec load'"))
        }
        Err(errno) => Err(format!("can't read /sys/kernel/kexec_loaded: {errno}")),
    }
}

/// `telinit`, or `init` beside process 1: what is asked of PID 1 goes through sysvinit's FIFO, or
/// without one by the signals that BusyBox's init knows.
#[inline(never)]
pub(crate) fn run_as_init(name: &[u8], arguments: &[&[u8]]) -> u8 {
    if arguments == [CAN_RESUME] {
        return CAN_RESUME_STATUS;
    }
    if let [b"--" | b"-g", ..] = arguments {
        return complain(name, "must be run as process 1 of a PID namespace to run a command");
    }
    let told = parse_telinit(arguments).and_then(|request| tell_init(&request));
    told.map_or_else(|text| complain(name, &text), |()| DONE)
}

fn tell_init(request: &Telinit<'_>) -> Result<(), String> {
    let bytes = match request {
        Telinit::Runlevel { level, sleep_seconds } => {
            Some(render_runlevel_request(*level, *sleep_seconds))
        }
        Telinit::Environment(pairs) => render_environment_request(pairs),
    };
    let bytes = bytes.ok_or("the variables take more than 368 bytes")?;
    match (initctl::write_request(&bytes), request) {
        (Err(Errno::ENOENT), Telinit::Runlevel { level, .. }) => signal_init(*level),
        (Err(errno), _) => Err(format!("can't write to /run/initctl: {errno}")),
        (Ok(()), _) => Ok(()),
    }
}

fn signal_init(level: u8) -> Result<(), String> {
    match level {
        b'0' => run_step(&Step::AskInit(Action::PowerOff)),
        b'6' => run_step(&Step::AskInit(Action::Reboot)),
        b'Q' => raw::kill(1, rekindle_core::signal::number::HUP)
            .map_err(|errno| format!("can't ask process 1 to reload: {errno}")),
        b'U' => raw::kill(1, TAKE_OVER)
            .map_err(|errno| format!("can't ask process 1 to be replaced: {errno}")),
        _ => Err(String::from(
            "process 1 has no runlevels but 0 and 6: its inittab has no initdefault entry",
        )),
    }
}

fn complain(name: &[u8], text: &str) -> u8 {
    print(2, &format!("{}: {text}\n", Shown(name)));
    FAILED
}

/// Output that can't be written is lost: the exit status says the rest.
fn print(stream: u8, text: &str) {
    let _ = files::write_all(raw::standard_stream(stream), text.as_bytes());
}
