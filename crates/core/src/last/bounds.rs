//! What an end may still take when its total is over: the steps that are never cut short, added up.

use crate::budget::LEAST_MS;
use crate::crowd::CLOSER_MS;
use crate::helpers::INSISTING_MS;

/// A copy of PID 1's program, in a memfd and then under /run.
const COPIES_MS: u64 = 2 * LEAST_MS;

/// A look: everybody, the closer looks with the last share's helper.
const LOOKING_MS: u64 = LEAST_MS + LEAST_MS + INSISTING_MS + CLOSER_MS;

/// KILL: until a look has come through, and then until those are gone whom it has found.
const KILLING_MS: u64 = LOOKING_MS + LEAST_MS;

/// The sync: what hangs gives its place among the helpers up, one can be had, it is given up itself.
const SYNC_MS: u64 = LEAST_MS + INSISTING_MS + LEAST_MS;

/// From the end of the total to the first call of reboot(2), at the most, in milliseconds.
pub const AFTER_TOTAL_MS: u64 = COPIES_MS + KILLING_MS + SYNC_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_two_copies_a_look_a_wait_for_kill_and_a_sync_with_its_helper() {
        assert_eq!(AFTER_TOTAL_MS, 2_000 + 3_250 + 1_000 + 1_000 + 1_000 + 1_000);
    }
}
