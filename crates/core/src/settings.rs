//! How long each thing may take. All in milliseconds.

use crate::pairs::Pairs;
use crate::text::parse_u64;

/// The time limits of a run and its end, set in the configuration and on the kernel's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What a process that handles TERM is given to end.
    pub grace_ms: u64,
    /// The most that a process gets while it is still writing.
    pub grace_most_ms: u64,
    /// How long a process that leaves TERM pending is waited for.
    pub pending_ms: u64,
    /// What each `shutdown` entry of inittab is given.
    pub script_ms: u64,
    /// What each entry of runlevel 0 and 6 is given in sysvinit's dialect: all services stop there.
    pub level_ms: u64,
    /// How long killed processes are waited for.
    pub kill_ms: u64,
    /// What each unmount, remount and swapoff is given.
    pub unmount_ms: u64,
    /// What each sync is given.
    pub sync_ms: u64,
    /// How long reboot(2) may take before the next way is tried.
    pub reboot_ms: u64,
    /// The total from the request to reboot(2), whatever hangs.
    pub total_ms: u64,
}

impl Default for Settings {
    /// 5 s is what most inits give (BusyBox 1, sysvinit 3, dinit 1, systemd 90), and
    /// nobody waits for it who does not use it; the rest are bounds that a healthy machine never meets.
    #[inline(never)]
    fn default() -> Self {
        Self {
            grace_ms: 5_000,
            grace_most_ms: 30_000,
            pending_ms: 250,
            script_ms: 30_000,
            level_ms: 60_000,
            kill_ms: 2_000,
            unmount_ms: 10_000,
            sync_ms: 20_000,
            reboot_ms: 10_000,
            total_ms: 120_000,
        }
    }
}

impl Settings {
    /// The names under which each limit is set and handed over, with its place.
    #[inline(never)]
    fn fields(&mut self) -> [(&'static str, &mut u64); 10] {
        [
            ("grace_ms", &mut self.grace_ms),
            ("grace_most_ms", &mut self.grace_most_ms),
            ("pending_ms", &mut self.pending_ms),
            ("script_ms", &mut self.script_ms),
            ("level_ms", &mut self.level_ms),
            ("kill_ms", &mut self.kill_ms),
            ("unmount_ms", &mut self.unmount_ms),
            ("sync_ms", &mut self.sync_ms),
            ("reboot_ms", &mut self.reboot_ms),
            ("total_ms", &mut self.total_ms),
        ]
    }

    /// Every name with its value.
    #[must_use]
    pub fn named(mut self) -> [(&'static str, u64); 10] {
        self.fields().map(|(name, value)| (name, *value))
    }

    /// Every name with its value, for another PID 1.
    pub(crate) fn render(mut self, pairs: &mut Pairs) {
        for (name, value) in self.fields() {
            pairs.put_shown(name, value);
        }
    }

    /// Sets the limit called `name`, and says which of [`Settings::named`] it is.
    ///
    /// # Errors
    /// A reason in words when there is no such limit or `value` is no number of milliseconds.
    pub fn set(&mut self, name: &[u8], value: &[u8]) -> Result<usize, &'static str> {
        let mut fields = self.fields().into_iter().enumerate();
        let field = fields.find(|(_, (field, _))| field.as_bytes() == name);
        let (number, (_, place)) = field.ok_or("no such option")?;
        *place = parse_u64(value).ok_or("not a number of milliseconds")?;
        Ok(number)
    }
}
