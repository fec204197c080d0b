//! Hears what the programs of a cell report, and tells them what to do.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use rustix::net::sockopt::socket_peercred;
use rustix::process::{Pid, Signal, kill_process};
use vm::cell::{CELL_SOCKET, Record, Script};

/// What a thread of the cell has seen.
#[derive(Debug)]
pub(super) enum Event {
    Connected(usize, UnixStream),
    Said(usize, Record),
    Gone(usize),
    /// PID 1 has ended; how.
    Ended(String),
}

pub(super) struct Witness {
    pub(super) records: Vec<Record>,
    began: Instant,
    quick: BTreeMap<String, u32>,
    seen: BTreeMap<String, u32>,
    present: BTreeMap<usize, Program>,
    pub(super) events: Sender<Event>,
}

struct Program {
    stream: UnixStream,
    record: Option<Record>,
}

pub(super) fn start(script: &Script) -> Result<(Witness, Receiver<Event>)> {
    let listener =
        UnixListener::bind(CELL_SOCKET).with_context(|| format!("unable to make {CELL_SOCKET}"))?;
    let (sender, receiver) = channel();
    let events = sender.clone();
    thread::Builder::new().spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            hear(number, stream, &events);
        }
    })?;
    let quick = script.quick.clone();
    let (records, seen, present) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let began = Instant::now();
    Ok((Witness { records, began, quick, seen, present, events: sender }, receiver))
}

fn hear(number: usize, stream: UnixStream, events: &Sender<Event>) {
    let Ok(reader) = stream.try_clone() else { return };
    let _ = events.send(Event::Connected(number, stream));
    let events = events.clone();
    let listening = move || {
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            if let Ok(record) = serde_json::from_str(&line) {
                let _ = events.send(Event::Said(number, record));
            }
        }
        let _ = events.send(Event::Gone(number));
    };
    let _ = thread::Builder::new().spawn(listening);
}

impl Witness {
    pub(super) fn take(&mut self, event: Event) -> Option<String> {
        match event {
            Event::Connected(number, stream) => {
                self.present.insert(number, Program { stream, record: None });
            }
            Event::Said(number, record) => self.said(number, record),
            Event::Gone(number) => drop(self.present.remove(&number)),
            Event::Ended(how) => return Some(how),
        }
        None
    }

    fn said(&mut self, number: usize, mut record: Record) {
        record.at_ms = self.began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        let is_start = record.event.is_none();
        if is_start && let Some(program) = self.present.get_mut(&number) {
            program.record = Some(record.clone());
        }
        let ends = is_start && !self.stays(&record);
        self.records.push(record);
        if ends {
            // Killed in the meantime, it needs no telling.
            let _ = self.tell(number, "exit 0");
        }
    }

    fn stays(&mut self, record: &Record) -> bool {
        let name = record.argv.first().map_or("", String::as_str).trim_start_matches('-');
        let Some(quick) = self.quick.get(name) else { return false };
        let seen = self.seen.entry(name.to_owned()).or_default();
        *seen += 1;
        *seen > *quick
    }

    fn tell(&mut self, number: usize, order: &str) -> Result<()> {
        let program = self.present.get_mut(&number).context("it has gone")?;
        writeln!(program.stream, "{order}").context("unable to tell it")
    }

    /// The oldest process of `command` that is there.
    fn find(&self, command: &str) -> Result<usize> {
        let is_it =
            |program: &Program| program.record.as_ref().is_some_and(|record| record.is_of(command));
        let found = self.present.iter().find(|(_, program)| is_it(program));
        found.map(|(number, _)| *number).with_context(|| format!("no {command} is there"))
    }

    pub(super) fn order(&mut self, command: &str, order: &str) -> Result<()> {
        let number = self.find(command)?;
        self.tell(number, order)?;
        if order.starts_with("exit") {
            self.present.remove(&number);
        }
        Ok(())
    }

    /// Stops it from outside: the socket knows its number in this namespace (unix(7), SO_PEERCRED).
    pub(super) fn stop(&mut self, command: &str) -> Result<()> {
        let number = self.find(command)?;
        let program = self.present.get(&number).context("it has gone")?;
        let peer: Pid = socket_peercred(&program.stream).context("unable to tell who it is")?.pid;
        kill_process(peer, Signal::STOP).context("unable to stop it")
    }

    pub(super) fn count(&self, command: &str) -> usize {
        self.records.iter().filter(|record| record.is_of(command)).count()
    }
}
