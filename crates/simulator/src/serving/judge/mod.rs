//! The judge: what has to happen in each step, by the rules of the man pages, and what did.
//!
//! It is told every event before PID 1's answer is carried out, works out what is owed by then, and looks
//! at each effect. It asks nothing of `rekindle-core` but the words for things.

mod accepted;
mod check;
mod children;
mod configuration;
mod deadline;
mod door;
mod end;
mod entry;
mod fifo;
mod leaver;
mod leaving;
mod levels;
mod lines;
mod plan;
mod records;
mod requests;
mod scripts;
mod sequence;
mod standing;
mod state;
mod steps;
mod table;
mod takeover;
mod turns;
mod waiting;
mod walk;
mod word;

pub use check::ServingCheck;
pub(super) use deadline::at_rest;
pub(super) use door::{begins_last_stage, stalls};
pub(super) use state::Judge;
pub(super) use steps::{after_step, counts_helpers, sees, takes};
pub(super) use takeover::{fails_and_goes_on, is_taken_over};
