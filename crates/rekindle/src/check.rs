//! `rekindle check`: an inittab, as init reads it.

use crate::output;
use crate::request::CheckRequest;
use rekindle_core::inittab::{
    Dialect, Entry, MOST_FILE_BYTES, Table, parse_inittab, parse_inittab_as,
};
use rekindle_core::text::{JsonText, Shown};
use rekindle_sys::files::read_whole_file;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;

/// Prints the entries and the problems. Problems make the exit status 1.
pub(crate) fn run(request: &CheckRequest) -> Result<ExitCode, String> {
    let file = request.file.as_path();
    let text = read_whole_file(file.as_os_str().as_bytes(), MOST_FILE_BYTES)
        .map_err(|errno| format!("can't read {}: {errno}", output::shown(file)))?;
    let table = match request.dialect {
        Some(dialect) => parse_inittab_as(&text, dialect),
        None => parse_inittab(&text),
    };
    let render = match (request.json, table.dialect) {
        (true, _) => render_json,
        (false, Dialect::BusyBox) => render_line,
        (false, Dialect::Sysvinit) => render_sysvinit_line,
    };
    output::print(&table.entries.iter().map(render).collect::<String>())?;
    let _ = io::stderr().write_all(render_problems(file, &table).as_bytes());
    Ok(if table.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn render_problems(file: &Path, table: &Table) -> String {
    let render = |line: usize, reason: &str| format!("{}:{line}: {reason}\n", output::shown(file));
    table.problems.iter().map(|problem| render(problem.line, problem.reason)).collect()
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
