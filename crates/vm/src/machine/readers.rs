//! One thread per socket of QEMU; what they read becomes events with the time of arrival.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::process::Streams;
use crate::protocol::Line;
use crate::qmp::{self, Message, parse_message};

#[derive(Debug)]
pub(super) struct Event {
    pub(super) at: Instant,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Console(Vec<u8>),
    Agent(Line),
    Qmp(qmp::Event),
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

type Replies = Receiver<Result<Value, String>>;

pub(super) fn start(streams: Streams, watcher: Option<Watcher>) -> (Receiver<Event>, Replies) {
    let (events, receiver) = channel();
    let (replies, replies_receiver) = channel();
    let (console_events, agent_events) = (events.clone(), events.clone());
    thread::spawn(move || read_console(streams.console, &console_events, watcher));
    thread::spawn(move || read_agent(streams.agent, &agent_events));
    thread::spawn(move || read_qmp(streams.qmp, &events, &replies));
    (receiver, replies_receiver)
}

/// `None` once nobody listens any more: the thread may end.
fn tell(events: &Sender<Event>, what: What) -> Option<()> {
    events.send(Event { at: Instant::now(), what }).ok()
}

fn read_console(
    mut stream: UnixStream,
    events: &Sender<Event>,
    watcher: Option<Watcher>,
) -> Option<()> {
    let mut buffer = [0; 4096];
    let mut lines = super::Console::default();
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

fn read_qmp(
    stream: UnixStream,
    events: &Sender<Event>,
    replies: &Sender<Result<Value, String>>,
) -> Option<()> {
    for line in BufReader::new(stream).lines() {
        match parse_message(&line.ok()?).ok()? {
            Message::Greeting => {}
            Message::Event(event) => tell(events, What::Qmp(event))?,
            Message::Reply(reply) => replies.send(reply).ok()?,
        }
    }
    None
}
