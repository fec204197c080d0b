//! Emulation takes a whole processor: no more machines at a time than the tests' home has.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Result, bail};

/// Deadlines in a guest leave room for two machines on one processor.
const AT_LEAST: usize = 2;

/// Many times what the longest test keeps a machine running.
const LIMIT: Duration = Duration::from_secs(1800);

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

fn most_machines() -> usize {
    available_parallelism().map_or(1, NonZero::get).max(AT_LEAST)
}

/// The right to run one machine, given back when dropped. Cargo runs one test program after the
/// other, so counting within one is enough.
#[derive(Debug)]
pub(super) struct Turn(());

impl Turn {
    /// Waits until there is room for one more machine.
    pub(super) fn take() -> Result<Turn> {
        let most = most_machines();
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ENDED.wait_timeout_while(running, LIMIT, |running| *running >= most);
        let (mut running, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            bail!(
                "no room for another machine in {LIMIT:?}: {most} run; let a test's first machine \
                 end before it starts the next"
            );
        }
        *running += 1;
        Ok(Turn(()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::{Turn, most_machines};

    #[test]
    fn no_more_run_at_a_time_than_there_is_room_for_and_everybody_has_a_turn() {
        let (running, ran) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..4 * most_machines() {
                scope.spawn(|| {
                    let turn = Turn::take().unwrap();
                    assert!(running.fetch_add(1, Ordering::SeqCst) < most_machines());
                    thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                    ran.fetch_add(1, Ordering::SeqCst);
                    drop(turn);
                });
            }
        });
        assert_eq!(ran.into_inner(), 4 * most_machines());
    }
}
