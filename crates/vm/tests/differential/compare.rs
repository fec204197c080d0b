//! Whether the two inits did the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use vm::cell::{Record, Report};

use crate::case::{Case, Side};

/// One thing that happened, in words, and everything else about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Happening {
    summary: String,
    facts: BTreeMap<String, String>,
}

pub(crate) fn compare(case: &Case, busybox: &Report, rekindle: &Report) -> Result<()> {
    for report in [busybox, rekindle] {
        if let Some(failure) = &report.failure {
            bail!(
                "{}: {failure}\nwhat ran:\n{}its console:\n{}",
                report.name,
                render(&trace(case, report)),
                report.console
            );
        }
    }
    let [theirs, ours] = [busybox, rekindle].map(|report| trace(case, report));
    ensure!(!theirs.is_empty(), "{}: nothing ran", case.name);
    for (side, report) in [(Side::BusyBox, busybox), (Side::Rekindle, rekindle)] {
        check_console(case, side, &report.console)?;
        check_pauses(case, side, &report.records)?;
    }
    if !case.has_trace() {
        return agree(&case.name, &theirs, &ours);
    }
    ensure!(
        theirs != ours,
        "{}: marked as differing, and it does not:\n{}",
        case.name,
        render(&ours)
    );
    let theirs = take_expected(case, Side::BusyBox, theirs)?;
    let ours = take_expected(case, Side::Rekindle, ours)?;
    rest_agrees(case, &theirs, &ours)
}

fn check_console(case: &Case, side: Side, console: &str) -> Result<()> {
    for line in case.section("console", side) {
        let (count, text) = line.split_once(' ').context("console: =COUNT TEXT or >COUNT TEXT")?;
        let found = console.matches(text).count();
        let is_right = match (count.strip_prefix('='), count.strip_prefix('>')) {
            (Some(exact), _) => found == exact.parse::<usize>()?,
            (_, Some(fewer)) => found > fewer.parse::<usize>()?,
            (None, None) => bail!("console: =COUNT TEXT or >COUNT TEXT"),
        };
        let (name, side) = (&case.name, side.name());
        ensure!(is_right, "{name}: {text:?} is {found} times on the console of {side}:\n{console}");
    }
    Ok(())
}

fn check_pauses(case: &Case, side: Side, records: &[Record]) -> Result<()> {
    for line in case.section("pauses", side) {
        let (number, bound, command) = parse_pause(line)?;
        let of_it: Vec<&Record> = records.iter().filter(|record| record.is_of(command)).collect();
        let times = of_it.get(number - 1).zip(of_it.get(number));
        let (one, next) = times.with_context(|| format!("too few of {command}"))?;
        let pause_ms = next.at_ms.saturating_sub(one.at_ms);
        let is_right = match (bound.strip_prefix('>'), bound.strip_prefix('<')) {
            (Some(least), _) => pause_ms > least.parse::<u64>()?,
            (_, Some(most)) => pause_ms < most.parse::<u64>()?,
            (None, None) => bail!("pauses: >MILLISECONDS or <MILLISECONDS"),
        };
        let (name, side) = (&case.name, side.name());
        ensure!(is_right, "{name}: {side} paused {pause_ms} ms: {line}");
    }
    Ok(())
}

fn parse_pause(line: &str) -> Result<(usize, &str, &str)> {
    let mut words = line.splitn(3, ' ');
    let number = words.next().and_then(|word| word.parse().ok()).filter(|number| *number > 0);
    let parts = number.zip(words.next()).zip(words.next());
    let ((number, bound), command) = parts.context("pauses: NUMBER BOUND COMMAND")?;
    Ok((number, bound, command))
}

/// In the order of fork(2). What happened to a process follows its start.
fn trace(case: &Case, report: &Report) -> Vec<Happening> {
    let mut records: Vec<&Record> = report.records.iter().collect();
    records.sort_by_key(|record| record.pid);
    let mut trace: Vec<Happening> = records
        .into_iter()
        .map(|record| Happening { summary: record.summary(), facts: facts_of(case, record) })
        .collect();
    if case.is_unordered {
        trace.sort_by(|one, other| one.summary.cmp(&other.summary));
    }
    trace.extend(
        report
            .end
            .iter()
            .map(|end| Happening { summary: format!("init {end}"), facts: BTreeMap::new() }),
    );
    trace
}

fn facts_of(case: &Case, record: &Record) -> BTreeMap<String, String> {
    let mut facts = record.facts.clone();
    if case.is_race_for_terminal {
        facts.remove("controlling terminal");
        facts.remove("in the foreground");
    }
    facts.insert("is process 1".into(), (record.pid == 1).to_string());
    facts
}

fn agree(name: &str, theirs: &[Happening], ours: &[Happening]) -> Result<()> {
    let summaries = |trace: &[Happening]| -> Vec<String> {
        trace.iter().map(|happening| happening.summary.clone()).collect()
    };
    if summaries(theirs) != summaries(ours) {
        bail!("{name}: BusyBox ran\n{}\nRekindle ran\n{}", render(theirs), render(ours));
    }
    let differences: String =
        theirs.iter().zip(ours).map(|(one, other)| describe(one, other)).collect();
    ensure!(differences.is_empty(), "{name}: not the same:\n{differences}");
    Ok(())
}

/// The facts in which two records of the same command differ.
fn describe(theirs: &Happening, ours: &Happening) -> String {
    let mut names: Vec<&String> = theirs.facts.keys().chain(ours.facts.keys()).collect();
    names.sort();
    names.dedup();
    let mut text = String::new();
    for name in names {
        let (one, other) = (theirs.facts.get(name), ours.facts.get(name));
        if one != other {
            let _ = writeln!(
                text,
                "  {}: {name}: BusyBox {}, Rekindle {}",
                theirs.summary,
                one.map_or("nothing", String::as_str),
                other.map_or("nothing", String::as_str)
            );
        }
    }
    text
}

fn render(trace: &[Happening]) -> String {
    trace.iter().map(|happening| format!("  {}\n", happening.summary)).collect()
}

/// Holds a trace against its expected lines: `COMMAND ;; FACT=VALUE ;; -FACT`. A fact so given is
/// taken out, and what is left has to agree with the other trace; `-FACT` must not be there.
fn take_expected(case: &Case, side: Side, mut trace: Vec<Happening>) -> Result<Vec<Happening>> {
    let expected = case.section("trace", side);
    let commands: Vec<&str> = expected.iter().map(|line| split_expected(line).0).collect();
    let actual: Vec<&str> = trace.iter().map(|happening| happening.summary.as_str()).collect();
    if commands != actual {
        let (name, side) = (&case.name, side.name());
        bail!(
            "{name}: expected of {side}\n  {}\nbut it ran\n{}",
            commands.join("\n  "),
            render(&trace)
        );
    }
    for (happening, line) in trace.iter_mut().zip(expected) {
        for given in split_expected(line).1 {
            let (fact, value) = match given.strip_prefix('-') {
                Some(absent) => (absent, None),
                None => {
                    given.split_once('=').map_or((given, None), |(fact, value)| (fact, Some(value)))
                }
            };
            let found = happening.facts.remove(fact);
            ensure!(
                found.as_deref() == value,
                "{}: {} of {}: expected {value:?}, found {found:?}",
                case.name,
                fact,
                happening.summary
            );
        }
    }
    Ok(trace)
}

fn split_expected(line: &str) -> (&str, Vec<&str>) {
    let mut parts = line.split(" ;; ");
    let command = parts.next().unwrap_or_default();
    (command, parts.collect())
}

/// What both ran has to agree in everything that is not given as differing.
fn rest_agrees(case: &Case, theirs: &[Happening], ours: &[Happening]) -> Result<()> {
    let mut left: Vec<&Happening> = theirs.iter().collect();
    let mut differences = String::new();
    for happening in ours {
        let same = left.iter().position(|other| other.summary == happening.summary);
        if let Some(at) = same {
            differences.push_str(&describe(left.remove(at), happening));
        }
    }
    ensure!(differences.is_empty(), "{}: differs in more than it says:\n{differences}", case.name);
    Ok(())
}
