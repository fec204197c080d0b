//! The life of a seed.

use super::configuration::ConfigurationFile;
use super::life::ServingLife;
use super::make_happenings::make_happenings;
use super::make_tables::Tables;
use super::world::Subject;
use crate::chance::Chance;
use rekindle_core::inittab::Dialect;

const LENGTHS_MS: [u64; 6] = [2_000, 8_000, 20_000, 60_000, 150_000, 500_000];

/// Words of the kernel's line that change something.
const WORDS: [&str; 7] = [
    "console=ttyS0",
    "console=tty0",
    "rekindle.script_ms=2000",
    "rekindle.level_ms=3000",
    "rekindle.kill_ms=500",
    "rekindle.total_ms=9000",
    "rekindle.script_ms=x",
];

/// Makes it.
pub(super) fn make(seed: u64) -> ServingLife {
    let mut chance = Chance::new(seed);
    let dialect = if chance.percent(50) { Dialect::BusyBox } else { Dialect::Sysvinit };
    let lasts_ms = chance.pick(&LENGTHS_MS);
    let arguments = make_arguments(dialect, &mut chance);
    let kernel_line = WORDS.into_iter().filter(|_| chance.percent(12)).collect();
    let mut tables = Tables::new(dialect);
    tables.make(&mut chance);
    let happenings = make_happenings(dialect, tables.files.len(), lasts_ms, &mut chance);
    ServingLife {
        seed,
        dialect,
        is_container: chance.percent(10),
        arguments,
        kernel_line,
        pids: chance.pick(&[24, 60, 30_000]),
        programs: tables.programs,
        tables: tables.files,
        configurations: make_configurations(seed),
        happenings,
        lasts_ms,
        mutation: None,
    }
}

/// Decided apart: what else a life has does not depend on it.
fn make_configurations(seed: u64) -> Vec<ConfigurationFile> {
    let mut chance = Chance::of(seed, Subject::Configuration as u64);
    (0..3).map(|_| ConfigurationFile::make(&mut chance)).collect()
}

fn make_arguments(dialect: Dialect, chance: &mut Chance) -> Vec<&'static str> {
    let words: &[&str] = match dialect {
        Dialect::BusyBox => &["single", "quiet", "auto"],
        Dialect::Sysvinit => &["single", "-s", "S", "3", "1", "emergency", "-b", "auto", "0", "6"],
    };
    let mut arguments = Vec::new();
    while chance.percent(20) {
        arguments.push(chance.pick(words));
    }
    arguments
}
