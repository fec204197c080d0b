//! What a seed puts on a machine, part by part.

mod disks;
mod faults;
mod processes;
mod requests;

pub(super) use disks::{mount, swaps};
pub(super) use faults::{faults, trouble};
pub(super) use processes::{faulty_manner, healthy_manner, processes};
pub(super) use requests::{ENDS, later_requests};
