//! What broke in the field, each on a machine that ends: the rows are those of the list of what
//! breaks in the field, by which `docs/evidence.md` goes.

#[path = "../common/mod.rs"]
mod common;

mod hanging;
mod last_stage;
mod outsiders;
mod pid1;
mod spared;
