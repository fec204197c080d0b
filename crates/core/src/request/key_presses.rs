//! Ctrl-Alt-Del, pressed again and again.

use crate::time::Moment;
use alloc::vec::Vec;

/// Seven presses of Ctrl-Alt-Del in two seconds force a reboot (systemd(1), SIGINT).
const FORCING_PRESSES: usize = 7;
const FORCING_WITHIN_MS: u64 = 2_000;

/// The presses of the last two seconds, seven at the most.
#[derive(Clone, Debug, Default)]
pub struct KeyPresses {
    at: Vec<Moment>,
}

impl KeyPresses {
    /// Counts a press. Returns whether it is the one that forces a reboot.
    pub fn press(&mut self, now: Moment) -> bool {
        self.at.retain(|press| now.since_ms(*press) <= FORCING_WITHIN_MS);
        self.at.push(now);
        let forces = self.at.len() >= FORCING_PRESSES;
        if forces {
            self.at.clear();
        }
        forces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_presses_in_two_seconds_force_a_reboot_and_slower_ones_never() {
        let mut presses = KeyPresses::default();
        let forces = |presses: &mut KeyPresses, apart_ms: u64| {
            (0..14).filter(|count| presses.press(Moment(count * apart_ms))).count()
        };
        assert_eq!(forces(&mut presses, 300), 2);
        assert_eq!(forces(&mut KeyPresses::default(), 400), 0);
    }
}
