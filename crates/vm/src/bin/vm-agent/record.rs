//! Stands in for the programs that an inittab names: each says what it found itself to be, and does
//! what the cell tells it to.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::Mode;
use rustix::process::{getpgrp, getpid, getsid, umask};
use rustix::termios::{SpecialCodeIndex, tcgetattr, tcgetpgrp};
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;
use vm::cell::{CELL_FOLDER, CELL_SOCKET, Record, TRACE_LOG};

/// What a program whose name ends so does about TERM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Tells of it and ends.
    Teller,
    /// Tells of it, and of HUP, and stays.
    Stayer,
    /// Tells of it, takes two seconds to save, tells that it has, and ends.
    Saver,
}

const MANNERS: [(&str, Manner); 3] =
    [("teller", Manner::Teller), ("stayer", Manner::Stayer), ("saver", Manner::Saver)];

const SAVING: Duration = Duration::from_secs(2);

/// The status of a program that could not report.
const EXIT_UNHEARD: i32 = 99;

pub(crate) fn is_recorder(name: &str) -> bool {
    !name.ends_with("vm-agent") && fs::metadata(CELL_FOLDER).is_ok()
}

pub(crate) fn record() -> Result<()> {
    let record = read_record()?;
    let signals = find_manner(&record).map(catch).transpose()?;
    match UnixStream::connect(CELL_SOCKET) {
        Ok(stream) => obey(stream, record, signals),
        Err(_) => write_down(&record),
    }
}

fn find_manner(record: &Record) -> Option<Manner> {
    let name = record.argv.first()?;
    MANNERS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, manner)| *manner)
}

fn catch(manner: Manner) -> Result<(Signals, Manner)> {
    let signals: &[i32] = if manner == Manner::Stayer { &[SIGTERM, SIGHUP] } else { &[SIGTERM] };
    Ok((Signals::new(signals).context("unable to catch signals")?, manner))
}

type Line = Arc<Mutex<UnixStream>>;

fn say(line: &Line, record: &Record) -> Result<()> {
    let mut text = serde_json::to_vec(record).context("unable to render a record")?;
    text.push(b'\n');
    let mut stream = line.lock().unwrap_or_else(PoisonError::into_inner);
    stream.write_all(&text).context("unable to report")
}

fn obey(stream: UnixStream, record: Record, signals: Option<(Signals, Manner)>) -> Result<()> {
    let line = Arc::new(Mutex::new(stream.try_clone().context("unable to duplicate a socket")?));
    say(&line, &record)?;
    if let Some((signals, manner)) = signals {
        let (line, record) = (line.clone(), record.clone());
        thread::Builder::new().spawn(move || tell_of(signals, manner, &line, &record))?;
    }
    for order in BufReader::new(stream).lines() {
        let order = order.context("unable to read an order")?;
        match order.split_once(' ') {
            Some(("exit", status)) => exit(status.parse().unwrap_or(EXIT_UNHEARD)),
            Some(("start", command)) => drop(shell(command).spawn()),
            Some(("run", command)) => say(&line, &happened(&record, &run(command)?))?,
            _ => {}
        }
    }
    exit(EXIT_UNHEARD)
}

fn happened(record: &Record, event: &str) -> Record {
    Record { event: Some(event.to_owned()), facts: BTreeMap::new(), ..record.clone() }
}

fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/busybox");
    shell.args(["sh", "-c", command]);
    shell
}

fn run(command: &str) -> Result<String> {
    let status = shell(command).status().context("unable to run a shell")?;
    Ok(match (status.code(), status.signal()) {
        (Some(code), _) => format!("ran {command}: {code}"),
        (None, signal) => format!("ran {command}: signal {}", signal.unwrap_or_default()),
    })
}

fn tell_of(mut signals: Signals, manner: Manner, line: &Line, record: &Record) {
    for signal in signals.forever() {
        let name = if signal == SIGTERM { "TERM" } else { "HUP" };
        let _ = say(line, &happened(record, name));
        match manner {
            Manner::Stayer => continue,
            Manner::Teller => exit(0),
            Manner::Saver => thread::sleep(SAVING),
        }
        let _ = say(line, &happened(record, "saved"));
        exit(0);
    }
}

/// On a machine of its own: who stands in `/trace/stay` does not end.
fn write_down(record: &Record) -> Result<()> {
    let mut text = serde_json::to_vec(record).context("unable to render a record")?;
    text.push(b'\n');
    let mut log = OpenOptions::new().append(true).create(true).open(TRACE_LOG)?;
    log.write_all(&text).with_context(|| format!("unable to write {TRACE_LOG}"))?;
    let stays = fs::read_to_string("/trace/stay").unwrap_or_default();
    let name = record.argv.first().map_or("", |name| name.trim_start_matches('-'));
    if stays.lines().any(|line| line == name) {
        thread::park();
    }
    Ok(())
}

fn read_record() -> Result<Record> {
    let mut facts = BTreeMap::new();
    for number in 0..3 {
        facts.insert(format!("fd {number}"), read_descriptor(number));
    }
    for (name, value) in std::env::vars() {
        facts.insert(format!("env {name}"), value);
    }
    facts.insert("more fds".into(), list_more_descriptors()?.join(" "));
    facts.insert("directory".into(), std::env::current_dir()?.display().to_string());
    let mask = umask(Mode::empty());
    umask(mask);
    facts.insert("umask".into(), format!("{:03o}", mask.bits()));
    add_session(&mut facts)?;
    add_signals(&mut facts)?;
    add_limits(&mut facts)?;
    add_line_settings(&mut facts);
    let argv = std::env::args().collect();
    Ok(Record { pid: getpid().as_raw_nonzero().get(), argv, facts, ..Record::default() })
}

fn read_descriptor(number: i32) -> String {
    let link = fs::read_link(format!("/proc/self/fd/{number}"));
    let text = link.map_or_else(|_| "closed".to_owned(), |path| path.display().to_string());
    // The number of a pipe or socket says nothing.
    text.split(":[").next().unwrap_or_default().to_owned()
}

/// Descriptors that leaked through; the one that lists them is left out.
fn list_more_descriptors() -> Result<Vec<String>> {
    let entries = fs::read_dir("/proc/self/fd").context("unable to list /proc/self/fd")?;
    let numbers = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()));
    let mut found: Vec<String> = numbers
        .filter(|number: &i32| *number > 2)
        .map(read_descriptor)
        .filter(|path| !path.starts_with("/proc/") && path != "closed")
        .collect();
    found.sort();
    Ok(found)
}

fn add_session(facts: &mut BTreeMap<String, String>) -> Result<()> {
    let pid = getpid();
    facts.insert("leads its session".into(), (getsid(None) == Ok(pid)).to_string());
    facts.insert("leads its group".into(), (getpgrp() == pid).to_string());
    let stat = fs::read_to_string("/proc/self/stat").context("unable to read /proc/self/stat")?;
    // proc_pid_stat(5): the terminal's number is the fifth field after the name.
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let number = after_name.split(' ').nth(4).and_then(|text| text.parse().ok()).unwrap_or(0);
    facts.insert("controlling terminal".into(), name_terminal(number));
    let front = tcgetpgrp(rustix::stdio::stdin()).map(|group| group == getpgrp());
    facts.insert("in the foreground".into(), format!("{front:?}"));
    Ok(())
}

/// The first name below /dev of the terminal that proc_pid_stat(5) gives this number.
fn name_terminal(number: u64) -> String {
    let (major, minor) = (number >> 8 & 0xff, number & 0xff | number >> 12 & !0xff);
    match major {
        0 => "none".to_owned(),
        // Slaves of pseudo-terminals: devices.txt of the kernel, 136.
        136 => format!("/dev/pts/{minor}"),
        _ => find_device(major, minor).unwrap_or_else(|| format!("{major}:{minor}")),
    }
}

fn find_device(major: u64, minor: u64) -> Option<String> {
    let is_it = |device: u64| {
        u64::from(rustix::fs::major(device)) == major
            && u64::from(rustix::fs::minor(device)) == minor
    };
    let entries = fs::read_dir("/dev").ok()?.flatten();
    let names = entries
        .filter(|entry| entry.metadata().is_ok_and(|data| is_it(data.rdev())))
        .map(|entry| entry.path().display().to_string());
    names.min()
}

/// Rust's start-up ignores SIGPIPE by itself, so that one is left out here.
fn add_signals(facts: &mut BTreeMap<String, String>) -> Result<()> {
    const PIPE: u64 = 1 << 12;
    let status = fs::read_to_string("/proc/self/status").context("unable to read status")?;
    for name in ["SigBlk", "SigIgn"] {
        let mask = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":\t"));
        let mask = mask.and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or(u64::MAX);
        facts.insert(name.to_owned(), format!("{:016x}", mask & !PIPE));
    }
    Ok(())
}

fn add_limits(facts: &mut BTreeMap<String, String>) -> Result<()> {
    let limits = fs::read_to_string("/proc/self/limits").context("unable to read limits")?;
    for line in limits.lines().filter(|line| line.starts_with("Max ")) {
        let (name, values) = line.split_at(line.len().min(26));
        let words: Vec<&str> = values.split_whitespace().collect();
        facts.insert(name.trim().to_owned(), words.join(" "));
    }
    let score = fs::read_to_string("/proc/self/oom_score_adj").unwrap_or_default();
    facts.insert("oom_score_adj".into(), score.trim().to_owned());
    Ok(())
}

fn add_line_settings(facts: &mut BTreeMap<String, String>) {
    let Ok(settings) = tcgetattr(rustix::stdio::stdin()) else {
        facts.insert("line settings".into(), "none".into());
        return;
    };
    facts.insert("c_iflag".into(), format!("{:?}", settings.input_modes));
    facts.insert("c_oflag".into(), format!("{:?}", settings.output_modes));
    facts.insert("c_cflag".into(), format!("{:?}", settings.control_modes));
    facts.insert("c_lflag".into(), format!("{:?}", settings.local_modes));
    facts.insert("c_line".into(), settings.line_discipline.to_string());
    facts.insert("speed".into(), settings.output_speed().to_string());
    use SpecialCodeIndex as Code;
    for (name, code) in [
        ("VINTR", Code::VINTR),
        ("VQUIT", Code::VQUIT),
        ("VERASE", Code::VERASE),
        ("VKILL", Code::VKILL),
        ("VEOF", Code::VEOF),
        ("VTIME", Code::VTIME),
        ("VMIN", Code::VMIN),
        ("VSTART", Code::VSTART),
        ("VSTOP", Code::VSTOP),
        ("VSUSP", Code::VSUSP),
        ("VEOL", Code::VEOL),
        ("VREPRINT", Code::VREPRINT),
        ("VDISCARD", Code::VDISCARD),
        ("VWERASE", Code::VWERASE),
        ("VLNEXT", Code::VLNEXT),
        ("VEOL2", Code::VEOL2),
    ] {
        facts.insert(name.into(), settings.special_codes[code].to_string());
    }
}
