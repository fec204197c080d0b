//! What can be done wrong on purpose.

/// A fault of PID 1's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mutation {
    /// No sync before the kernel is called.
    SkipsFinalSync,
    /// Swap files are not stopped.
    KeepsSwapping,
    /// The account is not written.
    LosesAccount,
    /// The account says that everybody ended by itself.
    WritesUntrueAccount,
    /// Whoever is asked is killed at once.
    KillsAtOnce,
    /// Nobody is asked.
    NeverAsks,
    /// The stopped are not continued.
    LeavesStopped,
    /// The stopped are continued only after the others were asked.
    ContinuesLate,
    /// KILL is forgotten.
    NeverKills,
    /// A look that told less is taken for a whole one (field.md A2).
    TakesPoorLookForWhole,
    /// PID 1 itself looks closer at processes (A1).
    LooksByItself,
    /// Helpers are known by their name (A3).
    KnowsHelpersByName,
    /// Who has a zombie for its first thread is dead (A4).
    KnowsDeadByLetter,
    /// As many are watched as there are (A5).
    WatchesEverybody,
    /// No child is nobody (A7).
    TakesNoChildForNobody,
    /// Signals are dropped where PID 1 becomes another program (B2).
    DropsSignalsAtBecome,
    /// The last stage has another dialect than the stage before (B3).
    ForgetsDialect,
    /// All that can be made read-only is, at once (B4).
    RemountsAllAtOnce,
    /// PID 1 looks without a rest (B9).
    LooksWithoutRest,
    /// It waits, and nothing will wake it.
    ForgetsDeadline,
    /// It is told of an end, and waits on.
    MissesEnds,
    /// A second request is not heeded.
    IgnoresSecondRequest,
    /// The machine ends in another way than it was asked to.
    EndsOtherwise,
    /// The kernel is called before the disks are.
    EndsBeforeDisks,
    /// A kexec that is refused stops everybody.
    StopsForRefused,
    /// The file system of the account goes first.
    UnmountsBeforeAccount,
    /// It says that more was done than was.
    Boasts,
    /// What can hang is done by PID 1 itself.
    UnmountsByItself,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::SkipsFinalSync,
        Self::KeepsSwapping,
        Self::LosesAccount,
        Self::WritesUntrueAccount,
        Self::KillsAtOnce,
        Self::NeverAsks,
        Self::LeavesStopped,
        Self::ContinuesLate,
        Self::NeverKills,
        Self::TakesPoorLookForWhole,
        Self::LooksByItself,
        Self::KnowsHelpersByName,
        Self::KnowsDeadByLetter,
        Self::WatchesEverybody,
        Self::TakesNoChildForNobody,
        Self::DropsSignalsAtBecome,
        Self::ForgetsDialect,
        Self::RemountsAllAtOnce,
        Self::LooksWithoutRest,
        Self::ForgetsDeadline,
        Self::MissesEnds,
        Self::IgnoresSecondRequest,
        Self::EndsOtherwise,
        Self::EndsBeforeDisks,
        Self::StopsForRefused,
        Self::UnmountsBeforeAccount,
        Self::Boasts,
        Self::UnmountsByItself,
    ];
}
