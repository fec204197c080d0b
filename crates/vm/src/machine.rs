//! A machine in QEMU: started, asked, ended, judged.

use std::collections::HashMap;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::protocol::{Answer, Hello, Line};
use crate::qmp::Client;
use crate::verdict::{Verdict, judge_console_line, judge_hello, judge_shutdown_reason};

mod ask;
mod config;
mod console;
mod end;
mod process;
mod readers;

pub use ask::{Issued, Programs};
pub use config::MachineConfig;
use console::Console;
use process::Qemu;
pub use readers::Watcher;
use readers::{Event, What};

/// Long enough for an emulated boot on a busy machine; a boot takes 2 to 3 seconds.
pub const BOOT_LIMIT: Duration = Duration::from_secs(90);

/// What the agent said to a question: an answer, or why there is none.
type Said = Result<Answer, String>;

#[derive(Debug)]
pub struct Machine {
    // Dropped first: QEMU must be gone before its sockets.
    qemu: Qemu,
    qmp: Client,
    agent: UnixStream,
    console_input: UnixStream,
    events: Receiver<Event>,
    console: Console,
    hellos: Vec<Hello>,
    /// The hello that a kexec is told by: the first of the present kernel.
    present: Option<Hello>,
    answers: HashMap<u64, Vec<(Instant, Said)>>,
    next_id: u64,
    /// Found, but not yet taken by `await_end`.
    found: Option<(Verdict, Instant)>,
    taken: Option<(Verdict, Instant)>,
    /// It was told to end, so somebody has to take its verdict.
    is_ending: bool,
    has_failed: bool,
    config: MachineConfig,
}

impl Machine {
    pub fn start(config: MachineConfig) -> Result<Machine> {
        Machine::start_watched(config, None)
    }

    /// Starts it with somebody who is told each line of its console at once.
    pub fn start_watched(config: MachineConfig, watcher: Option<Watcher>) -> Result<Machine> {
        let (qemu, streams) = process::start(&config)?;
        let agent = streams.agent.try_clone().context("unable to duplicate a socket")?;
        let console_input = streams.console.try_clone().context("unable to duplicate a socket")?;
        let qmp = streams.qmp.try_clone().context("unable to duplicate a socket")?;
        let (events, replies) = readers::start(streams, watcher);
        Ok(Machine {
            qemu,
            qmp: Client::connect(qmp, replies)?,
            agent,
            console_input,
            events,
            console: Console::default(),
            hellos: Vec::new(),
            present: None,
            answers: HashMap::new(),
            next_id: 1,
            found: None,
            taken: None,
            is_ending: false,
            has_failed: false,
            config,
        })
    }

    pub fn config(&self) -> &MachineConfig {
        &self.config
    }

    /// The process number of QEMU on the host.
    pub fn process_id(&self) -> u32 {
        self.qemu.process_id()
    }

    /// All that is kept of the console, up to now.
    pub fn console(&mut self) -> &str {
        while let Ok(event) = self.events.try_recv() {
            self.absorb(event);
        }
        self.console.text()
    }

    /// Types on the console.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        self.console_input.write_all(text.as_bytes()).context("unable to type on the console")
    }

    /// Waits for text on the console, even of a line that has not ended.
    pub fn await_console(&mut self, text: &str, limit: Duration) -> Result<()> {
        self.await_until(limit, &format!("{text:?} on the console"), |machine| {
            machine.console.text().contains(text).then_some(())
        })
    }

    /// Waits for an agent of the present kernel, or takes the one that has spoken already.
    pub fn await_agent(&mut self, limit: Duration) -> Result<Hello> {
        self.await_until(limit, "the guest's agent", |machine| machine.hellos.last().cloned())
    }

    /// The latest hello: what runs there now.
    pub fn hello(&self) -> Result<Hello> {
        self.hellos.last().cloned().context("no agent has said hello yet: boot with an agent first")
    }

    /// Waits until an agent says hello that had not done so before.
    pub fn await_next_agent(&mut self, limit: Duration) -> Result<Hello> {
        let seen = self.hellos.len();
        self.await_until(limit, "another hello of the guest's agent", |machine| {
            machine.hellos.get(seen).cloned()
        })
    }

    /// Stops the processors and settles the disks.
    pub fn pause(&mut self) -> Result<()> {
        self.qmp.execute("stop", &json!({})).map(|_| ())
    }

    pub fn resume(&mut self) -> Result<()> {
        self.qmp.execute("cont", &json!({})).map(|_| ())
    }

    /// Presses Ctrl-Alt-Del on the emulated keyboard.
    pub fn press_ctrl_alt_del(&mut self) -> Result<()> {
        let keys = ["ctrl", "alt", "delete"].map(|key| json!({ "type": "qcode", "data": key }));
        self.qmp.execute("send-key", &json!({ "keys": keys })).map(|_| ())
    }

    /// Presses the power button.
    pub fn press_power_button(&mut self) -> Result<()> {
        self.qmp.execute("system_powerdown", &json!({})).map(|_| ())
    }

    fn await_until<T>(
        &mut self,
        limit: Duration,
        wanted: &str,
        mut look: impl FnMut(&mut Machine) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(found) = look(self) {
                return Ok(found);
            }
            if let Some((verdict, _)) = &self.found {
                let verdict = verdict.clone();
                return self
                    .fail(&format!("the machine ended ({verdict}) before there was {wanted}"));
            }
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => self.absorb(event),
                Err(RecvTimeoutError::Timeout) => {
                    return self.fail(&format!("no {wanted} in {limit:?}"));
                }
                Err(RecvTimeoutError::Disconnected) => return self.fail("QEMU is gone"),
            }
        }
    }

    /// An error with what a person needs to understand it. From then on dropping the
    /// machine without its verdict is no second failure.
    fn fail<T>(&mut self, what: &str) -> Result<T> {
        self.has_failed = true;
        bail!("{what}; last on the console:\n{}", self.console.last_lines(25))
    }

    fn absorb(&mut self, event: Event) {
        let verdict = match event.what {
            What::Console(bytes) => {
                let lines = self.console.push(&bytes);
                lines.iter().find_map(|line| judge_console_line(line))
            }
            What::Agent(Line::Hello(hello)) => self.greet(hello),
            What::Agent(Line::Answer { id, answer }) => self.note(id, event.at, Ok(answer)),
            What::Agent(Line::Refused { id, reason }) => self.note(id, event.at, Err(reason)),
            What::Qmp(message) => match (message.name.as_str(), message.reason) {
                ("SHUTDOWN", Some(reason)) => judge_shutdown_reason(&reason),
                _ => None,
            },
        };
        if self.found.is_none() {
            self.found = verdict.map(|verdict| (verdict, event.at));
        }
    }

    fn note(&mut self, id: u64, at: Instant, answer: Said) -> Option<Verdict> {
        self.answers.entry(id).or_default().push((at, answer));
        None
    }

    fn greet(&mut self, hello: Hello) -> Option<Verdict> {
        let verdict = self.present.as_ref().and_then(|present| judge_hello(present, &hello));
        if verdict.is_some() || self.present.is_none() {
            self.present = Some(hello.clone());
        }
        self.hellos.push(hello);
        verdict
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.absorb(event);
        }
        let is_unjudged = self.is_ending || self.found.is_some();
        if is_unjudged && !self.has_failed && !thread::panicking() {
            panic!(
                "a machine that was told to end, or ended by itself, was dropped without its verdict"
            );
        }
    }
}
