//! A machine in QEMU: started, asked, ended, judged.

use std::io::Write;
use std::ops::{Deref, DerefMut};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::qemu::{Client, Qemu, Sockets};
use crate::verdict::{Verdict, is_halted_for_good};

mod config;
mod console;
mod dialogue;
mod guest;
mod readers;
mod transcript;

pub use config::MachineConfig;
pub use dialogue::{Dialogue, Issued};
pub use guest::{Guest, Programs};
pub use readers::Watcher;
use readers::{What, tell};
use transcript::Heard;
pub use transcript::Transcript;

/// Long enough for an emulated boot on a busy machine; a boot takes 2 to 3 seconds.
pub const BOOT_LIMIT: Duration = Duration::from_secs(90);

/// Nothing tells that a processor halted for good, so the registers are read this often,
/// and only while nothing else happens.
const REGISTER_INTERVAL: Duration = Duration::from_millis(100);

/// How long the last event of a QEMU that has stopped answering may take.
const LAST_EVENT_LIMIT: Duration = Duration::from_secs(5);

/// All that a [`Guest`] can do, it can do.
#[derive(Debug)]
pub struct Machine {
    qemu: Qemu,
    qmp: Client,
    guest: Guest,
    console_input: UnixStream,
    /// Once its verdict has been taken.
    ended_at: Option<Instant>,
}

impl Deref for Machine {
    type Target = Guest;
    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl DerefMut for Machine {
    fn deref_mut(&mut self) -> &mut Guest {
        &mut self.guest
    }
}

impl Machine {
    /// Starts it; a watcher is told each line of its console at once.
    pub fn start(config: &MachineConfig, watcher: Option<Watcher>) -> Result<Machine> {
        // In the order in which the command line names them.
        let sockets = Sockets::listen(["qmp", "console", "agent"])?;
        let arguments = config.render_arguments(sockets.folder());
        let (qemu, [qmp, console, agent]) = Qemu::start(arguments, sockets)?;
        let agent_output = agent.try_clone().context("unable to duplicate a socket")?;
        let console_input = console.try_clone().context("unable to duplicate a socket")?;
        let (events, receiver) = readers::start(console, agent, watcher);
        let qmp = Client::start(qmp, move |event| tell(&events, What::Qmp(event)))?;
        let dialogue = Dialogue::with(agent_output, Transcript::of(receiver));
        let guest = Guest::with(dialogue);
        Ok(Machine { qemu, qmp, guest, console_input, ended_at: None })
    }

    /// The process number of QEMU on the host.
    pub fn process_id(&self) -> u32 {
        self.qemu.process_id()
    }

    /// Types on the console.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        self.console_input.write_all(text.as_bytes()).context("unable to type on the console")
    }

    /// Stops the processors and settles the disks.
    pub fn pause(&mut self) -> Result<()> {
        self.qmp.execute("stop", &json!({})).map(|_| ())
    }

    pub fn unpause(&mut self) -> Result<()> {
        self.qmp.execute("cont", &json!({})).map(|_| ())
    }

    /// Presses Ctrl-Alt-Del on the emulated keyboard.
    pub fn press_ctrl_alt_del(&mut self) -> Result<()> {
        let keys = ["ctrl", "alt", "delete"].map(|key| json!({ "type": "qcode", "data": key }));
        self.qmp.execute("send-key", &json!({ "keys": keys })).map(|_| ())
    }

    /// The verdict, at the latest after `limit` (then it is `TimedOut`). A command that says no is
    /// an error at once. After a kexec the machine goes on, and its next end can be awaited.
    pub fn await_end_of(&mut self, request: &Issued, limit: Duration) -> Result<Verdict> {
        let deadline = Instant::now() + limit;
        while !self.has_ended() {
            if let Some(reason) = self.find_refusal_of(request) {
                return self.fail(&format!("the request was refused: {reason}"));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if self.listen(left.min(REGISTER_INTERVAL))? == Heard::Nothing {
                self.look_at_a_quiet_machine(deadline)?;
            }
        }
        self.verdict_is_taken();
        let (verdict, at) = self.take_end().context("no verdict was found")?;
        if matches!(verdict, Verdict::Reset | Verdict::PoweredOff) {
            self.qemu.give_turn_back();
        }
        self.ended_at = Some(at);
        Ok(verdict)
    }

    fn look_at_a_quiet_machine(&mut self, deadline: Instant) -> Result<()> {
        let Ok(registers) = self.qmp.monitor("info registers -a") else {
            return self.await_last_event();
        };
        let now = Instant::now();
        // An event may have arrived while the registers were read: it goes first.
        self.catch_up();
        if is_halted_for_good(&registers) {
            self.note_end(Verdict::Halted, now);
        } else if now >= deadline {
            let last_console = self.last_console();
            self.note_end(Verdict::TimedOut { last_console }, now);
        }
        Ok(())
    }

    /// QEMU does not answer any more: it is about to exit, and has said why.
    fn await_last_event(&mut self) -> Result<()> {
        let deadline = Instant::now() + LAST_EVENT_LIMIT;
        while !self.has_ended() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return self.fail("QEMU does not answer any more");
            }
            self.listen(left)?;
        }
        Ok(())
    }

    /// From the moment the agent said that it issues the request, to the end.
    pub fn time_from(&self, request: &Issued) -> Result<Duration> {
        let ended_at =
            self.ended_at.context("the machine has not ended: call await_end_of first")?;
        Ok(ended_at.saturating_duration_since(request.at))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.catch_up();
        if self.is_verdict_owed() && !self.has_failed() && !thread::panicking() {
            panic!(
                "a machine that was told to end, or ended by itself, was dropped without its verdict"
            );
        }
    }
}
