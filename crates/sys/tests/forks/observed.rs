//! What the cases have in common: a PID 1 of a kind, and looks at processes from outside.

use rekindle_core::op::{Op, OpId, Outcome};
use rekindle_sys::executor::Executor;
use rekindle_sys::helper::Helper;
use rekindle_sys::poll::{Poll, Ready};
use rekindle_sys::raw::monotonic_ms;
use rekindle_sys::sleep::wait_ms;
use std::fs;

/// Everything takes less.
const LONG_MS: u64 = 20_000;

pub(crate) struct Observed {
    pub(crate) executor: Executor,
    pub(crate) poll: Poll,
}

impl Observed {
    pub(crate) fn new() -> Self {
        Self { executor: Executor::new(), poll: Poll::new().unwrap() }
    }

    pub(crate) fn start_helper(&mut self, id: u32, op: &Op) -> Helper {
        let deadline_ms = monotonic_ms() + LONG_MS;
        Helper::start(&mut self.executor, &self.poll, OpId(id), op, deadline_ms).unwrap()
    }

    pub(crate) fn finish(&mut self, mut helper: Helper) -> Outcome {
        while monotonic_ms() < helper.deadline_ms {
            let ready = self.poll.wait(Some(LONG_MS));
            if ready.contains(&Ready::Helper(helper.id))
                && let Some(outcome) = helper.receive()
            {
                return outcome;
            }
            // What else came is taken, so that it does not come again at once.
            while self.poll.take_signal().is_some() {}
        }
        panic!("the helper has told nothing");
    }

    pub(crate) fn help(&mut self, op: &Op) -> Outcome {
        let helper = self.start_helper(1, op);
        self.finish(helper)
    }
}

/// Waits until there is something.
pub(crate) fn await_some<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until_ms = monotonic_ms() + LONG_MS;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(monotonic_ms() < until_ms, "{what} did not come");
        wait_ms(10);
    }
}

/// What a process has open beside its standard streams, by the names that /proc gives; not what this
/// very look opens.
pub(crate) fn open_files(pid: u32) -> Vec<String> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let links = entries.flatten().filter(|entry| {
        let number = entry.file_name().to_string_lossy().parse::<u32>();
        number.is_ok_and(|number| number > 2)
    });
    let names = links.flat_map(|entry| fs::read_link(entry.path()));
    let names = names.map(|name| name.display().to_string());
    names.filter(|name| *name != format!("/proc/{pid}/fd")).collect()
}

/// A field of /proc/PID/status.
pub(crate) fn status_of(pid: u32, key: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// A program that does what `script` says.
pub(crate) fn write_script(name: &str, script: &str) -> &'static [u8] {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("rekindle-forks-{}-{name}", std::process::id()));
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.into_os_string().into_encoded_bytes().leak()
}

pub(crate) fn remove(path: &[u8]) {
    fs::remove_file(std::str::from_utf8(path).unwrap()).unwrap();
}
