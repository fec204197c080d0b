//! Questions to the agent inside, with typed answers.

use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::dialogue::{ANSWER_LIMIT, Dialogue, unexpected, words};
use crate::protocol::{Answer, Ask, FileStat, Memory, Mount, Process, Ran};

/// What a guest may take to reach a state that it surely reaches: a failure, not a pace.
const AWAIT_LIMIT: Duration = Duration::from_secs(90);

/// The process table, with the few searches that tests want.
#[derive(Debug, Clone)]
pub struct Programs(pub Vec<Process>);

impl Programs {
    pub fn named(&self, comm: &str) -> Option<&Process> {
        self.0.iter().find(|process| process.comm == comm)
    }

    /// The one that was given this name as its first argument.
    pub fn called(&self, argv_0: &str) -> Option<&Process> {
        self.0.iter().find(|process| process.argv.first().is_some_and(|word| word == argv_0))
    }
}

/// A system that runs, as its agent knows it. All that a [`Dialogue`] can do, it can do.
#[derive(Debug)]
pub struct Guest {
    dialogue: Dialogue,
}

impl Deref for Guest {
    type Target = Dialogue;
    fn deref(&self) -> &Dialogue {
        &self.dialogue
    }
}

impl DerefMut for Guest {
    fn deref_mut(&mut self) -> &mut Dialogue {
        &mut self.dialogue
    }
}

impl Guest {
    pub(super) fn with(dialogue: Dialogue) -> Guest {
        Guest { dialogue }
    }

    /// Runs a program in the guest to its end, 30 seconds at most.
    pub fn run(&mut self, argv: &[&str]) -> Result<Ran> {
        self.run_within(argv, Duration::from_secs(30))
    }

    pub fn run_within(&mut self, argv: &[&str], limit: Duration) -> Result<Ran> {
        let timeout_ms = limit.as_millis().try_into().unwrap_or(u64::MAX);
        let ask = Ask::Run { argv: words(argv), stdin: String::new(), timeout_ms };
        match self.ask_within(ask, limit + ANSWER_LIMIT)? {
            Answer::Ran(ran) => Ok(ran),
            other => unexpected(&other),
        }
    }

    /// Runs a shell line that has to succeed, and gives its output.
    pub fn shell(&mut self, line: &str) -> Result<String> {
        let ran = self.run(&["/bin/busybox", "sh", "-c", line])?;
        if ran.status != Some(0) {
            return self
                .fail(&format!("{line:?} failed in the guest: {}{}", ran.stdout, ran.stderr));
        }
        Ok(ran.stdout)
    }

    /// Waits in the guest until a shell's condition holds, such as `pidof sleep`.
    pub fn await_in_guest(&mut self, condition: &str) -> Result<()> {
        self.await_in_guest_within(condition, AWAIT_LIMIT)
    }

    /// The same with a limit of one's own; the error names the processes that were there then.
    pub fn await_in_guest_within(&mut self, condition: &str, limit: Duration) -> Result<()> {
        let line = format!("until {condition}; do sleep 0.05; done");
        let ran = self.run_within(&["/bin/sh", "-c", &line], limit)?;
        if ran.status == Some(0) {
            return Ok(());
        }
        let all = self.processes()?;
        let comms: Vec<&str> = all.0.iter().map(|process| process.comm.as_str()).collect();
        let what = format!("not true in {limit:?}: {condition}: {ran:?}; processes: {comms:?}");
        self.fail(&what)
    }

    /// Starts a workload of the agent, for example `save-on-term 2 /data/saved`, and waits
    /// until it is ready. It shows up in process lists as `name`.
    pub fn load(&mut self, name: &str, workload: &str) -> Result<i32> {
        let argv =
            ["/bin/vm-agent", "load"].into_iter().chain(workload.split(' ')).map(str::to_owned);
        self.spawn_named(name, argv.collect())
    }

    /// Starts a program that outlives the question.
    pub fn spawn(&mut self, argv: &[&str]) -> Result<i32> {
        self.spawn_named(argv.first().copied().unwrap_or_default(), words(argv))
    }

    fn spawn_named(&mut self, name: &str, argv: Vec<String>) -> Result<i32> {
        match self.ask(Ask::Spawn { name: name.to_owned(), argv })? {
            Answer::Started { pid } => Ok(pid),
            other => unexpected(&other),
        }
    }

    pub fn signal(&mut self, pid: i32, signal: i32) -> Result<()> {
        self.ask(Ask::Signal { pid, signal }).map(|_| ())
    }

    pub fn read_file(&mut self, path: &str) -> Result<String> {
        match self.ask(Ask::Read { path: path.to_owned() })? {
            Answer::Text(text) => Ok(text),
            other => unexpected(&other),
        }
    }

    pub fn write_file(&mut self, path: &str, text: &str) -> Result<()> {
        let ask = Ask::Write { path: path.to_owned(), text: text.to_owned(), mode: 0o644 };
        self.ask(ask).map(|_| ())
    }

    pub fn list(&mut self, path: &str) -> Result<Vec<String>> {
        match self.ask(Ask::List { path: path.to_owned() })? {
            Answer::Names(names) => Ok(names),
            other => unexpected(&other),
        }
    }

    pub fn stat(&mut self, path: &str) -> Result<FileStat> {
        match self.ask(Ask::Stat { path: path.to_owned() })? {
            Answer::Stat(stat) => Ok(stat),
            other => unexpected(&other),
        }
    }

    pub fn mounts(&mut self) -> Result<Vec<Mount>> {
        match self.ask(Ask::Mounts)? {
            Answer::Mounts(mounts) => Ok(mounts),
            other => unexpected(&other),
        }
    }

    pub fn processes(&mut self) -> Result<Programs> {
        match self.ask(Ask::Processes)? {
            Answer::Processes(processes) => Ok(Programs(processes)),
            other => unexpected(&other),
        }
    }

    pub fn memory(&mut self, pid: i32) -> Result<Memory> {
        match self.ask(Ask::Memory { pid })? {
            Answer::Memory(memory) => Ok(memory),
            other => unexpected(&other),
        }
    }

    /// Gives PID 1 that many orphans to reap, and comes back when all were made.
    pub fn make_orphans(&mut self, count: u32) -> Result<()> {
        self.ask_within(Ask::Orphans { count }, Duration::from_secs(600)).map(|_| ())
    }

    /// Waits until PID 1 has reaped all that is dead.
    pub fn await_no_zombies(&mut self, limit: Duration) -> Result<()> {
        let deadline = Instant::now() + limit;
        loop {
            let all = self.processes()?;
            let dead = all.0.iter().filter(|process| process.state == 'Z').count();
            if dead == 0 {
                return Ok(());
            }
            if Instant::now() > deadline {
                return self.fail(&format!("{dead} zombies are left after {limit:?}"));
            }
        }
    }

    /// Lets an examiner mount the disk and become its init.
    pub fn go_on(&mut self) -> Result<()> {
        self.ask(Ask::GoOn).map(|_| ())
    }
}
