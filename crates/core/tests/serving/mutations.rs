//! A judge that would notice nothing is worth nothing: what goes wrong on purpose is noticed, each by
//! the check that it is about.

use simulator::life::Life;
use simulator::serving::ServingCheck as Check;
use simulator::serving::ServingLife;
use simulator::serving::ServingMutation as Mutation;

/// What goes wrong, in which life, and the check that notices it first there.
const NOTICED: [(Mutation, u64, Check); 28] = [
    (Mutation::StartsTwice, 1, Check::NobodyRunsTwice),
    (Mutation::StartsWithoutRest, 9, Check::RestIsKept),
    (Mutation::StartsAfterTheEnd, 9, Check::OnlyScriptsAfterTheEnd),
    (Mutation::EndIsNotTold, 8, Check::WhatIsDueIsStarted),
    (Mutation::EndIsToldEarly, 57, Check::OrderIsKept),
    (Mutation::PauseIsLost, 10, Check::PauseIsKept),
    (Mutation::EndingSignalIsLost, 53, Check::NoRequestIsLost),
    (Mutation::FifoPieceIsLost, 42, Check::LevelIsTheOneAskedFor),
    (Mutation::UnreadTableIsTaken, 126, Check::WhoStaysIsLeftAlone),
    (Mutation::ReloadEndsWhoStays, 2, Check::WhoStaysIsLeftAlone),
    (Mutation::LevelEndsWhoStays, 19, Check::WhoStaysIsLeftAlone),
    (Mutation::TermGoesToReaped, 3, Check::OnlyOwnProcessesAreSignalled),
    (Mutation::TermIsLost, 1, Check::WhoLeavesIsAsked),
    (Mutation::KillIsLost, 83, Check::WhoDoesNotLeaveIsKilled),
    (Mutation::RecordIsLost, 0, Check::RecordsAreTrue),
    (Mutation::BecomesWithoutSignals, 62, Check::NoRequestIsLost),
    (Mutation::HandoverForgetsEntry, 62, Check::WhatIsDueIsStarted),
    (Mutation::HandoverForgetsProcesses, 22, Check::NobodyRunsTwice),
    (Mutation::HandoverChangesLevel, 101, Check::OnlyWhatHasAPlaceIsStarted),
    (Mutation::LastStageIsToldWrong, 0, Check::HandoverIsTrue),
    (Mutation::EnvironmentIsCut, 1, Check::ProcessIsAsItsLineSays),
    (Mutation::NoKernelLooksLoaded, 53, Check::NoEndWithoutARequest),
    (Mutation::AnybodyCanTakeOver, 91, Check::TakeoverLosesNothing),
    (Mutation::CopyIsNotTold, 7, Check::EndComesInTime),
    (Mutation::SleepsForEver, 1, Check::NoEndlessWait),
    (Mutation::NeverSleeps, 0, Check::NoSpin),
    (Mutation::AsksForHelpers, 0, Check::HelpersAreBounded),
    (Mutation::SaysTooMuch, 0, Check::EffectsAreBounded),
];

/// Where lives are made anew, another seed is named that shows the same.
const SEARCHED: u64 = 5_000;

fn notices(mutation: Mutation, seed: u64) -> Option<Check> {
    let broken = ServingLife::of_seed(seed).with(mutation).live().err();
    broken.map(|broken| broken.violation.check)
}

#[test]
fn what_goes_wrong_on_purpose_is_noticed_by_the_check_that_it_is_about() {
    for (mutation, seed, check) in NOTICED {
        let noticed = notices(mutation, seed);
        if noticed != Some(check) {
            let other = (0..SEARCHED).find(|seed| notices(mutation, *seed) == Some(check));
            panic!("{mutation:?}, seed {seed}: {noticed:?}; {check:?} is first in {other:?}");
        }
    }
}

#[test]
fn each_mutation_has_its_life() {
    let has_life = |mutation: &Mutation| NOTICED.iter().any(|(other, ..)| other == mutation);
    assert!(Mutation::ALL.iter().all(has_life));
}
