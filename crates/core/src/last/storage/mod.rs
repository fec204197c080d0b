//! The disks: swap files off, mounts off in rounds, the rest read-only, the account written.

mod pool;
mod record;
mod remounts;
mod rounds;
mod stage;
mod swaps;
mod teardown;
mod unmounts;

pub(in crate::last) use stage::Storage;
