//! The configuration: at boot, and when it is read again.

use super::state::{Judge, Limits, Stage};
use super::word::Word;
use crate::serving::look::kernel_line;
use rekindle_core::op::Outcome;

/// rekindle.conf(5): at boot what can be read counts; read again, all of it or nothing. The kernel's line
/// wins.
pub(super) fn configuration_read(judge: &mut Judge<'_>, outcome: &Outcome) {
    let line = kernel_line(judge.life);
    let told = outcome.look().seen().unwrap_or_default();
    let mut all = judge.life.configurations.iter();
    let Some(file) = all.find(|file| file.told(&line) == told) else { return };
    if judge.stage == Stage::Ending {
        return;
    }
    if file.error.is_some() {
        judge.owed.words.push(Word::ConfigurationUnread);
        if judge.stage == Stage::Serving {
            return;
        }
    }
    let mut limits = Limits::default();
    let lines = if file.error.is_some() { &[][..] } else { &file.lines };
    for line in lines.iter().filter(|line| !line.starts_with('#')) {
        let pair = line.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        if pair.is_none_or(|(key, value)| !limits.set(key, value)) {
            judge.owed.words.push(Word::ConfigurationLine);
        }
    }
    for word in &judge.life.kernel_line {
        let option = word.strip_prefix("rekindle.").and_then(|option| option.split_once('='));
        option.into_iter().for_each(|(key, value)| _ = limits.set(key, value));
    }
    judge.limits = limits;
}
