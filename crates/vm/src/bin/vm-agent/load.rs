//! The processes that make a shutdown hard. Each says `ready` on its standard output once
//! it is in the state that its name promises.

use anyhow::{Result, bail};
use rustix::process::setsid;

mod arguments;
mod crowd;
mod fuse;
mod headless;
mod hostile;
mod left_behind;
mod observe;
mod on_term;
mod overlays;
mod save;
mod state;
mod takeover;

use arguments::{parse_count, parse_time};
pub(crate) use state::await_ready;
use state::{become_deaf, ready, sleep_on, take_name};

/// Plays the workload `kind` until something ends it.
pub(crate) fn play(kind: &str, arguments: &[&str]) -> Result<()> {
    take_name(kind);
    // Fails for a group leader, which is harmless: it has a group of its own already.
    let _ = setsid();
    match (kind, arguments) {
        ("ignore-term", []) => become_deaf(&["load", "asleep"]),
        ("asleep", []) => {
            ready()?;
            sleep_on()
        }
        ("blocked-term", []) => on_term::block_and_never_read(),
        ("signalfd-term", [seconds, file]) => {
            on_term::read_from_signalfd(parse_time(seconds)?, file)
        }
        ("sigwait-term", [seconds, file]) => {
            on_term::await_with_sigwait(parse_time(seconds)?, file)
        }
        ("save-on-term", [seconds, file]) => on_term::save_in_handler(parse_time(seconds)?, file),
        ("save-then-ignore", [seconds, file]) => on_term::ignore_then_save(seconds, file),
        ("save-now", [seconds, file]) => save::save_slowly(parse_time(seconds)?, file),
        ("handler-never-exits", []) => on_term::handle_and_stay(),
        ("stopped-save", [file]) => on_term::stop_then_save(file),
        ("default", [count]) => crowd::sleepers(parse_count(count)?),
        ("writer", [file]) => crowd::write_without_end(file),
        ("forker", []) => crowd::fork_without_end(),
        ("fill-process-table", []) => crowd::fill_process_table(),
        ("deaf", [kind, rest @ ..]) => become_deaf(&[&["load", kind], rest].concat()),
        ("left-behind", [uid, name, rest @ ..]) => left_behind::leave_behind(uid, name, rest),
        ("headless-writer", [file]) => headless::behead(file),
        ("writer-with-a-thread", [file]) => headless::write_in_a_thread(file),
        ("fuse-without-flush", [target]) => fuse::serve_all_but_flush(target),
        ("execute-with-open", [file]) => fuse::execute_with_open(file),
        ("observe", [device]) => observe::observe(device),
        ("signals-at-takeovers", [count]) => takeover::count_signals(parse_count(count)?),
        ("term-at-takeover", []) => takeover::send_term(),
        ("hold-overlays", [count, device]) => overlays::hold_overlays(parse_count(count)?, device),
        ("hostile-clients", [count]) => hostile::storm(parse_count(count)?),
        ("ask-at-takeovers", [count]) => hostile::ask_at_takeovers(parse_count(count)?),
        ("hog-cwd", [directory]) => crowd::stay_in(directory),
        _ => bail!("no workload is called {kind:?} with {} arguments", arguments.len()),
    }
}
