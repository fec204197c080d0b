//! Clients of PID 1's control socket that mean it no good, or that come at the worst moment.

use std::collections::VecDeque;
use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::time::{ClockId, clock_gettime};

use super::state::ready;
use crate::control::{Client, MACHINE, MOST_DESCRIPTORS};

/// How many connections stay open, oldest first.
const MOST_OPEN: usize = 64;

/// After so many, the storm has begun.
const READY_AFTER: u32 = 32;

/// More frames than a connection holds.
const FLOOD: usize = 300;

const KINDS: u32 = 8;
const LEAVES: u32 = 4;

/// The name under which descriptors are to be kept is `storm`.
const KEEP: &[u8] = b"RK\x01\x07storm";
const ENTRIES: &[u8] = b"RK\x01\x03\0\0\0\0";
const WATCH: &[u8] = b"RK\x01\x04";

/// Makes so many connections, one after the other, each of another kind than the one before.
pub(super) fn storm(count: u32) -> Result<()> {
    let file = File::open("/etc/inittab").context("unable to open a file")?;
    let mut open = VecDeque::new();
    for number in 0..count {
        let client = match Client::connect() {
            // The machine ends.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            connected => connected.context("unable to connect")?,
        };
        // PID 1 may drop it at any moment.
        let _ = annoy(number % KINDS, &client, &file);
        if number % KINDS != LEAVES {
            open.push_back(client);
        }
        if open.len() > MOST_OPEN {
            open.pop_front();
        }
        if number == READY_AFTER {
            ready()?;
        }
    }
    Ok(())
}

fn annoy(kind: u32, client: &Client, file: &File) -> std::io::Result<()> {
    let descriptors = [file.as_fd(); MOST_DESCRIPTORS];
    match kind {
        // Says nothing.
        0 => Ok(()),
        // Half a frame.
        1 => client.send(&MACHINE[..3], &[]),
        // More than anybody reads, each frame a request.
        2 => (0..FLOOD).try_for_each(|_| client.send(MACHINE, &[])),
        // Asks to be told without end, and never listens.
        3 => client.send(WATCH, &[]),
        // Is gone before the answer comes.
        LEAVES => client.send(ENTRIES, &[]),
        // Four descriptors with each frame, which may be kept; then as many as the kernel takes.
        5 => client.send(KEEP, &descriptors[..4]),
        6 => (0..FLOOD).try_for_each(|_| client.send(KEEP, &descriptors)),
        // Longer than a frame may be.
        _ => (0..FLOOD).try_for_each(|_| client.send(&[b'R'; 5_000], &[])),
    }
}

/// What one takeover can take.
const LIMIT: Duration = Duration::from_secs(30);

/// What came of the questions that were asked while new versions took over.
#[derive(Debug, Default)]
struct Asked {
    by_the_old: u32,
    dropped: u32,
    /// Connected before the new version began, and answered by it.
    bridged: u32,
    longest: Duration,
}

/// Asks without a pause while so many new versions take over, and tells who answered. A connection that
/// is refused is an error: somebody has to listen all the time.
pub(super) fn ask_at_takeovers(rounds: u32) -> Result<()> {
    let mut asked = Asked::default();
    for _ in 0..rounds {
        let before = ask_since()?.context("PID 1 dropped a connection in peace")?;
        let mut telinit =
            Command::new("/sbin/telinit").arg("u").spawn().context("unable to run telinit")?;
        ask_until_another_answers(before, &mut asked)?;
        let status = telinit.wait().context("unable to wait for telinit")?;
        ensure!(status.success(), "telinit u: {status}");
    }
    let Asked { by_the_old, dropped, bridged, longest } = asked;
    println!(
        "{bridged} of {rounds} bridged; {by_the_old} answered by the old version, {dropped} dropped, \
         the longest took {} ms",
        longest.as_millis()
    );
    Ok(())
}

fn ask_until_another_answers(before_ms: u64, asked: &mut Asked) -> Result<()> {
    let began = Instant::now();
    while began.elapsed() < LIMIT {
        let (connected_at, connected_ms) = (Instant::now(), now_ms());
        let answered = ask_since()?;
        asked.longest = asked.longest.max(connected_at.elapsed());
        match answered {
            Some(since_ms) if since_ms == before_ms => asked.by_the_old += 1,
            None => asked.dropped += 1,
            Some(since_ms) => {
                asked.bridged += u32::from(connected_ms < since_ms);
                return Ok(());
            }
        }
    }
    bail!("nobody took over in {LIMIT:?}")
}

/// Since when the version runs that answers; `None` if it dropped the connection.
fn ask_since() -> Result<Option<u64>> {
    let client = Client::connect().context("nobody listens")?;
    let answer = match client.send(MACHINE, &[]).and_then(|()| client.receive()) {
        Err(error) if is_dropped(error.kind()) => return Ok(None),
        answer => answer.context("there was no answer")?,
    };
    let text = String::from_utf8_lossy(&answer).into_owned();
    let since = text.split('\0').find_map(|field| field.strip_prefix("since_ms="));
    since.and_then(|number| number.parse().ok()).map(Some).with_context(|| format!("{text:?}"))
}

fn is_dropped(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

/// As PID 1 counts it.
fn now_ms() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let ms = now.tv_sec * 1_000 + now.tv_nsec / 1_000_000;
    u64::try_from(ms).unwrap_or(0)
}
