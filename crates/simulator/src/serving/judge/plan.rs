//! How a process is started: inittab(5), "Commands"; init(8), ENVIRONMENT.

use super::check::ServingCheck;
use super::entry::Entry;
use super::state::{Judge, Stage};
use rekindle_core::child::{Child, Terminal};
use rekindle_core::inittab::EntryAction;

/// Where a name without a slash is looked for.
const FOLDERS: [&str; 4] = ["/sbin", "/usr/sbin", "/bin", "/usr/bin"];

fn variable<'a>(child: &'a Child, name: &str) -> Option<&'a [u8]> {
    let of_name = |pair: &'a Vec<u8>| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=");
    child.environment.iter().find_map(of_name)
}

/// Whether the child is one of this entry.
pub(super) fn runs(judge: &Judge<'_>, entry: &Entry, child: &Child) -> bool {
    let name = entry.command.split(' ').next().unwrap_or_default();
    let is_program = if name.contains('/') {
        child.programs == [name.as_bytes()]
    } else {
        let paths = FOLDERS.map(|folder| format!("{folder}/{name}").into_bytes());
        child.programs == paths
    };
    is_program && child.terminal == terminal_of(judge, entry)
}

/// "every process has the console …; at boot and in single user those that are waited for also have
/// it as their controlling terminal."
pub(super) fn terminal_of(judge: &Judge<'_>, entry: &Entry) -> Terminal {
    let is_single = matches!(judge.levels.now, b'#' | b'*' | b'S');
    match (judge.is_leveled(), entry.id) {
        (true, _) if is_single && entry.is_waited_for() => Terminal::TakenConsole,
        (true, _) => Terminal::Console,
        (false, "") => Terminal::Inherited,
        (false, id) => Terminal::Device(format!("/dev/{id}").into_bytes()),
    }
}

pub(super) fn check_plan(judge: &mut Judge<'_>, key: u32, child: &Child) {
    let Some(entry) = judge.entry(key) else { return };
    let is_login = !judge.is_leveled() && entry.mark == "-";
    let mut words: Vec<String> = entry.command.split(' ').map(String::from).collect();
    if is_login {
        words[0].insert(0, '-');
    }
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let is_ending = judge.stage == Stage::Ending;
    let wrong = match () {
        () if child.arguments != words => "arguments",
        () if child.takes_terminal != is_login => "takes_terminal",
        () if child.asks_first != (entry.action == EntryAction::AskFirst) => "asks_first",
        () if child.ends_no_kernel != is_ending => "ends_no_kernel",
        () if !judge.is_leveled() && child.complains != (entry.ends == 0) => "complains",
        () => return check_environment(judge, child),
    };
    let seen = format!("{}: {wrong} of {child:?}", entry.command);
    judge.fail(ServingCheck::ProcessIsAsItsLineSays, || seen);
}

pub(super) fn check_environment(judge: &mut Judge<'_>, child: &Child) {
    let mut wanted: Vec<(&str, Option<String>)> = Vec::new();
    let letter = |level: u8| Some(String::from(char::from(level)));
    let halt = judge.levels.variables.iter().find(|(name, _)| name == "INIT_HALT");
    let action = judge.end.as_ref().map(|end| String::from(end.script_action.name()));
    wanted.push(("REKINDLE_ACTION", action));
    wanted.push(("PATH", Some(String::from("/sbin:/usr/sbin:/bin:/usr/bin"))));
    if judge.is_leveled() {
        wanted.push(("RUNLEVEL", letter(judge.levels.shown)));
        wanted.push(("PREVLEVEL", letter(judge.levels.previous)));
        wanted.push(("INIT_VERSION", Some(String::from("sysvinit-rekindle"))));
        wanted.push(("INIT_HALT", halt.map(|(_, value)| value.clone())));
        let autoboots = judge.life.arguments.contains(&"auto");
        wanted.push(("AUTOBOOT", autoboots.then(|| String::from("YES"))));
    } else {
        let first = judge.life.arguments.first();
        wanted.push(("RUNLEVEL", first.map(|word| String::from(*word))));
        wanted.push(("USER", Some(String::from("root"))));
    }
    for (name, value) in wanted {
        let found = variable(child, name);
        if found != value.as_deref().map(str::as_bytes) {
            let seen = format!("{name} is {:?}", found.map(String::from_utf8_lossy));
            return judge.fail(ServingCheck::ProcessIsAsItsLineSays, || seen);
        }
    }
}
