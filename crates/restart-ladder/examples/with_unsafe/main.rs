//! A kernel with unsafe code: the crate's own platform for x86-64 does everything. Calling
//! `restart` from a process would only kill the process, so this shows what it would do. For any
//! other target the feature `x86` is empty, and so is this program.

#[cfg(target_arch = "x86_64")]
mod kernel;

fn main() {
    #[cfg(target_arch = "x86_64")]
    kernel::show();
}
