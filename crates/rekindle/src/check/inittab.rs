//! An inittab, as init reads it.

use crate::output;
use rekindle_core::inittab::{
    Dialect, Entry, MOST_FILE_BYTES, Table, parse_inittab, parse_inittab_as,
};
use rekindle_core::text::{JsonText, Shown};
use rekindle_sys::files::read_whole_file;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Prints the entries, of this dialect or of its own, and the problems. Says whether it has none.
pub(super) fn check(file: &Path, dialect: Option<Dialect>, json: bool) -> Result<bool, String> {
    let text = read_whole_file(file.as_os_str().as_bytes(), MOST_FILE_BYTES)
        .map_err(|errno| format!("can't read {}: {errno}", output::shown(file)))?;
    let table = match dialect {
        Some(dialect) => parse_inittab_as(&text, dialect),
        None => parse_inittab(&text),
    };
    let render = match (json, table.dialect) {
        (true, _) => render_json,
        (false, Dialect::BusyBox) => render_line,
        (false, Dialect::Sysvinit) => render_sysvinit_line,
    };
    output::print(&table.entries.iter().map(render).collect::<String>())?;
    let problems = render_problems(file, &table);
    // Where it can't be written, the exit status says it.
    let _ = io::stderr().write_all(problems.as_bytes());
    Ok(problems.is_empty())
}

fn render_problems(file: &Path, table: &Table) -> String {
    let shown = output::shown(file);
    let lines = table.problems.iter();
    let mut problems: String =
        lines.map(|problem| format!("{shown}:{}: {}\n", problem.line, problem.reason)).collect();
    if !table.entries.iter().any(Entry::can_run) {
        problems.push_str(&format!("{shown}: no entry can run; init would go by its own table\n"));
    }
    problems
}

fn render_line(entry: &Entry) -> String {
    let terminal = match entry.id.as_slice() {
        b"" => String::new(),
        id => format!(" on /dev/{}", Shown(id)),
    };
    format!("{}: {}{terminal}: {}\n", entry.line, entry.action.name(), Shown(&entry.command))
}

fn render_sysvinit_line(entry: &Entry) -> String {
    let (id, runlevels) = (Shown(&entry.id), Shown(&entry.runlevels));
    let levels =
        if entry.runlevels.is_empty() { String::new() } else { format!(" in {runlevels}") };
    let line =
        format!("{}: {id}: {}{levels}: {}", entry.line, entry.action.name(), Shown(&entry.command));
    format!("{}\n", line.trim_end_matches([' ', ':']))
}

fn render_json(entry: &Entry) -> String {
    format!(
        "{{\"line\":{},\"id\":\"{}\",\"runlevels\":\"{}\",\"action\":\"{}\",\"process\":\"{}\"}}\n",
        entry.line,
        JsonText(&entry.id),
        JsonText(&entry.runlevels),
        entry.action.name(),
        JsonText(&entry.command),
    )
}
