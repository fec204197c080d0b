//! The report for people: a line for each fact, and a table of the entries.

use super::report::{End, Entry, Report, Setting};
use super::span::Span;
use rekindle_core::text::Shown;

/// What stands over the columns of the entries, the last of which is as long as it is.
const HEADS: [&str; 6] = ["number", "line", "id", "action", "state", "process"];

/// All of it.
pub(super) fn render_text(report: &Report) -> String {
    let parts = [render_facts(report), render_settings(&report.settings), render_entries(report)];
    parts.concat()
}

fn render_facts(report: &Report) -> String {
    let runs_for = Span(report.now_ms.saturating_sub(report.since_ms));
    let since = Span(report.since_ms);
    let version = told(report.version.as_deref());
    let mut lines = vec![
        (
            "process 1",
            format!("{} {version}, for {runs_for}, since {since} after boot", report.init),
        ),
        ("stage", told(report.stage.as_deref())),
        ("dialect", told(report.dialect.as_deref())),
    ];
    lines.extend(report.runlevel.as_deref().map(|level| ("runlevel", shown(level))));
    lines.extend([
        ("host", told(report.host.as_deref())),
        ("respawn", if report.respawn_paused { "paused" } else { "on" }.to_owned()),
        ("end", report.end.as_ref().map_or_else(|| "none".to_owned(), render_end)),
        ("kernel loaded", yes_or_no(report.kexec.loaded)),
        ("crash kernel loaded", yes_or_no(report.kexec.crash_loaded)),
        ("kept descriptors", render_kept(&report.kept)),
    ]);
    lines.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

fn render_end(end: &End) -> String {
    format!(
        "{} ({}) asked for by {}, {} ago, id {}",
        end.action,
        end.urgency,
        shown(&end.by),
        Span(end.ago_ms),
        end.id
    )
}

/// There is a name for each descriptor.
fn render_kept(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { shown(&names.join(", ")) }
}

fn render_settings(settings: &[Setting]) -> String {
    if settings.is_empty() {
        return "settings: all by default\n".to_owned();
    }
    let lines = settings.iter().map(|setting| {
        let source = render_source(setting);
        format!("  {} = {} ({source})\n", setting.key, shown(&setting.value))
    });
    format!("settings:\n{}", lines.collect::<String>())
}

fn render_source(setting: &Setting) -> String {
    let file = told(setting.file.as_deref());
    setting.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"))
}

fn render_entries(report: &Report) -> String {
    if report.entries.is_empty() {
        return "entries: none\n".to_owned();
    }
    let heads = HEADS.map(str::to_owned);
    let rows: Vec<_> = [heads].into_iter().chain(report.entries.iter().map(plan_row)).collect();
    let mut widths = [0; HEADS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let lines: String = rows.iter().map(|row| render_row(row, widths)).collect();
    format!("entries:\n{lines}")
}

fn plan_row(entry: &Entry) -> [String; HEADS.len()] {
    [
        entry.number.to_string(),
        entry.line.to_string(),
        shown(&entry.id),
        shown(&entry.action),
        render_state(entry),
        shown(&entry.process),
    ]
}

/// Nobody waits for the rest of what is held or gone from inittab to end.
fn render_state(entry: &Entry) -> String {
    let mark = match (entry.removed, entry.held) {
        (true, _) => Some("removed"),
        (false, true) => Some("held"),
        (false, false) => None,
    };
    let state = match (entry.pid, entry.resting_ms, mark) {
        (Some(pid), ..) => format!("running as {pid}"),
        (None, Some(_), Some(mark)) => return mark.to_owned(),
        (None, Some(ms), None) => return format!("resting for {} more", Span(ms)),
        (None, None, _) => shown(&entry.state),
    };
    mark.map_or_else(|| state.clone(), |mark| format!("{state}, {mark}"))
}

fn render_row(row: &[String; HEADS.len()], widths: [usize; HEADS.len()]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("  {cell:width$}"));
    format!("{}\n", cells.collect::<String>().trim_end())
}

fn told(text: Option<&str>) -> String {
    text.map_or_else(|| "unknown".to_owned(), shown)
}

/// Safe for a terminal.
fn shown(text: &str) -> String {
    Shown(text.as_bytes()).to_string()
}

fn yes_or_no(known: Option<bool>) -> String {
    known.map_or("unknown", |is_so| if is_so { "yes" } else { "no" }).to_owned()
}
