//! What is told of process 1: the names of the fields are those of the JSON object, which rekindle(8) lists.

use crate::kexec::status::LoadedKernels;
use rekindle_core::configuration::{Configuration, KERNEL_LINE_PATH, Place, Value};
use rekindle_core::control::{EntryState, MachineState, PendingEnd};
use rekindle_core::settings::Settings;
use rekindle_core::text::parts;
use serde::Serialize;

/// Moments are milliseconds of uptime, without the time that the machine was suspended.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) init: &'static str,
    pub(super) version: Option<String>,
    pub(super) since_ms: u64,
    pub(super) now_ms: u64,
    pub(super) stage: Option<String>,
    pub(super) dialect: Option<String>,
    pub(super) runlevel: Option<String>,
    pub(super) host: Option<String>,
    pub(super) respawn_paused: bool,
    pub(super) end: Option<End>,
    pub(super) kexec: Kexec,
    pub(super) settings: Vec<Setting>,
    pub(super) kept: Vec<String>,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
pub(super) struct End {
    pub(super) id: u64,
    pub(super) action: &'static str,
    pub(super) urgency: &'static str,
    pub(super) by: String,
    pub(super) ago_ms: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Kexec {
    pub(super) loaded: Option<bool>,
    pub(super) crash_loaded: Option<bool>,
}

/// One that differs from its default.
#[derive(Debug, Serialize)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) value: String,
    pub(super) file: Option<String>,
    pub(super) line: Option<u16>,
}

#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) number: u32,
    pub(super) line: u32,
    pub(super) id: String,
    pub(super) runlevels: String,
    pub(super) action: String,
    pub(super) state: String,
    pub(super) pid: Option<u64>,
    pub(super) resting_ms: Option<u64>,
    pub(super) held: bool,
    pub(super) removed: bool,
    pub(super) process: String,
}

/// Puts together what was told at this moment.
pub(super) fn plan_report(
    machine: &MachineState,
    entries: &[EntryState],
    loaded: LoadedKernels,
    now_ms: u64,
) -> Report {
    Report {
        init: "rekindle",
        version: told(&machine.version),
        since_ms: machine.since_ms,
        now_ms,
        stage: told(&machine.stage),
        dialect: told(&machine.dialect),
        runlevel: machine.runlevel.map(|level| char::from(level).to_string()),
        host: told(&machine.host),
        respawn_paused: machine.is_respawn_paused,
        end: machine.end.as_ref().map(|end| plan_end(end, now_ms)),
        kexec: Kexec { loaded: loaded.next, crash_loaded: loaded.crash },
        settings: plan_settings(machine),
        kept: machine.kept.iter().map(|name| text(name)).collect(),
        entries: entries.iter().map(|entry| plan_entry(entry, now_ms)).collect(),
    }
}

fn plan_end(end: &PendingEnd, now_ms: u64) -> End {
    End {
        id: end.id,
        action: end.action.name(),
        urgency: end.urgency.name(),
        by: text(&end.by),
        ago_ms: now_ms.saturating_sub(end.id),
    }
}

/// The values decide what is a default: a version before sources were known tells its limits without
/// them, and they count as the kernel's line.
fn plan_settings(machine: &MachineState) -> Vec<Setting> {
    let values = machine.configuration.values(&machine.settings);
    let defaults = Configuration::default().values(&Settings::default());
    let both = values.into_iter().zip(defaults);
    let set = both.filter(|(value, default)| value.text != default.text);
    set.map(|(value, _)| plan_setting(value, &machine.configuration.files)).collect()
}

fn plan_setting(value: Value, files: &[Vec<u8>]) -> Setting {
    let (file, line) = match value.source.place() {
        Place::File { file, line } => (files.get(file).map(|path| text(path)), Some(line)),
        Place::KernelLine => (Some(KERNEL_LINE_PATH.to_owned()), None),
        Place::Default => (None, None),
    };
    Setting { key: value.key, value: value.text, file, line: line.filter(|line| *line > 0) }
}

fn plan_entry(entry: &EntryState, now_ms: u64) -> Entry {
    let mut fields = parts(&entry.text, b':');
    let mut next = || text(fields.next().unwrap_or_default());
    let (id, runlevels, action) = (next(), next(), next());
    let is = |state: &[u8]| entry.state == state;
    Entry {
        number: entry.number,
        line: entry.line,
        id,
        runlevels,
        action,
        state: text(&entry.state),
        pid: is(b"running").then_some(entry.value),
        resting_ms: is(b"resting").then(|| entry.value.saturating_sub(now_ms)),
        held: entry.is_held,
        removed: entry.is_removed,
        process: text(fields.rest().unwrap_or_default()),
    }
}

/// What an empty text leaves open.
fn told(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| text(bytes))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
