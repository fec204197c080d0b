//! One run of a board: QEMU, its control socket, and the serial port.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::qemu::{Arguments, Client, Event, Qemu, Sockets};
use crate::verdict::{Verdict, judge_shutdown_reason};

/// QEMU's own log: the trace of device writes, and resets of the processor.
const LOG: &str = "log";

/// A running board; it is ended when dropped.
#[derive(Debug)]
pub(super) struct Session {
    qemu: Qemu,
    control: Client,
    events: Receiver<Event>,
    serial: Receiver<Vec<u8>>,
    deadline: Instant,
}

/// What QEMU did next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The guest reset the board, which is paused.
    Paused,
    /// The process ended with this status.
    Exited(i32),
    /// Nothing happened until the deadline.
    Hung,
}

impl Session {
    /// Starts a board that must be judged within `limit`. Tracing every write to a device takes
    /// time.
    pub(super) fn start(
        mut arguments: Arguments,
        is_traced: bool,
        limit: Duration,
    ) -> Result<Session> {
        let sockets = Sockets::listen(["control", "serial"])?;
        arguments.socket(sockets.folder(), "control", "-mon", "chardev=control,mode=control");
        arguments.socket(sockets.folder(), "serial", "-serial", "chardev:serial");
        if is_traced {
            arguments.words(&["-trace", "memory_region_ops_write", "-d", "cpu_reset"]);
            arguments.option("-D", sockets.folder().join(LOG));
        }
        let (qemu, [control, serial]) = Qemu::start(arguments.into_list(), sockets)?;
        let deadline = Instant::now() + limit;
        let (sender, events) = channel();
        let control = Client::start(control, move |event| sender.send(event).ok())?;
        Ok(Session { qemu, control, events, serial: listen(serial), deadline })
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits for the end, a pause or the deadline.
    pub(super) fn wait(&mut self) -> Result<Next> {
        loop {
            match self.events.recv_timeout(self.left()) {
                Ok(event) if event.name == "SHUTDOWN" => return judge_shutdown(&event),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(Next::Hung),
                // The connection is gone with the process.
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok(Next::Exited(self.qemu.wait()?.code().unwrap_or(-1)));
                }
            }
        }
    }

    /// Reads what the guest prints up to the end of this text; at the deadline or the guest's end
    /// what there is.
    pub(super) fn read_until(&mut self, text: &str) -> String {
        let mut printed = String::new();
        loop {
            if let Some(start) = printed.find(text) {
                printed.truncate(start + text.len());
                return printed;
            }
            match self.serial.recv_timeout(self.left()) {
                Ok(bytes) => printed.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => return printed,
            }
        }
    }

    /// What a guest printed whose process has ended.
    pub(super) fn printed(&mut self) -> String {
        let mut printed = Vec::new();
        // The deadline counts for a board that hangs: there the port stays open.
        while let Ok(bytes) = self.serial.recv_timeout(self.left()) {
            printed.extend(bytes);
        }
        String::from_utf8_lossy(&printed).into_owned()
    }

    /// Register RIP of the first processor, EIP in 32-bit code.
    pub(super) fn instruction_pointer(&mut self) -> Result<u64> {
        let text = self.control.monitor("info registers")?;
        parse_instruction_pointer(&text).context("QEMU shows no instruction pointer")
    }

    /// Whatever QEMU has logged so far.
    pub(super) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.qemu.folder().join(LOG)).unwrap_or_default())
            .into_owned()
    }
}

/// Powering off is no reset, and neither is whatever the host does to QEMU.
fn judge_shutdown(event: &Event) -> Result<Next> {
    let reason = event.reason.as_deref().unwrap_or("no reason");
    let is_reset = judge_shutdown_reason(reason) == Some(Verdict::Reset);
    ensure!(is_reset, "the board ended, but not by a reset: {reason}");
    Ok(Next::Paused)
}

fn parse_instruction_pointer(registers: &str) -> Option<u64> {
    let after = |name: &str| registers.split_once(name).map(|(_, rest)| rest);
    let rest = after("RIP=").or_else(|| after("EIP="))?;
    u64::from_str_radix(rest.split_whitespace().next()?, 16).ok()
}

/// Reads the serial port all the time: a full socket would stop the guest.
fn listen(mut serial: UnixStream) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = serial.read(&mut buffer) {
            let Some(bytes) = buffer.get(..length) else { break };
            if sender.send(bytes.to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::{Event, Next, judge_shutdown, parse_instruction_pointer};

    #[test]
    fn the_instruction_pointer_is_read_in_both_widths() {
        let wide = "CPU#0\nRSP=000000000301fef0 R8 =00\nRIP=0000000003001234 RFL=00000046\n";
        assert_eq!(parse_instruction_pointer(wide), Some(0x300_1234));
        let narrow = "CPU#0\nEAX=00000000 EBX=00000000\nEIP=0000fff0 EFL=00000002 [-------]\n";
        assert_eq!(parse_instruction_pointer(narrow), Some(0xFFF0));
        assert_eq!(parse_instruction_pointer("CPU#0\n"), None);
    }

    #[test]
    fn only_a_reset_by_the_guest_is_one() {
        let event = |reason: Option<&str>| Event {
            name: "SHUTDOWN".to_owned(),
            reason: reason.map(str::to_owned),
        };
        assert_eq!(judge_shutdown(&event(Some("guest-reset"))).unwrap(), Next::Paused);
        for other in [Some("guest-shutdown"), Some("host-signal"), None] {
            assert!(judge_shutdown(&event(other)).is_err(), "{other:?}");
        }
    }
}
