//! /etc/inittab: any bytes give a table, and a bad line costs only itself.

use std::collections::HashSet;

use rekindle_core::child::{plan_command, plan_sysvinit_command};
use rekindle_core::inittab::{Dialect, Entry, Problem, Table, parse_inittab, parse_inittab_as};
use rekindle_core::text::Shown;

/// The id that several lines of sysvinit's dialect may have.
const SHARED_ID: &[u8] = b"~~";

/// Checks every property of the parser on one file.
pub fn check_inittab(text: &[u8]) {
    let detected = parse_inittab(text).dialect;
    for dialect in Dialect::ALL {
        let whole = parse_inittab_as(text, dialect);
        whole.entries.iter().for_each(|entry| check_entry(entry, dialect));
        whole.problems.iter().for_each(check_problem);
        check_order(&whole);
        assert_eq!(whole, parse_line_by_line(text, dialect), "lines change each other's meaning");
        assert!(dialect != detected || whole == parse_inittab(text), "not the dialect it says");
    }
}

/// What PID 1 does with an entry works out: it can be executed, and shown on the console.
fn check_entry(entry: &Entry, dialect: Dialect) {
    let Entry { line, id, runlevels, action, command } = entry;
    assert!(*line > 0, "an entry from no line: {entry:?}");
    assert!(!command.iter().any(|byte| matches!(byte, 0 | b'\n')), "not one argument: {entry:?}");
    assert!(!id.iter().any(|byte| matches!(byte, 0 | b'\n')), "no path: {entry:?}");
    let plan = match dialect {
        Dialect::BusyBox => plan_command(command),
        Dialect::Sysvinit => plan_sysvinit_command(command),
    };
    let runs = !matches!(action.name(), "initdefault" | "off");
    let can_run = plan.is_some_and(|plan| !plan.programs.is_empty() && !plan.arguments.is_empty());
    assert!(can_run || !runs, "names no program: {entry:?}");
    for field in [id, command, runlevels] {
        let shown = Shown(field).to_string();
        assert!(!shown.contains(char::is_control), "steers a terminal: {entry:?}");
    }
}

fn check_problem(problem: &Problem) {
    let Problem { line, reason } = problem;
    let text = format!("/etc/inittab:{line}: {reason}");
    assert!(*line > 0 && !reason.is_empty(), "says nothing: {text}");
    assert!(!text.contains(char::is_control), "more than a line: {text}");
}

/// Both lists are in the order of the file, and no line is in them twice.
fn check_order(table: &Table) {
    let entries: Vec<usize> = table.entries.iter().map(|entry| entry.line).collect();
    let problems: Vec<usize> = table.problems.iter().map(|problem| problem.line).collect();
    for lines in [&entries, &problems] {
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "out of order: {lines:?}");
    }
    let problems: HashSet<usize> = problems.into_iter().collect();
    assert!(!entries.iter().any(|line| problems.contains(line)), "an entry and a problem at once");
}

/// Each line parsed as if it were the whole file. What a line can't know alone is whether its id is
/// taken, which matters to sysvinit only.
fn parse_line_by_line(text: &[u8], dialect: Dialect) -> Table {
    let mut table = Table { dialect, ..Table::default() };
    let mut ids = HashSet::new();
    for (before, bytes) in independent_lines(text, dialect) {
        let alone = parse_inittab_as(bytes, dialect);
        for entry in alone.entries {
            let line = entry.line + before;
            let is_free = ids.insert(entry.id.clone()) || entry.id == SHARED_ID;
            if is_free || dialect == Dialect::BusyBox {
                table.entries.push(Entry { line, ..entry });
            } else {
                table.problems.push(Problem { line, reason: "an earlier line has the same id" });
            }
        }
        let move_problem = |problem: Problem| Problem { line: problem.line + before, ..problem };
        table.problems.extend(alone.problems.into_iter().map(move_problem));
    }
    table
}

/// The pieces of the file that stand for themselves, each with the count of lines before it: a line,
/// and in BusyBox's dialect with it the next one for as long as a backslash ends it.
fn independent_lines(text: &[u8], dialect: Dialect) -> Vec<(usize, &[u8])> {
    let mut pieces = Vec::new();
    let (mut start, mut first, mut count) = (0, 0, 0);
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
        count += 1;
        let so_far = &text[start..at];
        let is_continued = so_far.strip_suffix(b"\r").unwrap_or(so_far).ends_with(b"\\");
        if !is_continued || dialect == Dialect::Sysvinit {
            pieces.push((first, &text[start..=at]));
            (start, first) = (at + 1, count);
        }
    }
    pieces.push((first, &text[start..]));
    pieces
}
