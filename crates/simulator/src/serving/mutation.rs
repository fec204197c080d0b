//! What goes wrong between PID 1 and the world on purpose: each has to be noticed.

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServingMutation {
    /// Every start is done twice.
    StartsTwice,
    /// What ended is started again in the same moment.
    StartsWithoutRest,
    /// The same, but only after an end was accepted.
    StartsAfterTheEnd,
    /// PID 1 is not told that a process of an entry ended.
    EndIsNotTold,
    /// PID 1 is told too early that an entry ended that others wait for.
    EndIsToldEarly,
    /// TSTP is lost.
    PauseIsLost,
    /// Every other request for an end is lost.
    EndingSignalIsLost,
    /// Every other piece that is read from the FIFO is lost.
    FifoPieceIsLost,
    /// A table that can't be read looks like one with another entry.
    UnreadTableIsTaken,
    /// A reload ends one that stays.
    ReloadEndsWhoStays,
    /// A change of level ends one that stays.
    LevelEndsWhoStays,
    /// TERM goes to a process id whose process was reaped.
    TermGoesToReaped,
    /// TERM is lost.
    TermIsLost,
    /// KILL is lost.
    KillIsLost,
    /// The last record of each write is lost.
    RecordIsLost,
    /// PID 1 becomes another program with its signals at their defaults.
    BecomesWithoutSignals,
    /// A new version is not told of the last entry.
    HandoverForgetsEntry,
    /// A new version is not told which process is whose.
    HandoverForgetsProcesses,
    /// A new version is told of another runlevel.
    HandoverChangesLevel,
    /// The last stage is told of another urgency.
    LastStageIsToldWrong,
    /// Children don't get RUNLEVEL.
    EnvironmentIsCut,
    /// A kernel that is not there looks loaded.
    NoKernelLooksLoaded,
    /// A program that can't take over seems to.
    AnybodyCanTakeOver,
    /// PID 1 is not told that the copy of its program is there.
    CopyIsNotTold,
    /// The deadline is lost.
    SleepsForEver,
    /// The deadline is always now.
    NeverSleeps,
    /// A helper is asked for that nobody needs, again and again.
    AsksForHelpers,
    /// A line is said a hundred times.
    SaysTooMuch,
}

impl ServingMutation {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::StartsTwice,
        Self::StartsWithoutRest,
        Self::StartsAfterTheEnd,
        Self::EndIsNotTold,
        Self::EndIsToldEarly,
        Self::PauseIsLost,
        Self::EndingSignalIsLost,
        Self::FifoPieceIsLost,
        Self::UnreadTableIsTaken,
        Self::ReloadEndsWhoStays,
        Self::LevelEndsWhoStays,
        Self::TermGoesToReaped,
        Self::TermIsLost,
        Self::KillIsLost,
        Self::RecordIsLost,
        Self::BecomesWithoutSignals,
        Self::HandoverForgetsEntry,
        Self::HandoverForgetsProcesses,
        Self::HandoverChangesLevel,
        Self::LastStageIsToldWrong,
        Self::EnvironmentIsCut,
        Self::NoKernelLooksLoaded,
        Self::AnybodyCanTakeOver,
        Self::CopyIsNotTold,
        Self::SleepsForEver,
        Self::NeverSleeps,
        Self::AsksForHelpers,
        Self::SaysTooMuch,
    ];
}
