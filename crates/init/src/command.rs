//! `reboot`, `halt`, `poweroff` and `telinit`, and `init` when it is not process 1.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use rekindle_core::control::{render_end, render_telinit};
use rekindle_core::errno::Errno;
use rekindle_core::hardware::{ResetChoice, plan_choice, refuse_value};
use rekindle_core::request::asking::{
    ANSWER_MS, Asking, LINGER_MS, TelinitAsking, judge_answer, judge_asking, judge_loaded_kernel,
    plan_asking, plan_telinit, plan_telinit_without_initctl,
};
use rekindle_core::request::options::{
    Invocation, Step, Telinit, parse_end_command, parse_telinit, plan_request,
};
use rekindle_core::request::refusal::{Next, What, Why};
use rekindle_core::request::{Action, Refusal, Urgency};
use rekindle_core::takeover::{CAN_TAKE_OVER, CAN_TAKE_OVER_STATUS};
use rekindle_core::text::Shown;
use rekindle_sys::control::Connection;
use rekindle_sys::sleep::wait_ms;
use rekindle_sys::{files, hardware, initctl, pid1, raw};

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
        Err(text) => {
            let command = Shown(name).to_string();
            complain(name, &Refusal::wrong_usage(&text, Some(&command)))
        }
        Ok(Invocation::Steps(steps)) => finish(name, run_steps(&steps)),
    }
}

fn run_steps(steps: &[Step]) -> Result<(), Refusal> {
    steps.iter().try_for_each(run_step)
}

fn run_step(step: &Step) -> Result<(), Refusal> {
    match step {
        Step::RequireLoadedKernel => judge_loaded_kernel(pid1::is_kernel_loaded().into(), None),
        Step::RequirePorts => hardware::require_ports(),
        Step::ChooseReset(choice) => choose_reset(*choice),
        Step::Delay(ms) => {
            wait_ms(*ms);
            Ok(())
        }
        Step::WriteWtmp => {
            write_wtmp();
            Ok(())
        }
        Step::Sync => {
            pid1::sync();
            Ok(())
        }
        Step::AskInit(action) => ask(*action),
        Step::AwaitEnd => {
            wait_ms(END_MS);
            Err(Refusal::because(What::End, Why::NotEnded))
        }
        Step::EndKernel(action) => pid1::end_kernel(action.reboot_command())
            .map_err(|errno| Refusal::failed(What::RebootCommand(*action), errno)),
        Step::ResetHardware(choice) => Err(reset_hardware(*choice)),
    }
}

/// A record that can't be written must not keep a machine from being rebooted.
fn write_wtmp() {
    if let Err(errno) = pid1::write_wtmp() {
        print(2, &format!("can't write /var/log/wtmp: {errno}; going on\n"));
    }
}

/// Opens every file before the first is written.
fn choose_reset(choice: ResetChoice) -> Result<(), Refusal> {
    let mut opened = Vec::new();
    for (file, value) in plan_choice(choice) {
        let setting = pid1::open_setting(file.path()).map_err(|errno| file.refuse_choice(errno))?;
        opened.push((setting, value));
    }
    for (setting, value) in opened {
        files::write_all(&setting, value.as_bytes()).map_err(|errno| refuse_value(value, errno))?;
    }
    Ok(())
}

/// Comes back only if the machine goes on.
fn reset_hardware(choice: ResetChoice) -> Refusal {
    match hardware::reset(choice) {
        Ok(()) => Refusal {
            next: Next::AskKernelForMore,
            ..Refusal::because(What::Hardware, Why::NothingWorked)
        },
        Err(errno) => Refusal::because(What::Hardware, Why::NoAccess(errno)),
    }
}

/// Asks process 1 on its control socket. `None` if that has to be done in another way.
fn ask_on_socket(frame: &[u8]) -> Option<Result<(), Refusal>> {
    let answered = Connection::open().and_then(|connection| connection.ask(frame, ANSWER_MS));
    judge_answer(answered.as_deref().map_err(|errno| *errno))
}

fn ask(action: Action) -> Result<(), Refusal> {
    if let Some(told) = ask_on_socket(&render_end(action, Urgency::Orderly)) {
        return told;
    }
    let signs = pid1::read_signs();
    let asked = match plan_asking(action, &signs) {
        Asking::Signal(number) => pid1::signal(number).map(|()| wait_ms(LINGER_MS)),
        Asking::Initctl(requests) => {
            requests.iter().try_for_each(|request| initctl::write_request(request))
        }
        Asking::Refused(refusal) => return Err(refusal),
    };
    asked.map_err(|errno| judge_asking(action, &signs, errno))
}

/// `telinit`, or `init` beside process 1: what is asked of PID 1 goes through sysvinit's FIFO, or
/// without one by a signal that its init knows.
#[inline(never)]
pub(crate) fn run_as_init(name: &[u8], arguments: &[&[u8]]) -> u8 {
    if arguments == [CAN_TAKE_OVER] {
        return CAN_TAKE_OVER_STATUS;
    }
    if let [b"--" | b"-g", ..] = arguments {
        return complain(name, &Refusal::because(What::Command, Why::NotProcess1));
    }
    let request = parse_telinit(arguments).map_err(|text| Refusal::wrong_usage(&text, None));
    finish(name, request.and_then(|request| tell_init(&request)))
}

fn tell_init(request: &Telinit<'_>) -> Result<(), Refusal> {
    let bytes = plan_telinit(request)?;
    if let Some(told) = ask_on_socket(&render_telinit(&bytes)) {
        return told;
    }
    match initctl::write_request(&bytes) {
        Err(Errno::ENOENT) => tell_init_without_initctl(request),
        told => told.map_err(|errno| Refusal::failed(What::Initctl, errno)),
    }
}

fn tell_init_without_initctl(request: &Telinit<'_>) -> Result<(), Refusal> {
    match plan_telinit_without_initctl(request, &pid1::read_signs()) {
        TelinitAsking::End(action) => run_steps(&plan_request(action)),
        TelinitAsking::Signal(number, what) => {
            pid1::signal(number).map_err(|errno| Refusal::failed(what, errno))
        }
        TelinitAsking::Refused(refusal) => Err(refusal),
    }
}

fn finish(name: &[u8], told: Result<(), Refusal>) -> u8 {
    told.map_or_else(|refusal| complain(name, &refusal), |()| DONE)
}

fn complain(name: &[u8], refusal: &Refusal) -> u8 {
    print(2, &format!("{}: {refusal}\n", Shown(name)));
    FAILED
}

/// Output that can't be written is lost: the exit status says the rest.
fn print(stream: u8, text: &str) {
    let _ = files::write_all(raw::standard_stream(stream), text.as_bytes());
}
