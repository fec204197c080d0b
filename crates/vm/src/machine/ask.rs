//! Questions to the agent inside, with typed answers.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::Machine;
use crate::protocol::{Answer, Ask, Command, FileStat, Memory, Mount, Process, Ran};

/// For questions that only read; an emulated machine under load answers in well under a second.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A request that the agent said it issued.
#[derive(Debug, Clone, Copy)]
pub struct Issued {
    pub(super) id: u64,
    /// When the host heard of it.
    pub at: Instant,
}

/// The process table, with the few searches that tests want.
#[derive(Debug, Clone)]
pub struct Programs(pub Vec<Process>);

impl Programs {
    pub fn named(&self, comm: &str) -> Option<&Process> {
        self.0.iter().find(|process| process.comm == comm)
    }

    pub fn with_pid(&self, pid: i32) -> Option<&Process> {
        self.0.iter().find(|process| process.pid == pid)
    }
}

fn words(argv: &[&str]) -> Vec<String> {
    argv.iter().map(|word| (*word).to_owned()).collect()
}

impl Machine {
    fn send(&mut self, ask: Ask) -> Result<u64> {
        let id = self.next_id;
        self.next_id += 1;
        let mut line =
            serde_json::to_vec(&Command { id, ask }).context("unable to render a question")?;
        line.push(b'\n');
        self.agent.write_all(&line).context("unable to write to the guest's serial port")?;
        Ok(id)
    }

    fn await_answer(&mut self, id: u64, limit: Duration) -> Result<(Instant, Answer)> {
        let (at, answer) = self.await_until(limit, "answer of the guest's agent", |machine| {
            let waiting = machine.answers.get_mut(&id)?;
            (!waiting.is_empty()).then(|| waiting.remove(0))
        })?;
        match answer {
            Ok(answer) => Ok((at, answer)),
            Err(reason) => Err(anyhow!("the guest's agent refused: {reason}")),
        }
    }

    fn ask_within(&mut self, ask: Ask, limit: Duration) -> Result<Answer> {
        let id = self.send(ask)?;
        self.await_answer(id, limit).map(|(_, answer)| answer)
    }

    /// Asks anything; the methods below know the answers' types.
    pub fn ask(&mut self, ask: Ask) -> Result<Answer> {
        self.ask_within(ask, ANSWER_LIMIT)
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

    /// Has the guest run a command that is meant to end it: somebody has to take the
    /// verdict now. The clock of [`Machine::time_from`] starts here.
    pub fn issue(&mut self, argv: &[&str]) -> Result<Issued> {
        self.issue_ask(Ask::Request { argv: words(argv) })
    }

    /// Has the guest send a signal, mostly to PID 1, that is meant to end it.
    pub fn issue_signal(&mut self, pid: i32, signal: i32) -> Result<Issued> {
        self.issue_ask(Ask::RequestBySignal { pid, signal })
    }

    fn issue_ask(&mut self, ask: Ask) -> Result<Issued> {
        let id = self.send(ask)?;
        match self.await_answer(id, ANSWER_LIMIT)? {
            (at, Answer::Issued) => {
                self.is_ending = true;
                Ok(Issued { id, at })
            }
            (_, other) => unexpected(&other),
        }
    }

    /// What the requesting command itself said, if it came back: a request that was refused.
    /// No verdict is owed any more after this.
    pub fn refusal_of(&mut self, request: &Issued, limit: Duration) -> Result<Ran> {
        match self.await_answer(request.id, limit)? {
            (_, Answer::Ran(ran)) => {
                self.is_ending = false;
                Ok(ran)
            }
            (_, other) => unexpected(&other),
        }
    }

    /// Says beforehand that the machine will end without a request over the agent, for
    /// example by a key: from now on somebody has to take the verdict.
    pub fn expect_end(&mut self) -> Issued {
        self.is_ending = true;
        Issued { id: 0, at: Instant::now() }
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

fn unexpected<T>(answer: &Answer) -> Result<T> {
    bail!("the guest's agent gave an answer of another kind: {answer:?}")
}
