//! The judgement: how it ended, how long that took, how the disk was left.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{END_LIMIT, Requested, Running};
use crate::disk::Disk;
use crate::machine::BOOT_LIMIT;
use crate::protocol::{Hello, Role};
use crate::verdict::Verdict;

impl Requested {
    /// The end has to be of this kind; what a `KexecInto` or a `Panicked` carries is not
    /// compared and can be looked at in the result.
    pub fn ends_with(self, expected: Verdict) -> Result<Ended> {
        self.ends(END_LIMIT, expected.name())
    }

    pub fn ends_within(self, limit: Duration, expected: Verdict) -> Result<Ended> {
        self.ends(limit, expected.name())
    }

    /// The end has to be a kexec into the examiner, which leaves the disk alone.
    pub fn ends_in_kexec(self) -> Result<Ended> {
        let nothing = String::new;
        let kexec =
            Verdict::KexecInto { boot_id: nothing(), command_line: nothing(), release: nothing() };
        self.ends(END_LIMIT, kexec.name())
    }

    /// The end, whatever it is.
    pub fn ends_somehow(self, limit: Duration) -> Result<Ended> {
        let mut running = self.running;
        let verdict = running.machine.await_end_of(Some(&self.issued), limit)?;
        let took = running.machine.time_from(&self.issued)?;
        // The next kernel must hold still while its disks are judged; after a panic or a
        // halt nothing moves anyway, and after a reset QEMU has paused by itself.
        if matches!(verdict, Verdict::KexecInto { .. } | Verdict::TimedOut { .. }) {
            running.machine.pause()?;
        }
        Ok(Ended { running, verdict, took })
    }

    fn ends(self, limit: Duration, expected: &str) -> Result<Ended> {
        let mut ended = self.ends_somehow(limit)?;
        if ended.verdict.name() != expected {
            let verdict = ended.verdict.clone();
            bail!(
                "expected {expected}, but the machine {verdict}; its console:\n{}",
                ended.console()
            );
        }
        Ok(ended)
    }
}

/// A machine that has ended, with its verdict taken.
#[derive(Debug)]
pub struct Ended {
    running: Running,
    pub verdict: Verdict,
    /// From the request to the end.
    pub took: Duration,
}

impl Ended {
    /// Every disk has to be clean: nothing to repair, no journal to replay.
    pub fn disk_clean(self) -> Result<Ended> {
        for disk in &self.running.disks {
            let state = disk.examine()?;
            ensure!(state.is_clean(), "{} was left dirty: {state:#?}", disk.image.display());
        }
        Ok(self)
    }

    /// The root disk has to be dirty.
    pub fn disk_dirty(self) -> Result<Ended> {
        let state = self.root_disk().examine()?;
        ensure!(!state.is_clean(), "the root disk was left clean: {state:#?}");
        Ok(self)
    }

    /// A file of the root disk has to hold this text, such as `saved` at the end of what
    /// `save-on-term` wrote.
    pub fn file_contains(self, path: &str, text: &str) -> Result<Ended> {
        let found = self.root_disk().read_text(path)?;
        ensure!(found.contains(text), "no {text:?} in {path}, which holds {found:?}");
        Ok(self)
    }

    /// A file of the root disk must not be there, or must not hold this text.
    pub fn file_lacks(self, path: &str, text: &str) -> Result<Ended> {
        let found = self.root_disk().read_text(path).unwrap_or_default();
        ensure!(!found.contains(text), "{text:?} is in {path}");
        Ok(self)
    }

    pub fn console_contains(mut self, text: &str) -> Result<Ended> {
        let console = self.console();
        ensure!(console.contains(text), "no {text:?} on the console:\n{console}");
        Ok(self)
    }

    pub fn console_lacks(mut self, text: &str) -> Result<Ended> {
        let console = self.console();
        ensure!(!console.contains(text), "{text:?} is on the console:\n{console}");
        Ok(self)
    }

    pub fn took_less_than(self, limit: Duration) -> Result<Ended> {
        ensure!(self.took < limit, "the end took {:?}, not less than {limit:?}", self.took);
        Ok(self)
    }

    pub fn took_at_least(self, limit: Duration) -> Result<Ended> {
        ensure!(self.took >= limit, "the end took only {:?}, less than {limit:?}", self.took);
        Ok(self)
    }

    pub fn console(&mut self) -> &str {
        self.running.machine.console()
    }

    /// The latest agent: after a kexec, the examiner.
    pub fn hello(&self) -> Result<Hello> {
        self.running.machine.hello()
    }

    pub fn root_disk(&self) -> &Disk {
        self.running.root_disk()
    }

    /// After a kexec: lets the examiner mount the disk and become its init, and waits for
    /// the agent of that boot.
    pub fn go_on(mut self) -> Result<Running> {
        let machine = &mut self.running.machine;
        machine.resume()?;
        let examiner = machine.await_agent(BOOT_LIMIT)?;
        ensure!(examiner.role == Role::Examiner, "no examiner runs, but {:?}", examiner.pid_1);
        machine.go_on()?;
        let hello =
            machine.await_next_agent(BOOT_LIMIT).context("the next init did not come up")?;
        ensure!(hello.role == Role::Agent, "an examiner came up again");
        Ok(self.running)
    }
}
