//! Thousands of lives of machines that boot and serve, each from a seed. A failing one is made smaller
//! and told; `REKINDLE_SEED=n cargo test -p rekindle-core --test serving` lives it alone, and
//! `REKINDLE_SEEDS=n` lives the first n, and makes none smaller.

mod mutations;

use simulator::life::{Life, shrink};
use simulator::serving::ServingLife;

/// How many lives each run lives.
const SEEDS: u64 = 16_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

fn fail(seed: u64) -> ! {
    let (life, broken) = shrink(ServingLife::of_seed(seed)).expect("it failed before");
    let (violation, log) = (broken.violation, broken.log);
    panic!("seed {seed}: {}: {}\n{life:#?}\n{log}", violation.check, violation.seen);
}

#[test]
fn machines_serve_as_their_manual_says() {
    let (seed, count) = (number("REKINDLE_SEED"), number("REKINDLE_SEEDS"));
    let seeds = seed.map_or(0..count.unwrap_or(SEEDS), |seed| seed..seed + 1);
    for seed in seeds {
        match ServingLife::of_seed(seed).live() {
            Ok(()) => {}
            Err(broken) if count.is_some() => panic!("seed {seed}: {}", broken.violation.check),
            Err(_) => fail(seed),
        }
    }
}
