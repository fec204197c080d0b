//! A cell's terminals: pseudo-terminals under the names that inittabs use.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::{Mode, OFlags};

/// How long a terminal that nobody has open is left alone: nothing signals the next open.
const PAUSE: Duration = Duration::from_millis(10);

type Shown = Arc<Mutex<String>>;

#[derive(Default)]
pub(super) struct Terminals {
    all: BTreeMap<String, Terminal>,
}

struct Terminal {
    master: File,
    /// Its name below /dev/pts.
    slave: String,
    shown: Shown,
    /// How much of it earlier waits have used up.
    used: usize,
}

impl Terminals {
    /// Makes `/dev/NAME` a terminal. Answers a slave's descriptor.
    pub(super) fn add(&mut self, name: &str) -> Result<OwnedFd> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let master = rustix::fs::open("/dev/pts/ptmx", flags, Mode::empty())
            .context("unable to open a pseudo-terminal")?;
        rustix::pty::unlockpt(&master).context("unable to unlock a pseudo-terminal")?;
        let slave = rustix::pty::ptsname(&master, Vec::new()).context("a terminal has no name")?;
        let path = format!("/dev/{name}");
        if let Some(parent) = std::path::Path::new(&path).parent() {
            fs::create_dir_all(parent).context("unable to make a folder")?;
        }
        let slave = slave.to_string_lossy().into_owned();
        symlink(&slave, &path).with_context(|| format!("unable to make {path}"))?;
        let master = File::from(master);
        let shown = Shown::default();
        let (reader, kept) =
            (master.try_clone().context("unable to duplicate a terminal")?, shown.clone());
        thread::Builder::new().spawn(move || read_on(reader, &kept))?;
        self.all.insert(name.to_owned(), Terminal { master, slave, shown, used: 0 });
        rustix::fs::open(path.as_str(), flags, Mode::empty()).context("unable to open a terminal")
    }

    pub(super) fn type_text(&mut self, name: &str, text: &str) -> Result<()> {
        let terminal = self.all.get_mut(name).with_context(|| format!("no terminal {name}"))?;
        terminal.master.write_all(text.as_bytes()).with_context(|| format!("unable to type {name}"))
    }

    /// Whether the terminal has shown `text` once more.
    pub(super) fn takes(&mut self, name: &str, text: &str) -> Result<bool> {
        let terminal = self.all.get_mut(name).with_context(|| format!("no terminal {name}"))?;
        let shown = terminal.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = shown.get(terminal.used..).unwrap_or_default();
        let found = rest.find(text);
        if let Some(at) = found {
            terminal.used += at + text.len();
        }
        Ok(found.is_some())
    }

    /// What a fact says, with the terminals' names in the place of their numbers.
    pub(super) fn rename(&self, fact: &str) -> String {
        let named = self.all.iter().find(|(_, terminal)| terminal.slave == fact);
        named.map_or_else(|| fact.to_owned(), |(name, _)| format!("/dev/{name}"))
    }

    pub(super) fn shown(&self, name: &str) -> String {
        self.all.get(name).map_or_else(String::new, |terminal| {
            terminal.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
        })
    }
}

/// Without a reader the terminal fills up and blocks whoever writes to it.
fn read_on(mut master: File, shown: &Shown) {
    let mut buffer = [0; 4096];
    loop {
        match master.read(&mut buffer) {
            Ok(count) if count > 0 => {
                let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
                shown.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            }
            // EIO: nobody has it open at the moment (pty(7)).
            Ok(_) | Err(_) => thread::sleep(PAUSE),
        }
    }
}
