//! The simulated mounts.

use crate::machine::Machine;
use rekindle_core::errno::Errno;
use rekindle_core::op::Outcome;

pub(crate) struct FakeMount {
    pub(crate) id: u32,
    pub(crate) parent: u32,
    pub(crate) target: String,
    pub(crate) is_read_only: bool,
    /// How often it answers EBUSY first.
    pub(crate) busy: u32,
    pub(crate) hangs: bool,
}

impl Machine {
    pub(crate) fn unmount(&mut self, target: &[u8]) -> Outcome {
        let Some(at) = self.mounts.iter().position(|mount| mount.target.as_bytes() == target)
        else {
            return Outcome::Failed(Errno::EINVAL);
        };
        let id = self.mounts[at].id;
        let has_children = self.mounts.iter().any(|mount| mount.parent == id && mount.id != id);
        if has_children || self.mounts[at].busy > 0 {
            self.mounts[at].busy = self.mounts[at].busy.saturating_sub(1);
            return Outcome::Failed(Errno::EBUSY);
        }
        self.mounts.remove(at);
        Outcome::Done
    }

    pub(crate) fn remount(&mut self, target: &[u8]) -> Outcome {
        match self.mounts.iter_mut().find(|mount| mount.target.as_bytes() == target) {
            Some(mount) => {
                mount.is_read_only = true;
                Outcome::Done
            }
            None => Outcome::Failed(Errno::EINVAL),
        }
    }
}

pub(crate) fn fake_mount(id: u32, parent: u32, target: &str) -> FakeMount {
    FakeMount { id, parent, target: target.to_owned(), is_read_only: false, busy: 0, hangs: false }
}
