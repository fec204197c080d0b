//! What is done wrong on purpose is done between PID 1 and its machine, as a PID 1 with that fault would
//! do it.

mod added;
mod dropped;
mod effects;
mod events;
mod handover;
mod outcomes;
mod replaced;
mod sayings;

pub(super) use effects::mutate_effect;
pub(super) use events::mutate_event;
pub(super) use handover::mutate_handover;
pub(super) use outcomes::mutate_outcome;
