//! What must hold, in every step of every life.

use std::fmt;

/// A check. It displays as the sentence that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServingCheck {
    /// inittab(5), ACTIONS.
    NobodyRunsTwice,
    /// inittab(5), ACTIONS: "First", "After sysinit", "Always: started again whenever it ends".
    WhatIsDueIsStarted,
    /// inittab(5): "In a level, entries run in the order of the file; one that is waited for lets those
    /// behind it wait."
    OrderIsKept,
    /// inittab(5), respawn: "One that ends within a second is started again after a second"; "the tenth
    /// time within two minutes it rests for five".
    RestIsKept,
    /// The same, as a bound that needs no book-keeping.
    CrashLoopIsBounded,
    /// init(8), SIGNALS: "TSTP: start respawn and askfirst entries no more".
    PauseIsKept,
    /// inittab(5): the runlevels field, and what a table that was read again no longer has.
    OnlyWhatHasAPlaceIsStarted,
    /// inittab(5), Commands; init(8), ENVIRONMENT.
    ProcessIsAsItsLineSays,
    /// inittab(5), "Reading it again"; "Everything else keeps its process".
    WhoStaysIsLeftAlone,
    /// inittab(5): "ends what has no place in the new level: TERM to its process group".
    WhoLeavesIsAsked,
    /// "and KILL after 5 seconds, or those that -t gave".
    WhoDoesNotLeaveIsKilled,
    /// kill(2): a process id that was reaped may be somebody else's.
    OnlyOwnProcessesAreSignalled,
    /// init(8), FILES: utmp gets "the boot, each runlevel, and the processes of entries".
    RecordsAreTrue,
    /// telinit(8): "Change to that runlevel"; inittab(5): the boot's way through its levels.
    LevelIsTheOneAskedFor,
    /// init(8), "A new version": "hands over what it knows".
    TakeoverLosesNothing,
    /// init(8), telinit(8): what is asked is done, or refused with a word.
    NoRequestIsLost,
    /// init(8): "A kexec with no kernel loaded is refused before anything is stopped"; "Without a restart
    /// entry, QUIT changes nothing".
    NoEndWithoutARequest,
    /// init(8), "End of the machine": after an accepted end its scripts run, and nothing else starts.
    OnlyScriptsAfterTheEnd,
    /// inittab(5), shutdown: "Each has script_ms, then it is killed with its process group".
    ScriptsAreBounded,
    /// init(8): "total_ms bounds all of them together".
    EndComesInTime,
    /// init(8): what is handed over to the last stage is what was accepted.
    HandoverIsTrue,
    /// What goes wrong is worth a line, once.
    WhatIsWrongIsSaid,
    /// Sixteen at the most.
    HelpersAreBounded,
    /// A step asks for a few things for each entry at the most.
    EffectsAreBounded,
    /// PID 1 sleeps until something is due.
    NoSpin,
    /// Whatever is due some time later has a deadline.
    NoEndlessWait,
}

impl fmt::Display for ServingCheck {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NobodyRunsTwice => "no entry runs twice at once",
            Self::WhatIsDueIsStarted => "an entry that is due is started at once",
            Self::OrderIsKept => "entries keep their order, and wait for one that is waited for",
            Self::RestIsKept => "an entry that ended rests as long as its dialect says",
            Self::CrashLoopIsBounded => "an entry that fails is started a few times a second",
            Self::PauseIsKept => "what TSTP holds back is not started before CONT",
            Self::OnlyWhatHasAPlaceIsStarted => {
                "only what has a place in table and level is started"
            }
            Self::ProcessIsAsItsLineSays => "a process is started as its line says",
            Self::WhoStaysIsLeftAlone => "whoever has a place keeps its process",
            Self::WhoLeavesIsAsked => "whoever has no place any more gets TERM, once",
            Self::WhoDoesNotLeaveIsKilled => "who does not leave gets KILL when its grace is over",
            Self::OnlyOwnProcessesAreSignalled => "signals go to living processes of entries alone",
            Self::RecordsAreTrue => "each start, end and level is recorded once, in order",
            Self::LevelIsTheOneAskedFor => "the machine is in the level that it was led to",
            Self::TakeoverLosesNothing => "a new version knows all that the old one knew",
            Self::NoRequestIsLost => "what is asked for is done, or refused with a word",
            Self::NoEndWithoutARequest => "the end begins when it was asked for and accepted",
            Self::OnlyScriptsAfterTheEnd => "after an accepted end only its scripts are started",
            Self::ScriptsAreBounded => "a script of the end whose time is over is killed",
            Self::EndComesInTime => "an accepted end comes to its last stage in time",
            Self::HandoverIsTrue => "the last stage is told what was accepted",
            Self::WhatIsWrongIsSaid => "what goes wrong is said, once",
            Self::HelpersAreBounded => "no more than 16 helpers are at work",
            Self::EffectsAreBounded => "a step asks for a few things for each entry",
            Self::NoSpin => "PID 1 sleeps until something is due",
            Self::NoEndlessWait => "whatever is due later has a deadline",
        })
    }
}
