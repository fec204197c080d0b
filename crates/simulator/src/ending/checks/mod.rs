//! The checks. Each is a sentence, and is asked after every op that it is about.

mod account;
mod check;
mod disks;
mod end;
mod grace;
mod ops;
mod pools;
mod quick;
mod requests;
mod sayings;
mod signals;

pub(super) use account::judge_account;
pub use check::Check;
pub(super) use check::CheckResult;
pub(super) use end::{judge_end, judge_kernel_end};
pub(super) use ops::judge_op;
pub(super) use pools::judge_step;
pub(super) use quick::{judge_gap, judge_wait};
pub(super) use sayings::judge_saying;
pub(super) use signals::{judge_hang_up, judge_signal};
