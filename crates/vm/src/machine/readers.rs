//! One thread for each socket of QEMU; what they read becomes events with the time of arrival.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use super::console::Console;
use crate::protocol::Line;
use crate::qemu;

#[derive(Debug)]
pub(super) struct Event {
    pub(super) at: Instant,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Console(Vec<u8>),
    Agent(Line),
    Qmp(qemu::Event),
}

/// Is told each line of the console as it ends.
pub struct Watcher(Box<dyn FnMut(&str) + Send>);

impl Watcher {
    pub fn new(watch: impl FnMut(&str) + Send + 'static) -> Watcher {
        Watcher(Box::new(watch))
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// What the console and the agent say arrives at the receiver, and whatever else goes into the
/// sender.
pub(super) fn start(
    console: UnixStream,
    agent: UnixStream,
    watcher: Option<Watcher>,
) -> (Sender<Event>, Receiver<Event>) {
    let (events, receiver) = channel();
    let (console_events, agent_events) = (events.clone(), events.clone());
    thread::spawn(move || read_console(console, &console_events, watcher));
    thread::spawn(move || read_agent(agent, &agent_events));
    (events, receiver)
}

/// `None` once nobody listens any more: the thread may end.
pub(super) fn tell(events: &Sender<Event>, what: What) -> Option<()> {
    events.send(Event { at: Instant::now(), what }).ok()
}

fn read_console(
    mut stream: UnixStream,
    events: &Sender<Event>,
    watcher: Option<Watcher>,
) -> Option<()> {
    let mut buffer = [0; 4096];
    let mut lines = Console::default();
    let mut watcher = watcher;
    loop {
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        let bytes = buffer.get(..length)?;
        if let Some(Watcher(watch)) = &mut watcher {
            lines.push(bytes).iter().for_each(|line| watch(line));
        }
        tell(events, What::Console(bytes.to_vec()))?;
    }
}

/// A line that is no message is what a killed agent left behind: passed over.
fn read_agent(stream: UnixStream, events: &Sender<Event>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line).ok().filter(|length| *length > 0)?;
        if let Ok(message) = serde_json::from_slice(&line) {
            tell(events, What::Agent(message))?;
        }
    }
}
