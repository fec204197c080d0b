//! Whether somebody may ask for what he asks for, and has brought what belongs to it.

use crate::control::{ControlRequest, Doubt, MOST_KEPT, Rank};
use crate::request::refusal::Why;
use crate::request::{Origin, Refusal};

/// Checks it for somebody who was looked at. So many descriptors are kept already.
pub(super) fn check_permission(
    judged: Result<Rank, Doubt>,
    frame: &[u8],
    descriptors: u8,
    kept: usize,
    origin: &Origin,
) -> Result<(), Refusal> {
    let refuse = |why| Refusal::control(origin, why);
    let request = ControlRequest::parse(frame).map_err(refuse)?;
    if judged.map_err(|doubt| refuse(doubt.why()))? < rank_for(request) {
        return Err(refuse(Why::NotAllowed));
    }
    check_descriptors(request, usize::from(descriptors), kept)
}

/// Who may ask for it at least.
fn rank_for(request: ControlRequest<'_>) -> Rank {
    match request {
        ControlRequest::Machine | ControlRequest::Entries { .. } | ControlRequest::Watch => {
            Rank::Looks
        }
        ControlRequest::End { .. } => Rank::Ends,
        ControlRequest::Entry { .. }
        | ControlRequest::Telinit(_)
        | ControlRequest::Keep { .. }
        | ControlRequest::Discard { .. } => Rank::Root,
    }
}

/// Descriptors come with a request to keep them, as many as there is room for, and with no other.
fn check_descriptors(
    request: ControlRequest<'_>,
    count: usize,
    kept: usize,
) -> Result<(), Refusal> {
    let (name, is_keep) = match request {
        ControlRequest::Keep { name } => (name, true),
        ControlRequest::End { .. }
        | ControlRequest::Machine
        | ControlRequest::Entries { .. }
        | ControlRequest::Watch
        | ControlRequest::Entry { .. }
        | ControlRequest::Telinit(_)
        | ControlRequest::Discard { .. } => (&b""[..], false),
    };
    if is_keep != (count > 0) {
        return Err(Refusal::descriptors(name, Why::WrongDescriptors));
    }
    let has_room = kept.saturating_add(count) <= MOST_KEPT;
    if has_room { Ok(()) } else { Err(Refusal::descriptors(name, Why::NoRoom)) }
}
