//! The last stage: from a [`crate::handover::Handover`] on. Processes, storage, the final call.

pub mod bounds;
mod final_call;
mod processes;
mod stage;
mod storage;

pub use stage::LastStage;
