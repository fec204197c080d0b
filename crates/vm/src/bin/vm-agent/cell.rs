//! Runs one init in a cell: PID 1 of its own PID namespace, in a root of its own, with
//! pseudo-terminals for its terminals.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, thread};

use anyhow::{Context, Result, ensure};
use nix::sched::{CloneFlags, unshare};
use rustix::fs::{Mode, OFlags};
use rustix::mount::{MountFlags, mount};
use vm::cell::{Report, Script};

mod play;
mod root;
mod terminals;
mod witness;

use root::AGENT;

/// Runs every script of a folder, so many at a time, and leaves a report beside each.
pub(crate) fn run_all(folder: &str, at_a_time: &str) -> Result<()> {
    let at_a_time: usize = at_a_time.parse().context("no number of cells")?;
    let mut scripts: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("unable to list {folder}"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "script"))
        .collect();
    scripts.sort();
    root::share_programs()?;
    let queue = std::sync::Mutex::new(scripts.into_iter());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_a_time)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(script) = next(&queue) {
                        run_apart(&script)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker panicked")))
        })
    })
}

fn next<T>(queue: &std::sync::Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next()
}

/// A process of its own for each cell: it gives up its mounts, its root and its PID namespace.
fn run_apart(script: &Path) -> Result<()> {
    let output = Command::new(AGENT)
        .arg("cell")
        .stdin(fs::File::open(script)?)
        .stderr(Stdio::inherit())
        .output()
        .context("unable to start a cell")?;
    ensure!(output.status.success(), "{} failed: {}", script.display(), output.status);
    let path = script.with_extension("report");
    fs::write(&path, output.stdout).with_context(|| format!("unable to write {}", path.display()))
}

/// Reads a script, runs it, writes its report.
pub(crate) fn run_one() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("unable to read the script")?;
    let script: Script = serde_json::from_str(&text).context("not a script")?;
    let report = run(&script)?;
    let text = serde_json::to_vec(&report).context("unable to render the report")?;
    std::io::stdout().write_all(&text).context("unable to write the report")
}

fn run(script: &Script) -> Result<Report> {
    let began = Instant::now();
    let process_limit = root::limit_processes(script)?;
    let mut terminals = root::enter(script)?;
    // A slave that stays open keeps what was set on the terminal from going back to the beginning.
    let mut slaves = vec![terminals.add("console")?];
    for name in &script.terminals {
        slaves.push(terminals.add(name)?);
    }
    let (mut witness, events) = witness::start(script)?;
    let keeper = Command::new(AGENT)
        .arg("enclose")
        .args(&script.arguments)
        .env_clear()
        .envs(script.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("unable to start the keeper")?;
    let mut report =
        play::play(script, keeper, &mut terminals, &mut witness, &events, process_limit.as_ref())?;
    report.took_ms = began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    Ok(report)
}

/// Starts PID 1, says its number here, and how it ended. A process of its own does it: from one that
/// has left its PID namespace no thread can be started (clone(2), EINVAL).
pub(crate) fn enclose(arguments: &[&str]) -> Result<()> {
    unshare(CloneFlags::CLONE_NEWPID).context("unable to leave the PID namespace")?;
    let mut first = Command::new(AGENT)
        .arg("first")
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .context("unable to start PID 1")?;
    println!("{}", first.id());
    let status = first.wait().context("unable to wait for PID 1")?;
    match (status.code(), status.signal()) {
        (Some(code), _) => println!("exited with {code}"),
        (None, signal) => println!("ended by signal {}", signal.unwrap_or_default()),
    }
    Ok(())
}

/// As PID 1 of the cell: what the kernel does before it executes init.
pub(crate) fn become_init(arguments: &[&str]) -> Result<()> {
    mount("proc", "/proc", "proc", MountFlags::empty(), None).context("unable to mount proc")?;
    rustix::process::umask(Mode::from_raw_mode(0o022));
    std::env::set_current_dir("/").context("unable to enter /")?;
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let console = rustix::fs::open("/dev/console", flags, Mode::empty())
        .context("unable to open the console")?;
    let duplicate = || console.try_clone().context("unable to duplicate the console");
    let (input, output, error) = (duplicate()?, duplicate()?, duplicate()?);
    let failure = Command::new("/sbin/init")
        .arg0("init")
        .args(arguments)
        .stdin(input)
        .stdout(output)
        .stderr(error)
        .exec();
    Err(failure).context("unable to execute /sbin/init")
}
