//! The processes: TERM, the wait for those who can answer, KILL.

mod asking;
mod fates;
mod grace;
mod killing;
mod signals;
mod somebody;
mod stage;

pub(in crate::last) use stage::Processes;
