//! Who asks, and what he may ask for.

use crate::errno::Errno;
use crate::request::Sender;
use crate::request::refusal::Why;
use alloc::vec::Vec;

/// Who has connected, as the kernel tells it (unix(7), SO_PEERCRED and SO_PEERGROUPS).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The process id; 0 for a process outside this PID namespace.
    pub pid: u32,
    /// The effective user id, in the user namespace of PID 1.
    pub uid: u32,
    /// The effective group id.
    pub gid: u32,
    /// The supplementary groups, as many as were asked for.
    pub groups: Vec<u32>,
}

impl Peer {
    fn is_in(&self, group: Option<u32>) -> bool {
        group.is_some_and(|gid| gid == self.gid || self.groups.contains(&gid))
    }
}

/// What somebody may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Nothing.
    #[default]
    Stranger,
    /// To be told.
    Looks,
    /// To end the machine as well.
    Ends,
    /// Anything.
    Root,
}

/// The groups whose members have a rank without being root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Who may look.
    pub look_gid: Option<u32>,
    /// Who may end the machine.
    pub end_gid: Option<u32>,
}

/// The rank that users and groups speak for. Whoever has another PID namespace or user namespace has none in
/// the end ([`judge_peer`]).
#[must_use]
pub fn presume_rank(peer: &Peer, groups: Groups) -> Rank {
    if peer.uid == 0 {
        Rank::Root
    } else if peer.is_in(groups.end_gid) {
        Rank::Ends
    } else if peer.is_in(groups.look_gid) {
        Rank::Looks
    } else {
        Rank::Stranger
    }
}

/// Why somebody has no rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Neither root nor of a group that is named.
    NotAllowed,
    /// Of another PID namespace or user namespace.
    OtherNamespace,
    /// Nobody knows of which.
    Unseen,
}

impl Doubt {
    /// The reason of the refusal.
    #[must_use]
    pub const fn why(self) -> Why {
        match self {
            Self::NotAllowed => Why::NotAllowed,
            Self::OtherNamespace => Why::OtherNamespace,
            Self::Unseen => Why::PeerUnknown(Errno::ESRCH),
        }
    }
}

/// The rank of somebody who was looked at.
///
/// # Errors
/// Why he has none: he is of another namespace, root there or not, or nobody knows of which.
pub fn judge_peer(peer: &Peer, sender: &Sender, groups: Groups) -> Result<Rank, Doubt> {
    let is_here = [sender.is_of_our_pids, sender.is_of_our_users];
    if peer.pid == 0 || is_here.contains(&Some(false)) {
        return Err(Doubt::OtherNamespace);
    }
    let rank = presume_rank(peer, groups);
    if rank == Rank::Stranger {
        Err(Doubt::NotAllowed)
    } else if is_here.contains(&None) {
        Err(Doubt::Unseen)
    } else {
        Ok(rank)
    }
}
