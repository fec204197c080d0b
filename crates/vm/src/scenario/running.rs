//! A machine that is up, its end, and the judgement: how it ended and how its disks were left.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::prepared::{Disks, GUEST_EXAMINER, GUEST_KERNEL};
use crate::disk::Disk;
use crate::machine::{BOOT_LIMIT, Issued, Machine};
use crate::protocol::{Hello, Role};
use crate::verdict::Verdict;

/// Longer than every deadline of the product, so that its own deadlines are what is tested.
pub const END_LIMIT: Duration = Duration::from_secs(120);

/// A machine that is up, with its disks. Everything a [`Machine`] can do, it can do.
#[derive(Debug)]
pub struct Running {
    // Dropped first: QEMU must be gone before its disks.
    machine: Machine,
    disks: Disks,
}

impl Deref for Running {
    type Target = Machine;
    fn deref(&self) -> &Machine {
        &self.machine
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }
}

impl Running {
    pub(super) fn of(machine: Machine, disks: Disks) -> Running {
        Running { machine, disks }
    }

    /// Asks the machine to end with a command, such as `reboot -f`.
    pub fn request(self, line: &str) -> Result<Requested> {
        let argv: Vec<&str> = line.split(' ').collect();
        self.request_argv(&argv)
    }

    pub fn request_argv(mut self, argv: &[&str]) -> Result<Requested> {
        let issued = self.machine.issue(argv)?;
        Ok(Requested { running: self, issued })
    }

    /// Asks PID 1 to end the machine with a signal.
    pub fn request_by_signal(mut self, signal: i32) -> Result<Requested> {
        let issued = self.machine.issue_signal(1, signal)?;
        Ok(Requested { running: self, issued })
    }

    /// For an end that comes another way, such as a key or a command given earlier.
    pub fn expect_end(mut self) -> Requested {
        let issued = self.machine.expect_end();
        Requested { running: self, issued }
    }

    /// A command has to be refused, with a message that holds `reason`; the machine serves on.
    pub fn refuses(mut self, line: &str, reason: &str) -> Result<Running> {
        let argv: Vec<&str> = line.split(' ').collect();
        let ran = self.machine.run(&argv)?;
        let said = format!("{}{}", ran.stdout, ran.stderr);
        ensure!(ran.status.is_some_and(|status| status != 0), "{line} was not refused: {ran:?}");
        ensure!(said.contains(reason), "{line} was refused without saying {reason:?}: {said}");
        self.machine.await_agent(BOOT_LIMIT)?;
        Ok(self)
    }

    /// Loads the kernel and the examiner that [`super::Scenario::with_kexec_files`] put there.
    pub fn load_kexec(mut self) -> Result<Running> {
        let files = format!("{GUEST_KERNEL} --initrd {GUEST_EXAMINER}");
        let line = format!("/sbin/rekindle kexec load {files} --reuse-cmdline");
        let ran = self.machine.run(&line.split(' ').collect::<Vec<_>>())?;
        if ran.status != Some(0) {
            bail!("unable to load the next kernel: {}{}", ran.stdout, ran.stderr);
        }
        let loaded = self.machine.read_file("/sys/kernel/kexec_loaded")?;
        ensure!(
            loaded.trim() == "1",
            "rekindle kexec load succeeded, but the kernel has nothing loaded"
        );
        Ok(self)
    }

    pub fn root_disk(&self) -> &Disk {
        // A scenario without a disk has no file to ask for.
        self.disks.list().first().unwrap_or_else(|| panic!("this machine has no disk"))
    }

    pub fn disks(&self) -> &[Disk] {
        self.disks.list()
    }
}

/// A machine that was told to end: [`Requested::ends_with`] takes the verdict.
#[derive(Debug)]
pub struct Requested {
    running: Running,
    issued: Issued,
}

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
        let any = String::new;
        let kexec = Verdict::KexecInto { boot_id: any(), command_line: any(), release: any() };
        self.ends(END_LIMIT, kexec.name())
    }

    /// The end, whatever it is.
    fn ends_somehow(self, limit: Duration) -> Result<Ended> {
        let mut running = self.running;
        let verdict = running.machine.await_end_of(&self.issued, limit)?;
        let took = running.machine.time_from(&self.issued)?;
        // The next kernel must hold still while its disks are judged; in other cases nothing moves.
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
        for disk in self.running.disks.list() {
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

    /// A file of the root disk has to hold this text.
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

    pub fn disks(&self) -> &[Disk] {
        self.running.disks()
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
        machine.unpause()?;
        let examiner = machine.await_agent(BOOT_LIMIT)?;
        ensure!(examiner.role == Role::Examiner, "no examiner runs, but {:?}", examiner.pid_1);
        machine.go_on()?;
        let hello =
            machine.await_next_agent(BOOT_LIMIT).context("the next init did not come up")?;
        ensure!(hello.role == Role::Agent, "an examiner came up again");
        Ok(self.running)
    }
}
