//! What is done wrong on purpose is noticed, and by which check.

use simulator::ending::{Check, EndingLife, Mutation, Tell};

/// In so many lives each fault is noticed.
const LIVES: u64 = 600;

/// The checks that notice a fault of PID 1's, the first of which must.
const fn noticed_by(mutation: Mutation) -> &'static [Check] {
    use Check as C;
    match mutation {
        Mutation::SkipsFinalSync | Mutation::EndsBeforeDisks => {
            &[C::SyncsBeforeTheEnd, C::WritesAccount]
        }
        Mutation::KeepsSwapping => &[C::TellsTheTruthInTheAccount, C::StopsSwap],
        Mutation::LosesAccount => &[C::WritesAccountFirst, C::WritesAccount],
        Mutation::UnmountsBeforeAccount => {
            &[C::WritesAccountFirst, C::TellsTheTruthOnTheConsole, C::LeavesTheHostAlone]
        }
        Mutation::WritesUntrueAccount => &[C::TellsTheTruthInTheAccount],
        Mutation::KillsAtOnce => &[C::GivesGrace],
        Mutation::NeverAsks => &[C::TellsTheTruthOnTheConsole, C::NeverDawdles],
        Mutation::LeavesStopped => {
            &[C::ContinuesTheStopped, C::ContinuesBeforeAsking, C::TellsTheTruthOnTheConsole]
        }
        Mutation::ContinuesLate => &[C::ContinuesBeforeAsking, C::TellsTheTruthOnTheConsole],
        Mutation::NeverKills => &[C::NeverDawdles, C::TellsTheTruthOnTheConsole],
        Mutation::TakesPoorLookForWhole => &[C::SparesWhoServes, C::NeverDawdles, C::GivesGrace],
        Mutation::LooksByItself | Mutation::UnmountsByItself => &[C::WaitsForNobody],
        Mutation::KnowsHelpersByName
        | Mutation::KnowsDeadByLetter
        | Mutation::TakesNoChildForNobody => &[
            C::TouchesDisksAfterProcesses,
            C::TellsTheTruthOnTheConsole,
            C::TellsTheTruthInTheAccount,
            C::SparesWhoServes,
            C::GivesGrace,
        ],
        Mutation::WatchesEverybody | Mutation::RemountsAllAtOnce | Mutation::LooksWithoutRest => {
            &[C::StaysWithinItsPools]
        }
        Mutation::DropsSignalsAtBecome
        | Mutation::ForgetsDialect
        | Mutation::IgnoresSecondRequest => &[C::HeedsASecondRequest, C::TellsTheTruthOnTheConsole],
        Mutation::ForgetsDeadline => &[C::HasADeadline],
        Mutation::MissesEnds => &[C::NeverDawdles],
        Mutation::EndsOtherwise => &[C::DoesWhatWasAsked],
        Mutation::StopsForRefused => &[C::ChangesNothingBeforeAcceptance],
        Mutation::Boasts => &[C::TellsTheTruthOnTheConsole],
    }
}

/// What notices it, once a life.
fn notice(mutation: Mutation) -> Vec<Check> {
    let mut noticed = Vec::new();
    for seed in 0..LIVES {
        let life = EndingLife { mutation: Some(mutation), ..EndingLife::at_random(seed) };
        noticed.extend(life.tell().1.map(|violation| violation.check));
    }
    noticed
}

#[test]
fn each_fault_is_noticed_by_the_check_that_is_about_it() {
    for mutation in Mutation::ALL {
        let (expected, noticed) = (noticed_by(mutation), notice(mutation));
        assert!(noticed.contains(&expected[0]), "{mutation:?}: only {noticed:?}");
        let other = noticed.iter().find(|check| !expected.contains(check));
        assert_eq!(other, None, "{mutation:?}");
    }
}
