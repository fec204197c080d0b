//! Who is somebody to be asked, waited for or killed, and who is to be spared.

use crate::context::Context;
use crate::proc::census::Census;
use crate::proc::owners::Owner;
use crate::proc::process::Process;
use crate::spared::Spared;
use alloc::vec::Vec;

/// Those who live, can be ended by a signal and are no helpers of PID 1's.
pub(super) fn somebody<'a>(census: &'a Census, context: &Context) -> Vec<&'a Process> {
    let mut found = Vec::new();
    for process in &census.processes {
        if process.is_endable() && !context.is_nobody(process.pid) {
            found.push(process);
        }
    }
    found
}

/// Those of them that are not spared.
pub(super) fn not_spared<'a>(
    census: &'a Census,
    learned: &Spared,
    context: &Context,
) -> Vec<&'a Process> {
    let mut processes = somebody(census, context);
    processes.retain(|process| !is_spared(process, learned));
    processes
}

/// Whether a look proves that nobody is there but those it shows: it missed nobody, and nobody has ended
/// meanwhile who may have started another process before.
pub(super) fn is_conclusive(census: &Census, context: &Context) -> bool {
    let may_have_forked =
        |process: &Process| process.is_endable() && context.has_ended(process.pid);
    census.has_everyone && !census.processes.iter().any(may_have_forked)
}

/// Whether `process` is spared: by a look at it, or where that did not come through, by what was
/// `learned` while PID 1 served.
fn is_spared(process: &Process, learned: &Spared) -> bool {
    process.is_spared().unwrap_or_else(|| learned.contains(process.pid))
}

/// Those of a bare list that may be signalled. Who serves the root's storage is root's, so where it
/// was never learned who does, nobody of root's is touched.
pub(super) fn listed(owners: &[Owner], learned: &Spared, context: &Context) -> Vec<u32> {
    let is_known = learned.is_known();
    let may_be_signalled = |owner: &&Owner| {
        owner.pid > 1
            && !context.is_nobody(owner.pid)
            && !learned.contains(owner.pid)
            && (is_known || owner.uid != 0)
    };
    let mut pids = Vec::new();
    for owner in owners.iter().filter(may_be_signalled) {
        pids.push(owner.pid);
    }
    pids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host;
    use crate::proc::process::Closer;
    use crate::settings::Settings;

    fn context() -> Context {
        Context::of_last_stage(Settings::default(), Host::Machine, &[90])
    }

    fn process(pid: u32, is_of_root: bool, is_spared: Option<bool>) -> Process {
        let closer = is_spared.map(|is_spared| Closer { is_spared, ..Closer::default() });
        Process { pid, state: b'S', is_of_root, closer, ..Process::default() }
    }

    #[test]
    fn of_a_bare_list_nobody_of_root_is_touched_until_it_is_known_who_is_spared() {
        let owners = [(1, 0), (5, 0), (6, 1000), (90, 0)].map(|(pid, uid)| Owner { pid, uid });
        assert_eq!(listed(&owners, &Spared::Unknown, &context()), [6]);
        assert_eq!(listed(&owners, &Spared::Known(Vec::new()), &context()), [5, 6]);
        assert_eq!(listed(&owners, &Spared::Known(Vec::from([5])), &context()), [6]);
    }

    #[test]
    fn what_a_look_tells_counts_more_than_what_was_learned() {
        let learned = Spared::Known(Vec::from([5]));
        assert!(is_spared(&process(5, true, None), &learned));
        assert!(!is_spared(&process(5, true, Some(false)), &learned));
        assert!(is_spared(&process(6, true, Some(true)), &learned));
        assert!(!is_spared(&process(6, true, None), &learned));
        assert!(!is_spared(&process(5, false, None), &learned));
    }
}
