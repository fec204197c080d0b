//! What the machines need before they can boot.

use anyhow::Result;
use vm::{Kernel, artifacts, tools};

use crate::build;
use crate::progress::{detail, step};

/// Tools of the host, kernel, BusyBox, and our own programs.
pub(crate) fn prepare() -> Result<()> {
    fetch()?;
    build::build()
}

fn fetch() -> Result<()> {
    step("looking for QEMU, e2fsprogs, a kernel and BusyBox");
    tools::ensure_tools(&mut detail)?;
    let kernel = artifacts::kernel(Kernel::default(), &mut detail)?;
    let busybox = artifacts::busybox(&mut detail)?;
    detail(&format!("kernel {}", kernel.display()));
    detail(&format!("busybox {}", busybox.display()));
    Ok(())
}
