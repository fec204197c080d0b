//! What workloads are told, as words.

use std::time::Duration;

use anyhow::{Context, Result};

pub(super) fn parse_time(text: &str) -> Result<Duration> {
    let seconds: f64 = text.parse().with_context(|| format!("{text:?} is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).with_context(|| format!("{text:?} is out of range"))
}

pub(super) fn parse_count(text: &str) -> Result<u32> {
    text.parse().with_context(|| format!("{text:?} is no count"))
}
