//! The clients of the control socket: a few, each for a while.

use crate::control::{Doubt, Groups, MOST_CLIENTS, Peer, Rank, judge_peer};
use crate::request::{Origin, Sender};
use crate::time::Moment;
use alloc::vec::Vec;

/// How long a client may be connected without having asked, or go on being connected after an answer.
pub(super) const IDLE_MS: u64 = 5_000;

/// The most frames of one client: as many as the entries of the largest inittab take, one a frame.
const MOST_FRAMES: u32 = 20_000;

/// Where a client is.
#[derive(Clone, Debug, Default)]
pub(super) enum Turn {
    /// It may ask.
    #[default]
    Idle,
    /// It has asked by this frame, with so many descriptors, and is being looked at.
    LookedAt(Vec<u8>, u8),
    /// Its request is being judged.
    Judged,
    /// It is told what PID 1 says.
    Watching,
}

/// One client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: u32,
    pub(super) peer: Peer,
    /// Who it is, as far as it is known.
    pub(super) origin: Origin,
    /// What it may ask for, once somebody has looked, or why nothing.
    pub(super) judged: Option<Result<Rank, Doubt>>,
    /// What it is worth a place for.
    pub(super) rank: Rank,
    pub(super) turn: Turn,
    /// When it is dropped if nothing happens.
    pub(super) deadline: Option<Moment>,
    frames: u32,
}

impl Client {
    /// Counts a frame. Says whether it may send one now.
    pub(super) fn takes_turn(&mut self) -> bool {
        self.frames = self.frames.saturating_add(1);
        self.is_idle() && self.frames <= MOST_FRAMES
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(self.turn, Turn::Idle)
    }

    pub(super) fn is_watching(&self) -> bool {
        matches!(self.turn, Turn::Watching)
    }

    /// Whether it has asked, and nobody knows yet who it is.
    pub(super) fn awaits_look(&self) -> bool {
        matches!(self.turn, Turn::LookedAt(..)) && self.judged.is_none()
    }

    /// Somebody has looked who it is.
    pub(super) fn looked_at(&mut self, sender: &Sender, groups: Groups) {
        self.judged = Some(judge_peer(&self.peer, sender, groups));
        self.origin = self.origin.clone().with_sender(sender.clone());
    }

    /// It was answered, and may ask again.
    pub(super) fn rest(&mut self, now: Moment) {
        (self.turn, self.deadline) = (Turn::Idle, Some(now.after_ms(IDLE_MS)));
    }
}

/// All of them, at most [`MOST_CLIENTS`].
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    all: Vec<Client>,
}

impl Clients {
    /// Takes one more. Where there is no room, one of the lowest rank goes, the idle before the others and
    /// the oldest first; returns which: the new one itself if all others are of a higher rank.
    pub(super) fn add(&mut self, id: u32, peer: Peer, rank: Rank, now: Moment) -> Option<u32> {
        let deadline = Some(now.after_ms(IDLE_MS));
        let origin = Origin { pid: peer.pid, uid: peer.uid, client: id, ..Origin::default() };
        let (judged, turn, frames) = (None, Turn::Idle, 0);
        self.all.push(Client { id, peer, origin, judged, rank, turn, deadline, frames });
        if self.all.len() <= MOST_CLIENTS {
            return None;
        }
        let worth = |client: &&Client| (client.rank, !client.is_idle());
        // The first of several is the oldest.
        let least = self.all.iter().min_by_key(worth).map(|client| client.id)?;
        self.remove(least);
        Some(least)
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Client> {
        self.all.iter_mut().find(|client| client.id == id)
    }

    /// Forgets one. Says whether it was there.
    pub(super) fn remove(&mut self, id: u32) -> bool {
        let before = self.all.len();
        self.all.retain(|client| client.id != id);
        self.all.len() < before
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    #[inline(always)]
    pub(super) fn deadline(&self) -> Option<Moment> {
        if self.all.is_empty() { None } else { self.first_deadline() }
    }

    #[inline(never)]
    fn first_deadline(&self) -> Option<Moment> {
        self.all.iter().filter_map(|client| client.deadline).min()
    }

    /// Those whose time is over.
    pub(super) fn late(&self, now: Moment) -> Vec<u32> {
        self.ids(&|client| client.deadline.is_some_and(|deadline| deadline <= now))
    }

    /// Those for whom `is_wanted`.
    pub(super) fn ids(&self, is_wanted: &dyn Fn(&Client) -> bool) -> Vec<u32> {
        let mut ids = Vec::new();
        for client in &self.all {
            if is_wanted(client) {
                ids.push(client.id);
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_less_makes_room_and_the_oldest_first() {
        let mut clients = Clients::default();
        let mut add = |id, rank| clients.add(id, Peer::default(), rank, Moment(0));
        for id in 1..=15 {
            assert_eq!(add(id, Rank::Root), None);
        }
        assert_eq!(add(16, Rank::Stranger), None);
        assert_eq!(add(17, Rank::Looks), Some(16));
        assert_eq!(add(18, Rank::Stranger), Some(18));
        assert_eq!(add(19, Rank::Looks), Some(17));
        assert_eq!(add(20, Rank::Root), Some(19));
        assert_eq!(add(21, Rank::Root), Some(1));
        clients.get_mut(2).unwrap().turn = Turn::Judged;
        let mut add = |id, rank| clients.add(id, Peer::default(), rank, Moment(0));
        assert_eq!(add(22, Rank::Root), Some(3));
    }
}
