//! Outcomes as cargo-mutants 27.1 writes them, as far as they are read.

use super::{Outcomes, complain_of_floors, render_folders};

fn outcome(file: &str, change: &str, summary: &str) -> String {
    format!(
        r#"{{"scenario": {{"Mutant": {{"name": "{file}:7:9: {change}", "package": "rekindle-core",
            "file": "{file}", "function": null, "genre": "FnValue"}}}},
            "summary": "{summary}", "log_path": "log/x.log", "phase_results": []}}"#
    )
}

fn parse(mutants: &[String]) -> anyhow::Result<Outcomes> {
    let baseline = r#"{"scenario": "Baseline", "summary": "Success"}"#.to_owned();
    let all = [&[baseline], mutants].concat().join(",");
    Outcomes::parse(&format!(r#"{{"outcomes": [{all}], "total_mutants": 3, "end_time": null}}"#))
}

const STAGE: &str = "crates/core/src/last/stage.rs";
const SERVE: &str = "crates/core/src/pid1/serve/table.rs";

fn many(file: &str, caught: usize, missed: usize) -> Vec<String> {
    let caught = vec![outcome(file, "replace a", "CaughtMutant"); caught];
    [caught, vec![outcome(file, "replace b", "MissedMutant"); missed]].concat()
}

#[test]
fn what_ends_no_test_is_noticed_and_what_can_not_be_built_does_not_count() {
    let mutants = [
        outcome(STAGE, "replace Stage::now -> Moment with Default::default()", "Timeout"),
        outcome(STAGE, "replace < with <= in Stage::step", "MissedMutant"),
        outcome(STAGE, "replace < with == in Stage::step", "Unviable"),
        outcome(SERVE, "replace | with ^", "CaughtMutant"),
    ];
    let outcomes = parse(&mutants).unwrap();
    let expected = format!(
        "{:<40} 1 of 2 noticed, 50.0 %\n{:<40} 1 of 1 noticed, 100.0 %\n",
        "crates/core/src/last", "crates/core/src/pid1/serve"
    );
    assert_eq!(render_folders(&outcomes), expected);
    let survivors = outcomes.survivors();
    assert_eq!(survivors.len(), 1);
    assert_eq!(survivors[0].change, "replace < with <= in Stage::step");
    assert_eq!(survivors[0].name, format!("{STAGE}:7:9: replace < with <= in Stage::step"));
}

#[test]
fn too_little_noticed_is_a_complaint() {
    let fine = [many(STAGE, 98, 2), many(SERVE, 92, 8)].concat();
    assert_eq!(complain_of_floors(&parse(&fine).unwrap()), [""; 0]);
    let short = parse(&[many(STAGE, 979, 21), many(SERVE, 100, 0)].concat()).unwrap();
    let expected = "the last stage: 979 of 1000 noticed, 97.9 %; at least 98 % must be";
    assert_eq!(complain_of_floors(&short), [expected]);
    let all = parse(&[many(STAGE, 99, 1), many(SERVE, 80, 20)].concat()).unwrap();
    assert_eq!(complain_of_floors(&all).len(), 1);
    assert_eq!(complain_of_floors(&parse(&many(SERVE, 95, 5)).unwrap()), [""; 0]);
}

#[test]
fn a_run_that_shows_nothing_is_an_error() {
    assert!(parse(&[]).is_err());
    assert!(parse(&[outcome(STAGE, "replace a", "Success")]).is_err());
    assert!(Outcomes::parse("{}").is_err());
    let red = r#"{"outcomes": [{"scenario": "Baseline", "summary": "Failure"}]}"#;
    assert!(Outcomes::parse(red).unwrap_err().to_string().contains("before anything is changed"));
}
