//! Takes the steps of a script, one after the other.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use vm::cell::{Report, Script, Step};

use super::terminals::Terminals;
use super::witness::{Event, Witness};

/// Longer than an emulated machine with many cells needs for anything that is waited for.
const STEP_LIMIT: Duration = Duration::from_secs(60);

/// How long is waited for reports after the end of PID 1.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How often what tells no thread of itself is looked at.
const GLANCE: Duration = Duration::from_millis(20);

struct Play<'a> {
    pid: Pid,
    terminals: &'a mut Terminals,
    witness: &'a mut Witness,
    events: &'a Receiver<Event>,
    process_limit: Option<&'a File>,
    end: Option<String>,
}

pub(super) fn play(
    script: &Script,
    keeper: Child,
    terminals: &mut Terminals,
    witness: &mut Witness,
    events: &Receiver<Event>,
    process_limit: Option<&File>,
) -> Result<Report> {
    let pid = await_start(keeper, witness.events.clone())?;
    let mut play = Play { pid, terminals, witness, events, process_limit, end: None };
    let failure = script.steps.iter().enumerate().find_map(|(number, step)| {
        let error = play.step(step).err()?;
        Some(format!("step {} ({step:?}): {error:#}", number + 1))
    });
    let end = play.end.clone();
    play.finish();
    let mut records = witness.records.clone();
    for record in &mut records {
        for value in record.facts.values_mut() {
            *value = terminals.rename(value);
        }
    }
    let console = terminals.shown("console");
    Ok(Report { name: script.name.clone(), records, end, failure, console, took_ms: 0 })
}

/// PID 1's number outside. Its end becomes an event.
fn await_start(mut keeper: Child, events: Sender<Event>) -> Result<Pid> {
    let mut lines =
        BufReader::new(keeper.stdout.take().context("a keeper without a voice")?).lines();
    let first = lines.next().context("the keeper said nothing")??;
    let pid = first.parse().ok().and_then(Pid::from_raw).context("PID 1 has no number")?;
    thread::spawn(move || {
        let how = lines.next().and_then(Result::ok).unwrap_or_else(|| "lost".to_owned());
        let _ = events.send(Event::Ended(how));
        let _ = keeper.wait();
    });
    Ok(pid)
}

impl Play<'_> {
    fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Await { count, command } => self.await_records(*count, command),
            Step::Exit { command, status } => {
                self.witness.order(command, &format!("exit {status}"))
            }
            Step::Run { command, line } => self.run(command, line),
            Step::Start { command, line } => self.witness.order(command, &format!("start {line}")),
            Step::AwaitInit => self.until("PID 1", |_| Ok(is_init_there())),
            Step::Forks { are_allowed } => {
                let text = if *are_allowed { "max" } else { "1" };
                let mut limit = self.process_limit.context("the cell has no limit")?;
                limit.write_all(text.as_bytes()).context("unable to set the limit")
            }
            Step::Stop { command } => self.witness.stop(command),
            Step::Signal { number } => self.signal(*number),
            Step::Write { path, text } => write_whole(path, text),
            Step::Type { terminal, text } => self.terminals.type_text(terminal, text),
            Step::AwaitText { terminal, text } => self.await_text(terminal, text),
            Step::AddTerminal { name } => self.terminals.add(name).map(std::mem::forget),
            Step::AwaitEnd => self.until("the end of PID 1", |play| Ok(play.end.is_some())),
        }
    }

    fn await_records(&mut self, count: usize, command: &str) -> Result<()> {
        self.until(command, |play| Ok(play.witness.count(command) >= count))
    }

    fn await_text(&mut self, terminal: &str, text: &str) -> Result<()> {
        self.until(text, |play| play.terminals.takes(terminal, text))
    }

    fn run(&mut self, command: &str, line: &str) -> Result<()> {
        let ran = |play: &Play<'_>| {
            let is_answer = |event: &String| event.starts_with(&format!("ran {line}: "));
            let records = play.witness.records.iter();
            records.filter(|record| record.event.as_ref().is_some_and(is_answer)).count()
        };
        let before = ran(self);
        self.witness.order(command, &format!("run {line}"))?;
        self.until(line, |play| Ok(ran(play) > before))
    }

    fn signal(&mut self, number: i32) -> Result<()> {
        let signal = Signal::from_named_raw(number).context("a signal without a name")?;
        kill_process(self.pid, signal).context("unable to signal PID 1")
    }

    fn until(
        &mut self,
        wanted: &str,
        mut is_there: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result<()> {
        let (mut deadline, mut ended_at) = (Instant::now() + STEP_LIMIT, None);
        loop {
            if is_there(self)? {
                return Ok(());
            }
            if self.end.is_some() {
                // What was said before the end may still be on its way.
                deadline = deadline.min(*ended_at.get_or_insert_with(Instant::now) + LAST_WORDS);
            }
            match self.events.recv_timeout(GLANCE) {
                Ok(event) => self.end = self.witness.take(event).or(self.end.take()),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(_) => bail!("no {wanted} in time; PID 1: {:?}", self.end),
            }
        }
    }

    /// Killing PID 1 kills everybody in its namespace (pid_namespaces(7)).
    fn finish(&mut self) {
        if self.end.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
        let _ = self.until("the end of the cell", |play| Ok(play.end.is_some()));
    }
}

/// Whether PID 1 has become init and will not miss a signal. While it waits for blocked ones the kernel
/// shows them as not blocked (sigtimedwait(2)), so BusyBox is known by its handler for TSTP, which it
/// sets up after it has blocked the others.
fn is_init_there() -> bool {
    let status = fs::read_to_string("/proc/1/status").unwrap_or_default();
    let has = |name: &str, signal: Signal| {
        let text = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":\t"));
        let mask = text.and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or(0);
        mask & (1 << (signal.as_raw() - 1)) != 0
    };
    status.starts_with("Name:\tinit\n")
        && (has("SigBlk", Signal::TERM) || has("SigCgt", Signal::TSTP))
}

/// Renamed into place: PID 1 sees the old file or the next one.
fn write_whole(path: &str, text: &str) -> Result<()> {
    let beside = format!("{path}.next");
    fs::write(&beside, text).with_context(|| format!("unable to write {beside}"))?;
    fs::rename(&beside, path).with_context(|| format!("unable to write {path}"))
}
