//! What a check is.

use crate::life::Violation;
use std::fmt;

/// Each check once: its name and the sentence that has to hold.
macro_rules! checks {
    ($($check:ident: $sentence:literal,)*) => {
        /// A check: a sentence about every life.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Check {
            $(#[doc = concat!($sentence, ".")] $check,)*
        }

        impl Check {
            /// What has to hold.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$check => $sentence,)*
                }
            }
        }
    };
}

checks! {
    SparesWhoServes: "nobody who is or may be spared gets a signal",
    LeavesHelpersAlone: "no helper of PID 1's gets a signal",
    SignalsOnlyWhoCanEnd: "no thread of the kernel gets a signal of its own",
    HangsUpTerminalsOnly: "HUP goes to nobody without a terminal",
    AsksBeforeKilling: "KILL comes never before TERM",
    GivesGrace: "KILL comes never before the grace is over",
    ContinuesTheStopped: "nobody is killed who was asked and never continued",
    ContinuesBeforeAsking: "the stopped are continued before the end of their parents hangs them up",
    ChangesNothingBeforeAcceptance: "a request that is refused leaves no trace",
    TouchesDisksAfterProcesses: "no disk goes, and no machine, while a process lives that was not given up and told",
    SyncsBeforeTheEnd: "the kernel is not called before a sync that ended or was given up",
    StopsSwap: "no swap file is left that was not tried",
    WritesAccountFirst: "the account is written before its file system goes",
    WritesAccount: "the account is written where it can be",
    TellsTheTruthInTheAccount: "the account is true",
    TellsTheTruthOnTheConsole: "what is said is true",
    NamesWhatIsLeftWritable: "no file system is left writable and not named",
    DoesWhatWasAsked: "the machine ends as it was asked to",
    HeedsASecondRequest: "a second request is heeded",
    AnswersEveryRequest: "a request is accepted or refused",
    EndsInTime: "an accepted end comes within its total and what its steps may take",
    WaitsForNobody: "PID 1 itself does nothing that can hang",
    StaysWithinItsPools: "helpers, watches and ops on storage stay within their pools",
    BoundsEveryOp: "every op of a helper has a deadline within the total",
    HasADeadline: "nothing waits without a deadline",
    ComesToRest: "PID 1 comes to rest",
    NeverDawdles: "each wait ends as early as the facts allow",
    LeavesTheHostAlone: "a container leaves its host alone",
}

/// What a check says.
pub(in crate::ending) type CheckResult = Result<(), Violation<Check>>;

impl Check {
    /// It does not hold.
    pub(in crate::ending) fn broken(self, seen: String) -> Violation<Self> {
        Violation { check: self, seen }
    }

    /// It has to hold.
    pub(in crate::ending) fn require(
        self,
        holds: bool,
        seen: impl FnOnce() -> String,
    ) -> CheckResult {
        if holds { Ok(()) } else { Err(self.broken(seen())) }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.sentence())
    }
}
