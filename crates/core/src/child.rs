//! How an inittab command becomes a process: argv, environment, terminal.
//!
//! BusyBox's rules (init/init.c, `init_exec`): a command with shell characters goes to
//! `/bin/sh -c`, any other is split at blanks; a leading `-` makes a login shell.

use crate::inittab::ProcessField;
use crate::text::{after, base_name, parts, word, words};
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

/// The characters that send a command to the shell (BusyBox init/init.c, `init_exec`).
const SHELL_CHARACTERS: &[u8] = b"~`!$^&*()=|\\{}[];\"'<>?";

/// Where programs without a slash are looked for, and the PATH that children get
/// (BusyBox libbb, `BB_PATH_ROOT_PATH`).
pub const PATH: &str = "/sbin:/usr/sbin:/bin:/usr/bin";

/// What a child has as its standard input, output and error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terminal {
    /// PID 1's own.
    Inherited,
    /// A device, without which the child is not started.
    Device(Vec<u8>),
    /// The console, opened anew: a getty may have hung PID 1's own up (vhangup(2)). /dev/null
    /// where there is none.
    Console,
    /// The console as controlling terminal, taken from whoever has it, and given back afterwards.
    TakenConsole,
}

impl Terminal {
    /// What an id of BusyBox's dialect stands for.
    #[must_use]
    pub fn of_id(id: &[u8]) -> Self {
        if id.is_empty() { Self::Inherited } else { Self::Device([b"/dev/", id].concat()) }
    }
}

/// A process to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The paths to try, in order.
    pub programs: Vec<Vec<u8>>,
    /// argv.
    pub arguments: Vec<Vec<u8>>,
    /// envp, each `NAME=value`.
    pub environment: Vec<Vec<u8>>,
    /// Its standard input, output and error.
    pub terminal: Terminal,
    /// Take standard input as the controlling terminal (ioctl_tty(2), TIOCSCTTY).
    pub takes_terminal: bool,
    /// Ask for the Enter key before executing.
    pub asks_first: bool,
    /// reboot(2) is refused to it and to all that it starts, unless it enters another kernel: the
    /// machine is ending, and how that goes on is PID 1's business.
    pub ends_no_kernel: bool,
    /// Say why, if it can't be run. An entry that failed before has said so.
    pub complains: bool,
    /// The line of inittab that it came from, 0 for a built-in entry.
    pub line: usize,
}

/// A command as it was given, word by word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    /// The paths to try, in order.
    pub programs: Vec<Vec<u8>>,
    /// argv.
    pub arguments: Vec<Vec<u8>>,
    /// envp, each `NAME=value`.
    pub environment: Vec<Vec<u8>>,
}

/// The program and arguments of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandPlan {
    /// The paths to try, in order.
    pub programs: Vec<Vec<u8>>,
    /// argv.
    pub arguments: Vec<Vec<u8>>,
    /// Whether a leading `-` asked for a login shell.
    pub is_login: bool,
}

/// Plans how `command` is executed. `None` if it names no program.
#[must_use]
pub fn plan_command(command: &[u8]) -> Option<CommandPlan> {
    let (is_login, bare) = match after(command, b"-") {
        Some(rest) => (true, rest),
        None => (false, command),
    };
    let first = words(bare).next()?;
    let arguments = if needs_shell(bare) {
        shell_arguments(bare, first, is_login)
    } else {
        let mut arguments = owned_words(bare);
        if let (true, Some(name)) = (is_login, arguments.first_mut()) {
            name.insert(0, b'-');
        }
        arguments
    };
    let program: &[u8] = if needs_shell(bare) { b"/bin/sh" } else { first };
    Some(CommandPlan { programs: plan_paths(program), arguments, is_login })
}

/// Plans how a sysvinit entry's command is executed. Its marks decide about the shell, and a leading
/// `-` means nothing.
#[must_use]
pub fn plan_sysvinit_command(field: &[u8]) -> Option<CommandPlan> {
    let process = ProcessField::parse(field);
    if !process.is_direct {
        return plan_command(process.command);
    }
    let arguments = owned_words(process.command);
    let programs = plan_paths(arguments.first()?);
    Some(CommandPlan { programs, arguments, is_login: false })
}

fn owned_words(text: &[u8]) -> Vec<Vec<u8>> {
    let mut owned = Vec::new();
    for word in words(text) {
        owned.push(word.to_vec());
    }
    owned
}

pub(crate) fn needs_shell(command: &[u8]) -> bool {
    command.iter().any(|byte| SHELL_CHARACTERS.contains(byte))
}

/// `exec` spares a shell that would only wait; a list of commands needs the shell to stay.
fn shell_arguments(command: &[u8], first: &[u8], is_login: bool) -> Vec<Vec<u8>> {
    let name: &[u8] = if is_login { b"-/bin/sh" } else { b"/bin/sh" };
    let mut script = Vec::new();
    if is_simple_command(command, first) {
        script.extend_from_slice(b"exec ");
    }
    script.extend_from_slice(command);
    vec![name.to_vec(), b"-c".to_vec(), script]
}

/// Whether the shell would run exactly one external program for `command` (POSIX shell,
/// section 2.9: no list, pipeline, compound command or leading assignment).
fn is_simple_command(command: &[u8], first: &[u8]) -> bool {
    const COMPOUND: [&[u8]; 8] = [b"if", b"for", b"while", b"until", b"case", b"{", b"!", b"exec"];
    let starts_plainly = first.first().is_some_and(|byte| *byte != b'(')
        && !first.contains(&b'=')
        && !COMPOUND.contains(&first);
    starts_plainly && !has_control_operator(command)
}

/// Whether `;`, `|`, `&` or `(` stands outside quotes and substitutions, other than in a redirection
/// such as `2>&1`.
fn has_control_operator(command: &[u8]) -> bool {
    let mut quote = None;
    let mut depth = 0u32;
    let mut previous = b' ';
    for &byte in command {
        match (quote, byte) {
            (_, _) if previous == b'\\' && quote != Some(b'\'') => {
                previous = b' ';
                continue;
            }
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'(') if previous == b'$' || depth > 0 => depth = depth.saturating_add(1),
            (None, b')') => depth = depth.saturating_sub(1),
            (None, _) if depth > 0 => {}
            (None, b'&') if matches!(previous, b'>' | b'<') => {}
            (None, b';' | b'|' | b'&' | b'(') => return true,
            (None, _) => {}
        }
        previous = byte;
    }
    false
}

/// The paths at which a program called `name` may be found (execvp(3)).
#[must_use]
pub fn plan_paths(name: &[u8]) -> Vec<Vec<u8>> {
    plan_paths_in(name, None)
}

/// The same with the PATH of an environment, where an empty folder is the current one.
#[must_use]
pub fn plan_paths_in(name: &[u8], path: Option<&[u8]>) -> Vec<Vec<u8>> {
    if name.contains(&b'/') {
        return vec![name.to_vec()];
    }
    let mut paths = Vec::new();
    for folder in parts(path.unwrap_or(PATH.as_bytes()), b':') {
        let between: &[u8] = if folder.is_empty() { b"" } else { b"/" };
        paths.push([folder, between, name].concat());
    }
    paths
}

/// The environment of children: what PID 1 was given by the kernel, with BusyBox's fixed
/// variables over it (init/init.c, `init_main`).
#[must_use]
pub fn plan_environment(inherited: &[Vec<u8>], console_is_virtual: bool) -> Vec<Vec<u8>> {
    let mut environment: Vec<Vec<u8>> = inherited.to_vec();
    let inherited_term = value_of(inherited, b"TERM").unwrap_or(b"linux").to_vec();
    // A serial line is no Linux console: BusyBox calls it a vt102 unless told otherwise.
    let term = match (console_is_virtual, inherited_term.as_slice()) {
        (false, b"linux") => b"vt102".to_vec(),
        _ => inherited_term,
    };
    set(&mut environment, "HOME", b"/");
    set(&mut environment, "PATH", PATH.as_bytes());
    set(&mut environment, "SHELL", b"/bin/sh");
    set(&mut environment, "USER", b"root");
    set(&mut environment, "TERM", &term);
    environment
}

/// The environment of sysvinit's children: the kernel's, the PATH, and what marks sysvinit for scripts
/// that ask (sysvinit src/init.c, `init_buildenv`).
#[must_use]
pub fn plan_sysvinit_environment(inherited: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut environment = inherited.to_vec();
    set(&mut environment, "PATH", PATH.as_bytes());
    set(&mut environment, "SHELL", b"/bin/sh");
    set(&mut environment, "CONSOLE", b"/dev/console");
    set(&mut environment, "INIT_VERSION", b"sysvinit-rekindle");
    environment
}

/// The value of `name` in a list of `NAME=value`.
#[must_use]
pub fn value_of<'a>(environment: &'a [Vec<u8>], name: &[u8]) -> Option<&'a [u8]> {
    environment.iter().find_map(|pair| after(after(pair, name)?, b"="))
}

/// Sets `name` in a list of `NAME=value`, in its place if it is there.
pub fn set(environment: &mut Vec<Vec<u8>>, name: &str, value: &[u8]) {
    let prefix = format!("{name}=").into_bytes();
    let pair = [prefix.as_slice(), value].concat();
    match environment.iter_mut().find(|old| old.starts_with(&prefix)) {
        Some(old) => *old = pair,
        None => environment.push(pair),
    }
}

/// Whether `command` enters another kernel: `kexec -f -e`, as petitboot's inittab has it.
#[must_use]
pub fn is_kexec(command: &[u8]) -> bool {
    let program = words(command).next().unwrap_or_default();
    base_name(program) == b"kexec"
}

/// Whether `command` only unmounts everything or stops all swapping, which the last stage does
/// itself once nobody writes any more.
#[must_use]
pub fn is_storage_teardown(command: &[u8]) -> bool {
    let mut words = words(command);
    let program = words.next().unwrap_or_default();
    let name = base_name(program);
    let options: Vec<&[u8]> = words.collect();
    let takes_all = options.iter().any(|word| {
        *word == b"--all"
            || (word.starts_with(b"-") && !word.starts_with(b"--") && word.contains(&b'a'))
    });
    let only_options = options.iter().all(|word| word.starts_with(b"-"));
    matches!(word(name), "umount" | "swapoff") && takes_all && only_options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(command: &str) -> Vec<alloc::string::String> {
        let plan = plan_command(command.as_bytes()).unwrap();
        plan.arguments
            .into_iter()
            .map(|word| alloc::string::String::from_utf8(word).unwrap())
            .collect()
    }

    #[test]
    fn plain_commands_are_split_at_blanks() {
        assert_eq!(argv("/sbin/getty  -L\tttyS0 115200"), ["/sbin/getty", "-L", "ttyS0", "115200"]);
        assert_eq!(argv("-/bin/sh"), ["-/bin/sh"]);
        assert_eq!(plan_command(b"-/bin/sh").unwrap().programs, [b"/bin/sh".to_vec()]);
    }

    #[test]
    fn a_simple_command_replaces_its_shell() {
        assert_eq!(
            argv("startup </dev/tty1 >/dev/tty1 2>&1"),
            ["/bin/sh", "-c", "exec startup </dev/tty1 >/dev/tty1 2>&1"]
        );
        for command in ["echo 'a; b'", "x $(a; b | c)", "x $((1+2)) $(a $(b; c))", "x `a; b` c"] {
            assert_eq!(argv(command), ["/bin/sh", "-c", &alloc::format!("exec {command}")]);
        }
    }

    #[test]
    fn lists_and_assignments_keep_their_shell() {
        for command in [
            "a; b",
            "a && b",
            "X=1 cmd $X",
            "(a)",
            "a | b",
            "if [ x ]; then y; fi",
            "srv &",
            "x $(a); b",
        ] {
            assert_eq!(argv(command), ["/bin/sh", "-c", command]);
        }
    }

    #[test]
    fn bare_names_are_looked_for_in_the_path() {
        let plan = plan_command(b"reboot").unwrap();
        assert_eq!(plan.programs.first().unwrap(), b"/sbin/reboot");
        assert_eq!(plan.programs.len(), 4);
        assert_eq!(plan_command(b"  "), None);
        assert_eq!(plan_command(b"-"), None);
    }

    #[test]
    fn only_commands_that_tear_down_all_storage_are_left_to_the_last_stage() {
        for yes in ["umount -a -r", "/bin/umount -ar", "/sbin/swapoff -a", "swapoff --all"] {
            assert!(is_storage_teardown(yes.as_bytes()), "{yes}");
        }
        for no in
            ["umount /srv", "umount -a; rm x", "/etc/rc.shutdown -a", "umount -r", "swapoff /swap"]
        {
            assert!(!is_storage_teardown(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn a_restart_entry_may_enter_another_kernel() {
        assert!(is_kexec(b"/usr/sbin/kexec -f -e") && is_kexec(b"kexec -e"));
        assert!(!is_kexec(b"/sbin/init") && !is_kexec(b"") && !is_kexec(b"/kexec/init"));
    }

    #[test]
    fn a_serial_console_is_a_vt102() {
        let environment =
            plan_environment(&[b"TERM=linux".to_vec(), b"HOME=/root".to_vec()], false);
        assert_eq!(value_of(&environment, b"TERM"), Some(&b"vt102"[..]));
        assert_eq!(value_of(&environment, b"HOME"), Some(&b"/"[..]));
        assert_eq!(value_of(&plan_environment(&[], true), b"TERM"), Some(&b"linux"[..]));
        assert_eq!(
            value_of(&plan_environment(&[b"TERM=xterm".to_vec()], false), b"TERM"),
            Some(&b"xterm"[..])
        );
    }
}
