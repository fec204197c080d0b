//! What PID 1 says: what is worth a line is said once, and nothing else is.

use super::check::ServingCheck;

/// A line that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Level(u8),
    Accepted,
    Refused,
    AskedAgain,
    Joined,
    ScriptKilled,
    CantStart,
    EndedBadly,
    Throttled,
    /// The power changed; whether an entry is for that.
    Power(bool),
    /// So many that leave can't be killed.
    GivenUp(u32),
    Unreadable,
    ConfigurationUnread,
    ConfigurationLine,
}

impl Word {
    pub(super) fn check(self) -> ServingCheck {
        match self {
            Self::Level(_) => ServingCheck::LevelIsTheOneAskedFor,
            Self::Accepted | Self::Refused | Self::AskedAgain | Self::Joined => {
                ServingCheck::NoRequestIsLost
            }
            Self::ScriptKilled
            | Self::CantStart
            | Self::EndedBadly
            | Self::Throttled
            | Self::Power(_)
            | Self::GivenUp(_)
            | Self::Unreadable
            | Self::ConfigurationUnread
            | Self::ConfigurationLine => ServingCheck::WhatIsWrongIsSaid,
        }
    }
}

pub(super) fn read_line(text: &str) -> Option<Word> {
    if let Some(level) = text.strip_prefix("entering runlevel ") {
        return level.bytes().next().map(Word::Level);
    }
    if let Some(power) = text.strip_prefix("the power ") {
        return Some(Word::Power(!power.ends_with("no entry for it")));
    }
    let is_refusal = text.starts_with("not replaced by /sbin/init")
        || text.ends_with("no ctrlaltdel entry; ignored")
        || text.starts_with("ctrl-alt-del from")
        || text.ends_with("runlevel ignored")
        || text.starts_with("/run/initctl: ") && text.ends_with("; ignored")
        || text.contains(" refused: ")
        || text.ends_with("inittab has no restart entry; going on");
    if is_refusal {
        return Some(Word::Refused);
    }
    if text.ends_with("that had to leave can't be killed; going on") {
        return text.split(' ').next()?.parse().ok().map(Word::GivenUp);
    }
    let is_ended = text.starts_with('\'')
        && (text.contains(") exited with ") || text.contains(") killed by signal "));
    Some(match () {
        () if text.contains("asked again by ") => Word::AskedAgain,
        () if text.ends_with(": scripts are over") => Word::Joined,
        () if text.contains(") asked for by ") => Word::Accepted,
        () if text.contains(" did not end in ") => Word::ScriptKilled,
        () if text.starts_with("can't start ") => Word::CantStart,
        () if text.starts_with("can't read /etc/rekindle.conf: ") => Word::ConfigurationUnread,
        () if text.starts_with("/etc/rekindle.conf:") => Word::ConfigurationLine,
        () if text.starts_with("can't read /etc/inittab") => Word::Unreadable,
        () if is_ended && text.contains(", at once and again") => Word::Throttled,
        () if is_ended => Word::EndedBadly,
        () => return None,
    })
}
