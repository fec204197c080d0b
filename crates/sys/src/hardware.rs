//! The restart ladder as a process can climb it: ports, /dev/mem, PCI configuration through sysfs.

use crate::arch::Ports;
use crate::raw;
use crate::{Result, files, path};
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::hardware::{ResetChoice, has_direct_pci, judge_ports};
use rekindle_core::proc::lockdown;
use rekindle_core::request::Refusal;
use restart_ladder::{
    EfiMode, Facts, Fadt, Ladder, Ledger, Options, Platform, Profile, RebootMode, Reply, Rung,
    climb,
};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;

/// Where the kernel shows the table that names the reset register
/// (Documentation/ABI/testing/sysfs-firmware-acpi).
const FADT: &[u8] = b"/sys/firmware/acpi/tables/FACP";

/// More than any revision of that table has.
const MOST_FADT_BYTES: usize = 64 * 1024;

const MOST_PORT_BYTES: usize = 256 * 1024;

/// Finds out whether this process may use the ports, and uses none.
///
/// # Errors
/// Why not.
pub fn require_ports() -> core::result::Result<(), Refusal> {
    let file = files::read_whole_file(lockdown::PATH.as_bytes(), lockdown::MOST_BYTES);
    let lockdown = file.as_deref().map_err(|errno| *errno).into();
    judge_ports(lockdown, Ports::open().map(drop), rustix::process::geteuid().is_root())
}

/// Climbs the ladder, without its rungs for kernels. It comes back only if no rung reset the machine.
///
/// # Errors
/// Those of iopl(2) and ioperm(2), with nothing done.
pub fn reset(choice: ResetChoice) -> Result<()> {
    let mut platform = Board { ports: Ports::open()?, memory: open_memory() };
    let mut options = Options::user_space(Profile::Best);
    options.start = choice.kind.and_then(Rung::from_name);
    options.mode = choice.mode.and_then(RebootMode::from_name).unwrap_or_default();
    let mut ladder = Ladder::new(find_facts(), options);
    climb(&mut ladder, &mut platform, &mut Ledger::<0>::new());
    Ok(())
}

/// What can't be read is left at what the ladder takes for unknown.
fn find_facts() -> Facts {
    let table = files::read_whole_file(FADT, MOST_FADT_BYTES).unwrap_or_default();
    let mut facts =
        Fadt::parse(&table).map_or_else(|_| Facts::default(), |fadt| Facts::from_fadt(&fadt));
    let ports: Vec<u8> =
        files::read_whole_file(b"/proc/ioports", MOST_PORT_BYTES).unwrap_or_default();
    facts.cf9_safe = has_direct_pci(&ports);
    facts
}

/// O_SYNC makes the mapping uncached (drivers/char/mem.c, uncached_access).
fn open_memory() -> Option<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::SYNC | OFlags::CLOEXEC;
    path::open(b"/dev/mem", flags).ok()
}

/// The machine, as a process sees it.
struct Board {
    ports: Ports,
    memory: Option<OwnedFd>,
}

fn replied(done: Option<()>) -> Reply {
    if done.is_some() { Reply::Done } else { Reply::Unsupported }
}

impl Platform for Board {
    fn port_read(&mut self, port: u16) -> u8 {
        self.ports.read(port)
    }

    fn port_write(&mut self, port: u16, value: u8) {
        self.ports.write(port, value);
    }

    fn memory_write_u8(&mut self, address: u64, value: u8) -> Reply {
        let write = |memory: &OwnedFd| raw::write_physical(memory.as_fd(), address, value).ok();
        replied(self.memory.as_ref().and_then(write))
    }

    /// Little end first, byte by byte: only the BIOS's flag is that wide, and it is read long after.
    fn memory_write_u16(&mut self, address: u64, value: u16) -> Reply {
        let [low, high] = value.to_le_bytes();
        match self.memory_write_u8(address, low) {
            Reply::Done => self.memory_write_u8(address.saturating_add(1), high),
            other => other,
        }
    }

    /// Documentation/PCI/sysfs-pci.rst.
    fn pci_config_write(&mut self, device: u8, function: u8, offset: u8, value: u8) -> Reply {
        let path = format!("/sys/bus/pci/devices/0000:00:{device:02x}.{function}/config");
        let flags = OFlags::WRONLY | OFlags::CLOEXEC;
        let file = path::open(path.as_bytes(), flags).ok();
        let write = |file: OwnedFd| rustix::io::pwrite(file, &[value], u64::from(offset)).ok();
        replied(file.and_then(write).filter(|count| *count == 1).map(drop))
    }

    /// Busily, because the wait is shorter than any sleep.
    fn delay_us(&mut self, us: u32) {
        let until = raw::monotonic_us().saturating_add(u64::from(us));
        while raw::monotonic_us() < until {}
    }

    fn efi_reset(&mut self, _mode: EfiMode) -> Reply {
        Reply::Unsupported
    }

    fn bios_jump(&mut self) -> Reply {
        Reply::Unsupported
    }

    fn triple_fault(&mut self) -> Reply {
        Reply::Unsupported
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::hardware::{RESET_MODES, RESET_TYPES};

    #[test]
    fn the_ladder_knows_every_type_and_mode_of_the_command_line() {
        for kind in RESET_TYPES {
            let rung = Rung::from_name(kind).expect("a rung of that name");
            assert_eq!(rung.sysfs_name(), Some(kind));
            let choice = ResetChoice { kind: Some(kind), mode: None };
            assert_eq!(choice.needs_kernel(), rung.needs_kernel(), "{kind}");
        }
        for mode in RESET_MODES {
            assert_eq!(RebootMode::from_name(mode).map(RebootMode::sysfs_name), Some(mode));
        }
    }
}
