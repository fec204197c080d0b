//! The command lines of `reboot`, `halt` and `poweroff`: BusyBox's options, sysvinit's, and `-k`
//! (BusyBox init/halt.c; halt(8) of sysvinit; `-k` from the 2013 proposal), and how the hardware is
//! reset.

use crate::hardware::ResetChoice;
use crate::request::Action;
use crate::text::{after, cut, parse_u64, word};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::iter::Peekable;

mod help;
mod telinit;

pub use help::render_help;
pub use telinit::{Telinit, parse_telinit};

/// What such a command does, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Refuse unless a kernel is loaded for kexec.
    RequireLoadedKernel,
    /// Refuse unless a process may use the ports.
    RequirePorts,
    /// Tell the kernel how it is to reset the machine.
    ChooseReset(ResetChoice),
    /// Wait this many milliseconds.
    Delay(u64),
    /// Append the shutdown record to wtmp, if there is a wtmp.
    WriteWtmp,
    /// Write all dirty pages back.
    Sync,
    /// Ask PID 1, by its signal for this action.
    AskInit(Action),
    /// Wait for the end that PID 1 was asked for, and fail if it does not come.
    AwaitEnd,
    /// Call reboot(2), leaving everything as it is.
    EndKernel(Action),
    /// Reset the hardware by the ports, leaving everything as it is.
    ResetHardware(ResetChoice),
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
    no_wtmp: bool,
    powers_off: bool,
    /// The caller is a script of an end that is under way.
    is_in_end: bool,
    kexec: bool,
    help: bool,
    delay_seconds: u64,
    hardware: bool,
    choice: ResetChoice,
}

/// The action of a command called `name`, if it is one of these.
#[must_use]
pub fn command_action(name: &[u8]) -> Option<Action> {
    match word(name) {
        "reboot" => Some(Action::Reboot),
        "halt" => Some(Action::Halt),
        "poweroff" => Some(Action::PowerOff),
        _ => None,
    }
}

/// The variable by which PID 1 tells scripts of an end which one it is.
pub const ACTION_VARIABLE: &str = "REKINDLE_ACTION";

/// Reads the arguments of the command that stands for `action`. `is_in_end` says that a script of an
/// end calls it, with [`ACTION_VARIABLE`] in its environment.
///
/// # Errors
/// What is wrong with them, in words.
pub fn parse_end_command(
    action: Action,
    arguments: &[&[u8]],
    is_in_end: bool,
) -> Result<Invocation, String> {
    let flags = Flags { is_in_end, ..parse_flags(action, arguments)? };
    if flags.help {
        return Ok(Invocation::Help(render_help(action)));
    }
    check_hardware(&flags)?;
    let action = if flags.kexec {
        Action::Kexec
    } else if flags.powers_off && action == Action::Halt {
        Action::PowerOff
    } else {
        action
    };
    Ok(Invocation::Steps(plan_steps(action, &flags)))
}

/// What can't be meant together.
fn check_hardware(flags: &Flags) -> Result<(), String> {
    let reason = if flags.kexec && (flags.hardware || flags.choice.is_made()) {
        "option -k enters a kernel without any reset: leave --hardware and --reset-... out"
    } else if flags.hardware && !flags.force {
        "option --hardware needs -f: it resets without asking PID 1; to end cleanly and choose how the kernel resets, use --reset-type"
    } else if flags.hardware && flags.choice.needs_kernel() {
        "option --hardware can't do that reset type, only a kernel can: choose acpi, kbd or pci, or leave --hardware out"
    } else {
        return Ok(());
    };
    Err(String::from(reason))
}

fn plan_steps(action: Action, flags: &Flags) -> Vec<Step> {
    let mut steps = Vec::new();
    if !flags.wtmp_only {
        plan_checks(flags, &mut steps);
    }
    if flags.delay_seconds > 0 {
        steps.push(Step::Delay(flags.delay_seconds.saturating_mul(1000)));
    }
    if !flags.no_wtmp {
        steps.push(Step::WriteWtmp);
    }
    if !flags.wtmp_only {
        plan_end(action, flags, &mut steps);
    }
    steps
}

/// What may be refused comes before anything is done.
fn plan_checks(flags: &Flags, steps: &mut Vec<Step>) {
    if flags.kexec {
        steps.push(Step::RequireLoadedKernel);
    }
    if flags.hardware {
        steps.push(Step::RequirePorts);
    } else if flags.choice.is_made() {
        steps.push(Step::ChooseReset(flags.choice));
    }
}

/// To ask PID 1 for `action`.
#[must_use]
pub const fn plan_request(action: Action) -> [Step; 1] {
    [Step::AskInit(action)]
}

fn plan_end(action: Action, flags: &Flags, steps: &mut Vec<Step>) {
    if !flags.force {
        // PID 1 begins to write back on its own; a sync here would only let a dead disk
        // keep the request from being made.
        return steps.extend(plan_request(action));
    }
    if flags.is_in_end && !flags.hardware {
        // By force would cut the last stage short, which is next in any case.
        steps.push(Step::AskInit(action));
        return steps.push(Step::AwaitEnd);
    }
    if !flags.no_sync {
        steps.push(Step::Sync);
    }
    steps.push(if flags.hardware {
        Step::ResetHardware(flags.choice)
    } else {
        Step::EndKernel(action)
    });
}

fn parse_flags(action: Action, arguments: &[&[u8]]) -> Result<Flags, String> {
    let mut flags = Flags::default();
    let mut rest = arguments.iter().peekable();
    while let Some(argument) = rest.next() {
        match *argument {
            b"--" => break,
            b"--help" => flags.help = true,
            word if word.starts_with(b"--") => {
                parse_long(action, word, &mut rest, &mut flags)?;
            }
            // Operands are ignored, as BusyBox does.
            word => {
                let letters = after(word, b"-").unwrap_or_default();
                parse_cluster(action, letters, &mut rest, &mut flags)?;
            }
        }
    }
    Ok(flags)
}

/// The long options of `reboot`; a value stands behind `=` or in the next argument.
fn parse_long<'a>(
    action: Action,
    word: &[u8],
    rest: &mut impl Iterator<Item = &'a &'a [u8]>,
    flags: &mut Flags,
) -> Result<(), String> {
    let (name, inside) = cut(word, b'=').map_or((word, None), |(name, value)| (name, Some(value)));
    let mut value = || {
        let given = inside.or_else(|| rest.next().copied());
        given.ok_or_else(|| format!("option {} needs a value", crate::text::Shown(name)))
    };
    match crate::text::word(name) {
        "--reset-type" if action == Action::Reboot => flags.choice.choose_kind(value()?),
        "--reset-mode" if action == Action::Reboot => flags.choice.choose_mode(value()?),
        "--hardware" if action == Action::Reboot && inside.is_none() => {
            flags.hardware = true;
            Ok(())
        }
        _ => Err(unknown(word)),
    }
}

fn parse_cluster<'a>(
    action: Action,
    letters: &[u8],
    rest: &mut Peekable<impl Iterator<Item = &'a &'a [u8]>>,
    flags: &mut Flags,
) -> Result<(), String> {
    let mut left = letters;
    while let Some((&letter, tail)) = left.split_first() {
        left = tail;
        match letter {
            b'f' => flags.force = true,
            b'n' => flags.no_sync = true,
            b'w' => flags.wtmp_only = true,
            // sysvinit's: network down, disks to sleep. The kernel does the second by itself.
            b'i' | b'h' => {}
            b'p' => flags.powers_off = true,
            b'k' if action == Action::Reboot => flags.kexec = true,
            b'd' => match take_delay(tail, rest)? {
                Some(seconds) => {
                    flags.delay_seconds = seconds;
                    return Ok(());
                }
                None => flags.no_wtmp = true,
            },
            other => return Err(unknown(&[b'-', other])),
        }
    }
    Ok(())
}

/// BusyBox's `-d SEC` delays. sysvinit's `-d` stands alone, before another option or at the end, and
/// means no record in wtmp: `None`.
fn take_delay<'a>(
    tail: &[u8],
    rest: &mut Peekable<impl Iterator<Item = &'a &'a [u8]>>,
) -> Result<Option<u64>, String> {
    let value = match (tail.first(), rest.peek()) {
        (Some(b'0'..=b'9'), _) => tail,
        (None, Some(next)) if !next.starts_with(b"-") => next,
        _ => return Ok(None),
    };
    let seconds = parse_u64(value).ok_or("option -d needs a number of seconds")?;
    if tail.is_empty() {
        rest.next();
    }
    Ok(Some(seconds))
}

fn unknown(option: &[u8]) -> String {
    format!("unknown option {}", crate::text::Shown(option))
}

#[cfg(test)]
mod tests;
