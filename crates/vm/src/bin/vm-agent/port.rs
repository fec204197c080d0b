//! The serial line to the host, in raw mode.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use rustix::termios::{OptionalActions, tcdrain, tcgetattr, tcsetattr};
use vm::protocol::{Answer, Line};

const PATH: &str = "/dev/ttyS1";

/// The writing half; whole lines only, from any thread.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    file: Arc<Mutex<File>>,
}

/// Opens the line: the file to read from, and the port to write to.
pub(crate) fn open() -> Result<(File, Port)> {
    let flags = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    let file = options.open(PATH).with_context(|| format!("unable to open {PATH}"))?;
    let mut settings =
        tcgetattr(&file).with_context(|| format!("unable to read the mode of {PATH}"))?;
    settings.make_raw();
    tcsetattr(&file, OptionalActions::Now, &settings)
        .with_context(|| format!("unable to set {PATH} to raw mode"))?;
    let writer = file.try_clone().context("unable to duplicate the serial line")?;
    Ok((file, Port { file: Arc::new(Mutex::new(writer)) }))
}

impl Port {
    /// Writes one line and waits until it has left the machine: the next thing the caller
    /// does may be the end of it.
    pub(crate) fn say(&self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line).context("unable to render a line")?;
        text.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text).context("unable to write to the serial line")?;
        tcdrain(&*file).context("unable to drain the serial line")
    }

    pub(crate) fn answer(&self, id: u64, answer: Answer) -> Result<()> {
        self.say(&Line::Answer { id, answer })
    }

    /// Ends whatever a killed predecessor left unfinished on the line.
    pub(crate) fn begin_afresh(&self) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(b"\n").context("unable to write to the serial line")
    }
}
