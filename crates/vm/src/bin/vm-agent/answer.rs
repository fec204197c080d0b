//! Carries out one command of the host.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use vm::protocol::{Answer, Ask, FileStat};

use crate::port::Port;
use crate::{proc, run};

pub(crate) fn carry_out(port: &Port, id: u64, ask: Ask) -> Result<Answer> {
    match ask {
        Ask::Run { argv, stdin, timeout_ms } => {
            run::run(&argv, &stdin, timeout_ms).map(Answer::Ran)
        }
        Ask::Spawn { name, argv } => run::spawn(&name, &argv).map(|pid| Answer::Started { pid }),
        Ask::Request { argv } => {
            port.answer(id, Answer::Issued)?;
            run::run(&argv, "", u64::MAX).map(Answer::Ran)
        }
        Ask::RequestBySignal { pid, signal } => {
            port.answer(id, Answer::Issued)?;
            send(pid, signal).map(|()| Answer::Done)
        }
        Ask::Signal { pid, signal } => send(pid, signal).map(|()| Answer::Done),
        Ask::Read { path } => read(&path).map(Answer::Text),
        Ask::Write { path, text, mode } => write(&path, &text, mode).map(|()| Answer::Done),
        Ask::List { path } => list(&path).map(Answer::Names),
        Ask::Stat { path } => stat(&path).map(Answer::Stat),
        Ask::Mounts => proc::read_mounts().map(Answer::Mounts),
        Ask::Processes => proc::read_processes().map(Answer::Processes),
        Ask::Memory { pid } => proc::read_memory(pid).map(Answer::Memory),
        Ask::Orphans { count } => run::make_orphans(count).map(|()| Answer::Done),
        Ask::GoOn => bail!("only an examiner can go on"),
    }
}

fn send(pid: i32, signal: i32) -> Result<()> {
    let target = Pid::from_raw(pid).with_context(|| format!("{pid} is no process id"))?;
    // rustix names only the classic signals safely; the real-time ones (RTMIN+n) go through
    // the shell's own kill.
    match Signal::from_named_raw(signal) {
        Some(named) => kill_process(target, named)
            .with_context(|| format!("unable to send signal {signal} to process {pid}")),
        None => {
            let argv = ["/bin/busybox", "kill", &format!("-{signal}"), &pid.to_string()]
                .map(str::to_owned);
            let ran = run::run(&argv, "", 5_000)?;
            if ran.status == Some(0) { Ok(()) } else { bail!("kill said: {}", ran.stderr) }
        }
    }
}

fn read(path: &str) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("unable to read {path}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write(path: &str, text: &str, mode: u32) -> Result<()> {
    fs::write(path, text).with_context(|| format!("unable to write {path}"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("unable to set the mode of {path}"))
}

fn list(path: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(path).with_context(|| format!("unable to list {path}"))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn stat(path: &str) -> Result<FileStat> {
    let data = fs::symlink_metadata(path).with_context(|| format!("unable to stat {path}"))?;
    Ok(FileStat {
        mode: data.mode(),
        size_bytes: data.size(),
        uid: data.uid(),
        gid: data.gid(),
        links: data.nlink(),
        device: data.dev(),
    })
}
