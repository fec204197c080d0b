//! /etc/inittab: any bytes give a table, and a bad line costs only itself.

use rekindle_core::child::plan_command;
use rekindle_core::inittab::{Entry, Problem, Table, parse_inittab};
use rekindle_core::text::Shown;

/// Checks every property of the parser on one file.
pub fn check_inittab(text: &[u8]) {
    let whole = parse_inittab(text);
    whole.entries.iter().for_each(check_entry);
    whole.problems.iter().for_each(check_problem);
    check_order(&whole);
    assert_eq!(whole, parse_line_by_line(text), "a line's meaning depends on its neighbours");
}

/// What PID 1 does with an entry works out: it can be executed, and shown on the console.
fn check_entry(entry: &Entry) {
    let Entry { line, id, command, .. } = entry;
    assert!(*line > 0, "an entry from no line: {entry:?}");
    assert!(!command.iter().any(|byte| matches!(byte, 0 | b'\n')), "not one argument: {entry:?}");
    assert!(!id.iter().any(|byte| matches!(byte, 0 | b'\n')), "no path: {entry:?}");
    let plan = plan_command(command).expect("an entry names a program");
    assert!(!plan.programs.is_empty() && !plan.arguments.is_empty(), "nothing to run: {entry:?}");
    for field in [id, command, &entry.runlevels] {
        assert!(
            !Shown(field).to_string().contains(char::is_control),
            "steers a terminal: {entry:?}"
        );
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
    assert!(!entries.iter().any(|line| problems.contains(line)), "an entry and a problem at once");
}

/// Each line parsed as if it were the whole file.
fn parse_line_by_line(text: &[u8]) -> Table {
    let mut table = Table::default();
    for (before, bytes) in continued_lines(text) {
        let alone = parse_inittab(bytes);
        let move_entry = |entry: Entry| Entry { line: entry.line + before, ..entry };
        let move_problem = |problem: Problem| Problem { line: problem.line + before, ..problem };
        table.entries.extend(alone.entries.into_iter().map(move_entry));
        table.problems.extend(alone.problems.into_iter().map(move_problem));
    }
    table
}

/// The pieces of the file that stand for themselves, each with the count of lines before it: a line,
/// and with it the next one for as long as a backslash ends it.
fn continued_lines(text: &[u8]) -> Vec<(usize, &[u8])> {
    let mut pieces = Vec::new();
    let (mut start, mut first, mut count) = (0, 0, 0);
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
        count += 1;
        let so_far = &text[start..at];
        if !so_far.strip_suffix(b"\r").unwrap_or(so_far).ends_with(b"\\") {
            pieces.push((first, &text[start..=at]));
            (start, first) = (at + 1, count);
        }
    }
    pieces.push((first, &text[start..]));
    pieces
}
