//! The kernel of a simulated machine: carries ops out.

mod calls;
mod processes;
mod storage;

pub(super) use calls::perform;
