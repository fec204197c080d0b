//! A life as data.

use super::configuration::ConfigurationFile;
use super::happening::Happening;
use super::mutation::ServingMutation;
use super::program::Manner;
use super::table::TableFile;
use rekindle_core::inittab::Dialect;

/// A life is not made shorter than that.
pub(super) const SHORTEST_MS: u64 = 100;

/// All of what happens to one machine that serves.
#[derive(Clone, Debug)]
pub struct ServingLife {
    /// Which decides what is not written down here.
    pub seed: u64,
    /// Whose rules the table follows.
    pub dialect: Dialect,
    /// Whether it is a container.
    pub is_container: bool,
    /// What the kernel hands to PID 1 as arguments.
    pub arguments: Vec<&'static str>,
    /// The words of the kernel's line.
    pub kernel_line: Vec<&'static str>,
    /// How many process ids there are before the first comes back.
    pub pids: u32,
    /// What the programs do, by their number.
    pub programs: Vec<Manner>,
    /// /etc/inittab, at boot and later.
    pub tables: Vec<TableFile>,
    /// /etc/rekindle.conf, at boot and later.
    pub configurations: Vec<ConfigurationFile>,
    /// What happens.
    pub happenings: Vec<Happening>,
    /// When the end is asked for, if nobody has done it before.
    pub lasts_ms: u64,
    /// What goes wrong between PID 1 and the world, to see that somebody notices.
    pub mutation: Option<ServingMutation>,
}

impl ServingLife {
    /// The same life with something that goes wrong between PID 1 and the world.
    #[must_use]
    pub fn with(mut self, mutation: ServingMutation) -> Self {
        self.mutation = Some(mutation);
        self
    }
}
