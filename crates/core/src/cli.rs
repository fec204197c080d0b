//! The command lines of `reboot`, `halt` and `poweroff`: BusyBox's options and `-k`
//! (BusyBox init/halt.c; `-k` from the 2013 proposal).

use crate::action::Action;
use crate::text::parse_u64;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What such a command does, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Refuse unless a kernel is loaded for kexec.
    RequireLoadedKernel,
    /// Wait this many milliseconds.
    Delay(u64),
    /// Append the shutdown record to wtmp, if there is a wtmp.
    WriteWtmp,
    /// Write all dirty pages back.
    Sync,
    /// Ask PID 1, by its signal for this action.
    AskInit(Action),
    /// Call reboot(2), leaving everything as it is.
    EndKernel(Action),
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// These steps, in order.
    Steps(Vec<Step>),
    /// The help text.
    Help(String),
}

#[derive(Default)]
struct Flags {
    force: bool,
    no_sync: bool,
    wtmp_only: bool,
    kexec: bool,
    help: bool,
    delay_seconds: u64,
}

/// The action of a command called `name`, if it is one of these.
#[must_use]
pub fn command_action(name: &[u8]) -> Option<Action> {
    match name {
        b"reboot" => Some(Action::Reboot),
        b"halt" => Some(Action::Halt),
        b"poweroff" => Some(Action::PowerOff),
        _ => None,
    }
}

/// Reads the arguments of the command that stands for `action`.
///
/// # Errors
/// What is wrong with them, in words.
pub fn parse_end_command(action: Action, arguments: &[&[u8]]) -> Result<Invocation, String> {
    let flags = parse_flags(action, arguments)?;
    if flags.help {
        return Ok(Invocation::Help(render_help(action)));
    }
    let action = if flags.kexec { Action::Kexec } else { action };
    Ok(Invocation::Steps(plan_steps(action, &flags)))
}

fn plan_steps(action: Action, flags: &Flags) -> Vec<Step> {
    let mut steps = Vec::new();
    if flags.kexec && !flags.wtmp_only {
        steps.push(Step::RequireLoadedKernel);
    }
    if flags.delay_seconds > 0 {
        steps.push(Step::Delay(flags.delay_seconds.saturating_mul(1000)));
    }
    steps.push(Step::WriteWtmp);
    if flags.wtmp_only {
        return steps;
    }
    match (flags.force, flags.no_sync) {
        (true, true) => steps.push(Step::EndKernel(action)),
        (true, false) => steps.extend([Step::Sync, Step::EndKernel(action)]),
        // PID 1 begins to write back on its own; a sync here would only let a dead disk
        // keep the request from being made.
        (false, _) => steps.push(Step::AskInit(action)),
    }
    steps
}

fn parse_flags(action: Action, arguments: &[&[u8]]) -> Result<Flags, String> {
    let mut flags = Flags::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            b"--" => break,
            b"--help" => flags.help = true,
            word if word.starts_with(b"--") => return Err(unknown(word)),
            // Operands are ignored, as BusyBox does.
            word => {
                let letters = word.strip_prefix(b"-").unwrap_or_default();
                parse_cluster(action, letters, &mut rest, &mut flags)?;
            }
        }
    }
    Ok(flags)
}

fn parse_cluster<'a>(
    action: Action,
    letters: &[u8],
    rest: &mut impl Iterator<Item = &'a &'a [u8]>,
    flags: &mut Flags,
) -> Result<(), String> {
    let mut left = letters;
    while let Some((&letter, tail)) = left.split_first() {
        left = tail;
        match letter {
            b'f' => flags.force = true,
            b'n' => flags.no_sync = true,
            b'w' => flags.wtmp_only = true,
            b'i' => {}
            b'h' => flags.help = true,
            b'k' if action == Action::Reboot => flags.kexec = true,
            b'd' => {
                let value =
                    if tail.is_empty() { rest.next().copied().unwrap_or_default() } else { tail };
                flags.delay_seconds =
                    parse_u64(value).ok_or("option -d needs a number of seconds")?;
                return Ok(());
            }
            other => return Err(unknown(&[b'-', other])),
        }
    }
    Ok(())
}

fn unknown(option: &[u8]) -> String {
    format!("unknown option {}", crate::text::Shown(option))
}

/// The help text of the command that stands for `action`.
#[must_use]
pub fn render_help(action: Action) -> String {
    let kexec = if action == Action::Reboot {
        "  -k      enter the kernel that was loaded with kexec; refused if none is loaded\n"
    } else {
        ""
    };
    let what = match action {
        Action::Halt => "stop the processor and stay on",
        Action::PowerOff => "switch the machine off",
        Action::Reboot | Action::Kexec | Action::SoftReboot | Action::Restart => {
            "start the machine again"
        }
    };
    format!(
        "usage: {action} [-f] [-n] [-d SEC] [-w] [-i]{}\n\n\
         asks PID 1 to end every service and process, make the disks clean, and then {what}.\n\n\
         \x20 -f      don't ask PID 1: write back and call reboot(2), ending nothing first\n\
         \x20 -n      with -f: don't write back either\n\
         \x20 -d SEC  wait SEC seconds first\n\
         \x20 -w      only write the record in /var/log/wtmp\n\
         \x20 -i      ignored\n{kexec}\
         \x20 --help  show this\n\n\
         exit status: 0 asked, 1 refused or failed or wrong usage\n",
        if kexec.is_empty() { "" } else { " [-k]" },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(action: Action, arguments: &[&str]) -> Result<Vec<Step>, String> {
        let bytes: Vec<&[u8]> = arguments.iter().map(|word| word.as_bytes()).collect();
        match parse_end_command(action, &bytes)? {
            Invocation::Steps(steps) => Ok(steps),
            Invocation::Help(text) => Err(text),
        }
    }

    #[test]
    fn options_mean_what_they_mean_to_busybox() {
        use Step::{AskInit, Delay, EndKernel, RequireLoadedKernel, Sync, WriteWtmp};
        let reboot = |arguments: &[&str]| steps(Action::Reboot, arguments).unwrap();
        assert_eq!(reboot(&[]), [WriteWtmp, AskInit(Action::Reboot)]);
        assert_eq!(reboot(&["-f"]), [WriteWtmp, Sync, EndKernel(Action::Reboot)]);
        assert_eq!(reboot(&["-nfi"]), [WriteWtmp, EndKernel(Action::Reboot)]);
        assert_eq!(reboot(&["-w", "-f"]), [WriteWtmp]);
        assert_eq!(reboot(&["-d", "2"]), [Delay(2000), WriteWtmp, AskInit(Action::Reboot)]);
        assert_eq!(reboot(&["-d2", "now"]), reboot(&["-d", "2"]));
        assert_eq!(reboot(&["-k"]), [RequireLoadedKernel, WriteWtmp, AskInit(Action::Kexec)]);
        assert_eq!(
            reboot(&["-kf"]),
            [RequireLoadedKernel, WriteWtmp, Sync, EndKernel(Action::Kexec)]
        );
    }

    #[test]
    fn wrong_usage_is_named() {
        assert_eq!(steps(Action::Reboot, &["-x"]).unwrap_err(), "unknown option -x");
        assert_eq!(steps(Action::Halt, &["-k"]).unwrap_err(), "unknown option -k");
        assert_eq!(steps(Action::Halt, &["--now"]).unwrap_err(), "unknown option --now");
        assert_eq!(
            steps(Action::Halt, &["-d"]).unwrap_err(),
            "option -d needs a number of seconds"
        );
        assert!(steps(Action::Halt, &["--help"]).unwrap_err().starts_with("usage: halt"));
    }
}
