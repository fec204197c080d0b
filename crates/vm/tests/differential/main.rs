//! Rekindle's init beside BusyBox's: the same inittabs, the same signals, the same trace, except
//! for the rows of the table of differences in init(8).
//!
//! Both run side by side in cells of one machine (see `vm::cell`). `case.rs` says how a case is
//! written.

mod case;
mod compare;
mod machines;
mod step;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use case::{Case, Side, parse_cases};
use vm::cell::Report;
use vm::place::repository;
use vm::{Running, Scenario, Verdict};

/// Where scripts go in and reports come out.
const FOLDER: &str = "/cells";

/// Cells spend most of their time waiting for an init's own pauses.
const AT_A_TIME: &str = "6";

/// What the slowest file of cases may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(400);

fn read_cases(file: &str) -> Result<(Vec<Case>, String)> {
    let path = repository().join("crates/vm/tests/differential/cases").join(file);
    let text =
        fs::read_to_string(&path).with_context(|| format!("unable to read {}", path.display()))?;
    parse_cases(&text).with_context(|| format!("in {file}"))
}

/// Boots a machine, runs every case of a file under both inits, compares.
fn run_file(file: &str) -> Result<()> {
    let only = std::env::var("REKINDLE_CASE").unwrap_or_default();
    let (mut cases, machine) = read_cases(file)?;
    cases.retain(|case| case.name.contains(&only));
    let mut scripts = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        for side in Side::BOTH {
            let script =
                case.script(side).with_context(|| format!("{file}: case {}", case.name))?;
            let text = serde_json::to_string(&script).context("unable to render a script")?;
            scripts.push((script_name(number, side), text));
        }
    }
    let scenario = Scenario::on_disk().command_line(&machine).processors(2).memory_mib(768).files(
        move |tree| {
            tree.directory(FOLDER);
            for (name, text) in scripts {
                tree.text(format!("{FOLDER}/{name}.script"), &text);
            }
        },
    );
    let mut up = scenario.boot()?;
    let ran = up.run_within(&["/bin/vm-agent", "cells", FOLDER, AT_A_TIME], LIMIT)?;
    ensure!(ran.status == Some(0), "unable to run the cells: {}", ran.stderr);
    let result = judge(&mut up, &cases);
    up.request("reboot")?.ends_with(Verdict::Reset)?;
    result
}

fn script_name(number: usize, side: Side) -> String {
    format!("{number:03}-{}", side.name())
}

fn judge(up: &mut Running, cases: &[Case]) -> Result<()> {
    let mut faults = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let [busybox, rekindle] = Side::BOTH.map(|side| read_report(up, number, side));
        let (busybox, rekindle) = (busybox?, rekindle?);
        println!("{}: {} ms, {} ms", case.name, busybox.took_ms, rekindle.took_ms);
        if let Err(fault) = compare::compare(case, &busybox, &rekindle) {
            faults.push(format!("{fault:#}"));
        }
    }
    if !faults.is_empty() {
        bail!("{} of {} cases:\n\n{}", faults.len(), cases.len(), faults.join("\n\n"));
    }
    Ok(())
}

fn read_report(up: &mut Running, number: usize, side: Side) -> Result<Report> {
    let text = up.read_file(&format!("{FOLDER}/{}.report", script_name(number, side)))?;
    serde_json::from_str(&text).context("not a report")
}

macro_rules! files {
    ($($name:ident: $file:expr;)*) => {
        const FILES: &[&str] = &[$($file),*];
        $(#[test] fn $name() -> Result<()> { run_file($file) })*
    };
}

files! {
    order_and_actions: "actions.txt";
    commands: "commands.txt";
    grammar: "grammar.txt";
    terminals: "terminals.txt";
    environment_and_arguments: "environment.txt";
    reload: "reload.txt";
    signals: "signals.txt";
    ends: "ends.txt";
    limited_ends: "limits.txt";
    inittabs_of_the_field: "field.txt";
}

#[test]
fn every_row_of_the_table_has_a_case_and_every_difference_a_row() -> Result<()> {
    let rows: BTreeSet<String> = table::read_keys()?.into_iter().collect();
    let mut named = BTreeSet::new();
    let (mut count, mut names) = (0, BTreeSet::new());
    named.extend(machines::ROWS.map(str::to_owned));
    for file in FILES {
        for case in read_cases(file)?.0 {
            ensure!(names.insert(case.name.clone()), "two cases are called {}", case.name);
            count += case.count_inittabs();
            named.extend(case.differs);
        }
    }
    println!("{count} inittabs");
    let without_case: Vec<_> = rows.difference(&named).collect();
    let without_row: Vec<_> = named.difference(&rows).collect();
    ensure!(without_case.is_empty(), "rows of init(8) that no case proves: {without_case:?}");
    ensure!(without_row.is_empty(), "cases differ by rows that init(8) lacks: {without_row:?}");
    ensure!(count >= 60, "only {count} inittabs");
    Ok(())
}
