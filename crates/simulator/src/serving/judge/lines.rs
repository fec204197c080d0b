//! What PID 1 says: what is worth a line is said once, and nothing else is.

use super::check::ServingCheck;
use super::requests::heed_looks;
use super::state::{Judge, Stage};
use super::word::{Word, read_line};

/// A line: one that was owed, or something is wrong.
pub(super) fn sees_line(judge: &mut Judge<'_>, text: &str) {
    let Some(word) = read_line(text) else { return };
    if takes_word(judge, word) {
        return;
    }
    if judge.stage == Stage::Ending {
        // At the door whoever is still being looked at is heeded.
        heed_looks(judge);
        if takes_word(judge, word) {
            return;
        }
    }
    let is_end = word == Word::Accepted;
    let check = if is_end { ServingCheck::NoEndWithoutARequest } else { word.check() };
    judge.fail(check, || format!("'{text}' is not so"));
}

pub(super) fn takes_word(judge: &mut Judge<'_>, word: Word) -> bool {
    let at = judge.owed.words.iter().position(|owed| *owed == word);
    at.map(|at| judge.owed.words.remove(at)).is_some()
}

pub(super) fn check_lines(judge: &mut Judge<'_>) {
    if let Some(word) = judge.owed.words.first().copied() {
        judge.fail(word.check(), || format!("{word:?} was not said"));
    }
}
