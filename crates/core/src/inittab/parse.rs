//! Bytes of an inittab into a [`Table`].

use super::action::EntryAction;
use super::dialect::Dialect;
use super::sysvinit::{self, Ids};
use super::table::{Entry, NO_PROCESS, NOT_FOUR_FIELDS, Problem, Table, UNKNOWN_ACTION};
use crate::text::{after, is_same_in_any_case, parts, trimmed};
use alloc::vec::Vec;

/// The longest line, continuations joined. execve(2) takes no argument of 128 KiB or more
/// (MAX_ARG_STRLEN, linux/binfmts.h); half of that leaves room for the shell's own words.
const MOST_LINE_BYTES: usize = 64 * 1024;

/// The most entries: more than any machine has terminals and services, few enough for PID 1's heap.
const MOST_ENTRIES: usize = 16_384;

/// Reads a whole inittab, in the dialect that it is written in. Every input gives a table; a bad
/// line costs only itself.
#[must_use]
pub fn parse_inittab(text: &[u8]) -> Table {
    parse_inittab_as(text, detect_dialect(text))
}

/// An `initdefault` entry makes an inittab sysvinit's; BusyBox has no such action. But a file with what
/// sysvinit has not, an empty id or an action of BusyBox's own, was written for BusyBox, which passes
/// over a stray `initdefault`.
fn detect_dialect(text: &[u8]) -> Dialect {
    let (mut has_default, mut is_busybox) = (false, false);
    for line in crate::text::lines(text) {
        let line = line.trim_ascii_start();
        let mut fields = parts(line, b':');
        let (Some(id), Some(action), Some(_)) = (fields.next(), fields.nth(1), fields.rest())
        else {
            continue;
        };
        if line.starts_with(b"#") {
            continue;
        }
        has_default |= is_same_in_any_case(action, b"initdefault");
        let known = EntryAction::parse_name(action, Dialect::BusyBox);
        is_busybox |= known.is_some_and(|known| id.is_empty() || is_busyboxs_own(known));
    }
    if has_default && !is_busybox { Dialect::Sysvinit } else { Dialect::BusyBox }
}

const fn is_busyboxs_own(action: EntryAction) -> bool {
    matches!(action, EntryAction::AskFirst | EntryAction::Shutdown | EntryAction::Restart)
}

/// Reads a whole inittab in `dialect`.
#[must_use]
pub fn parse_inittab_as(text: &[u8], dialect: Dialect) -> Table {
    let mut table = Table { dialect, ..Table::default() };
    let mut ids = Ids::default();
    for (line, bytes) in joined_lines(text, dialect) {
        let result = if table.entries.len() >= MOST_ENTRIES {
            Err("too many entries")
        } else {
            parse_line(line, &bytes, dialect, &mut ids)
        };
        match result {
            Ok(entry) => table.entries.extend(entry),
            Err(reason) => table.problems.push(Problem { line, reason }),
        }
    }
    table
}

/// The lines, each with the number it begins at: BusyBox joins one that ends with a backslash and
/// the next, sysvinit does not.
fn joined_lines(text: &[u8], dialect: Dialect) -> Vec<(usize, Vec<u8>)> {
    let mut joined = Vec::new();
    let mut open: Option<(usize, Vec<u8>)> = None;
    for (index, raw) in crate::text::lines(text).enumerate() {
        let line = raw.strip_suffix(b"\r").unwrap_or(raw);
        let (start, mut bytes) = open.take().unwrap_or((index.saturating_add(1), Vec::new()));
        let continued = line.strip_suffix(b"\\").filter(|_| dialect == Dialect::BusyBox);
        match continued {
            Some(head) => {
                bytes.extend_from_slice(head);
                open = Some((start, bytes));
            }
            None => {
                bytes.extend_from_slice(line);
                joined.push((start, bytes));
            }
        }
    }
    joined.extend(open);
    joined
}

fn parse_line(
    line: usize,
    bytes: &[u8],
    dialect: Dialect,
    ids: &mut Ids,
) -> Result<Option<Entry>, &'static str> {
    let text = match dialect {
        Dialect::BusyBox => without_comment(bytes),
        Dialect::Sysvinit => bytes.trim_ascii_start(),
    };
    if trimmed(text).is_empty() || text.starts_with(b"#") {
        return Ok(None);
    }
    if text.len() > MOST_LINE_BYTES {
        return Err("line is longer than 65536 bytes");
    }
    if text.contains(&0) {
        return Err("line holds a NUL byte");
    }
    if dialect == Dialect::BusyBox {
        return parse_fields(line, text).map(Some);
    }
    let entry = sysvinit::parse_fields(line, text)?;
    ids.take(&entry)?;
    Ok(Some(entry))
}

/// Cuts the line at the first `#` outside quotes; a quote that is never closed quotes nothing.
fn without_comment(line: &[u8]) -> &[u8] {
    let mut rest_from = 0usize;
    loop {
        let rest = line.get(rest_from..).unwrap_or_default();
        let Some(offset) = rest.iter().position(|byte| matches!(byte, b'#' | b'\'' | b'"')) else {
            return line;
        };
        let at = rest_from.saturating_add(offset);
        let found = line.get(at).copied().unwrap_or(b'#');
        let after = at.saturating_add(1);
        let closing = line.get(after..).unwrap_or_default().iter().position(|byte| *byte == found);
        rest_from = match (found, closing) {
            (b'#', _) => return line.get(..at).unwrap_or_default(),
            (_, Some(length)) => after.saturating_add(length).saturating_add(1),
            (_, None) => after,
        };
    }
}

fn parse_fields(line: usize, text: &[u8]) -> Result<Entry, &'static str> {
    let mut fields = parts(text, b':');
    let (Some(id), Some(runlevels), Some(action), Some(process)) =
        (fields.next(), fields.next(), fields.next(), fields.rest())
    else {
        return Err(NOT_FOUR_FIELDS);
    };
    let action = EntryAction::parse_name(action, Dialect::BusyBox).ok_or(UNKNOWN_ACTION)?;
    let command = trimmed(process);
    if command.is_empty() || command == b"-" {
        return Err(NO_PROCESS);
    }
    let id = after(id, b"/dev/").unwrap_or(id);
    if id.iter().any(u8::is_ascii_whitespace) || parts(id, b'/').any(|part| part == b"..") {
        return Err("the id is not the name of a terminal");
    }
    Ok(Entry {
        line,
        id: id.to_vec(),
        runlevels: runlevels.to_vec(),
        action,
        command: command.to_vec(),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
