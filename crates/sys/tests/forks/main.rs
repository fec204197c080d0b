//! What forked children keep and what programs find that PID 1 starts or becomes. Each case is a process
//! of its own with one thread, as PID 1 is: in a program with several, a fork may come to a standstill.

mod children;
mod helpers;
mod observed;
mod successors;

use std::env::{args, current_exe};
use std::process::{Command, ExitCode, Stdio};

const CASES: [(&str, fn()); 7] = [
    ("helpers_tell_what_they_see", helpers::tell_what_they_see),
    ("a_helper_keeps_its_own_ends_only", helpers::keep_their_own_ends_only),
    ("a_helper_that_died_or_hangs_says_so", helpers::that_died_or_hang_say_so),
    ("the_copy_of_the_program_is_filled_by_a_helper", helpers::fill_the_copy),
    ("a_child_gets_the_limit_that_was_inherited", children::get_the_inherited_limit),
    ("a_child_that_waits_for_enter_holds_nothing_of_ours", children::hold_nothing_while_they_wait),
    ("a_successor_gets_the_handover_and_the_signals", successors::get_all_that_is_theirs),
];

fn main() -> ExitCode {
    let words: Vec<String> = args().collect();
    if words.get(1).is_some_and(|word| word == successors::SECOND_STAGE) {
        successors::check_second_stage();
        return ExitCode::SUCCESS;
    }
    if let Some((_, case)) = CASES.iter().find(|(name, _)| words.get(1).is_some_and(|w| w == name))
    {
        case();
        return ExitCode::SUCCESS;
    }
    let failed = CASES.iter().filter(|(name, _)| !passes(name)).count();
    println!("\ntest result: {} passed; {failed} failed", CASES.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn passes(name: &str) -> bool {
    // Standard input is no terminal that a case could change.
    let mut case = Command::new(current_exe().unwrap());
    let output = case.arg(name).stdin(Stdio::null()).output().unwrap();
    let verdict = if output.status.success() { "ok" } else { "FAILED" };
    println!("test {name} ... {verdict}");
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stdout));
        print!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}
