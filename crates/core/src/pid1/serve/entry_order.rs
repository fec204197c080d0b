//! What somebody asks for of one entry: to hold, to release or to restart it.

use super::entries::Entries;
use super::supervised::Supervised;
use super::supervision::Supervision;
use crate::context::Context;
use crate::control::{EntryVerb, Target};
use crate::event::Severity;
use crate::inittab::{Entry, EntryAction, ProcessField};
use crate::request::refusal::{Why, Words};
use crate::request::{Origin, Refusal};
use crate::text::{Shown, base_name, words};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Does it.
pub(crate) fn order_entry(
    supervision: &mut Supervision,
    verb: EntryVerb,
    target: &Target,
    by: &Origin,
    context: &mut Context,
) -> Result<(), Refusal> {
    let entries = supervision.children_mut().entries_mut();
    let refuse = |why| Refusal::entry(&name_of(target), why);
    let id = find(entries, target).map_err(refuse)?;
    let one = entries.get_mut(id).filter(|one| takes(one.entry(), verb));
    let one = one.ok_or(Why::NotRespawned).map_err(refuse)?;
    match verb {
        EntryVerb::Hold => one.hold(),
        EntryVerb::Release => one.release(),
        EntryVerb::Restart => one.restart(),
    }
    let (command, line) = (Shown(&one.entry().command), one.entry().line);
    let verb = verb.name();
    let text = format_args!("{verb} of '{command}' (line {line}) asked for by {by}");
    context.say_formatted(Severity::Info, text);
    supervision.begin_leaving(None, context);
    Ok(())
}

/// Only what is started again by itself can be kept from it. What has its one turn can have another.
fn takes(entry: &Entry, verb: EntryVerb) -> bool {
    let is_once = entry.action == EntryAction::Once && verb == EntryVerb::Restart;
    (entry.action.is_respawned() || is_once) && entry.can_run()
}

fn name_of(target: &Target) -> Vec<u8> {
    match target {
        Target::Line(line) => format!("line {line}").into_bytes(),
        Target::Name(name) => name.clone(),
    }
}

/// The only one that is meant.
fn find(entries: &Entries, target: &Target) -> Result<u32, Why> {
    let found = match target {
        Target::Line(line) => entries.ids(&|one| !one.is_removed() && has_line(one, *line)),
        Target::Name(name) => {
            let of_id = entries.ids(&|one| !one.is_removed() && one.entry().id == *name);
            if of_id.is_empty() {
                entries.ids(&|one| !one.is_removed() && has_program(one.entry(), name))
            } else {
                of_id
            }
        }
    };
    match found.as_slice() {
        [] => Err(Why::NoSuchEntry),
        [id] => Ok(*id),
        several => Err(Why::ManyEntries(render_lines(entries, several))),
    }
}

fn has_line(one: &Supervised, line: u32) -> bool {
    u32::try_from(one.entry().line) == Ok(line)
}

/// Whether this is the path of its program, or the last part of that.
fn has_program(entry: &Entry, name: &[u8]) -> bool {
    let command = ProcessField::parse(&entry.command).command;
    let program = words(command).next().unwrap_or_default();
    let program = program.strip_prefix(b"-").unwrap_or(program);
    !name.is_empty() && (program == name || base_name(program) == name)
}

fn render_lines(entries: &Entries, ids: &[u32]) -> Words {
    let mut lines = String::new();
    for one in ids.iter().filter_map(|id| entries.get(*id)) {
        let comma = if lines.is_empty() { "" } else { ", " };
        lines.push_str(&format!("{comma}{}", one.entry().line));
    }
    Words::new(&lines)
}
