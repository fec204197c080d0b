//! One QEMU process and its machine protocol (QEMU docs/interop/qmp-spec.txt).

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::turn::Turn;

/// A running QEMU; it is ended when dropped.
#[derive(Debug)]
pub struct Qemu {
    child: Child,
    control: BufReader<UnixStream>,
    serial: Receiver<u8>,
    deadline: Instant,
    log: PathBuf,
    _folder: tempfile::TempDir,
    _turn: Turn,
}

/// What QEMU did next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The guest asked for a reset or a shutdown, and the machine is paused.
    Paused,
    /// The process ended with this status.
    Exited(i32),
    /// Nothing happened until the deadline.
    Hung,
}

impl Qemu {
    /// Starts a machine that must be judged within `limit`. Tracing every write to a device takes
    /// time.
    ///
    /// # Panics
    /// QEMU is missing or can't be started; a test has nothing to say then.
    #[must_use]
    pub fn start(arguments: &[&str], is_traced: bool, limit: Duration) -> Self {
        let turn = Turn::take();
        let folder = tempfile::tempdir().expect("unable to make a folder for qemu");
        let (socket, log) = (folder.path().join("qmp"), folder.path().join("log"));
        let listener = UnixListener::bind(&socket).expect("unable to listen for qemu");
        let (socket_text, log_text) =
            (format!("unix:{}", socket.display()), log.display().to_string());
        let mut all = vec!["-qmp", &socket_text];
        if is_traced {
            all.extend(["-trace", "memory_region_ops_write", "-d", "cpu_reset", "-D", &log_text]);
        }
        all.extend(arguments);
        let mut child = spawn(&all, folder.path());
        let stream = accept(&listener, &mut child, folder.path());
        let (deadline, serial, control) =
            (Instant::now() + limit, listen(&mut child), BufReader::new(stream));
        let mut qemu = Self { child, control, serial, deadline, log, _folder: folder, _turn: turn };
        qemu.command("qmp_capabilities", "");
        qemu
    }

    /// Waits for the end, a pause or the deadline.
    pub fn wait(&mut self) -> Event {
        loop {
            match self.message() {
                Some(message) if message["event"] == "SHUTDOWN" => return Event::Paused,
                Some(_) => {}
                None => return self.ended(),
            }
        }
    }

    /// Reads what the guest prints until this text has come, and answers all of it; at the deadline
    /// or the guest's end what there is.
    pub fn read_until(&mut self, text: &str) -> String {
        let mut printed = Vec::new();
        while !printed.ends_with(text.as_bytes()) {
            match self.serial.recv_timeout(self.deadline.saturating_duration_since(Instant::now()))
            {
                Ok(byte) => printed.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&printed).into_owned()
    }

    /// What the guest has printed since it was last asked.
    pub fn printed(&mut self) -> String {
        let bytes: Vec<u8> = self.serial.try_iter().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Register RIP of the first processor.
    pub fn instruction_pointer(&mut self) -> u64 {
        let text = self.command("human-monitor-command", r#"{"command-line": "info registers"}"#);
        let text = text.as_str().unwrap_or_default();
        let rip = text.split("RIP=").nth(1).and_then(|rest| rest.split(' ').next());
        let rip = rip.or_else(|| text.split("EIP=").nth(1).and_then(|rest| rest.split(' ').next()));
        rip.and_then(|hex| u64::from_str_radix(hex, 16).ok())
            .expect("qemu shows no instruction pointer")
    }

    /// Whatever QEMU has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    fn command(&mut self, name: &str, arguments: &str) -> Value {
        let arguments = if arguments.is_empty() { "{}" } else { arguments };
        let line = format!("{{\"execute\": \"{name}\", \"arguments\": {arguments}}}\n");
        let sent = self.control.get_mut().write_all(line.as_bytes());
        sent.unwrap_or_else(|reason| panic!("qemu does not take {name}: {reason}"));
        loop {
            let message = self.message().unwrap_or_else(|| panic!("qemu does not answer {name}"));
            if let Some(answer) = message.get("return") {
                return answer.clone();
            }
        }
    }

    /// The next message, or `None` at the end of the connection or the deadline.
    fn message(&mut self) -> Option<Value> {
        let left =
            self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.control.get_ref().set_read_timeout(Some(left)).ok()?;
        let mut line = String::new();
        match self.control.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => serde_json::from_str(&line).ok(),
        }
    }

    /// The connection is gone: the process is ending, or the deadline has come.
    fn ended(&mut self) -> Event {
        if Instant::now() >= self.deadline {
            return Event::Hung;
        }
        let status = self.child.wait().expect("unable to wait for qemu");
        Event::Exited(status.code().unwrap_or(-1))
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(arguments: &[&str], folder: &Path) -> Child {
    let errors =
        std::fs::File::create(folder.join("errors")).expect("unable to write qemu's errors");
    Command::new("qemu-system-x86_64")
        .args([
            "-accel",
            "tcg",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-serial",
            "stdio",
        ])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .unwrap_or_else(|reason| {
            panic!("unable to start qemu-system-x86_64 (debian package qemu-system-x86): {reason}")
        })
}

/// Reads the serial port all the time: a full pipe would stop the guest.
fn listen(child: &mut Child) -> Receiver<u8> {
    let (sender, receiver) = channel();
    let serial = child.stdout.take().expect("qemu has no output");
    std::thread::spawn(move || {
        for byte in BufReader::new(serial).bytes().map_while(Result::ok) {
            if sender.send(byte).is_err() {
                break;
            }
        }
    });
    receiver
}

/// QEMU connects as its first act, or ends and says why.
fn accept(listener: &UnixListener, child: &mut Child, folder: &Path) -> UnixStream {
    listener.set_nonblocking(true).expect("unable to poll for qemu");
    loop {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).expect("unable to wait for qemu");
            return stream;
        }
        if let Ok(Some(status)) = child.try_wait() {
            let errors = std::fs::read_to_string(folder.join("errors")).unwrap_or_default();
            panic!("qemu ended at once ({status}): {errors}");
        }
        std::thread::yield_now();
    }
}
