//! What somebody asks for of one entry: to hold, to release or to restart it.

use super::supervision::Supervision;
use crate::context::Context;
use crate::control::EntryVerb;
use crate::event::Severity;
use crate::inittab::{Entry, EntryAction};
use crate::request::refusal::Why;
use crate::request::{Origin, Refusal};
use crate::text::Shown;

/// Does it.
#[inline(never)]
pub(crate) fn order_entry(
    supervision: &mut Supervision,
    verb: EntryVerb,
    number: u32,
    by: &Origin,
    context: &mut Context,
) -> Result<(), Refusal> {
    let entries = supervision.children_mut().entries_mut();
    let Some(one) = entries.get_mut(number).filter(|one| !one.is_removed()) else {
        return Err(Refusal::control(by, Why::NoSuchEntry));
    };
    if !takes(one.entry(), verb) {
        return Err(Refusal::control(by, Why::NotRespawned));
    }
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
